"""报送事件、事件库、事项库."""

from datetime import datetime
from typing import Annotated, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.timezone import now
from ninja import Header, Query, Router

from shijian.core.errors import InvalidInput
from shijian.events.choices import State
from shijian.events.models import Event, Kind
from shijian.events.permissions import EVENT_VIEW
from shijian.grid import queries as grid
from shijian.grid.rules.datum import Datum, to_wgs84
from shijian.subjects.models import Entity

from .. import queries, schemas, services
from ..auth import demand
from ..pages import page
from ..permissions import EVENT_SUBMIT
from .answers import READING, WRITING, answer, instant, place_out, text, within_years

router = Router()


@router.post(
    "/events",
    response={201: schemas.EventOut, **WRITING},
    summary="报送事件",
    operation_id="submit_event",
    tags=["事件"],
)
def submit_event(
    request: HttpRequest,
    data: schemas.EventIn,
    idempotency_key: Annotated[schemas.Key, Header(alias="Idempotency-Key", description="每个事件一个，重发时不变")],
) -> HttpResponse:
    """同一 Idempotency-Key、同一内容重发，无论多少次、是否同时，只产生一个事件，应答与第一次相同（带 Idempotency-Replayed 头）。"""
    demand(request.user, EVENT_SUBMIT)  # type: ignore[arg-type]
    moment = now()
    answered = services.submit_event(
        request.auth,  # type: ignore[attr-defined]
        key=idempotency_key,
        body=request.body,
        id=data.id,
        facts=lambda: _facts(data, request.user, moment),
        write=lambda event: text(event_out(event)),
        by=request.user,  # type: ignore[arg-type]
        now=moment,
    )
    response = HttpResponse(answered.body, status=answered.status, content_type="application/json")
    if answered.is_repeat:
        response["Idempotency-Replayed"] = "true"
    return response


@router.get(
    "/events", response={200: schemas.Events, **READING}, summary="事件库", operation_id="list_events", tags=["事件"]
)
def list_events(
    request: HttpRequest,
    state: State | None = None,
    area: schemas.AreaCode = "",
    since: Annotated[datetime | None, Query(description="上报时间不早于，须带时区")] = None,
    after: schemas.Cursor = "",
    limit: schemas.Limit = 50,
) -> Any:
    """新的在前，按 next 翻页；只含账号范围内的和自己报送的。"""
    demand(request.user, EVENT_VIEW, EVENT_SUBMIT)  # type: ignore[arg-type]
    rows = queries.events_for(request.user)  # type: ignore[arg-type]
    if state:
        rows = rows.filter(state=state.value)
    if area:
        rows = rows.filter(area_code__startswith=area)
    if since:
        rows = rows.filter(reported_at__gte=within_years(since, field="since"))
    found = page(rows, after, limit, by="-reported_at", read=instant)
    return answer({"items": [event_out(event) for event in found.rows], "next": found.next})


@router.get(
    "/events/{number}",
    response={200: schemas.EventOut, **READING},
    summary="一个事件",
    operation_id="get_event",
    tags=["事件"],
)
def get_event(request: HttpRequest, number: schemas.Number) -> Any:
    demand(request.user, EVENT_VIEW, EVENT_SUBMIT)  # type: ignore[arg-type]
    rows = queries.events_for(request.user)  # type: ignore[arg-type]
    event = rows.filter(bureau_code=request.user.bureau_code, number=number).first()  # type: ignore[union-attr]
    if event is None:
        raise Http404
    return answer(event_out(event))


@router.get(
    "/kinds",
    response={200: list[schemas.KindOut], **READING},
    summary="事项库",
    operation_id="list_kinds",
    tags=["事项"],
)
def list_kinds(request: HttpRequest) -> Any:
    demand(request.user, EVENT_VIEW, EVENT_SUBMIT)  # type: ignore[arg-type]
    units = {"wd": "个工作日", "cd": "日", "h": "小时"}
    return answer(
        [
            {
                "code": kind.code,
                "group": kind.group,
                "name": kind.name,
                "basis": kind.basis,
                "limit": kind.limit_key
                or (f"{kind.limit_amount}{units.get(kind.limit_unit, kind.limit_unit)}" if kind.limit_amount else ""),
                "respond_hours": kind.respond_hours,
                "wants_certificate": kind.wants_certificate,
                "is_active": kind.is_active,
            }
            for kind in Kind.objects.current(request.user.bureau_code)  # type: ignore[union-attr]
        ]
    )


def event_out(event: Event) -> dict[str, Any]:
    return {
        "id": str(event.pk),
        "number": event.number,
        "kind": event.kind.code,
        "kind_name": event.kind.name,
        "source": str(event.source),
        "state": str(event.state),
        "state_name": str(event.get_state_display()),
        "description": event.description,
        "area_code": event.area_code,
        "place": place_out(event.location_wgs84),
        "address": event.address,
        "outside_no": event.outside_no,
        "discovered_at": event.discovered_at.isoformat(),
        "reported_at": event.reported_at.isoformat(),
        "respond_by": event.respond_by and event.respond_by.isoformat(),
        "due_on": event.due_on and event.due_on.isoformat(),
        "due_at": event.due_at and event.due_at.isoformat(),
        "closed_at": event.closed_at and event.closed_at.isoformat(),
    }


def _facts(data: schemas.EventIn, user: Any, moment: datetime) -> dict[str, Any]:
    """The arguments of `events.report`. Raises InvalidInput for a kind or an entity that is not there."""
    kind = queries.kind_offered(user.bureau_code, data.kind)
    if kind is None:
        raise InvalidInput(f"没有在用的事项“{data.kind}”", field="kind", remedy="可用的代码见 /api/v1/kinds。")
    entity = None
    if data.credit_code:
        entity = Entity.objects.filter(bureau_code=user.bureau_code, credit_code=data.credit_code).first()
        if entity is None:
            remedy = "请核对，或不填此项，在说明中写明名称。"
            raise InvalidInput(f"主体库中没有“{data.credit_code}”", field="credit_code", remedy=remedy)
    place = None
    if data.lon is not None and data.lat is not None:
        x, y = (data.lon, data.lat) if data.datum is Datum.WGS84 else to_wgs84([data.lon, data.lat], data.datum)[0]
        place = (float(x), float(y))
    elif data.street_grid:
        found = grid.street_place(user.bureau_code, data.street_system, data.street_grid)
        if found is None:
            remedy = "请核对 street_system 和 street_grid，或填写经纬度。"
            raise InvalidInput(f"没有对应的部门网格“{data.street_grid}”", field="street_grid", remedy=remedy)
        place, data.accuracy_m = found[:2], found[2]
    return {
        "kind": kind,
        "source": data.source,
        "description": data.description,
        "place": place,
        "accuracy_m": data.accuracy_m,
        "address": data.address,
        "entity": entity,
        "discovered_at": data.discovered_at and within_years(data.discovered_at, field="discovered_at"),
        "outside_no": data.outside_no,
    }
