"""`up`: the database and three processes, started in order, restarted when they die, stopped together."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from importlib.metadata import version
from pathlib import Path
from typing import Any

from . import children, node, rotation
from .embedded import Cluster

ATTEMPTS = 4
LEFTOVER_SECONDS = 5
TIDY_SECONDS = 60


def up(home: Path, port: int, say: Callable[[str], None], *, ready: Callable[[], None] = lambda: None) -> None:
    """Run everything until interrupted. Raises SystemExit with a sentence when it cannot."""
    with node.alone(home):
        if (home / node.HALF_RESTORED).exists():
            raise SystemExit(f"{home} 的恢复没有完成。请重新运行 bin/shijian restore。")
        _end_leftovers(home)
        for each in (port, port + 1):
            if not _becomes_free(each):
                raise SystemExit(f"端口 {each} 已被占用，请用 --port 换一个。")
        _run(home, port, say, ready)


def _run(home: Path, port: int, say: Callable[[str], None], ready: Callable[[], None]) -> None:
    stopping = False

    def stop(*_: Any) -> None:
        nonlocal stopping
        stopping = True

    begun = time.monotonic()
    server, family, state = node.cluster(home), children.children(port), home / "run" / "state.json"
    web = family[0]
    (home / "logs").mkdir(exist_ok=True)

    def give_up(*_: Any) -> None:
        raise SystemExit("已中断。")

    try:
        signal.signal(signal.SIGTERM, give_up)  # nobody is served yet: nothing to finish
        shutil.rmtree(home / "run" / "metrics", ignore_errors=True)  # the counters begin anew
        _make_ready(home, server, say)
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, stop)
        serving, written, tidied = False, "", 0.0
        while not stopping:
            if server and not server.is_listening():
                say("数据库重新启动 …")
                _start_again(server, say)
            for child in family:
                if children.may_start(child, web, serving=serving):
                    children.keep_running(child, home, say)
            current = json.dumps(
                {"pid": os.getpid(), "port": port, "children": {each.name: each.pid for each in family}}
            )
            if current != written:
                _write(state, current)
                written = current
            if not serving and is_healthy(port):
                serving = True
                say(f"已启动（{time.monotonic() - begun:.1f} 秒）：http://localhost:{port}/")
                ready()
            if time.monotonic() > tidied + TIDY_SECONDS:
                tidied = time.monotonic()
                rotation.rotate(home / "logs")
            time.sleep(0.3 if serving else 0.05)
    finally:
        say("正在停止 …")
        children.stop(family)
        if server:
            server.stop()
        state.unlink(missing_ok=True)
        say("已停止。")


def _make_ready(home: Path, server: Cluster | None, say: Callable[[str], None]) -> None:
    """Database and data folder. A database killed in the middle is started again: each step is harmless to repeat."""
    for attempt in range(ATTEMPTS):
        try:
            if server:
                say("数据库 …")
                server.start()
                server.create_database("shijian")
            _prepare(home, server, say)
            return
        except Exception as failure:
            if attempt == ATTEMPTS - 1 or not _is_interruption(failure):
                raise
            say("数据库中断，重试 …")


def _is_interruption(failure: BaseException | None) -> bool:
    """Whether the database went away, as seen by its own programs, the driver, or Django on top of the driver."""
    from psycopg import OperationalError

    if isinstance(failure, (subprocess.CalledProcessError, OperationalError)):
        return True
    return failure is not None and _is_interruption(failure.__cause__)


def _prepare(home: Path, server: Cluster | None, say: Callable[[str], None]) -> None:
    """Prepare the data folder; when nothing changed since the last time, without loading the product to find out."""
    from . import prepare

    tables = "select to_regclass('core_cache') is not null"
    if server and prepare.is_stamped(home) and server.psql(tables, "shijian") == "t":
        return
    node.setup_django()
    from django.db import connections

    try:
        prepare.prepare(say)
    finally:
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


def _end_leftovers(home: Path) -> None:
    """After a kill -9 of the supervisor its children are ending; wait for that, so that their ports are free."""
    begun = time.monotonic()
    while (left := children.leftovers(home)) and time.monotonic() < begun + LEFTOVER_SECONDS:
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM if time.monotonic() < begun + 1 else signal.SIGKILL)
        time.sleep(0.1)


def down(home: Path, say: Callable[[str], None]) -> None:
    """Stop what `up` started in this data folder, and a database left behind."""
    running = node.read_state(home)
    if running and node.is_held(home) and _is_ours(running["pid"]):
        os.kill(running["pid"], signal.SIGTERM)
        deadline = time.monotonic() + 40
        while node.is_held(home) and time.monotonic() < deadline:
            time.sleep(0.1)
        say("没有在 40 秒内停止，请稍后再看。" if node.is_held(home) else "已停止。")
        return
    _end_leftovers(home)
    server = node.cluster(home)
    if server and server.is_ready():
        server.stop()
    say("没有在运行。")


def status(home: Path) -> dict[str, Any]:
    """Each process and whether it answers."""
    running = node.read_state(home)
    alive = bool(running and node.is_held(home))
    server = node.cluster(home)
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


def is_healthy(port: int) -> bool:
    return _answers(f"http://127.0.0.1:{port}/health/ready")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=3) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except (OSError, HTTPException):  # killed in the middle of an answer
        return False


def _is_ours(pid: int) -> bool:
    """A pid file alone proves nothing: the number may belong to somebody else by now."""
    try:
        return b"shijian.config.cli" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def _becomes_free(port: int) -> bool:
    """A process that is being killed gives up its name in /proc before its sockets: wait a little before giving up."""
    deadline = time.monotonic() + LEFTOVER_SECONDS
    while _is_taken(port):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
