"""What modules above fill in: how rows follow a changed boundary, and live numbers per grid."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Counter:
    """A live number of the 一口清 card and the map: `count(bureau_code, prefix)` by grid code, in one statement."""

    name: str
    label: str
    count: Callable[[str, str], dict[str, int]]
    url: Callable[[str], str]  # the rows behind the number, for an area code


@dataclass(frozen=True, slots=True)
class Places:
    """Rows that have a place and a grid, for the preview of a boundary change: `located(bureau_code, codes)` gives
    the points (n × 2, WGS 84) and the present codes of those bound to these grids or to none."""

    label: str
    located: Callable[[str, Collection[str]], tuple[NDArray[np.float64], list[str]]]


@dataclass(frozen=True, slots=True)
class Workload:
    """What makes work in a grid, for the partition sandbox: the points of these grids and the usual hours a year each."""

    key: str
    label: str
    hours: float
    points: Callable[[str, Collection[str]], NDArray[np.float64]]


# (bureau_code, codes whose boundary changed or None for all, day) -> how many rows moved
rebinders: list[Callable[[str, Iterable[str] | None, date], int]] = []
counters: list[Counter] = []
# (bureau_code) -> (bound, all): for the coverage figure
coverage: list[Callable[[str], tuple[int, int]]] = []
places: list[Places] = []
workloads: list[Workload] = []


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of a periodic report, with the address of its rows."""

    label: str
    number: int
    url: str = ""


# (bureau_code, area prefix, first day, last day) -> figures of that period
report_lines: list[Callable[[str, str, date, date], list[Line]]] = []
