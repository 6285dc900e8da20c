"""Hits by unit and month, and what became of them: a few sums, each with the rows behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Avg, Count, ExpressionWrapper, F, Q
from django.db.models import DurationField as Duration
from django.db.models.functions import Left, TruncMonth

from shijian.accounts.models import User
from shijian.core.deadlines import SHANGHAI

from ..choices import DECIDED, OPEN
from ..hooks import rules
from ..models import Hit
from ..permissions import HIT_VIEW

SHOWN = 6
NOWHERE = "none"  # hits of no unit: about people of the bureau, seals, rules


@dataclass(slots=True)
class Line:
    """One unit: found in each month and closed since, the days that took on average; open now, waiting for the second look."""

    code: str
    name: str
    found: list[int]
    open: int = 0
    look: int = 0
    closed: int = 0
    days: float | None = None
    spent: timedelta = field(default_factory=timedelta)

    @property
    def total(self) -> int:
        return sum(self.found)


def months(today: date, count: int = SHOWN) -> list[date]:
    """The first days of the last months, the present one last."""
    found = [today.replace(day=1)]
    while len(found) < count:
        found.insert(0, (found[0] - timedelta(days=1)).replace(day=1))
    return found


def by_unit(user: User, shown: Sequence[date], units: Mapping[str, str]) -> list[Line]:
    """One line for each unit with hits in these months, the most first; what lies in no unit is the bureau's."""
    lines: dict[str, Line] = {}

    def line_of(code: str) -> Line:
        code = code if code in units else NOWHERE
        return lines.setdefault(code, Line(code, units.get(code, "全局性问题"), [0] * len(shown)))

    visible = Hit.objects.filter(user.scope(HIT_VIEW).area_q()).order_by().annotate(unit=Left("area_code", 4))
    took = ExpressionWrapper(F("ended_at") - F("found_at"), output_field=Duration())
    recent = visible.filter(found_at__gte=_begin(shown[0])).annotate(month=TruncMonth("found_at", tzinfo=SHANGHAI))
    ended = Q(ended_at__isnull=False)
    for row in recent.values("unit", "month").annotate(
        number=Count("pk"), closed=Count("pk", filter=ended), spent=Avg(took, filter=ended)
    ):
        line = line_of(row["unit"])
        line.found[shown.index(row["month"].astimezone(SHANGHAI).date())] += row["number"]
        line.closed += row["closed"]
        line.spent += (row["spent"] or timedelta()) * row["closed"]
    waiting = visible.filter(Q(state__in=OPEN) | Q(state__in=DECIDED, looked_at=None))
    for held in waiting.values("unit").annotate(open=Count("pk", filter=Q(state__in=OPEN)), all=Count("pk")):
        line = line_of(held["unit"])
        line.open, line.look = line.open + held["open"], line.look + held["all"] - held["open"]
    for line in lines.values():
        line.days = round(line.spent / timedelta(days=1) / line.closed, 1) if line.closed else None
    return sorted(lines.values(), key=lambda line: -line.total)


def summed(lines: Sequence[Line]) -> Line | None:
    """All lines together."""
    if not lines:
        return None
    closed = sum(line.closed for line in lines)
    spent = sum((line.spent for line in lines), timedelta())
    return Line(
        "", "合计", [sum(numbers) for numbers in zip(*(line.found for line in lines), strict=True)],
        open=sum(line.open for line in lines), look=sum(line.look for line in lines), closed=closed,
        days=round(spent / timedelta(days=1) / closed, 1) if closed else None,
    )  # fmt: skip


def by_rule(user: User, since: date, count: int = 10) -> list[dict[str, Any]]:
    """The rules that found most in this time."""
    held = Hit.objects.filter(user.scope(HIT_VIEW).area_q(), found_at__gte=_begin(since))
    rows = held.order_by().values("rule").annotate(
        number=Count("pk"), open=Count("pk", filter=Q(state__in=OPEN))
    ).order_by("-number", "rule")[:count]  # fmt: skip
    return [{**row, "name": rules[row["rule"]].name if row["rule"] in rules else row["rule"]} for row in rows]


def _begin(day: date) -> datetime:
    return datetime.combine(day, time.min, SHANGHAI)
