"""退回 to an earlier step, and 撤回 of what was just done."""

from datetime import datetime

from django.db import transaction

from shijian.accounts.models import User

from ..choices import OPEN_TASKS, Act, Mode, TaskState
from ..models import Task
from ..rules.diagram import Node
from .doing import _must_be_mine
from .refusals import NotYours, NoWayBack, OpenedAlready, needs_reason
from .steps import Doing, begin, locked


def ways_back(task: Task, *, by: User, now: datetime) -> list[Node]:
    """The earlier steps a task can be returned to, the latest first."""
    doing = Doing(task.instance, by, now)
    return [node for _, node in doing.run.earlier(task.token)]


@transaction.atomic
def send_back(task: Task, *, to: str, reason: str, by: User, now: datetime) -> Task:
    """Return a task to an earlier step; what lies between is done again, by the same people where they still may."""
    needs_reason(reason)
    doing = begin(task.instance_id, by=by, now=now)
    current = locked(task, doing, TaskState.READY, TaskState.CLAIMED)
    _must_be_mine(current, doing)
    if fault := return_fault(current):
        raise NoWayBack(fault)
    doing.must_fit(current, by, by_role=current.assignee_id is None)
    target = next(((token, node) for token, node in doing.run.earlier(current.token) if node.id == to), None)
    if target is None:
        raise NoWayBack("不能退回到这一步：它不在已经办过的步骤里。请重新选择。")
    token, node = target
    current.state, current.outcome, current.opinion = TaskState.DONE, "returned", reason
    current.done_by, current.done_for, current.done_at = by, by.on_behalf_of, now
    current.claimed_by, current.claimed_at = current.claimed_by or by, current.claimed_at or now
    current.save(
        update_fields=["state", "outcome", "opinion", "done_by", "done_for", "done_at", "claimed_by", "claimed_at"]
    )
    _drop(doing, current)
    doing.run.go_back(token)
    made = doing.advance()
    doing.keep(Act.RETURN, current, note=reason, text=f"退回到{node.title}", to=made[0].assignee if made else None)
    return current


def return_fault(task: Task) -> str:
    """Why one person may not return a step: it is not his alone. "" when he may."""
    if task.turn or task.mode != Mode.SINGLE:
        return "这一步由几个人共同办理，一个人不能退回。不同意的，请选不同意的结果并写明意见。"
    return ""


@transaction.atomic
def withdraw(task: Task, *, reason: str, by: User, now: datetime) -> Task:
    """Take back what one has just done, as long as nobody has opened what followed."""
    needs_reason(reason)
    doing = begin(task.instance_id, by=by, now=now)
    current = locked(task, doing, TaskState.DONE)
    if current.done_by_id not in by.hats:
        raise NotYours("只能撤回自己办理的任务。")
    if fault := withdrawal_fault(current):
        raise OpenedAlready(fault)
    if doing.run.was_handled_after(current.token):
        raise OpenedAlready("之后的自动步骤已经执行，不能撤回。请联系下一环节退回。")
    current.state = TaskState.DROPPED
    current.save(update_fields=["state"])
    _drop(doing, current)
    doing.run.go_back(current.token)
    doing.advance()
    doing.keep(Act.WITHDRAW, current, note=reason)
    return current


def withdrawal_fault(task: Task) -> str:
    """Why what was done cannot be withdrawn any more; "" when it can."""
    if task.outcome == "returned" or task.turn or task.mode != Mode.SINGLE or task.done_at is None:
        return "退回、加签和多人办理的步骤不能撤回。"
    after = Task.objects.filter(instance=task.instance_id, made_at__gte=task.done_at).exclude(pk=task.pk)
    later = Task.objects.filter(instance=task.instance_id, done_at__gt=task.done_at).exclude(pk=task.pk)
    if later.exists() or after.exclude(opened_at=None).exists() or after.exclude(state__in=OPEN_TASKS).exists():
        return "下一环节已经打开，不能撤回。请联系下一环节退回。"
    if not after.exists():
        return "流程已经结束或者还在等其他人，不能撤回。"
    return ""


def _drop(doing: Doing, task: Task) -> None:
    """Others who were asked at the same step need not act any more; the engine says which steps remain open."""
    Task.objects.filter(instance=doing.instance, state__in=OPEN_TASKS, token=task.token).update(state=TaskState.DROPPED)
