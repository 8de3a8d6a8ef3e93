/* Folds and printing. Every page works without it. */
(function () {
  "use strict";
  var narrow = window.matchMedia("(max-width: 40rem)");

  // Menu and controls stand open on wide screens and fold to their summary on a phone.
  function fit() {
    document.querySelectorAll(".nav-fold, .controls-fold").forEach(function (fold) { fold.open = !narrow.matches; });
  }
  narrow.addEventListener("change", fit);
  fit();

  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });

  // A link to a folded part opens it: the numbers behind a figure, the story of a figure.
  function openTarget() {
    var target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    var fold = target && target.closest("details");
    if (fold) fold.open = true;
  }
  window.addEventListener("hashchange", openTarget);
  openTarget();
})();
