"""Import of boundaries: a GeoJSON file of one level, with codes and names in its properties."""

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
from ..rules.coverage import polygonal, shape_faults
from ..rules.datum import NAMES, Datum, geometry_to_wgs84, suspect_datum
from . import boundaries, nodes
from .area_files import CODE_NAMES, NAME_NAMES, PARENT_NAMES, read_features, text_of


class WrongDatum(Refused):
    code = "grid.wrong_datum"


@dataclass
class Result:
    """Counts of features, and the bad ones as (number, field, value, reason)."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    faults: list[tuple[int, str, str, str]] = field(default_factory=list)


def import_areas(
    path: Path,
    *,
    bureau_code: str,
    level_key: str,
    datum: Datum = Datum.WGS84,
    valid_from: date,
    strict: bool = False,
    renumber: bool = False,
    trust_datum: bool = False,
    source: str = "",
    by: User,
    now: datetime,
) -> Result:
    """Bring a level's nodes and outlines in: good features are kept, each bad one is reported with its number.

    A feature with a known code updates its outline, one without a code gets the next number below its parent (the
    property `parent`, or the node whose outline holds it); `renumber` treats every code in the file as a stranger's
    and numbers by our own rule. The same file again changes nothing. A file whose outlines fit the level above far
    better in another datum is refused whole, unless `trust_datum`. Raises WrongDatum, InvalidInput.
    """
    level = Level.objects.filter(bureau_code=bureau_code, key=level_key).first()
    if level is None:
        known = "、".join(Level.objects.filter(bureau_code=bureau_code).values_list("key", flat=True))
        raise InvalidInput(f"没有层级“{level_key}”", field="--level", remedy=f"可用的层级：{known or '请先设置层级'}。")
    features = read_features(path)
    with transaction.atomic():
        nodes.lock_tree(bureau_code)
        run = _Run(level, datum, valid_from, strict, renumber, source, by, now)
        if not trust_datum:
            run.refuse_wrong_datum(features)
        for number, feature in enumerate(features, 1):
            run.read(number, feature)
        result = run.result
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


class _Run:
    """One file being read: what is known of the tree, and what came of each feature."""

    def __init__(
        self,
        level: Level,
        datum: Datum,
        valid_from: date,
        strict: bool,
        renumber: bool,
        source: str,
        by: User,
        now: datetime,
    ) -> None:
        self.level, self.datum, self.valid_from, self.strict = level, datum, valid_from, strict
        self.renumber, self.source, self.by, self.now = renumber, source, by, now
        bureau = level.bureau_code
        self.scheme = queries.scheme(bureau)
        self.above = queries.shapes(bureau, on=valid_from, depth=level.depth - 1) if level.depth else {}
        self.here = queries.shapes(bureau, on=valid_from, depth=level.depth)
        self.known = {node.area_code: node for node in Node.objects.filter(bureau_code=bureau).select_related("level")}
        self.named: dict[tuple[Any, str], list[Node]] = {}
        for node in self.known.values():
            if node.level_id == level.pk:
                self.named.setdefault((node.parent_id, node.name), []).append(node)
        self.taken: dict[str, int] = {}  # code -> the feature of this file that has it
        self.result = Result()

    def refuse_wrong_datum(self, features: list[dict[str, Any]]) -> None:
        """The whole file against the outlines it should fill. One shifted grid hides in its neighbours, all do not."""
        reference = [*self.above.values()] or [*self.here.values()]
        if not reference:
            return
        drawn = [each for each in map(_readable, features) if each is not None and not shape_faults("", each)]
        if not drawn:
            return
        outline = shapely.union_all(reference)
        likely = suspect_datum(polygonal(shapely.union_all(drawn)), outline, self.datum)
        if likely:
            raise WrongDatum(
                f"坐标系不对：按{NAMES[self.datum]}读入时多处超出上级边界，按 {NAMES[likely]} 读入则吻合。"
                f"请用 --datum {likely.value} 重新导入；确认无误可加 --trust-datum。"
            )

    def read(self, number: int, feature: dict[str, Any]) -> None:
        self.result.read += 1
        code, name = text_of(feature, CODE_NAMES), text_of(feature, NAME_NAMES)
        try:
            with transaction.atomic():
                kind = self._take(number, feature, "" if self.renumber else code, name)
            setattr(self.result, kind, getattr(self.result, kind) + 1)
        except Refused as refusal:
            column = getattr(refusal, "field", "") or "边界"
            self.result.faults.append((number, column, code or name, refusal.message))

    def _take(self, number: int, feature: dict[str, Any], code: str, name: str) -> str:
        geometry = self._geometry(feature, code or name)
        if not code and not name:
            raise InvalidInput("没有编码，也没有名称", field="编码", remedy="请至少填写名称，编码可由系统依序编排。")
        if code in self.taken:
            raise nodes.CodeRefused(f"编码 {code} 在文件中重复，与第 {self.taken[code]} 个图形相同。请核对后只留一个。")
        node = self.known.get(code) if code else None
        parent = None
        if node is None:
            parent = self._parent(feature, geometry, code)
            if not code:
                node = self._same(parent, name, geometry)
        if node is None:
            node, kind = self._propose(code, name, parent), "created"
        elif node.level_id != self.level.pk or node.status != NodeStatus.APPROVED:
            raise nodes.CodeRefused(
                f"编码 {node.area_code} 属于{node.level.name}（{node.get_status_display()}），与导入的层级不符。"
            )
        elif (current := self.here.get(node.area_code)) is not None and _same_shape(current, geometry):
            self.taken[node.area_code] = number
            return "unchanged"
        else:
            kind = "updated"
        boundaries.set_boundary(
            node, geometry, valid_from=self.valid_from, source=self.source, strict=self.strict, rebind=False,
            by=self.by, now=self.now,
        )  # fmt: skip
        # Only now: what is refused leaves nothing behind.
        self.taken[node.area_code] = number
        if kind == "created":
            self.known[node.area_code] = node
            self.named.setdefault((node.parent_id, node.name), []).append(node)
        return kind

    def _geometry(self, feature: dict[str, Any], label: str) -> Any:
        geometry = _readable(feature)
        if geometry is None:
            raise InvalidInput("没有可识别的边界图形", field="geometry", remedy="请检查该要素的坐标。")
        if faults := shape_faults(label, geometry):
            raise boundaries.BadGeometry(faults[0].text)
        return geometry_to_wgs84(geometry, self.datum)

    def _propose(self, code: str, name: str, parent: Node | None) -> Node:
        bureau = self.level.bureau_code
        unit = Unit.objects.filter(bureau_code=bureau, area_code=code).first() if code else None
        if not code and self.level.depth == 0 and self.level.digits:
            raise InvalidInput("最上一级没有编码", field="编码", remedy="请填写上级规定的片区编码。")
        node = nodes.propose_node(
            bureau_code=bureau, parent=parent, name=name or code, code=code or None, unit=unit, in_sequence=False,
            by=self.by, now=self.now,
        )  # fmt: skip
        return nodes.approve_node(node, note="随边界导入", by=self.by, now=self.now)

    def _same(self, parent: Node | None, name: str, geometry: Any) -> Node | None:
        """The node a feature without a code means: of its name, not yet taken by this file, and lying where it lies."""
        rows = [
            node
            for node in self.named.get((parent and parent.pk, name), [])
            if node.area_code not in self.taken and node.status == NodeStatus.APPROVED
        ]
        if len(rows) < 2 and not any(
            node.area_code in self.taken for node in self.named.get((parent and parent.pk, name), [])
        ):
            return rows[0] if rows else None
        shared = {
            node.area_code: shapely.intersection(self.here[node.area_code], geometry).area
            for node in rows
            if node.area_code in self.here
        }
        best = max(rows, key=lambda node: shared.get(node.area_code, 0.0), default=None)
        return best if best and shared.get(best.area_code, 0.0) > geometry.area / 2 else None

    def _parent(self, feature: dict[str, Any], geometry: Any, code: str) -> Node | None:
        if self.level.depth == 0:
            return None
        told = self.known.get(text_of(feature, PARENT_NAMES))
        if told and told.level.depth == self.level.depth - 1:
            return told
        if code:
            return self._parent_by_code(code)
        point = geometry.representative_point()
        found = next((each for each, outline in self.above.items() if outline.intersects(point)), None)
        if found is None:
            raise InvalidInput("找不到上级网格", field="上级", remedy=self._hint(geometry))
        return self.known[found]

    def _parent_by_code(self, code: str) -> Node:
        parent_code = self.scheme.parent_of(code)
        if self.scheme.depth_of(code) != self.level.depth or parent_code is None:
            width = self.scheme.length(self.level.depth)
            raise nodes.CodeRefused(
                f"编码“{code}”不是本局的{self.level.name}编码，应为 {width} 位数字。外单位的编码请加 --renumber 重新编排。"
            )
        if parent_code not in self.known:
            raise nodes.CodeRefused(f"编码 {code} 的上级 {parent_code} 不存在，请先导入或审定上级编码。")
        return self.known[parent_code]

    def _hint(self, geometry: Any) -> str:
        if not self.above:
            return "请先导入上一级的边界。"
        likely = suspect_datum(geometry, shapely.union_all(list(self.above.values())), Datum.WGS84)
        if likely:
            return f"坐标很像 {NAMES[likely]}，请用 --datum {likely.value} 重新导入。"
        return "该图形落在上一级全部边界之外，请核对坐标和坐标系。"


def _readable(feature: dict[str, Any]) -> Any:
    """The plane geometry of a feature, heights dropped, or None."""
    try:
        return shapely.force_2d(shape(feature["geometry"]))
    except Exception:  # whatever a stranger's file holds
        return None


def _same_shape(one: Any, other: Any) -> bool:
    return bool(shapely.equals_exact(one, other, tolerance=1e-9))
