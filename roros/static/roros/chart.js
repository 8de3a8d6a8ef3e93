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
      if (trace.marker.line) trace.marker.line = Object.assign({}, trace.marker.line, { color: ink.paper });
      if (trace.type === "bar") trace.textfont = { color: ink.text, size: 13 };
      else trace.line = Object.assign({ color: colour }, trace.line);
      if (trace.fill) trace.fillcolor = colour;
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
      offer(box);
    });
  }

  // A bar that stands for a part leads to that part, as the link in the table does; the browser's own "back" returns.
  function follow(event) {
    var place = event.points && event.points[0] && event.points[0].customdata;
    if (typeof place === "string" && /^\/[^/]/.test(place)) window.location.assign(place);
  }

  function offer(box) {
    if (box.dataset.offered) return;
    box.dataset.offered = "yes";
    if ("links" in box.dataset) box.on("plotly_click", follow);
    var figure = box.closest("figure"), row = figure && figure.querySelector("[data-downloads]");
    if (!row) return;
    row.hidden = false;
    row.addEventListener("click", function (event) {
      var button = event.target.closest("[data-save]");
      if (button) save(box, figure, button.dataset.save);
    });
  }

  // The picture is made here of what is drawn, with its title and paper; nothing is sent anywhere.
  function save(box, figure, kind) {
    var name = box.dataset.chart.replace(/-data$/, "");
    if (kind === "csv") return hand(new Blob(["\ufeff" + csv(figure)], { type: "text/csv" }), name + ".csv");
    var width = box.clientWidth, layout = JSON.parse(JSON.stringify(box.layout)), lines = origin(figure, Math.floor(width / 6.2));
    var below = 22 + 16 * lines.length, height = box.clientHeight + 40 + below, margin = Object.assign({ l: 36, t: 16, b: 30 }, layout.margin);
    var heading = box.closest("section") && box.closest("section").querySelector("h2");
    layout.title = { text: (heading || figure.querySelector("figcaption")).textContent.replace(/[<>]/g, ""), x: 0.01, xanchor: "left", font: { size: 15 } };
    layout.margin = Object.assign({}, margin, { t: margin.t + 40, b: margin.b + below });
    layout.annotations = (layout.annotations || []).concat({
      text: lines.join("<br>"), showarrow: false, align: "left", xref: "paper", yref: "paper", x: 0, y: 0,
      xshift: 8 - margin.l, yshift: -margin.b - 8, xanchor: "left", yanchor: "top", font: { size: 11, color: inks().muted }
    });
    layout.paper_bgcolor = inks().paper;
    var drawn = { data: box.data, layout: layout, config: CONFIG };
    Plotly.toImage(drawn, { format: "svg", width: width, height: height, imageDataOnly: true }).then(function (svg) {
      if (kind === "svg") return hand(new Blob([svg], { type: "image/svg+xml" }), name + ".svg");
      var picture = new Image();
      picture.onload = function () {
        var canvas = document.createElement("canvas");
        canvas.width = width * 2;
        canvas.height = height * 2;
        canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
        canvas.toBlob(function (blob) { hand(blob, name + ".png"); }, "image/png");
      };
      picture.src = "data:image/svg+xml," + encodeURIComponent(svg);
    });
  }

  // What must follow a picture out of the page: what it shows and in which unit, the day of the figures, the source.
  function origin(figure, most) {
    var parts = [figure.querySelector("figcaption"), document.querySelector(".period time"), figure.querySelector(".note"), document.querySelector(".brand")];
    var words = parts.map(function (part) {
      var text = part ? part.textContent.trim().replace(/\s+/g, " ").replace(/[<>]/g, "") : "";
      return part && part.tagName === "TIME" ? part.closest("li").textContent.trim() : text;
    }).filter(Boolean).join(" · ").split(" ");
    return words.reduce(function (lines, word) {
      var last = lines[lines.length - 1];
      if (last && (last + " " + word).length <= most) lines[lines.length - 1] = last + " " + word;
      else lines.push(word);
      return lines;
    }, []);
  }

  function csv(figure) {
    return [].map.call(figure.querySelectorAll(".numbers tr"), function (row) {
      return [].map.call(row.children, function (cell) {
        var text = cell.textContent.trim();
        if (cell.tagName === "TD") text = text.replace(/\u00a0/g, "").replace(/\u2212/g, "-");
        return '"' + text.replace(/"/g, '""') + '"';
      }).join(";");
    }).join("\r\n") + "\r\n";
  }

  function hand(blob, name) {
    var link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 10000);
  }

  function drawAll() { draw(document); }
  (document.fonts && document.fonts.ready ? document.fonts.ready : Promise.resolve()).then(drawAll);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  window.matchMedia("print").addEventListener("change", drawAll);
  narrow.addEventListener("change", drawAll);
  document.addEventListener("htmx:afterSwap", function (event) { draw(event.target); });
})();
