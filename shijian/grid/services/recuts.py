"""A boundary change from proposal to force: steps on the map, the word of every side, the grid office, the re-cut."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np
import shapely
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse
from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.accounts.queries import holders
from shijian.audit import services as audit
from shijian.core.errors import InvalidInput, Refused
from shijian.notices import services as notices

from .. import hooks, queries
from ..choices import Duty, NodeStatus, RecutStatus, Verb, Verdict
from ..models import Boundary, Consent, Node, Recut, Staffing
from ..permissions import GRID_APPROVE
from ..rules.area import area_m2
from ..rules.assignment import Partition
from ..rules.editing import CannotEdit, Outcome, Sheet
from . import boundaries, nodes
from .staffing import dismiss

FOLLOWING = {"entities"}  # rows that move to the new grid by themselves (`hooks.rebinders`) and are counted one by one
WITH_HANDLER = {"events"}  # these move as well, and whoever handles them goes on


class BadSteps(Refused):
    code = "grid.bad_steps"
    article = "灞桥区市场监管网格化管理实施方案 四(一)：不重复、不交叉、不遗漏"


class NothingChanged(Refused):
    code = "grid.nothing_changed"


class BoundaryMoved(Refused):
    code = "grid.boundary_moved"


class NotYourSide(Refused):
    code = "grid.not_your_side"


class RecutClosed(Refused):
    code = "grid.recut_closed"


class NotAgreed(Refused):
    code = "grid.not_agreed"


@dataclass(frozen=True, slots=True)
class Plan:
    """What the steps would bring, worked out from the outlines in force."""

    outcome: Outcome
    base: dict[str, int]  # code -> boundary now in force
    sides: list[Node]
    areas: list[dict[str, Any]]  # code, name, before_m2, after_m2, what
    moves: list[dict[str, Any]]  # label, from, to, count
    people: list[dict[str, str]]  # code, names, what
    partition: Partition = field(repr=False)

    @property
    def summary(self) -> dict[str, Any]:
        return {"areas": self.areas, "moves": self.moves, "people": self.people}


@dataclass(frozen=True, slots=True)
class Outlines:
    """The sheet of one unit: its grids, those that touch it, and everything above them."""

    areas: dict[str, Any]
    leaves: list[str]
    fixed: Any
    base: dict[str, int]
    names: dict[str, str]


def outlines_of(unit: Node, *, on: date) -> Outlines:
    """What may be edited together with a unit's grids: the neighbours' grids too, for a shared side has two owners."""
    bureau, lowest = unit.bureau_code, queries.lowest_depth(unit.bureau_code)
    rows = Boundary.objects.filter(
        bureau_code=bureau, valid__contains=on, node__status=NodeStatus.APPROVED
    ).values_list("area_code", "pk", "geometry_wkb", "node__level__depth", "node__name")
    known = {code: (pk, shapely.from_wkb(bytes(wkb)), depth, name) for code, pk, wkb, depth, name in rows}
    inside = {code for code, row in known.items() if row[2] == lowest and code.startswith(unit.area_code)}
    if not inside:
        raise BadSteps(f"{unit} 之下还没有划定边界的网格，请先划定边界。")
    around = shapely.box(*shapely.total_bounds([known[code][1] for code in inside])).buffer(1e-6)
    region = shapely.union_all([known[code][1] for code in inside])
    shapely.prepare(region)
    leaves = {
        code
        for code, row in known.items()
        if row[2] == lowest
        and (code in inside or (row[1].intersects(around) and shapely.dwithin(row[1], region, 1e-7)))
    }
    above = {code for code, row in known.items() if row[2] < lowest and any(leaf.startswith(code) for leaf in leaves)}
    fixed = next((row[1] for row in known.values() if row[2] == 0), None)
    codes = leaves | above
    return Outlines(
        {code: known[code][1] for code in codes}, sorted(leaves), fixed,
        {code: known[code][0] for code in codes}, {code: known[code][3] for code in codes},
    )  # fmt: skip


def redraw(unit: Node, steps: Sequence[Mapping[str, Any]], *, on: date) -> tuple[Outlines, Sheet, Outcome]:
    """Do the steps on the outlines in force; nothing is written. Raises BadSteps."""
    given = outlines_of(unit, on=on)
    sheet = Sheet(given.areas, given.leaves, fixed=given.fixed)
    try:
        return given, sheet, sheet.apply(_steps(steps))
    except CannotEdit as refusal:
        raise BadSteps(str(refusal)) from refusal


def plan_recut(unit: Node, steps: Sequence[Mapping[str, Any]], *, on: date) -> Plan:
    """What follows from the steps, worked out on the outlines in force. Raises BadSteps, NothingChanged."""
    given, _, outcome = redraw(unit, steps, on=on)
    return plan_of(unit, given, outcome, on=on)


def plan_of(unit: Node, sheet: Outlines, outcome: Outcome, *, on: date) -> Plan:
    """Whom an outcome touches: areas, rows, people, and the sides to be asked. Raises NothingChanged."""
    if not (outcome.changed or outcome.ended or outcome.made):
        raise NothingChanged("边界没有变化。")
    touched = {*outcome.changed, *outcome.ended}
    sources = {source for source, _, _ in outcome.made.values()}
    leaves = (touched | sources) & set(sheet.leaves)
    depth = queries.lowest_depth(unit.bureau_code)
    bureau_nodes = {
        node.area_code: node
        for node in Node.objects.filter(bureau_code=unit.bureau_code, status=NodeStatus.APPROVED).select_related(
            "level"
        )
    }
    unit_codes = {node.parent_id for code, node in bureau_nodes.items() if code in leaves and node.level.depth == depth}
    sides = sorted((node for node in bureau_nodes.values() if node.pk in unit_codes), key=lambda node: node.area_code)
    after = {code: outcome.changed.get(code, sheet.areas[code]) for code in sheet.leaves if code not in outcome.ended}
    after |= {mark: shape for mark, (_, _, shape) in outcome.made.items()}
    partition = Partition(after)
    return Plan(
        outcome,
        {code: sheet.base[code] for code in sorted(touched | sources)},
        sides,
        _areas(outcome, sheet, bureau_nodes),
        _moves(unit.bureau_code, sorted(leaves), partition),
        _people(unit.bureau_code, outcome, on),
        partition,
    )


@transaction.atomic
def propose_recut(
    unit: Node, steps: Sequence[Mapping[str, Any]], *, title: str, reason: str, by: User, now: datetime
) -> Recut:
    """Put a change forward; the side whose head proposes it has agreed by that. Raises BadSteps, NothingChanged."""
    nodes.lock_tree(unit.bureau_code)
    today = localdate(now)
    plan = plan_recut(unit, steps, on=today)
    made = Recut.objects.create(
        bureau_code=unit.bureau_code,
        area_code=_common(plan.sides),
        unit_code=unit.area_code,
        title=title,
        reason=reason,
        steps=_steps(steps),
        base=plan.base,
        summary=plan.summary,
        proposed_by=by,
        proposed_at=now,
    )
    for side in plan.sides:
        mine = queries.chief_of(side.bureau_code, side.area_code, on=today) == by
        Consent.objects.create(
            recut=made, node=side, person=by if mine else None, verdict=Verdict.AGREED if mine else "",
            at=now if mine else None, note="提出人" if mine else "",
        )  # fmt: skip
    _record(Verb.RECUT_PROPOSED, made, by, now, {"title": title, "sides": [side.area_code for side in plan.sides]})
    heads = [queries.chief_of(side.bureau_code, side.area_code, on=today) for side in plan.sides]
    _tell(made, [head for head in heads if head and head != by], "请对边界调整表示意见", now)
    _settle(made, by, now)
    return made


@transaction.atomic
def say(recut: Recut, *, verdict: str, note: str = "", by: User, now: datetime) -> Consent:
    """The head of a side agrees or objects. Raises NotYourSide, RecutClosed."""
    recut = _open(recut)
    side = next(
        (
            each
            for each in recut.consents.select_related("node")
            if queries.chief_of(recut.bureau_code, each.node.area_code, on=localdate(now)) == by
        ),
        None,
    )
    if side is None:
        raise NotYourSide("只有调整涉及的各单元负责人可以表示意见。")
    if verdict == Verdict.OBJECTED and not note:
        raise InvalidInput("不同意须写明理由", field="说明", remedy="请写明理由，便于提出人修改。")
    side.person, side.verdict, side.note, side.at = by, verdict, note[:200], now
    side.save(update_fields=["person", "verdict", "note", "at"])
    _record(Verb.RECUT_SAID, recut, by, now, {"side": side.node.area_code, "verdict": verdict, "note": note[:200]})
    if verdict == Verdict.OBJECTED:
        _tell(recut, [recut.proposed_by], f"{side.node} 不同意边界调整：{note}", now)
    _settle(recut, by, now)
    return side


@transaction.atomic
def approve_recut(recut: Recut, *, note: str = "", by: User, now: datetime) -> int:
    """The grid office puts the change in force from today; returns how many rows moved to another grid.

    The outlines are worked out anew from the steps; one that changed since the proposal stops it (BoundaryMoved).
    Every side must have agreed (NotAgreed).
    """
    nodes.lock_tree(recut.bureau_code)
    recut = _open(recut)
    if recut.status != RecutStatus.AGREED:
        raise NotAgreed("还有一方没有同意，不能审定。")
    today = localdate(now)
    unit = Node.objects.get(bureau_code=recut.bureau_code, area_code=recut.unit_code)
    plan = plan_recut(unit, recut.steps, on=today)
    if plan.base != recut.base:
        raise BoundaryMoved("提出之后边界又有变动，请撤回后按现在的边界重新提出。")
    source = f"边界调整：{recut.title}"
    changed, outcome = set(plan.outcome.changed), plan.outcome
    rows = {node.area_code: node for node in Node.objects.filter(bureau_code=recut.bureau_code).select_related("level")}
    for code, heir in outcome.ended.items():
        _end(rows[code], heir, today, by, now)
        changed.add(code)
    for _, (origin, name, shape) in sorted(outcome.made.items()):
        parent = next(node for node in rows.values() if node.pk == rows[origin].parent_id)
        fresh = nodes.propose_node(
            bureau_code=recut.bureau_code, parent=parent, name=name or f"{rows[origin].name}（分）", by=by, now=now
        )
        fresh = nodes.approve_node(fresh, note=source, by=by, now=now)
        boundaries.set_boundary(
            fresh, shape, valid_from=today, source=source, strict=False, rebind=False, by=by, now=now
        )
        changed.add(fresh.area_code)
    for code, shape in outcome.changed.items():
        boundaries.set_boundary(
            rows[code], shape, valid_from=today, source=source, strict=False, rebind=False, by=by, now=now
        )
    moved = sum(rebinder(recut.bureau_code, sorted(changed), today) for rebinder in hooks.rebinders)
    _decide(recut, RecutStatus.APPROVED, Verb.RECUT_APPROVED, note, by, now, {"codes": sorted(changed), "moved": moved})
    return moved


@transaction.atomic
def refuse_recut(recut: Recut, *, note: str, by: User, now: datetime) -> None:
    """The grid office does not approve."""
    _decide(_open(recut), RecutStatus.REFUSED, Verb.RECUT_REFUSED, note, by, now, {})


@transaction.atomic
def withdraw_recut(recut: Recut, *, by: User, now: datetime) -> None:
    """The proposer takes it back."""
    recut = _open(recut)
    if recut.proposed_by_id != by.pk:
        raise NotYourSide("只有提出人可以撤回。")
    _decide(recut, RecutStatus.WITHDRAWN, Verb.RECUT_WITHDRAWN, "", by, now, {})


def _common(sides: Sequence[Node]) -> str:
    """The code of what holds all sides: their own when there is one, else what their codes begin with alike."""
    first, last = min(each.area_code for each in sides), max(each.area_code for each in sides)
    length = next(
        (at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last))
    )
    return first[:length]


def _steps(steps: Any) -> list[dict[str, Any]]:
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        raise BadSteps("操作记录无法识别，请刷新页面后重做。")
    return steps


def _open(recut: Recut) -> Recut:
    recut = Recut.objects.select_for_update(no_key=True, of=("self",)).select_related("proposed_by").get(pk=recut.pk)
    if not recut.is_open:
        raise RecutClosed(f"该边界调整{recut.get_status_display()}，不能再处理。")
    return recut


def _settle(recut: Recut, by: User, now: datetime) -> None:
    """All sides agreed: it goes to the grid office; one took its word back: it waits again."""
    agreed = not recut.consents.exclude(verdict=Verdict.AGREED).exists()
    status = RecutStatus.AGREED if agreed else RecutStatus.PROPOSED
    if recut.status != status:
        recut.status = status
        recut.save(update_fields=["status"])
        if agreed:
            office = holders(GRID_APPROVE, bureau_code=recut.bureau_code, on=localdate(now))
            _tell(recut, list(office), "边界调整各方已同意，请审定", now)


def _decide(recut: Recut, status: str, verb: str, note: str, by: User, now: datetime, detail: dict[str, Any]) -> None:
    recut.status, recut.decided_by, recut.decided_at, recut.decision_note = status, by, now, note[:200]
    recut.save(update_fields=["status", "decided_by", "decided_at", "decision_note"])
    _record(verb, recut, by, now, {"note": note[:200], **detail})
    heads = [each.person for each in recut.consents.select_related("person") if each.person]
    people = {person.pk: person for person in [recut.proposed_by, *heads] if person != by}
    _tell(recut, [*people.values()], f"边界调整{recut.get_status_display()}", now)


def _end(node: Node, heir: str, today: date, by: User, now: datetime) -> None:
    """A merged node: its outline ends, its people are released, its code is never used again."""
    for post in Staffing.objects.filter(node=node, valid__contains=today):
        dismiss(post, on=today, by=by, now=now)
    current = node.boundaries.filter(valid__contains=today).first()
    if current and current.valid.lower == today:
        current.delete()
    elif current:
        current.valid = DateRange(current.valid.lower, today, "[)")
        current.save(update_fields=["valid"])
    nodes.retire_node(node, note=f"并入 {heir}", by=by, now=now)


def _areas(outcome: Outcome, sheet: Outlines, known: Mapping[str, Node]) -> list[dict[str, Any]]:
    rows = []
    for code in sorted({*outcome.changed, *outcome.ended}):
        after = 0.0 if code in outcome.ended else area_m2(outcome.changed[code])
        what = f"并入 {outcome.ended[code]}" if code in outcome.ended else "调整"
        rows.append(_area(code, known[code].name, area_m2(sheet.areas[code]), after, what))
    for mark, (origin, name, shape) in sorted(outcome.made.items()):
        title = name or f"{known[origin].name}（分）"
        rows.append(_area(f"新网格{mark[1:]}", title, 0.0, area_m2(shape), f"自 {origin} 分出，审定时编码"))
    return rows


def _area(code: str, name: str, before: float, after: float, what: str) -> dict[str, Any]:
    return {"code": code, "name": name, "before_m2": round(before), "after_m2": round(after), "what": what}


def _moves(bureau_code: str, codes: Sequence[str], partition: Partition) -> list[dict[str, Any]]:
    """How many rows would change their grid, by kind and by from and to."""
    rows = []
    for place in hooks.places:
        points, old = place.located(bureau_code, codes)
        if not len(points):
            continue
        new = partition.assign(points)
        at = np.flatnonzero((new != np.array(old, dtype=object)) & (new != ""))
        counted = Counter((old[index], str(new[index])) for index in at.tolist())
        rows += [
            {"label": place.label, "from": source, "to": to.replace("+", "新网格"), "count": count}
            for (source, to), count in sorted(counted.items())
        ]
    return rows


def _people(bureau_code: str, outcome: Outcome, on: date) -> list[dict[str, str]]:
    names: dict[str, list[str]] = {}
    for post in queries.staff_of(bureau_code, [*outcome.changed, *outcome.ended], on=on):
        title = post.node.level.chief_title if post.duty == Duty.CHIEF else post.get_duty_display()
        names.setdefault(post.area_code, []).append(f"{title}{post.person.name}")
    open_work = [
        {
            "code": code,
            "names": f"{counter.label} {number}",
            "what": f"改归 {heir}，经办人和期限不变" if counter.name in WITH_HANDLER else f"归 {heir} 之前请办结或移交",
        }
        for code, heir in sorted(outcome.ended.items())
        for counter in hooks.counters
        if counter.name not in FOLLOWING and (number := counter.count(bureau_code, code).get(code, 0))
    ]
    return open_work + [
        {
            "code": code,
            "names": "、".join(found),
            "what": "任职随网格撤销而结束" if code in outcome.ended else "责任区变化",
        }
        for code, found in sorted(names.items())
    ]


def _tell(recut: Recut, people: list[User], title: str, now: datetime) -> None:
    notices.notify(
        people, kind="grid.recut", title=title, body=f"{recut.title}：{recut.reason}"[:300],
        link=reverse("grid:recut", args=[recut.pk]), at=now, bureau_code=recut.bureau_code,
    )  # fmt: skip


def _record(verb: str, recut: Recut, by: User, now: datetime, detail: dict[str, Any]) -> None:
    audit.record(
        by=by, verb=verb, on=recut, at=now, bureau_code=recut.bureau_code, area_code=recut.area_code, detail=detail
    )
