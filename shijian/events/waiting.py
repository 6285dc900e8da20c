"""What waits on the desk besides events: leads to receive, field tasks of these days."""

from datetime import date
from typing import Any

from django.urls import reverse

from shijian.core.desk import Section, Task

from . import queries
from .choices import TaskState
from .permissions import TASK_REGISTER

SHOWN = 6


def leads_to_receive(user: Any, today: date) -> Section | None:
    rows = list(queries.waiting_leads(user)[: SHOWN + 1])
    tasks = [
        Task(each.suspected, f"{each.number}，{each.party or each.record_title}，待接收", reverse("events:lead", args=[each.pk]), each.due_on)
        for each in rows[:SHOWN]
    ]  # fmt: skip
    return Section("违法线索", tasks, f"{reverse('events:leads')}?state=sent", len(rows)) if tasks else None


def tasks_of_today(user: Any, today: date) -> Section | None:
    if not user.may(TASK_REGISTER):
        return None
    rows = user.field_tasks.filter(state__in=[TaskState.REGISTERED, TaskState.RUNNING]).order_by("begins_on")
    found = list(rows[: SHOWN + 1])
    tasks = [
        Task(
            each.title,
            f"{each.number}，{each.get_state_display()}",
            reverse("events:task", args=[each.pk]),
            each.ends_on,
        )
        for each in found[:SHOWN]
    ]
    return Section("执法任务", tasks, f"{reverse('events:field_tasks')}?mine=1", len(found)) if tasks else None
