/* Rows that open to show the rows or the explanation under them, and arrow keys between rows. Also works in parts that
   htmx brings in. */
(function () {
  "use strict";
  var narrow = window.matchMedia("(max-width: 40rem)");

  function set(button, open) {
    button.setAttribute("aria-expanded", String(open));
    button.closest("tr").classList.toggle("open", open);
    button.closest("table").querySelectorAll('[data-parent="' + CSS.escape(button.dataset.toggles) + '"]').forEach(function (row) {
      row.hidden = !open;
    });
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("button.drill");
    if (button) set(button, button.getAttribute("aria-expanded") !== "true");
  });

  // An explanation is fetched once; after that its link hides it and shows it again.
  document.addEventListener("click", function (event) {
    var link = event.target.closest("a.explain");
    if (!link) return;
    var row = link.closest("tr").nextElementSibling;
    if (!row || !row.classList.contains("explained")) return;
    event.preventDefault();
    event.stopPropagation();
    row.hidden = !row.hidden;
    link.setAttribute("aria-expanded", String(!row.hidden));
  }, true);
  document.addEventListener("htmx:afterRequest", function (event) {
    if (event.target.matches("a.explain") && event.detail.successful) event.target.setAttribute("aria-expanded", "true");
  });

  // Up and down go to the same place in the next row that is shown; left and right close and open a row that folds.
  function shown(row, step) {
    var rows = [].slice.call(row.closest("table").querySelectorAll("tbody tr, tfoot tr"));
    for (var place = rows.indexOf(row) + step; rows[place]; place += step) {
      if (rows[place].offsetParent !== null && rows[place].querySelector("a[href], button")) return rows[place];
    }
    return null;
  }

  document.addEventListener("keydown", function (event) {
    var step = { ArrowDown: 1, ArrowUp: -1 }[event.key], row = event.target.closest(".figures tbody tr, .figures tfoot tr");
    if (!row || event.altKey || event.ctrlKey || event.metaKey || !event.target.matches("a[href], button")) return;
    if (step) {
      var next = shown(row, step), cell = event.target.closest("th, td");
      if (!next) return;
      var same = next.children[cell.cellIndex], way = "a[href]:not(.drill)";
      ((same && same.querySelector(way)) || next.querySelector(way) || next.querySelector("a[href], button")).focus();
      event.preventDefault();
    } else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      var button = row.querySelector("button.drill");
      if (button && (button.getAttribute("aria-expanded") === "true") !== (event.key === "ArrowRight")) {
        set(button, event.key === "ArrowRight");
        event.preventDefault();
      }
    }
  });

  if (narrow.matches) document.querySelectorAll("button.drill[data-fold-narrow]").forEach(function (button) { set(button, false); });
})();
