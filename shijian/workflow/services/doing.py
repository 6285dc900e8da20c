"""A task is opened, taken, given back, handed on and done."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from shijian.accounts.models import User

from .. import queries
from ..choices import Act, Mode, TaskState, Turn
from ..models import Task
from ..rules import tally
from ..rules.diagram import Node
from .refusals import BadOutcome, NotFilled, NotYours, TakenAlready, needs_reason
from .steps import SHORT, Doing, begin, locked


def open_task(task: Task, *, by: User, now: datetime) -> None:
    """Note that whoever may do it has seen it: from then on the step before cannot be withdrawn."""
    if task.opened_at is None and task.is_open:
        Task.objects.filter(pk=task.pk, opened_at=None).update(opened_at=now)


@transaction.atomic
def claim(task: Task, *, by: User, now: datetime) -> Task:
    """Take a task that is free, or that was given to this person. Nobody else can take it afterwards."""
    doing = begin(task.instance_id, by=by, now=now)
    current = _free(task, doing)
    _take(current, doing)
    current.save(update_fields=["state", "claimed_by", "claimed_at", "opened_at"])
    doing.keep(Act.CLAIM, current)
    return current


@transaction.atomic
def release(task: Task, *, by: User, now: datetime) -> Task:
    """Give a task back to all who may do it."""
    doing = begin(task.instance_id, by=by, now=now)
    current = _held(task, doing)
    current.state, current.claimed_by, current.claimed_at = TaskState.READY, None, None
    if current.mode == Mode.SINGLE and not current.turn:
        current.assignee = None
    current.save(update_fields=["state", "claimed_by", "claimed_at", "assignee"])
    doing.keep(Act.RELEASE, current)
    return current


@transaction.atomic
def delegate(task: Task, *, to: User, reason: str, by: User, now: datetime) -> Task:
    """Hand a task to a colleague (转办): he needs no role of the step, but the separation of duties holds for him."""
    needs_reason(reason)
    doing = begin(task.instance_id, by=by, now=now)
    current = locked(task, doing, TaskState.READY, TaskState.CLAIMED)
    _must_be_mine(current, doing)
    if to.pk in by.hats:
        raise NotYours("不能转办给自己，请选择其他人。")
    doing.must_fit(current, to, by_role=False)
    _must_be_new(current, to, doing)
    current.state, current.claimed_by, current.claimed_at, current.assignee = TaskState.READY, None, None, to
    current.opened_at = None
    current.save(update_fields=["state", "claimed_by", "claimed_at", "assignee", "opened_at"])
    doing.keep(Act.DELEGATE, current, note=reason, to=to)
    doing.tell([to], f"转办给您：{current.name}", current)
    return current


@transaction.atomic
def complete(
    task: Task, *, outcome: str, opinion: str = "", data: Mapping[str, Any] | None = None, by: User, now: datetime
) -> Task:
    """Do a task: the rules of duty are asked again, then the outcome moves the process on.

    Raises NotAllowed, NotYours, BadOutcome or NotFilled.
    """
    doing = begin(task.instance_id, by=by, now=now)
    doing.read_all()
    current = locked(task, doing, TaskState.READY, TaskState.CLAIMED)
    if current.state == TaskState.READY:
        _take(current, doing)
    else:
        _must_be_mine(current, doing)
        doing.must_fit(current, by, by_role=not _was_named(current, by))
    node = doing.node(current)
    filled = _filled(node, current, outcome, opinion, data or {})
    current.state, current.outcome, current.opinion, current.data = TaskState.DONE, outcome, opinion, filled
    current.done_by, current.done_for, current.done_at = by, by.on_behalf_of, now
    current.save(
        update_fields=[
            "state",
            "outcome",
            "opinion",
            "data",
            "done_by",
            "done_for",
            "done_at",
            "claimed_by",
            "claimed_at",
            "opened_at",
        ]
    )
    doing.keep(Act.COMPLETE, current, note=opinion, text=node.outcome_label(outcome), outcome=outcome)
    _wake(current, doing)
    _finish(current, node, doing)
    return current


def outcomes_of(task: Task) -> list[str]:
    """The values of the buttons of a task's step, consent first."""
    node = queries.diagram_of(task.instance.version).nodes[task.node_id]
    return [each.value for each in node.outcomes]


def _finish(task: Task, node: Node, doing: Doing) -> None:
    """Move the process on if the step is done with this."""
    rows = [row for row in doing.rows() if row.token == task.token and row.state != TaskState.DROPPED]
    # The same step may have been done before and been returned: only the present round counts.
    begun = max(row.made_at for row in rows if not row.turn)
    rows = [row for row in rows if row.made_at >= begun]
    outcome = _result(node, rows)
    if outcome is None:
        return
    for row in rows:
        if row.is_open:  # a quota is reached: the others need not sign any more
            row.state = TaskState.DROPPED
            row.save(update_fields=["state"])
    short = {each.name for each in node.fields if each.kind in SHORT}
    values = {name: value for row in rows for name, value in row.data.items() if name in short}
    doing.run.finish(task.token, {**values, "outcome": outcome})
    doing.advance()


def _result(node: Node, rows: list[Task]) -> str | None:
    """The outcome of the step, or None while somebody still has to act."""
    choices = [each.value for each in node.outcomes]
    signing = [row for row in rows if row.turn != Turn.BEFORE]
    done = [row for row in signing if row.state == TaskState.DONE]
    waiting = len([row for row in rows if row.is_open])
    if node.mode != Mode.SINGLE:
        return tally.result(node.mode, [row.outcome for row in done], waiting, choices=choices, quota=node.quota)
    if waiting:
        return None
    own = next(row for row in done if not row.turn)
    # Whoever was added and refuses stands against the step; who was asked before only advises.
    refused = next((row.outcome for row in done if row.turn and row.outcome == choices[-1] != choices[0]), None)
    return refused or own.outcome


def _wake(task: Task, doing: Doing) -> None:
    """Who was added first has acted: the task he held up goes on. Who was added for later: now it is his turn."""
    if task.turn == Turn.BEFORE and task.beside_id:
        held = next(row for row in doing.rows() if row.pk == task.beside_id)
        others = any(row.beside_id == held.pk and row.turn == Turn.BEFORE and row.is_open for row in doing.rows())
        if held.state == TaskState.WAITING and not others:
            held.state = TaskState.CLAIMED if held.claimed_by_id else TaskState.READY
            held.save(update_fields=["state"])
            if person := held.claimed_by or held.assignee:
                doing.tell([person], f"加签已办，请继续办理：{held.name}", held)
    for each in doing.rows():
        if each.beside_id != task.pk or each.turn != Turn.AFTER or each.state != TaskState.WAITING:
            continue
        each.state = TaskState.READY
        each.save(update_fields=["state"])
        if each.assignee:
            doing.tell([each.assignee], f"加签给您：{each.name}", each)


def _filled(node: Node, task: Task, outcome: str, opinion: str, data: Mapping[str, Any]) -> dict[str, Any]:
    if outcome not in {each.value for each in node.outcomes}:
        labels = "、".join(each.label for each in node.outcomes)
        raise BadOutcome(f"“{node.title}”的结果只能是：{labels}。")
    refuses = len(node.outcomes) > 1 and outcome == node.outcomes[-1].value
    if not opinion.strip() and (refuses or node.mode == Mode.VOTE):
        raise NotFilled("集体讨论须记录每个人的意见。" if node.mode == Mode.VOTE else "不同意的，请写明意见。")
    return {} if task.turn else entries(node, data, all_of_them=not refuses)


def entries(node: Node, data: Mapping[str, Any], *, all_of_them: bool = True) -> dict[str, Any]:
    """What was filled in of the form of a step. Raises NotFilled; a refusal does not need the form filled."""
    made: dict[str, Any] = {}
    for each in node.fields:
        value = data.get(each.name)
        if each.required and all_of_them and value in (None, "", []):
            raise NotFilled(f"请填写“{each.label}”。")
        if each.kind == "choice" and value and value not in each.options:
            raise NotFilled(f"“{each.label}”只能选：{'、'.join(each.options)}。")
        if value not in (None, ""):
            made[each.name] = value
    return made


def _free(task: Task, doing: Doing) -> Task:
    current = Task.objects.select_related("claimed_by", "assignee").get(pk=task.pk)
    if current.state == TaskState.CLAIMED and current.claimed_by_id not in doing.by.hats:
        raise TakenAlready(f"“{current.name}”已由{current.claimed_by}领取，请选择其他任务。")
    return locked(task, doing, TaskState.READY)


def _take(task: Task, doing: Doing) -> None:
    """Put the task into this person's hands, if it may be his; who calls stores it."""
    if task.assignee_id and task.assignee_id not in doing.by.hats:
        raise NotYours(f"“{task.name}”指定由{task.assignee}办理，您不能办理。")
    doing.must_fit(task, doing.by, by_role=not _was_named(task, doing.by))
    _must_be_new(task, doing.by, doing)
    task.state, task.claimed_by, task.claimed_at = TaskState.CLAIMED, doing.by, doing.now
    task.opened_at = task.opened_at or doing.now


def _was_named(task: Task, by: User) -> bool:
    """Whether he acts because he was named (转办、加签、由前一环节选定), so that he needs no role of the step."""
    return task.assignee_id is not None and task.assignee_id in by.hats


def _held(task: Task, doing: Doing) -> Task:
    current = locked(task, doing, TaskState.CLAIMED)
    _must_be_mine(current, doing)
    return current


def _must_be_mine(task: Task, doing: Doing) -> None:
    holder = task.claimed_by or task.assignee
    if holder is None:
        doing.must_fit(task, doing.by)
    elif holder.pk not in doing.by.hats:
        raise NotYours(f"“{task.name}”由{holder}办理，您不能操作。")


def _must_be_new(task: Task, person: User, doing: Doing) -> None:
    """Nobody signs the same step twice in one round."""
    for row in doing.rows():
        if row.token != task.token or row.made_at < task.made_at or row.pk == task.pk or row.state == TaskState.DROPPED:
            continue
        if person.pk in {row.assignee_id, row.claimed_by_id, row.done_by_id}:
            raise NotYours(f"{person.name}已经在办理“{task.name}”这一步，同一步不能办理两次。")
