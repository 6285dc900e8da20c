"""Figures from the tally instead of from millions of rows (docs/algorithms/tally.md)."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet, Sum, Value
from django.db.models.functions import Left, TruncMonth

from ..choices import TallyGrain
from ..models import Tally, TallyChange

COUNTED = ("reported", "open", "closed", "closed_with_limit", "closed_in_time")
Counted = dict[Any, Counter[str]]
Days = tuple[date, date]  # the first, and the day after the last


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a bureau's events is counted, and by which dimension ("" = all in one).

    `area`, `kinds` and `source` narrow where they are not None; `area` "" is what lies in no grid. `width` is the number of
    digits of a unit's code.
    """

    bureau_code: str
    days: Days
    by: str = ""
    width: int = 4
    area: str | None = None
    kinds: tuple[int, ...] | None = None
    source: str | None = None


def tallied(wanted: Wanted, *, today: date) -> tuple[Counted, list[Days]]:
    """Counts by metric for each value of the dimension, and the days the tally cannot tell: those are for the rows.

    By place the tally knows months only; what is asked of place, matter and source together it does not know at all.
    """
    by_area = wanted.by in {"unit", "grid"} or wanted.area is not None
    by_kind = wanted.by in {"group", "kind"} or wanted.kinds is not None
    if by_area and by_kind and (wanted.by == "source" or wanted.source is not None):
        return {}, [wanted.days]
    grain, days, rest = TallyGrain.MATTER, wanted.days, list[Days]()
    if by_area:
        grain = TallyGrain.BOTH if by_kind else TallyGrain.PLACE
        days, rest = whole_months(wanted.days, today=today)
    if days[0] >= days[1]:
        return {}, rest
    where = Q(bureau_code=wanted.bureau_code, day__gte=days[0], day__lt=days[1])
    if wanted.area is not None:
        where &= Q(area_code__startswith=wanted.area) if wanted.area else Q(area_code="")
    if wanted.kinds is not None:
        where &= Q(kind__in=wanted.kinds)
    if wanted.source is not None:
        where &= Q(source=wanted.source)
    both = [Tally.objects.filter(where, grain=grain), TallyChange.objects.filter(where)]
    found: Counted = {}
    for bucket, *numbers in _sums(both[0], wanted).union(_sums(both[1], wanted), all=True):  # one statement, one moment
        found.setdefault(bucket, Counter()).update(dict(zip(COUNTED, numbers, strict=True)))
    return {bucket: counted for bucket, counted in found.items() if counted["reported"]}, rest


def _sums(rows: QuerySet[Any], wanted: Wanted) -> QuerySet[Any, Any]:
    bucket: dict[str, Any] = {
        "": Value(""),
        "group": F("kind"),
        "kind": F("kind"),
        "unit": Left("area_code", wanted.width),
        "grid": F("area_code"),
        "source": F("source"),
        "month": TruncMonth("day"),
    }
    sums = {f"sum_{name}": Sum(name) for name in COUNTED}
    grouped = rows.annotate(bucket=bucket[wanted.by]).values("bucket").order_by()
    made: QuerySet[Any, Any] = grouped.annotate(**sums).values_list("bucket", *sums)
    return made


def whole_months(days: Days, *, today: date) -> tuple[Days, list[Days]]:
    """The whole months within some days, and the days before and after them. The future is empty: a month that has begun
    is whole when all of it until today is asked for."""
    first, end = days
    start = first if first.day == 1 else next_month(first)
    stop = next_month(end) if end > today else end.replace(day=1)
    if start >= stop:
        return (first, first), [days]
    rest = [(first, start), (stop, end)]
    return (start, stop), [each for each in rest if each[0] < each[1]]


def next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
