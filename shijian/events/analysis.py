"""Counts of events by class, matter, grid, source and month: every figure with its rows."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import DateField, F, Value
from django.db.models.functions import Left, TruncMonth
from django.utils.timezone import get_current_timezone, localdate

from shijian.accounts.models import User
from shijian.core.metrics import Figure, Metric

from .choices import Source
from .metrics import CLOSED, CLOSED_LATE, OPEN_NOW, OVERDUE, REPORTED, TIMELINESS
from .models import Kind
from .models.event import UNIT_DIGITS
from .permissions import EVENT_VIEW
from .queries.tally import Counted, Wanted, next_month, tallied

NOWHERE = "none"  # as the area that is asked for: outside every grid
COLUMNS: Sequence[Metric] = (REPORTED, OPEN_NOW, OVERDUE, CLOSED, CLOSED_LATE, TIMELINESS)
COUNTED_METRICS = (*COLUMNS, *(each.share_of for each in COLUMNS if each.share_of))
DIMENSIONS = {"group": "门类", "kind": "事项", "unit": "单元", "grid": "网格", "source": "来源", "month": "月份"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page was asked: the dimension, the days (both included) and the filters of the register."""

    by: str
    first: date
    last: date
    area: str = ""
    group: str = ""
    source: str = ""

    @property
    def filters(self) -> dict[str, Any]:
        given = {"at_from": self.first, "at_to": self.last}
        return given | {name: value for name in ("area", "group", "source") if (value := getattr(self, name))}


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    figures: list[Figure]
    deeper: dict[str, str]  # how to go one dimension down into this row, as filters; empty at the end


def table(asked: Asked, found: Counted, *, names: dict[str, str], most: int | None = None) -> list[Row]:
    """One row per value of the dimension, by month in their order, else the largest first and at most so many of them.

    `names` are the names of matters and nodes by code.
    """
    first = COLUMNS[0].key
    buckets = (
        sorted(found)
        if asked.by == "month"
        else sorted(found, key=lambda each: (-found[each][first], str(each)))[:most]
    )
    made = []
    for bucket in buckets:
        filters = {**asked.filters, **_filters(asked, bucket)}
        figures = [each.figure(found[bucket], **filters) for each in COLUMNS]
        made.append(Row(_label(asked.by, bucket, names), figures, _deeper(asked.by, bucket)))
    return made


def total(asked: Asked, found: Counted) -> list[Figure]:
    """The figures of all rows of the table together: every event is in exactly one of them."""
    counted: Counter[str] = Counter()
    for each in found.values():
        counted.update(each)
    return [each.figure(counted, **asked.filters) for each in COLUMNS]


def counts(user: User, asked: Asked, rows: Any, *, at: datetime, width: int = UNIT_DIGITS) -> Counted:
    """The metrics of each value of the dimension, by key: from the tally where it knows them, else from the rows.

    `rows` are those of the register under the asked filters, `width` the digits of a unit's code.
    Who sees more or less than a whole bureau is counted row by row: his are few, and the tally does not know them.
    """
    if "" not in user.scope(EVENT_VIEW).prefixes:
        return _counted(rows, asked.by, width, COUNTED_METRICS, at)
    kinds = {key: (group, code) for key, group, code in Kind.objects.values_list("pk", "group", "code")}
    groups = {group for group, _ in kinds.values()}
    wanted = Wanted(
        user.bureau_code,
        (asked.first, asked.last + timedelta(days=1)),
        asked.by,
        width,
        area=None if not asked.area else "" if asked.area == NOWHERE else asked.area,
        kinds=tuple(key for key, (group, _) in kinds.items() if group == asked.group)
        if asked.group in groups
        else None,
        source=asked.source if asked.source in Source.values else None,
    )
    found, rest = tallied(wanted, today=localdate(at))
    made: Counted = {}
    for bucket, counted in found.items():
        key = kinds[bucket][asked.by == "kind"] if asked.by in {"group", "kind"} else bucket
        made.setdefault(key, Counter()).update(counted)
    for counted in made.values():
        counted["closed_late"] = counted["closed_with_limit"] - counted["closed_in_time"]
        counted["timeliness"] = counted["closed_in_time"]
    _add(made, _counted(OVERDUE.rows(rows, at), asked.by, width, [OVERDUE], at))
    for first, end in rest:
        span = rows.filter(reported_at__gte=midnight(first), reported_at__lt=midnight(end))
        metrics = [each for each in COUNTED_METRICS if each is not OVERDUE]
        _add(made, _counted(span, asked.by, width, metrics, at))
    return made


def _add(made: Counted, more: Counted) -> None:
    for bucket, counted in more.items():
        made.setdefault(bucket, Counter()).update(counted)


def _counted(rows: Any, by: str, width: int, metrics: Sequence[Metric], at: datetime) -> Counted:
    key = {
        "": Value(""),
        "group": F("kind__group"),
        "kind": F("kind__code"),
        "unit": Left("area_code", width),
        "grid": F("area_code"),
        "source": F("source"),
        "month": TruncMonth("reported_at", output_field=DateField()),
    }[by]
    numbers = {each.key: each.expression(at) for each in metrics}
    found = rows.order_by().annotate(bucket=key).values("bucket").annotate(**numbers)
    return {row["bucket"]: Counter({each.key: row[each.key] for each in metrics}) for row in found}


def _filters(asked: Asked, bucket: Any) -> dict[str, Any]:
    if asked.by == "month":
        first = bucket
        last = next_month(first) - timedelta(days=1)
        return {"at_from": max(first, asked.first), "at_to": min(last, asked.last)}
    if asked.by in {"unit", "grid"}:
        return {"area": bucket or NOWHERE}
    return {asked.by: bucket}


def _label(by: str, bucket: Any, names: dict[str, str]) -> str:
    if by == "month":
        return f"{bucket:%Y-%m}"
    if by == "source":
        return str(Source(bucket).label)
    if by in {"unit", "grid"}:
        return names.get(bucket, bucket) or "未落格"
    return names.get(bucket, bucket) if by == "kind" else str(bucket)


def _deeper(by: str, bucket: Any) -> dict[str, str]:
    """Clicking a class shows its matters, a unit its grids."""
    if by == "group":
        return {"by": "kind", "group": bucket}
    if by == "unit" and bucket:
        return {"by": "grid", "area": bucket}
    return {}


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=get_current_timezone())
