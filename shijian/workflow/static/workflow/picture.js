// The flow picture: bpmn-js draws, our marks say where it is. The list beside it says the same in words.
for (const box of document.querySelectorAll("[data-flow]")) {
  const data = JSON.parse(document.getElementById(box.dataset.flow).textContent);
  show(box, data).catch((error) => { box.textContent = `流程图画不出来：${error.message}`; });
}

async function show(box, { xml, marks }) {
  const viewer = new window.BpmnJS({ container: box });
  await viewer.importXML(xml);
  const canvas = viewer.get("canvas");
  const overlays = viewer.get("overlays");
  const registry = viewer.get("elementRegistry");
  for (const [id, mark] of Object.entries(marks)) {
    if (!registry.get(id)) continue;
    canvas.addMarker(id, `is-${mark.tone}`);
    if (registry.get(id).children?.length) canvas.addMarker(id, "is-around");
    if (!mark.text) continue;
    const note = document.createElement("div");
    note.className = mark.tone === "now" ? "flow-note" : "flow-note is-done-note";
    note.textContent = mark.text;
    overlays.add(id, { position: { bottom: 4, left: 0 }, html: note });
  }
  const fit = () => canvas.zoom("fit-viewport", "auto");
  fit();
  // A long process would be too small to read: then begin where the work is, or at its start.
  const isHere = (id) => registry.get(id) && canvas.findRoot(registry.get(id)) === canvas.getRootElement(); // a collapsed sub-process has a page of its own
  const now = Object.entries(marks).find(([id, mark]) => mark.tone === "now" && isHere(id))?.[0];
  const first = now ? registry.get(now) : registry.find((element) => element.type === "bpmn:StartEvent");
  if (canvas.zoom() < 0.6 && first) {
    canvas.zoom(0.72);
    const view = canvas.viewbox();
    const x = now ? first.x + first.width / 2 - view.width / 2 : first.x - 100;
    const whole = view.inner;
    const middle = now ? first.y + first.height / 2 - view.height / 2 : whole.y - 20;
    const y = whole.height < view.height ? whole.y - (view.height - whole.height) / 2 : middle;
    canvas.viewbox({ x, y, width: view.width, height: view.height });
  }
  const tools = document.querySelector(`[data-flow-tools="${box.dataset.flow}"]`);
  tools.hidden = false;
  tools.addEventListener("click", (event) => {
    const act = event.target.closest("[data-flow-act]")?.dataset.flowAct;
    if (act === "fit") fit();
    if (act === "in" || act === "out") canvas.zoom(canvas.zoom() * (act === "in" ? 1.25 : 0.8), "auto");
  });
}
