"""Whether this node lives, and whether it can take work.

`live`: the process answers; a supervisor starts it anew when it does not. `ready`: what an act needs is there; a proxy
sends nobody here when it is not. A worker that stands still, or a disk that fills, is `degraded`: people are served, and
somebody has to look.
"""

import hmac
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

OK, DEGRADED, DOWN = "ok", "degraded", "down"
WORKER_SILENT_SECONDS = 60  # it reports every ten
SEALING_LATE_SECONDS = 300  # the log is sealed every two
DISK_LOW, DISK_FULL = 2 * 2**30, 200 * 2**20
DATABASE_SECONDS = 2
FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Forwarded-Host", "X-Forwarded-Proto")
LOCAL = {"localhost", "127.0.0.1", "[::1]"}
_migrated = False


@dataclass(frozen=True, slots=True)
class Check:
    state: str
    text: str
    value: float | None = None


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"ok": True})


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 while people can work here, 503 otherwise; with `?strict=1` 503 also when somebody has to look."""
    found = checks()
    states = {check.state for check in found.values()}
    state = next(each for each in (DOWN, DEGRADED, OK) if each in states)
    answer: dict[str, Any] = {"ok": state != DOWN, "state": state}
    if is_trusted(request):
        answer["checks"] = {name: {"state": each.state, "text": each.text} for name, each in found.items()}
    refused = state == DOWN or (state == DEGRADED and request.GET.get("strict") == "1")
    return JsonResponse(
        answer,
        status=503 if refused else 200,
        headers={"Cache-Control": "no-store"},
        json_dumps_params={"ensure_ascii": False},
    )


def is_trusted(request: HttpRequest) -> bool:
    """Asked from this computer, not through a proxy, or with the token: then particulars may be told."""
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode()):
            return True
    if any(name in request.headers for name in FORWARDED):
        return False
    host = request.headers.get("Host", "")
    name = host if host.endswith("]") else host.rsplit(":", 1)[0]
    return name in LOCAL and ip_address(request.META.get("REMOTE_ADDR") or "0.0.0.0").is_loopback  # noqa: S104


def checks() -> dict[str, Check]:
    database = _guarded(_database)
    found = {"database": database}
    if database.state == OK:
        found |= {name: _guarded(check) for name, check in DEPENDING.items()}
    return {**found, "disk": _guarded(_disk)}


def _guarded(check: Callable[[], Check]) -> Check:
    try:
        return check()
    except Exception as error:
        return Check(DOWN, type(error).__name__)  # its text may name hosts and users


def _database() -> Check:
    pool = getattr(connection, "pool", None)
    if pool is None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    else:
        pool.open()  # it may be the first request
        with pool.connection(timeout=DATABASE_SECONDS) as link:  # the page's own waits longer
            link.execute("SELECT 1")
    return Check(OK, "数据库可用")


def _migrations() -> Check:
    """Asked until the answer is yes: a process is of one release, and the database only goes on."""
    global _migrated
    from django.db.migrations.executor import MigrationExecutor

    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return Check(OK, "数据库结构与程序一致") if _migrated else Check(DOWN, "数据库结构需要升级")


def _worker() -> Check:
    age = _number("SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers")
    if age is None:
        return Check(DEGRADED, "后台任务进程没有启动")
    late = age > WORKER_SILENT_SECONDS
    return Check(DEGRADED if late else OK, f"后台任务进程 {age:.0f} 秒前报告过", age)


def _sealing() -> Check:
    age = _number(UNSEALED_AGE) or 0.0
    late = age > SEALING_LATE_SECONDS
    return Check(
        DEGRADED if late else OK, f"最早未封存的审计记录已等待 {age:.0f} 秒" if age else "审计记录均已封存", age
    )


def _disk() -> Check:
    free = shutil.disk_usage(settings.HOME).free
    state = DOWN if free < DISK_FULL else DEGRADED if free < DISK_LOW else OK
    return Check(state, f"数据目录剩余 {free / 2**30:.1f} GB", free)


def _number(sql: str) -> float | None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        (value,) = cursor.fetchone()
    return None if value is None else float(value)


UNSEALED_AGE = """
    SELECT extract(epoch FROM now() - min(at)) FROM audit_entry
    WHERE (xid, id) > (SELECT coalesce(max(xid), 0), coalesce(max(entry_id), 0)
                       FROM (SELECT xid, entry_id FROM audit_leaf ORDER BY index DESC LIMIT 1) AS newest)
"""
DEPENDING: dict[str, Callable[[], Check]] = {"migrations": _migrations, "worker": _worker, "audit": _sealing}
