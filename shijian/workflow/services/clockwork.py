"""In whose name times that have come act, and the functions of time a diagram may use."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils.timezone import localdate

from shijian.accounts.choices import UserKind
from shijian.accounts.models import Unit, User
from shijian.core import deadlines
from shijian.core.deadlines import SHANGHAI


def clockwork(bureau_code: str) -> User:
    """The account in whose name the bureau's scheduled jobs act; nobody can log in with it."""
    if known := User.objects.filter(employee_no=f"SYS{bureau_code}").first():
        return known
    made, _ = User.objects.get_or_create(
        employee_no=f"SYS{bureau_code}",
        defaults={
            "name": "系统提醒",
            "unit": Unit.objects.get(bureau_code=bureau_code, parent=None),
            "bureau_code": bureau_code,
            "kind": UserKind.SYSTEM,
            "is_active": False,
            "password": make_password(None),
        },
    )
    return made


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
