"""R6: the disk of the data folder is full. Nothing acknowledged is lost, senders are told so in time, and when there is
room again the node goes on by itself."""

import contextlib
import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from .node import BUREAU, Clients, folder_for_nodes, running_node
from .test_crash import FOUND

MEGABYTES = 600
ANSWER_SECONDS = 5  # measured: 2, the time a request waits for a database that is away
BACK_SECONDS = 30

pytestmark = [
    pytest.mark.crash,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a disk of its own"),
]


@pytest.fixture
def disk() -> Iterator[Path]:
    with folder_for_nodes() as folder:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m,mode=0711", "tmpfs", folder],
            check=False,
            capture_output=True,
        )
        if mounted.returncode:
            pytest.skip("this computer does not let us mount a disk")
        try:
            yield folder
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)


def fill(path: Path) -> None:
    with contextlib.suppress(OSError), path.open("ab", buffering=0) as file:
        while True:
            file.write(b"\0" * 65_536)


def status(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def test_a_full_disk_loses_nothing_and_heals_by_itself(disk: Path) -> None:
    with running_node(disk / "home") as node:
        secret, kind = node.ask(BUREAU, "SECRET").split()
        node.wait_finished(120)
        clients = Clients(node.port, secret, kind)
        clients.start()
        clients.wait_served_since(time.monotonic(), timeout=60)
        ballast = disk / "ballast"
        end = time.monotonic() + 90
        while not (clients.away["507"] or clients.away["503"]) and time.monotonic() < end:
            fill(ballast)  # again and again: what is freed meanwhile fills as well
            time.sleep(0.2)
        assert clients.away, "the disk was not felt"
        for _ in range(10):
            fill(ballast)
            time.sleep(0.5)
        ready = status(node.port, "/health/ready")
        before = len(clients.acknowledged)
        ballast.unlink()
        back = clients.wait_served_since(time.monotonic(), timeout=90)
        clients.stop()
        node.wait_finished(120)
        node.stop()
        found = json.loads(node.ask(FOUND, "FOUND"))
        verified = json.loads(node.run("audit", "verify", "--json"))
    sys.stderr.write(
        f"\nfull: {dict(clients.away)}, slowest {clients.slowest:.1f} s, {before} acknowledged before there was room, back after {back:.1f} s\n"
    )
    assert ready == 503
    assert clients.refused == []
    assert not clients.away["500"], "told as a passing thing, not as a fault"
    assert clients.slowest <= ANSWER_SECONDS
    assert clients.acknowledged.items() <= found["events"].items()
    assert set(found["events"]) <= clients.sent
    assert found["entries"] == dict.fromkeys(found["events"], 1)
    assert verified["ok"], verified["faults"]
    assert back <= BACK_SECONDS
