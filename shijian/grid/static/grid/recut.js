// The boundary editor. What a person does becomes a step; the server does the steps on the true outlines and sends back
// what came of them. Undo and redo walk through the sheets already received.
import { create, addAreas, setAreas, boundsOf, isDark, maplibregl, BLUE, RED, AMBER } from "map";

const element = document.querySelector("[data-recut]");
const field = document.querySelector("[data-steps]");
const hint = document.querySelector("[data-hint]");
const button = (name) => document.querySelector(`[data-${name}]`);
const HINTS = {
  move: "点一个网格，拖动它的折点；拖边线中间的小点会加出折点。相邻网格的共用边线一起移动。",
  split: "先点要分割的网格，再从边线外起点一条线，画过网格到另一边的边线外，然后点“完成分割”。",
  merge: "先点要保留的网格，再点并入它的相邻网格。",
};
const first = JSON.parse(document.getElementById("sheet").textContent);
const done = [{ steps: [], sheet: first }];
let handles = { corners: [], mids: [] };
let undone = [], mode = "move", chosen = "", spot = null, drag = null, cut = [], busy = false, live = null;

const at = () => done[done.length - 1];
const features = () => live ?? at().sheet.features;
const leaves = () => features().filter((each) => each.properties.leaf);
const key = (point) => `${point[0]},${point[1]}`;
const sideKey = (p, q) => [key(p), key(q)].sort().join(" ");
const held = new Set((first.held ?? []).map(key));

// Square metres on the CGCS2000 ellipsoid by the equal-area cylinder, as the server measures (rules/area.py).
const A = 6378137, F = 1 / 298.257222101, E2 = F * (2 - F), E = Math.sqrt(E2);
function project([lon, lat]) {
  const s = Math.sin((lat * Math.PI) / 180);
  return [(A * lon * Math.PI) / 180, (A * (1 - E2) * (s / (1 - E2 * s * s) + Math.atanh(E * s) / E)) / 2];
}
function ringArea(ring) {
  const points = ring.map(project), [ox, oy] = points[0];
  let sum = 0;
  for (let i = 1; i < points.length; i++) sum += (points[i - 1][0] - ox) * (points[i][1] - oy) - (points[i][0] - ox) * (points[i - 1][1] - oy);
  return Math.abs(sum / 2);
}
const polygons = (geometry) => (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates);
const area = (geometry) => polygons(geometry).reduce((sum, rings) => sum + rings.reduce((all, ring, n) => all + (n ? -1 : 1) * ringArea(ring), 0), 0);
const said = (metres) => (metres >= 1e6 ? `${(metres / 1e6).toFixed(3)} km²` : `${Math.round(metres).toLocaleString("zh-CN")} m²`);

function eachRing(list, change) {
  return list.map((feature) => {
    let differs = false;
    const parts = polygons(feature.geometry).map((rings) => rings.map((ring) => {
      const fresh = change(ring);
      if (fresh !== ring) differs = true;
      return fresh;
    }));
    if (!differs) return feature;
    return { ...feature, geometry: { type: feature.geometry.type, coordinates: feature.geometry.type === "Polygon" ? parts[0] : parts } };
  });
}
const moved = (list, from, to) => eachRing(list, (ring) => (ring.some((p) => key(p) === from) ? ring.map((p) => (key(p) === from ? to : p)) : ring));
const inserted = (list, a, b, to) => eachRing(list, (ring) => {
  const index = ring.findIndex((p, n) => n && ((key(ring[n - 1]) === a && key(p) === b) || (key(ring[n - 1]) === b && key(p) === a)));
  return index < 0 ? ring : [...ring.slice(0, index), to, ...ring.slice(index)];
});

const map = create(element, { doubleClickZoom: false, boxZoom: false });
map.on("load", () => {
  const ink = isDark();
  addAreas(map, { type: "FeatureCollection", features: leaves() }, "areas", { label: ["concat", ["get", "code"], "\n", ["get", "name"]] });
  map.addSource("units", { type: "geojson", data: empty() });
  map.addLayer({ id: "units", type: "line", source: "units", paint: { "line-color": AMBER, "line-width": 2.5, "line-dasharray": [3, 2] } });
  for (const [id, colour, radius] of [["mids", ink ? "#8b98a7" : "#6b7785", 4], ["corners", BLUE, 6]]) {
    map.addSource(id, { type: "geojson", data: empty() });
    map.addLayer({ id, type: "circle", source: id, paint: { "circle-radius": ["case", ["get", "spot"], radius + 3, radius], "circle-color": ["case", ["get", "held"], ink ? "#8b98a7" : "#9aa5b1", ["get", "spot"], RED, ink ? "#141c25" : "#ffffff"], "circle-stroke-color": ["case", ["get", "held"], "#9aa5b1", colour], "circle-stroke-width": 2 } });
  }
  map.addSource("cut", { type: "geojson", data: empty() });
  map.addLayer({ id: "cut", type: "line", source: "cut", paint: { "line-color": RED, "line-width": 2.5, "line-dasharray": [2, 1] } });
  map.addLayer({ id: "cut-points", type: "circle", source: "cut", paint: { "circle-radius": 4, "circle-color": RED } });
  const own = leaves().filter((each) => each.properties.code.startsWith(element.dataset.unit));
  map.fitBounds(boundsOf({ features: own.length ? own : leaves() }), { padding: 40, duration: 0 });
  draw();
  map.once("idle", () => { element.dataset.ready = "1"; });
});

function empty() { return { type: "FeatureCollection", features: [] }; }
function point(coordinates, properties = {}) { return { type: "Feature", properties, geometry: { type: "Point", coordinates } }; }

function draw() {
  setAreas(map, { type: "FeatureCollection", features: leaves() });
  map.getSource("units").setData({ type: "FeatureCollection", features: features().filter((each) => !each.properties.leaf) });
  map.removeFeatureState({ source: "areas" });
  const cell = leaves().find((each) => each.properties.code === chosen);
  if (cell) map.setFeatureState({ source: "areas", id: chosen }, { chosen: true });
  const corners = [], mids = [];
  if (cell && mode === "move") {
    // A side with both ends on the outer boundary is part of it unless a neighbour has it too.
    const shared = new Map();
    for (const ring of leaves().flatMap((each) => polygons(each.geometry).flat())) {
      ring.forEach((p, n) => { if (n) { const id = sideKey(p, ring[n - 1]); shared.set(id, (shared.get(id) ?? 0) + 1); } });
    }
    for (const ring of polygons(cell.geometry).flat()) {
      ring.forEach((p, n) => {
        if (!n) return;
        const q = ring[n - 1], fixed = held.has(key(p)), side = held.has(key(q)) && fixed && shared.get(sideKey(p, q)) === 1;
        corners.push(point(p, { key: key(p), held: fixed, spot: spot === key(p) }));
        const [a, b] = [map.project(q), map.project(p)];
        if (!side && Math.hypot(a.x - b.x, a.y - b.y) > 36) mids.push(point([(p[0] + q[0]) / 2, (p[1] + q[1]) / 2], { a: key(q), b: key(p), held: false, spot: false }));
      });
    }
  }
  handles = { corners, mids };
  map.getSource("corners").setData({ type: "FeatureCollection", features: corners });
  map.getSource("mids").setData({ type: "FeatureCollection", features: mids });
  const line = cut.length > 1 ? [{ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: cut } }] : [];
  map.getSource("cut").setData({ type: "FeatureCollection", features: [...line, ...cut.map((each) => point(each))] });
  button("undo").disabled = busy || (done.length < 2 && !cut.length);
  button("redo").disabled = busy || !undone.length;
  button("delete").hidden = !(mode === "move" && spot && !held.has(spot));
  button("finish").hidden = !(mode === "split" && cut.length > 1);
  report();
}

function report() {
  const box = document.querySelector("[data-changes]"), { sheet, steps } = at();
  field.value = JSON.stringify(steps);
  document.querySelector("[data-send]").disabled = busy || !sheet.areas.length;
  const rows = live ? liveRows() : sheet.areas.map((row) => [`${row.code} ${row.name}`, row.before_m2, row.after_m2, row.what]);
  document.querySelector("[data-none]").hidden = rows.length > 0;
  const list = document.createElement("ul");
  list.className = "people mt-2";
  if (!live) {
    for (const row of sheet.moves) add(list, `${row.label} ${row.count.toLocaleString("zh-CN")} 户：${row.from || "未落格"} → ${row.to}`);
    for (const row of sheet.people) add(list, `${row.code} ${row.names}：${row.what}`);
    if (sheet.sides.length) add(list, `须同意：${sheet.sides.join("、")}`);
  }
  const table = document.createElement("table");
  table.className = "changes";
  for (const [name, before, after, what] of rows) {
    const line = table.insertRow(), head = document.createElement("th");
    head.scope = "row";
    head.textContent = what && what !== "调整" ? `${name}（${what}）` : name;
    line.append(head);
    line.insertCell().textContent = said(after);
    const gain = line.insertCell();
    gain.textContent = `${after >= before ? "+" : "−"}${said(Math.abs(after - before))}`;
    gain.className = after >= before ? "more" : "less";
  }
  box.replaceChildren(table, list);
}
function add(list, text) { const row = document.createElement("li"); row.textContent = text; list.append(row); }
function liveRows() {
  const before = new Map(first.features.map((each) => [each.properties.code, each]));
  const rows = [];
  for (const each of leaves()) {
    const old = before.get(each.properties.code);
    const [was, now] = [old ? area(old.geometry) : 0, area(each.geometry)];
    if (Math.abs(now - was) > 0.5) rows.push([`${each.properties.code} ${each.properties.name}`, was, now, ""]);
  }
  return rows;
}

async function take(step) {
  const steps = [...at().steps, step];
  busy = true;
  draw();
  try {
    const answer = await fetch(element.dataset.preview, { method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": document.body.dataset.csrf }, body: JSON.stringify(steps) });
    const sheet = await answer.json().catch(() => ({ error: "服务器没有回应，请稍后再试。" }));
    if (sheet.error) { tell(sheet.error, true); return; }
    done.push({ steps, sheet });
    undone = [];
    tell(HINTS[mode]);
  } catch {
    tell("网络不通，这一步没有做成，请稍后再试。", true);
  } finally {
    busy = false; live = null; spot = null; cut = [];
    if (!leaves().some((each) => each.properties.code === chosen)) chosen = "";
    draw();
  }
}
function tell(text, wrong = false) { hint.textContent = text; hint.classList.toggle("field-error", wrong); }

function undo() {
  if (busy) return;
  if (cut.length) cut.pop();
  else if (done.length > 1) undone.push(done.pop());
  spot = null;
  draw();
}
function redo() { if (!busy && undone.length) { done.push(undone.pop()); draw(); } }
function remove() { if (spot && !held.has(spot)) take({ op: "delete", at: spot.split(",").map(Number) }); }

function snapped(event) {
  const here = event.point, own = drag && drag.from;
  let best = null, reach = 10;
  for (const feature of leaves()) for (const ring of polygons(feature.geometry).flat()) for (const p of ring) {
    if (key(p) === own || (drag && key(p) === key(drag.to))) continue;
    const q = map.project(p), far = Math.hypot(q.x - here.x, q.y - here.y);
    if (far < reach) { best = p; reach = far; }
  }
  return best ?? [round(event.lngLat.lng), round(event.lngLat.lat)];
}
const round = (value) => Math.round(value * 1e7) / 1e7;

// Picked by geometry, not by what happens to be drawn already: a slow phone draws late.
function nearest(list, here) {
  let best = null, reach = 14;
  for (const each of list) {
    const at = map.project(each.geometry.coordinates), far = Math.hypot(at.x - here.x, at.y - here.y);
    if (far < reach) { best = each; reach = far; }
  }
  return best;
}
function codeAt({ lng, lat }) {
  const inside = (ring) => ring.reduce((odd, [x, y], n) => {
    const [px, py] = ring[(n || ring.length) - 1];
    return (y > lat) !== (py > lat) && lng < ((px - x) * (lat - y)) / (py - y) + x ? !odd : odd;
  }, false);
  const holds = (feature) => polygons(feature.geometry).some(([shell, ...holes]) => inside(shell) && !holes.some(inside));
  return leaves().find(holds)?.properties.code ?? "";
}

function grab(event) {
  if (mode !== "move" || busy || (event.originalEvent.touches?.length ?? 1) > 1) return;
  const corner = nearest(handles.corners, event.point), mid = corner ? null : nearest(handles.mids, event.point);
  if (!corner && !mid) return;
  if (corner?.properties.held) { tell("这个折点在全局的外边界上，不能移动。", true); return; }
  event.preventDefault();
  drag = corner ? { from: corner.properties.key, to: corner.properties.key.split(",").map(Number) } : { a: mid.properties.a, b: mid.properties.b, to: mid.geometry.coordinates };
  drag.far = false;
  drag.start = event.point;
  spot = drag.from ?? null;
  map.getCanvas().style.cursor = "grabbing";
  draw();
}
function pull(event) {
  if (!drag) return;
  if (!drag.far && Math.hypot(event.point.x - drag.start.x, event.point.y - drag.start.y) < 3) return;
  drag.far = true;
  drag.to = snapped(event);
  const base = at().sheet.features;
  live = drag.from ? moved(base, drag.from, drag.to) : inserted(base, drag.a, drag.b, drag.to);
  spot = key(drag.to);
  draw();
}
function drop() {
  if (!drag) return;
  const { from, a, b, to, far } = drag;
  drag = null;
  map.getCanvas().style.cursor = "";
  if (!far) { live = null; draw(); return; }
  const numbers = (text) => text.split(",").map(Number);
  take(from ? { op: "move", from: numbers(from), to } : { op: "insert", on: [numbers(a), numbers(b)], at: to });
}
map.on("mousedown", grab);
map.on("touchstart", grab);
map.on("mousemove", pull);
map.on("touchmove", pull);
map.on("mouseup", drop);
map.on("touchend", drop);
document.addEventListener("mouseup", () => setTimeout(drop));

map.on("click", (event) => {
  if (busy || drag) return;
  const corner = mode === "move" ? nearest(handles.corners, event.point) : null;
  if (corner) { spot = corner.properties.key; draw(); return; }
  const code = codeAt(event.lngLat);
  if (mode === "split" && chosen) { cut.push([round(event.lngLat.lng), round(event.lngLat.lat)]); draw(); return; }
  if (mode === "merge" && chosen && code && code !== chosen) { take({ op: "merge", keep: chosen, with: code }); return; }
  chosen = code;
  spot = null;
  draw();
});
map.on("dblclick", () => { if (mode === "split" && cut.length > 2) { cut.pop(); finish(); } });
map.on("contextmenu", (event) => {
  const corner = mode === "move" ? nearest(handles.corners, event.point) : null;
  if (corner) { event.preventDefault(); spot = corner.properties.key; remove(); }
});
map.on("zoomend", () => draw());
function finish() {
  if (cut.length < 2) return;
  const name = window.prompt("新网格的名称（可留空，审定时再定）", "") ?? "";
  take({ op: "split", code: chosen, line: cut, name });
}

for (const each of document.querySelectorAll("[data-mode]")) {
  each.addEventListener("click", () => {
    mode = each.dataset.mode;
    cut = []; spot = null;
    if (mode !== "move" && mode !== "split") chosen = "";
    for (const other of document.querySelectorAll("[data-mode]")) other.setAttribute("aria-pressed", String(other === each));
    tell(HINTS[mode]);
    draw();
  });
}
button("undo").addEventListener("click", undo);
button("redo").addEventListener("click", redo);
button("delete").addEventListener("click", remove);
button("finish").addEventListener("click", finish);
document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, textarea, select")) return;
  const command = event.ctrlKey || event.metaKey;
  if (command && event.key.toLowerCase() === "z") { event.preventDefault(); (event.shiftKey ? redo : undo)(); }
  else if (command && event.key.toLowerCase() === "y") { event.preventDefault(); redo(); }
  else if (event.key === "Delete" || event.key === "Backspace") remove();
  else if (event.key === "Escape") { cut = []; spot = null; chosen = mode === "merge" ? "" : chosen; draw(); }
  else if (event.key === "Enter" && mode === "split") finish();
});
export { maplibregl };
