"""What the desk and the page of the clocks of a record show of this module."""

from datetime import date

from django.db.models import F
from django.urls import reverse

from shijian.accounts.models import User
from shijian.core.desk import Section, Task
from shijian.core.records import Record
from shijian.deadlines.hooks import Waiting

from . import queries
from .choices import TaskState
from .models import Task as Step
from .permissions import TASK_DO

SHOWN = 6


def tasks(user: User, today: date) -> Section | None:
    """The process tasks a person has or may take, those due first."""
    if not user.may(TASK_DO):
        return None
    rows = list(queries.todo(user, today).order_by(F("due_on").asc(nulls_last=True), "made_at")[: SHOWN + 50])
    made = [
        Task(
            f"{row.name} · {row.instance.record_number}",
            f"{row.instance.version.process.name}（{row.get_state_display()}）",
            reverse("workflow:task", args=[row.pk]),
            row.due_on,
        )
        for row in rows
    ]
    return Section("流程任务", made[:SHOWN], reverse("workflow:todo"), len(made)) if made else None


def on_record(user: User, record: Record) -> list[Waiting]:
    """The open steps of a record's processes: who has them, until when."""
    if not user.may(TASK_DO):
        return []
    rows = Step.objects.filter(
        instance__record_kind=record.kind, instance__record_id=record.id, state__in=(TaskState.READY, TaskState.CLAIMED)
    ).select_related("instance__version__process", "claimed_by", "assignee")
    return [
        Waiting(
            f"{row.instance.version.process.name}：{row.name}",
            str(row.claimed_by or row.assignee or "待领取"),
            reverse("workflow:instance", args=[row.instance_id]),
            row.due_on,
        )
        for row in rows.defer(*queries.LARGE)[:20]
    ]
