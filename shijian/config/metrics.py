"""`/metrics` in Prometheus' text format: what the requests were, and how the node is.

Each web process counts in its memory and writes its counts to a file of its own every two seconds; whoever is asked adds
up all files. Files of processes that ended stay until the next `up`, so that no counter goes backwards meanwhile.
"""

import json
import os
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.views.decorators.http import require_safe

from . import health

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
FLUSH_SECONDS = 2
STATES = {health.OK: 0, health.DEGRADED: 1, health.DOWN: 2}
Labels = dict[str, str]
Sample = tuple[str, Labels, float]  # suffix, labels, value
JOBS = """
    SELECT queue_name, status::text, count(*),
           extract(epoch FROM now() - min(coalesce(scheduled_at, (SELECT min(at) FROM procrastinate_events e
                                                                  WHERE e.job_id = j.id AND e.type = 'deferred'))))
    FROM procrastinate_jobs j WHERE status IN ('todo', 'doing', 'failed') GROUP BY 1, 2
"""


class Requests:
    """Counts of this process: `n|method|route|status`, `s|route` (seconds), `b|route|bound`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._flushed = 0.0
        self._flusher: threading.Thread | None = None
        self._pid = 0

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        bound = next((each for each in BUCKETS if seconds <= each), "+Inf")
        with self._lock:
            self._counts[f"n|{method}|{route}|{status}"] += 1
            self._counts[f"s|{route}"] += seconds  # type: ignore[assignment]
            self._counts[f"b|{route}|{bound}"] += 1
        if self._pid != os.getpid() and not settings.TESTING:  # the first request of this process
            self._pid = os.getpid()
            self._flusher = threading.Thread(target=self._flush_always, daemon=True)
            self._flusher.start()

    def _flush_always(self) -> None:
        while True:
            time.sleep(FLUSH_SECONDS)
            self.flush()

    def flush(self) -> None:
        with self._lock:
            counts = dict(self._counts)
        if (total := sum(value for name, value in counts.items() if name.startswith("n|"))) == self._flushed:
            return
        folder().mkdir(parents=True, exist_ok=True)
        path = folder() / f"{os.getpid()}.json"
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(counts))
        fresh.replace(path)
        self._flushed = total


requests = Requests()


def folder() -> Path:
    return Path(settings.HOME) / "run" / "metrics"


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For this computer or the bearer of `METRICS_TOKEN`; to others there is no such page."""
    if not health.is_trusted(request):
        return HttpResponseNotFound()
    requests.flush()
    text = "".join(_lines([*_requests(), *_node()]))
    return HttpResponse(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def _requests() -> Iterator[tuple[str, str, str, list[Sample]]]:
    counts: Counter[str] = Counter()
    for path in folder().glob("*.json"):
        counts.update(json.loads(path.read_text()))
    told: list[Sample] = []
    seconds: list[Sample] = []
    for name, value in sorted(counts.items()):
        kind, *rest = name.split("|")
        if kind == "n":
            told.append(("", dict(zip(("method", "route", "status"), rest, strict=True)), float(value)))
        elif kind == "s":
            seconds += _histogram(rest[0], float(value), counts)
    yield "shijian_requests_total", "counter", "Requests answered", told
    yield "shijian_request_seconds", "histogram", "Time to answer", seconds


def _histogram(route: str, total: float, counts: Counter[str]) -> Iterator[Sample]:
    below = 0
    for bound in (*BUCKETS, "+Inf"):
        below += counts[f"b|{route}|{bound}"]
        yield "_bucket", {"route": route, "le": str(bound)}, below
    yield "_sum", {"route": route}, total
    yield "_count", {"route": route}, below


def _node() -> Iterator[tuple[str, str, str, list[Sample]]]:
    checks = health.checks()
    states: list[Sample] = [("", {"check": name}, STATES[each.state]) for name, each in checks.items()]
    yield "shijian_check_state", "gauge", "0 ok, 1 degraded, 2 down", states
    for name, help_text, check in (
        ("shijian_disk_free_bytes", "Free space of the data folder", "disk"),
        ("shijian_worker_heartbeat_age_seconds", "Since a worker last reported", "worker"),
        ("shijian_audit_unsealed_age_seconds", "How long the oldest audit entry has waited for its seal", "audit"),
    ):
        if check in checks and (value := checks[check].value) is not None:
            yield name, "gauge", help_text, [("", {}, value)]
    stamp = Path(settings.HOME) / "last-backup"
    if stamp.exists():
        yield (
            "shijian_last_backup_timestamp_seconds",
            "gauge",
            "End of the last backup",
            [("", {}, stamp.stat().st_mtime)],
        )
    if checks["database"].state == health.OK:
        yield from _database()


def _database() -> Iterator[tuple[str, str, str, list[Sample]]]:
    jobs = _all(JOBS)
    counted: list[Sample] = [("", {"queue": queue, "status": status}, count) for queue, status, count, _ in jobs]
    yield "shijian_jobs", "gauge", "Jobs that wait, run or failed", counted
    waits: list[Sample] = [("", {"queue": queue}, age or 0) for queue, status, _, age in jobs if status == "todo"]
    yield "shijian_job_oldest_wait_seconds", "gauge", "How long the oldest waiting job has been due", waits
    sealed = _all("SELECT coalesce(max(index) + 1, 0) FROM audit_leaf")
    yield "shijian_audit_sealed_total", "counter", "Sealed audit entries", [("", {}, sealed[0][0])]
    size = _all("SELECT pg_database_size(current_database())")
    yield "shijian_database_bytes", "gauge", "Size of the database", [("", {}, size[0][0])]
    links = _all(
        "SELECT coalesce(state, 'other'), count(*) FROM pg_stat_activity WHERE datname = current_database() GROUP BY 1"
    )
    used: list[Sample] = [("", {"state": state}, count) for state, count in links]
    yield "shijian_database_connections", "gauge", "Connections to the database", used


def _all(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def _lines(families: Iterable[tuple[str, str, str, list[Sample]]]) -> Iterator[str]:
    for name, kind, help_text, samples in families:
        yield f"# HELP {name} {help_text}\n# TYPE {name} {kind}\n"
        for suffix, labels, value in samples:
            told = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
            yield f"{name}{suffix}{{{told}}} {float(value):.15g}\n" if told else f"{name}{suffix} {float(value):.15g}\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
