"""The HTTP API: OpenAPI 3.1, bearer tokens, problem details (RFC 9457), intake that may be sent again."""

import uuid
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.timezone import localdate, now
from ninja import Field, NinjaAPI, Query, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer

from shijian.accounts.models import User
from shijian.core.errors import Refused
from shijian.events import queries as events
from shijian.events import services
from shijian.events.choices import Source
from shijian.events.models import Event, Kind
from shijian.grid import queries as grid
from shijian.grid.permissions import GRID_VIEW
from shijian.subjects import queries as subjects

from .models import Token, digest_of
from .permissions import EVENT_SUBMIT

NAMESPACE = uuid.UUID("7d0f6c1e-3c5b-5b6e-9a64-6d1f0e6f7a11")


class TokenAuth(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """The system account behind a token that is neither revoked nor expired: one statement."""
        found = (
            Token.objects.filter(digest=digest_of(token), revoked_at=None, expires_on__gte=localdate())
            .select_related("user__unit")
            .first()
        )
        return found.user if found and found.user.is_active else None


api = NinjaAPI(
    title="市监 Shijian",
    version="1.0.0",
    description="事件报送、网格与主体查询。错误为 application/problem+json（RFC 9457）。",
    auth=TokenAuth(),
    urls_namespace="api",
    docs_url=None,
)


def problem(status: int, code: str, title: str, **more: Any) -> HttpResponse:
    body = {"type": f"urn:shijian:{code}", "title": title, "status": status, "code": code, **more}
    response = api.create_response(None, body, status=status)  # type: ignore[arg-type]
    response["Content-Type"] = "application/problem+json; charset=utf-8"
    return response


@api.exception_handler(Refused)
def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    more = {"article": error.article} if error.article else {}
    return problem(409, error.code, error.message, **more)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    faults = [{"field": ".".join(str(part) for part in each["loc"]), "reason": each["msg"]} for each in error.errors]
    return problem(422, "exchange.invalid", "请求内容不符合要求。", errors=faults)


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    response = problem(401, "exchange.unauthenticated", "令牌缺失、无效、过期或已吊销。")
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(PermissionDenied)
def _denied(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    return problem(403, "exchange.not_allowed", "该令牌没有此权限。")


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404, "exchange.not_found", "没有找到，或不在管辖范围内。")


@api.exception_handler(HttpError)
def _other(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, "exchange.bad_request", str(error))


@api.exception_handler(OperationalError)
def _unavailable(request: HttpRequest, error: OperationalError) -> HttpResponse:
    response = problem(503, "exchange.unavailable", "数据库暂时不可用，请稍后重试；用同一个 Idempotency-Key 不会重复。")
    response["Retry-After"] = "5"
    return response


class EventIn(Schema):
    kind: str = Field(max_length=20, description="事项代码，见 /kinds")
    description: str = Field(min_length=1, max_length=2000, pattern=r"\S")
    lon: float = Field(ge=73, le=136, description="经度，WGS-84")
    lat: float = Field(ge=3, le=54, description="纬度，WGS-84")
    address: str = Field(default="", max_length=200)
    source: Source = Source.INTERFACE
    outside_no: str = Field(default="", max_length=60, description="来件系统的编号")
    discovered_at: datetime | None = None


class EventOut(Schema):
    id: uuid.UUID
    number: str
    area_code: str
    reported_at: datetime
    due_on: date | None


class EventState(EventOut):
    kind: str
    state: str
    handler: str
    closed_at: datetime | None


class Problem(Schema):
    type: str
    title: str
    status: int
    code: str


PROBLEMS = dict.fromkeys((400, 401, 403, 404, 409, 422, 503), Problem)


@api.post("/events", response={201: EventOut, **PROBLEMS}, summary="报送事件")
def submit(request: HttpRequest, data: EventIn) -> Any:
    """Take an event in. `Idempotency-Key` makes it safe to send again: same key and body, same answer; other body 409."""
    user: User = request.auth  # type: ignore[attr-defined]
    if not user.may(EVENT_SUBMIT):
        raise PermissionDenied
    if "\x00" in data.description + data.address + data.outside_no:
        raise HttpError(400, "文本中有不允许的字符。")
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key or len(key) > 200:
        raise HttpError(400, "请在请求头 Idempotency-Key 中给出不超过 200 字的唯一编号。")
    kind = Kind.objects.filter(code=data.kind, is_active=True).first()
    if kind is None:
        raise HttpError(422, "没有这个事项代码，请先查询 /kinds。")
    event = services.report(
        id=uuid.uuid5(NAMESPACE, f"{user.pk}:{key}"),
        kind=kind,
        source=data.source,
        description=data.description,
        place=(data.lon, data.lat),
        address=data.address,
        outside_no=data.outside_no,
        discovered_at=data.discovered_at,
        by=user,
        now=now(),
    )
    return 201, _out(event)


@api.get("/events/{number}", response={200: EventState, **PROBLEMS}, summary="查询事件办理情况")
def event_state(request: HttpRequest, number: str) -> Any:
    user: User = request.auth  # type: ignore[attr-defined]
    if "\x00" in number:
        raise Http404
    event = events.event_for(user, number)
    return {
        **_out(event),
        "kind": event.kind.code,
        "state": event.state,
        "handler": event.handler.unit.name if event.handler else "",
        "closed_at": event.closed_at,
    }


@api.get("/kinds", response={200: list[dict[str, str]], **PROBLEMS}, summary="事项库")
def kinds(request: HttpRequest) -> Any:
    rows = Kind.objects.filter(is_active=True).values("code", "group", "name", "basis")
    return list(rows)


@api.get("/entities", response={200: list[dict[str, str]], **PROBLEMS}, summary="按名称或代码查主体")
def entities(request: HttpRequest, q: str = Query(..., min_length=2, max_length=60)) -> Any:  # type: ignore[type-arg]
    user: User = request.auth  # type: ignore[attr-defined]
    found = subjects.search(user, q.replace("\x00", ""), limit=50)
    return [
        {"id": str(each.pk), "name": each.name, "credit_code": each.credit_code, "area_code": each.area_code}
        for each in found
    ]


@api.get("/grid/nodes", response={200: list[dict[str, str]], **PROBLEMS}, summary="网格编码台账")
def nodes(request: HttpRequest) -> Any:
    user: User = request.auth  # type: ignore[attr-defined]
    if not user.may(GRID_VIEW):
        raise PermissionDenied
    return [
        {"code": node.area_code, "name": node.name, "level": node.level.name, "status": node.status}
        for node in grid.tree(user.bureau_code)
    ]


class Link(Schema):
    code: str
    name: str
    title: str
    person: str


@api.get("/grid/responsible", response={200: list[Link], **PROBLEMS}, summary="某地某日由谁负责")
def responsible(
    request: HttpRequest,
    lon: float = Query(..., ge=-180, le=180),  # type: ignore[type-arg]
    lat: float = Query(..., ge=-90, le=90),  # type: ignore[type-arg]
    on: date | None = None,
) -> Any:
    user: User = request.auth  # type: ignore[attr-defined]
    if not user.may(GRID_VIEW):
        raise PermissionDenied
    links = grid.responsible_for(user.bureau_code, lon, lat, on=on or localdate())
    return [
        {
            "code": link.node.area_code,
            "name": link.node.name,
            "title": link.node.level.chief_title,
            "person": link.chief.name if link.chief else "",
        }
        for link in links
    ]


def _out(event: Event) -> dict[str, Any]:
    names = ("id", "number", "area_code", "reported_at", "due_on")
    return {name: getattr(event, name) for name in names}
