"""The flow picture of an instance: where it is, who has it, since when; and the same as a list."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.timezone import localtime

from shijian.core.pages import Moment
from shijian.core.records import MOMENTS_MAX, Record

from ..choices import Act, Mode, TaskState
from ..models import Instance, Move, Task
from ..rules.diagram import Diagram, Node

ICONS = {
    Act.START: ("player-play", ""),
    Act.COMPLETE: ("check", "green"),
    Act.RETURN: ("arrow-back-up", "red"),
    Act.WITHDRAW: ("arrow-back", "amber"),
    Act.CANCEL: ("ban", "red"),
    Act.ADD: ("user-plus", ""),
    Act.DELEGATE: ("user-share", ""),
    Act.TIMER: ("clock", "amber"),
    Act.MESSAGE: ("mail-opened", "green"),
    Act.MIGRATE: ("versions", ""),
}


def people_of(instance: Instance) -> list[Task]:
    """All tasks of an instance with their people, in one statement."""
    rows = Task.objects.filter(instance=instance).exclude(state=TaskState.DROPPED)
    return list(rows.select_related("claimed_by", "assignee", "done_by").order_by("made_at", "id"))


def moments_of(instance: Instance) -> list[Moment]:
    moves = Move.objects.filter(instance=instance).select_related("by__unit", "to").order_by("-at", "-id")[:200]
    return [_moment(move) for move in moves]


def moments_of_record(user: Any, record: Record) -> list[Moment]:
    """What the processes of a record add to its timeline: one statement."""
    moves = Move.objects.filter(instance__record_kind=record.kind, instance__record_id=record.id)
    return [_moment(move) for move in moves.select_related("by__unit", "to").order_by("at", "id")[:MOMENTS_MAX]]


def _moment(move: Move) -> Moment:
    icon, tone = ICONS.get(Act(move.act), ("point", ""))
    title = move.get_act_display() + (f"：{move.step}" if move.step else "")
    words = [move.text, f"交给{move.to.name}" if move.to else "", move.note if move.note != move.text else ""]
    return Moment(
        at=move.at,
        title=title,
        by=move.by.name,
        unit=move.by.unit.name,
        text="\n".join(part for part in words if part),
        icon=icon,
        tone=tone,
    )


def picture(instance: Instance, tasks: list[Task], diagram: Diagram, awaited: list[Node]) -> dict[str, Any]:
    """What the viewer shows: the file, and a mark with words for each step; a sub-process is where its steps are."""
    marks: dict[str, dict[str, str]] = {}
    for group in _by_step(task for task in tasks if task.state == TaskState.DONE).values():
        marks[group[0].node_id] = {"tone": "done", "text": _done(group, diagram)}
    for group in _by_step(task for task in tasks if task.is_open).values():
        who = holder(group[0]) if len(group) == 1 else f"{len(group)} 人待办"
        marks[group[0].node_id] = {"tone": "now", "text": f"{who} {_when(group[0].made_at)}起"}
    for node in awaited:
        marks[node.id] = {"tone": "now", "text": ""}
    for key, mark in list(marks.items()):
        for around in diagram.around(key):
            if mark["tone"] == "now" or around.id not in marks:
                marks[around.id] = {"tone": mark["tone"], "text": ""}
    return {"xml": instance.version.bpmn, "marks": marks}


def holder(task: Task) -> str:
    person = task.claimed_by or task.assignee
    return person.name if person else "待领取"


def _by_step(tasks: Iterable[Task]) -> dict[Any, list[Task]]:
    """Tasks by their step, in order: several people may be asked at one."""
    found: dict[Any, list[Task]] = {}
    for task in tasks:
        found.setdefault(task.token, []).append(task)
    return found


def _done(group: list[Task], diagram: Diagram) -> str:
    """Who did a step last and when; of a vote or a countersignature how many said what."""
    last, node = max(group, key=lambda task: (task.done_at, task.pk)), diagram.nodes.get(group[0].node_id)
    if last.mode == Mode.SINGLE or node is None:
        return f"{last.done_by} {_when(last.done_at)}"
    said = Counter(node.outcome_label(task.outcome) for task in group if not task.turn)
    return "、".join(f"{label} {count} 人" for label, count in said.items())


def where(tasks: list[Task], diagram: Diagram, role_names: dict[str, str], mine: set[Any]) -> list[dict[str, Any]]:
    """The open steps in words: step, who has it or may take it, since when, by when; `own` is what the reader may do."""
    return [
        {
            "task": group[0],
            "own": next((task for task in group if task.pk in mine), None),
            "who": _who(group, tasks, diagram, role_names),
            "since": group[0].made_at,
            "due": group[0].due_on,
        }
        for group in _by_step(task for task in tasks if task.is_open).values()
    ]


def _who(group: list[Task], tasks: list[Task], diagram: Diagram, role_names: dict[str, str]) -> str:
    first = group[0]
    names = "、".join(
        holder(task) if task.claimed_by or task.assignee else _roles(task, diagram, role_names) for task in group
    )
    if first.mode == Mode.SINGLE:
        return names
    done = [task for task in tasks if task.token == first.token and task.done_at and task.made_at >= first.made_at]
    return f"{first.get_mode_display()}，已有 {len(done)} 人表态，等{names}"


def _roles(task: Task, diagram: Diagram, role_names: dict[str, str]) -> str:
    node = diagram.nodes.get(task.node_id)
    names = "、".join(role_names.get(role, role) for role in (node.roles if node else ()))
    return f"待领取（{names}）" if names else "待领取"


def _when(at: datetime | None) -> str:
    return f"{localtime(at):%m-%d %H:%M}" if at else ""
