"""A node's data folder: who holds it, which database server it has, what its processes left written there."""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import environment, log_archive
from .embedded import Cluster

HALF_RESTORED = "restore-unfinished"  # stands in the data folder from the start of a restore to its proof


def cluster(home: Path) -> Cluster | None:
    """The embedded server of a data folder, or None when DATABASE_URL names another one."""
    if environment.text("DATABASE_URL"):
        return None
    server = Cluster(home, log_archive.server_settings())
    log_archive.prepare(server)
    return server


@contextlib.contextmanager
def alone(home: Path) -> Iterator[None]:
    """Hold the data folder. The system lets go of the lock however the process ends; a pid file would stay."""
    (home / "run").mkdir(parents=True, exist_ok=True)
    with (home / "run" / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            running = read_state(home)
            at = f"（端口 {running['port']}）" if running else ""
            raise SystemExit(f"已经在运行{at}。停止请用 bin/shijian down。") from None
        yield


def is_held(home: Path) -> bool:
    try:
        with (home / "run" / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def read_state(home: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads((home / "run" / "state.json").read_text())
    except (OSError, ValueError):
        return None
    return found


def setup_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shijian.config.settings")
    import django

    django.setup()
