"""A procedure written as a list of steps becomes a BPMN file with a tidy picture: columns by distance, rows by lane.

What a person would draw is said once per step; branches after an outcome get their gateway, loops run above the rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lxml import etree

from ..rules.diagram import BPMN, OURS

DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DD = "http://www.omg.org/spec/DD/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
COLUMN, NARROW, ROW, LEFT, TOP, HEADER = 166, 104, 120, 120, 80, 30
SIZES = {"task": (110, 80), "event": (36, 36), "gateway": (50, 50)}
AGREE = {"agree": "同意", "refuse": "不同意"}


@dataclass(slots=True)
class Step:
    """`to` is the next step, or for each outcome (label, next step). `marks` are our attributes, `form` its fields."""

    id: str
    name: str
    lane: str
    to: str | Mapping[str, tuple[str, str]] = ""
    kind: str = "userTask"
    form: Sequence[tuple[Any, ...]] = ()
    marks: Mapping[str, str] = field(default_factory=dict)
    timer: str = ""
    branches: Sequence[str] = ()
    on: str = ""


@dataclass(slots=True)
class Procedure:
    key: str
    name: str
    group: str
    basis: str
    lanes: Mapping[str, str]
    steps: Sequence[Step]
    kinds: Sequence[str] = ("event",)


@dataclass(slots=True)
class _Box:
    id: str
    kind: str
    lane: str
    shape: str
    column: int = 0
    row: int = 0
    x: float = 0
    y: float = 0

    @property
    def size(self) -> tuple[int, int]:
        return SIZES[self.shape]

    @property
    def right(self) -> float:
        return self.x + self.size[0] / 2

    @property
    def left(self) -> float:
        return self.x - self.size[0] / 2

    @property
    def top(self) -> float:
        return self.y - self.size[1] / 2

    @property
    def bottom(self) -> float:
        return self.y + self.size[1] / 2


@dataclass(slots=True)
class _Edge:
    id: str
    source: str
    target: str
    name: str = ""
    condition: str = ""


def draw(procedure: Procedure) -> str:
    """The BPMN file. A lane nobody works in is left out."""
    used = {step.lane for step in procedure.steps}
    procedure = replace(procedure, lanes={name: roles for name, roles in procedure.lanes.items() if name in used})
    boxes, edges, defaults = _graph(procedure)
    _place(boxes, edges, procedure)
    return _write(procedure, boxes, edges, defaults)


def _graph(procedure: Procedure) -> tuple[dict[str, _Box], list[_Edge], dict[str, str]]:
    boxes: dict[str, _Box] = {}
    edges: list[_Edge] = []
    defaults: dict[str, str] = {}

    def flow(source: str, target: str, name: str = "", condition: str = "") -> str:
        edges.append(_Edge(f"Flow_{len(edges) + 1}", source, target, name, condition))
        return edges[-1].id

    for step in procedure.steps:
        shape = "task" if step.kind in {"userTask", "serviceTask"} else "gateway" if "Gateway" in step.kind else "event"
        boxes[step.id] = _Box(step.id, step.kind, step.lane, shape)
        if step.branches:
            for target in step.branches:
                flow(step.id, target)
        elif isinstance(step.to, str):
            if step.to:
                flow(step.id, step.to)
        else:
            targets = {target for _, target in step.to.values()}
            if len(targets) == 1:
                flow(step.id, targets.pop())
                continue
            gate = f"Gate_{step.id}"
            boxes[gate] = _Box(gate, "exclusiveGateway", step.lane, "gateway")
            flow(step.id, gate)
            first = next(iter(step.to))
            for value, (label, target) in step.to.items():
                key = flow(gate, target, label, "" if value == first else f'outcome == "{value}"')
                if value == first:
                    defaults[gate] = key
    return boxes, edges, defaults


def _place(boxes: dict[str, _Box], edges: list[_Edge], procedure: Procedure) -> None:
    out: dict[str, list[str]] = {}
    for edge in edges:
        out.setdefault(edge.source, []).append(edge.target)
    attached = {step.id: step.on for step in procedure.steps if step.on}
    start = next(step.id for step in procedure.steps if step.kind == "startEvent")
    back: set[tuple[str, str]] = set()
    seen: dict[str, int] = {}

    def visit(key: str) -> None:
        seen[key] = 1
        for target in out.get(key, []) + [event for event, on in attached.items() if on == key]:
            if seen.get(target) == 1:
                back.add((key, target))
            elif target not in seen:
                visit(target)
        seen[key] = 2

    visit(start)
    for _ in boxes:
        changed = False
        for edge in edges:
            if (edge.source, edge.target) in back:
                continue
            if boxes[edge.target].column < boxes[edge.source].column + 1:
                boxes[edge.target].column = boxes[edge.source].column + 1
                changed = True
        for event, on in attached.items():
            if boxes[event].column != boxes[on].column:
                boxes[event].column = boxes[on].column
                changed = True
        if not changed:
            break
    taken: set[tuple[int, int]] = set()
    first_row = 0
    for lane in procedure.lanes:
        highest = first_row
        for box in boxes.values():
            if box.lane != lane or box.id in attached:
                continue
            row = first_row
            while (box.column, row) in taken:
                row += 1
            taken.add((box.column, row))
            box.row, highest = row, max(highest, row)
        first_row = highest + 1
    centre, x = {}, LEFT + HEADER + 20.0
    for column in range(max(box.column for box in boxes.values()) + 1):
        broad = any(box.shape == "task" and box.column == column for box in boxes.values())
        width = COLUMN if broad else NARROW
        centre[column], x = x + width / 2, x + width
    for box in boxes.values():
        box.x = centre[box.column]
        box.y = TOP + box.row * ROW + ROW / 2
    for event, on in attached.items():
        boxes[event].row = boxes[on].row
        boxes[event].x, boxes[event].y = boxes[on].x + 25, boxes[on].bottom


def _points(edge: _Edge, boxes: dict[str, _Box], lift: dict[int, int]) -> list[tuple[float, float]]:
    """A way of straight pieces that crosses no step."""
    source, target = boxes[edge.source], boxes[edge.target]
    taken = {(box.column, box.row) for box in boxes.values()}

    def free(row: int, first: int, last: int) -> bool:
        return all((column, row) not in taken for column in range(first, last + 1))

    a, b = source.column, target.column
    if source.kind == "boundaryEvent":
        y = max(source.bottom + 14, source.bottom)
        if target.row == source.row:
            y = source.bottom + 10
            return [(source.x, source.bottom), (source.x, y), (target.x, y), (target.x, target.bottom)]
        return [(source.x, source.bottom), (source.x, target.y), (target.left, target.y)]
    if b > a:
        if source.row == target.row and free(source.row, a + 1, b - 1):
            return [(source.right, source.y), (target.left, target.y)]
        if source.row != target.row:
            low, high = sorted((source.row, target.row))
            upright = all((a, row) not in taken for row in range(low + 1, high))
            if source.shape == "gateway" and upright and free(target.row, a, b - 1):
                edge_y = source.bottom if target.row > source.row else source.top
                return [(source.x, edge_y), (source.x, target.y), (target.left, target.y)]
            if free(target.row, a + 1, b - 1):
                bend = source.right + 18 if source.shape != "gateway" else source.right + 30
                return [(source.right, source.y), (bend, source.y), (bend, target.y), (target.left, target.y)]
            if free(source.row, a + 1, b - 1):
                bend = target.left - 18
                return [(source.right, source.y), (bend, source.y), (bend, target.y), (target.left, target.y)]
        gap = max(source.row, target.row) if source.row != target.row else source.row
        lift[gap] = lift.get(gap, 0) + 1
        y = TOP + gap * ROW + 4 + 5 * (lift[gap] % 3)
        bend, end = source.right + 12, target.left - 12
        return [
            (source.right, source.y),
            (bend, source.y),
            (bend, y),
            (end, y),
            (end, target.y),
            (target.left, target.y),
        ]
    gap = min(source.row, target.row)
    lift[gap] = lift.get(gap, 0) + 1
    y = TOP + gap * ROW + 2 + 6 * (lift[gap] % 3)
    if source.row == gap:
        return [(source.x, source.top), (source.x, y), (target.x, y), (target.x, target.top)]
    bend = source.left - 14
    between = all((a, row) not in taken for row in range(gap, source.row))
    if between:
        return [(source.x, source.top), (source.x, y), (target.x, y), (target.x, target.top)]
    bend = source.right + 22
    return [(source.right, source.y), (bend, source.y), (bend, y), (target.x, y), (target.x, target.top)]


def _write(procedure: Procedure, boxes: dict[str, _Box], edges: list[_Edge], defaults: dict[str, str]) -> str:
    names = {None: BPMN, "bpmndi": DI, "dc": DC, "di": DD, "sj": OURS, "xsi": XSI}
    root = etree.Element(
        f"{{{BPMN}}}definitions",
        nsmap=names,
        id=f"Definitions_{procedure.key}",
        targetNamespace="urn:shijian:processes",
    )
    together = etree.SubElement(root, f"{{{BPMN}}}collaboration", id="Collaboration_1")
    etree.SubElement(
        together, f"{{{BPMN}}}participant", id="Pool_1", name=procedure.name, processRef=f"Process_{procedure.key}"
    )
    process = etree.SubElement(
        root, f"{{{BPMN}}}process", id=f"Process_{procedure.key}", name=procedure.name, isExecutable="true"
    )
    if procedure.basis:
        etree.SubElement(process, f"{{{BPMN}}}documentation").text = procedure.basis
    lanes = etree.SubElement(process, f"{{{BPMN}}}laneSet", id="LaneSet_1")
    for number, (name, roles) in enumerate(procedure.lanes.items(), 1):
        lane = etree.SubElement(lanes, f"{{{BPMN}}}lane", id=f"Lane_{number}", name=name)
        if roles:
            lane.set(f"{{{OURS}}}roles", roles)
        for box in boxes.values():
            if box.lane == name:
                etree.SubElement(lane, f"{{{BPMN}}}flowNodeRef").text = box.id
    steps = {step.id: step for step in procedure.steps}
    for box in boxes.values():
        step = steps.get(box.id)
        element = etree.SubElement(process, f"{{{BPMN}}}{box.kind}", id=box.id)
        if step:
            _describe(element, step)
        if box.id in defaults:
            element.set("default", defaults[box.id])
        for edge in edges:
            if edge.target == box.id:
                etree.SubElement(element, f"{{{BPMN}}}incoming").text = edge.id
        for edge in edges:
            if edge.source == box.id:
                etree.SubElement(element, f"{{{BPMN}}}outgoing").text = edge.id
        if step and step.timer:
            event = etree.SubElement(element, f"{{{BPMN}}}timerEventDefinition", id=f"Timer_{box.id}")
            when = etree.SubElement(event, f"{{{BPMN}}}timeDate")
            when.set(f"{{{XSI}}}type", "tFormalExpression")
            when.text = step.timer
    for edge in edges:
        flow = etree.SubElement(
            process, f"{{{BPMN}}}sequenceFlow", id=edge.id, sourceRef=edge.source, targetRef=edge.target
        )
        if edge.name:
            flow.set("name", edge.name)
        if edge.condition:
            condition = etree.SubElement(flow, f"{{{BPMN}}}conditionExpression")
            condition.set(f"{{{XSI}}}type", "tFormalExpression")
            condition.text = edge.condition
    _picture(root, procedure, boxes, edges)
    etree.indent(root)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return written.decode()


def _describe(element: Any, step: Step) -> None:
    if step.name:
        element.set("name", step.name)
    if step.on:
        element.set("attachedToRef", step.on)
        element.set("cancelActivity", "false")
    for name, value in step.marks.items():
        if name != "note":
            element.set(f"{{{OURS}}}{name}", value)
    if note := step.marks.get("note"):
        etree.SubElement(element, f"{{{BPMN}}}documentation").text = note
    outcomes = {} if isinstance(step.to, str) else {value: label for value, (label, _) in step.to.items()}
    if not step.form and not outcomes:
        return
    more = etree.SubElement(element, f"{{{BPMN}}}extensionElements")
    for name, label, kind, *rest in step.form:
        each = etree.SubElement(more, f"{{{OURS}}}field", name=name, label=label, type=kind)
        if "required" in rest:
            each.set("required", "true")
        if options := next((part for part in rest if part != "required"), ""):
            each.set("options", options)
    for value, label in outcomes.items():
        etree.SubElement(more, f"{{{OURS}}}outcome", value=value, label=label)


def _picture(root: Any, procedure: Procedure, boxes: dict[str, _Box], edges: list[_Edge]) -> None:
    diagram = etree.SubElement(root, f"{{{DI}}}BPMNDiagram", id="Diagram_1")
    plane = etree.SubElement(diagram, f"{{{DI}}}BPMNPlane", id="Plane_1", bpmnElement="Collaboration_1")

    def shape(key: str, x: float, y: float, width: float, height: float) -> Any:
        made = etree.SubElement(plane, f"{{{DI}}}BPMNShape", id=f"{key}_di", bpmnElement=key)
        etree.SubElement(made, f"{{{DC}}}Bounds", x=f"{x:g}", y=f"{y:g}", width=f"{width:g}", height=f"{height:g}")
        return made

    width = HEADER + max(box.right for box in boxes.values()) - LEFT + 30
    rows = max(box.row for box in boxes.values()) + 1
    shape("Pool_1", LEFT, TOP - 10, width, rows * ROW + 20).set("isHorizontal", "true")
    top = TOP - 10.0
    names = list(procedure.lanes)
    for number, name in enumerate(names, 1):
        inside = {box.row for box in boxes.values() if box.lane == name}
        bottom = TOP + (max(inside) + 1) * ROW + (10 if number == len(names) else 0)
        shape(f"Lane_{number}", LEFT + HEADER, top, width - HEADER, bottom - top).set("isHorizontal", "true")
        top = bottom
    for box in boxes.values():
        made = shape(box.id, box.left, box.top, *box.size)
        if box.shape == "event":
            label = etree.SubElement(made, f"{{{DI}}}BPMNLabel")
            etree.SubElement(
                label, f"{{{DC}}}Bounds", x=f"{box.x - 45:g}", y=f"{box.bottom + 5:g}", width="90", height="14"
            )
    lift: dict[int, int] = {}
    named: set[tuple[float, float]] = set()
    for edge in edges:
        points = _points(edge, boxes, lift)
        made = etree.SubElement(plane, f"{{{DI}}}BPMNEdge", id=f"{edge.id}_di", bpmnElement=edge.id)
        for x, y in points:
            etree.SubElement(made, f"{{{DD}}}waypoint", x=f"{x:g}", y=f"{y:g}")
        if edge.name:
            (x, y), (_, ny) = points[0], points[1]
            at = (x + 6, y - 18) if y == ny else (x + 6, y + 6 if ny > y else y - 20)
            width_ = 12 * len(edge.name) + 4
            if at in named:  # a second line leaves at the same corner
                at = (x - 6 - width_, at[1])
            named.add(at)
            label = etree.SubElement(made, f"{{{DI}}}BPMNLabel")
            etree.SubElement(label, f"{{{DC}}}Bounds", x=f"{at[0]:g}", y=f"{at[1]:g}", width=f"{width_:g}", height="14")
