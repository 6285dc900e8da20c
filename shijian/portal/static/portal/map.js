// The bureau's map: grids by level, entities counted or shown by the server for the present view, open events.
import { create, load, addAreas, boundsOf, maplibregl, GREEN, RED, isDark } from "map";

const element = document.querySelector("[data-bureau-map]");
const panel = document.querySelector("[data-map-panel]");
const tree = panel.querySelector("[data-map-tree]"), card = panel.querySelector("[data-map-area]");
const box = document.querySelector("[data-map-search]"), hits = document.getElementById("map-hits");
const map = create(element);
const EMPTY = { type: "FeatureCollection", features: [] };
let chosen = null, hovered = null, level = element.dataset.level, generation = 0, asked = 0, marker = null, areas = EMPTY;

map.on("load", async () => {
  map.addSource("entities", { type: "geojson", data: EMPTY });
  map.addSource("events", { type: "geojson", data: EMPTY, cluster: true, clusterRadius: 36, clusterMaxZoom: 15 });
  const data = areas = await load(`${element.dataset.areas}?level=${level}&people=1`);
  addAreas(map, data);
  const halo = isDark() ? "#141c25" : "#ffffff";
  map.addLayer({ id: "entities", type: "circle", source: "entities", paint: { "circle-color": GREEN, "circle-opacity": 0.75, "circle-stroke-color": halo, "circle-stroke-width": 1, "circle-radius": ["case", [">", ["get", "count"], 1], ["interpolate", ["linear"], ["sqrt", ["get", "count"]], 1, 5, 40, 22], 4] } });
  map.addLayer({ id: "entity-counts", type: "symbol", source: "entities", filter: [">", ["get", "count"], 4], layout: { "text-field": ["to-string", ["get", "count"]], "text-size": 11, "text-font": ["sans-serif"] }, paint: { "text-color": "#ffffff" } });
  map.addLayer({ id: "entity-names", type: "symbol", source: "entities", minzoom: 15.5, filter: ["==", ["get", "count"], 1], layout: { "text-field": ["get", "name"], "text-size": 11, "text-offset": [0, 1], "text-anchor": "top", "text-font": ["sans-serif"] }, paint: { "text-color": isDark() ? "#dbe4ee" : "#1d2a38", "text-halo-color": halo, "text-halo-width": 1.2 } });
  map.addLayer({ id: "events", type: "circle", source: "events", paint: { "circle-color": RED, "circle-stroke-color": halo, "circle-stroke-width": 2, "circle-radius": ["case", ["has", "point_count"], 13, 7] } });
  map.addLayer({ id: "event-counts", type: "symbol", source: "events", filter: ["has", "point_count"], layout: { "text-field": ["to-string", ["get", "point_count"]], "text-size": 12, "text-font": ["sans-serif"] }, paint: { "text-color": "#ffffff" } });
  const own = data.features.filter((each) => each.properties.code.startsWith(element.dataset.home));
  const seen = own.length ? { features: own } : data;
  if (seen.features.length) map.fitBounds(boundsOf(seen), { padding: 30, duration: 0 });
  await refresh();
  element.dataset.ready = "1";
});
map.on("moveend", () => refresh());

async function refresh() {
  const mine = ++generation;
  const box = map.getBounds().toArray().flat().map((each) => each.toFixed(5)).join(",");
  for (const name of ["entities", "events"]) {
    const url = element.dataset[name];
    const on = document.querySelector(`[data-layer=${name}]`)?.checked;
    const source = map.getSource(name);
    if (!source) continue;
    const data = url && on ? await load(`${url}?bbox=${box}`).catch(() => EMPTY) : EMPTY;
    if (mine === generation) source.setData(data);
  }
}

for (const box of document.querySelectorAll("[data-layer]")) box.addEventListener("change", refresh);
for (const radio of document.querySelectorAll("[name=level]")) {
  radio.addEventListener("change", async () => {
    close();
    await showLevel(radio.value);
  });
}

map.on("mousemove", "areas-fill", (event) => {
  if (hovered !== null) map.setFeatureState({ source: "areas", id: hovered }, { hover: false });
  hovered = event.features[0].properties.code;
  map.setFeatureState({ source: "areas", id: hovered }, { hover: true });
});
map.on("click", (event) => {
  const [hit] = map.queryRenderedFeatures(event.point, { layers: ["events", "entities"] });
  if (hit?.properties.url) { location.assign(hit.properties.url); return; }
  if (hit?.properties.id) { location.assign(`${element.dataset.entityList}${hit.properties.id}/`); return; }
  if (hit) { map.easeTo({ center: hit.geometry.coordinates, zoom: map.getZoom() + 1.5 }); return; }
  const [area] = map.queryRenderedFeatures(event.point, { layers: ["areas-fill"] });
  if (area) show(area.properties, event.lngLat);
});

async function showLevel(depth) {
  level = depth;
  areas = await load(`${element.dataset.areas}?level=${level}&people=1`);
  map.getSource("areas").setData(areas);
}

function mark(code) {
  if (chosen !== null) map.setFeatureState({ source: "areas", id: chosen }, { chosen: false });
  chosen = code;
  if (code !== null) map.setFeatureState({ source: "areas", id: code }, { chosen: true });
}

async function show(area, at) {
  mark(area.code);
  const place = at ? `?lon=${at.lng.toFixed(6)}&lat=${at.lat.toFixed(6)}` : "";
  const answer = await fetch(card.dataset.mapArea.replace("CODE", encodeURIComponent(area.code)) + place);
  if (!answer.ok || chosen !== area.code) return;
  card.innerHTML = await answer.text();
  card.hidden = false;
  tree.hidden = true;
  panel.classList.add("is-open");
}

function close() {
  mark(null);
  card.hidden = true;
  tree.hidden = false;
  panel.classList.remove("is-open");
}

panel.addEventListener("click", (event) => {
  if (event.target.closest("[data-panel-close]")) close();
  const link = event.target.closest("[data-code]");
  if (link) { event.preventDefault(); goTo({ code: link.dataset.code }); }
});
document.addEventListener("keydown", (event) => { if (event.key === "Escape") { hits.hidden = true; close(); } });

// The search box: a grid opens its panel, an entity gets a pin.
async function goTo({ code, place, label }) {
  hits.hidden = true;
  box.setAttribute("aria-expanded", "false");
  marker?.remove();
  if (place) {
    const popup = new maplibregl.Popup({ offset: 24, closeButton: false }).setText(label);
    marker = new maplibregl.Marker({ color: RED }).setLngLat(place).setPopup(popup).addTo(map).togglePopup();
    map.easeTo({ center: place, zoom: Math.max(map.getZoom(), 16) });
    return;
  }
  let area = areas.features.find((each) => each.properties.code === code);
  for (const radio of area ? [] : document.querySelectorAll("[name=level]")) {
    await showLevel(radio.value);
    area = areas.features.find((each) => each.properties.code === code);
    if (area) { radio.checked = true; break; }
  }
  if (!area) return;
  map.fitBounds(boundsOf({ features: [area] }), { padding: 60, maxZoom: 15.5 });
  show(area.properties, null);
}

let waiting = 0;
box.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const mine = ++asked;
    const { hits: found } = box.value.trim().length > 1 ? await load(`${box.dataset.mapSearch}?q=${encodeURIComponent(box.value.trim())}`) : { hits: [] };
    if (mine !== asked) return;
    hits.replaceChildren(...found.map((hit) => {
      const item = document.createElement("li"), button = document.createElement("button"), note = document.createElement("small");
      item.setAttribute("role", "option");
      button.type = "button";
      button.textContent = hit.label;
      note.textContent = hit.note;
      button.append(note);
      button.addEventListener("click", () => goTo(hit));
      item.append(button);
      return item;
    }));
    if (!found.length && box.value.trim().length > 1) hits.textContent = "没有找到";
    hits.hidden = box.value.trim().length < 2;
    box.setAttribute("aria-expanded", String(!hits.hidden));
  }, 250);
});
box.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); hits.querySelector("button")?.click(); } });
