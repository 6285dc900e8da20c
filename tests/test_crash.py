"""R1: processes are killed while events come in and an import runs; what was acknowledged is there, once, with its audit
entry, the log verifies and is sealed to its end, and every job ends.

The clients' own list of what was acknowledged is the oracle. The node is the real one: `bin/shijian up` on a data folder
of its own, with the durability it has in an office. `SHIJIAN_CRASH_CYCLES` sets how often something is killed: 5 kills by
default, the gravest; 20 before a release.
"""

import contextlib
import http.client
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from shijian.config import children, supervisor
from shijian.config.embedded import Cluster, socket_dir

ROOT = Path(__file__).resolve().parents[1]
CYCLES = int(os.environ.get("SHIJIAN_CRASH_CYCLES", "5"))
SERVING_AGAIN_SECONDS = 15  # measured: 5 after everything, on two cores
JOBS_END_SECONDS = 120
CLIENTS = 4
ROWS = 20_000

BUREAU = f"""
from datetime import timedelta
from pathlib import Path
from django.conf import settings
from django.db import transaction
from django.utils.timezone import now
from shijian.accounts.testing import build_cast
from shijian.events.models import Kind
from shijian.exchange.services import issue_token
from shijian.grid.rules.datum import Datum
from shijian.subjects.services import importing
cast = build_cast()
file = Path(settings.HOME) / "entities.csv"
file.write_text("名称,来源编号\\n" + "".join(f"演练商店{{n}},{{n}}\\n" for n in range({ROWS})), encoding="utf-8")
with transaction.atomic():
    importing.queue(importing.start_import(
        file, file_name=file.name, source="断电演练", datum=Datum.WGS84, by=cast.clerk, now=now()))
token, secret = issue_token(cast.source, name="报送", expires_at=now() + timedelta(days=1), per_minute=100000,
                            by=cast.secadmin, now=now())
print("SECRET", secret, Kind.objects.filter(is_active=True).order_by("code")[0].code)
"""
FOUND = """
import json
from collections import Counter
from shijian.audit.models import Entry
from shijian.events.models import Event
from shijian.subjects.models import Entity, Import
events = {str(pk): number for pk, number in Event.objects.values_list("pk", "number")}
entries = Counter(Entry.objects.filter(verb="events.event.reported").values_list("object_id", flat=True))
imports = list(Import.objects.values_list("state", "read", "rejected"))
names = Entity.objects.values_list("name", flat=True)
print("FOUND", json.dumps({"events": events, "entries": entries, "imports": imports, "entities": [len(names), len(set(names))]}))
"""
NEWEST_JOB = "SELECT coalesce(max(id), 0) FROM procrastinate_jobs"
UNFINISHED = """
    SELECT (SELECT count(*) FROM procrastinate_jobs WHERE id <= {newest} AND status IN ('todo', 'doing', 'aborting'))
         + (SELECT count(*) FROM audit_entry e WHERE NOT EXISTS (SELECT FROM audit_leaf l WHERE l.entry_id = e.id))
"""

pytestmark = pytest.mark.crash


@dataclass
class Node:
    """A running bureau, seen from outside: its command line, its port, its processes."""

    home: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    def environment(self) -> dict[str, str]:
        others = ("DATABASE_URL", "PYTEST", "PYTHONDONTWRITEBYTECODE")
        rest = {name: value for name, value in os.environ.items() if not name.startswith(others)}
        return {**rest, "SHIJIAN_HOME": str(self.home), "PYTHONWARNINGS": "ignore"}

    def start(self) -> None:
        with (self.home / "up.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "shijian.config.cli", "up", "--port", str(self.port)],
                cwd=ROOT, env=self.environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    def wait_healthy(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not supervisor.is_healthy(self.port):
            assert time.monotonic() < end, (self.home / "up.log").read_text()
            time.sleep(0.1)

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "shijian.config.cli", *arguments],
            cwd=ROOT, env=self.environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def ask(self, script: str, mark: str) -> str:
        lines = self.run("manage", "shell", "-c", script).splitlines()
        return next(line.removeprefix(mark).strip() for line in lines if line.startswith(mark))

    def children(self) -> dict[str, int]:
        with contextlib.suppress(OSError, ValueError):
            return json.loads((self.home / "run" / "state.json").read_text())["children"]
        return {}

    def postmaster(self) -> int | None:
        with contextlib.suppress(OSError, ValueError, IndexError):
            return int((self.home / "postgres" / "postmaster.pid").read_text().splitlines()[0])
        return None

    def wait_finished(self, seconds: float) -> None:
        """Until every job there is now has ended and every entry of the log is sealed."""
        database = Cluster(self.home)
        newest = database.psql(NEWEST_JOB, "shijian")
        end = time.monotonic() + seconds
        while left := int(database.psql(UNFINISHED.format(newest=newest), "shijian")):
            assert time.monotonic() < end, f"{left} jobs or entries unfinished after {seconds:.0f} s"
            time.sleep(0.5)

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)


def below(parent: int | None, word: str = "") -> list[int]:
    """The processes a process started, whose command line holds a word."""
    found = []
    for entry in Path("/proc").iterdir():
        if parent and entry.name.isdigit():
            with contextlib.suppress(OSError):
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                if int(fields[1]) == parent and word in (entry / "cmdline").read_text(errors="replace"):
                    found.append(int(entry.name))
    return found


def kill(*pids: int | None) -> None:
    for pid in pids:
        if pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def everything(node: Node) -> list[int | None]:
    """As a power cut does, but for what the disk has been told."""
    postmaster = node.postmaster()
    return [node.process and node.process.pid, *children.leftovers(node.home), postmaster, *below(postmaster)]


def immediately(node: Node) -> list[int | None]:
    """`pg_ctl stop -m immediate` is a SIGQUIT to the postmaster."""
    if postmaster := node.postmaster():
        os.kill(postmaster, signal.SIGQUIT)
    return []


# The gravest first: the short form kills five.
VICTIMS: dict[str, Callable[[Node], list[int | None]]] = {
    "worker": lambda node: [node.children().get("worker")],
    "the postmaster": lambda node: [node.postmaster()],
    "web": lambda node: [node.children().get("web")],
    "the supervisor": lambda node: [node.process and node.process.pid],
    "everything": everything,
    "a web worker": lambda node: below(node.children().get("web"))[:1],
    "live": lambda node: [node.children().get("live")],
    "a database backend": lambda node: below(node.postmaster(), "postgres: postgres shijian")[:1],
    "the postmaster, immediate stop": immediately,
}


def victims(count: int, chance: random.Random) -> list[str]:
    """Each kind once, then again and again in another order each time."""
    names = list(VICTIMS)
    while len(names) < count:
        names += chance.sample(list(VICTIMS), len(VICTIMS))
    return names[:count]


@dataclass
class Clients:
    """Systems that report events and send each again, with the same key, until it is acknowledged."""

    port: int
    secret: str
    kind: str
    acknowledged: dict[str, str] = field(default_factory=dict)  # event id -> number
    sent: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    last: float = 0.0  # when the last request began that was acknowledged
    stopping: threading.Event = field(default_factory=threading.Event)

    def start(self) -> list[threading.Thread]:
        threads = [threading.Thread(target=self._report, daemon=True) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        return threads

    def _report(self) -> None:
        while not self.stopping.is_set():
            event, key = str(uuid.uuid4()), uuid.uuid4().hex
            body = json.dumps({"id": event, "kind": self.kind, "description": "断电演练"})
            self.sent.add(event)
            while not self._is_acknowledged(event, key, body):
                time.sleep(0.05)
            time.sleep(0.01)

    def _is_acknowledged(self, event: str, key: str, body: str) -> bool:
        begun = time.monotonic()
        headers = {"Authorization": f"Bearer {self.secret}", "Content-Type": "application/json", "Idempotency-Key": key}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("POST", "/api/v1/events", body, headers)
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        if answer.status == 201:
            self.acknowledged[event] = json.loads(content)["number"]
            self.last = max(self.last, begun)
            return True
        if answer.status < 500:
            self.refused.append(f"{answer.status} {content.decode(errors='replace')}")
        return False

    def wait_served_since(self, moment: float, *, timeout: float) -> float:
        """Seconds from a moment to the beginning of the first request after it that was acknowledged."""
        while time.monotonic() < moment + timeout:
            if self.last > moment:
                return self.last - moment
            time.sleep(0.02)
        raise AssertionError(f"nothing was acknowledged for {timeout:.0f} s; refused: {self.refused[-3:]}")


@pytest.fixture
def node() -> Iterator[Node]:
    """In a folder of its own: every session of pytest closes pytest's folders to other accounts, the database's too."""
    folder = Path(tempfile.mkdtemp(prefix="shijian-crash-"))
    folder.chmod(0o711)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    node = Node(folder, port)
    yield node
    node.stop()
    node.run("down")
    shutil.rmtree(folder)
    shutil.rmtree(socket_dir(folder))


def test_nothing_acknowledged_is_lost_or_doubled_when_processes_are_killed(node: Node) -> None:
    node.start()
    node.wait_healthy(120)
    secret, kind = node.ask(BUREAU, "SECRET").split()
    clients = Clients(node.port, secret, kind)
    threads = clients.start()
    clients.wait_served_since(time.monotonic(), timeout=90)
    chance = random.Random(20261121)
    pauses: list[tuple[float, str]] = []
    for name in victims(CYCLES, chance):
        time.sleep(chance.uniform(0.2, 1.2))
        pids = VICTIMS[name](node)
        moment = time.monotonic()
        kill(*pids)
        if node.process and node.process.pid in pids:
            node.process.wait()
            node.start()
        pauses.append((clients.wait_served_since(moment, timeout=60), name))
    clients.stopping.set()
    for thread in threads:
        thread.join(60)
    begun = time.monotonic()
    node.wait_finished(JOBS_END_SECONDS)
    jobs = time.monotonic() - begun
    node.stop()

    found = json.loads(node.ask(FOUND, "FOUND"))
    events, entries = found["events"], found["entries"]
    slowest = max(pauses)
    sys.stderr.write(
        f"\n{CYCLES} kills, {len(clients.acknowledged)} acknowledged, "
        f"slowest {slowest[0]:.1f} s after {slowest[1]}, jobs ended after {jobs:.0f} s\n"
    )
    assert clients.refused == []
    assert {event: events.get(event) for event in clients.acknowledged} == clients.acknowledged
    assert set(events) <= clients.sent
    assert entries == dict.fromkeys(events, 1)
    taken = sorted(int(number.rsplit("-", 1)[1]) for number in events.values())
    assert taken == list(range(1, len(taken) + 1)), "numbers have no gap and no double"
    assert found["imports"] == [["done", ROWS, 0]]
    assert found["entities"] == [ROWS, ROWS]
    verified = json.loads(node.run("audit", "verify", "--json"))
    assert verified["ok"], verified["faults"]
    assert slowest[0] <= SERVING_AGAIN_SECONDS, pauses
