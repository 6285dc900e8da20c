"""The processes under watch: which there are, and how each is started, started again and ended."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import environment

PR_SET_PDEATHSIG = 1
BACK_OFF_SECONDS = (0.1, 0.5, 1, 2, 5)
STEADY_SECONDS = 15  # who lived so long did not die of its own start
GRACE_SECONDS = 12
MARK = "SHIJIAN_NODE"  # in the environment of a child and of all it starts: whose it is
HEAD_START_SECONDS = 8  # the others wait so long for the pages, and no longer


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


def children(port: int) -> list[Child]:
    """The pages first: a person is waiting for them."""
    python, granian = sys.executable, str(Path(sys.executable).with_name("granian"))
    # A worker that is killed comes back at once, and stopping does not wait for a stream that never ends.
    lasting = ["--respawn-failed-workers", "--respawn-interval", "0.1", "--workers-kill-timeout", "8"]
    # Headroom for a slow phone: a thread that reads an upload must not be all there is.
    web = [granian, "--interface", "wsgi", "--host", environment.text("HOST", "127.0.0.1"), "--port", str(port)]
    web += ["--workers", "2", "--blocking-threads", "4", "--no-ws", "--log-level", "warning", *lasting]
    live = [granian, "--interface", "asgi", "--host", environment.text("HOST", "127.0.0.1"), "--port", str(port + 1)]
    live += ["--workers", "1", "--no-ws", "--log-level", "warning", *lasting]
    manage = [python, str(environment.ROOT / "manage.py")]
    return [
        Child("web", [*web, "shijian.config.wsgi:application"]),
        Child("live", [*live, "shijian.config.asgi:application"]),
        # Sealing alone is a job every two seconds: those that succeeded are not kept.
        Child("worker", [*manage, "procrastinate", "worker", "--concurrency", "2", "--delete-jobs", "successful"]),
    ]


def may_start(child: Child, web: Child, *, serving: bool) -> bool:
    """Whether it is this one's turn: on two cores, three processes that load at once keep the pages waiting.

    Counted from the start of the web process itself; one that never answers does not hold up the others.
    """
    if child is web or serving:
        return True
    return bool(web.started) and time.monotonic() > web.started + HEAD_START_SECONDS


def keep_running(child: Child, home: Path, say: Callable[[str], None]) -> None:
    """Start a child that does not run; one that keeps dying, less and less often."""
    if child.pid or time.monotonic() < child.next_start:
        return
    if child.process is not None:
        lived = time.monotonic() - child.started
        child.failures = 0 if lived > STEADY_SECONDS else child.failures + 1
        kill_group(child.process.pid)  # workers whose parent was killed would keep the port
        pause = BACK_OFF_SECONDS[min(child.failures, len(BACK_OFF_SECONDS) - 1)]
        say(f"{child.name} 退出（{child.process.returncode}），重新启动 …")
        child.process = None
        child.next_start = time.monotonic() + pause
        return
    port = child.command[child.command.index("--port") + 1] if "--port" in child.command else ""
    live = environment.text("LIVE_URL") or (f":{int(port) + 1}" if child.name == "web" else "")  # same host
    # Without compiled files each start would take seconds more.
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with (home / "logs" / f"{child.name}.log").open("ab") as out:
        child.process = subprocess.Popen(  # noqa: S603
            child.command,
            cwd=environment.ROOT,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env={**environ, "LIVE_URL": live, "DJANGO_SETTINGS_MODULE": "shijian.config.settings", MARK: str(home)},
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )
    child.started = time.monotonic()


def stop(children: list[Child]) -> None:
    """Let each finish what it is answering; what is left after the grace is killed."""
    for child in children:
        if child.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child.pid, signal.SIGTERM)  # it tells its own workers, once they have answered
    deadline = time.monotonic() + GRACE_SECONDS
    for child in children:
        if child.process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.1, deadline - time.monotonic()))
            kill_group(child.process.pid)


def leftovers(home: Path) -> list[int]:
    """The processes of this data folder that still run, also those whose parent was killed: the mark is inherited.

    A list of numbers kept in a file would miss what was started just before the kill.
    """
    mark, found = f"{MARK}={home}".encode(), []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):  # gone meanwhile, or somebody else's
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
    return found


def kill_group(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _die_with_parent() -> None:
    """However the supervisor ends, its children end with it (Linux)."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
