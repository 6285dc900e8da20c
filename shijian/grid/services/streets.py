"""Grids of other departments mapped to ours, so that an event raised in one reaches the other (G-15)."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.db import transaction
from shapely.geometry import shape

from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core.errors import InvalidInput, Refused

from .. import queries
from ..choices import Verb
from ..models import Node, StreetGrid
from ..rules.area import areas_m2
from ..rules.coverage import polygonal, shape_faults
from ..rules.datum import Datum, geometry_to_wgs84
from .area_files import CODE_NAMES, NAME_NAMES, read_features, text_of
from .areas import Result


class BadStreetGrid(Refused):
    code = "grid.bad_street_grid"


@transaction.atomic
def import_street_grids(
    path: Path, *, bureau_code: str, system: str, datum: Datum = Datum.WGS84, on: date, by: User, now: datetime
) -> Result:
    """Read another department's grids and give each the market grid that holds most of it; the same file again
    changes nothing. Good features are kept, each bad one is reported."""
    grids = queries.shapes(bureau_code, on=on)
    if not grids:
        raise InvalidInput("本局还没有划定边界的网格", field="网格", remedy="请先导入本局网格。")
    nodes = dict(Node.objects.filter(bureau_code=bureau_code, area_code__in=grids).values_list("area_code", "pk"))
    codes = sorted(grids)
    shapes = np.array([grids[code] for code in codes], dtype=object)
    tree = shapely.STRtree(shapes)
    known = {row.outer_code: row for row in StreetGrid.objects.filter(bureau_code=bureau_code, system=system)}
    seen: dict[str, int] = {}
    result = Result()
    for number, feature in enumerate(read_features(path), 1):
        result.read += 1
        code, name = text_of(feature, CODE_NAMES)[:40], text_of(feature, NAME_NAMES)[:80]
        try:
            if not code:
                raise BadStreetGrid("没有编码。请填写该部门的网格编码。")
            if code in seen:
                raise BadStreetGrid(f"编码 {code} 与第 {seen[code]} 个图形相同。")
            geometry = _geometry(feature, code, datum)
        except Refused as refusal:
            result.faults.append((number, getattr(refusal, "field", "") or "边界", code or name, refusal.message))
            continue
        seen[code] = number
        best, share = _most_of(geometry, codes, shapes, tree)
        row = known.get(code)
        fresh: dict[str, Any] = {
            "outer_name": name, "node_id": nodes.get(best), "area_code": best, "share": round(share, 4),
            "geometry_wkb": shapely.to_wkb(geometry),
        }  # fmt: skip
        if row is None:
            StreetGrid.objects.create(bureau_code=bureau_code, system=system, outer_code=code, **fresh)
            result.created += 1
        elif all(_plain(getattr(row, name)) == value for name, value in fresh.items()):
            result.unchanged += 1
        else:
            for name, value in fresh.items():
                setattr(row, name, value)
            row.save(update_fields=["outer_name", "node", "area_code", "share", "geometry_wkb"])
            result.updated += 1
    audit.record(
        by=by, verb=Verb.STREETS_IMPORTED, on=("grid.streetgrid", system, f"{system}网格"), at=now, bureau_code=bureau_code,
        detail={"file": path.name[-80:], "read": result.read, "created": result.created, "updated": result.updated,
                "rejected": len(result.faults)},
    )  # fmt: skip
    return result


def _geometry(feature: dict[str, Any], code: str, datum: Datum) -> Any:
    try:
        drawn = shapely.force_2d(shape(feature["geometry"]))
    except Exception as error:  # whatever a stranger's file holds
        raise InvalidInput("没有可识别的边界图形", field="geometry", remedy="请检查该要素的坐标。") from error
    if faults := shape_faults(code, drawn):
        raise BadStreetGrid(faults[0].text)
    return geometry_to_wgs84(drawn, datum)


def _most_of(geometry: Any, codes: list[str], shapes: Any, tree: shapely.STRtree) -> tuple[str, float]:
    near = tree.query(geometry, predicate="intersects")
    if not len(near):
        return "", 0.0
    common = [polygonal(each) for each in shapely.intersection(shapes[near], geometry)]
    sizes = areas_m2(common)
    best = int(np.argmax(sizes))
    whole = float(areas_m2([geometry])[0])
    return (codes[int(near[best])], min(float(sizes[best]) / whole, 1.0)) if sizes[best] > 0 else ("", 0.0)


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value
