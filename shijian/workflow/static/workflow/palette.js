// What may be drawn: exactly what runs.
const SHAPES = [
  ["start", "开始", "bpmn:StartEvent", "bpmn-icon-start-event-none"],
  ["end", "结束", "bpmn:EndEvent", "bpmn-icon-end-event-none"],
  ["user", "人工步骤", "bpmn:UserTask", "bpmn-icon-user-task"],
  ["service", "自动步骤", "bpmn:ServiceTask", "bpmn-icon-service-task"],
  ["exclusive", "条件分支（选一条）", "bpmn:ExclusiveGateway", "bpmn-icon-gateway-xor"],
  ["parallel", "并行分支（同时走）", "bpmn:ParallelGateway", "bpmn-icon-gateway-parallel"],
  ["inclusive", "多选分支（选几条）", "bpmn:InclusiveGateway", "bpmn-icon-gateway-or"],
  ["timer", "定时等待", "bpmn:IntermediateCatchEvent", "bpmn-icon-intermediate-event-catch-timer", "bpmn:TimerEventDefinition"],
  ["message", "等待消息（结果、材料到达）", "bpmn:IntermediateCatchEvent", "bpmn-icon-intermediate-event-catch-message", "bpmn:MessageEventDefinition"],
  ["either", "等待分支（消息或者时间，先到的走）", "bpmn:EventBasedGateway", "bpmn-icon-gateway-eventbased"],
];
const shapeOf = (factory, [, , type, , eventDefinitionType]) => factory.createShape(eventDefinitionType ? { type, eventDefinitionType } : { type });

function Palette(palette, create, elementFactory, handTool, lassoTool, spaceTool, globalConnect) {
  this.getPaletteEntries = () => {
    const tool = (className, title, act) => ({ group: "tools", className, title, action: { click: act } });
    const entries = {
      hand: tool("bpmn-icon-hand-tool", "移动画布", (event) => handTool.activateHand(event)),
      lasso: tool("bpmn-icon-lasso-tool", "框选", (event) => lassoTool.activateSelection(event)),
      space: tool("bpmn-icon-space-tool", "腾出或者收回空间", (event) => spaceTool.activateSelection(event)),
      connect: tool("bpmn-icon-connection-multi", "连线", (event) => globalConnect.start(event)),
      line: { group: "tools", separator: true },
    };
    for (const shape of SHAPES) {
      const make = (event) => create.start(event, shapeOf(elementFactory, shape));
      entries[shape[0]] = { group: "shapes", className: shape[3], title: shape[1], action: { dragstart: make, click: make } };
    }
    const sub = (event) => {
      const frame = elementFactory.createShape({ type: "bpmn:SubProcess", x: 0, y: 0, isExpanded: true });
      const begin = elementFactory.createShape({ type: "bpmn:StartEvent", x: 40, y: 82, parent: frame });
      create.start(event, [frame, begin], { hints: { autoSelect: [frame] } });
    };
    entries.sub = { group: "shapes", className: "bpmn-icon-subprocess-expanded", title: "子流程", action: { dragstart: sub, click: sub } };
    const pool = (event) => create.start(event, elementFactory.createParticipantShape({ type: "bpmn:Participant" }));
    entries.pool = { group: "shapes", className: "bpmn-icon-participant", title: "泳池（含泳道）", action: { dragstart: pool, click: pool } };
    return entries;
  };
  palette.registerProvider(this);
}
Palette.$inject = ["palette", "create", "elementFactory", "handTool", "lassoTool", "spaceTool", "globalConnect"];

function Pad(contextPad, modeling, elementFactory, connect, autoPlace) {
  this.getContextPadEntries = (element) => {
    const entries = {};
    const is = (type) => element.businessObject.$instanceOf(type);
    const entry = (key, className, title, click) => { entries[key] = { group: "edit", className, title, action: { click } }; };
    if (is("bpmn:FlowNode") && !is("bpmn:EndEvent")) {
      for (const shape of SHAPES.filter(([key]) => (is("bpmn:EventBasedGateway") ? ["timer", "message"] : ["user", "exclusive", "timer", "end"]).includes(key)))
        entry(`append-${shape[0]}`, shape[3], `接着画：${shape[1]}`, () => autoPlace.append(element, shapeOf(elementFactory, shape)));
      entry("connect", "bpmn-icon-connection-multi", "连到", (event) => connect.start(event, element));
    }
    if (is("bpmn:UserTask") || is("bpmn:SubProcess")) {
      entry("late", "bpmn-icon-intermediate-event-catch-non-interrupting-timer", "到期另办（定时边界）", () => {
        const made = elementFactory.createShape({ type: "bpmn:BoundaryEvent", eventDefinitionType: "bpmn:TimerEventDefinition", cancelActivity: false });
        modeling.createShape(made, { x: element.x + element.width - 20, y: element.y + element.height }, element, { attach: true });
      });
    }
    if (is("bpmn:Participant") || is("bpmn:Lane")) {
      entry("lane-above", "bpmn-icon-lane-insert-above", "在上面加泳道", () => modeling.addLane(element, "top"));
      entry("lane-below", "bpmn-icon-lane-insert-below", "在下面加泳道", () => modeling.addLane(element, "bottom"));
    }
    entry("delete", "bpmn-icon-trash", "删除", () => modeling.removeElements([element]));
    return entries;
  };
  contextPad.registerProvider(this);
}
Pad.$inject = ["contextPad", "modeling", "elementFactory", "connect", "autoPlace"];

export default { paletteProvider: ["type", Palette], contextPadProvider: ["type", Pad] };
