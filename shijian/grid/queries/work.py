"""Daily work: re-cuts in hand, routine, what waits for a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, DateField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, Left
from django.urls import reverse

from shijian.accounts.models import User

from ..choices import Duty, NodeStatus, RecutStatus, TaskState
from ..models import Consent, GridTask, Node, Opinion, Recut, RoutineDuty, RoutineRecord
from ..permissions import GRID_APPROVE, GRID_DRAW, WORK_VIEW
from ..rules.cycles import period, period_name


def recuts_for(user: User) -> QuerySet[Recut]:
    """Boundary changes a person may see: all of the bureau for those who approve, else those that touch his area."""
    rows = Recut.objects.filter(bureau_code=user.bureau_code)
    if user.may(GRID_APPROVE):
        return rows
    scope = user.scope(GRID_DRAW)
    mine = Node.objects.within(scope).values("pk")
    return rows.filter(pk__in=Consent.objects.filter(node__in=mine).values("recut"))


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
