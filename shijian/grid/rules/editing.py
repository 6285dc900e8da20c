"""Editing shared boundaries by small steps: what a person did on the map, done again here on the true outlines.

A browser sends steps, never shapes. A vertex is moved in every outline that has it, so neighbours and the levels above
change together; a split cuts one area by a line, a merge joins two. After the steps the tiling is what it was before
(不重复、不交叉、不遗漏) or the steps are refused. See docs/algorithms/boundary-editing.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from .area import area_m2
from .coverage import FaultKind, coverage_faults, in_words, polygonal, shape_faults

NEAR = 1e-9  # degrees, a tenth of a millimetre: closer is the same place
STEPS_MAX = 1000
LEAST_M2 = 1.0
Point = tuple[float, float]
Ring = list[Point]


class CannotEdit(ValueError):
    """A step cannot be done; the message is a Chinese sentence that says why and what to do."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outlines after the steps: those that differ, those that ended, and the new ones by their own marks."""

    changed: dict[str, BaseGeometry] = field(default_factory=dict)
    ended: dict[str, str] = field(default_factory=dict)  # code -> the code that takes its area
    made: dict[str, tuple[str, str, BaseGeometry]] = field(default_factory=dict)  # mark -> (cut from, name, outline)


def noded(areas: Mapping[str, BaseGeometry]) -> dict[str, BaseGeometry]:
    """The same outlines with a vertex wherever a neighbour has one on their side, so that shared sides are equal."""
    codes = sorted(areas)
    shapes = np.array([shapely.set_precision(areas[code], 1e-9, mode="pointwise") for code in codes], dtype=object)
    parts, owner = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    side = np.flatnonzero(ring[:-1] == ring[1:])
    if not len(side):
        return dict(zip(codes, shapes, strict=True))
    lines: Any = shapely.linestrings(np.stack([points[side], points[side + 1]], axis=1))
    vertices = np.unique(points, axis=0)
    at, on = shapely.STRtree(lines).query(shapely.points(vertices), predicate="dwithin", distance=2 * NEAR)
    start, end = points[side[on]], points[side[on] + 1]
    inner = (vertices[at] != start).any(axis=1) & (vertices[at] != end).any(axis=1)
    along = ((vertices[at] - start) * (end - start)).sum(axis=1)
    inner &= (along > 0) & (along < ((end - start) ** 2).sum(axis=1))
    if not inner.any():
        return dict(zip(codes, shapes, strict=True))
    at, on, along = at[inner], on[inner], along[inner]
    order = np.lexsort((along, side[on]))
    merged = np.insert(points, side[on][order] + 1, vertices[at][order], axis=0)
    ring_of = np.insert(ring, side[on][order] + 1, ring[side[on][order]])
    renewed = shapely.linearrings(merged, indices=ring_of)
    polygons = _polygons(renewed, part, len(parts))
    return {code: _joined(polygons[owner == index].tolist()) for index, code in enumerate(codes)}


def _polygons(rings: Any, part: Any, count: int) -> Any:
    made = np.empty(count, dtype=object)
    for index in range(count):
        mine = (
            rings[part == index]
            if count < 64
            else rings[np.searchsorted(part, index) : np.searchsorted(part, index, "right")]
        )
        made[index] = shapely.Polygon(mine[0], list(mine[1:]))
    return made


def _joined(polygons: Sequence[Any]) -> BaseGeometry:
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(list(polygons))


class Sheet:
    """Outlines of several levels on one sheet of paper, edited together."""

    def __init__(
        self, areas: Mapping[str, BaseGeometry], leaves: Iterable[str], *, fixed: BaseGeometry | None = None
    ) -> None:
        """`leaves` are the codes of the lowest level, the only ones that can be split or merged; the line of `fixed`
        (the bureau's own outline) may not be moved."""
        self.before = noded(areas)
        self.leaves = set(leaves)
        self.shapes: dict[str, BaseGeometry] = dict(self.before)
        self.touched: set[str] = set()
        self.ended: dict[str, str] = {}
        self.made: dict[str, tuple[str, str]] = {}
        self.fixed = shapely.boundary(fixed) if fixed is not None else None

    def apply(self, steps: Sequence[Mapping[str, Any]]) -> Outcome:
        """Do the steps in their order and prove the tiling. Raises CannotEdit at the first that cannot be done."""
        if len(steps) > STEPS_MAX:
            raise CannotEdit(f"一次调整不能超过 {STEPS_MAX} 步，请分次进行。")
        for number, step in enumerate(steps, 1):
            try:
                self._do(step)
            except CannotEdit as refusal:
                raise CannotEdit(f"第 {number} 步：{refusal}") from refusal
            except (KeyError, TypeError, ValueError, IndexError) as error:
                raise CannotEdit(f"第 {number} 步的内容无法识别，请撤销后重做。") from error
        return self._outcome()

    def _do(self, step: Mapping[str, Any]) -> None:
        kind = step["op"]
        if kind == "move":
            self._move(_point(step["from"]), _point(step["to"]))
        elif kind == "insert":
            first, last = step["on"]
            self._insert(_point(first), _point(last), _point(step["at"]))
        elif kind == "delete":
            self._delete(_point(step["at"]))
        elif kind == "split":
            self._split(str(step["code"]), [_point(each) for each in step["line"]], str(step.get("name") or ""))
        elif kind == "merge":
            self._merge(str(step["keep"]), str(step["with"]))
        else:
            raise CannotEdit("不认识的操作。")

    def _move(self, old: Point, new: Point) -> None:
        self._free(old)
        self._change_at(old, lambda ring: [new if each == old else each for each in ring])

    def _insert(self, first: Point, last: Point, at: Point) -> None:
        """A new vertex between two that follow each other, in every outline that has this side."""

        def with_one_more(ring: Ring) -> Ring:
            made = [ring[0]]
            for one, other in pairwise(ring):
                if (one, other) in ((first, last), (last, first)):
                    made.append(at)
                made.append(other)
            return made

        middle = ((first[0] + last[0]) / 2, (first[1] + last[1]) / 2)
        if self.fixed is not None and shapely.dwithin(self.fixed, shapely.Point(middle), NEAR):
            raise CannotEdit("这是全局的外边界，不能在此调整。")
        self._change_at(first, with_one_more)

    def _delete(self, at: Point) -> None:
        self._free(at)
        self._change_at(at, lambda ring: [each for each in ring if each != at])

    def _free(self, at: Point) -> None:
        if self.fixed is not None and shapely.dwithin(self.fixed, shapely.Point(at), NEAR):
            raise CannotEdit("这个折点在全局的外边界上，不能移动。外边界以民政部门勘定的行政区域界线为准。")

    def _change_at(self, at: Point, change: Any) -> None:
        """Renew the rings that have the vertex, in all outlines; none has it: the sheet is not the one drawn on."""
        spot, found = shapely.Point(at), False
        for code, shape in self.shapes.items():
            if shape.is_empty or not shapely.dwithin(shape, spot, NEAR):
                continue
            renewed, differs = [], False
            for part in shapely.get_parts(shape):
                rings = [[(x, y) for x, y in shapely.get_coordinates(ring).tolist()] for ring in _rings(part)]
                fresh = [_closed(change(ring)) if at in ring else ring for ring in rings]
                differs = differs or fresh != rings
                if len(fresh[0]) < 4:
                    raise CannotEdit(f"{_named(code)} 只剩两个折点，不成面了。")
                renewed.append(shapely.Polygon(fresh[0], [ring for ring in fresh[1:] if len(ring) > 3]))
            if differs:
                self.shapes[code] = self._valid(code, _joined(renewed))
                self.touched.add(code)
                found = True
        if not found:
            raise CannotEdit("找不到这个折点，边界可能已被他人调整，请刷新后重做。")

    def _split(self, code: str, line: list[Point], name: str) -> None:
        shape = self._leaf(code)
        if len(line) < 2 or len(line) > 500:
            raise CannotEdit("分割线至少两个点，至多 500 个点。")
        cut = shapely.LineString(line)
        edges = shapely.union_all([shapely.boundary(shape), cut])
        cells = [
            each
            for each in shapely.get_parts(shapely.polygonize([edges]))
            if shape.contains(each.representative_point())
        ]
        # Pieces of several parts or with holes: those on one side of the line belong together.
        sides = _sides(cells, cut)
        if len(sides) < 2:
            raise CannotEdit(f"分割线没有把 {_named(code)} 切开，请从边线外画到另一边的边线外。")
        if len(sides) > 2:
            raise CannotEdit(f"分割线把 {_named(code)} 切成了 {len(sides)} 块，请一次只切成两块。")
        large, small = sorted(sides, key=area_m2, reverse=True)
        if area_m2(small) < LEAST_M2:
            raise CannotEdit("切下的部分太小，请重画分割线。")
        mark = f"+{len(self.made) + 1}"
        self.made[mark] = (self.made[code][0] if code in self.made else code, name[:60])
        self.shapes[code], self.shapes[mark] = self._valid(code, large), self._valid(mark, small)
        self.leaves.add(mark)
        self.touched |= {code, mark}
        self._node_again()

    def _merge(self, keep: str, other: str) -> None:
        one, two = self._leaf(keep), self._leaf(other)
        if keep == other:
            raise CannotEdit("请选两个不同的网格。")
        if self._parent(keep) != self._parent(other):
            raise CannotEdit(f"{_named(keep)} 与 {_named(other)} 不属于同一单元，不能直接合并。请先调整单元边界。")
        if shapely.intersection(shapely.boundary(one), shapely.boundary(two)).length <= NEAR:
            raise CannotEdit(f"{_named(keep)} 与 {_named(other)} 不相邻，不能合并。")
        self.shapes[keep] = self._valid(keep, polygonal(shapely.union(one, two)))
        del self.shapes[other]
        self.leaves.discard(other)
        self.touched.add(keep)
        self.touched.discard(other)
        if other in self.made:
            del self.made[other]
        else:
            self.ended[other] = keep
        for code, heir in self.ended.items():
            if heir == other:
                self.ended[code] = keep

    def _parent(self, code: str) -> str:
        """Leaves of one unit: by the code they have, or the one they were cut from."""
        original = self.made[code][0] if code in self.made else code
        above = [each for each in self.before if each not in self.leaves and original.startswith(each)]
        return max(above, key=len, default="")

    def _leaf(self, code: str) -> BaseGeometry:
        if code not in self.leaves or code not in self.shapes:
            raise CannotEdit(f"{_named(code)} 不在可调整的网格之列。")
        return self.shapes[code]

    def _node_again(self) -> None:
        """New corners on a side become vertices of the neighbour too."""
        for code, shape in noded(self.shapes).items():
            self.shapes[code] = shape

    def _valid(self, code: str, shape: BaseGeometry) -> BaseGeometry:
        if faults := shape_faults(_named(code), shape):
            raise CannotEdit(f"这样调整后 {faults[0].text}")
        return shape

    def _outcome(self) -> Outcome:
        changed = {}
        for code in sorted(self.touched - set(self.made)):
            old, new = self.before[code], self.shapes[code]
            if area_m2(polygonal(shapely.symmetric_difference(old, new))) > 0.01:
                changed[code] = new
        made = {mark: (source, name, self.shapes[mark]) for mark, (source, name) in sorted(self.made.items())}
        outcome = Outcome(changed, dict(self.ended), made)
        self._prove(outcome)
        return outcome

    def _prove(self, outcome: Outcome) -> None:
        """不重复、不交叉、不遗漏 hold as they held: at each level the same ground is covered, once, and inside its unit."""
        levels: dict[int, set[str]] = {}
        for code in self.before:
            levels.setdefault(0 if code in self.leaves or code in self.ended else len(code) + 1, set()).add(code)
        for codes in levels.values():
            involved = {code for code in codes if code in outcome.changed or code in outcome.ended}
            if not involved:
                continue
            now_codes = involved - set(outcome.ended)
            if any(code in self.leaves for code in codes):
                now_codes |= set(outcome.made)
            near = self._around(involved, codes)
            before = [self.before[code] for code in involved]
            after = [self.shapes[code] for code in now_codes]
            self._same_ground(shapely.union_all(before), shapely.union_all(after))
            old = {code: self.before[code] for code in involved | near}
            new = {code: self.shapes[code] for code in now_codes | (near - set(outcome.ended))}
            self._no_new_overlap(old, new)
        self._inside(outcome)

    def _around(self, involved: set[str], codes: set[str]) -> set[str]:
        boxes = shapely.box(*shapely.total_bounds([self.before[code] for code in involved])).buffer(1e-6)
        return {code for code in codes - involved if self.before[code].intersects(boxes)}

    def _same_ground(self, before: BaseGeometry, after: BaseGeometry) -> None:
        lost = polygonal(shapely.difference(before, after))
        gained = polygonal(shapely.difference(after, before))
        if (size := area_m2(lost)) > LEAST_M2:
            raise CannotEdit(f"这样调整会留下空白 {in_words(size)}，请撤销最后一步。")
        if (size := area_m2(gained)) > LEAST_M2:
            raise CannotEdit(f"这样调整会越过相邻网格或外边界 {in_words(size)}，请撤销最后一步。")

    def _no_new_overlap(self, before: Mapping[str, BaseGeometry], after: Mapping[str, BaseGeometry]) -> None:
        def overlap(areas: Mapping[str, BaseGeometry]) -> tuple[float, str]:
            faults = [fault for fault in coverage_faults(areas) if fault.kind is FaultKind.OVERLAP]
            return sum(fault.area_m2 for fault in faults), faults[0].text if faults else ""

        old, (new, text) = overlap(before)[0], overlap(after)
        if new > old + LEAST_M2:
            raise CannotEdit(f"这样调整后{text}，请撤销最后一步。")

    def _inside(self, outcome: Outcome) -> None:
        """No leaf leaves its unit further than it did."""
        for code in [*outcome.changed, *outcome.made]:
            if code not in self.leaves:
                continue
            parent = self._parent(code)
            if parent and parent in self.shapes:
                source = self.made[code][0] if code in self.made else code
                beyond = area_m2(polygonal(shapely.difference(self.shapes[code], self.shapes[parent])))
                was = area_m2(polygonal(shapely.difference(self.before[source], self.before[parent])))
                if beyond > was + LEAST_M2:
                    raise CannotEdit(f"这样调整后 {_named(code)} 超出上级 {parent} {in_words(beyond)}。")


def _sides(cells: Sequence[Any], cut: Any) -> list[BaseGeometry]:
    """Cells grouped into what is connected without crossing the cut."""
    groups: list[BaseGeometry] = []
    for cell in cells:
        joined = [
            each
            for each in groups
            if shapely.difference(
                shapely.intersection(shapely.boundary(each), shapely.boundary(cell)), shapely.buffer(cut, 2 * NEAR)
            ).length
            > NEAR
        ]
        groups = [each for each in groups if each not in joined]
        groups.append(polygonal(shapely.union_all([cell, *joined])))
    return groups


def _rings(part: Any) -> list[Any]:
    return [part.exterior, *part.interiors]


def _closed(ring: Ring) -> Ring:
    """Repeated vertices once, and the last the same as the first."""
    made: Ring = []
    for each in ring[:-1] if ring[0] == ring[-1] else ring:
        if not made or made[-1] != each:
            made.append(each)
    while len(made) > 1 and made[0] == made[-1]:
        made.pop()
    return [*made, made[0]] if made else made


def _point(value: Any) -> Point:
    """Degrees with nine decimals, as the sheet has them."""
    x, y = (round(float(each), 9) for each in value)
    if not (-180 <= x <= 180 and -90 <= y <= 90):
        raise ValueError
    return x, y


def _named(code: str) -> str:
    return f"新网格{code[1:]}" if code.startswith("+") else code
