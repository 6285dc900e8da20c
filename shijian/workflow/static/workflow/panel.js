// The properties of what is selected, as a plain form. Every change goes through the modeler, so that it can be undone.
import { insert, placeFor } from "./insert.js";

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const node = (tag, props = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), props);
  made.append(...children.filter(Boolean));
  return made;
};
const FIELD_KINDS = [["text", "一行文字"], ["longtext", "多行文字"], ["date", "日期"], ["number", "数字"], ["choice", "选一项"], ["bool", "是或否"], ["person", "选一人"], ["people", "选几人"]];

export function panel(box, modeler) {
  const modeling = modeler.get("modeling"), moddle = modeler.get("moddle"), registry = modeler.get("elementRegistry");
  const roles = read("design-roles"), limits = read("design-limits"), handlers = read("design-handlers");
  let count = 0;

  function labelled(label, control, hint) {
    control.id ||= `prop-${count += 1}`;
    return node("div", { className: "field" }, node("label", { className: "form-label", htmlFor: control.id, textContent: label }), control, hint && node("p", { className: "form-hint", textContent: hint }));
  }
  function input(label, value, change, hint, kind = "input") {
    const control = node(kind, { className: "form-control", value: value || "" });
    if (kind === "textarea") control.rows = 2;
    control.addEventListener("change", () => change(control.value.trim()));
    return labelled(label, control, hint);
  }
  function select(label, options, value, change, hint) {
    const control = node("select", { className: "form-select" });
    for (const [key, name] of options) control.append(node("option", { value: key, textContent: name, selected: key === (value || "") }));
    control.addEventListener("change", () => change(control.value));
    return labelled(label, control, hint);
  }
  function several(label, options, value, change, hint) {
    const chosen = new Set((value || "").split(/\s+/).filter(Boolean));
    const list = node("div", { className: "designer-ticks" });
    for (const [key, name] of [...options].sort(([one], [other]) => chosen.has(other) - chosen.has(one))) {
      const control = node("input", { type: "checkbox", className: "form-check-input", checked: chosen.has(key) });
      control.addEventListener("change", () => { chosen[control.checked ? "add" : "delete"](key); change([...chosen].join(" ")); });
      list.append(node("label", { className: "form-check" }, control, node("span", { className: "form-check-label", textContent: name })));
    }
    return node("fieldset", { className: "field" }, node("legend", { className: "form-label", textContent: label }), list, hint && node("p", { className: "form-hint", textContent: hint }));
  }
  function tick(label, on, change) {
    const control = node("input", { type: "checkbox", className: "form-check-input", checked: on });
    control.addEventListener("change", () => change(control.checked));
    return node("div", { className: "field" }, node("label", { className: "form-check" }, control, node("span", { className: "form-check-label", textContent: label })));
  }

  function extension(element, type) {
    return (element.businessObject.extensionElements?.values || []).filter((each) => each.$type === type);
  }
  function replace(element, type, rows) {
    const bo = element.businessObject;
    const others = (bo.extensionElements?.values || []).filter((each) => each.$type !== type);
    const more = moddle.create("bpmn:ExtensionElements", { values: [...others, ...rows.map((row) => moddle.create(type, row))] });
    for (const each of more.values) each.$parent = more;
    more.$parent = bo;
    modeling.updateProperties(element, { extensionElements: more.values.length ? more : undefined });
  }
  function rows(title, element, type, parts, blank) {
    const list = extension(element, type).map((each) => Object.fromEntries(parts.map(([key]) => [key, each[key] || ""])));
    const save = () => replace(element, type, list.map((row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value))));
    const holder = node("div", { className: "designer-rows" });
    const draw = () => {
      holder.replaceChildren(...list.map((row, index) => {
        const line = node("div", { className: "designer-row" });
        for (const [key, label, options] of parts) {
          const control = node(options ? "select" : "input", { className: options ? "form-select" : "form-control", ariaLabel: label, placeholder: label });
          for (const [value, name] of options || []) control.append(node("option", { value, textContent: name }));
          control.value = row[key];
          control.addEventListener("change", () => { row[key] = control.value.trim(); save(); });
          line.append(control);
        }
        const drop = node("button", { type: "button", className: "btn btn-sm", textContent: "删去这一项" });
        drop.addEventListener("click", () => { list.splice(index, 1); save(); draw(); });
        line.append(drop);
        return line;
      }));
    };
    draw();
    const add = node("button", { type: "button", className: "btn btn-sm", textContent: "加一项" });
    add.addEventListener("click", () => { list.push(blank(list)); save(); draw(); });
    return node("div", { className: "field" }, node("p", { className: "form-label", textContent: title }), holder, add);
  }

  const people = (self) => registry.filter((each) => each.businessObject?.$type === "bpmn:UserTask" && each !== self && !each.labelTarget).map((each) => [each.id, each.businessObject.name || each.id]);
  const set = (element, name) => (value) => modeling.updateProperties(element, { [name]: value || undefined });

  function forStep(element) {
    const bo = element.businessObject, mark = (name) => bo.get(`sj:${name}`);
    const others = people(element);
    const note = (bo.documentation || [])[0]?.text;
    const choices = [["", "由有角色的人领取"], ["starter", "发起人"], ...others.map(([id, name]) => [`same:${id}`, `办“${name}”的人`])];
    for (const [id] of others) {
      const other = registry.get(id);
      for (const each of extension(other, "sj:Field").filter((field) => ["person", "people"].includes(field.type))) choices.push([`field:${each.name}`, `“${other.businessObject.name}”里选的${each.label}`]);
    }
    return [
      several("办理角色", roles, mark("roles"), set(element, "sj:roles"), "一个也不选的，用所在泳道的角色。"),
      select("范围", [["", "覆盖业务所在网格的"], ["starter", "发起人所在机构的"], ["bureau", "全局的"]], mark("unit") === "record" ? "" : mark("unit"), set(element, "sj:unit")),
      select("指定办理人", choices, mark("assign"), set(element, "sj:assign")),
      select("办理方式", [["", "一人办理"], ["countersign", "会签"], ["vote", "集体讨论（过半数）"]], mark("mode") === "single" ? "" : mark("mode"), set(element, "sj:mode")),
      input("会签须几人同意", mark("quota"), set(element, "sj:quota"), "不填为全部同意。"),
      several("不能是办过这些步骤的人", [["starter", "发起"], ...others], mark("differsFrom"), set(element, "sj:differsFrom"), "职责分离：分派时和办理时各查一次。"),
      tick("须持有效执法证", mark("needsCertificate") === "true", (on) => modeling.updateProperties(element, { "sj:needsCertificate": on ? "true" : undefined })),
      tick("须有法律职业资格", mark("qualification") === "legal", (on) => modeling.updateProperties(element, { "sj:qualification": on ? "legal" : undefined })),
      select("法定期限", [["", "没有"], ...limits], mark("limit"), set(element, "sj:limit")),
      input("依据", mark("cite"), set(element, "sj:cite"), "如：程序规定 55; 行政处罚法 58"),
      input("办理说明", note, (value) => modeling.updateProperties(element, { documentation: value ? [moddle.create("bpmn:Documentation", { text: value })] : [] }), "", "textarea"),
      rows("表单", element, "sj:Field", FORM, blank),
      rows("结果（按钮）", element, "sj:Outcome", [["label", "名称"], ["value", "代码，如 agree"]], (list) => ({ label: "", value: ["agree", "refuse"][list.length] || `way${list.length + 1}` })),
    ];
  }

  function forFlow(element) {
    const bo = element.businessObject, source = bo.sourceRef;
    if (!source?.$instanceOf("bpmn:Gateway") || source.$type === "bpmn:ParallelGateway") return [];
    const isDefault = source.default === bo;
    return [
      tick("默认走向（其他条件都不满足时）", isDefault, (on) => { modeling.updateProperties(registry.get(source.id), { default: on ? bo : undefined }); draw(element); }),
      !isDefault && input("条件", bo.conditionExpression?.body, (value) => modeling.updateProperties(element, { conditionExpression: value ? moddle.create("bpmn:FormalExpression", { body: value }) : undefined }), "如：outcome == \"agree\"（上一步的结果）；amount >= 10000（表单项）"),
    ];
  }

  function forTimer(element, definition) {
    const change = (value) => modeling.updateModdleProperties(element, definition, { timeDate: value ? moddle.create("bpmn:FormalExpression", { body: value }) : undefined, timeDuration: undefined, timeCycle: undefined });
    return [input("等到什么时候", definition.timeDate?.body, change, "working_days(5) 五个工作日后；calendar_days(30) 三十日后；limit(\"statement_period\") 按法定期限")];
  }

  const FORM = [["label", "名称"], ["name", "代码"], ["type", "类型", FIELD_KINDS], ["required", "必填", [["", "可不填"], ["true", "必填"]]], ["options", "选项，用 | 隔开"]];
  const blank = (list) => ({ label: "", name: `item${list.length + 1}`, type: "text", required: "", options: "" });

  function forMessage(element, definition) {
    const mark = (name) => element.businessObject.get(`sj:${name}`);
    const named = definition.messageRef?.name;
    return [
      node("p", { className: "form-hint", textContent: named ? `等的消息是“${named}”，由导入的文件指定。` : "名称就是等的消息；自动步骤和其他模块按这个名称通知，也可以由下面的角色登记到达。" }),
      several("登记到达的角色", roles, mark("roles"), set(element, "sj:roles"), "一个也不选的，用所在泳道的角色。"),
      rows("登记时填写", element, "sj:Field", FORM, blank),
    ];
  }

  function forPlace(element) {
    const place = placeFor(element);
    if (!place) return null;
    const make = (label, approval) => {
      const made = node("button", { type: "button", className: "btn btn-sm", textContent: label });
      made.addEventListener("click", () => insert(modeler, place.flow, { approval }));
      return made;
    };
    const where = element === place.flow ? "在这条线上" : "在它后面";
    return node("div", { className: "designer-insert" }, make(`${where}插入一步`, false), place.canRefuse && make(`${where}插入审批（不同意的退回）`, true));
  }

  function draw(element) {
    const bo = element?.businessObject;
    if (!bo || element.labelTarget) return;
    const event = (type) => (bo.eventDefinitions || []).find((each) => each.$type === type);
    const timer = event("bpmn:TimerEventDefinition"), message = event("bpmn:MessageEventDefinition");
    const parts = [node("h2", { textContent: bo.name || "未命名" }), forPlace(element), input("名称", bo.name, set(element, "name"))];
    if (bo.$type === "bpmn:UserTask" || bo.$type === "bpmn:ManualTask") parts.push(...forStep(element));
    if (bo.$type === "bpmn:ServiceTask") parts.push(select("做什么", [["", "请选择"], ...handlers], bo.get("sj:handler"), set(element, "sj:handler")));
    if (bo.$type === "bpmn:SequenceFlow") parts.push(...forFlow(element));
    if (bo.$type === "bpmn:Lane") parts.push(several("这条泳道的角色", roles, bo.get("sj:roles"), set(element, "sj:roles")));
    if (timer) parts.push(...forTimer(element, timer));
    if (message || bo.$type === "bpmn:ReceiveTask") parts.push(...forMessage(element, message || bo));
    box.replaceChildren(...parts.filter(Boolean));
  }
  return draw;
}
