"""R1: processes are killed while events come in; what was acknowledged is there, once, with its audit entry.

The clients' own list of what was acknowledged is the oracle. The node is the real one: `bin/shijian up` on a data folder
of its own, with the durability it has in an office. `SHIJIAN_CRASH_CYCLES` sets how often something is killed.
"""

import contextlib
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CYCLES = int(os.environ.get("SHIJIAN_CRASH_CYCLES", "20"))
SERVING_AGAIN_SECONDS = 10
CLIENTS = 4

BUREAU = """
from datetime import timedelta
from django.utils.timezone import now
from shijian.accounts.testing import build_cast
from shijian.events.models import Kind
from shijian.exchange.services import issue_token
cast = build_cast()
token, secret = issue_token(cast.source, name="报送", expires_at=now() + timedelta(days=1), per_minute=100000,
                            by=cast.secadmin, now=now())
print("SECRET", secret, Kind.objects.filter(is_active=True).order_by("code")[0].code)
"""
FOUND = """
import json
from collections import Counter
from shijian.audit.models import Entry
from shijian.events.models import Event
events = {str(pk): number for pk, number in Event.objects.values_list("pk", "number")}
entries = Counter(Entry.objects.filter(verb="events.event.reported").values_list("object_id", flat=True))
print("FOUND", json.dumps({"events": events, "entries": entries}))
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
        while not json.loads(self.run("status", "--json")).get("healthy"):
            assert time.monotonic() < end, (self.home / "up.log").read_text()
            time.sleep(0.5)

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
    pids = [pid for pid in node.children().values() if pid]
    workers = [pid for parent in pids for pid in below(parent)]
    postmaster = node.postmaster()
    return [node.process and node.process.pid, *pids, *workers, postmaster, *below(postmaster)]


def immediately(node: Node) -> list[int | None]:
    """`pg_ctl stop -m immediate` is a SIGQUIT to the postmaster."""
    if postmaster := node.postmaster():
        os.kill(postmaster, signal.SIGQUIT)
    return []


VICTIMS: dict[str, Callable[[Node], list[int | None]]] = {
    "web": lambda node: [node.children().get("web")],
    "a web worker": lambda node: below(node.children().get("web"))[:1],
    "live": lambda node: [node.children().get("live")],
    "worker": lambda node: [node.children().get("worker")],
    "a database backend": lambda node: below(node.postmaster(), "postgres: postgres shijian")[:1],
    "the postmaster": lambda node: [node.postmaster()],
    "the postmaster, immediate stop": immediately,
    "the supervisor": lambda node: [node.process and node.process.pid],
    "everything": everything,
}


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
def node(tmp_path: Path) -> Iterator[Node]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    for folder in (tmp_path, *tmp_path.parents[:2]):  # pytest's folders are closed to the database's account
        folder.chmod(0o711)
    node = Node(tmp_path / "home", port)
    node.home.mkdir()
    yield node
    node.stop()
    node.run("down")


def test_nothing_acknowledged_is_lost_or_doubled_when_processes_are_killed(node: Node) -> None:
    node.start()
    node.wait_healthy(120)
    secret, kind = node.ask(BUREAU, "SECRET").split()
    clients = Clients(node.port, secret, kind)
    threads = clients.start()
    clients.wait_served_since(time.monotonic(), timeout=90)
    chance = random.Random(20261121)
    order = [name for _ in range(CYCLES // len(VICTIMS) + 1) for name in chance.sample(list(VICTIMS), len(VICTIMS))]
    pauses: list[tuple[float, str]] = []
    for name in order[:CYCLES]:
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
    node.stop()

    found = json.loads(node.ask(FOUND, "FOUND"))
    events, entries = found["events"], found["entries"]
    slowest = max(pauses)
    sys.stderr.write(
        f"\n{CYCLES} kills, {len(clients.acknowledged)} acknowledged, slowest {slowest[0]:.1f} s after {slowest[1]}\n"
    )
    assert clients.refused == []
    assert {event: events.get(event) for event in clients.acknowledged} == clients.acknowledged
    assert set(events) <= clients.sent
    assert entries == dict.fromkeys(events, 1)
    taken = sorted(int(number.rsplit("-", 1)[1]) for number in events.values())
    assert taken == list(range(1, len(taken) + 1)), "numbers have no gap and no double"
    verified = json.loads(node.run("audit", "verify", "--json"))
    assert verified["ok"], verified["faults"]
    assert slowest[0] <= SERVING_AGAIN_SECONDS, pauses
