"""Reads of the grid: the door, the partition that answers for points, who is responsible, and what is at fault."""

import time
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import shapely
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import CharField, DateField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, Left
from django.http import Http404
from django.urls import reverse
from django.utils.timezone import localdate
from numpy.typing import NDArray

from shijian.accounts.models import User
from shijian.core.burden import Setting
from shijian.core.permissions import Permission

from .choices import Duty, NodeStatus, RecutStatus, TaskState
from .hooks import coverage
from .models import (
    Boundary,
    Consent,
    GridTask,
    Level,
    Milestone,
    Node,
    Opinion,
    Recut,
    RoutineDuty,
    RoutineRecord,
    Staffing,
    StreetGrid,
)
from .permissions import GRID_APPROVE, GRID_DRAW, GRID_VIEW, WORK_VIEW
from .rules import staffing as staffing_rules
from .rules.area import area_m2
from .rules.assignment import Partition
from .rules.codes import Scheme
from .rules.coverage import Fault, coverage_faults
from .rules.cycles import period, period_name

CHECK_EVERY_SECONDS = 1.0  # how long a process trusts its partition before it asks whether boundaries changed


def node_for(user: User, code: str, *, may: Permission = GRID_VIEW) -> Node:
    """The door to a node: 404 outside the bureau, 403 inside but not allowed.

    Everybody of the bureau may look at its grid tree; acting needs the permission for that place.
    """
    nodes = Node.objects.select_related("level", "parent", "unit")
    node = nodes.filter(bureau_code=user.bureau_code, area_code=code).first()
    if node is None:
        raise Http404
    if not user.may(may, None if may is GRID_VIEW else node):
        raise PermissionDenied
    return node


_levels: dict[str, tuple[float, list[Level]]] = {}


def levels(bureau_code: str) -> list[Level]:
    """From the top down; set once before any node exists, so a process asks only now and then."""
    read_at, known = _levels.get(bureau_code, (float("-inf"), []))
    if not known or time.monotonic() - read_at > CHECK_EVERY_SECONDS:
        known = list(Level.objects.filter(bureau_code=bureau_code).order_by("depth"))
        _levels[bureau_code] = (time.monotonic(), known)
    return known


def scheme(bureau_code: str) -> Scheme:
    rows = levels(bureau_code)
    return Scheme(tuple(row.digits for row in rows), tuple(row.name for row in rows))


def shapes(bureau_code: str, *, on: date, depth: int | None = None, prefix: str = "") -> dict[str, Any]:
    """Outlines by code on a day: of one level (the lowest if None), below a prefix."""
    rows = Boundary.objects.filter(
        bureau_code=bureau_code,
        valid__contains=on,
        node__status=NodeStatus.APPROVED,
        area_code__startswith=prefix,
        node__level__depth=lowest_depth(bureau_code) if depth is None else depth,
    ).values_list("area_code", "geometry_wkb")
    return {code: shapely.from_wkb(bytes(wkb)) for code, wkb in rows}


def approved_codes(bureau_code: str) -> QuerySet[Node, str]:
    """The codes of all nodes there are today."""
    rows = Node.objects.filter(bureau_code=bureau_code, status=NodeStatus.APPROVED)
    return rows.values_list("area_code", flat=True)


def top_codes(bureau_code: str) -> QuerySet[Node, str]:
    """The codes of the topmost level, for use inside another query."""
    return Node.objects.filter(bureau_code=bureau_code, level__depth=0).values_list("area_code", flat=True)


def lowest_depth(bureau_code: str) -> int:
    return max((level.depth for level in levels(bureau_code)), default=0)


@dataclass
class _Known:
    version: str
    checked: float
    partition: Partition


_partitions: dict[tuple[str, date], _Known] = {}
VERSION = (
    "SELECT coalesce(max(id), 0) || '/' || count(*) FROM grid_boundary WHERE bureau_code = %s AND valid @> %s::date"
)


def partition(bureau_code: str, *, on: date) -> Partition:
    """The lowest-level grids of a bureau on a day, made ready once per process and boundary version."""
    known = _partitions.get((bureau_code, on))
    if known and time.monotonic() - known.checked < CHECK_EVERY_SECONDS:
        return known.partition
    with connection.cursor() as cursor:
        cursor.execute(VERSION, [bureau_code, on])
        version = str(cursor.fetchone()[0])
    if known and known.version == version:
        known.checked = time.monotonic()
        return known.partition
    made = Partition(shapes(bureau_code, on=on))
    if len(_partitions) > 8:
        _partitions.clear()
    _partitions[bureau_code, on] = _Known(version, time.monotonic(), made)
    return made


def forget_partitions() -> None:
    """After a boundary or the levels changed in this process."""
    _partitions.clear()
    _levels.clear()


def code_at(bureau_code: str, lon: float, lat: float, *, on: date) -> str:
    """The code of the grid a point lies in, "" outside all of them."""
    return partition(bureau_code, on=on).code_at(lon, lat)


def neighbours_of(bureau_code: str, code: str, *, on: date) -> list[str]:
    """The codes of the grids that touch this one; none for a grid without a boundary."""
    known = partition(bureau_code, on=on)
    if code not in known.codes:
        return []
    own = known.polygons[known.codes.index(code)]
    near = shapely.dwithin(known.polygons, own, 1e-5)  # a metre, in degrees
    return [each for each, is_near in zip(known.codes, near, strict=True) if is_near and each != code]


def assign(bureau_code: str, lonlat: NDArray[np.float64], *, on: date) -> NDArray[np.object_]:
    """Codes for n × 2 points (longitude, latitude in degrees, WGS 84)."""
    return partition(bureau_code, on=on).assign(lonlat)


@dataclass(frozen=True, slots=True)
class Responsible:
    """One link of the chain that answers for a place: the node and its chief on the day asked."""

    node: Node
    chief: User | None


def chain_of(bureau_code: str, code: str, *, on: date) -> list[Responsible]:
    """Who answers for an area code, from the grid up: one statement, and one more for nodes without a chief."""
    codes = scheme(bureau_code).chain(code) if code else []
    posts = Staffing.objects.filter(
        bureau_code=bureau_code, area_code__in=codes, duty=Duty.CHIEF, valid__contains=on
    ).select_related("person__unit", "node__level", "node__unit")
    found = [Responsible(post.node, post.person) for post in posts]
    if vacant := set(codes) - {link.node.area_code for link in found}:
        nodes = Node.objects.filter(bureau_code=bureau_code, area_code__in=vacant).select_related("level", "unit")
        found += [Responsible(node, None) for node in nodes]
    return sorted(found, key=lambda link: -len(link.node.area_code))


def responsible_for(bureau_code: str, lon: float, lat: float, *, on: date) -> list[Responsible]:
    """Who answered for a point on a day; empty when no grid held it."""
    code = code_at(bureau_code, lon, lat, on=on)
    return chain_of(bureau_code, code, on=on) if code else []


CHIEF = """
    SELECT person.id, person.name, person.employee_no, person.kind, person.is_active, person.bureau_code
    FROM grid_staffing post JOIN accounts_user person ON person.id = post.person_id
    WHERE post.bureau_code = %s AND post.area_code = %s AND post.duty = %s AND post.valid @> %s::date
"""


def chief_of(bureau_code: str, code: str, *, on: date) -> User | None:
    """Who answers for a node on a day; asked at every intake, so without building a query."""
    return next(iter(User.objects.raw(CHIEF, [bureau_code, code, Duty.CHIEF, on])), None)


def staff_of(bureau_code: str, codes: Iterable[str], *, on: date) -> list[Staffing]:
    """Everybody posted to these nodes on a day."""
    return list(
        Staffing.objects.filter(bureau_code=bureau_code, area_code__in=list(codes), valid__contains=on)
        .select_related("person__unit", "node__level")
        .order_by("area_code", "duty", "person__name")
    )


def faults_of(node: Node, posts: Iterable[Staffing], *, on: date) -> list[staffing_rules.StaffingFault]:
    """What is wrong with the staffing of one node, given its posts of the day."""
    rows = [
        staffing_rules.Post(
            each.area_code, str(each.person_id), each.duty, each.person.kind, each.valid.lower, each.valid.upper
        )
        for each in posts
    ]
    is_lowest = node.level.depth == lowest_depth(node.bureau_code)
    return staffing_rules.staffing_faults(
        {node.area_code: is_lowest}, rows, on, {node.area_code: node.level.chief_title}
    )


def staffing_faults(bureau_code: str, *, on: date, prefix: str = "") -> list[staffing_rules.StaffingFault]:
    lowest = lowest_depth(bureau_code)
    nodes = Node.objects.approved().filter(bureau_code=bureau_code, area_code__startswith=prefix)
    rows = list(nodes.values_list("area_code", "level__depth", "level__chief_title"))
    posts = [
        staffing_rules.Post(code, str(person), duty, kind, on)  # that it holds on the day is asked below, not read back
        for code, person, duty, kind in Staffing.objects.filter(
            bureau_code=bureau_code, area_code__startswith=prefix, valid__contains=on, duty__in=staffing_rules.COUNTED
        ).values_list("area_code", "person_id", "duty", "person__kind")
    ]
    lowest_codes = {code: depth == lowest for code, depth, _ in rows}
    return staffing_rules.staffing_faults(lowest_codes, posts, on, {code: title for code, _, title in rows})


@dataclass
class CheckResult:
    """What `grid check` found. Areas in m²."""

    geometry: list[Fault] = field(default_factory=list)
    staffing: list[staffing_rules.StaffingFault] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)  # approved nodes without an outline
    unbound: int = 0
    entities: int = 0

    @property
    def ok(self) -> bool:
        return not (self.geometry or self.staffing or self.missing or self.unbound)


def check(bureau_code: str, *, on: date, prefix: str = "") -> CheckResult:
    """Every fault below a prefix: 不重复、不交叉、不遗漏, the staffing, the entities without a grid."""
    result = CheckResult(staffing=staffing_faults(bureau_code, on=on, prefix=prefix))
    rows = levels(bureau_code)
    drawn: dict[int, dict[str, Any]] = {row.depth: shapes(bureau_code, on=on, depth=row.depth) for row in rows}
    for row in rows[1:]:
        children = drawn[row.depth]
        width = sum(level.digits for level in rows[: row.depth])
        for parent in sorted({code[:width] for code in children if code.startswith(prefix)}):
            below = {code: shape for code, shape in children.items() if code[:width] == parent}
            result.geometry += coverage_faults(below, drawn[row.depth - 1].get(parent), parent_code=parent)
    approved = Node.objects.approved().filter(bureau_code=bureau_code, area_code__startswith=prefix)
    with_outline = {code for codes in drawn.values() for code in codes}
    result.missing = [code for code in approved.values_list("area_code", flat=True) if code not in with_outline]
    for count in coverage:
        bound, all_of_them = count(bureau_code)
        result.unbound += all_of_them - bound
        result.entities += all_of_them
    return result


def recuts_for(user: User) -> QuerySet[Recut]:
    """Boundary changes a person may see: all of the bureau for those who approve, else those that touch his area."""
    rows = Recut.objects.filter(bureau_code=user.bureau_code)
    if user.may(GRID_APPROVE):
        return rows
    scope = user.scope(GRID_DRAW)
    mine = Node.objects.within(scope).values("pk")
    return rows.filter(pk__in=Consent.objects.filter(node__in=mine).values("recut"))


def tree(bureau_code: str, *, opened: str | None = None) -> list[Node]:
    """The nodes of a bureau by code; with `opened`, of the lowest level only those whose code begins with it."""
    nodes = Node.objects.filter(bureau_code=bureau_code).select_related("level").order_by("area_code")
    if opened is not None:
        below = Q(area_code__startswith=opened) if opened else Q(pk__in=[])
        nodes = nodes.filter(~Q(level__depth=lowest_depth(bureau_code)) | below)
    return list(nodes)


def sums_below(numbers: dict[str, int]) -> Counter[str]:
    """Numbers by grid code as sums for every code above them too."""
    sums: Counter[str] = Counter()
    for code, number in numbers.items():
        for length in range(1, len(code) + 1):
            sums[code[:length]] += number
    return sums


def people_by_code(bureau_code: str, *, on: date, codes: Collection[str] | None = None) -> dict[str, list[Staffing]]:
    """Who is posted where on a day, in the whole bureau or at some nodes only."""
    found: dict[str, list[Staffing]] = {}
    rows = Staffing.objects.filter(bureau_code=bureau_code, valid__contains=on).select_related("person")
    if codes is not None:
        rows = rows.filter(area_code__in=codes)
    for row in rows.order_by("area_code", "duty"):
        found.setdefault(row.area_code, []).append(row)
    return found


def own_codes(user: User, *, on: date) -> Sequence[str]:
    """The nodes a person is posted to on a day."""
    return list(user.staffing.filter(valid__contains=on).values_list("area_code", flat=True))


def title_of(post: Staffing) -> str:
    """What a person's duty at a node is called: the chief by the level's own title."""
    return post.node.level.chief_title if post.duty == Duty.CHIEF else str(post.get_duty_display())


def nodes_for(user: User, permission: Permission) -> QuerySet[Node]:
    """The approved nodes for which a person may act, his own first."""
    return Node.objects.approved().within(user.scope(permission)).select_related("level").order_by("area_code")


def work_for(user: User, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Rows of work a person sees: in his area, or of a level above it (a station's meeting is his grids' too)."""
    scope = user.scope(WORK_VIEW)
    above = {prefix[:length] for prefix in scope.prefixes for length in range(len(prefix))}
    return rows.filter(scope.area_q() | Q(bureau_code=user.bureau_code, area_code__in=above))


@dataclass(frozen=True, slots=True)
class Routine:
    """One duty in one grid: its present period and the record of it, if any."""

    duty: RoutineDuty
    node: Node
    first: date
    last: date
    record: RoutineRecord | None

    @property
    def name(self) -> str:
        return period_name(self.duty.every, self.first)

    def is_pressing(self, on: date) -> bool:
        return self.record is None and (self.last - on).days <= 3


def routine_of(bureau_code: str, nodes: Sequence[Node], *, on: date) -> list[Routine]:
    """Every duty of these grids in the present period: two statements."""
    duties = list(RoutineDuty.objects.filter(bureau_code=bureau_code, is_active=True))
    firsts = {duty.pk: period(duty.every, on) for duty in duties}
    done = {
        (record.duty_id, record.node_id): record
        for record in RoutineRecord.objects.filter(
            duty__in=duties, node__in=nodes, period_start__in={first for first, _ in firsts.values()}
        ).select_related("by")
        if record.period_start == firsts[record.duty_id][0]
    }
    return [Routine(duty, node, *firsts[duty.pk], done.get((duty.pk, node.pk))) for node in nodes for duty in duties]


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing of the grid's own work that waits for a person."""

    kind: str
    title: str
    why: str
    url: str
    due: date | None


def waiting_for(user: User, *, on: date) -> list[Waiting]:
    """Tasks, opinions, words on boundary changes and decisions that wait for a person: one statement."""
    parts = [
        _waiting(GridTask.objects.filter(assignee=user, state=TaskState.OPEN), "task", F("title"), F("due_on")),
        _waiting(Opinion.objects.filter(assignee=user, answer=""), "opinion", Left("text", 40), F("due_on")),
        _waiting(
            Recut.objects.filter(
                status=RecutStatus.PROPOSED, consents__verdict="", consents__node__staffing__person=user,
                consents__node__staffing__duty=Duty.CHIEF, consents__node__staffing__valid__contains=on,
            ),
            "consent", F("title"),
        ),
    ]  # fmt: skip
    if user.may(GRID_APPROVE):
        scope = user.scope(GRID_APPROVE)
        parts += [
            _waiting(Recut.objects.filter(scope.area_q(), status=RecutStatus.AGREED), "recut", F("title")),
            _waiting(
                Node.objects.within(scope).filter(status=NodeStatus.PROPOSED), "node",
                Concat("area_code", Value(" "), "name"), key=F("area_code"),
            ),
        ]  # fmt: skip
    found = parts[0].union(*parts[1:], all=True)
    rows = [
        Waiting(kind, title, WAITS[kind][0], reverse(WAITS[kind][1], args=[key]), due)
        for kind, title, key, due in found
    ]
    return sorted(rows, key=lambda row: (row.due or date.max, row.title))


WAITS = {
    "task": ("请办理并填写完成情况", "grid:task"),
    "opinion": ("请答复", "grid:opinion"),
    "consent": ("请对边界调整表示意见", "grid:recut"),
    "recut": ("边界调整各方已同意，请审定", "grid:recut"),
    "node": ("请审定编码", "grid:decision"),
}


def _waiting(rows: QuerySet[Any], kind: str, title: Any, due: Any = None, key: Any = None) -> QuerySet[Any, Any]:
    return rows.order_by().values_list(
        Value(kind),
        Cast(title, CharField()),
        Cast(key or F("pk"), CharField()),
        due or Value(None, DateField()),
    )[:20]


def street_place(bureau_code: str, system: str, code: str) -> tuple[float, float, int] | None:
    """A point inside another department's grid and how far off it can be, in metres; None for one nobody mapped.

    The point lies in the market grid that holds most of it, so what is placed by that code alone finds its person.
    """
    row = StreetGrid.objects.filter(bureau_code=bureau_code, system=system, outer_code=code).first()
    if row is None:
        return None
    ground = row.geometry
    boundary = Boundary.objects.filter(node=row.node_id, valid__contains=localdate()).first() if row.node_id else None
    if boundary:
        common = shapely.intersection(ground, boundary.geometry)
        ground = common if common.area > 0 else ground
    point = shapely.point_on_surface(ground)
    return point.x, point.y, round((area_m2(row.geometry) / np.pi) ** 0.5)


def duties_of(person: User) -> tuple[str, list[tuple[str, str]]]:
    """A person's grid duties for his page (一员多责)."""
    posts = person.staffing.filter(valid__contains=localdate()).select_related("node__level")
    rows = [
        (
            f"{post.node} {title_of(post)}",
            reverse("grid:node", args=[post.area_code]),
        )
        for post in posts
    ]
    return "网格职责", rows


def settings_of(bureau_code: str) -> list[Setting]:
    """Duties, plan and open tasks: what the bureau asks of its people, for the check against the five prohibitions."""
    duties = RoutineDuty.objects.filter(bureau_code=bureau_code, is_active=True)
    plan = Milestone.objects.filter(bureau_code=bureau_code, done_on=None)
    tasks = GridTask.objects.filter(bureau_code=bureau_code, state=TaskState.OPEN)
    return [
        *(Setting("日常职责", row.title, row.detail, reverse("grid:duty", args=[row.pk])) for row in duties),
        *(Setting("实施计划", row.title, row.stage, reverse("grid:plan")) for row in plan),
        *(Setting("交办事项", row.title, "", reverse("grid:task", args=[row.pk])) for row in tasks),
    ]
