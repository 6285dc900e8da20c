"""Traces for OpenTelemetry: what a request or a job did and how long each statement took, without personal data.

Written are only things known to be harmless: the method, the route as a pattern, the status, the request id, the kind of a
statement and its first table, the name of a task and the number of a job, the class of an exception. No address, no
parameter, no text of a statement or of an exception: PostgreSQL repeats values in both.

Loaded only where `OTEL_EXPORTER_OTLP_ENDPOINT` is set; OpenTelemetry's own variables choose sampling, headers and names.
"""

import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.db import connections
from django.db.backends.signals import connection_created
from django.http import HttpRequest, HttpResponse
from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from shijian.core import requests

from . import environment

PARTS = re.compile(r"\s*(\w+)")
TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE|JOIN)\s+(?:ONLY\s+)?\"?([a-z_][a-z0-9_]*)\"?", re.IGNORECASE)
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
PROBES = ("health/", "metrics")


@lru_cache(maxsize=1)
def provider() -> TracerProvider:
    """One per process, made at its first request or job: a sender's thread does not survive a fork."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    name = environment.text("OTEL_SERVICE_NAME", "shijian")
    made = TracerProvider(resource=Resource.create({"service.name": name}))
    made.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    watch_statements()
    return made


def watch_statements() -> None:
    """Every connection of this process, those there are and those to come."""
    connection_created.connect(_watch, dispatch_uid="config.tracing")
    for connection in connections.all(initialized_only=True):
        _watch(connection)


def _watch(connection: Any, **_: Any) -> None:
    if trace_statement not in connection.execute_wrappers:
        connection.execute_wrappers.append(trace_statement)


@contextmanager
def span(name: str, kind: SpanKind, attributes: dict[str, Any], parent: Any = None) -> Iterator[Span]:
    """A span that tells of an exception its class only."""
    tracer = provider().get_tracer("shijian")
    with tracer.start_as_current_span(
        name, kind=kind, attributes=attributes, context=parent, record_exception=False, set_status_on_exception=False
    ) as made:
        try:
            yield made
        except BaseException as error:
            fail(made, error)
            raise


def fail(made: Span, error: BaseException) -> None:
    made.set_attribute("error.type", f"{type(error).__module__}.{type(error).__qualname__}")
    made.set_status(Status(StatusCode.ERROR))


class TraceMiddleware:
    """A span for each request, below the caller's where it sends `traceparent`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.lstrip("/").startswith(PROBES):
            return self.get_response(request)
        parent = TraceContextTextMapPropagator().extract({"traceparent": request.headers.get("traceparent", "")})
        method = request.method if request.method in METHODS else "_OTHER"
        attributes = {"http.request.method": method, "shijian.request_id": requests.current()}
        with span(str(method), SpanKind.SERVER, attributes, parent) as made:
            response = self.get_response(request)
            if match := request.resolver_match:
                made.update_name(f"{method} /{match.route}")
                made.set_attribute("http.route", f"/{match.route}")
            made.set_attribute("http.response.status_code", response.status_code)
            if response.status_code >= 500:
                made.set_status(Status(StatusCode.ERROR))
            return response


def trace_statement(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """A span for a statement inside a request or a job; none for those of start and idling."""
    if not trace.get_current_span().is_recording():
        return execute(sql, params, many, context)
    name, attributes = described(str(sql))
    with span(name, SpanKind.CLIENT, attributes):
        return execute(sql, params, many, context)


def described(sql: str) -> tuple[str, dict[str, Any]]:
    """A statement as kind and first table: "SELECT events_event"."""
    kind = found[1].upper() if (found := PARTS.match(sql)) else "SQL"
    attributes = {"db.system.name": "postgresql", "db.operation.name": kind}
    if table := TABLE.search(sql):
        attributes["db.collection.name"] = table[1]
    return " ".join([kind, *([table[1]] if table else [])]), attributes


def watch_jobs(app: Any) -> None:
    """Whatever worker this app will run (`PROCRASTINATE_ON_APP_READY`)."""
    app.worker_defaults["worker_middleware"] = [*app.worker_defaults.get("worker_middleware", []), trace_job]


async def trace_job(call_next: Callable[[], Awaitable[Any]], context: Any, worker: Any) -> Any:
    """A span for each job: its task, never its arguments."""
    job = context.job
    facts = {
        "shijian.task": job.task_name,
        "shijian.job": job.id,
        "shijian.queue": job.queue,
        "shijian.attempt": job.attempts,
    }
    with span(
        f"job {job.task_name}", SpanKind.CONSUMER, {name: value for name, value in facts.items() if value is not None}
    ):
        return await call_next()
