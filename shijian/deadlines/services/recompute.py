"""When the holiday notice changes: only clocks whose days it touches are worked out anew.

Clocks without spans and extensions that share limit, version, amount and start share their due date, so each such
group is worked out once and written with one statement; the others one by one. The work follows the changed days and
what they touch, not the number of clocks (quality.md B14).
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from shijian.accounts.models import User
from shijian.accounts.services.clockwork import clockwork
from shijian.audit import services as audit
from shijian.core import calendar, deadlines
from shijian.core.rules.working_days import WorkCalendar

from ..choices import OPEN, Verb
from ..models import CalendarSeen, Clock
from .clocks import work_again

WHY = "放假安排调整"
GROUPS = """
    SELECT rule_key, rule_from, amount, start_on, bureau_code, count(*) FROM deadlines_clock
    WHERE state IN ('running', 'paused') AND is_plain AND due_at IS NULL
      AND window_last >= %s AND window_first <= %s
    GROUP BY 1, 2, 3, 4, 5
"""
WRITE = """
    WITH given AS (
        SELECT * FROM unnest(%s::text[], %s::date[], %s::int[], %s::date[], %s::text[], %s::date[], %s::date[], %s::date[],
                             %s::date[], %s::bool[], %s::uuid[])
        AS g(rule_key, rule_from, amount, start_on, bureau_code, due, warn, window_first, window_last, estimated, by_id)
    ), changed AS (
        UPDATE deadlines_clock c
        SET due_on = g.due, warn_on = g.warn, window_first = g.window_first, window_last = g.window_last,
            is_estimated = g.estimated, warned = CASE WHEN c.due_on = g.due THEN c.warned END
        FROM given g, deadlines_clock old
        WHERE old.id = c.id AND c.rule_key = g.rule_key AND c.rule_from = g.rule_from
          AND c.amount IS NOT DISTINCT FROM g.amount AND c.start_on = g.start_on AND c.bureau_code = g.bureau_code
          AND c.state IN ('running', 'paused') AND c.is_plain AND c.due_at IS NULL
          AND (c.due_on, c.warn_on, c.window_first, c.window_last, c.is_estimated)
              IS DISTINCT FROM (g.due, g.warn, g.window_first, g.window_last, g.estimated)
          AND c.window_last >= %s AND c.window_first <= %s
        RETURNING c.id, old.due_on AS before, g.due, g.by_id, c.bureau_code
    ), history AS (
        INSERT INTO deadlines_change (clock_id, old_due_on, new_due_on, why, days, by_id, at)
        SELECT id, before, due, %s, %s::date[], by_id, %s FROM changed WHERE before <> due
        RETURNING clock_id
    )
    SELECT count(*) FROM history
"""


def follow_calendar(*, now: datetime) -> dict[str, int]:
    """Compare the calendar with the one the clocks were worked out with, and recompute what its differences touch."""
    current = calendar.current()
    days = {day.on.isoformat(): day.kind.value for day in current.special_between(current.first, current.last)}
    published = sorted(year for year in range(current.first.year, current.last.year + 1) if current.is_published(year))
    seen = CalendarSeen.objects.first()
    if seen is None:
        CalendarSeen.objects.create(days=days, published=published, at=now)
        return {"days": 0, "groups": 0, "moved": 0}
    changed = {date.fromisoformat(day) for day in days.keys() ^ seen.days.keys()}
    changed |= {date.fromisoformat(day) for day in days.keys() & seen.days.keys() if days[day] != seen.days[day]}
    for year in set(published) ^ set(seen.published):  # dates that rested on an estimate lose or gain the warning
        changed |= {date(year, 1, 1), date(year, 12, 31)}
    with transaction.atomic():
        outcome = recompute(changed, now=now)
        seen.days, seen.published, seen.at = days, published, now
        seen.save()
    return outcome


@transaction.atomic
def recompute(changed: Collection[date], *, now: datetime) -> dict[str, int]:
    """Work out anew what the changed days touch; every moved date gets a row of history that names them."""
    if not changed:
        return {"days": 0, "groups": 0, "moved": 0}
    first, last = min(changed), max(changed)
    with connection.cursor() as cursor:
        cursor.execute(GROUPS, [first, last])
        groups = cursor.fetchall()
    bureaus = {row[4] for row in groups}
    people = {bureau_code: clockwork(bureau_code) for bureau_code in bureaus}
    moved = _write(groups, people, sorted(changed), first, last, now)
    moved += _one_by_one(sorted(changed), first, last, now)
    for bureau_code, by in people.items():
        audit.record(
            by=by,
            verb=Verb.RECOMPUTED,
            on=("deadlines.clock", bureau_code, WHY),
            at=now,
            bureau_code=bureau_code,
            detail={"days": [day.isoformat() for day in sorted(changed)[:60]], "moved": moved},
        )
    return {"days": len(changed), "groups": len(groups), "moved": moved}


def _write(
    groups: Iterable[tuple[Any, ...]],
    people: dict[str, User],
    changed: list[date],
    first: date,
    last: date,
    now: datetime,
) -> int:
    held = calendar.current()
    rows = [(*row[:5], *_worked(held, *row[:4]), people[row[4]].pk) for row in groups]
    if not rows:
        return 0
    with connection.cursor() as cursor:
        columns = [list(column) for column in zip(*rows, strict=True)]
        cursor.execute(WRITE, [*columns, first, last, WHY, changed, now])
        return int(cursor.fetchone()[0])


def _worked(held: WorkCalendar, key: str, valid_from: date, amount: int | None, start: date) -> tuple[Any, ...]:
    rule = deadlines.limit(key, on=valid_from)
    found = deadlines.compute_limit(rule, start, held, amount=amount)
    touched = (start, found.due, found.unrolled)
    return (found.due, found.warn_on, min(touched), max(touched), found.is_estimated)


def _one_by_one(changed: list[date], first: date, last: date, now: datetime) -> int:
    rows = Clock.objects.select_for_update(no_key=True).filter(
        state__in=OPEN, is_plain=False, window_last__gte=first, window_first__lte=last
    )
    return sum(work_again(clock, WHY, by=clockwork(clock.bureau_code), now=now, days=changed) for clock in rows)
