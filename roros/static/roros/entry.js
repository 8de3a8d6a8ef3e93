/* The entry grid as a spreadsheet: keys, undo, sums and paste. Without it the form is sent as it is. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-entry]");
  if (!form) return;
  var table = form.querySelector(".entry-grid"), status = form.querySelector("[data-status]");
  var inputs = Array.prototype.slice.call(table.querySelectorAll("tbody input"));
  var done = [], undone = [], editing = false, held = "", leaving = false;

  // ---- numbers: øre as BigInt, never floating point
  function parse(text) {
    var plain = text.replace(/[\u00a0\u202f\u2009\u2007\u2008\u2002\u2003\u205f]/g, " ").replace(/[\u2212\u2013\u2010\u2011\ufe63\uff0d]/g, "-").trim();
    plain = plain.replace(/^(?:kr\.?|nok)\s*|\s*(?:kr\.?|nok)$/i, "").trim();
    if (plain === "" || plain === "-" || plain === "--") return 0n;
    var negative = false;
    if (/[,.]-$/.test(plain)) plain = plain.slice(0, -2);
    if (/^\(.*\)$/.test(plain)) { negative = true; plain = plain.slice(1, -1).trim(); }
    else if (plain[0] === "-") { negative = true; plain = plain.slice(1).trim(); }
    else if (plain.slice(-1) === "-") { negative = true; plain = plain.slice(0, -1).trim(); }
    else if (plain[0] === "+") plain = plain.slice(1).trim();
    var found = /^(\d+|\d{1,3}(?: \d{3})+|\d{1,3}(?:\.\d{3})+(?=,|\.\d{3}|$)|\d{1,3}(?:,\d{3})+(?=\.|,\d{3}|$))?(?:[.,](\d{1,}))?$/.exec(plain);
    if (!found || (found[1] === undefined && found[2] === undefined)) return null;
    if (/^[1-9]\d{0,2}[.,]\d{3}$/.test(plain)) return null; // thousands or decimals: nobody knows
    var fraction = (found[2] || "").replace(/0+$/, "");
    if (fraction.length > 2) return null;
    var ore = BigInt((found[1] || "0").replace(/[ .,]/g, "") + (fraction + "00").slice(0, 2));
    return negative ? -ore : ore;
  }
  function write(ore) {
    var negative = ore < 0n, digits = String(negative ? -ore : ore).padStart(3, "0");
    var kroner = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, "\u00a0");
    return (negative ? "\u2212" : "") + kroner + "," + digits.slice(-2);
  }
  function before(input) { return parse(input.dataset.before); }
  function isDirty(input) { var now = parse(input.value); return now === null || now !== before(input); }

  // ---- sums and marks
  function add(cells) {
    return cells.reduce(function (sum, cell) {
      var input = cell.querySelector("input");
      return sum + (input ? parse(input.value) || 0n : cell.dataset.amount ? parse(cell.dataset.amount) : 0n);
    }, 0n);
  }
  function cellsOf(row) { return Array.prototype.slice.call(row.querySelectorAll("td:not(.total)")); }
  var rows = Array.prototype.slice.call(table.querySelectorAll("tbody tr.row"));
  function refresh() {
    var sums = Array.prototype.slice.call(table.querySelectorAll("[data-sum]")), grand = 0n;
    var held = rows.map(cellsOf);
    rows.forEach(function (row, at) { row.querySelector("[data-total]").textContent = write(add(held[at])); });
    sums.forEach(function (cell, month) {
      var sum = add(held.map(function (row) { return row[month]; }));
      grand += sum;
      cell.textContent = write(sum);
    });
    table.querySelector("[data-grand]").textContent = write(grand);
    tell("");
  }
  function mark(input) {
    var now = parse(input.value), cell = input.closest("td"), dirty = now === null || now !== before(input);
    cell.classList.toggle("dirty", dirty);
    if (now === null) input.setAttribute("aria-invalid", "true"); else { input.removeAttribute("aria-invalid"); var error = cell.querySelector(".field-error"); if (error) error.remove(); }
  }
  function changed() { return inputs.filter(isDirty); }
  function tell(words) {
    var dirty = changed(), wrong = dirty.filter(function (input) { return parse(input.value) === null; });
    var difference = dirty.reduce(function (sum, input) { var now = parse(input.value); return now === null ? sum : sum + now - before(input); }, 0n);
    var said = words ? words + " " : "";
    if (dirty.length) said += dirty.length + (dirty.length === 1 ? " celle er endret og ikke lagret" : " celler er endret og ikke lagret") + ", til sammen " + write(difference) + " kr. ";
    if (wrong.length) said += wrong.length === 1 ? "Én celle er ikke et sikkert beløp. Skriv det som 1234,50." : wrong.length + " celler er ikke sikre beløp. Skriv dem som 1234,50.";
    status.textContent = said.trim();
  }

  // ---- changing a cell, and taking it back
  function settle(input) {
    editing = false;
    if (input.value === held) return;
    var now = parse(input.value);
    if (now !== null) input.value = input.value.trim() === "" && before(input) === 0n ? "" : write(now);
    if (input.value !== held) { done.push({ input: input, from: held, to: input.value }); undone = []; }
    held = input.value;
    mark(input);
    refresh();
  }
  function replay(from, to, key, words) {
    var step = from.pop();
    if (!step) { tell("Ingenting mer å " + words + "."); return; }
    to.push(step);
    step.input.value = step[key];
    mark(step.input);
    step.input.focus();
    held = step.input.value;
    step.input.select();
    refresh();
  }
  function move(input, down, right) {
    var cell = input.closest("td"), row = cell.parentNode, column = cell.cellIndex, at = rows.indexOf(row);
    for (;;) {
      at += down; column += right;
      if (at < 0 || at >= rows.length || column < 1 || column > 13) return;
      var next = rows[at].cells[column].querySelector("input");
      if (next) { settle(input); next.focus(); return; }
    }
  }

  table.addEventListener("focusin", function (event) {
    if (event.target.tagName !== "INPUT") return;
    held = event.target.value;
    editing = false;
    event.target.select();
  });
  table.addEventListener("focusout", function (event) { if (event.target.tagName === "INPUT") settle(event.target); });
  table.addEventListener("dblclick", function () { editing = true; });
  table.addEventListener("keydown", function (event) {
    var input = event.target, key = event.key, control = event.ctrlKey || event.metaKey;
    if (input.tagName !== "INPUT" || event.altKey) return;
    if (control) {
      var letter = key.toLowerCase();
      if (letter === "z" && !event.shiftKey) {
        event.preventDefault();
        if (input.value !== held) { input.value = held; input.select(); } else replay(done, undone, "from", "angre");
      } else if (letter === "y" || (letter === "z" && event.shiftKey)) { event.preventDefault(); replay(undone, done, "to", "gjøre om"); }
      return;
    }
    var ways = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    if (key === "Enter") { event.preventDefault(); settle(input); move(input, event.shiftKey ? -1 : 1, 0); input === document.activeElement && input.select(); }
    else if (key === "F2") { event.preventDefault(); editing = true; input.setSelectionRange(input.value.length, input.value.length); }
    else if (key === "Escape") { event.preventDefault(); input.value = held; editing = false; input.select(); }
    else if (ways[key] && !(editing && (key === "ArrowLeft" || key === "ArrowRight"))) { event.preventDefault(); move(input, ways[key][0], ways[key][1]); }
  });

  // ---- a block from a spreadsheet goes to the page that shows it before and after
  table.addEventListener("paste", function (event) {
    var input = event.target, text = event.clipboardData.getData("text/plain"), block = document.querySelector("[data-paste-form]");
    if (input.tagName !== "INPUT" || !block) return;
    if (!/[\t\n]/.test(text.replace(/[\r\n]+$/, ""))) return;
    event.preventDefault();
    if (changed().length) { tell("Lagre eller angre det du har skrevet, før du limer inn en blokk."); return; }
    block.elements.block.value = text;
    block.elements.anchor.value = String(rows.indexOf(input.closest("tr")));
    block.elements.period.value = String(input.closest("td").cellIndex);
    leaving = true;
    block.submit();
  });

  // ---- only what was changed is sent
  form.addEventListener("submit", function () {
    if (document.activeElement && table.contains(document.activeElement)) settle(document.activeElement);
    leaving = true;
    inputs.forEach(function (input) { input.disabled = !isDirty(input); });
  });
  window.addEventListener("pageshow", function () { leaving = false; inputs.forEach(function (input) { input.disabled = false; }); });
  window.addEventListener("beforeunload", function (event) { if (!leaving && changed().length) event.preventDefault(); });
  inputs.forEach(mark);
  if (changed().length) tell("");
})();
