"""The working-day calendar of this node: the shipped year tables, with the years a bureau has loaded on top.

from shijian.core import calendar
calendar.current().add_working_days(received_on, 7)
"""

import csv
import hashlib
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from pathlib import Path

from django.db import connection, transaction

from .models import CalendarDay, CalendarYear
from .rules.kinds import DayKind
from .rules.working_days import Day, WorkCalendar, YearTable
from .versioned import Versioned

SHIPPED = Path(__file__).parent / "data" / "calendar.csv"
VERSION = "SELECT string_agg(year || digest, ' ' ORDER BY year) FROM core_calendaryear"


def current() -> WorkCalendar:
    """The calendar to compute with now. One short query, once per request; take it once and pass it on."""
    return _current.get()


@cache
def shipped() -> dict[int, YearTable]:
    """The year tables that come with the product, 2004 to 2026.

    Source: the yearly notices of the General Office of the State Council on the arrangement of holidays.
    """
    years: defaultdict[int, list[Day]] = defaultdict(list)
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            day = Day(date.fromisoformat(row["date"]), DayKind(row["kind"]), row["name"])
            years[day.on.year].append(day)
    return {year: YearTable(year, tuple(days), notice(year)) for year, days in years.items()}


def notice(year: int) -> str:
    """The title under which the State Council publishes the arrangement of a year."""
    return f"国务院办公厅关于{year}年部分节假日安排的通知"


def tables() -> dict[int, YearTable]:
    """All year tables: the shipped ones, replaced year by year by what has been loaded."""
    days: defaultdict[int, list[Day]] = defaultdict(list)
    for on, kind, name in CalendarDay.objects.order_by("on").values_list("on", "kind", "name"):
        days[on.year].append(Day(on, DayKind(kind), name))
    loaded = {
        row.year: YearTable(row.year, tuple(days[row.year]), row.notice, row.is_complete)
        for row in CalendarYear.objects.all()
    }
    return shipped() | loaded


def store(table: YearTable, *, now: datetime) -> bool:
    """Write the table of one year; True if it differs from what was stored. Writes nothing when it does not."""
    digest = _digest(table)
    if CalendarYear.objects.filter(year=table.year, digest=digest).exists():
        return False
    with transaction.atomic():
        CalendarYear.objects.update_or_create(
            year=table.year,
            defaults={
                "notice": table.notice,
                "is_complete": table.is_complete,
                "digest": digest,
                "loaded_at": now,
            },
        )
        CalendarDay.objects.filter(year=table.year).delete()
        CalendarDay.objects.bulk_create(
            CalendarDay(on=day.on, year_id=table.year, kind=day.kind, name=day.name) for day in table.days
        )
    _current.forget()
    return True


def load_shipped(*, now: datetime) -> int:
    """Write the shipped tables of years that are missing or incomplete; the number of years written.

    A year a bureau has loaded itself, and completely, is left as it is.
    """
    complete = set(CalendarYear.objects.filter(is_complete=True).values_list("year", flat=True))
    return sum(store(table, now=now) for year, table in shipped().items() if year not in complete)


def _digest(table: YearTable) -> str:
    lines: Iterable[str] = (f"{day.on} {day.kind} {day.name}" for day in sorted(table.days, key=lambda day: day.on))
    text = "\n".join([table.notice, str(table.is_complete), *lines])
    return hashlib.sha256(text.encode()).hexdigest()


def _version() -> str | None:
    with connection.cursor() as cursor:
        cursor.execute(VERSION)
        row = cursor.fetchone()
    return row[0] if row else None


_current: Versioned[WorkCalendar] = Versioned(_version, lambda: WorkCalendar(tables()))
