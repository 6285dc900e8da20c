"""加签: a colleague is asked to act at a step too: before, beside or after whoever has it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from shijian.accounts.models import User
from shijian.core.inserts import insert

from ..choices import Act, TaskState, Turn
from ..models import Task
from .doing import _must_be_mine, _must_be_new
from .refusals import AddedAlready, NotFilled, needs_reason
from .steps import begin, locked


@transaction.atomic
def add(task: Task, *, people: Sequence[User], turn: Turn, reason: str, by: User, now: datetime) -> list[Task]:
    """Add approvers to a step. Each must be one whom the separation of duties lets act there."""
    needs_reason(reason)
    doing = begin(task.instance_id, by=by, now=now)
    current = locked(task, doing, TaskState.READY, TaskState.CLAIMED)
    _must_be_mine(current, doing)
    if not people:
        raise NotFilled("请选择加签的人。")
    if current.claimed_by is None:
        current.claimed_by, current.claimed_at, current.state = by, now, TaskState.CLAIMED
    made = []
    for person in people:
        doing.must_fit(current, person, by_role=False)
        if person.pk in by.hats:
            raise AddedAlready("不能给自己加签，请选择其他人。")
        _must_be_new(current, person, doing)
        made.append(
            Task(
                instance=doing.instance,
                token=current.token,
                node_id=current.node_id,
                name=current.name,
                mode=current.mode,
                state=TaskState.WAITING if turn == Turn.AFTER else TaskState.READY,
                bureau_code=current.bureau_code,
                area_code=current.area_code,
                reach=current.reach,
                assignee=person,
                barred=current.barred,
                made_at=now,
                due_on=current.due_on,
                turn=turn,
                beside=current,
            )
        )
    insert(made)
    if turn == Turn.BEFORE:
        current.state = TaskState.WAITING
    current.save(update_fields=["state", "claimed_by", "claimed_at"])
    for each in made:
        doing.keep(Act.ADD, current, note=reason, text=Turn(turn).label, to=each.assignee, turn=turn)
        if turn != Turn.AFTER and each.assignee:
            doing.tell([each.assignee], f"加签给您：{each.name}", each)
    return made
