"""`up`: the database and three processes, started in order, restarted when they die, stopped together."""

import contextlib
import ctypes
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPException
from importlib.metadata import version
from pathlib import Path
from typing import Any

from . import environment
from .embedded import Cluster

PR_SET_PDEATHSIG = 1
BACK_OFF_SECONDS = (0.1, 0.5, 2, 10)
STEADY_SECONDS = 15  # who lived so long did not die of its own start
GRACE_SECONDS = 12


@dataclass
class Child:
    """A process under watch."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    next_start: float = 0.0
    started: float = 0.0

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process and self.process.poll() is None else None


def cluster(home: Path) -> Cluster | None:
    """The embedded server of a data folder, or None when DATABASE_URL names another one."""
    return None if environment.text("DATABASE_URL") else Cluster(home)


def up(home: Path, port: int, say: Callable[[str], None], *, ready: Callable[[], None] = lambda: None) -> None:
    """Run everything until interrupted. Raises SystemExit with a sentence when it cannot."""
    (home / "run").mkdir(parents=True, exist_ok=True)
    with _only_one(home):
        _end_leftovers(home)
        for each in (port, port + 1):
            if _is_taken(each):
                raise SystemExit(f"端口 {each} 已被占用，请用 --port 换一个。")
        _run(home, port, say, ready)


def _run(home: Path, port: int, say: Callable[[str], None], ready: Callable[[], None]) -> None:
    stopping = False

    def stop(*_: Any) -> None:
        nonlocal stopping
        stopping = True

    server, children, state = cluster(home), _children(port), home / "run" / "state.json"
    try:
        if server:
            say("数据库 …")
            server.start()
            server.create_database("shijian")
        _prepare(home, server, say)
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, stop)
        log = home / "logs"
        log.mkdir(exist_ok=True)
        told, written = False, ""
        while not stopping:
            for child in children:
                _keep_running(child, log, say)
            if server and not server.is_listening():
                say("数据库重新启动 …")
                _start_again(server, say)
            pids = {child.name: child.pid for child in children}
            current = json.dumps({"pid": os.getpid(), "port": port, "children": pids})
            if current != written:
                _write(state, current)
                written = current
            if not told and is_healthy(port):
                told = True
                say(f"已启动：http://localhost:{port}/")
                ready()
            time.sleep(0.3)
    finally:
        say("正在停止 …")
        _stop(children)
        if server:
            server.stop()
        state.unlink(missing_ok=True)
        say("已停止。")


def _prepare(home: Path, server: Cluster | None, say: Callable[[str], None]) -> None:
    """Prepare the data folder; when nothing changed since the last time, without loading the product to find out."""
    from . import prepare

    tables = "select to_regclass('core_cache') is not null"
    if server and prepare.is_stamped(home) and server.psql(tables, "shijian") == "t":
        return
    setup_django()
    prepare.prepare(say)
    from django.db import connections

    connections.close_all()


def _start_again(server: Cluster, say: Callable[[str], None]) -> None:
    """A database that does not come up yet is tried again: the pages say so meanwhile."""
    try:
        server.start(timeout=30)
    except SystemExit as failure:
        say(str(failure))


def _write(path: Path, text: str) -> None:
    """Whole or not at all: a kill in between leaves the old file."""
    fresh = path.with_suffix(".new")
    fresh.write_text(text)
    fresh.rename(path)


@contextlib.contextmanager
def _only_one(home: Path) -> Iterator[None]:
    """Hold the data folder. The system lets go of the lock however the process ends; a pid file would stay."""
    with (home / "run" / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            running = read_state(home)
            at = f"（端口 {running['port']}）" if running else ""
            raise SystemExit(f"已经在运行{at}。停止请用 bin/shijian down。") from None
        yield


def _is_held(home: Path) -> bool:
    try:
        with (home / "run" / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _end_leftovers(home: Path) -> None:
    """After a kill -9 of the supervisor its children are ending; wait for that, so that their ports are free."""
    left = read_state(home) or {"children": {}}
    groups = {pid for pid in left["children"].values() if pid}
    deadline = time.monotonic() + 5
    while groups := {group for group in groups if _members(group)}:
        for group in groups:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group, signal.SIGTERM if time.monotonic() < deadline - 4 else signal.SIGKILL)
        if time.monotonic() > deadline:
            return
        time.sleep(0.1)


def _members(group: int) -> list[int]:
    """The processes of ours in a process group: the numbers in an old file may be somebody else's by now."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if int(fields[2]) == group and fields[0] != "Z" and str(environment.ROOT).encode() in command:
                found.append(int(entry.name))
    return found


def down(home: Path, say: Callable[[str], None]) -> None:
    """Stop what `up` started in this data folder, and a database left behind."""
    running = read_state(home)
    if running and _is_held(home) and _is_ours(running["pid"]):
        os.kill(running["pid"], signal.SIGTERM)
        deadline = time.monotonic() + 40
        while _is_held(home) and time.monotonic() < deadline:
            time.sleep(0.1)
        say("没有在 40 秒内停止，请稍后再看。" if _is_held(home) else "已停止。")
        return
    _end_leftovers(home)
    server = cluster(home)
    if server and server.is_ready():
        server.stop()
    say("没有在运行。")


def status(home: Path) -> dict[str, Any]:
    """Each process and whether it answers."""
    running = read_state(home)
    alive = bool(running and _is_held(home))
    server = cluster(home)
    found: dict[str, Any] = {
        "running": alive,
        "port": running["port"] if running and alive else None,
        "database": server.is_ready() if server else "DATABASE_URL",
    }
    if running and alive:
        found["processes"] = {
            name: bool(pid and Path(f"/proc/{pid}").exists()) for name, pid in running["children"].items()
        }
        found["healthy"] = is_healthy(running["port"])
        found["live"] = _answers(f"http://127.0.0.1:{running['port'] + 1}/live/health")
    found["versions"] = {name: version(name) for name in ("django", "granian", "psycopg", "procrastinate")}
    if server and found["database"]:
        found["versions"]["postgresql"] = server.psql("show server_version")
    return found


def read_state(home: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads((home / "run" / "state.json").read_text())
    except (OSError, ValueError):
        return None
    return found


def is_healthy(port: int) -> bool:
    return _answers(f"http://127.0.0.1:{port}/health/")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=3) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except (OSError, HTTPException):  # killed in the middle of an answer
        return False


def _children(port: int) -> list[Child]:
    python, granian = sys.executable, str(Path(sys.executable).with_name("granian"))
    # A worker that is killed comes back at once, and stopping does not wait for a stream that never ends.
    lasting = ["--respawn-failed-workers", "--respawn-interval", "0.1", "--workers-kill-timeout", "8"]
    # Headroom for a slow phone: a thread that reads an upload must not be all there is.
    web = [granian, "--interface", "wsgi", "--host", environment.text("HOST", "127.0.0.1"), "--port", str(port)]
    web += ["--workers", "2", "--blocking-threads", "4", "--no-ws", "--log-level", "warning", *lasting]
    live = [granian, "--interface", "asgi", "--host", environment.text("HOST", "127.0.0.1"), "--port", str(port + 1)]
    live += ["--workers", "1", "--no-ws", "--log-level", "warning", *lasting]
    manage = [python, str(environment.ROOT / "manage.py")]
    begun = time.monotonic()  # the pages first: a person is waiting for them
    return [
        Child("web", [*web, "shijian.config.wsgi:application"]),
        Child("live", [*live, "shijian.config.asgi:application"], next_start=begun + 2),
        Child("worker", [*manage, "procrastinate", "worker", "--concurrency", "2"], next_start=begun + 3),
    ]


def _keep_running(child: Child, log: Path, say: Callable[[str], None]) -> None:
    if child.pid or time.monotonic() < child.next_start:
        return
    if child.process is not None:
        lived = time.monotonic() - child.started
        child.failures = 0 if lived > STEADY_SECONDS else child.failures + 1
        _kill_group(child.process.pid)  # workers whose parent was killed would keep the port
        pause = BACK_OFF_SECONDS[min(child.failures, len(BACK_OFF_SECONDS) - 1)]
        say(f"{child.name} 退出（{child.process.returncode}），重新启动 …")
        child.process = None
        child.next_start = time.monotonic() + pause
        return
    port = child.command[child.command.index("--port") + 1] if "--port" in child.command else ""
    live = environment.text("LIVE_URL") or (f":{int(port) + 1}" if child.name == "web" else "")  # same host
    # Without compiled files each start would take seconds more.
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with (log / f"{child.name}.log").open("ab") as out:
        child.process = subprocess.Popen(  # noqa: S603
            child.command,
            cwd=environment.ROOT,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env={**environ, "LIVE_URL": live, "DJANGO_SETTINGS_MODULE": "shijian.config.settings"},
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )
    child.started = time.monotonic()


def _die_with_parent() -> None:
    """However the supervisor ends, its children end with it (Linux)."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _stop(children: list[Child]) -> None:
    for child in children:
        if child.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child.pid, signal.SIGTERM)  # it tells its own workers, once they have answered
    deadline = time.monotonic() + GRACE_SECONDS
    for child in children:
        if child.process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.1, deadline - time.monotonic()))
            _kill_group(child.process.pid)


def _kill_group(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _is_ours(pid: int) -> bool:
    """A pid file alone proves nothing: the number may belong to somebody else by now."""
    try:
        return b"shijian.config.cli" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def setup_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shijian.config.settings")
    import django

    django.setup()
