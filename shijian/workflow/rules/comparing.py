"""Two versions of a process, step by step."""

from dataclasses import dataclass, fields

from .diagram import Diagram, Node

LABELS = {
    "name": "名称", "kind": "类型", "lane": "泳道", "roles": "办理角色", "unit": "范围", "assign": "指定办理人", "mode": "办理方式", "quota": "人数",
    "differs_from": "职责分离", "needs_certificate": "执法证", "qualification": "资格", "needs_permission": "权限", "limit": "期限",
    "cite": "依据", "handler": "自动步骤", "timer": "时间", "message": "等待的消息",
    "inside": "所在子流程", "fields": "表单", "outcomes": "结果", "note": "说明",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """`kind` is added, removed, changed or flow; `node` the step in the picture."""

    kind: str
    node: str
    text: str


def compare(old: Diagram, new: Diagram) -> list[Change]:
    """What came, went and changed, in the order of the new picture."""
    made = [Change("added", key, f"新增“{node.title}”") for key, node in new.nodes.items() if key not in old.nodes]
    made += [Change("removed", key, f"删去“{node.title}”") for key, node in old.nodes.items() if key not in new.nodes]
    for key, node in new.nodes.items():
        if key in old.nodes and (what := _changed(old.nodes[key], node)):
            made.append(Change("changed", key, f"“{node.title}”改了{'、'.join(what)}"))
    before = {(flow.source, flow.target, flow.condition) for flow in old.flows}
    after = {(flow.source, flow.target, flow.condition) for flow in new.flows}
    made += [
        Change("flow", source, f"新增走向：{_way(new, source, target)}") for source, target, _ in sorted(after - before)
    ]
    made += [
        Change("flow", source, f"去掉走向：{_way(old, source, target)}") for source, target, _ in sorted(before - after)
    ]
    return made


def _changed(old: Node, new: Node) -> list[str]:
    names = [each.name for each in fields(Node) if each.name in LABELS]
    return [LABELS[name] for name in names if getattr(old, name) != getattr(new, name)]


def _way(diagram: Diagram, source: str, target: str) -> str:
    return " → ".join(diagram.nodes[key].title if key in diagram.nodes else key for key in (source, target))
