"""R1: whatever is killed, nothing acknowledged is lost and nothing is doubled. Real server, real durability.

`SHIJIAN_CRASH_CYCLES` sets the number of kills (20 by default, 500 before a release).
"""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

import pytest

from shijian.config import supervisor
from shijian.config.embedded import Cluster

pytestmark = pytest.mark.crash
CYCLES = int(os.environ.get("SHIJIAN_CRASH_CYCLES", "20"))
ROOT = Path(__file__).resolve().parents[1]
SETUP = """
from datetime import date, timedelta
from django.utils.timezone import now
from shijian.accounts import services as accounts
from shijian.accounts.models import Unit, User
from shijian.exchange import services
unit = Unit.objects.get(code="610111")
clerk = User.objects.get(employee_no="SEC1")
admin = User.objects.get(employee_no="SYS1")
source = accounts.create_person(employee_no="API1", name="热线平台", unit=unit, kind="system", password=None, by=admin, now=now())
User.objects.filter(pk=source.pk).update(must_change_password=False)
accounts.grant(source, "api_source", bureau_code="610111", valid_from=date(2025, 1, 1), by=clerk, now=now())
_, secret = services.issue_token(source, name="压测", expires_at=now() + timedelta(days=9), per_minute=1000000, by=clerk, now=now())
print("SECRET", secret)
"""


def free_port() -> int:
    while True:
        with socket.socket() as probe, socket.socket() as above:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
            try:
                above.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


class Server:
    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_port()
        self.environment = {**os.environ, "SHIJIAN_HOME": str(home), "DATABASE_URL": "", "DATABASE_POOL": "8"}

    def command(self, *arguments: str, stdin: str = "") -> str:
        done = subprocess.run(
            [sys.executable, "-m", "shijian.config.cli", *arguments],
            cwd=ROOT, env=self.environment, input=stdin, capture_output=True, text=True, timeout=240,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    def up(self) -> float:
        """Make sure it serves; returns the seconds that took."""
        begin = time.monotonic()
        state = supervisor.read_state(self.home)
        if not (state and supervisor._is_ours(state["pid"])):
            log = (self.home / "up.log").open("ab")
            subprocess.Popen(
                [sys.executable, "-m", "shijian.config.cli", "up", "--port", str(self.port)],
                cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
            log.close()
        while not supervisor.is_healthy(self.port):
            assert time.monotonic() - begin < 60, (self.home / "up.log").read_text()[-2000:]
            time.sleep(0.1)
        return time.monotonic() - begin

    def victims(self) -> dict[str, int]:
        state = supervisor.read_state(self.home) or {"pid": 0, "children": {}}
        found = {name: pid for name, pid in state["children"].items() if pid}
        found["supervisor"] = state["pid"]
        lines = (self.home / "postgres" / "postmaster.pid").read_text().split()
        found["postmaster"] = int(lines[0])
        backends = subprocess.run(
            ["pgrep", "-P", lines[0], "-f", "shijian"], capture_output=True, text=True, check=False
        )
        if backends.stdout.split():
            found["backend"] = int(random.choice(backends.stdout.split()))
        return {name: pid for name, pid in found.items() if pid}


@pytest.fixture
def server(tmp_path):
    tmp_path.chmod(0o755)
    for parent in [*tmp_path.parents][:2]:
        parent.chmod(parent.stat().st_mode | 0o055)
    made = Server(tmp_path / "home")
    made.command("demo", "load", "--size", "small")
    out = made.command("manage", "shell", "-c", SETUP)
    made.secret = out.split("SECRET ")[1].split()[0]
    yield made
    made.command("down")


def test_no_acknowledged_report_is_lost_or_doubled(server):
    acknowledged: dict[str, str] = {}
    refused: list[str] = []
    stop = threading.Event()
    server.up()

    def send() -> None:
        while not stop.is_set():
            key = str(uuid.uuid4())
            body = json.dumps({"kind": "WZ02", "description": f"压测 {key}", "lon": 109.07, "lat": 34.28}).encode()
            headers = {
                "Authorization": f"Bearer {server.secret}",
                "Idempotency-Key": key,
                "Content-Type": "application/json",
            }
            while not stop.is_set():
                url = f"http://127.0.0.1:{server.port}/api/v1/events"
                try:
                    with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=10) as answer:
                        acknowledged[key] = json.load(answer)["number"]
                        break
                except urllib.error.HTTPError as error:
                    if error.code < 500 and error.code != 429:
                        refused.append(f"{error.code} {error.read()!r}")
                        return
                    time.sleep(0.1)
                except OSError:
                    time.sleep(0.1)

    senders = [threading.Thread(target=send, daemon=True) for _ in range(4)]
    for sender in senders:
        sender.start()
    slow = 0.0
    rng = random.Random(1)
    kinds = ["web", "worker", "live", "backend", "postmaster", "supervisor"]
    for cycle in range(CYCLES):
        time.sleep(rng.uniform(0.3, 1.0))
        victims = server.victims()
        name = kinds[cycle % len(kinds)]
        if name in victims:
            os.kill(victims[name], signal.SIGKILL)
        time.sleep(0.2)
        slow = max(slow, server.up())
    time.sleep(1)
    stop.set()
    for sender in senders:
        sender.join(20)
    cluster = Cluster(server.home)
    numbers = cluster.psql("select number from events_event where description like '压测%'", "shijian").split()
    audited = cluster.psql(
        "select count(*) from audit_entry a join events_event e on e.id::text = a.object_id "
        "where a.verb = 'events.event.reported' and e.description like '压测%'",
        "shijian",
    )
    assert refused == []
    assert len(acknowledged) > CYCLES
    assert set(acknowledged.values()) <= set(numbers), "an acknowledged report is missing"
    assert len(numbers) == len(set(numbers))
    described = cluster.psql(
        "select count(distinct description) from events_event where description like '压测%'", "shijian"
    )
    assert int(described) == len(numbers), "a report was taken twice"
    assert int(audited) == len(numbers)
    assert slow <= 10, f"serving again took {slow:.1f} s"
