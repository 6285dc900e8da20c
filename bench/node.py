"""A node of its own for a measurement: a temporary data folder with the embedded database, gone afterwards."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def node() -> Iterator[dict[str, str]]:
    """The environment of processes that measure on this node; full durability, as in production."""
    home = Path(tempfile.mkdtemp(prefix="shijian-bench-"))
    home.chmod(0o755)  # the database's own account passes through
    environment = {**os.environ, "SHIJIAN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "shijian.config.settings"}
    environment.pop("DATABASE_URL", None)
    from shijian.config.embedded import Cluster

    cluster = Cluster(home)
    try:
        cluster.start()
        cluster.create_database("shijian")
        yield environment
    finally:
        cluster.stop("immediate")
        shutil.rmtree(home, ignore_errors=True)
        shutil.rmtree(cluster.sockets, ignore_errors=True)


def measure(module: str, *arguments: object) -> dict[str, Any]:
    """Run `python -m module ARGUMENTS` on a fresh node; its last line of output is the answer, as JSON."""
    with node() as environment:
        made = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", module, *map(str, arguments)],
            cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
    answer: dict[str, Any] = json.loads(made.stdout.splitlines()[-1])
    return answer


def say(text: str) -> None:
    sys.stderr.write(f"  {text}\n")
    sys.stderr.flush()


def processor_ms() -> float:
    """Milliseconds of processor time so far of this process and of its database backend: what other work does not lengthen."""
    from django.db import connection

    backend = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    of_database = int(backend.read_text().split()[0]) / 1e6 if backend.exists() else 0.0
    return time.process_time() * 1000 + of_database
