"""The daily sweep: spans still going on move their clocks, and who is concerned is told once a rung."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.timezone import localdate

from shijian.accounts.models import Unit, User
from shijian.accounts.queries import holders
from shijian.accounts.services.clockwork import clockwork
from shijian.audit import services as audit
from shijian.core import calendar
from shijian.notices.services import notify

from .. import queries
from ..choices import State, Verb
from ..models import Clock
from ..permissions import CLOCK_SUPERVISE
from ..rules.ladder import RungValue, reached
from .clocks import work_again

BATCH = 500
MOST_TOLD = 200


def sweep(*, now: datetime) -> dict[str, int]:
    """One pass over what is open. Every clock is a transaction of its own: a sweep that stops midway is harmless."""
    moved = told = 0
    for bureau_code in Unit.objects.filter(parent=None).values_list("bureau_code", flat=True):
        ladder = queries.ladder(bureau_code)
        if not ladder:
            continue
        for clock in Clock.objects.filter(bureau_code=bureau_code, state=State.PAUSED).iterator(chunk_size=BATCH):
            moved += _move(clock, now)
        for clock in _near(bureau_code, ladder, localdate(now)):
            told += _remind(clock, ladder, now)
    return {"moved": moved, "told": told}


def _near(bureau_code: str, ladder: tuple[RungValue, ...], today: date) -> Iterator[Clock]:
    first = calendar.current().add_working_days(today, max(ladder[0].days_left, 1))
    rows = Clock.objects.filter(bureau_code=bureau_code, state=State.RUNNING, warn_on__lte=first)
    yield from rows.order_by("pk").iterator(chunk_size=BATCH)


@transaction.atomic
def _move(clock: Clock, now: datetime) -> bool:
    """A clock that stands still is due one day later every day."""
    clock = Clock.objects.select_for_update(no_key=True).get(pk=clock.pk)
    if clock.state != State.PAUSED:
        return False
    return work_again(clock, "中止期间不计入，期限顺延", by=clockwork(clock.bureau_code), now=now)


@transaction.atomic
def _remind(clock: Clock, ladder: tuple[RungValue, ...], now: datetime) -> bool:
    clock = Clock.objects.select_for_update(no_key=True, of=("self",)).select_related("responsible").get(pk=clock.pk)
    if clock.state != State.RUNNING:
        return False
    left = calendar.current().working_days_between(localdate(now), min(clock.warn_on, clock.due_on))
    rung = reached(left, ladder, clock.warned)
    if rung is None:
        return False
    clock.warned = rung.days_left
    clock.save(update_fields=["warned"])
    people = _concerned(clock, rung, localdate(now))
    until = f"期限 {clock.due_on}"
    told = notify(
        people,
        kind="deadlines.reminder",
        title=f"{rung.name}：{clock.name}（{until}）",
        body=f"{clock.record_number} {clock.record_title}",
        link=reverse("deadlines:clock", args=[clock.pk]),
        at=now,
        bureau_code=clock.bureau_code,
    )
    audit.record(
        by=clockwork(clock.bureau_code),
        verb=Verb.REMINDED,
        on=clock,
        at=now,
        bureau_code=clock.bureau_code,
        area_code=clock.area_code,
        detail={"rung": rung.days_left, "told": told},
    )
    return True


def _concerned(clock: Clock, rung: RungValue, today: date) -> list[User]:
    """Who answers for it, and the supervisors of so many levels above; those of the next level when nobody does."""
    first = [clock.responsible] if clock.responsible and clock.responsible.is_active else []
    levels = rung.levels_up or (0 if first else 1)
    return [*first, *_above(clock, levels, today)] if levels else first


def _above(clock: Clock, levels: int, today: date) -> list[User]:
    """The supervisors of the nearest levels that have somebody."""
    code = clock.area_code
    above = [code[:length] for length in range(len(code) - 2, -1, -2)] or [""]
    rows = holders(CLOCK_SUPERVISE, bureau_code=clock.bureau_code, on=today, at=above)
    by_level: dict[str, dict[Any, User]] = {}
    for user in rows.annotate(held_for=F("grants__area_prefix"))[:MOST_TOLD]:
        by_level.setdefault(user.held_for, {})[user.pk] = user
    nearest: dict[Any, User] = {}
    for prefix in [prefix for prefix in above if prefix in by_level][:levels]:
        nearest |= by_level[prefix]
    return list(nearest.values())
