// A step comes between two others: room is made to the right of the first, and the line goes through the new one.
const GAP = 56;

function makeRoom(modeler, x, by) {
  const spaceTool = modeler.get("spaceTool"), registry = modeler.get("elementRegistry");
  const { movingShapes, resizingShapes } = spaceTool.calculateAdjustments(registry.filter((each) => each.parent), "x", by, x);
  if (movingShapes.length || resizingShapes.length) modeler.get("modeling").createSpace(movingShapes, resizingShapes, { x: by, y: 0 }, "e", x);
}

// One command of the stack would be nicer; each part can be undone by itself.
export function insert(modeler, flow, { approval }) {
  const modeling = modeler.get("modeling"), factory = modeler.get("elementFactory"), moddle = modeler.get("moddle");
  const { source, target } = flow;
  const right = source.x + source.width, y = source.y + source.height / 2;
  const step = factory.createShape({ type: "bpmn:UserTask" });
  const fork = approval && factory.createShape({ type: "bpmn:ExclusiveGateway" });
  makeRoom(modeler, right + 1, GAP + step.width + (fork ? GAP + fork.width : 0));
  modeling.createShape(step, { x: right + GAP + step.width / 2, y }, source.parent);
  modeling.reconnectEnd(flow, step, { x: step.x, y });
  let last = step;
  if (fork) {
    const outcomes = [["agree", "同意"], ["refuse", "不同意"]].map(([value, label]) => moddle.create("sj:Outcome", { value, label }));
    const more = moddle.create("bpmn:ExtensionElements", { values: outcomes });
    for (const each of outcomes) each.$parent = more;
    modeling.updateProperties(step, { extensionElements: more });
    modeling.createShape(fork, { x: step.x + step.width + GAP + fork.width / 2, y }, source.parent);
    modeling.connect(step, fork);
    const to = before(source), top = Math.min(fork.y, to.y) - 24;
    const back = modeling.connect(fork, to);
    const bends = [[fork, fork.y], [fork, top], [to, top], [to, to.y]].map(([each, at]) => ({ x: each.x + each.width / 2, y: at }));
    modeling.updateWaypoints(back, bends); // over the steps between, not through them
    modeling.updateProperties(back, { name: "不同意", conditionExpression: moddle.create("bpmn:FormalExpression", { body: 'outcome == "refuse"' }) });
    last = fork;
  }
  const on = modeling.connect(last, target);
  if (fork) {
    modeling.updateProperties(on, { name: "同意" });
    modeling.updateProperties(fork, { default: on.businessObject });
  }
  modeler.get("selection").select(step);
  modeler.get("directEditing").activate(step);
}

// A step dropped on a line stands where the pointer was, often on its neighbours: it gets its room and its row.
export function tidy(modeler) {
  modeler.on("commandStack.shape.create.postExecuted", 100, ({ context }) => {
    const step = context.shape;
    const source = context.targetFlow && step.incoming[0]?.source, target = source && step.outgoing[0]?.target;
    if (!target || target.x < source.x + source.width) return;
    const right = source.x + source.width, wanted = GAP + step.width + GAP - (target.x - right);
    const middle = (each) => each.y + each.height / 2;
    const row = [source, target].sort((one, other) => Math.abs(middle(one) - middle(step)) - Math.abs(middle(other) - middle(step)))[0];
    if (wanted > 0) makeRoom(modeler, target.x - 1, wanted);
    modeler.get("modeling").moveShape(step, { x: right + GAP - step.x, y: middle(row) - middle(step) });
    for (const line of [step.incoming[0], step.outgoing[0]]) modeler.get("modeling").updateWaypoints(line, elbow(line.source, line.target));
  });
}

// Out at the right, in at the left, one bend halfway.
function elbow(from, to) {
  const start = { x: from.x + from.width, y: from.y + from.height / 2 }, end = { x: to.x, y: to.y + to.height / 2 };
  const half = (start.x + end.x) / 2;
  return start.y === end.y ? [start, end] : [start, { x: half, y: start.y }, { x: half, y: end.y }, end];
}

// The nearest step of people on the way here: who refuses sends the matter back to it.
function before(element) {
  const seen = new Set();
  for (const ahead = [element]; ahead.length; ) {
    const each = ahead.shift();
    if (["bpmn:UserTask", "bpmn:ManualTask"].includes(each.type)) return each;
    if (seen.has(each)) continue;
    seen.add(each);
    ahead.push(...each.incoming.filter((line) => line.type === "bpmn:SequenceFlow").map((line) => line.source));
  }
  return null;
}

// The lines a step may be put on when this element is selected, and whether somebody stands before it who can be asked again.
export function placeFor(element) {
  const flow = element.type === "bpmn:SequenceFlow" ? element : element.outgoing?.length === 1 && element.outgoing[0].type === "bpmn:SequenceFlow" ? element.outgoing[0] : null;
  return flow && { flow, canRefuse: Boolean(before(flow.source)) };
}
