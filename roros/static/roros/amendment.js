/* The draft of a budget amendment: the balance while one writes, the names of codes, more lines. The server computes
   all of it again; without this script the page works with its buttons. Amounts are whole øre, never fractions. */
(function () {
  "use strict";
  var form = document.querySelector("[data-amendment]");
  if (!form) return;
  var box = form.querySelector("[data-balance]"), words = box.dataset, timer = null;
  var total = form.querySelector("[name=linjer-TOTAL_FORMS]"), lines = form.querySelector("[data-lines]");
  var MINUSES = /[-\u2212\u2013\u2010\u2011]/g, SPACES = /[\s\u00a0\u202f\u2009]/g;

  // Øre of a text as people write it; null for nothing, NaN for what cannot be read with certainty.
  function ore(text) {
    var plain = text.replace(MINUSES, "-").replace(SPACES, "").replace(/^kr\.?|kr\.?$/gi, "").replace(/[,.]-$/, "");
    if (plain === "" || plain === "-") return null;
    var negative = /^-|-$|^\(.*\)$/.test(plain);
    var body = plain.replace(/^[-+(]|[-)]$/g, "");
    var last = Math.max(body.lastIndexOf(","), body.lastIndexOf("."));
    var signs = (body.match(/[.,]/g) || []).length, mixed = body.indexOf(",") >= 0 && body.indexOf(".") >= 0;
    var whole = body, part = "";
    if (signs === 1 || mixed) {
      whole = body.slice(0, last);
      part = body.slice(last + 1);
      if (signs === 1 && part.length === 3 && /^[1-9]\d{0,2}$/.test(whole)) return NaN;
    }
    whole = whole.replace(/[.,]/g, "");
    if (!/^\d*$/.test(whole) || !/^\d{0,2}$/.test(part) || (whole === "" && part === "") || whole.length > 13) return NaN;
    var sum = Number(whole || "0") * 100 + Number((part + "00").slice(0, 2));
    return negative ? -sum : sum;
  }

  function written(sum) {
    var size = Math.abs(sum), whole = String(Math.floor(size / 100)).replace(/\B(?=(\d{3})+$)/g, "\u00a0");
    return whole + "," + ("0" + (size % 100)).slice(-2);
  }

  function field(line, name) { return line.querySelector("[name$='-" + name + "']"); }

  function off(part, sum) {
    return (sum > 0 ? words.given : words.taken).replace("{part}", words[part]).replace("{amount}", written(sum));
  }

  function balance() {
    var sums = { drift: 0, investering: 0 }, some = false, unread = 0;
    lines.querySelectorAll("[data-line]").forEach(function (line) {
      if (field(line, "DELETE").checked) return;
      var amount = ore(field(line, "amount").value);
      if (amount === null) return;
      some = true;
      if (isNaN(amount)) unread += 1;
      else sums[field(line, "art").value.trim().charAt(0) === "0" ? "investering" : "drift"] += amount;
    });
    var told = Object.keys(sums).filter(function (part) { return sums[part]; }).map(function (part) { return off(part, sums[part]); });
    if (unread) told.push(words.unread.replace("{count}", unread));
    var text = told.join(" ") || (some ? words.zero : words.empty);
    var shown = box.querySelector("p");
    if (shown.textContent !== text) shown.textContent = text;
    shown.classList.toggle("off", told.length > 0);
  }

  function name(input) {
    var place = input.id && form.querySelector("[data-name-of='" + input.id + "']");
    if (!place) return;
    var code = input.value.trim().split(/\s+/)[0], list = document.getElementById(input.getAttribute("list"));
    var found = code && list.querySelector("option[value='" + CSS.escape(code) + "']");
    place.textContent = found ? found.textContent : "";
  }

  form.addEventListener("input", function (event) {
    name(event.target);
    clearTimeout(timer);
    timer = setTimeout(balance, 250); // so that a reader is told once, not per key
  });
  form.addEventListener("change", balance);

  form.querySelector("[data-more]").addEventListener("click", function (event) {
    event.preventDefault();
    var place = Number(total.value), made = document.createElement("div");
    made.innerHTML = form.querySelector("[data-blank]").innerHTML.replace(/__prefix__/g, place).replace(/__number__/g, place + 1);
    var line = made.querySelector("[data-line]");
    lines.append(line);
    total.value = place + 1;
    field(line, "ansvar").focus();
  });
  balance();
})();
