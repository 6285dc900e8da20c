"""The API, version 1: event intake, and the three base libraries (事项库、事件库、市场主体数据库) with the grid."""

import json
import logging
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.timezone import localdate, now
from ninja import Header, NinjaAPI, Query
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from shijian.core import unavailable
from shijian.core.errors import InvalidInput, Refused
from shijian.core.pages.exports import plain
from shijian.core.personal import mask_phone
from shijian.events.choices import State
from shijian.events.models import Event, Kind
from shijian.events.permissions import EVENT_VIEW
from shijian.grid import queries as grid
from shijian.grid.ledgers import LEDGERS
from shijian.grid.models import Node
from shijian.grid.permissions import GRID_VIEW, WORK_VIEW
from shijian.grid.rules.datum import Datum, to_wgs84
from shijian.subjects import queries as subjects
from shijian.subjects.models import Entity
from shijian.subjects.permissions import ENTITY_VIEW

from . import queries, schemas, services
from .auth import NotAllowed, TokenAuth, TooFast, demand
from .pages import page
from .permissions import EVENT_SUBMIT
from .problems import CONTENT_TYPE, of_validation, problem
from .services.intake import KeyUsedForOther

log = logging.getLogger(__name__)
OLDEST = timedelta(days=3 * 366)


class Api(NinjaAPI):
    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        """As generated, but errors have the content type they are sent with."""
        schema = super().get_openapi_schema(**kwargs)
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, answer in operation["responses"].items():
                    if int(status) >= 400:
                        answer["content"] = {CONTENT_TYPE: answer["content"]["application/json"]}
                        answer["description"] = "RFC 9457"
        return schema


api = Api(
    title="市监平台接口",
    version="1",
    description="其他系统报送事件，读取事项库、事件库、市场主体数据库和网格。用法见平台内“接口说明”页。",
    urls_namespace="exchange:api",
    docs_url=None,
    auth=TokenAuth(),
)

READING = dict.fromkeys((401, 403, 404, 405, 422, 429), schemas.Problem)
WRITING = dict.fromkeys((400, 401, 403, 405, 409, 413, 415, 422, 429), schemas.Problem)


@api.post(
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
        write=lambda event: _text(event_out(event)),
        by=request.user,  # type: ignore[arg-type]
        now=moment,
    )
    response = HttpResponse(answered.body, status=answered.status, content_type="application/json")
    if answered.is_repeat:
        response["Idempotency-Replayed"] = "true"
    return response


@api.get(
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
        rows = rows.filter(reported_at__gte=_within_years(since, field="since"))
    found = page(rows, after, limit, by="-reported_at", read=_instant)
    return _json({"items": [event_out(event) for event in found.rows], "next": found.next})


@api.get(
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
    return _json(event_out(event))


@api.get(
    "/kinds",
    response={200: list[schemas.KindOut], **READING},
    summary="事项库",
    operation_id="list_kinds",
    tags=["事项"],
)
def list_kinds(request: HttpRequest) -> Any:
    demand(request.user, EVENT_VIEW, EVENT_SUBMIT)  # type: ignore[arg-type]
    units = {"wd": "个工作日", "cd": "日", "h": "小时"}
    return _json(
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


@api.get(
    "/entities",
    response={200: schemas.Entities, **READING},
    summary="市场主体数据库",
    operation_id="list_entities",
    tags=["主体"],
)
def list_entities(
    request: HttpRequest,
    code: Annotated[str, Query(pattern=r"^[0-9A-Za-z]{0,18}$", description="统一社会信用代码或注册号，完整填写")] = "",
    name: Annotated[str, Query(max_length=60, pattern=schemas.NO_NUL, description="名称或地址中的两个字以上")] = "",
    area: schemas.AreaCode = "",
    after: schemas.Cursor = "",
    limit: schemas.Limit = 50,
) -> Any:
    """账号范围内的主体，按 next 翻页。"""
    demand(request.user, ENTITY_VIEW)  # type: ignore[arg-type]
    rows = subjects.visible_to(request.user)  # type: ignore[arg-type]
    if code:
        rows = rows.filter(Q(credit_code=code.upper()) | Q(registration_no=code))
    if name.strip():
        rows = subjects.matching(rows, name)
    if area:
        rows = rows.filter(area_code__startswith=area)
    found = page(rows, after, limit)
    return _json({"items": [entity_out(entity) for entity in found.rows], "next": found.next})


@api.get(
    "/grid/nodes",
    response={200: schemas.Nodes, **READING},
    summary="网格编码",
    operation_id="list_nodes",
    tags=["网格"],
)
def list_nodes(
    request: HttpRequest, under: schemas.AreaCode = "", after: schemas.AreaCode = "", limit: schemas.Limit = 200
) -> Any:
    """已启用的各级编码，按编码排列。"""
    demand(request.user, GRID_VIEW)  # type: ignore[arg-type]
    bureau = request.user.bureau_code  # type: ignore[union-attr]
    rows = Node.objects.approved().filter(bureau_code=bureau, area_code__startswith=under)
    if after:
        rows = rows.filter(area_code__gt=after)
    found = list(rows.select_related("level", "parent", "unit").order_by("area_code")[: limit + 1])
    items = [
        {
            "code": node.area_code,
            "name": node.name,
            "level": node.level.name,
            "parent": node.parent.area_code if node.parent else None,
            "unit": node.unit.name if node.unit else "",
        }
        for node in found[:limit]
    ]
    return _json({"items": items, "next": found[limit - 1].area_code if len(found) > limit else ""})


@api.get(
    "/grid/ledgers/{name}",
    response={200: schemas.LedgerOut, **READING},
    summary="四本台账",
    operation_id="get_ledger",
    tags=["网格"],
)
def get_ledger(
    request: HttpRequest,
    name: schemas.LedgerName,
    under: schemas.AreaCode = "",
    after: schemas.Cursor = "",
    limit: schemas.Limit = 200,
) -> Any:
    """网格编码（codes）、网格区域（areas）、监管对象（entities）、网格人员（staff）台账，与页面和导出相同，按编码排列。"""
    demand(request.user, WORK_VIEW)  # type: ignore[arg-type]
    bureau, today = request.user.bureau_code, localdate()  # type: ignore[union-attr]
    ledger = LEDGERS[name]
    rows = ledger.rows(bureau, today).filter(area_code__startswith=under)
    found = page(rows, after, limit, by="area_code")
    cells = ledger.cells(bureau, today)
    items = [{label: plain(value(row)) for label, value in cells} for row in found.rows]
    return _json(
        {
            "name": ledger.name,
            "columns": [label for label, _ in cells],
            "items": items,
            "next": found.next,
        }
    )


@api.get(
    "/grid/responsible",
    response={200: schemas.ResponsibleOut, **READING},
    summary="某处某日由谁负责",
    operation_id="who_is_responsible",
    tags=["网格"],
)
def who_is_responsible(
    request: HttpRequest,
    lon: schemas.Lon,
    lat: schemas.Lat,
    datum: Datum = Datum.WGS84,
    on: Annotated[date | None, Query(description="日期，不填即今天")] = None,
) -> Any:
    """责任链由网格到片区；不在任何网格内时 code 为空、chain 为空。"""
    demand(request.user, GRID_VIEW)  # type: ignore[arg-type]
    day = on or localdate()
    if not 2000 <= day.year <= 2100:
        raise InvalidInput("应在 2000 年至 2100 年之间", field="on", remedy="请核对年份。")
    x, y = to_wgs84([lon, lat], datum)[0]
    links = grid.responsible_for(request.user.bureau_code, float(x), float(y), on=day)  # type: ignore[union-attr]
    chain = [
        {
            "code": link.node.area_code,
            "name": link.node.name,
            "level": link.node.level.name,
            "title": link.node.level.chief_title,
            "chief": link.chief.name if link.chief else "",
            "phone": mask_phone(link.chief.phone) if link.chief else "",
        }
        for link in links
    ]
    return _json({"on": day.isoformat(), "code": links[0].node.area_code if links else "", "chain": chain})


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
        "place": _place(event.location_wgs84),
        "address": event.address,
        "outside_no": event.outside_no,
        "discovered_at": event.discovered_at.isoformat(),
        "reported_at": event.reported_at.isoformat(),
        "respond_by": event.respond_by and event.respond_by.isoformat(),
        "due_on": event.due_on and event.due_on.isoformat(),
        "due_at": event.due_at and event.due_at.isoformat(),
        "closed_at": event.closed_at and event.closed_at.isoformat(),
    }


def entity_out(entity: Entity) -> dict[str, Any]:
    names = [
        "name",
        "kind",
        "credit_code",
        "registration_no",
        "industry_code",
        "status",
        "address",
        "area_code",
        "source",
    ]
    return {
        "id": str(entity.pk),
        **{name: getattr(entity, name) for name in names},
        "place": _place(entity.location_wgs84),
        "tags": entity.tags,
        "updated_at": entity.updated_at.isoformat(),
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
        "discovered_at": data.discovered_at and _within_years(data.discovered_at, field="discovered_at"),
        "outside_no": data.outside_no,
    }


def _within_years(at: datetime, *, field: str) -> datetime:
    if at.tzinfo is None:
        raise InvalidInput("时间须带时区", field=field, remedy="例如 2026-11-21T09:00:00+08:00。")
    if not timedelta(days=-366) <= now() - at <= OLDEST:
        raise InvalidInput("时间应在三年以内", field=field, remedy="请核对年份。")
    return at


def _place(point: tuple[float, float] | None) -> dict[str, float] | None:
    return {"lon": point[0], "lat": point[1]} if point else None


def _text(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False)


def _json(content: Any) -> HttpResponse:
    return HttpResponse(_text(content), content_type="application/json")


def _instant(text: str) -> datetime:
    return _within_years(datetime.fromisoformat(text), field="after")


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return of_validation(error.errors)


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    remedy = "请在 Authorization 头中给出有效的 Bearer 令牌；过期或吊销的令牌请重新申领。"
    response = problem(401, "exchange.unauthorised", remedy)
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(TooFast)
def _too_fast(request: HttpRequest, error: TooFast) -> HttpResponse:
    response = problem(429, "exchange.too_fast", "请求超过该令牌每分钟的上限，请一分钟后再试。")
    response["Retry-After"] = "60"
    return response


@api.exception_handler(NotAllowed)
@api.exception_handler(PermissionDenied)
def _forbidden(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(403, "exchange.forbidden", "该令牌的账号没有这项权限，请联系安全管理员。")


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404, "exchange.not_found", "没有找到，或不在该账号的范围内。")


@api.exception_handler(Refused)
def _refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    status = 422 if isinstance(refusal, InvalidInput | KeyUsedForOther) else 409
    return problem(status, refusal.code, refusal.message, article=refusal.article)


@api.exception_handler(HttpError)
def _unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(400, "exchange.unreadable", "请求体不是有效的 JSON。")


@api.exception_handler(Exception)
def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    if status := unavailable.status_of(error):
        response = problem(status, "exchange.unavailable", "暂时不能保存；请稍后用同一 Idempotency-Key 重发。")
        response["Retry-After"] = unavailable.RETRY_AFTER[status]
        return response
    log.exception("API %s %s", request.method, request.path)
    return problem(500, "exchange.failed", "服务器出错，已记录；请稍后用同一 Idempotency-Key 重发。")
