"""A real node, started by the command line and seen from outside, and the systems that report events to it."""

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
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from shijian.config import environment, supervisor
from shijian.config.embedded import Cluster, socket_dir

ROOT = Path(__file__).resolve().parents[1]
STATIC = environment.home(testing=True) / "drills-static"  # collected once for all nodes: nine seconds each otherwise
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
NEWEST_JOB = "SELECT coalesce(max(id), 0) FROM procrastinate_jobs"
UNFINISHED = """
    SELECT (SELECT count(*) FROM procrastinate_jobs WHERE id <= {newest} AND status IN ('todo', 'doing', 'aborting'))
         + (SELECT count(*) FROM audit_entry e WHERE NOT EXISTS (SELECT FROM audit_leaf l WHERE l.entry_id = e.id))
"""


@dataclass
class Node:
    """A running bureau, seen from outside: its command line, its port, its processes."""

    home: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    def environment(self) -> dict[str, str]:
        others = ("DATABASE_URL", "PYTEST", "PYTHONDONTWRITEBYTECODE")
        rest = {name: value for name, value in os.environ.items() if not name.startswith(others)}
        return {**rest, "SHIJIAN_HOME": str(self.home), "STATIC_DIR": str(STATIC), "PYTHONWARNINGS": "ignore"}

    def start(self) -> None:
        with (self.home / "up.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "shijian.config.cli", "up", "--port", str(self.port)],
                cwd=ROOT, env=self.environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    def wait_healthy(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not supervisor.is_healthy(self.port):
            is_up = self.process is not None and self.process.poll() is None
            if not is_up or time.monotonic() > end:
                raise AssertionError((self.home / "up.log").read_text())
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

    def log_tail(self, characters: int = 6_000) -> str:
        """What the supervisor and the database said last: what a drill that fails has to show."""
        logs = (self.home / "up.log", *sorted((self.home / "logs").glob("*.log")))
        return "\n".join(
            f"== {log.name}\n{log.read_text(errors='replace')[-characters:]}" for log in logs if log.exists()
        )

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


def shijian(home: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """The command line, on a data folder."""
    return subprocess.run(
        [sys.executable, "-m", "shijian.config.cli", *arguments],
        cwd=ROOT, env={**Node(home, 0).environment(), **variables},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip


@contextlib.contextmanager
def folder_for_nodes() -> Iterator[Path]:
    """A folder of its own: every session of pytest closes pytest's folders to other accounts, the database's too."""
    folder = Path(tempfile.mkdtemp(prefix="shijian-node-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def free_ports() -> int:
    """The first of two free ports, below those the system gives to clients: one of ours could take it in a pause."""
    while True:
        port = random.randrange(20_000, 32_000, 2)
        with contextlib.suppress(OSError), socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", port))
            other.bind(("127.0.0.1", port + 1))
            return port


@contextlib.contextmanager
def running_node(home: Path) -> Iterator[Node]:
    """A node that serves, with a port of its own; stopped at the end."""
    node = Node(home, free_ports())
    home.mkdir(exist_ok=True)
    node.start()
    try:
        node.wait_healthy(120)
        yield node
    finally:
        node.stop()
        node.run("down")
        shutil.rmtree(socket_dir(home), ignore_errors=True)


@dataclass
class Clients:
    """Systems that report events and send each again, with the same key, until it is acknowledged."""

    port: int
    secret: str
    kind: str
    acknowledged: dict[str, str] = field(default_factory=dict)  # event id -> number
    sent: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    away: Counter[str] = field(default_factory=Counter)  # answers that say "later", and lost connections
    slowest: float = 0.0  # of the answers that say "later"
    last: float = 0.0  # when the last request began that was acknowledged
    stopping: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        self.threads = [threading.Thread(target=self._report, daemon=True) for _ in range(CLIENTS)]
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        """Let each finish what it is sending."""
        self.stopping.set()
        for thread in self.threads:
            thread.join(60)

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
        except (OSError, http.client.HTTPException) as error:
            self.away[type(error).__name__] += 1
            return False
        finally:
            connection.close()
        if answer.status == 201:
            self.acknowledged[event] = json.loads(content)["number"]
            self.last = max(self.last, begun)
            return True
        self.away[str(answer.status)] += 1
        if answer.status in (503, 507):
            self.slowest = max(self.slowest, time.monotonic() - begun)
        elif answer.status < 500:
            self.refused.append(f"{answer.status} {content.decode(errors='replace')}")
        return False

    def wait_served_since(self, moment: float, *, timeout: float) -> float:
        """Seconds from a moment to the beginning of the first request after it that was acknowledged."""
        while time.monotonic() < moment + timeout:
            if self.last > moment:
                return self.last - moment
            time.sleep(0.02)
        raise AssertionError(
            f"nothing was acknowledged for {timeout:.0f} s; refused: {self.refused[-3:]}; answered instead: {self.away}"
        )
