"""What the desk shows of this module."""

from datetime import date

from django.db.models import F
from django.urls import reverse

from shijian.accounts.models import User
from shijian.core.desk import Section, Task

from . import queries
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
