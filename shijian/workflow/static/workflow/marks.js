// Our marks in a BPMN file (namespace urn:shijian:bpmn:1), as moddle reads and writes them.
const text = (name) => ({ name, type: "String", isAttr: true });

export default {
  name: "Shijian", prefix: "sj", uri: "urn:shijian:bpmn:1", xml: { tagAlias: "lowerCase" },
  types: [
    {
      name: "MarkedNode", extends: ["bpmn:FlowNode"],
      properties: ["roles", "unit", "assign", "mode", "quota", "differsFrom", "needsCertificate", "qualification", "needsPermission", "limit", "cite", "handler"].map(text),
    },
    { name: "MarkedLane", extends: ["bpmn:Lane"], properties: [text("roles")] },
    { name: "Field", superClass: ["Element"], properties: ["name", "label", "type", "required", "options"].map(text) },
    { name: "Outcome", superClass: ["Element"], properties: ["value", "label"].map(text) },
  ],
};
