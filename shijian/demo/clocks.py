"""Legal clocks on some events, two worksheets, and the first run of the watch."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.core import calendar
from shijian.deadlines import services as clocks
from shijian.discretion import services as discretion
from shijian.events import queries as events
from shijian.events.choices import State
from shijian.events.models import Event
from shijian.watch import services as watch

DATA = Path(__file__).parent / "data" / "laws"
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
    _standard(staff, now=now)
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


def _standard(staff: dict[str, User], *, now: datetime) -> None:
    """An invented local standard (行政处罚地方标准), imported by one person and approved by another."""
    made, _ = discretion.import_standard(
        (DATA / "local-standard.csv").read_bytes(), name="local-standard.csv", number="DB610111/T 901—2026（演示）",
        title="食品经营行政处罚裁量规范（演示）", issuer="灞桥区市场监督管理局（演示）", valid_from=date(2026, 1, 1), valid_until=None,
        by=staff["B001"], now=now,
    )  # fmt: skip
    if made:
        discretion.decide_standard(made, approve=True, by=staff["J002"], now=now)
