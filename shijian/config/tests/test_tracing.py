"""Traces: what was done and how long it took; nobody's name, number or words (OpenTelemetry, W3C Trace Context)."""

import asyncio
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest
from django.db import DataError, connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shijian.config import environment, tracing

pytestmark = pytest.mark.django_db
PHONE, NAME = "13800138000", "雷乐宁"


@pytest.fixture
def spans(monkeypatch, settings):
    """What the exporter was given."""
    kept, made = InMemorySpanExporter(), TracerProvider()
    made.add_span_processor(SimpleSpanProcessor(kept))
    monkeypatch.setattr(tracing, "provider", lambda: made)
    settings.MIDDLEWARE = [
        "shijian.core.requests.RequestIdMiddleware",
        "shijian.config.tracing.TraceMiddleware",
        *settings.MIDDLEWARE[1:],
    ]
    tracing.watch_statements()
    yield kept.get_finished_spans
    tracing.connection_created.disconnect(dispatch_uid="config.tracing")
    connection.execute_wrappers.remove(tracing.trace_statement)


def text(spans):
    return str(
        [
            (each.name, dict(each.attributes), each.status.description, [event.name for event in each.events])
            for each in spans
        ]
    )


def test_a_page_is_a_span_with_its_statements_below_it(cast, spans):
    client = cast.client(cast.secadmin)
    number = cast.manager.employee_no
    client.get(f"/people/{cast.manager.pk}/?q={PHONE}&name={NAME}")
    *below, page = spans()
    assert page.name == "GET /people/<uuid:key>/"
    assert page.attributes["http.response.status_code"] == 200
    assert page.attributes["http.route"] == "/people/<uuid:key>/"
    assert "SELECT accounts_user" in {each.name for each in below}
    assert {each.context.trace_id for each in below} == {page.context.trace_id}
    for secret in (PHONE, NAME, number, cast.manager.name, str(cast.manager.pk), str(cast.secadmin.pk)):
        assert secret not in text(spans())


def test_a_form_leaves_nothing_of_what_was_typed(cast, spans):
    cast.client(cast.chief).post("/login/", {"login": PHONE, "password": NAME})
    cast.client(cast.chief).get("/nowhere/%E9%9B%B7%E4%B9%90%E5%AE%81/")
    assert NAME not in text(spans())
    assert PHONE not in text(spans())
    assert "GET" in {each.name for each in spans()}


def test_a_failed_statement_gives_its_class_and_not_its_words(spans):
    def view(request):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT %s::int", [NAME])
        return HttpResponse()

    with pytest.raises(DataError):
        tracing.TraceMiddleware(view)(RequestFactory().get("/"))
    assert NAME not in text(spans())
    failed = [each for each in spans() if not each.status.is_ok]
    assert [each.attributes["error.type"] for each in failed] == ["django.db.utils.DataError"] * 2


def test_a_trace_begun_by_the_proxy_goes_on_here(client, spans):
    client.get("/login/", headers={"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"})
    assert f"{spans()[-1].context.trace_id:x}" == "af7651916cd43dd8448eb211c80319c"
    client.get("/login/", headers={"traceparent": f"00-{PHONE}"})
    client.get("/health/live")
    assert len([each for each in spans() if each.name == "GET /login/"]) == 2
    assert "health" not in text(spans())


def test_a_job_is_a_span_without_its_arguments(spans):
    job = SimpleNamespace(task_name="subjects.import", id=7, queue="imports", attempts=0, task_kwargs={"phone": PHONE})

    async def work():
        return "done"

    assert asyncio.run(tracing.trace_job(work, SimpleNamespace(job=job), None)) == "done"
    assert spans()[0].name == "job subjects.import"
    assert PHONE not in text(spans())


@pytest.mark.parametrize(
    ("sql", "name"),
    [
        ('SELECT "a"."b" FROM "events_event" WHERE x = 1', "SELECT events_event"),
        ("INSERT INTO audit_entry VALUES (1)", "INSERT audit_entry"),
        ('UPDATE "core_cache" SET v = 1', "UPDATE core_cache"),
        ("SAVEPOINT s1_x2", "SAVEPOINT"),
        ("  ", "SQL"),
    ],
)
def test_a_statement_is_called_by_its_kind_and_first_table(sql, name):
    assert tracing.described(sql)[0] == name


def test_spans_reach_a_collector_by_otlp_over_http():
    got = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self):
            got.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        made = TracerProvider()
        made.add_span_processor(
            SimpleSpanProcessor(OTLPSpanExporter(f"http://127.0.0.1:{server.server_port}/v1/traces"))
        )
        with made.get_tracer("t").start_as_current_span("GET /login/"):
            pass
        made.shutdown()
        server.shutdown()
    assert got[0][0] == "/v1/traces"
    assert b"GET /login/" in got[0][1]


@pytest.mark.parametrize(("address", "loaded"), [("", "False 0"), ("http://127.0.0.1:9", "True 1")])
def test_without_an_address_nothing_of_it_is_loaded(address, loaded):
    script = (
        "import sys; from django.conf import settings; from django.utils.module_loading import import_string;"
        "[import_string(m) for m in settings.MIDDLEWARE if 'tracing' in m];"
        "print(any(n.startswith('opentelemetry') for n in sys.modules), sum('tracing' in m for m in settings.MIDDLEWARE))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=environment.ROOT, capture_output=True, text=True, check=False,
        env={"DJANGO_SETTINGS_MODULE": "shijian.config.settings", "SHIJIAN_HOME": str(environment.home(testing=True)), "OTEL_EXPORTER_OTLP_ENDPOINT": address, "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert done.stdout.strip() == loaded, done.stderr
