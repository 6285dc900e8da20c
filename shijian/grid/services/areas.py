"""Import of boundaries: a GeoJSON file of one level, with codes and names in its properties."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import shapely
from django.db import transaction
from shapely.geometry import shape

from shijian.accounts.models import Unit, User
from shijian.audit import services as audit
from shijian.core.errors import InvalidInput, Refused

from .. import hooks, queries
from ..choices import NodeStatus, Verb
from ..models import Level, Node
from ..rules.coverage import shape_faults
from ..rules.datum import NAMES, Datum, geometry_to_wgs84, suspect_datum
from . import boundaries, nodes

CODE_NAMES = ("code", "area_code", "grid_code", "编码", "网格编码", "代码")
NAME_NAMES = ("name", "名称", "网格名称")
PARENT_NAMES = ("parent", "parent_code", "上级", "上级编码")
MAX_BYTES = 200 * 2**20


@dataclass
class Result:
    """Counts of features, and the bad ones as (number, field, value, reason)."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    faults: list[tuple[int, str, str, str]] = field(default_factory=list)


def read_features(path: Path) -> list[dict[str, Any]]:
    """The features of a GeoJSON file in UTF-8 (with or without BOM) or GB 18030. Raises InvalidInput."""
    if path.stat().st_size > MAX_BYTES:
        raise InvalidInput(f"文件超过 {MAX_BYTES >> 20} MB", field=path.name, remedy="请按街道拆分后导入。")
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            data = json.loads(raw.decode(encoding))
        except (UnicodeDecodeError, ValueError, RecursionError):
            continue
        features = data.get("features") if isinstance(data, dict) else None
        if isinstance(features, list) and all(isinstance(each, dict) for each in features):
            return features
        break
    raise InvalidInput("不是 GeoJSON 要素集合", field=path.name, remedy="请导出为 FeatureCollection，编码用 UTF-8。")


def import_areas(
    path: Path,
    *,
    bureau_code: str,
    level_key: str,
    datum: Datum = Datum.WGS84,
    valid_from: date,
    strict: bool = False,
    source: str = "",
    by: User,
    now: datetime,
) -> Result:
    """Bring a level's nodes and outlines in: good features are kept, each bad one is reported with its number.

    A feature with a known code updates its outline, one without a code gets the next number below its parent (the
    property `parent`, or the node whose outline holds it). The same file again changes nothing.
    """
    level = Level.objects.filter(bureau_code=bureau_code, key=level_key).first()
    if level is None:
        known = "、".join(Level.objects.filter(bureau_code=bureau_code).values_list("key", flat=True))
        raise InvalidInput(f"没有层级“{level_key}”", field="--level", remedy=f"可用的层级：{known or '请先设置层级'}。")
    result = Result()
    features = read_features(path)
    above = queries.shapes(bureau_code, on=valid_from, depth=level.depth - 1) if level.depth else {}
    with transaction.atomic():
        nodes.lock_tree(bureau_code)
        nodes_known = {
            node.area_code: node for node in Node.objects.filter(bureau_code=bureau_code).select_related("level")
        }
        named = {(node.parent_id, node.name): node for node in nodes_known.values() if node.level_id == level.pk}
        for number, feature in enumerate(features, 1):
            result.read += 1
            try:
                with transaction.atomic():
                    kind = _take(feature, level, datum, nodes_known, named, above, valid_from, strict, source, by, now)
                setattr(result, kind, getattr(result, kind) + 1)
            except Refused as refusal:
                column = getattr(refusal, "field", "") or "边界"
                code = str(_property(feature, CODE_NAMES) or _property(feature, NAME_NAMES) or "")
                result.faults.append((number, column, code, refusal.message))
        if result.created or result.updated:
            queries.forget_partitions()
            for rebinder in hooks.rebinders:
                rebinder(bureau_code, None, valid_from)
        audit.record(
            by=by,
            verb=Verb.IMPORTED,
            on=("grid.level", str(level.pk), level.name),
            at=now,
            bureau_code=bureau_code,
            detail={"file": path.name[-80:], "read": result.read, "created": result.created, "updated": result.updated,
                    "rejected": len(result.faults)},
        )  # fmt: skip
    return result


def _take(
    feature: dict[str, Any],
    level: Level,
    datum: Datum,
    known: dict[str, Node],
    named: dict[tuple[Any, str], Node],
    above: dict[str, Any],
    valid_from: date,
    strict: bool,
    source: str,
    by: User,
    now: datetime,
) -> str:
    try:
        geometry = geometry_to_wgs84(shape(feature["geometry"]), datum)
    except Exception as error:
        raise InvalidInput("没有可识别的边界图形", field="geometry", remedy="请检查该要素的坐标。") from error
    code, name = str(_property(feature, CODE_NAMES) or ""), str(_property(feature, NAME_NAMES) or "")
    if faults := shape_faults(code or name, geometry):
        raise boundaries.BadGeometry(faults[0].text)
    node = known.get(code) if code else None
    if node is None:
        parent = _parent(feature, level, geometry, code, known, above, datum)
        if not code:
            node = named.get((parent and parent.pk, name))
    if node is None:
        unit = Unit.objects.filter(bureau_code=level.bureau_code, area_code=code).first() if code else None
        node = nodes.propose_node(
            bureau_code=level.bureau_code,
            parent=parent,
            name=name or code,
            code=code or None,
            unit=unit,
            in_sequence=False,
            by=by,
            now=now,
        )
        node = nodes.approve_node(node, note="随边界导入", by=by, now=now)
        known[node.area_code] = named[node.parent_id, node.name] = node
        kind = "created"
    elif node.level_id != level.pk or node.status != NodeStatus.APPROVED:
        raise nodes.CodeRefused(f"编码 {code} 属于{node.level.name}（{node.get_status_display()}），与导入的层级不符。")
    else:
        current = node.boundaries.filter(valid__contains=valid_from).first()
        if current and shapely.equals_exact(current.geometry, geometry, tolerance=1e-9):
            return "unchanged"
        kind = "updated"
    boundaries.set_boundary(
        node, geometry, valid_from=valid_from, source=source, strict=strict, rebind=False, by=by, now=now
    )
    return kind


def _parent(
    feature: dict[str, Any],
    level: Level,
    geometry: Any,
    code: str,
    known: dict[str, Node],
    above: dict[str, Any],
    datum: Datum,
) -> Node | None:
    if level.depth == 0:
        return None
    told = str(_property(feature, PARENT_NAMES) or "")
    parent_code = told if told in known else queries.scheme(level.bureau_code).parent_of(code) if code else None
    if parent_code is None or parent_code not in known:
        point = geometry.representative_point()
        parent_code = next((each for each, outline in above.items() if outline.intersects(point)), None)
    if parent_code is None:
        raise InvalidInput("找不到上级网格", field="上级", remedy=_hint(geometry, above, datum))
    return known[parent_code]


def _hint(geometry: Any, above: dict[str, Any], datum: Datum) -> str:
    if not above:
        return "请先导入上一级的边界。"
    likely = suspect_datum(geometry, shapely.union_all(list(above.values())), datum)
    if likely:
        return f"坐标很像 {NAMES[likely]}，请用 --datum {likely.value} 重新导入。"
    return "该图形落在上一级全部边界之外，请核对坐标和坐标系。"


def _property(feature: dict[str, Any], names: tuple[str, ...]) -> Any:
    properties = feature.get("properties") or {}
    return next((properties[name] for name in names if properties.get(name) not in (None, "")), None)
