"""Numbers of entities from the tally instead of from millions of rows (docs/algorithms/tally.md)."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db.models import F, Func, IntegerField, Q, QuerySet, Sum

from shijian.core.scope import Scope

from ..choices import EntityStatus
from ..models import Tally, TallyChange
from ..rules.cells import PARTS, SIZES

ACTIVE = [status for status in EntityStatus.values if status not in {EntityStatus.CLOSED, EntityStatus.REVOKED}]
LARGEST = len(SIZES) - 1
Box = tuple[float, float, float, float]


def by_area(bureau_code: str, prefix: str = "") -> Counter[str]:
    """Active entities per grid; "" is outside every grid."""
    where = Q(bureau_code=bureau_code, area_code__startswith=prefix, status__in=ACTIVE)
    parts = [Tally.objects.filter(where, zoom=LARGEST), TallyChange.objects.filter(where)]
    sums = [
        part.order_by().values("area_code").annotate(sum=Sum("number")).values_list("area_code", "sum")
        for part in parts
    ]
    found: Counter[str] = Counter()
    for code, number in sums[0].union(sums[1], all=True):
        found[code] += number
    return Counter({code: number for code, number in found.items() if number})


def in_cells(scope: Scope, box: Box, zoom: int, statuses: Sequence[str]) -> list[tuple[int, int, int, int, int]]:
    """(column, row, entities, sums of longitude and latitude in millionths) of the cells a box touches."""
    west, south, east, north = (int(edge // SIZES[zoom]) for edge in box)
    where = scope.area_q() & Q(status__in=statuses)
    inside = Q(x__range=(west, east), y__range=(south, north))
    kept = Tally.objects.filter(where, inside, zoom=zoom)
    size = PARTS**zoom
    changes = TallyChange.objects.filter(
        where, x__range=(west * size, east * size + size - 1), y__range=(south * size, north * size + size - 1)
    )
    sums = _sums(kept, F("x"), F("y")).union(_sums(changes, _part("x", size), _part("y", size)), all=True)
    found: dict[tuple[int, int], list[int]] = {}
    for x, y, *numbers in sums:
        known = found.setdefault((x, y), [0, 0, 0])
        found[x, y] = [a + int(b) for a, b in zip(known, numbers, strict=True)]
    return [(x, y, *numbers) for (x, y), numbers in found.items() if numbers[0]]  # type: ignore[misc]


def _sums(rows: QuerySet[Any], x: Any, y: Any) -> QuerySet[Any, Any]:
    grouped = rows.order_by().annotate(column=x, row=y).values("column", "row")
    sums = {f"sum_{name}": Sum(name) for name in ("number", "lon", "lat")}
    made: QuerySet[Any, Any] = grouped.annotate(**sums).values_list("column", "row", *sums)
    return made


def _part(name: str, size: int) -> Func:
    """The column or row of the larger cell, as `services.tally` has it: both coordinates of China are positive."""
    return Func(F(name), template=f"(%(expressions)s / {size})", output_field=IntegerField())
