import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import shapely
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from shapely.geometry import shape

from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core.errors import InvalidInput, Refused

from .. import hooks, queries
from ..choices import Verb
from ..models import Boundary, Node
from ..rules.area import area_m2
from ..rules.coverage import Fault, FaultKind, coverage_faults, shape_faults
from ..rules.datum import Datum, geometry_to_wgs84
from .nodes import lock_tree

MAX_POINTS = 200_000


class BadGeometry(Refused):
    code = "grid.bad_geometry"


class OverlapsNeighbour(Refused):
    code = "grid.overlaps_neighbour"
    article = "灞桥区市场监管网格化管理实施方案 四(一)：不重复、不交叉、不遗漏"


@dataclass(frozen=True, slots=True)
class Preview:
    """What a boundary would bring: its area and the faults among its siblings and against its parent."""

    geometry: Any
    area_m2: float
    faults: list[Fault]


def parse_geometry(text: str | dict[str, Any], *, datum: Datum = Datum.WGS84) -> Any:
    """A polygon from GeoJSON (geometry, feature, or a collection of one). Raises InvalidInput or BadGeometry."""
    try:
        data = json.loads(text) if isinstance(text, str) else text
        if data.get("type") == "FeatureCollection":
            if len(data["features"]) != 1:
                raise InvalidInput("应只含一个图形", field="边界", remedy="批量导入请用“导入边界”功能。")
            data = data["features"][0]
        geometry = shape(data["geometry"] if data.get("type") == "Feature" else data)
    except InvalidInput:
        raise
    except Exception as error:
        raise InvalidInput(
            "不是可识别的 GeoJSON 面", field="边界", remedy="请在地图上绘制，或粘贴类型为 Polygon 的 GeoJSON。"
        ) from error
    if shapely.get_num_coordinates(geometry) > MAX_POINTS:
        raise InvalidInput(f"折点超过 {MAX_POINTS:,} 个", field="边界", remedy="请先简化边界线。")
    return geometry_to_wgs84(geometry, datum)


def preview_boundary(node: Node, geometry: Any, *, on: date) -> Preview:
    """Check a boundary against the others without writing anything. Raises BadGeometry when it is broken itself."""
    if faults := shape_faults(node.area_code, geometry):
        raise BadGeometry(faults[0].text)
    siblings = queries.shapes(node.bureau_code, on=on, depth=node.level.depth)
    width = len(node.parent.area_code) if node.parent else 0
    siblings = {code: each for code, each in siblings.items() if code[:width] == node.area_code[:width]}
    siblings[node.area_code] = geometry
    parent = None
    if node.parent:
        above = queries.shapes(node.bureau_code, on=on, depth=node.level.depth - 1, prefix=node.parent.area_code)
        parent = above.get(node.parent.area_code)
    faults = coverage_faults(siblings, parent, parent_code=node.parent.area_code if node.parent else "")
    return Preview(geometry, area_m2(geometry), faults)


@transaction.atomic
def set_boundary(
    node: Node,
    geometry: Any,
    *,
    valid_from: date,
    source: str,
    strict: bool = True,
    rebind: bool = True,
    by: User,
    now: datetime,
) -> Boundary:
    """Give a node a new outline from a day on; the old one stays on record until the day before.

    `strict` refuses an overlap with a neighbour (不重复、不交叉); gaps are allowed while a tree is being drawn and are
    shown by the check. Rows in the area follow at once (`hooks.rebinders`).
    """
    lock_tree(node.bureau_code)
    if faults := shape_faults(node.area_code, geometry):
        raise BadGeometry(faults[0].text)
    if strict:
        overlaps = [
            fault
            for fault in preview_boundary(node, geometry, on=valid_from).faults
            if fault.kind == FaultKind.OVERLAP and node.area_code in fault.codes
        ]
        if overlaps:
            raise OverlapsNeighbour(overlaps[0].text)
    current = node.boundaries.filter(valid__contains=valid_from).first()
    if later := node.boundaries.filter(valid__startswith__gt=valid_from).first():
        raise Refused(f"{node} 在 {later.valid.lower} 已有新的边界，生效日期应晚于该日。")
    if current and current.valid.lower == valid_from:
        # Drawn twice on one day: the earlier drawing never held for a whole day.
        current.delete()
    elif current:
        current.valid = DateRange(current.valid.lower, valid_from, "[)")
        current.save(update_fields=["valid"])
    made = Boundary.objects.create(
        node=node,
        bureau_code=node.bureau_code,
        area_code=node.area_code,
        geometry_wkb=shapely.to_wkb(geometry),
        area_m2=area_m2(geometry),
        valid=DateRange(valid_from, None, "[)"),
        source=source[:120],
    )
    queries.forget_partitions()
    moved = sum(rebinder(node.bureau_code, None, valid_from) for rebinder in hooks.rebinders) if rebind else 0
    audit.record(
        by=by,
        verb=Verb.BOUNDARY_SET,
        on=node,
        at=now,
        bureau_code=node.bureau_code,
        area_code=node.area_code,
        detail={"from": str(valid_from), "area_m2": round(made.area_m2), "source": source[:120], "moved": moved},
    )
    return made
