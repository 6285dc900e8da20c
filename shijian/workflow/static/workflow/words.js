// The designer's own words in Chinese; what is not listed here is not offered.
const WORDS = {
  "Activate hand tool": "移动画布", "Activate lasso tool": "框选", "Activate create/remove space tool": "腾出或者收回空间", "Activate global connect tool": "连线",
  "Append {type}": "接着画 {type}", "Connect using sequence/message flow or association": "连到", "Connect to other element": "连到", "Delete": "删除", "Remove": "删除",
  "Add lane above": "在上面加泳道", "Add lane below": "在下面加泳道", "Divide into two lanes": "分成两条泳道", "Divide into three lanes": "分成三条泳道",
  "Search in diagram": "在图中查找", "Open {filename}": "打开 {filename}", "no diagram to display": "没有图", "no process or collaboration to display": "没有流程",
  "element required": "缺少元素", "Text annotation": "注释",
};

export default {
  translate: ["value", (template, values = {}) => (WORDS[template] || template).replace(/{([^}]+)}/g, (_, key) => values[key] ?? `{${key}}`)],
};
