"""The door to clocks: what is in the person's scope, what is his own, what a record has."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404
from django.urls import reverse

from shijian.accounts.choices import UserKind
from shijian.accounts.models import User
from shijian.accounts.queries import holders
from shijian.core.desk import Section, Task
from shijian.core.records import Record
from shijian.core.scope import ScopedQuerySet

from ..choices import OPEN
from ..models import Clock
from ..permissions import CLOCK_RECORD, CLOCK_VIEW

ON_DESK = 8


def visible_to(user: User) -> ScopedQuerySet[Clock]:
    """Clocks in the person's scope, and anywhere those he answers for."""
    return Clock.objects.filter(
        user.scope(CLOCK_VIEW).area_q() | Q(responsible__in=user.hats, bureau_code=user.bureau_code)
    )


def mine(user: User) -> QuerySet[Clock]:
    return Clock.objects.filter(responsible__in=user.hats, bureau_code=user.bureau_code)


def may_answer_for(clock: Clock, *, on: date) -> QuerySet[User]:
    """Officers who record clocks where this one runs, besides who has it now."""
    people = holders(CLOCK_RECORD, bureau_code=clock.bureau_code, on=on, touching=[clock.area_code])
    present = [clock.responsible_id] if clock.responsible_id else []
    people = people.filter(kind=UserKind.OFFICER).exclude(pk__in=present)
    return people.select_related("unit").order_by("unit__path", "name")


def clock_for(user: User, key: UUID) -> Clock:
    """One clock; outside the scope it does not exist."""
    clock = visible_to(user).select_related("responsible", "started_by", "ended_by").filter(pk=key).first()
    if clock is None:
        raise Http404
    return clock


def of_record(record: Record) -> QuerySet[Clock]:
    """The clocks of a record: its own door has decided already."""
    return Clock.objects.filter(record_kind=record.kind, record_id=record.id).select_related("responsible")


def open_section(user: Any, today: date) -> Section | None:
    """What the desk shows: one's own clocks, the most urgent first."""
    if not user.may(CLOCK_VIEW):
        return None
    rows = list(mine(user).filter(state__in=OPEN).order_by("due_on", "pk")[: ON_DESK + 1])
    tasks = [
        Task(
            title=clock.name,
            why=f"{clock.record_number} {clock.record_title}",
            url=reverse("deadlines:clock", args=[clock.pk]),
            due=clock.due_at or clock.due_on,
        )
        for clock in rows[:ON_DESK]
    ]
    return Section("办理时限", tasks, reverse("deadlines:mine"), total=len(rows))
