"""Structured logs without personal data: one JSON object a line, made of what is known to be harmless.

What is written: time, level, logger, request id, route (the pattern, not the address with its numbers), status, duration,
job id and task, and of an exception its class and the lines it passed. The text of an exception is left out unless its
class is one that quotes no data: PostgreSQL, forms and parsers repeat the value they stumble over.
"""

import json
import logging
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

from shijian.core import requests
from shijian.core.personal import mask_text

from . import environment, metrics

QUOTES_NO_DATA = (AttributeError, ImportError, NameError, TypeError, RecursionError)
log = logging.getLogger("shijian.request")


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": message(record),
        }
        if identifier := requests.current():
            line["request"] = identifier
        line |= getattr(record, "facts", {})
        if route := _route(getattr(record, "request", None)):
            line["route"] = route
        if record.exc_info and record.exc_info[1]:
            line["exception"] = exception(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def message(record: logging.LogRecord) -> str:
    """What the logger said, without what others put into it: addresses with numbers, arguments of jobs."""
    if isinstance(getattr(record, "request", None), HttpRequest):  # Django: "Not Found: /people/T1001/"
        return record.getMessage().split(":", 1)[0]
    if record.name.startswith("procrastinate"):
        job = getattr(record, "job", None)
        action = str(getattr(record, "action", "") or record.getMessage().split("(")[0].split("{")[0])
        return f"{action} {job['task_name']} {job['id']}" if isinstance(job, dict) else action
    return mask_text(record.getMessage())


def exception(error: BaseException) -> dict[str, Any]:
    """Class, place and cause of an exception; its text only where that repeats no data."""
    said: dict[str, Any] = {"class": f"{type(error).__module__}.{type(error).__qualname__}"}
    if isinstance(error, QUOTES_NO_DATA):
        said["text"] = mask_text(str(error))
    if state := getattr(error, "sqlstate", None):
        said["sqlstate"] = state
        said["constraint"] = getattr(getattr(error, "diag", None), "constraint_name", None)
    root = f"{environment.ROOT}/"
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    said["lines"] = [f"{frame.filename.removeprefix(root)}:{frame.lineno} {frame.name}" for frame in frames]
    if cause := error.__cause__ or (None if error.__suppress_context__ else error.__context__):
        said["cause"] = exception(cause)
    return said


def _route(request: object) -> str:
    match = getattr(request, "resolver_match", None)
    return match.route if match else ""


class RequestLogMiddleware:
    """A line for each request that a person or a system made; not for the probes that come every second."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = time.perf_counter()
        response = self.get_response(request)
        route = _route(request)
        if not route.startswith(("health/", "metrics")):
            seconds = time.perf_counter() - begun
            method = request.method if request.method in METHODS else "other"
            metrics.requests.observe(str(method), route, response.status_code, seconds)
            facts = {"method": method, "route": route, "status": response.status_code, "ms": round(seconds * 1000, 1)}
            log.info("%(method)s %(status)s", facts, extra={"facts": facts})
        return response


METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
