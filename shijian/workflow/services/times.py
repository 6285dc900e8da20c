"""The functions of time a diagram may use, and the day a step is due."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.utils.timezone import localdate

from shijian.core import deadlines
from shijian.core.deadlines import SHANGHAI


def functions(now: datetime) -> Mapping[str, Callable[..., Any]]:
    """`working_days(5)`, `calendar_days(30)`, `limit("statement_period")`: the instant the last day has passed."""
    today = localdate(now)
    return {
        "working_days": lambda amount: after(deadlines.calendar.current().add_working_days(today, int(amount))),
        "calendar_days": lambda amount: after(today + timedelta(days=int(amount))),
        "limit": lambda key: after_limit(str(key), now),
    }


def after(day: date) -> str:
    """The first moment after a day in Beijing."""
    return datetime.combine(day + timedelta(days=1), time.min, SHANGHAI).astimezone(UTC).isoformat()


def after_limit(key: str, now: datetime) -> str:
    found = deadlines.compute(key, _start(key, now))
    return found.due_at.astimezone(UTC).isoformat() if found.due_at else after(found.due)


def due_on(key: str, now: datetime) -> date | None:
    """The day a step is due by its time limit."""
    return deadlines.compute(key, _start(key, now)).due if key else None


def _start(key: str, now: datetime) -> date | datetime:
    unit = deadlines.limit(key, on=localdate(now)).unit
    return now if unit in {deadlines.Unit.HOURS, deadlines.Unit.MINUTES} else localdate(now)
