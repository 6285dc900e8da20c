"""R1: processes are killed while events come in and an import runs; what was acknowledged is there, once, with its audit
entry, the log verifies and is sealed to its end, and every job ends.

The clients' own list of what was acknowledged is the oracle. The node is the real one: `bin/shijian up` on a data folder
of its own, with the durability it has in an office. `SHIJIAN_CRASH_CYCLES` sets how often something is killed: 5 kills by
default, the gravest; 20 before a release.
"""

import contextlib
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shijian.config import children

from .node import BUREAU, ROWS, Clients, Node, folder_for_nodes, running_node

CYCLES = int(os.environ.get("SHIJIAN_CRASH_CYCLES", "5"))
SERVING_AGAIN_SECONDS = 10  # on a computer with nothing else to do; measured: 5
JOBS_END_SECONDS = 120

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
pytestmark = pytest.mark.crash


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


@pytest.fixture
def node() -> Iterator[Node]:
    with folder_for_nodes() as folder, running_node(folder / "home") as started:
        yield started


def test_nothing_acknowledged_is_lost_or_doubled_when_processes_are_killed(node: Node) -> None:
    secret, kind = node.ask(BUREAU, "SECRET").split()
    clients = Clients(node.port, secret, kind)
    clients.start()
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
        try:
            pauses.append((clients.wait_served_since(moment, timeout=60), name))
        except AssertionError as error:
            raise AssertionError(f"{error}\nkilled: {name}, after {pauses}\n{node.log_tail()}") from error
    clients.stop()
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
    others = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))  # what else this computer had to do
    assert slowest[0] <= SERVING_AGAIN_SECONDS * others, pauses
