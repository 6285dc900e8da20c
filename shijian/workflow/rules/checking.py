"""What keeps a diagram from being published, in plain words."""

from collections.abc import Collection
from dataclasses import dataclass

from . import expressions
from .diagram import CATCHES, GATEWAYS, RESERVED, WAITS, Diagram, Flow, Node

MODES = {"single", "countersign", "vote"}
FIELD_KINDS = {"text", "longtext", "date", "number", "choice", "bool", "person", "people"}


@dataclass(frozen=True, slots=True)
class Finding:
    """`node` is the element to mark in the picture; a warning does not stop the publication."""

    text: str
    node: str = ""
    is_warning: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What exists in this installation: codes a diagram may name."""

    roles: Collection[str]
    handlers: Collection[str]
    limits: Collection[str]
    permissions: Collection[str]


def check(diagram: Diagram, known: Known) -> list[Finding]:
    """All findings, the gravest kinds first."""
    found = [_unsupported(each) for each in diagram.unsupported]
    if diagram.processes > 1:
        found.append(Finding("文件里有多个流程（泳池），只有一个能运行；请拆成几个文件。", is_warning=False))
    found += _ends(diagram)
    found += _connections(diagram)
    for node in diagram.nodes.values():
        found += _node(node, diagram, known)
    found += _dead_ends(diagram)
    found += _cycles(diagram)
    return found


def _unsupported(each: object) -> Finding:
    name = getattr(each, "name", "")
    label = getattr(each, "label", "")
    return Finding(
        f"“{name or getattr(each, 'id', '')}”是{label}，本系统不能运行，请改用人工步骤、自动步骤、分支、等待或者子流程。",
        getattr(each, "id", ""),
    )


def _ends(diagram: Diagram) -> list[Finding]:
    found = _ends_of(diagram, "", "", "")
    for node in diagram.nodes.values():
        if node.kind == "subProcess":
            found += _ends_of(diagram, node.id, f"子流程“{node.title}”里", node.id)
    if not any(diagram.people()):
        found.append(Finding("没有人工步骤：没有人要办理的流程不需要发布。"))
    return found


def _ends_of(diagram: Diagram, scope: str, where: str, mark: str) -> list[Finding]:
    """A process, and each sub-process, begins in one place and comes to an end."""
    kinds = [node.kind for node in diagram.nodes.values() if node.inside == scope]
    if scope and not kinds:
        return [Finding(f"{where}没有步骤，请画上或者改为人工步骤。", mark)]
    found = []
    if (count := kinds.count("startEvent")) != 1:
        what = "没有开始事件，请画一个。" if not count else f"有 {count} 个开始事件，只能有一个。"
        found.append(Finding(where + what, mark))
    if "endEvent" not in kinds:
        found.append(Finding(f"{where}没有结束事件：流程永远办不完，请画一个。", mark))
    return found


def _connections(diagram: Diagram) -> list[Finding]:
    found = []
    for flow in diagram.flows:
        for end in (flow.source, flow.target):
            if end not in diagram.nodes and end not in {each.id for each in diagram.unsupported}:
                found.append(Finding(f"连线“{flow.name or flow.id}”的一端没有接到任何步骤。", flow.id))
        ends = [diagram.nodes[end].inside for end in (flow.source, flow.target) if end in diagram.nodes]
        if len(set(ends)) > 1:
            found.append(Finding(f"连线“{flow.name or flow.id}”穿过子流程的边框，请连到子流程本身。", flow.id))
    starts = [node.id for node in diagram.nodes.values() if node.kind == "startEvent" and not node.inside]
    reached = _reached(diagram, starts)
    for node in diagram.nodes.values():
        if node.id not in reached and node.kind != "startEvent":
            found.append(Finding(f"“{node.title}”从开始走不到，请连上线或者删去。", node.id))
    return found


def _reached(diagram: Diagram, starts: list[str]) -> set[str]:
    attached: dict[str, list[str]] = {}
    for node in diagram.nodes.values():
        if node.attached_to:
            attached.setdefault(node.attached_to, []).append(node.id)
        if node.inside and node.kind == "startEvent":
            attached.setdefault(node.inside, []).append(node.id)
    reached: set[str] = set()
    ahead = list(starts)
    while ahead:
        key = ahead.pop()
        if key in reached:
            continue
        reached.add(key)
        ahead += [flow.target for flow in diagram.out_of(key)] + attached.get(key, [])
    return reached


def _node(node: Node, diagram: Diagram, known: Known) -> list[Finding]:
    found: list[Finding] = []

    def add(text: str, *, is_warning: bool = False) -> None:
        found.append(Finding(text, node.id, is_warning))

    out = diagram.out_of(node.id)
    if node.id.lower() in RESERVED:
        add(f"步骤“{node.title}”的编号 {node.id} 与引擎内部名称相同，请换一个编号。")
    if node.kind in GATEWAYS:
        _gateway(node, out, add)
    elif len(out) > 1 and node.kind != "eventBasedGateway":
        add(f"“{node.title}”后面有 {len(out)} 条线，请用分支网关写明怎么走。")
    if node.kind != "endEvent" and not out:
        add(f"“{node.title}”后面没有下一步，请连到下一步或者结束。")
    if node.is_for_people:
        _for_people(node, diagram, known, add)
    if node.kind == "serviceTask" and node.handler not in known.handlers:
        add(
            f"自动步骤“{node.title}”没有选择要做什么。"
            if not node.handler
            else f"自动步骤“{node.title}”要做的“{node.handler}”没有登记。"
        )
    if node.kind == "eventBasedGateway":
        _waiting_branch(node, diagram, add)
    if node.kind in CATCHES | WAITS:
        _event(node, known, add)
    return found


def _gateway(node: Node, out: list[Flow], add: object) -> None:
    assert callable(add)
    if node.kind == "parallelGateway" or len(out) < 2:
        return
    if not node.default:
        add(f"分支“{node.title}”没有默认走向：条件都不满足时流程会停住，请指定一条默认线。")
    for flow in out:
        if flow.id == node.default:
            continue
        if not flow.condition:
            add(f"分支“{node.title}”的线“{flow.name or flow.id}”没有写条件。")
        elif wrong := expressions.fault(flow.condition):
            add(f"分支“{node.title}”：{wrong}。")


def _waiting_branch(node: Node, diagram: Diagram, add: object) -> None:
    assert callable(add)
    events = diagram.waiting_at(node.id)
    if len(events) < 2 or not all(each.kind in WAITS for each in events):
        add(f"等待分支“{node.title}”后面须接两个以上的等待（消息或者时间），先到的走哪条线。")
    if sum(bool(each.timer) for each in events) > 1:
        add(f"等待分支“{node.title}”只能等一个时间，其余的等消息。")


def _event(node: Node, known: Known, add: object) -> None:
    assert callable(add)
    if node.message:
        if not node.roles:
            add(f"“{node.title}”没有指定由什么角色登记到达。")
        _roles(node, known, add)
        _fields(node, add)
        if any(each.kind in {"person", "people"} for each in node.fields):
            add(f"“{node.title}”的表单不能选人，请在后面的人工步骤里选。")
    elif not node.timer:
        add(f"“{node.title}”没有写等到什么时候，或者等什么消息。")
    elif wrong := expressions.fault(node.timer, expressions.TIMES):
        add(f"“{node.title}”的时间：{wrong}。")


def _for_people(node: Node, diagram: Diagram, known: Known, add: object) -> None:
    assert callable(add)
    if not node.name:
        add(f"有一个人工步骤没有名称（编号 {node.id}）。")
    if not node.roles and not node.assign:
        add(f"“{node.title}”没有指定由什么角色办理。")
    _roles(node, known, add)
    for other in node.differs_from:
        if other != "starter" and other not in diagram.nodes:
            add(f"“{node.title}”要求与“{other}”不是同一人，但没有这个步骤。")
    kind, _, name = node.assign.partition(":")
    if kind == "same" and name not in diagram.nodes:
        add(f"“{node.title}”由“{name}”的办理人办理，但没有这个步骤。")
    if kind == "field" and name not in {each.name for other in diagram.people() for each in other.fields}:
        add(f"“{node.title}”由表单项“{name}”里选的人办理，但没有这个表单项。")
    if node.mode not in MODES:
        add(f"“{node.title}”的办理方式“{node.mode}”不认识。")
    if node.mode != "single" and len(node.outcomes) < 2:
        add(f"“{node.title}”由多人办理，须有同意和不同意两个结果。")
    if node.limit and node.limit not in known.limits:
        add(f"“{node.title}”的期限“{node.limit}”不在法定期限表里。")
    if node.needs_permission and node.needs_permission not in known.permissions:
        add(f"“{node.title}”要求的权限“{node.needs_permission}”不存在。")
    _fields(node, add)


def _roles(node: Node, known: Known, add: object) -> None:
    assert callable(add)
    for role in node.roles:
        if role not in known.roles:
            add(f"“{node.title}”指定的角色“{role}”不存在。")


def _fields(node: Node, add: object) -> None:
    assert callable(add)
    for each in node.fields:
        if not each.name.isidentifier():
            add(f"“{node.title}”的表单项“{each.label}”代码“{each.name}”只能用字母、数字和下划线。")
        if each.kind not in FIELD_KINDS:
            add(f"“{node.title}”的表单项“{each.label}”类型“{each.kind}”不认识。")
        if each.kind == "choice" and not each.options:
            add(f"“{node.title}”的表单项“{each.label}”没有可选的内容。")


def _dead_ends(diagram: Diagram) -> list[Finding]:
    """Steps from which no end can be reached: work that can be begun and never finished."""
    before: dict[str, list[str]] = {}
    for flow in diagram.flows:
        before.setdefault(flow.target, []).append(flow.source)
    reaching: set[str] = set()
    ahead = [node.id for node in diagram.nodes.values() if node.kind == "endEvent"]
    if not ahead:
        return []
    while ahead:
        key = ahead.pop()
        if key not in reaching:
            reaching.add(key)
            ahead += before.get(key, [])
            if key in diagram.nodes and diagram.nodes[key].attached_to:
                ahead.append(diagram.nodes[key].attached_to)
    return [
        Finding(f"从“{node.title}”走不到结束。", node.id)
        for node in diagram.nodes.values()
        if node.id not in reaching and diagram.out_of(node.id)
    ]


def _cycles(diagram: Diagram) -> list[Finding]:
    """Rounds without a person or a wait in them would turn for ever."""
    stops = {node.id for node in diagram.nodes.values() if node.is_for_people or node.kind in WAITS}
    stops |= {around.id for key in stops for around in diagram.around(key)}
    state: dict[str, int] = {}
    found: list[Finding] = []

    def follow(key: str) -> None:
        stack = [(key, iter(diagram.out_of(key)))]
        state[key] = 1
        while stack:
            current, flows = stack[-1]
            for flow in flows:
                if flow.target in stops or flow.target not in diagram.nodes:
                    continue
                if state.get(flow.target) == 1:
                    found.append(
                        Finding(
                            f"“{diagram.nodes[flow.target].title}”绕回自己，中间没有人工步骤，会不停地转。", flow.target
                        )
                    )
                elif flow.target not in state:
                    state[flow.target] = 1
                    stack.append((flow.target, iter(diagram.out_of(flow.target))))
                    break
            else:
                state[current] = 2
                stack.pop()

    for key in diagram.nodes:
        if key not in state and key not in stops:
            follow(key)
    return found
