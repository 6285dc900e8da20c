"""Every figure is defined once: what it counts, in which unit, and where its rows are (W24).

A metric is a condition on the rows of one register. The figure on a screen is the count under that condition, and its link opens the
register with the same condition as the filter `metric`, so the two cannot differ. A share has two: its own rows and those it is a share of.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Aggregate, Count, Q, QuerySet, Sum
from django.urls import reverse

from .pages import Fixed

Condition = Callable[[datetime], Q]
registry: dict[str, "Metric"] = {}


@dataclass(frozen=True, slots=True)
class Metric:
    """`name` is "<module>.<noun>"; `counts` gives the condition at a moment; `register` the list that has the rows.

    With `share_of` the figure is a percentage of another metric's count, which has the rows of this one among its own.
    With `sums` it is the sum of that column over its rows instead of their number.
    """

    name: str
    label: str
    unit: str
    definition: str
    counts: Condition
    register: str
    share_of: "Metric | None" = None
    sums: str = ""

    @property
    def key(self) -> str:
        """The name inside its module: how addresses and columns call it."""
        return self.name.partition(".")[2]

    def rows(self, rows: QuerySet[Any], at: datetime) -> QuerySet[Any]:
        return rows.filter(self.counts(at))

    def expression(self, at: datetime) -> Aggregate:
        """For `annotate` and `aggregate`: all metrics of a register cost one statement."""
        if self.sums:
            return Sum(self.sums, filter=self.counts(at), default=0)
        return Count("pk", filter=self.counts(at))

    def url(self, **filters: Any) -> str:
        """The register with exactly the rows the figure counts."""
        query = {"metric": self.key, **{name: value for name, value in filters.items() if value not in ("", None)}}
        return f"{reverse(self.register)}?{urlencode(query)}"

    def figure(self, counted: dict[str, int], **filters: Any) -> "Figure":
        """The figure from the counts of `expression`, by key."""
        number = counted[self.key]
        if self.share_of is None:
            return Figure(self, number, number, self.url(**filters))
        whole = counted[self.share_of.key]
        return Figure(self, round(100 * number / whole, 1) if whole else None, number, self.url(**filters))


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric's value, the number of rows behind it and their address; None where there is nothing to take a share of."""

    metric: Metric
    value: float | int | None
    rows: int
    url: str

    @property
    def text(self) -> str:
        if self.value is None:
            return "—"
        return f"{self.value:,}" + (self.metric.unit if self.metric.share_of else "")


def define(metric: Metric) -> Metric:
    """Enter a metric. Raises ValueError for a name that is taken: one definition each."""
    if metric.name in registry:
        raise ValueError(f"metric {metric.name} is defined twice")
    registry[metric.name] = metric
    return metric


def count(metrics: Iterable[Metric], rows: QuerySet[Any], at: datetime) -> dict[str, int]:
    """The counts of several metrics over the same rows with one statement."""
    found: dict[str, int] = rows.order_by().aggregate(**{each.key: each.expression(at) for each in metrics})
    return found


def filter_of(metrics: Iterable[Metric], at: datetime) -> Fixed:
    """The filter `metric` of a register: narrows to the rows behind a figure and says so as a chip."""
    known = {each.key: each for each in metrics}
    return Fixed(
        "metric",
        "指标",
        choices=[(key, each.label) for key, each in known.items()],
        narrow=lambda rows, key: known[key].rows(rows, at),
    )
