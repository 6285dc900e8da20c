"""The id of the request at hand: answered to the caller, written to the log, and to the audit log if the caller gave it."""

import re
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

from .ids import new_id

HEADER = "X-Request-ID"
FORM = re.compile(r"[A-Za-z0-9._-]{8,64}")
_current: ContextVar[str] = ContextVar("request_id", default="")
_given: ContextVar[str] = ContextVar("given_request_id", default="")


def current() -> str:
    """The id of the request that is being answered; empty in a job or a command."""
    return _current.get()


def given() -> str:
    """The same if the caller, or the proxy before us, made it: then it is known elsewhere and worth keeping for good."""
    return _given.get()


class RequestIdMiddleware:
    """Takes over a well-formed id, makes one otherwise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        theirs = request.headers.get(HEADER, "")
        theirs = theirs if FORM.fullmatch(theirs) else ""
        ours = theirs or new_id().hex
        tokens = _current.set(ours), _given.set(theirs)
        try:
            response = self.get_response(request)
        finally:
            _current.reset(tokens[0])
            _given.reset(tokens[1])
        response.headers[HEADER] = ours
        return response
