"""The door of the API: a bearer token, its pace, and the shape of a request before anything is read."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja.security import HttpBearer

from shijian.accounts.models import User
from shijian.core.permissions import Permission

from . import queries
from .models import Token
from .problems import problem

BODY_BYTES = 256 * 1024
_paces: dict[Any, tuple[int, int]] = {}


class TooFast(Exception):
    """More requests within this minute than the token allows."""


class NotAllowed(Exception):
    """The account of the token holds none of the permissions an operation asks for."""


class TokenAuth(HttpBearer):
    """`request.auth` is the token, `request.user` its account."""

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        found = queries.token_for(token) if token.isascii() and len(token) <= 100 else None
        if found is None:
            return None
        keep_pace(found)
        request.user = found.user
        return found


def keep_pace(token: Token) -> None:
    """Count the requests of a token within the minute. Each web process counts for itself. Raises TooFast."""
    minute = int(time.time() // 60)
    known, count = _paces.get(token.pk, (minute, 0))
    count = count + 1 if known == minute else 1
    _paces[token.pk] = (minute, count)
    if count > token.per_minute:
        raise TooFast


def demand(user: User, *permissions: Permission) -> None:
    """Go on only if the account holds one of the permissions. Raises NotAllowed."""
    if not any(user.may(permission) for permission in permissions):
        raise NotAllowed


def at_the_door(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Refuse what need not be read (wrong type, too large) and give a wrong method a problem as its body."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method in {"POST", "PUT", "PATCH"}:
            length = request.META.get("CONTENT_LENGTH") or "0"
            if not length.isdecimal() or len(length) > 12 or int(length) > BODY_BYTES:
                return problem(413, "exchange.too_large", f"内容超过 {BODY_BYTES // 1024} KB。")
            if request.method == "POST" and request.content_type != "application/json":
                return problem(415, "exchange.not_json", "请以 application/json 发送。")
        response = view(request, *args, **kwargs)
        if response.status_code == 405:
            refusal = problem(405, "exchange.method_not_allowed", "这个地址不支持该方法，可用方法见 Allow 头。")
            refusal["Allow"] = response["Allow"]
            return refusal
        return response

    guarded.csrf_exempt = True  # type: ignore[attr-defined]
    return guarded
