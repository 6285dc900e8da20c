"""Legal clocks on some events, two worksheets, and the first run of the watch."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.core import calendar
from shijian.deadlines import services as clocks
from shijian.discretion import services as discretion
from shijian.events import queries as events
from shijian.events.choices import State
from shijian.events.models import Event
from shijian.watch import services as watch

# (working days since the start, limit): from calm to overdue on the day of the demo
STARTS = [(14, "clue_verification"), (12, "clue_verification"), (6, "clue_verification"), (1, "clue_verification"), (18, "clue_verification")]  # fmt: skip


def play(staff: dict[str, User], *, now: datetime) -> None:
    """On events in hand; nothing where there are none."""
    today = localdate(now)
    rows = Event.objects.filter(state=State.HANDLING).select_related("kind", "handler", "entity").order_by("number")
    for event, (days, key) in zip(rows[: len(STARTS)], STARTS, strict=False):
        begins = calendar.current().add_working_days(today, -days)
        by = event.handler or staff["W050101"]
        clock = clocks.start(events.as_record(event), key, begins, by=by, now=now, responsible=by)
        if days == 12:
            first = today - timedelta(days=5)
            clocks.add_span(clock, kind="testing", first=first, last=None, document="检测委托书", by=by, now=now)
    clocks.follow_calendar(now=now)
    facts = {
        "violation": "food-expired",
        "on": (today - timedelta(days=20)).isoformat(),
        "party": "unit",
        "value": "860",
    }
    for chosen, told in ((Decimal(50_000), ["undid_harm"]), (Decimal(70_000), [])):
        discretion.save_worksheet(
            {**facts, "circumstances": told}, chosen=chosen, by=staff["W050101"], now=now,
            reason="主动召回已售出的食品" if told else "货值 860 元，没有从轻、从重情节",
        )  # fmt: skip
    watch.run(staff["W050101"].bureau_code, by=staff["B001"], now=now)
