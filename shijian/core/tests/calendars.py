"""The shipped calendar for tests without a database."""

from shijian.core.rules.working_days import WorkCalendar


def shipped_calendar() -> WorkCalendar:
    from shijian.core.calendar import shipped

    return WorkCalendar(shipped())


CALENDAR = shipped_calendar()
