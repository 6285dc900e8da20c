"""Counts of events by class, matter, grid, source and month: one statement for a table, every figure with its rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F
from django.db.models.functions import Left, TruncMonth
from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.core import metrics
from shijian.core.metrics import Figure, Metric

from .choices import Source
from .metrics import CLOSED, CLOSED_LATE, OPEN_NOW, OVERDUE, REPORTED, TIMELINESS

COLUMNS: Sequence[Metric] = (REPORTED, OPEN_NOW, OVERDUE, CLOSED, CLOSED_LATE, TIMELINESS)
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


def table(user: User, asked: Asked, rows: Any, *, at: datetime, names: dict[str, str], width: int) -> list[Row]:
    """One row per value of the dimension. `rows` are those of the register under the asked filters.

    `names` are the names of matters and nodes by code, `width` the digits of a unit's code.
    """
    key = {
        "group": F("kind__group"),
        "kind": F("kind__code"),
        "unit": Left("area_code", width),
        "grid": F("area_code"),
        "source": F("source"),
        "month": TruncMonth("reported_at"),
    }[asked.by]
    wanted = {each.key: each for each in COLUMNS} | {
        each.share_of.key: each.share_of for each in COLUMNS if each.share_of
    }
    counts = {name: each.expression(at) for name, each in wanted.items()}
    found = rows.order_by().annotate(bucket=key).values("bucket").annotate(**counts)
    made = []
    for counted in found:
        bucket = counted["bucket"]
        filters = {**asked.filters, **_filters(asked, bucket)}
        figures = [each.figure(counted, **filters) for each in COLUMNS]
        made.append((bucket, Row(_label(asked.by, bucket, names), figures, _deeper(asked.by, bucket))))
    if asked.by == "month":
        return [row for _, row in sorted(made, key=lambda each: each[0])]
    return [row for _, row in sorted(made, key=lambda each: (-each[1].figures[0].rows, str(each[0])))]


def total(asked: Asked, rows: Any, *, at: datetime) -> list[Figure]:
    wanted = [*COLUMNS, *(each.share_of for each in COLUMNS if each.share_of)]
    counted = metrics.count(wanted, rows, at)
    return [each.figure(counted, **asked.filters) for each in COLUMNS]


def _filters(asked: Asked, bucket: Any) -> dict[str, Any]:
    if asked.by == "month":
        first = localdate(bucket)
        last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        return {"at_from": max(first, asked.first), "at_to": min(last, asked.last)}
    if asked.by in {"unit", "grid"}:
        return {"area": bucket or "none"}
    return {asked.by: bucket}


def _label(by: str, bucket: Any, names: dict[str, str]) -> str:
    if by == "month":
        return f"{localdate(bucket):%Y-%m}"
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
