"""B1: an event taken in over the API (token, validation, idempotency, grid, number, limit, step, audit, notice, one
commit) against a bare Django view with one INSERT. Both behind granian with the same workers, threads and pool, on one
database with full durability; turns alternate, the median of the rounds counts."""

import json
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from . import load

ROOT = Path(__file__).resolve().parents[1]
TARGET, PER_SECOND, P95_SECONDS = 0.40, 60, 0.150
SERVER = ["--interface", "wsgi", "--workers", "2", "--blocking-threads", "4", "--no-ws", "--log-level", "error"]


def run(quick: bool = False) -> list[dict[str, Any]]:
    rounds, per_round = (5, 400) if quick else (7, 3000)
    home = Path(tempfile.mkdtemp(prefix="shijian-bench-"))
    home.chmod(0o755)  # the database's own account passes through
    environment = {**os.environ, "SHIJIAN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "shijian.config.settings"}
    environment.pop("DATABASE_URL", None)
    from shijian.config.embedded import Cluster

    cluster = Cluster(home)
    servers: list[subprocess.Popen[bytes]] = []
    try:
        cluster.start()
        cluster.create_database("shijian")
        made = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "bench.intake", "prepare"],
            cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        known = json.loads(made.stdout.splitlines()[-1])
        ports = {"ours": _free_port(), "bare": _free_port()}
        for side, application in (("ours", "shijian.config.wsgi:application"), ("bare", "bench.bare:application")):
            granian = str(Path(sys.executable).with_name("granian"))
            command = [granian, *SERVER, "--host", "127.0.0.1", "--port", str(ports[side]), application]
            servers.append(subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL))
        for port in ports.values():
            _wait_for(port)
        dice = random.Random(1)
        headers = {"Authorization": f"Bearer {known['secret']}"}
        for side in ports:
            load.send_all(ports[side], _requests(200, dice, headers))  # warm
        before_rounds = _kept(cluster)
        turns: dict[str, list[load.Round]] = {"ours": [], "bare": []}
        wal = 0
        for _ in range(rounds):
            for side, port in ports.items():
                requests = _requests(per_round, dice, headers)
                before = _wal(cluster)
                turns[side].append(load.send_all(port, requests))
                wal += _wal(cluster) - before if side == "ours" else 0
        lost = rounds * per_round - (_kept(cluster) - before_rounds)
        failed = sum(turn.failed for side in turns.values() for turn in side)
        ours, bare = (statistics.median(turn.per_second for turn in turns[side]) for side in ("ours", "bare"))
        waits = load.Round(1, [wait for turn in turns["ours"] for wait in turn.waits])
        p95 = waits.share_below(0.95)
        return [
            {
                "name": "B1 intake",
                "ours": round(ours, 1),
                "peer": round(bare, 1),
                "unit": "requests/s",
                "ratio": round(ours / bare, 3),
                "target": TARGET,
                "ok": ours / bare >= TARGET and ours >= PER_SECOND and p95 <= P95_SECONDS and not failed and not lost,
                "n": rounds * per_round,
                "rounds": rounds,
                "p95_ms": round(p95 * 1000, 1),
                "p50_ms": round(waits.share_below(0.5) * 1000, 1),
                "sql": known["sql"],
                "commits": known["commits"],
                "wal_bytes": round(wal / (rounds * per_round)),
                "failed": failed,
                "lost": lost,
                "clients": 8,
                "cpus": os.cpu_count(),
                "peer_is": "Django view, one INSERT, no middleware",
            }
        ]
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            server.wait(20)
        cluster.stop("immediate")
        shutil.rmtree(home, ignore_errors=True)
        shutil.rmtree(cluster.sockets, ignore_errors=True)


def _requests(count: int, dice: random.Random, headers: dict[str, str]) -> list[bytes]:
    made = []
    for _ in range(count):
        key = f"{dice.getrandbits(96):024x}"
        finding = {
            "kind": "WZ02",
            "description": f"门店未悬挂营业执照，现场已告知，请核实处理。{key}",
            "lon": round(dice.uniform(109.0, 109.04), 6),
            "lat": round(dice.uniform(34.2, 34.21), 6),
            "address": "纺织城街道纺一路 1 号",
            "outside_no": key[:20],
        }
        body = json.dumps(finding, ensure_ascii=False).encode()
        made.append(load.request("/api/v1/events", body, {**headers, "Idempotency-Key": key}))
    return made


def _wal(cluster: Any) -> int:
    return int(cluster.psql("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn"))


def _kept(cluster: Any) -> int:
    return int(cluster.psql("SELECT count(*) FROM events_event WHERE source = 'interface'", "shijian"))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 40
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def prepare() -> None:
    """In a process of its own: the schema, a small bureau, a token; and one intake counted statement by statement."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from bench.bare_table import TABLE
    from shijian.accounts.services import sync_roles
    from shijian.accounts.testing import build_cast
    from shijian.config.roles import ROLES
    from shijian.exchange.testing import ApiClient, a_token
    from tests import world

    with Path(os.devnull).open("w") as quiet:
        for name in ("migrate", "createcachetable", "load_reference", "load_industries"):
            call_command(name, stdout=quiet, stderr=quiet)
    sync_roles(ROLES)
    cast = build_cast()
    world.build(cast)
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
    _, secret = a_token(cast.source, cast.secadmin, per_minute=100_000_000)
    client = ApiClient(secret)
    finding = {"kind": "WZ02", "description": "热身", "lon": 109.005, "lat": 34.205}
    for number in range(3):
        client.submit(finding, key=f"warm-up-{number}")
    with CaptureQueriesContext(connection) as caught:
        assert client.submit(finding, key="counted-one").status_code == 201
    statements = [each["sql"] for each in caught.captured_queries]
    if os.environ.get("BENCH_SQL"):
        sys.stderr.write("\n".join(statement[:200] for statement in statements) + "\n")
    words = {"BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"}
    sql = [statement for statement in statements if statement.split()[0] not in words]
    commits = sum(statement.startswith("COMMIT") for statement in statements)
    connection.close()
    sys.stdout.write(json.dumps({"secret": secret, "sql": len(sql), "commits": commits}) + "\n")


if __name__ == "__main__" and sys.argv[1:] == ["prepare"]:
    prepare()
