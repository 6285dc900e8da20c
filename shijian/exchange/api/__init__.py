"""The API, version 1: event intake, and the three base libraries (事项库、事件库、市场主体数据库) with the grid.

Operations stand by what they are about; here what all of them answer when something is wrong (RFC 9457).
"""

import logging
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from shijian.core import unavailable
from shijian.core.errors import InvalidInput, Refused

from ..auth import NotAllowed, TokenAuth, TooFast
from ..problems import CONTENT_TYPE, of_validation, problem
from ..services.intake import KeyUsedForOther
from . import entities, events, grid

log = logging.getLogger(__name__)


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
for each in (events, entities, grid):
    api.add_router("", each.router)


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
