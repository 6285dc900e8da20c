"""Meetings, the tasks they decide, opinions and their answers (G-17, G-23)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core import burden
from shijian.core.errors import Refused
from shijian.notices import services as notices

from ..choices import TaskState, Verb
from ..models import GridTask, Meeting, Node, Opinion
from ..permissions import WORK_DIRECT

OPINION_DAYS = 15  # our own rule of the house, no law: answered within fifteen days unless told otherwise


class NotYours(Refused):
    code = "grid.work_not_yours"


class AlreadyDone(Refused):
    code = "grid.work_already_done"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision of a meeting: what, who, by when."""

    title: str
    assignee: User
    due_on: date


@transaction.atomic
def record_meeting(
    node: Node,
    *,
    title: str,
    held_on: date,
    chair: User,
    attendees: Iterable[User],
    minutes: str,
    decisions: Iterable[Decision] = (),
    by: User,
    now: datetime,
) -> Meeting:
    """Put a meeting on record; each decision becomes a task its person is told about."""
    meeting = Meeting.objects.create(
        bureau_code=node.bureau_code, area_code=node.area_code, title=title, held_on=held_on, chair=chair,
        minutes=minutes, recorded_by=by, recorded_at=now,
    )  # fmt: skip
    meeting.attendees.set(attendees)
    _record(Verb.MET, meeting, by, now, {"title": title, "held_on": str(held_on)})
    for decision in decisions:
        set_task(node, decision, meeting=meeting, by=by, now=now)
    return meeting


@transaction.atomic
def set_task(node: Node, decision: Decision, *, meeting: Meeting | None = None, by: User, now: datetime) -> GridTask:
    """Give somebody a task in an area, with a date. Raises Burdensome (五个不得)."""
    burden.check(decision.title)
    if decision.assignee.bureau_code != node.bureau_code:
        raise NotYours(f"{decision.assignee.name}不是本局人员，不能交办。")
    task = GridTask.objects.create(
        bureau_code=node.bureau_code, area_code=node.area_code, title=decision.title, meeting=meeting,
        assignee=decision.assignee, due_on=decision.due_on, set_by=by, set_at=now,
    )  # fmt: skip
    _record(Verb.TASK_SET, task, by, now, {"assignee": task.assignee.employee_no, "due_on": str(task.due_on)})
    _tell(
        [task.assignee], "交办", f"{task.title}，{task.due_on} 前完成", reverse("grid:task", args=[task.pk]), task, now
    )
    return task


@transaction.atomic
def finish_task(task: GridTask, *, result: str, by: User, now: datetime) -> GridTask:
    """The person responsible says what came of it. Raises NotYours, AlreadyDone."""
    task = _locked(task)
    if task.assignee_id != by.pk:
        raise NotYours(f"该事项由{task.assignee.name}办理。")
    if task.state != TaskState.OPEN:
        raise AlreadyDone(f"该事项{task.get_state_display()}。")
    task.state, task.result, task.done_at = TaskState.DONE, result, now
    task.save(update_fields=["state", "result", "done_at"])
    _record(Verb.TASK_DONE, task, by, now, {})
    _tell([task.set_by], "事项已完成，请确认", task.title, reverse("grid:task", args=[task.pk]), task, now)
    return task


@transaction.atomic
def confirm_task(task: GridTask, *, is_good: bool, note: str = "", by: User, now: datetime) -> GridTask:
    """Who directs the area confirms the result or sends it back with a reason; never the one who did it."""
    task = _locked(task)
    if task.state != TaskState.DONE:
        raise AlreadyDone(f"该事项{task.get_state_display()}，不能确认。")
    if task.assignee_id == by.pk or not by.may(WORK_DIRECT, task):
        raise NotYours("由交办的一方确认，办理人不能确认自己的事项。")
    if is_good:
        task.state, task.confirmed_at = TaskState.CONFIRMED, now
        task.save(update_fields=["state", "confirmed_at"])
    else:
        if not note:
            raise Refused("退回须写明理由。")
        task.state, task.done_at = TaskState.OPEN, None
        task.save(update_fields=["state", "done_at"])
        _tell([task.assignee], "事项被退回", f"{task.title}：{note}", reverse("grid:task", args=[task.pk]), task, now)
    _record(Verb.TASK_CONFIRMED if is_good else Verb.TASK_RETURNED, task, by, now, {"note": note[:200]})
    return task


@transaction.atomic
def log_opinion(
    node: Node,
    *,
    source: str,
    from_name: str,
    text: str,
    received_on: date,
    assignee: User,
    due_on: date,
    by: User,
    now: datetime,
) -> Opinion:
    """Log an opinion and give it to somebody to answer."""
    if assignee.bureau_code != node.bureau_code:
        raise NotYours(f"{assignee.name}不是本局人员，不能承办。")
    if due_on < received_on:
        raise Refused("答复期限不能早于收到日期。")
    opinion = Opinion.objects.create(
        bureau_code=node.bureau_code, area_code=node.area_code, source=source, from_name=from_name, text=text,
        received_on=received_on, assignee=assignee, due_on=due_on, recorded_by=by, recorded_at=now,
    )  # fmt: skip
    _record(Verb.OPINION_LOGGED, opinion, by, now, {"source": source, "assignee": assignee.employee_no})
    link = reverse("grid:opinion", args=[opinion.pk])
    _tell([assignee], "有意见建议待答复", f"{opinion.get_source_display()}，{due_on} 前答复", link, opinion, now)
    return opinion


@transaction.atomic
def answer_opinion(opinion: Opinion, *, answer: str, by: User, now: datetime) -> Opinion:
    """The person in charge answers, once."""
    opinion = Opinion.objects.select_for_update(no_key=True, of=("self",)).select_related("assignee").get(pk=opinion.pk)
    if opinion.assignee_id != by.pk:
        raise NotYours(f"该意见由{opinion.assignee.name}承办。")
    if opinion.answer:
        raise AlreadyDone("该意见已经答复。")
    opinion.answer, opinion.answered_by, opinion.answered_at = answer, by, now
    opinion.save(update_fields=["answer", "answered_by", "answered_at"])
    _record(Verb.OPINION_ANSWERED, opinion, by, now, {})
    return opinion


@transaction.atomic
def rate_opinion(opinion: Opinion, *, satisfaction: str, by: User, now: datetime) -> Opinion:
    """What the person who spoke thinks of the answer, asked by who logged it."""
    opinion = Opinion.objects.select_for_update(no_key=True, of=("self",)).get(pk=opinion.pk)
    if not opinion.answer:
        raise Refused("答复之后才能回访。")
    opinion.satisfaction = satisfaction
    opinion.save(update_fields=["satisfaction"])
    _record(Verb.OPINION_RATED, opinion, by, now, {"satisfaction": satisfaction})
    return opinion


def _locked(task: GridTask) -> GridTask:
    rows = GridTask.objects.select_for_update(no_key=True, of=("self",)).select_related("assignee", "set_by")
    return rows.get(pk=task.pk)


def _tell(people: list[User], title: str, body: str, link: str, row: Any, now: datetime) -> None:
    notices.notify(people, kind="grid.work", title=title, body=body, link=link, at=now, bureau_code=row.bureau_code)


def _record(verb: str, row: Any, by: User, now: datetime, detail: dict[str, Any]) -> None:
    audit.record(
        by=by, verb=verb, on=(row._meta.label_lower, str(row.pk), str(row._meta.verbose_name)), at=now,
        bureau_code=row.bureau_code, area_code=row.area_code, detail=detail,
    )  # fmt: skip
