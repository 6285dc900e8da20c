// The bureau's map: grids by level, entities counted or shown by the server for the present view, open events.
import { create, load, addAreas, addRoads, boundsOf, maplibregl, GREEN, RED, isDark } from "map";

const element = document.querySelector("[data-bureau-map]");
const panel = document.querySelector("[data-map-panel]");
const map = create(element);
const EMPTY = { type: "FeatureCollection", features: [] };
let chosen = null, hovered = null, level = element.dataset.level, generation = 0;

map.on("load", async () => {
  map.addSource("entities", { type: "geojson", data: EMPTY });
  map.addSource("events", { type: "geojson", data: EMPTY, cluster: true, clusterRadius: 36, clusterMaxZoom: 15 });
  const data = await load(`${element.dataset.areas}?level=${level}&people=1`);
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
    level = radio.value;
    chosen = null;
    map.getSource("areas").setData(await load(`${element.dataset.areas}?level=${level}&people=1`));
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

async function show(area, at) {
  if (chosen !== null) map.setFeatureState({ source: "areas", id: chosen }, { chosen: false });
  chosen = area.code;
  map.setFeatureState({ source: "areas", id: chosen }, { chosen: true });
  const line = (tag, text, css = "") => { const made = document.createElement(tag); made.textContent = text; made.className = css; return made; };
  const link = (text, href, css = "") => { const made = line("a", text, css); made.href = href; return made; };
  const parts = [line("h2", `${area.code} ${area.name}`)];
  const person = line("p", area.chief ? `负责人 ${area.chief} ` : "负责人空缺 ");
  if (area.phone) person.append(link(area.phone, area.contact));
  parts.push(person);
  const acts = document.createElement("div");
  acts.className = "next-acts";
  acts.append(link("五定卡、人员、边界", area.url, "btn btn-primary"));
  if (element.dataset.entities) acts.append(link("主体台账", `${element.dataset.entityList}?area=${area.code}&active=1`, "btn"));
  if (element.dataset.events) acts.append(link("未办结事件", `${element.dataset.eventList}?area=${area.code}&open=1`, "btn"));
  if (element.dataset.report) acts.append(link("在此上报", `${element.dataset.report}?lon=${at.lng.toFixed(6)}&lat=${at.lat.toFixed(6)}`, "btn"));
  parts.push(acts);
  panel.replaceChildren(...parts);
  if (innerWidth < 1100) panel.scrollIntoView({ behavior: "smooth", block: "nearest" });
}
