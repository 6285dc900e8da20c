"""A sampling inspection: the laboratory is a sub-process that waits for a result, and is urged when it does not come."""

from ..rules.diagram import BPMN, OURS

_DI = "http://www.omg.org/spec/BPMN/20100524/DI"
_DC = "http://www.omg.org/spec/DD/20100524/DC"
_DD = "http://www.omg.org/spec/DD/20100524/DI"

SHAPES = {
    "begin": (40, 180, 36, 36), "collect": (120, 158, 100, 80), "lab": (270, 60, 560, 270), "lab_begin": (300, 180, 36, 36),
    "send": (370, 158, 100, 80), "either": (510, 173, 50, 50), "result": (610, 110, 36, 36), "late": (610, 240, 36, 36),
    "urge": (690, 218, 100, 80), "lab_end": (760, 110, 36, 36), "too_long": (540, 312, 36, 36), "oversee": (640, 370, 100, 80),
    "overseen": (790, 392, 36, 36), "gate": (880, 173, 50, 50), "dispose": (980, 60, 100, 80), "over": (1130, 180, 36, 36),
}  # fmt: skip


def sampling(*, collapsed: bool = False) -> str:
    """The file as a tool would write it; with `collapsed`, the sub-process is drawn on a page of its own."""
    ways = [
        ("f1", "begin", "collect"), ("f2", "collect", "lab"), ("f3", "lab", "gate"), ("f4", "gate", "dispose"), ("f5", "gate", "over"),
        ("f6", "dispose", "over"), ("f7", "too_long", "oversee"), ("f8", "oversee", "overseen"),
    ]  # fmt: skip
    inner = [
        ("g1", "lab_begin", "send"), ("g2", "send", "either"), ("g3", "either", "result"), ("g4", "either", "late"), ("g5", "late", "urge"),
        ("g6", "urge", "either"), ("g7", "result", "lab_end"),
    ]  # fmt: skip

    def flows(rows: list[tuple[str, str, str]]) -> str:
        condition = '<conditionExpression>verdict == "不合格"</conditionExpression>'
        return "".join(
            f'<sequenceFlow id="{key}" sourceRef="{source}" targetRef="{target}">{condition if key == "f4" else ""}</sequenceFlow>'
            for key, source, target in rows
        )

    inside = {"lab_begin", "send", "either", "result", "late", "urge", "lab_end"}

    def shapes(keys: list[str], rows: list[tuple[str, str, str]]) -> str:
        made = ""
        for key in keys:
            x, y, width, height = (270, 158, 100, 80) if key == "lab" and collapsed else SHAPES[key]
            expanded = f' isExpanded="{"false" if collapsed else "true"}"' if key == "lab" else ""
            made += (
                f'<bpmndi:BPMNShape id="{key}_di" bpmnElement="{key}"{expanded}>'
                f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/></bpmndi:BPMNShape>'
            )
        for key, source, target in rows:
            (ax, ay, aw, ah), (bx, by, _, bh) = SHAPES[source], SHAPES[target]
            made += (
                f'<bpmndi:BPMNEdge id="{key}_di" bpmnElement="{key}"><di:waypoint x="{ax + aw}" y="{ay + ah / 2:g}"/>'
                f'<di:waypoint x="{bx}" y="{by + bh / 2:g}"/></bpmndi:BPMNEdge>'
            )
        return made

    outer = [key for key in SHAPES if key not in inside]
    pages = (
        f'<bpmndi:BPMNDiagram id="d1"><bpmndi:BPMNPlane id="p1" bpmnElement="sampling">{shapes(outer, ways)}</bpmndi:BPMNPlane>'
        f'</bpmndi:BPMNDiagram><bpmndi:BPMNDiagram id="d2"><bpmndi:BPMNPlane id="p2" bpmnElement="lab">'
        f"{shapes([key for key in SHAPES if key in inside], inner)}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
        if collapsed
        else f'<bpmndi:BPMNDiagram id="d1"><bpmndi:BPMNPlane id="p1" bpmnElement="sampling">'
        f"{shapes(list(SHAPES), [*ways, *inner])}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="{BPMN}" xmlns:bpmndi="{_DI}" xmlns:dc="{_DC}" xmlns:di="{_DD}" xmlns:sj="{OURS}" id="D" targetNamespace="urn:t">
<message id="m1" name="检测结果到达"/>
<process id="sampling" name="监督抽检" isExecutable="true">
<startEvent id="begin" name="开始"/>
<userTask id="collect" name="抽样" sj:roles="grid_chief"/>
<subProcess id="lab" name="检验">
  <startEvent id="lab_begin"/>
  <userTask id="send" name="送检" sj:roles="grid_chief"/>
  <eventBasedGateway id="either" name="等结果"/>
  <intermediateCatchEvent id="result" name="检测结果" sj:roles="grid_chief"><extensionElements>
    <sj:field name="verdict" label="结论" type="choice" required="true" options="合格|不合格"/>
    <sj:field name="report" label="报告编号" type="text"/></extensionElements>
    <messageEventDefinition messageRef="m1"/></intermediateCatchEvent>
  <intermediateCatchEvent id="late" name="二十个工作日"><timerEventDefinition><timeDate>working_days(20)</timeDate></timerEventDefinition></intermediateCatchEvent>
  <userTask id="urge" name="催办" sj:roles="grid_office"/>
  <endEvent id="lab_end"/>
  {flows(inner)}
</subProcess>
<boundaryEvent id="too_long" name="六十日" attachedToRef="lab" cancelActivity="false"><timerEventDefinition><timeDate>calendar_days(60)</timeDate></timerEventDefinition></boundaryEvent>
<userTask id="oversee" name="督办" sj:roles="leader"/>
<endEvent id="overseen" name="督办完毕"/>
<exclusiveGateway id="gate" name="结论" default="f5"/>
<userTask id="dispose" name="不合格处置" sj:roles="leader"/>
<endEvent id="over" name="办结"/>
{flows(ways)}
</process>
{pages}
</definitions>
"""
