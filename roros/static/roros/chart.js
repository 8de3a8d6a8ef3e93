/* Draws the charts. Figures name a role (copper, slag, text …); the colour comes from the css, so that light, dark and
   print follow. Nothing is sent anywhere: the vendor's "share chart" is switched off. */
(function () {
  "use strict";
  if (!window.Plotly) return;
  var CONFIG = { displayModeBar: false, responsive: true, locale: "nb", showSendToCloud: false, plotlyServerURL: "", displaylogo: false };
  var ROLES = ["copper", "slag", "text", "muted", "rule", "paper"];
  var narrow = window.matchMedia("(max-width: 40rem)");

  Plotly.register({
    moduleType: "locale", name: "nb", dictionary: {},
    format: { decimal: ",", thousands: "\u00a0", grouping: [3], currency: ["", "\u00a0kr"] }
  });

  function inks() {
    var found = {};
    ROLES.forEach(function (role) {
      var probe = document.createElement("span");
      probe.className = "ink-" + role;
      document.body.append(probe);
      found[role] = getComputedStyle(probe).color;
      probe.remove();
    });
    return found;
  }

  function dress(figure, ink) {
    var layout = figure.layout;
    figure.data.forEach(function (trace) {
      var colour = ink[trace.meta] || ink.slag;
      trace.marker = Object.assign({ color: colour }, trace.marker);
      if (trace.type === "bar") trace.textfont = { color: ink.text, size: 13 };
      else trace.line = Object.assign({ color: colour }, trace.line);
    });
    (layout.annotations || []).forEach(function (note) {
      note.font = Object.assign({ size: 13, color: ink[note.name] || ink.text }, note.font);
      note.arrowcolor = ink.muted;
    });
    (layout.shapes || []).forEach(function (shape) { shape.line = Object.assign({}, shape.line, { color: ink[shape.name] || ink.text }); });
    ["xaxis", "yaxis"].forEach(function (name) {
      layout[name] = Object.assign({}, layout[name], { gridcolor: ink.rule, zerolinecolor: ink.text, tickfont: { color: ink.muted, size: 12 } });
    });
    layout.font = Object.assign({}, layout.font, { color: ink.text });
    layout.hoverlabel = { bgcolor: ink.paper, bordercolor: ink.rule, font: { color: ink.text } };
  }

  // On a phone: every third month, and no arrows; the labels at the line ends stay.
  function thin(layout) {
    if (layout.annotations) layout.annotations = layout.annotations.filter(function (note) { return !note.showarrow; });
    var axis = layout.xaxis;
    if (axis.tickvals && axis.tickvals.length === 12) {
      axis.ticktext = axis.ticktext.filter(function (_text, place) { return place % 3 === 0; });
      axis.tickvals = axis.tickvals.filter(function (_value, place) { return place % 3 === 0; });
    }
  }

  function draw(root) {
    var ink = inks();
    (root.querySelectorAll ? root : document).querySelectorAll("[data-chart]").forEach(function (box) {
      var figure = JSON.parse(document.getElementById(box.dataset.chart).textContent);
      dress(figure, ink);
      if (narrow.matches) thin(figure.layout);
      Plotly.react(box, figure.data, figure.layout, CONFIG);
    });
  }

  function drawAll() { draw(document); }
  (document.fonts && document.fonts.ready ? document.fonts.ready : Promise.resolve()).then(drawAll);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  window.matchMedia("print").addEventListener("change", drawAll);
  narrow.addEventListener("change", drawAll);
  document.addEventListener("htmx:afterSwap", function (event) { draw(event.target); });
})();
