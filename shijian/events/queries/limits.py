"""Reminders and supervision: whom time presses."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import (
    DateTimeField,
    Q,
    Value,
)
from django.db.models.expressions import RawSQL
from django.db.models.lookups import GreaterThan

from shijian.accounts.models import User
from shijian.grid.models import Staffing

from ..choices import State
from ..models import Event, LadderRung, Supervision
from ..models.event import OPEN, EventQuerySet
from ..rules import reminders


def supervision_of(event: Event) -> Supervision:
    """The supervision an event is under. Raises Supervision.DoesNotExist for one that is under none."""
    return event.supervisions.select_related("by").get(released_at=None)


def supervised_for(user: User) -> EventQuerySet:
    """What is under supervision and waits for this person: his own work, or that he supervises."""
    mine = Q(handler__in=user.hats) | Q(pk__in=Supervision.objects.filter(by=user, released_at=None).values("event"))
    return Event.objects.filter(mine, bureau_code=user.bureau_code, supervised_until__isnull=False)


def ladder(bureau_code: str) -> tuple[reminders.Rung, ...]:
    """The bureau's rungs now, lowest first: its own, else those that came with the product."""
    rows = list(LadderRung.objects.filter(bureau_code__in=["", bureau_code], until=None))
    own = [row for row in rows if row.bureau_code] or rows
    return tuple(reminders.Rung(row.share_percent, row.name, row.levels_up) for row in own)


def climbing(bureau_code: str, rungs: Sequence[reminders.Rung], *, now: datetime) -> EventQuerySet:
    """Open events that have reached a rung nobody was told of, or wait unanswered past their hour.

    A limit in days counts from its last midnight in UTC, hours too early rather than too late: the rules decide.
    """
    start = "coalesce(clock_from, reported_at)"
    reached = Q(state=State.DISPATCHED, respond_by__lt=now, warned="")
    for place, rung in enumerate(rungs):
        share = RawSQL(  # noqa: S611 - the only value is a parameter
            f"{start} + (coalesce(due_at, due_on::timestamptz) - {start}) * %s",
            [rung.share_percent / 100],
            output_field=DateTimeField(),
        )
        told = [higher.key for higher in rungs[place:]]
        reached |= Q(GreaterThan(Value(now), share)) & ~Q(warned__in=told)
    return Event.objects.filter(reached, bureau_code=bureau_code, state__in=OPEN)


def chief_names(bureau_code: str, *, on: date) -> dict[str, str]:
    """Who leads each node of the bureau, by code."""
    posts = Staffing.objects.filter(bureau_code=bureau_code, duty="chief", valid__contains=on)
    return dict(posts.values_list("area_code", "person__name"))
