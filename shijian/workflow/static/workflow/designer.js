// The designer: bpmn-js draws, the palette offers what runs, the panel sets who acts by which rule.
import { tidy } from "./insert.js";
import { panel } from "./panel.js";
import marks from "./marks.js";
import palette from "./palette.js";
import words from "./words.js";

const box = document.querySelector("[data-designer]");
const form = document.querySelector("[data-save]");
const found = document.querySelector("[data-findings]");
if (box.offsetWidth) open(); // in a narrow window the page says so instead

async function open() {
  const modeler = new window.BpmnJS({ container: box.querySelector("[data-canvas]"), additionalModules: [words, palette], moddleExtensions: { sj: marks } });
  await modeler.importXML(JSON.parse(document.getElementById("design-xml").textContent));
  fit(modeler.get("canvas"));
  tidy(modeler);
  const draw = panel(box.querySelector("[data-panel]"), modeler);
  modeler.on("selection.changed", ({ newSelection }) => newSelection.length === 1 && draw(newSelection[0]));
  modeler.on("elements.changed", ({ elements }) => {
    const [only] = modeler.get("selection").get();
    if (only && elements.includes(only) && !box.querySelector("[data-panel]").contains(document.activeElement)) draw(only); // named in the picture
  });
  guard(modeler);
  tools(modeler);
  document.querySelector("[data-check-now]").addEventListener("click", () => check(modeler));
}

function fit(canvas) {
  canvas.zoom("fit-viewport", "auto");
  canvas.zoom(canvas.zoom() * 0.82, "auto");
  canvas.scroll({ dx: 60, dy: 0 }); // beside the palette
}

function tools(modeler) {
  const stack = modeler.get("commandStack");
  const acts = { undo: () => stack.undo(), redo: () => stack.redo(), fit: () => fit(modeler.get("canvas")) };
  const buttons = box.querySelectorAll("[data-design-act]");
  const refresh = () => buttons.forEach((each) => { each.disabled = { undo: !stack.canUndo(), redo: !stack.canRedo() }[each.dataset.designAct] || false; });
  buttons.forEach((each) => each.addEventListener("click", acts[each.dataset.designAct]));
  modeler.on("commandStack.changed", refresh);
  refresh();
}

function guard(modeler) {
  let changed = false;
  modeler.on("commandStack.changed", () => { changed = true; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    form.elements.bpmn.value = (await modeler.saveXML({ format: true })).xml;
    changed = false;
    form.submit();
  });
}

async function check(modeler) {
  const canvas = modeler.get("canvas"), registry = modeler.get("elementRegistry");
  const { xml } = await modeler.saveXML({ format: true });
  const body = new URLSearchParams({ bpmn: xml, csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
  const { ok, findings } = await (await fetch(box.dataset.check, { method: "POST", body })).json();
  registry.forEach((element) => canvas.removeMarker(element, "is-wrong"));
  const list = document.createElement("ul");
  for (const each of findings) {
    if (each.node && registry.get(each.node)) canvas.addMarker(each.node, "is-wrong");
    const line = document.createElement("li");
    line.textContent = each.text;
    list.append(line);
  }
  const note = document.createElement("div");
  note.className = `alert ${ok ? "alert-success" : "alert-warning"}`;
  note.append(ok && !findings.length ? "检查通过，可以保存后发布。" : "请改正：", list);
  found.replaceChildren(note);
}
