// Draws the plan from the inert JSON in the page. Text reaches the page only through textContent.
(function (map) {
  "use strict";
  var data = JSON.parse(document.getElementById("plan-data").textContent);

  function element(tag, className, text) {
    var node = document.createElement(tag);
    if (className) { node.className = className; }
    if (text !== undefined) { node.textContent = text; }
    return node;
  }

  function swatch(symbol, kind) {
    var node = element("span", "swatch " + kind);
    if (kind === "line") {
      node.style.borderTopColor = symbol.stroke || "transparent";
      return node;
    }
    node.style.borderColor = symbol.stroke || "transparent";
    node.style.borderStyle = symbol.dash ? "dashed" : "solid";
    if (symbol.fill) {
      var alpha = Math.round(255 * (kind === "point" ? 1 : symbol.opacity)).toString(16);
      node.style.backgroundColor = symbol.fill + (alpha.length < 2 ? "0" + alpha : alpha);
    }
    return node;
  }

  function legend(layer) {
    var node = element("span", "entry");
    if (layer.classes.length === 1) { node.appendChild(swatch(layer.classes[0].symbol, layer.kind)); }
    node.appendChild(element("span", "", layer.title));
    if (layer.classes.length > 1) {
      layer.classes.forEach(function (one) {
        var row = element("span", "class");
        row.appendChild(swatch(one.symbol, layer.kind));
        row.appendChild(element("span", "", one.label));
        node.appendChild(row);
      });
    }
    return node.outerHTML;
  }

  function table(feature) {
    var node = element("table", "rows");
    feature.rows.forEach(function (row) {
      var line = node.insertRow();
      line.appendChild(element("th", "", row[0]));
      line.appendChild(element("td", "", row[1]));
    });
    return node;
  }

  function path(symbol, kind) {
    return {
      stroke: Boolean(symbol.stroke),
      color: symbol.stroke || "#000000",
      weight: symbol.width,
      opacity: 1,
      dashArray: symbol.dash || null,
      fill: kind !== "line" && Boolean(symbol.fill),
      fillColor: symbol.fill || "#000000",
      fillOpacity: symbol.opacity
    };
  }

  function marker(feature, symbol) {
    var badge = element("span", "badge", feature.mark);
    badge.style.backgroundColor = symbol.fill || "#333333";
    badge.style.borderColor = symbol.stroke || "#ffffff";
    return L.marker(feature.at, {
      icon: L.divIcon({ className: "facility", html: badge, iconSize: [24, 24] }),
      alt: feature.rows.length ? feature.rows[0][1] : "",
      pane: "markerPane"
    });
  }

  map.options.zoomSnap = 0.25;
  var overlays = {};
  var numbered = {};

  function explain(drawn, feature) {
    feature.rows.forEach(function (row) {
      if (row[0] === data.number_label) { numbered["n" + row[1]] = drawn; }
    });
    return drawn.bindPopup(function () { return table(feature); });
  }

  data.layers.forEach(function (layer, number) {
    var pane = "plan-" + number;
    map.createPane(pane).style.zIndex = 400 + number;
    var group = L.layerGroup().addTo(map);
    layer.features.forEach(function (feature) {
      var symbol = layer.classes[feature["class"]].symbol;
      if (feature.geometry && feature.geometry.type !== "Point") {
        var style = path(symbol, layer.kind === "line" ? "line" : "polygon");
        style.pane = pane;
        explain(L.geoJSON(feature.geometry, style), feature).addTo(group);
      }
      if (feature.at) {
        explain(marker(feature, symbol), feature).addTo(group);
      }
    });
    overlays[legend(layer)] = group;
  });
  if (data.base) {
    var picture = L.imageOverlay(data.base.image, data.base.bounds, { pane: "tilePane" }).addTo(map);
    overlays[element("span", "", data.base.title).outerHTML] = picture;
  }
  var isNarrow = window.matchMedia("(max-width: 760px)").matches;
  var switches = L.control.layers(null, overlays, { collapsed: isNarrow, position: "topright" }).addTo(map);
  L.control.zoom({ zoomInTitle: "拡大", zoomOutTitle: "縮小" }).addTo(map);
  L.control.scale({ imperial: false, maxWidth: 160 }).addTo(map);

  var heading = document.getElementById("heading");
  heading.appendChild(element("h1", "", data.title));
  heading.appendChild(element("p", "", data.created));
  data.notices.forEach(function (notice) { heading.appendChild(element("p", "notice", notice)); });
  var lists = document.getElementById("lists");
  data.lists.forEach(function (list) {
    lists.appendChild(element("h2", "", list.title));
    var rows = element("ul", "");
    list.items.forEach(function (item) {
      var row = element("li", "");
      var button = element("button", "place");
      button.type = "button";
      button.appendChild(element("span", "mark", item.mark));
      button.appendChild(element("span", "name", item.name));
      button.appendChild(element("span", "text", item.text));
      button.addEventListener("click", function () {
        document.getElementById("map_plan").scrollIntoView({ block: "nearest" });
        fit(item.bounds);
        if (numbered["n" + item.mark] && map.hasLayer(numbered["n" + item.mark])) {
          numbered["n" + item.mark].openPopup();
        }
      });
      row.appendChild(button);
      rows.appendChild(row);
    });
    lists.appendChild(rows);
  });
  if (data.lists.length) {
    lists.appendChild(element("p", "hint", "意見書には、左の番号を書いてください。"));
  }

  // Beside the legend where it stands open, so that it covers nothing of the plan.
  function fit(bounds) {
    var isOpen = document.body.className === "printing" || !isNarrow;
    var right = isOpen ? switches.getContainer().offsetWidth + 30 : 20;
    map.closePopup();
    map.fitBounds(bounds, {
      animate: false, maxZoom: 17, paddingTopLeft: [20, 20], paddingBottomRight: [right, 20]
    });
  }
  map.invalidateSize({ animate: false });
  fit(data.bounds);

  // Leaflet measures its box on the screen: the box takes the size it has on paper before the page is laid out.
  var seen = null;
  window.addEventListener("beforeprint", function () {
    seen = map.getBounds();
    document.body.className = "printing";
    map.invalidateSize({ animate: false, pan: false });
    if (isNarrow) { fit(seen); } else { map.fitBounds(seen, { animate: false }); }
  });
  window.addEventListener("afterprint", function () {
    document.body.className = "";
    map.invalidateSize({ animate: false, pan: false });
    if (seen) { map.fitBounds(seen, { animate: false }); }
  });

  var sources = document.getElementById("sources");
  data.sources.forEach(function (source) { sources.appendChild(element("span", "", source)); });
})(map_plan);
