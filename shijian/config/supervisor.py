"""`up`: the database and three processes, started in order, restarted when they die, stopped together."""

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import environment
from .embedded import Cluster

PR_SET_PDEATHSIG = 1
BACK_OFF_SECONDS = (0.2, 1, 3, 10)
GRACE_SECONDS = 12


@dataclass
class Child:
    """A process under watch."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    next_start: float = 0.0
    started: float = field(default=0.0)

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process and self.process.poll() is None else None


def cluster(home: Path) -> Cluster | None:
    """The embedded server of a data folder, or None when DATABASE_URL names another one."""
    return None if environment.text("DATABASE_URL") else Cluster(home)


def up(home: Path, port: int, say: Callable[[str], None], *, ready: Callable[[], None] = lambda: None) -> None:
    """Run everything until interrupted. Raises SystemExit with a sentence when it cannot."""
    running = read_state(home)
    if running and _is_ours(running["pid"]):
        raise SystemExit(f"已经在运行（端口 {running['port']}）。停止请用 bin/shijian down。")
    for each in (port, port + 1):
        if _is_taken(each):
            raise SystemExit(f"端口 {each} 已被占用，请用 --port 换一个。")
    home.mkdir(parents=True, exist_ok=True)
    server = cluster(home)
    if server:
        say("数据库 …")
        server.start()
        server.create_database("shijian")
    _setup_django()
    from .prepare import prepare

    prepare(say)
    from django.db import connections

    connections.close_all()
    children = _children(port)
    state = home / "run" / "state.json"
    state.parent.mkdir(parents=True, exist_ok=True)
    stopping = False

    def stop(*_: Any) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    try:
        log = home / "logs"
        log.mkdir(exist_ok=True)
        told = False
        while not stopping:
            for child in children:
                _keep_running(child, log, say)
            if server and not server.is_ready():
                say("数据库重新启动 …")
                server.start()
            pids = {child.name: child.pid for child in children}
            state.write_text(json.dumps({"pid": os.getpid(), "port": port, "children": pids}))
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


def down(home: Path, say: Callable[[str], None]) -> None:
    """Stop what `up` started in this data folder, and a database left behind."""
    running = read_state(home)
    if running and _is_ours(running["pid"]):
        os.kill(running["pid"], signal.SIGTERM)
        deadline = time.monotonic() + 40
        while _is_ours(running["pid"]) and time.monotonic() < deadline:
            time.sleep(0.2)
        say("已停止。")
        return
    server = cluster(home)
    if server and server.is_ready():
        server.stop()
    say("没有在运行。")


def status(home: Path) -> dict[str, Any]:
    """Each process and whether it answers."""
    running = read_state(home)
    alive = bool(running and _is_ours(running["pid"]))
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
    return found


def read_state(home: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads((home / "run" / "state.json").read_text())
    except (OSError, ValueError):
        return None
    return found


def is_healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/", timeout=3) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _children(port: int) -> list[Child]:
    python, granian = sys.executable, str(Path(sys.executable).with_name("granian"))
    # Headroom for a slow phone: a thread that reads an upload must not be all there is.
    web = [granian, "--interface", "wsgi", "--host", environment.text("HOST", "127.0.0.1"), "--port", str(port)]
    web += ["--workers", "2", "--blocking-threads", "4", "--no-ws", "--log-level", "warning"]
    live = [granian, "--interface", "asgi", "--host", environment.text("HOST", "127.0.0.1"), "--port", str(port + 1)]
    live += ["--workers", "1", "--no-ws", "--log-level", "warning"]
    manage = [python, str(environment.ROOT / "manage.py")]
    return [
        Child("web", [*web, "shijian.config.wsgi:application"]),
        Child("live", [*live, "shijian.config.asgi:application"]),
        Child("worker", [*manage, "procrastinate", "worker", "--concurrency", "2"]),
    ]


def _keep_running(child: Child, log: Path, say: Callable[[str], None]) -> None:
    if child.pid or time.monotonic() < child.next_start:
        return
    if child.process is not None:
        lived = time.monotonic() - child.started
        child.failures = 0 if lived > 60 else child.failures + 1
        pause = BACK_OFF_SECONDS[min(child.failures, len(BACK_OFF_SECONDS) - 1)]
        say(f"{child.name} 退出（{child.process.returncode}），重新启动 …")
        child.process = None
        child.next_start = time.monotonic() + pause
        return
    port = child.command[child.command.index("--port") + 1] if "--port" in child.command else ""
    live = environment.text("LIVE_URL") or (f"http://localhost:{int(port) + 1}" if child.name == "web" else "")
    with (log / f"{child.name}.log").open("ab") as out:
        child.process = subprocess.Popen(  # noqa: S603
            child.command,
            cwd=environment.ROOT,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env={**os.environ, "LIVE_URL": live, "DJANGO_SETTINGS_MODULE": "shijian.config.settings"},
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
            os.killpg(child.pid, signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    for child in children:
        if child.process:
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(child.process.pid, signal.SIGKILL)


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


def _setup_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shijian.config.settings")
    import django

    django.setup()
