"""Whether the areas of a node's children tile it: 不重复、不交叉、不遗漏, every fault measured in square metres.

Source: 灞桥区市场监管网格化管理实施方案 (2022-06-15) part 4 (1). See docs/algorithms/coverage.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from . import area

TOLERANCE_M2 = 1.0


class FaultKind(StrEnum):
    GAP = "gap"
    OVERLAP = "overlap"
    OUTSIDE = "outside"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Fault:
    """One place where the tiling fails: what, between whom, how large, where."""

    kind: FaultKind
    codes: tuple[str, ...]
    area_m2: float
    lon: float
    lat: float
    text: str
    geometry: BaseGeometry | None = None


def shape_faults(code: str, geometry: BaseGeometry) -> list[Fault]:
    """Why a geometry cannot be the area of a node at all: no area, broken rings, coordinates that are no degrees."""
    name = code or "整体"
    if geometry.geom_type not in ("Polygon", "MultiPolygon"):
        return [
            _broken(code, geometry, f"{name} 的图形是{_shape_name(geometry.geom_type)}，不是面。请画成闭合的多边形。")
        ]
    if geometry.is_empty:
        return [_broken(code, geometry, f"{name} 的图形是空的。请重新绘制或导出边界。")]
    bounds = geometry.bounds
    if not all(np.isfinite(bounds)):
        return [_broken(code, geometry, f"{name} 的坐标中有非数字的值。请检查导出文件。")]
    if 0 < bounds[0] < 60 and bounds[1] > 60 and bounds[3] < 140:
        return [_broken(code, geometry, f"{name} 的经度和纬度写反了。请按经度在前、纬度在后的次序导出。")]
    if bounds[0] < -180 or bounds[2] > 180 or bounds[1] < -90 or bounds[3] > 90:
        return [
            _broken(
                code,
                geometry,
                f"{name} 的坐标不是经纬度（最大值 {max(map(abs, bounds)):.0f}）。请导出为经纬度，经度在前。",
            )
        ]
    if not geometry.is_valid:
        reason = shapely.is_valid_reason(geometry)
        return [
            _broken(code, geometry, f"{name} 的边界线{_reason(reason)}。请在该处拖动或删除折点后重画。", _place(reason))
        ]
    return []


def coverage_faults(
    children: Mapping[str, BaseGeometry],
    parent: BaseGeometry | None = None,
    *,
    tolerance_m2: float = TOLERANCE_M2,
    parent_code: str = "",
) -> list[Fault]:
    """Every gap, overlap, overhang and broken shape of `children` against each other and against `parent`.

    Pieces smaller than `tolerance_m2` are rounding of coordinates and are not reported. Without a parent a gap is a
    hole that the children enclose. Largest faults first within each kind.
    """
    faults = [fault for code, shape in sorted(children.items()) for fault in shape_faults(code, shape)]
    broken = {fault.codes[0] for fault in faults}
    codes = [code for code in sorted(children) if code not in broken]
    if not codes:
        if parent is not None and not children:
            faults.append(_measured(FaultKind.GAP, (), parent, f"{parent_code or '本级'}尚未划分下级边界"))
        return faults
    shapes = np.array([children[code] for code in codes], dtype=object)
    found = _overlaps(codes, shapes, tolerance_m2)
    together = shapely.union_all(shapes)
    if parent is None:
        found += _gaps(codes, shapes, _filled(together), together, tolerance_m2)
    else:
        found += _gaps(codes, shapes, parent, together, tolerance_m2)
        found += _overhangs(codes, shapes, parent, together, tolerance_m2, parent_code)
    order = list(FaultKind)
    return faults + sorted(found, key=lambda fault: (order.index(fault.kind), -fault.area_m2))


def cleaned(children: Mapping[str, BaseGeometry], *, gap_m: float, snap_m: float = 0.0) -> dict[str, BaseGeometry]:
    """The same areas with overlaps given to one side, gaps narrower than `gap_m` closed and shared sides identical.

    A proposal for a person to look at, never applied silently: it moves boundaries.
    """
    codes = sorted(children)
    shapes = np.array([children[code] for code in codes], dtype=object)
    latitude = float(shapely.total_bounds(shapes)[1])
    mended = shapely.coverage_clean(  # type: ignore[attr-defined]
        shapes,
        gap_width=area.metres_to_degrees(gap_m, latitude),
        snapping_distance=area.metres_to_degrees(snap_m, latitude) if snap_m else -1,
    )
    return dict(zip(codes, mended, strict=True))


def polygonal(geometry: BaseGeometry) -> BaseGeometry:
    """Only the parts that have an area: a cut leaves points and lines behind."""
    if geometry.geom_type in ("Polygon", "MultiPolygon"):
        return geometry
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type in ("Polygon", "MultiPolygon")]
    joined: BaseGeometry = shapely.union_all(parts) if parts else shapely.Polygon()
    return joined


def _overlaps(codes: Sequence[str], shapes: Any, tolerance_m2: float) -> list[Fault]:
    """Pairs are looked at only where the coverage check names a side that does not match."""
    suspects = np.flatnonzero(~shapely.is_empty(shapely.coverage_invalid_edges(shapes)))
    if not len(suspects):
        return []
    tree = shapely.STRtree(shapes)
    left, right = tree.query(shapes[suspects], predicate="intersects")
    pairs = {(min(a, b), max(a, b)) for a, b in zip(suspects[left].tolist(), right.tolist(), strict=True) if a != b}
    faults = []
    for a, b in sorted(pairs):
        common = polygonal(shapely.intersection(shapes[a], shapes[b]))
        for piece in _pieces(common, tolerance_m2):
            text = f"{codes[a]} 与 {codes[b]} 重叠"
            faults.append(_measured(FaultKind.OVERLAP, (codes[a], codes[b]), piece, text))
    return faults


def _gaps(
    codes: Sequence[str], shapes: Any, whole: BaseGeometry, together: BaseGeometry, tolerance_m2: float
) -> list[Fault]:
    pieces = _pieces(polygonal(shapely.difference(whole, together)), tolerance_m2)
    if not pieces:
        return []
    tree = shapely.STRtree(shapes)
    faults = []
    for piece in pieces:
        near = tree.query(piece, predicate="dwithin", distance=1e-7)
        beside = tuple(sorted(codes[index] for index in near))
        text = f"{'、'.join(beside[:4])} 之间有空白" if beside else "有空白"
        faults.append(_measured(FaultKind.GAP, beside, piece, text))
    return faults


def _overhangs(
    codes: Sequence[str],
    shapes: Any,
    parent: BaseGeometry,
    together: BaseGeometry,
    tolerance_m2: float,
    parent_code: str,
) -> list[Fault]:
    beyond = polygonal(shapely.difference(together, parent))
    if not _pieces(beyond, tolerance_m2):
        return []
    tree = shapely.STRtree(shapes)
    faults = []
    for index in sorted(tree.query(beyond, predicate="intersects").tolist()):
        for piece in _pieces(polygonal(shapely.difference(shapes[index], parent)), tolerance_m2):
            text = f"{codes[index]} 超出上级 {parent_code or '全域'} 的边界"
            faults.append(_measured(FaultKind.OUTSIDE, (codes[index],), piece, text))
    return faults


def _pieces(geometry: BaseGeometry, tolerance_m2: float) -> list[BaseGeometry]:
    parts = shapely.get_parts(geometry)
    return [part for part, size in zip(parts, area.areas_m2(parts), strict=True) if size >= tolerance_m2]


def _filled(geometry: BaseGeometry) -> BaseGeometry:
    parts = [shapely.Polygon(part.exterior) for part in shapely.get_parts(geometry)]
    whole: BaseGeometry = shapely.union_all(parts)
    return whole


def _measured(kind: FaultKind, codes: tuple[str, ...], piece: BaseGeometry, text: str) -> Fault:
    size = area.area_m2(piece)
    point = shapely.point_on_surface(piece)
    return Fault(kind, codes, round(size, 2), point.x, point.y, f"{text} {in_words(size)}", piece)


def _broken(code: str, geometry: BaseGeometry, text: str, place: tuple[float, float] | None = None) -> Fault:
    bounds = geometry.bounds
    lon, lat = place or ((bounds[0], bounds[1]) if len(bounds) == 4 and all(np.isfinite(bounds)) else (0.0, 0.0))
    return Fault(FaultKind.INVALID, (code,), 0.0, lon, lat, text)


def in_words(area_m2: float) -> str:
    """Square metres as people say them."""
    return f"{area_m2 / 1e6:,.2f} 平方公里" if area_m2 >= 1e6 else f"{area_m2:,.0f} 平方米"


def _place(reason: str) -> tuple[float, float] | None:
    inside = reason.partition("[")[2].rstrip("]").split()
    try:
        lon, lat = map(float, inside[:2])
    except ValueError:
        return None
    return lon, lat


REASONS = {
    "Self-intersection": "自相交",
    "Ring Self-intersection": "自相交",
    "Hole lies outside shell": "有洞落在外圈之外",
    "Nested holes": "有洞相互套叠",
    "Nested shells": "有外圈相互套叠",
    "Interior is disconnected": "把面割断了",
    "Duplicate Rings": "有重复的圈",
    "Too few points in geometry component": "折点太少",
    "Too few distinct points": "折点太少",
    "Invalid Coordinate": "有无效坐标",
    "Ring is not closed": "没有闭合",
}


def _reason(reason: str) -> str:
    said = next((words for start, words in REASONS.items() if reason.startswith(start)), "不合规则")
    place = _place(reason)
    return f"在东经 {place[0]:.6f}、北纬 {place[1]:.6f} 处{said}" if place else said


def _shape_name(kind: str) -> str:
    return {"Point": "点", "MultiPoint": "点", "LineString": "线", "MultiLineString": "线"}.get(kind, "组合图形")
