"""Evidence packages of several GB: does memory stay flat, and what does it cost beside reading and copying the bytes.

One case with one random file is exported and verified as a user does it (`services.export`, the stand-alone `verify.py` in a
process of its own). Beside it, in the same run and on the same bytes: `sha256sum` and `cp` of the original for the
export, `sha256sum` of the package for the verifier. Memory is the high-water mark of the process beyond that of the same
work on a package of one MB.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from . import node

MOST_MB = 100
MIB = 2**20
# Runs the verifier as `python3 verify.py …` would be run, and tells the most memory it had.
WATCHED = """
import runpy, sys
sys.argv = sys.argv[1:]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
except SystemExit:
    pass
sys.stderr.write(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def run(quick: bool = False) -> list[dict[str, Any]]:
    told = node.measure("bench.passport", 200 if quick else 3072, 1 if quick else 3)
    size = f"{told['size_mb']} MB"
    rows = [
        {
            "name": f"passport {what} memory", "ours": told[what]["memory_mb"], "peer": MOST_MB, "unit": "MB beyond a small one",
            "ratio": round(told[what]["memory_mb"] / MOST_MB, 2), "target": f"≤ {MOST_MB} MB", "ok": told[what]["memory_mb"] <= MOST_MB,
            "n": told["turns"], "size": size,
        }
        for what in ("export", "verify")
    ]  # fmt: skip
    peers = {"export": "sha256sum + cp", "verify": "sha256sum"}
    rows += [
        {
            "name": f"passport {what} time", "ours": told[what]["seconds"], "peer": told[what]["peer"], "unit": "s",
            "ratio": round(told[what]["seconds"] / told[what]["peer"], 2), "target": "told", "ok": told["ok"],
            "n": told["turns"], "size": size, "peer_is": peer,
        }
        for what, peer in peers.items()
    ]  # fmt: skip
    return rows


def main(size_mb: int, turns: int) -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.utils.timezone import now

    call_command("migrate", verbosity=0, interactive=False)

    from shijian.accounts.services import sync_roles
    from shijian.accounts.testing import BUREAU, build_cast
    from shijian.config.roles import ROLES
    from shijian.core import records
    from shijian.core.files import path_of
    from shijian.core.records import Record
    from shijian.evidence import sealing, services
    from shijian.evidence.testing import matter

    sync_roles(ROLES)
    person = build_cast().chief
    home = Path(settings.HOME)
    _, find = matter(BUREAU)
    known: dict[Any, Record] = {}
    records.register(records.RecordKind("matter", "事项", lambda user, key: known.get(key) or find(user, key)))

    def case(number: int, megabytes: int) -> tuple[Record, Path]:
        """A case with one random file."""
        from shijian.core.ids import new_id

        record = Record("matter", new_id(), f"SJ2026-{number:06}", "大文件", "/", BUREAU, "050101")
        known[record.id] = record
        path = home / "incoming"
        with path.open("wb") as file:
            for _ in range(megabytes):
                file.write(os.urandom(MIB))
        moment = now()
        sealed = sealing.seal(path, "数据.bin", "data", now=moment)
        said = services.Capture(
            kind="electronic", way="platform", medium="data", title="", purpose="x", officer=person, taken_at=moment
        )
        item = services.capture(record, said, sealed, by=person, now=moment)
        return record, path_of(item.sha256, "original")

    out, copy = home / "out.zip", home / "copy.bin"
    small, _ = case(1, 1)
    services.export(small, out, purpose="x", by=person, now=now())
    script = home / "verify.py"
    script.write_bytes(Path(services.__file__).parents[1].joinpath("passport", "verify.py").read_bytes())
    check = [sys.executable, "-I", "-S", "-c", WATCHED, str(script), str(out), "--json"]
    _, before = _verified(check)
    large, original = case(2, size_mb)
    Path("/proc/self/clear_refs").write_text("5")  # the high-water mark begins anew
    mine = _peak()
    took: dict[str, list[float]] = {"export": [], "verify": [], "read": [], "copy": [], "sum": []}
    ok, most = True, 0.0
    for _ in range(turns):
        took["read"].append(_timed(lambda: _run("sha256sum", original)))
        took["copy"].append(_timed(lambda: _run("cp", original, copy)))
        copy.unlink()
        took["export"].append(_timed(lambda: services.export(large, out, purpose="x", by=person, now=now())))
        took["sum"].append(_timed(lambda: _run("sha256sum", out)))
        begun = time.monotonic()
        holds, peak = _verified(check)
        took["verify"].append(time.monotonic() - begun)
        ok, most = holds and ok, max(most, peak)
    middle = {name: round(median(values), 2) for name, values in took.items()}
    told = {
        "size_mb": size_mb,
        "turns": turns,
        "ok": ok,
        "export": {
            "seconds": middle["export"],
            "peer": round(middle["read"] + middle["copy"], 2),
            "memory_mb": round(_peak() - mine, 1),
        },
        "verify": {
            "seconds": middle["verify"],
            "peer": middle["sum"],
            "memory_mb": round(most - before, 1),
        },
    }
    sys.stdout.write(json.dumps(told) + "\n")


def _verified(command: list[str]) -> tuple[bool, float]:
    """Whether it holds, and the most memory the verifier had, in MB."""
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return bool(json.loads(done.stdout)["ok"]), float(done.stderr.split()[-2]) / 1024


def _run(*command: object) -> None:
    subprocess.run([str(each) for each in command], check=True, stdout=subprocess.DEVNULL)


def _timed(act: Callable[[], object]) -> float:
    begun = time.monotonic()
    act()
    return time.monotonic() - begun


def _peak() -> float:
    """The most memory this process had since it was last reset, in MB."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return float(line.split()[1]) / 1024


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
