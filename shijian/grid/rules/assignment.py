"""Which grid a point lies in: millions at once or one in microseconds, always the same answer.

A raster over the area says, for most cells, which polygon they lie in entirely; only points in cells that a boundary
touches are tested exactly (GEOS, exact predicates). A point on a shared boundary, or in an overlap, belongs to the
lowest code; a point in no polygon is outside. See docs/algorithms/grid-assignment.md.
"""

from collections.abc import Mapping, Sequence
from math import ceil, floor, log2, sqrt
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

OUTSIDE = -1
CELLS_PER_POLYGON_SIDE = 48
SIZE_MIN, SIZE_MAX = 64, 4096
CHUNK = 1 << 17
# Rounding of coordinates to cells is below 1e-9 of a cell; boundaries are widened by far more before cells are
# called free.
MARGIN = 1e-6
FEW = 40  # points of a polygon, on average, below which they are tested together with those of others


class Partition:
    """Polygons of one bureau, level and date, made ready for questions. Not changed after it is made; safe to share."""

    def __init__(self, areas: Mapping[str, BaseGeometry], *, size: int | None = None) -> None:
        self.codes: tuple[str, ...] = tuple(sorted(areas))
        self.polygons: Any = np.array([areas[code] for code in self.codes], dtype=object)
        self._code_array = np.array([*self.codes, ""], dtype=object)
        self.size = size or _size_for(len(self.codes))
        self._index: shapely.STRtree | None = None
        if len(self.codes):
            self._build()

    def __len__(self) -> int:
        return len(self.codes)

    def indices(self, lon: Any, lat: Any) -> NDArray[np.int32]:
        """Index into `codes` for every point, `OUTSIDE` where no polygon holds it. NaN is outside."""
        lon, lat = np.ascontiguousarray(lon, dtype=np.float64), np.ascontiguousarray(lat, dtype=np.float64)
        found = np.full(len(lon), OUTSIDE, dtype=np.int32)
        if not len(self.codes):
            return found
        undecided = []
        for start in range(0, len(lon), CHUNK):
            part = slice(start, start + CHUNK)
            labels = self._labels(lon[part], lat[part])
            found[part] = labels
            undecided.append(np.flatnonzero(labels < OUTSIDE) + start)
        at = np.concatenate(undecided) if undecided else np.empty(0, dtype=np.intp)
        if len(at):
            found[at] = self._exact(lon[at], lat[at], -2 - found[at])
        return found

    def assign(self, lonlat: Any) -> NDArray[np.object_]:
        """The code for every point (n × 2), "" where it lies outside."""
        points = np.asarray(lonlat, dtype=np.float64).reshape(-1, 2)
        return self._code_array[self.indices(points[:, 0], points[:, 1])]

    def code_at(self, lon: float, lat: float) -> str:
        """The code for one point, "" outside."""
        if not len(self.codes):
            return ""
        x, y = (lon - self._west) * self._per_lon, (lat - self._south) * self._per_lat
        if not (0 <= x < self.size and 0 <= y < self.size):
            return ""
        label = int(self._raster[floor(y) * self.size + floor(x)])
        if label >= OUTSIDE:
            return self.codes[label] if label >= 0 else ""
        cell = -2 - label
        for index in self._candidates[self._first[cell] : self._first[cell + 1]]:
            if shapely.intersects_xy(self.polygons[index], lon, lat):
                return str(self.codes[index])
        rest = self._tree().query(shapely.Point(lon, lat), predicate="intersects").tolist()
        return self.codes[min(rest)] if rest else ""

    def _labels(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int32]:
        """Raster labels: a polygon, `OUTSIDE`, or below it the number of an undecided cell."""
        x = (lon - self._west) * self._per_lon
        y = (lat - self._south) * self._per_lat
        inside = (x >= 0) & (x < self.size) & (y >= 0) & (y < self.size)
        if inside.all():
            cells = y.astype(np.int32)
            cells *= self.size
            cells += x.astype(np.int32)
            return self._raster[cells]
        labels = np.full(len(lon), OUTSIDE, dtype=np.int32)
        labels[inside] = self._raster[y[inside].astype(np.int32) * self.size + x[inside].astype(np.int32)]
        return labels

    def _exact(self, lon: NDArray[np.float64], lat: NDArray[np.float64], cell: NDArray[np.int32]) -> NDArray[np.int32]:
        """Test the points of undecided cells against the polygons of their cell, lowest code first."""
        first, counts = self._first[cell], self._first[cell + 1] - self._first[cell]
        ends = np.cumsum(counts)
        point = np.repeat(np.arange(len(cell), dtype=np.int32), counts)
        slot = np.arange(ends[-1]) - np.repeat(ends - counts, counts) + np.repeat(first, counts)
        polygon = self._candidates[slot]
        # Sixteen bits are sorted by radix, several times faster than thirty-two.
        order = np.argsort(polygon.astype(np.uint16) if len(self.codes) < 1 << 16 else polygon, kind="stable")
        polygon, point = polygon[order], point[order]
        x, y = lon[point], lat[point]
        found = np.full(len(cell), OUTSIDE, dtype=np.int32)
        if len(polygon) < FEW * len(self.codes):
            # A call for each polygon would cost more than the tests: one call for all.
            holds = shapely.intersects_xy(self.polygons[polygon], x, y)
            # Assigned from the highest code down, so that the lowest one has the last word.
            found[point[holds][::-1]] = polygon[holds][::-1]
        else:
            starts = np.flatnonzero(np.diff(polygon, prepend=-1))
            for start, stop in zip(starts[::-1].tolist(), [len(polygon), *starts[:0:-1].tolist()], strict=True):
                index = int(polygon[start])
                holds = shapely.intersects_xy(self.polygons[index], x[start:stop], y[start:stop])
                found[point[start:stop][holds]] = index
        # A cell may be listed only because a boundary comes within a hair of it, and lie in a third polygon.
        lost = np.flatnonzero(found == OUTSIDE)
        if len(lost):
            at, index = self._tree().query(shapely.points(lon[lost], lat[lost]), predicate="intersects")
            order = np.argsort(-index, kind="stable")
            found[lost[at[order]]] = index[order]
        return found

    def _tree(self) -> shapely.STRtree:
        if self._index is None:
            self._index = shapely.STRtree(self.polygons)
        return self._index

    def _build(self) -> None:
        west, south, east, north = shapely.total_bounds(self.polygons)
        # The frame is a little larger than the area, so that no boundary point falls on the last cell's far side.
        slack_x, slack_y = max((east - west) * 1e-9, 1e-12), max((north - south) * 1e-9, 1e-12)
        self._west, self._south = float(west - slack_x), float(south - slack_y)
        self._per_lon = self.size / float(east - west + 2 * slack_x)
        self._per_lat = self.size / float(north - south + 2 * slack_y)
        shapely.prepare(self.polygons)
        cells, polygons = self._touched()
        keys = _distinct(cells.astype(np.int64) * len(self.codes) + polygons)
        cells, self._candidates = (keys // len(self.codes)).astype(np.int32), (keys % len(self.codes)).astype(np.int32)
        first = np.flatnonzero(np.diff(cells, prepend=-1))
        edge = cells[first]
        self._first = np.append(first, len(cells)).astype(np.int32)
        self._raster = np.full(self.size * self.size, OUTSIDE, dtype=np.int32)
        self._fill(edge)
        self._raster[edge] = -2 - np.arange(len(edge), dtype=np.int32)
        if not shapely.coverage_is_valid(self.polygons):
            self._add_covering(edge)

    def _touched(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Every (cell, polygon) where the polygon's boundary comes into the cell, and a few beside."""
        parts, polygon = shapely.get_parts(self.polygons, return_index=True)  # `get_rings` skips multipolygons
        rings, part = shapely.get_rings(parts, return_index=True)
        owner = polygon[part]
        points, ring = shapely.get_coordinates(rings, return_index=True)
        x, y = (points[:, 0] - self._west) * self._per_lon, (points[:, 1] - self._south) * self._per_lat
        side = np.flatnonzero(ring[:-1] == ring[1:])
        dx, dy = x[side + 1] - x[side], y[side + 1] - y[side]
        # Long sides are cut into pieces shorter than a cell, so a piece lies in the (at most four) cells of its
        # box's corners.
        pieces = np.maximum(1, np.ceil(np.maximum(np.abs(dx), np.abs(dy)) / 0.9)).astype(np.int32)
        owner = owner[ring[side]].astype(np.int32)
        if pieces.max(initial=1) > 1:
            whole = np.repeat(np.arange(len(side)), pieces)
            number = np.arange(len(whole)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
            share = number / pieces[whole]
            step = 1.0 / pieces[whole]
            x0, y0 = x[side][whole] + dx[whole] * share, y[side][whole] + dy[whole] * share
            x1, y1 = x0 + dx[whole] * step, y0 + dy[whole] * step
            owner = owner[whole]
        else:
            x0, y0, x1, y1 = x[side], y[side], x[side + 1], y[side + 1]
        low_x, high_x = self._cell(np.minimum(x0, x1) - MARGIN), self._cell(np.maximum(x0, x1) + MARGIN)
        low_y, high_y = self._cell(np.minimum(y0, y1) - MARGIN), self._cell(np.maximum(y0, y1) + MARGIN)
        wide, tall = low_x != high_x, low_y != high_y
        both = np.flatnonzero(wide & tall)
        south_west, south_east, north_west, north_east = _corners(
            x0[both], y0[both], x1[both], y1[both], high_x[both], high_y[both]
        )
        across, up = np.flatnonzero(wide & ~tall), np.flatnonzero(tall & ~wide)
        one = np.flatnonzero(~(wide & tall))
        taken = [
            (low_y, low_x, one),
            (low_y, high_x, across),
            (high_y, low_x, up),
            (low_y, low_x, both[south_west]),
            (low_y, high_x, both[south_east]),
            (high_y, low_x, both[north_west]),
            (high_y, high_x, both[north_east]),
        ]
        cells = np.concatenate([row[at] * self.size + column[at] for row, column, at in taken])
        return cells, np.concatenate([owner[at] for _, _, at in taken])

    def _cell(self, position: NDArray[np.float64]) -> NDArray[np.int32]:
        return np.clip(position, 0, self.size - 1).astype(np.int32)

    def _fill(self, edge: NDArray[np.int32]) -> None:
        """Label the free cells: a run of them in one row lies in one polygon or in none, so one exact test will do."""
        free = np.ones(self.size * self.size, dtype=np.int8)
        free[edge] = 0
        rows = free.reshape(self.size, self.size)
        change = np.diff(rows, axis=1, prepend=np.int8(0), append=np.int8(0))
        row, begin = np.nonzero(change == 1)
        _, end = np.nonzero(change == -1)
        lon = (begin + 0.5) / self._per_lon + self._west
        lat = (row + 0.5) / self._per_lat + self._south
        label = self._search(lon, lat)
        self._raster[free.astype(bool)] = np.repeat(label, end - begin)

    def _search(self, lon: NDArray[Any], lat: NDArray[Any]) -> NDArray[np.int32]:
        """Exact answers without the raster: points sorted by longitude, a slice of them for each polygon."""
        found = np.full(len(lon), OUTSIDE, dtype=np.int32)
        order = np.argsort(lon, kind="stable")
        x, y = lon[order], lat[order]
        boxes = shapely.bounds(self.polygons)
        lows, highs = np.searchsorted(x, boxes[:, 0], "left"), np.searchsorted(x, boxes[:, 2], "right")
        for index in range(len(self.codes) - 1, -1, -1):
            low, high = lows[index], highs[index]
            near = np.flatnonzero((y[low:high] >= boxes[index, 1]) & (y[low:high] <= boxes[index, 3])) + low
            if len(near):
                holds = shapely.intersects_xy(self.polygons[index], x[near], y[near])
                found[order[near[holds]]] = index
        return found

    def _add_covering(self, edge: NDArray[np.int32]) -> None:
        """Where polygons overlap, a cell may also lie wholly inside one whose boundary does not come near it."""
        suspect = ~shapely.is_empty(shapely.coverage_invalid_edges(self.polygons))
        owner = np.repeat(np.arange(len(edge)), np.diff(self._first))
        near = np.unique(owner[suspect[self._candidates]])
        lon = (edge[near] % self.size + 0.5) / self._per_lon + self._west
        lat = (edge[near] // self.size + 0.5) / self._per_lat + self._south
        cell, polygon = self._tree().query(shapely.points(lon, lat), predicate="intersects")
        count = len(self.codes)
        listed = owner * count + self._candidates
        keys = np.union1d(listed, near[cell] * count + polygon)
        self._candidates = (keys % count).astype(np.int32)
        self._first = np.searchsorted(keys // count, np.arange(len(edge) + 1)).astype(np.int32)


def changed_area(before: Mapping[str, BaseGeometry], after: Mapping[str, BaseGeometry]) -> BaseGeometry:
    """Where the answer can differ between two sets of boundaries: the symmetric differences of the codes that
    changed.

    Points elsewhere keep their code, so a re-cut asks only about the points in here (its border included).
    """
    pieces = [after.get(code, before.get(code)) for code in sorted(set(before) ^ set(after))]
    pairs = [(old, after[code]) for code, old in before.items() if code in after and after[code] is not old]
    if pairs:
        old, new = np.array(pairs, dtype=object).T
        changed = ~shapely.equals_exact(old, new)
        pieces += shapely.symmetric_difference(old[changed], new[changed]).tolist()
    # Rounded to a thousandth of a millimetre: without, GEOS 3.14 loses whole pieces when sides differ by a last digit.
    whole: BaseGeometry = shapely.union_all(pieces, grid_size=1e-11) if pieces else shapely.Polygon()
    return whole


def recut(
    before: Mapping[str, BaseGeometry],
    after: Mapping[str, BaseGeometry],
    lonlat: NDArray[np.float64],
    order: NDArray[np.intp] | None = None,
) -> tuple[NDArray[np.intp], NDArray[np.object_]]:
    """The points whose code may have changed and their new codes ("" outside).

    `order` sorts the points by longitude, as an index of the database does; without it all points are looked at once.
    """
    region = changed_area(before, after)
    if region.is_empty:
        return np.empty(0, dtype=np.intp), np.empty(0, dtype=object)
    west, south, east, north = region.bounds
    if order is None:
        at = np.flatnonzero((lonlat[:, 0] >= west) & (lonlat[:, 0] <= east))
    else:
        sorted_lon = _Sorted(lonlat[:, 0], order)
        at = order[sorted_lon.find(west, "left") : sorted_lon.find(east, "right")]
    at = at[(lonlat[at, 1] >= south) & (lonlat[at, 1] <= north)]
    shapely.prepare(region)
    # A hair wider than the region: a point on its border may have moved from one side of a boundary onto it.
    at = at[shapely.dwithin(shapely.points(lonlat[at]), region, 1e-9)]
    near = shapely.STRtree(np.array(list(after.values()), dtype=object)).query(region, predicate="intersects")
    keys = list(after)
    local = Partition({keys[index]: after[keys[index]] for index in near}, size=SIZE_MIN)
    return at, local.assign(lonlat[at])


def _distinct(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Sorted, each once; numpy's own `unique` hashes first, which is several times slower here."""
    keys.sort()
    return keys[np.flatnonzero(np.diff(keys, prepend=keys[:1] - 1))]


def _corners(x0: Any, y0: Any, x1: Any, y1: Any, border_x: Any, border_y: Any) -> tuple[Any, Any, Any, Any]:
    """Which of the four cells around the point (border_x, border_y) a piece comes into, as masks SW, SE, NW, NE.

    A rising piece passes SW and NE and, on its way, SE or NW; where the arithmetic cannot tell, both are taken.
    """
    dx = np.where(x1 == x0, 1.0, x1 - x0)
    crossing = y0 + (border_x - x0) * ((y1 - y0) / dx)
    unsure = (
        (np.abs(crossing - border_y) < 10 * MARGIN) | (np.minimum(x0, x1) > border_x) | (np.maximum(x0, x1) < border_x)
    )
    unsure |= (np.minimum(y0, y1) > border_y) | (np.maximum(y0, y1) < border_y) | (np.abs(x1 - x0) < 10 * MARGIN)
    rising = (x1 > x0) == (y1 > y0)
    below = crossing < border_y
    return (
        rising | below | unsure,
        ~rising | below | unsure,
        ~rising | ~below | unsure,
        rising | ~below | unsure,
    )


class _Sorted:
    """Binary search through an index without copying the column."""

    def __init__(self, values: NDArray[np.float64], order: NDArray[np.intp]) -> None:
        self.values, self.order = values, order

    def find(self, value: float, side: str) -> int:
        low, high = 0, len(self.order)
        while low < high:
            middle = (low + high) // 2
            here = self.values[self.order[middle]]
            if here < value or (side == "right" and here == value):
                low = middle + 1
            else:
                high = middle
        return low


def _size_for(polygons: int) -> int:
    """Raster cells per side: about 48 across each polygon, a power of two."""
    wanted = CELLS_PER_POLYGON_SIDE * sqrt(max(polygons, 1))
    return int(min(SIZE_MAX, max(SIZE_MIN, 2 ** ceil(log2(wanted)))))


def same_answer(polygons: Sequence[BaseGeometry], lon: float, lat: float) -> int:
    """The definition, for checking: the first polygon that holds the point, its boundary included, or `OUTSIDE`."""
    return next(
        (index for index, polygon in enumerate(polygons) if polygon.intersects(shapely.Point(lon, lat))), OUTSIDE
    )
