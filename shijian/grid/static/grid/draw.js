// Drawing a boundary: one polygon, snapped to the neighbours; the form's text field holds the result.
import { create, load, addAreas, boundsOf, maplibregl, RED } from "map";
import { TerraDraw, TerraDrawPolygonMode, TerraDrawSelectMode } from "terra-draw";
import { TerraDrawMapLibreGLAdapter } from "terra-draw-adapter";

const element = document.querySelector("[data-draw]");
const field = document.querySelector("[data-geometry]");
const original = field.value;
const history = [];
const map = create(element);

map.on("load", async () => {
  const data = await load(element.dataset.areas);
  const neighbours = { ...data, features: data.features.filter((each) => each.properties.code !== element.dataset.code) };
  addAreas(map, neighbours);
  const faults = element.dataset.faults && JSON.parse(document.getElementById(element.dataset.faults).textContent);
  if (faults) {
    map.addSource("faults", { type: "geojson", data: faults });
    map.addLayer({ id: "faults", type: "fill", source: "faults", paint: { "fill-color": RED, "fill-opacity": 0.5 } });
  }
  const corners = neighbours.features.flatMap((each) => each.geometry.coordinates.flat(each.geometry.type === "Polygon" ? 1 : 2));
  const snap = (event) => {
    let best, reach = 12;
    for (const corner of corners) {
      const at = map.project(corner);
      const far = Math.hypot(at.x - event.containerX, at.y - event.containerY);
      if (far < reach) { best = corner; reach = far; }
    }
    return best;
  };
  const draw = new TerraDraw({
    adapter: new TerraDrawMapLibreGLAdapter({ map, lib: maplibregl, coordinatePrecision: 6 }),
    modes: [
      new TerraDrawPolygonMode({ snapping: { toCoordinate: true, toCustom: snap } }),
      new TerraDrawSelectMode({ flags: { polygon: { feature: { draggable: false, coordinates: { midpoints: true, draggable: true, deletable: true, snappable: { toCustom: snap } } } } } }),
    ],
  });
  draw.start();

  function show(text) {
    draw.clear();
    if (!text) { draw.setMode("polygon"); return; }
    const geometry = JSON.parse(text);
    const polygon = geometry.type === "MultiPolygon" ? { type: "Polygon", coordinates: geometry.coordinates[0] } : geometry;
    if (geometry.type === "MultiPolygon" && geometry.coordinates.length > 1) return; // several parts: edited as text
    polygon.coordinates = polygon.coordinates.map((ring) => ring.map(([x, y]) => [Number(x.toFixed(6)), Number(y.toFixed(6))]));
    const [added] = draw.addFeatures([{ type: "Feature", geometry: polygon, properties: { mode: "polygon" } }]);
    draw.setMode("select");
    if (added?.valid) draw.selectFeature(added.id);
  }

  function take() {
    const polygon = draw.getSnapshot().find((each) => each.geometry.type === "Polygon");
    if (polygon) {
      history.push(field.value);
      field.value = JSON.stringify(polygon.geometry);
    }
  }

  draw.on("finish", (id, context) => { take(); if (context.action === "draw") { draw.setMode("select"); draw.selectFeature(id); } });
  document.querySelector("[data-draw-new]").onclick = () => { history.push(field.value); draw.clear(); draw.setMode("polygon"); };
  document.querySelector("[data-draw-undo]").onclick = () => { if (history.length) { field.value = history.pop(); show(field.value); } };
  document.querySelector("[data-draw-reset]").onclick = () => { history.push(field.value); field.value = original; show(original); };
  field.addEventListener("change", () => { try { show(field.value); } catch { /* the server says what is wrong */ } });
  show(field.value);
  const all = field.value ? { features: [{ geometry: JSON.parse(field.value) }] } : data;
  if (all.features.length) map.fitBounds(boundsOf(all), { padding: 60, duration: 0 });
  element.dataset.ready = "1";
});
