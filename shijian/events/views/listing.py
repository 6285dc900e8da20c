"""What every list of events shares: filters, cells, the record of an export."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.timezone import localdate, now

from shijian.accounts.models import User
from shijian.accounts.requests import PersonRequest
from shijian.audit import services as audit
from shijian.core import deadlines, metrics
from shijian.core.pages import Choice, Filter, Fixed, Flag, Period, Search

from .. import queries
from ..analysis import NOWHERE, midnight
from ..choices import DueLevel, Source, State, Verb
from ..metrics import ALL, OVERDUE
from ..models import Event, Kind
from ..models.event import IN_HAND, OPEN


def event_filters(request: PersonRequest) -> list[Filter]:
    """The filters of the register; every figure's link uses these names."""
    user = request.user
    current = list(Kind.objects.current(user.bureau_code))
    kinds = [(kind.code, f"{kind.group} · {kind.name}") for kind in current]
    groups = [(group, group) for group in dict.fromkeys(kind.group for kind in current)]
    return [
        Search("q", "事件号、情况、地点", narrow=queries.matching),
        Choice("state", "状态", choices=State.choices),
        Choice("kind", "事项", choices=kinds, field="kind__code"),
        Choice("source", "来源", choices=Source.choices),
        Search("area", "网格编码", narrow=_area),
        Fixed("group", "门类", choices=groups, field="kind__group"),
        metrics.filter_of(ALL, now()),
        Period("at", "上报日期", narrow=_period),
        Choice("handler", "处置人", choices=_handlers(request), field="handler"),
        Fixed(
            "watched",
            "关注的人",
            choices=[("1", "我关注的")],
            narrow=lambda found, _: found.filter(handler__in=queries.watched_by(user)),
        ),
        Flag("mine", "我处置的", narrow=lambda found, _: found.filter(handler__in=user.hats)),
        Fixed(
            "hand", "在办", choices=[("1", "待接收和处置中")], narrow=lambda found, _: found.filter(state__in=IN_HAND)
        ),
        Flag("open", "未办结", narrow=lambda found, _: found.filter(state__in=OPEN)),
        Flag("overdue", "已超期", narrow=lambda found, _: _due_level(found, DueLevel.OVERDUE)),
        Flag("supervised", "督办中", narrow=lambda found, _: found.filter(supervised_until__isnull=False)),
        Choice("due", "期限", choices=DueLevel.choices, narrow=_due_level),
        Flag("reported", "我上报的", narrow=lambda found, _: found.filter(reported_by__in=user.hats)),
    ]


def exported(request: PersonRequest, name: str) -> Callable[[str, int], None]:
    """Puts on record who took which list away."""

    def record(kind: str, count: int) -> None:
        with transaction.atomic():
            audit.record(
                by=request.user,
                verb=Verb.EXPORTED,
                on=("events.list", request.user.bureau_code, name),
                at=now(),
                bureau_code=request.user.bureau_code,
                detail={"format": kind, "rows": count, "query": request.GET.urlencode()[:300]},
            )

    return record


def _area(rows: Any, code: str) -> Any:
    return rows.filter(area_code="") if code == NOWHERE else queries.in_area(rows, code)


def _handlers(request: PersonRequest) -> list[tuple[str, str]]:
    """Those the reader watches, and whom the address asks for."""
    asked = request.GET.get("handler", "")
    wanted = Q(pk__in=queries.watched_by(request.user)) | (Q(pk=asked) if len(asked) == 36 else Q())
    people = User.objects.filter(wanted, bureau_code=request.user.bureau_code)
    return [(str(key), name) for key, name in people.values_list("pk", "name").order_by("name")[:100]]


def _period(rows: Any, span: Any) -> Any:
    first, last = span
    if first:
        rows = rows.filter(reported_at__gte=midnight(first))
    return rows.filter(reported_at__lt=midnight(last + timedelta(days=1))) if last else rows


def _due_level(rows: Any, level: str) -> Any:
    today = localdate()
    if level == DueLevel.OVERDUE:
        return OVERDUE.rows(rows, now())
    if level == DueLevel.UNANSWERED:
        return rows.filter(state=State.DISPATCHED, respond_by__lt=now())
    return rows.filter(state__in=OPEN, due_on__range=(today, today + timedelta(days=5)))


def state_tag(row: Event) -> Any:
    tone = {State.CLOSED: "green", State.REVIEWING: "accent", State.REPORTED: "amber", State.DISPATCHED: "amber"}
    supervised = mark_safe(' <span class="tag tag-red">督办</span>') if row.is_supervised else ""
    return format_html(
        '<span class="tag tag-{}">{}</span>{}', tone.get(State(row.state), "plain"), row.get_state_display(), supervised
    )


def due_cell(row: Event) -> Any:
    if not row.is_open or not row.due:
        return row.due_on.isoformat() if row.due_on else "—"
    face = (
        deadlines.clock_at(row.due_at, now())
        if row.due_at
        else deadlines.clock(row.due_on, localdate(), deadlines.calendar.current())  # type: ignore[arg-type]
    )
    return format_html('<span class="left-{}">{}</span>', face.level, face.text)
