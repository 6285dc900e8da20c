"""How near a deadline is: the level a page colours, and the words beside it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from .kinds import Unit
from .working_days import WorkCalendar

Level = Literal["overdue", "red", "amber", "calm"]
RED_BELOW_DAYS = 2
AMBER_BELOW_DAYS = 5


@dataclass(frozen=True, slots=True)
class Clock:
    """What a page shows of a deadline; `days_left` is negative when overdue, in working or calendar days."""

    due: date
    level: Level
    text: str
    days_left: int
    is_estimated: bool = False


def level(due: date, today: date, calendar: WorkCalendar | None = None) -> Level:
    """Overdue after the due day; red with fewer than 2 days left, amber with fewer than 5, else calm.

    The due day itself has 0 days left. With a calendar the days are working days, so a Friday before a Monday is red.
    """
    if today > due:
        return "overdue"
    left = calendar.working_days_between(today, due) if calendar else (due - today).days
    if left < RED_BELOW_DAYS:
        return "red"
    return "amber" if left < AMBER_BELOW_DAYS else "calm"


def clock(
    due: date,
    today: date,
    calendar: WorkCalendar,
    *,
    unit: Unit = Unit.WORKING_DAYS,
    warn_on: date | None = None,
    is_estimated: bool = False,
) -> Clock:
    """The clock of a deadline: 还剩 3 个工作日, 今天到期, 已超期 2 天.

    Colours aim at `warn_on` (the day before any roll-over) when given: it may be red, never overdue, before `due`.
    Days left are counted as the limit counts them; the time overdue is always in calendar days.
    """
    shade = level(due, today, calendar)
    if warn_on and warn_on < due:
        shade = level(max(warn_on, today), today, calendar)
    if today > due:
        late = (today - due).days
        return Clock(due, "overdue", f"已超期 {late} 天", -late, is_estimated)
    if today == due:
        return Clock(due, shade, "今天到期", 0, is_estimated)
    if unit is Unit.WORKING_DAYS:
        left = calendar.working_days_between(today, due)
        return Clock(due, shade, f"还剩 {left} 个工作日", left, is_estimated)
    left = (due - today).days
    return Clock(due, shade, f"还剩 {left} 天", left, is_estimated)


def clock_at(due_at: datetime, now: datetime) -> Clock:
    """The clock of a period in hours or minutes: 还剩 5 小时, 还剩 12 分钟, 已超期 40 分钟. Red in its last 2 hours."""
    left = due_at - now
    if left < timedelta(0):
        return Clock(due_at.date(), "overdue", f"已超期 {_length(-left)}", -(-left).days)
    shade: Level = "red" if left < timedelta(hours=2) else "amber" if left < timedelta(hours=5) else "calm"
    return Clock(due_at.date(), shade, f"还剩 {_length(left)}", left.days)


def _length(length: timedelta) -> str:
    minutes = int(length.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} 分钟"
    if minutes < 48 * 60:
        return f"{minutes // 60} 小时"
    return f"{minutes // 1440} 天"
