"""Any moment of the past minutes and days: PostgreSQL's own log kept beside a copy of its folder (R9).

`ARCHIVE_DIR` holds `wal/`, one file for each 16 MB of the log or each minute of work; `base-…/`, copies of the whole cluster;
and the node's files as `backup` copies them. A restore lays the last copy before the moment into an empty data folder and
lets PostgreSQL play the log up to it. `backup` and its dump stay: they restore anywhere and read every row.
"""

import os
import shlex
import shutil
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from shijian.core.errors import InvalidInput, Refused

from . import log_archive, manifest, node, restore
from .embedded import PORT, Cluster

KEPT_BASES = 2
STAMP = "base-%Y%m%dT%H%M%SZ"
COPIED = ("keys", "witness", "files", "reports", "imports")
Say = Callable[[str], None]


class NoSuchMoment(Refused):
    code = "config.no_such_moment"


def keep_files(home: Path, place: Path) -> int:
    """Copy what is new beside the database; uploads never change, the rest by size and time."""
    count = 0
    for name in COPIED:
        for source in manifest.files_below(home / name):
            target = place / source.relative_to(home)
            status = source.stat()
            if target.exists() and (target.stat().st_size, target.stat().st_mtime_ns) == (
                status.st_size,
                status.st_mtime_ns,
            ):
                continue
            fresh = target.with_name(f".{target.name}")
            manifest.copy(source, fresh)
            os.utime(fresh, ns=(status.st_atime_ns, status.st_mtime_ns))
            fresh.rename(target)
            count += 1
    return count


def take_base(home: Path, server: Cluster) -> dict[str, Any]:
    """Copy the running cluster; with the log from now on, every later moment can be had again."""
    place = log_archive.folder()
    if place is None:
        raise InvalidInput("没有设置归档目录", field="ARCHIVE_DIR", remedy="请设置后重启，再运行。")
    begun = time.monotonic()
    unfinished = place / "base.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    server.own(unfinished)
    options = ["-X", "none", "-c", "fast", "-U", "postgres", "-h", str(server.sockets), "-p", str(PORT)]
    try:
        server.run("pg_basebackup", "-D", unfinished, *options)
    except subprocess.CalledProcessError as failure:
        raise NoSuchMoment(
            f"没有做成基础备份，请查看 {home / 'postgres.log'}；刚设置归档目录的，请先重启。"
        ) from failure
    base = place / datetime.now(UTC).strftime(STAMP)
    unfinished.rename(base)
    kept = keep_files(home, place)
    (home / "last-backup").touch()
    _forget(server, place)
    return {"base": str(base), "files": kept, "seconds": round(time.monotonic() - begun, 1)}


def bases(place: Path) -> list[tuple[datetime, Path]]:
    """The copies with the moment each was whole, the oldest first."""
    found = [(datetime.strptime(path.name, STAMP).replace(tzinfo=UTC), path) for path in place.glob("base-*Z")]
    return sorted(found)


def _forget(server: Cluster, place: Path) -> None:
    """Drop copies beyond the last two, and the log that only those needed."""
    known = bases(place)
    for _, path in known[:-KEPT_BASES]:
        shutil.rmtree(path)
    label = (known[-KEPT_BASES:][0][1] / "backup_label").read_text()
    first = label.partition("(file ")[2].partition(")")[0]
    server.run("pg_archivecleanup", place / "wal", first)


def run(home: Path, place: Path, at: datetime | None, say: Say) -> dict[str, Any]:
    """Restore the node as it was at a moment (None = as late as the log reaches) into an empty data folder."""
    begun = time.monotonic()
    found = [path for stamp, path in bases(place) if at is None or stamp <= at]
    if not found:
        raise NoSuchMoment(f"{place} 中没有这一时刻之前的基础备份。")
    latest = max((path.stat().st_mtime for path in (place / "wal").iterdir()), default=0)
    if at is not None and at.timestamp() > latest:
        until = datetime.fromtimestamp(latest, UTC).astimezone()
        raise NoSuchMoment(f"归档只到 {until:%Y-%m-%d %H:%M:%S}。请换一个更早的时刻，或用 --at latest。")
    with node.alone(home):
        restore.refuse_if_used(home)
        server = Cluster(home)  # while it plays the log it keeps none
        with restore.all_or_nothing(home, server):
            say(f"基础备份 {found[-1].name} …")
            server.adopt(found[-1])
            for name in (each for each in COPIED if (place / each).is_dir()):
                for source in manifest.files_below(place / name):
                    manifest.copy(source, home / source.relative_to(place))
            say("重放日志 …")
            play(server, place, at)
            node.setup_django()
            report = _prove(say)
    return {"ok": True, "base": found[-1].name, **report, "seconds": round(time.monotonic() - begun, 1)}


def play(server: Cluster, place: Path, at: datetime | None) -> None:
    """Start the copied cluster and let it play its log up to the moment, or to the end."""
    own = server.data / "postgresql.auto.conf"
    before = own.read_text()
    wal = shlex.quote(str(place / "wal"))
    told = [f"restore_command = 'cp {wal}/%f %p'", "recovery_target_action = 'promote'"]
    if at is not None:
        told.append(f"recovery_target_time = '{at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}+00'")
    own.write_text(before + "\n" + "\n".join(told) + "\n")
    (server.data / "recovery.signal").touch()
    server.start(timeout=600)
    while server.psql("select pg_is_in_recovery()") != "f":
        time.sleep(0.1)
    own.write_text(before)


def _prove(say: Say) -> dict[str, Any]:
    """The log of acts is whole up to the moment: nothing of what the witness saw by then is missing or changed."""
    from django.db import connections

    from shijian.audit import verification, witness
    from shijian.audit.models import Entry, TreeHead

    from . import prepare as preparing

    preparing.prepare(say)
    head = TreeHead.objects.order_by("-size").first()
    witness.cut(head.size if head else 0)
    say("核验审计日志 …")
    report = verification.verify()
    if not report.ok:
        raise restore.NotRestored(f"恢复后的审计日志没有通过核验：{report.faults[0]['text']}。")
    last = Entry.objects.order_by("-id").first()
    told = {
        "audit": {
            "entries": Entry.objects.count(),
            "sealed": head.size if head else 0,
            "root": bytes(head.root).hex() if head else "",
        },
        "last_act_at": last.at.isoformat() if last else None,
        "missing": restore.missing_files(),
    }
    connections.close_all()
    return told
