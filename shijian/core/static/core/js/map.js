// Maps. `data-map="show"` draws GeoJSON, `data-map="pick"` lets one point be chosen. No tiles: our own layers on calm paper.
import * as maplibregl from "maplibre-gl";

export const BLUE = "#0b5cad", RED = "#b42318", GREEN = document.documentElement.dataset.bsTheme === "dark" ? "#3fa873" : "#17693b", AMBER = "#c77700";

export function start() {
  const { mapWorker } = document.querySelector("[data-map-worker]")?.dataset ?? {};
  if (mapWorker) maplibregl.setWorkerUrl(mapWorker);
  for (const element of document.querySelectorAll("[data-map]")) {
    try {
      const kinds = { show, pick };
      kinds[element.dataset.map]?.(element);
    } catch (error) {
      element.textContent = "此设备无法显示地图，请使用下方的文字信息。";
      console.error(error);
    }
  }
}

export function setWorker(element) {
  if (element.dataset.mapWorker) maplibregl.setWorkerUrl(element.dataset.mapWorker);
}

export function isDark() {
  return document.documentElement.dataset.bsTheme === "dark";
}

export function create(element, options = {}) {
  setWorker(element);
  const ink = isDark();
  const map = new maplibregl.Map({
    container: element,
    style: { version: 8, sources: {}, layers: [{ id: "paper", type: "background", paint: { "background-color": ink ? "#141c25" : "#eef2f5" } }] },
    center: [109.07, 34.28],
    zoom: 10.5,
    minZoom: 7,
    maxZoom: 18.5,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    locale: { "NavigationControl.ZoomIn": "放大", "NavigationControl.ZoomOut": "缩小", "Map.Title": "地图", "AttributionControl.ToggleAttribution": "版权信息" },
    ...options,
  });
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new maplibregl.AttributionControl({ compact: true, customAttribution: document.body.dataset.attribution || "" }));
  map.addControl(new maplibregl.ScaleControl({ unit: "metric" }));
  map.touchZoomRotate.disableRotation();
  element.mapInstance = map;
  // Registered before any caller's: the streets come to lie under everything else.
  if (document.body.dataset.background) map.on("load", () => addRoads(map, document.body.dataset.background));
  return map;
}

export async function load(url) {
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.json();
}

export function boundsOf(data) {
  const box = new maplibregl.LngLatBounds();
  const walk = (part) => (typeof part[0] === "number" ? box.extend(part) : part.forEach(walk));
  for (const feature of data.features ?? [data]) if (feature.geometry) walk(feature.geometry.coordinates);
  return box;
}

const WIDE = ["match", ["get", "class"], ["motorway", "trunk"], 2, ["primary"], 1.5, ["secondary"], 1.1, 0.8];

function addRoads(map, url) {
  const ink = isDark();
  const width = (more) => ["interpolate", ["exponential", 1.5], ["zoom"], 9, ["*", 0.7 + more * 0.3, WIDE], 13, ["+", ["*", 2.4, WIDE], more], 17, ["+", ["*", 8, WIDE], more * 2]];
  const round = { "line-cap": "round", "line-join": "round" };
  map.addSource("roads", { type: "geojson", data: url });
  map.addLayer({ id: "road-edges", type: "line", source: "roads", minzoom: 12, layout: round, paint: { "line-color": ink ? "#0e151d" : "#d5dde4", "line-width": width(1.2) } });
  map.addLayer({ id: "roads", type: "line", source: "roads", layout: round, paint: { "line-color": ink ? "#2c3745" : "#ffffff", "line-width": width(0) } });
  map.addLayer({ id: "road-names", type: "symbol", source: "roads", minzoom: 12.5, layout: { "symbol-placement": "line", "symbol-spacing": 320, "text-field": ["get", "name"], "text-size": 11, "text-font": ["sans-serif"] }, paint: { "text-color": ink ? "#8b98a7" : "#6b7785", "text-halo-color": ink ? "#141c25" : "#ffffff", "text-halo-width": 1.2 } });
}

// A name stands once in each area, wherever its parts lie and however the map is tiled: at the point the server gives, or in the
// middle of the largest part.
function namesOf(data) {
  const features = data.features.filter((each) => each.geometry && each.geometry.type.endsWith("Polygon"));
  return {
    type: "FeatureCollection",
    features: features.map((each) => ({ type: "Feature", properties: each.properties, geometry: { type: "Point", coordinates: each.properties.at || middleOf(each.geometry) } })),
  };
}

function middleOf(geometry) {
  const rings = geometry.type === "Polygon" ? [geometry.coordinates[0]] : geometry.coordinates.map((part) => part[0]);
  let best = [0, 0, 0];
  for (const ring of rings) {
    const [x0, y0] = ring[0];
    let area = 0, x = 0, y = 0;
    for (let n = 1; n < ring.length; n++) {
      const [ax, ay] = [ring[n - 1][0] - x0, ring[n - 1][1] - y0], [bx, by] = [ring[n][0] - x0, ring[n][1] - y0];
      const cross = ax * by - bx * ay;
      area += cross; x += (ax + bx) * cross; y += (ay + by) * cross;
    }
    if (Math.abs(area) > Math.abs(best[2])) best = [x0 + x / (3 * area), y0 + y / (3 * area), area];
  }
  return best.slice(0, 2);
}

export function addAreas(map, data, id = "areas", { label = ["concat", ["get", "code"], "\n", ["get", "name"]], minzoom = 0 } = {}) {
  const ink = isDark();
  map.addSource(id, { type: "geojson", data, promoteId: "code" });
  map.addLayer({ id: `${id}-fill`, type: "fill", source: id, paint: { "fill-color": ["coalesce", ["get", "colour"], BLUE], "fill-opacity": ["case", ["boolean", ["feature-state", "chosen"], false], 0.28, ["boolean", ["feature-state", "hover"], false], 0.18, 0.07] } });
  map.addLayer({ id: `${id}-line`, type: "line", source: id, paint: { "line-color": ["coalesce", ["get", "colour"], BLUE], "line-width": ["case", ["boolean", ["feature-state", "chosen"], false], 2.5, 1] } });
  map.addSource(`${id}-names`, { type: "geojson", data: namesOf(data) });
  map.addLayer({ id: `${id}-label`, type: "symbol", source: `${id}-names`, minzoom, layout: { "text-field": label, "text-size": 12, "text-font": ["sans-serif"], "text-padding": 6 }, paint: { "text-color": ink ? "#dbe4ee" : "#1d2a38", "text-halo-color": ink ? "#141c25" : "#ffffff", "text-halo-width": 1.4 } });
}

export function setAreas(map, data, id = "areas") {
  map.getSource(id).setData(data);
  map.getSource(`${id}-names`).setData(namesOf(data));
}

function show(element) {
  const map = create(element, { interactive: element.dataset.still === undefined });
  map.on("load", async () => {
    if (element.dataset.areas) {
      const data = await load(element.dataset.areas);
      addAreas(map, data);
      if (data.features.length) map.fitBounds(boundsOf(data), { padding: 24, duration: 0 });
    }
    if (element.dataset.given) {
      const data = JSON.parse(document.getElementById(element.dataset.given).textContent);
      addAreas(map, data, "given", { label: ["get", "code"] });
      if (data.features.length) map.fitBounds(boundsOf(data), { padding: 24, duration: 0 });
    }
    if (element.dataset.faults) {
      const data = JSON.parse(document.getElementById(element.dataset.faults).textContent);
      map.addSource("faults", { type: "geojson", data });
      map.addLayer({ id: "faults-fill", type: "fill", source: "faults", paint: { "fill-color": RED, "fill-opacity": 0.55 } });
      map.addLayer({ id: "faults-line", type: "line", source: "faults", paint: { "line-color": RED, "line-width": 2 } });
      if (data.features.length) map.fitBounds(boundsOf(data), { padding: 60, maxZoom: 15, duration: 0 });
    }
    if (element.dataset.lon) {
      const at = [Number(element.dataset.lon), Number(element.dataset.lat)];
      new maplibregl.Marker({ color: RED }).setLngLat(at).addTo(map);
      map.jumpTo({ center: at, zoom: 14 });
    }
    element.dataset.ready = "1";
  });
}

// The form keeps the coordinates in two fields; the map only helps to fill them.
function pick(element) {
  const form = element.closest("form");
  const lon = form.querySelector("[name=lon]"), lat = form.querySelector("[name=lat]");
  const accuracy = form.querySelector("[name=accuracy_m]");
  const said = form.querySelector("[data-place-said]");
  const map = create(element);
  let marker = null;

  function set(at, metres = "", fly = false) {
    lon.value = at[0].toFixed(6);
    lat.value = at[1].toFixed(6);
    if (accuracy) accuracy.value = metres === "" ? "" : Math.round(metres);
    if (!marker) {
      marker = new maplibregl.Marker({ color: RED, draggable: true }).setLngLat(at).addTo(map);
      marker.on("dragend", () => { const { lng, lat: y } = marker.getLngLat(); set([lng, y]); });
    } else {
      marker.setLngLat(at);
    }
    if (fly) map.jumpTo({ center: at, zoom: Math.max(map.getZoom(), 14.5) });
    tell(metres);
  }

  async function tell(metres) {
    if (!said || !element.dataset.responsible) return;
    const answer = await fetch(`${element.dataset.responsible}?lon=${lon.value}&lat=${lat.value}`, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const place = await answer.json();
    const blur = metres > 100 ? `（定位误差约 ${Math.round(metres)} 米，请在地图上核对）` : "";
    said.textContent = place.code ? `${place.code} ${place.name} · ${place.chief || "暂无网格长"}${blur}` : `该位置不在任何网格内，将由网格办处理${blur}`;
  }

  map.on("load", async () => {
    const data = await load(element.dataset.areas);
    addAreas(map, data);
    if (lon.value && lat.value) set([Number(lon.value), Number(lat.value)], accuracy?.value ?? "", true);
    else if (data.features.length) map.fitBounds(boundsOf(data), { padding: 16, duration: 0 });
    element.dataset.ready = "1";
  });
  map.on("click", (event) => set([event.lngLat.lng, event.lngLat.lat]));
  for (const button of form.querySelectorAll("[data-locate]")) {
    button.hidden = !("geolocation" in navigator);
    button.addEventListener("click", () => {
      button.setAttribute("aria-busy", "true");
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => { button.removeAttribute("aria-busy"); set([coords.longitude, coords.latitude], coords.accuracy, true); },
        () => { button.removeAttribute("aria-busy"); if (said) said.textContent = "没有取得定位，请在地图上点选位置。"; },
        { enableHighAccuracy: true, timeout: 10000, maximumAge: 30000 },
      );
    });
    if (element.dataset.locateAtOnce !== undefined && !lon.value) button.click();
  }
  for (const box of [lon, lat]) box.addEventListener("change", () => { if (lon.value && lat.value) set([Number(lon.value), Number(lat.value)], "", true); });
}

export { maplibregl };
