"""A BPMN 2.0 file read: its steps with our own marks (`sj:`), its flows, and what in it does not run here.

The file itself is kept as it is; reading it changes nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
OURS = "urn:shijian:bpmn:1"
LARGEST = 2_000_000
RESERVED = {"start", "end", "root"}  # names of the engine itself; a step called so would be lost

# What runs. Everything else is kept in the file, named, and keeps the file from being published.
STEPS = {
    "userTask": "人工步骤",
    "manualTask": "人工步骤",
    "serviceTask": "自动步骤",
    "startEvent": "开始",
    "endEvent": "结束",
    "exclusiveGateway": "条件分支",
    "parallelGateway": "并行分支",
    "inclusiveGateway": "多选分支",
    "eventBasedGateway": "等待分支",
    "intermediateCatchEvent": "等待",
    "receiveTask": "等待",
    "boundaryEvent": "边界事件",
    "subProcess": "子流程",
}
PEOPLE = {"userTask", "manualTask"}
GATEWAYS = {"exclusiveGateway", "parallelGateway", "inclusiveGateway"}  # on conditions
CATCHES = {"intermediateCatchEvent", "boundaryEvent"}
WAITS = {"intermediateCatchEvent", "receiveTask"}
# Drawn for the reader only; the engine passes over them.
NOTES = {
    "sequenceFlow", "laneSet", "textAnnotation", "association", "group", "documentation", "extensionElements",
    "dataObject", "dataObjectReference", "ioSpecification", "dataInputAssociation", "dataOutputAssociation", "property",
}  # fmt: skip
NAMES = {
    "task": "普通任务", "callActivity": "调用活动", "scriptTask": "脚本任务", "sendTask": "发送任务",
    "businessRuleTask": "规则任务", "complexGateway": "复杂分支",
    "intermediateThrowEvent": "抛出事件", "dataStoreReference": "数据存储", "transaction": "事务子流程",
    "adHocSubProcess": "临时子流程", "eventSubProcess": "事件子流程", "messageEventDefinition": "消息事件", "signalEventDefinition": "信号事件",
    "errorEventDefinition": "错误事件", "escalationEventDefinition": "升级事件", "linkEventDefinition": "链接事件",
    "conditionalEventDefinition": "条件事件", "compensateEventDefinition": "补偿事件", "cancelEventDefinition": "取消事件",
    "multiInstanceLoopCharacteristics": "多实例", "standardLoopCharacteristics": "循环", "timeDuration": "时长定时",
    "timeCycle": "循环定时", "choreography": "编排", "conversation": "会话", "messageFlow": "消息流",
}  # fmt: skip


class Unreadable(ValueError):
    """The file is no BPMN file; the message says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Field:
    """One entry of a step's form."""

    name: str
    label: str
    kind: str = "text"  # text, longtext, date, number, choice, bool, person, people
    required: bool = False
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """A button of a step; the first is the approving one where several sign."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Node:
    """One element a flow leads to, with what our marks say about who acts."""

    id: str
    kind: str
    name: str
    lane: str = ""
    roles: tuple[str, ...] = ()
    unit: str = "record"  # record: roles reaching its grid; starter: his unit; bureau: anywhere
    assign: str = ""  # "", starter, same:<node>, field:<name>
    mode: str = "single"
    quota: str = ""  # of a countersignature: all when empty, else how many must agree
    differs_from: tuple[str, ...] = ()
    needs_certificate: bool = False
    qualification: str = ""
    needs_permission: str = ""
    limit: str = ""
    cite: str = ""
    handler: str = ""
    note: str = ""
    timer: str = ""
    message: str = ""  # what it waits for by name, as whoever delivers it says
    inside: str = ""  # the sub-process it is drawn in
    attached_to: str = ""
    interrupts: bool = True
    terminates: bool = False
    default: str = ""
    fields: tuple[Field, ...] = ()
    outcomes: tuple[Outcome, ...] = ()

    @property
    def is_for_people(self) -> bool:
        return self.kind in PEOPLE

    @property
    def title(self) -> str:
        return self.name or STEPS.get(self.kind, self.kind)

    def outcome_label(self, value: str) -> str:
        return next((each.label for each in self.outcomes if each.value == value), value)


@dataclass(frozen=True, slots=True)
class Flow:
    id: str
    source: str
    target: str
    name: str = ""
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Unsupported:
    """An element that is kept but does not run: which, its Chinese name, its label in the diagram."""

    id: str
    kind: str
    label: str
    name: str


@dataclass(frozen=True, slots=True)
class Diagram:
    process_id: str
    name: str
    nodes: dict[str, Node]
    flows: tuple[Flow, ...]
    unsupported: tuple[Unsupported, ...] = ()
    processes: int = 1
    executable: bool = False
    has_picture: bool = False
    lanes: tuple[str, ...] = ()
    _out: dict[str, list[Flow]] = field(default_factory=dict, compare=False)

    def out_of(self, node_id: str) -> list[Flow]:
        return self._out.get(node_id, [])

    def people(self) -> Iterator[Node]:
        return (node for node in self.nodes.values() if node.is_for_people)

    def around(self, node_id: str) -> Iterator[Node]:
        """The sub-processes a step is drawn in, the nearest first."""
        while (inside := self.nodes[node_id].inside if node_id in self.nodes else "") in self.nodes:
            yield self.nodes[inside]
            node_id = inside

    def waiting_at(self, node_id: str) -> list[Node]:
        """The events a process waits for at this step: itself, or those a waiting branch leads to."""
        node = self.nodes[node_id]
        if node.kind != "eventBasedGateway":
            return [node]
        return [self.nodes[flow.target] for flow in self.out_of(node_id) if flow.target in self.nodes]


def tree(text: str) -> etree._Element:
    """The parsed file: no entities, nothing from outside. Raises Unreadable."""
    if len(text) > LARGEST:
        raise Unreadable("文件超过 2 MB，不是正常的流程图。")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(f"不是完整的 XML 文件：{error}") from error
    if root.getroottree().docinfo.doctype:
        raise Unreadable("流程文件不能带有 DOCTYPE 声明。")
    if root.tag != f"{{{BPMN}}}definitions":
        raise Unreadable("不是 BPMN 2.0 文件：根元素应为 definitions。")
    return root


def read(text: str) -> Diagram:
    """The first process that has steps, and all that does not run. Raises Unreadable."""
    root = tree(text)
    processes = root.findall(f"{{{BPMN}}}process")
    if not processes:
        raise Unreadable("文件里没有流程（process）。")
    process = max(processes, key=lambda each: (each.get("isExecutable") == "true", len(each)))
    lanes, lane_of, lane_roles = _lanes(process)
    messages = {each.get("id", ""): (each.get("name") or "").strip() for each in root.findall(f"{{{BPMN}}}message")}
    nodes: dict[str, Node] = {}
    flows: list[Flow] = []
    unsupported: list[Unsupported] = []

    def walk(scope: etree._Element, inside: str, lane: str) -> None:
        for element in scope:
            if not isinstance(element.tag, str) or etree.QName(element).namespace != BPMN:
                continue
            kind = etree.QName(element).localname
            if kind == "sequenceFlow":
                flows.append(_flow(element))
            elif kind == "subProcess" and element.get("triggeredByEvent") == "true":
                unsupported.append(_named(element, "eventSubProcess"))
            elif kind in STEPS:
                key = element.get("id", "")
                own = lane_of.get(key, lane)
                nodes[key] = _node(element, kind, own, lane_roles, messages, inside)
                unsupported.extend(_inside(element, nodes[key]))
                if kind == "subProcess":
                    walk(element, key, own)
            elif kind not in NOTES:
                unsupported.append(_named(element, kind))

    walk(process, "", "")
    for other in root:
        if isinstance(other.tag, str) and etree.QName(other).localname == "collaboration":
            unsupported += [_named(each, "messageFlow") for each in other.findall(f"{{{BPMN}}}messageFlow")]
    found = Diagram(
        process.get("id", ""),
        process.get("name", ""),
        nodes,
        tuple(flows),
        tuple(unsupported),
        len(processes),
        process.get("isExecutable") == "true",
        root.find("{http://www.omg.org/spec/BPMN/20100524/DI}BPMNDiagram") is not None,
        tuple(lanes),
    )
    for flow in flows:
        found._out.setdefault(flow.source, []).append(flow)
    return found


def elements(text: str) -> tuple[set[tuple[str, str]], set[tuple[str, str, str]]]:
    """All elements with an id, and all edges: what must be the same after import and export."""
    root = tree(text)
    found, edges = set(), set()
    for each in root.iter():
        if isinstance(each.tag, str) and each.get("id"):
            found.add((each.tag, each.get("id", "")))
            if each.get("sourceRef"):
                edges.add((each.get("id", ""), each.get("sourceRef", ""), each.get("targetRef", "")))
    return found, edges


def _lanes(process: etree._Element) -> tuple[list[str], dict[str, str], dict[str, tuple[str, ...]]]:
    names: list[str] = []
    lane_of: dict[str, str] = {}
    roles: dict[str, tuple[str, ...]] = {}
    for lane in process.iter(f"{{{BPMN}}}lane"):
        name = lane.get("name", "") or lane.get("id", "")
        names.append(name)
        roles[name] = tuple((lane.get(f"{{{OURS}}}roles") or "").split())
        for reference in lane.findall(f"{{{BPMN}}}flowNodeRef"):
            lane_of[(reference.text or "").strip()] = name
    return names, lane_of, roles


def _node(
    element: etree._Element,
    kind: str,
    lane: str,
    lane_roles: dict[str, tuple[str, ...]],
    messages: dict[str, str],
    inside: str,
) -> Node:
    def mark(name: str, default: str = "") -> str:
        return element.get(f"{{{OURS}}}{name}") or default

    timer = element.find(f"{{{BPMN}}}timerEventDefinition/{{{BPMN}}}timeDate")
    more = element.find(f"{{{BPMN}}}extensionElements")
    documentation = element.find(f"{{{BPMN}}}documentation")
    fields = tuple(
        Field(
            each.get("name", ""),
            each.get("label", "") or each.get("name", ""),
            each.get("type", "text"),
            each.get("required") == "true",
            tuple(part.strip() for part in each.get("options", "").split("|") if part.strip()),
        )
        for each in ([] if more is None else more.iter(f"{{{OURS}}}field"))
    )
    outcomes = tuple(
        Outcome(each.get("value", ""), each.get("label", "") or each.get("value", ""))
        for each in ([] if more is None else more.iter(f"{{{OURS}}}outcome"))
    )
    if kind in PEOPLE and not outcomes:
        outcomes = (Outcome("done", "办理完成"),)
    return Node(
        id=element.get("id", ""),
        kind=kind,
        name=(element.get("name") or "").strip(),
        lane=lane,
        roles=tuple(mark("roles").split()) or lane_roles.get(lane, ()),
        unit=mark("unit", "record"),
        assign=mark("assign"),
        mode=mark("mode", "single"),
        quota=mark("quota"),
        differs_from=tuple(mark("differsFrom").split()),
        needs_certificate=mark("needsCertificate") == "true",
        qualification=mark("qualification"),
        needs_permission=mark("needsPermission"),
        limit=mark("limit"),
        cite=mark("cite"),
        handler=mark("handler"),
        note=((documentation.text or "") if documentation is not None else "").strip(),
        timer=((timer.text or "") if timer is not None else "").strip(),
        message=_message(element, kind, messages),
        inside=inside,
        attached_to=element.get("attachedToRef", ""),
        interrupts=element.get("cancelActivity") != "false",
        terminates=element.find(f"{{{BPMN}}}terminateEventDefinition") is not None,
        default=element.get("default", ""),
        fields=fields,
        outcomes=outcomes,
    )


def _message(element: etree._Element, kind: str, messages: dict[str, str]) -> str:
    """The name of the message a step waits for; a file that names none means the name of the step."""
    caught = element.find(f"{{{BPMN}}}messageEventDefinition") if kind in CATCHES else None
    if caught is None and kind != "receiveTask":
        return ""
    reference = (element if caught is None else caught).get("messageRef", "")
    return messages.get(reference, "") or (element.get("name") or "").strip()


def _inside(element: etree._Element, node: Node) -> list[Unsupported]:
    """Definitions within a step that do not run: signals, loops, timers other than a date."""
    runs = {"timerEventDefinition", "terminateEventDefinition"}
    if node.kind in CATCHES:
        runs.add("messageEventDefinition")
    found = []
    # What is drawn in a sub-process speaks for itself.
    for child in element if node.kind == "subProcess" else element.iterdescendants():
        if not isinstance(child.tag, str) or etree.QName(child).namespace != BPMN:
            continue
        kind = etree.QName(child).localname
        loops = kind.endswith("LoopCharacteristics") or kind in {"timeDuration", "timeCycle"}
        events = kind.endswith("EventDefinition") and kind not in runs
        if loops or events:
            found.append(Unsupported(node.id, kind, NAMES.get(kind, kind), node.title))
    if node.kind == "startEvent" and node.timer:
        found.append(Unsupported(node.id, "timerEventDefinition", "定时开始", node.title))
    return found


def _named(element: etree._Element, kind: str) -> Unsupported:
    return Unsupported(element.get("id", ""), kind, NAMES.get(kind, kind), (element.get("name") or "").strip())


def _flow(element: etree._Element) -> Flow:
    condition = element.find(f"{{{BPMN}}}conditionExpression")
    text = ((condition.text or "") if condition is not None else "").strip()
    return Flow(
        element.get("id", ""),
        element.get("sourceRef", ""),
        element.get("targetRef", ""),
        (element.get("name") or "").strip(),
        text,
    )
