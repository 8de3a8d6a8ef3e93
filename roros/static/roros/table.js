/* Rows that open to show the rows under them. Also works in parts that htmx brings in. */
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

  if (narrow.matches) document.querySelectorAll("button.drill[data-fold-narrow]").forEach(function (button) { set(button, false); });
})();
