"""Restoring a backup into an empty data folder, and proving that everything is there before anybody works with it."""

import contextlib
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from shijian.core.errors import Refused

from . import manifest, node
from .embedded import Cluster

KEPT = ("keys", "witness", "files", "reports", "imports")
Say = Callable[[str], None]


class NotRestored(Refused):
    code = "config.not_restored"


def run(home: Path, folder: Path, say: Say) -> dict[str, Any]:
    """Restore a backup. Raises Refused with a sentence; then the data folder is as empty as it was."""
    begun = time.monotonic()
    content = checked(folder, say)
    with node.alone(home):
        refuse_if_used(home)
        server = node.cluster(home)
        with all_or_nothing(home, server):
            say("密钥、见证、文件 …")
            for name in content["files"]:
                if Path(name).parts[0] in KEPT:
                    manifest.copy(folder / name, home / name)
            say("数据库 …")
            if server:
                server.start()
                server.create_database("shijian")
            node.setup_django()
            report = _prove(folder, content, say)
    return {**report, "seconds": round(time.monotonic() - begun, 1)}


def checked(folder: Path, say: Say) -> dict[str, Any]:
    """The list of a backup, every file of which was read and is whole."""
    content = manifest.read(folder)
    say(f"核对备份（{content['made_at']}，{len(content['files']):,} 个文件）…")
    manifest.check(folder, content, say)
    return content


def refuse_if_used(home: Path) -> None:
    if (home / node.HALF_RESTORED).exists():
        return  # what is there is half of a restore, and goes
    used = [name for name in ("postgres", *KEPT) if (home / name).exists()]
    if used:
        raise NotRestored(f"数据目录 {home} 已有内容（{'、'.join(used)}）。请把 SHIJIAN_HOME 指向一个空目录再恢复。")


@contextlib.contextmanager
def all_or_nothing(home: Path, server: Cluster | None) -> Iterator[None]:
    mark = home / node.HALF_RESTORED
    if mark.exists():
        _clear(home, server)
    mark.touch()
    try:
        yield
    except BaseException:
        _close()
        _clear(home, server)
        mark.unlink()
        raise
    _close()
    if server:
        server.stop()
    mark.unlink()


def _clear(home: Path, server: Cluster | None) -> None:
    if server:
        server.stop()
        shutil.rmtree(server.data, ignore_errors=True)
        (home / "postgres").unlink(missing_ok=True)  # where it was a link
    for name in (*KEPT, "static", "prepared"):
        path = home / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _close() -> None:
    with contextlib.suppress(Exception):
        from django.db import connections

        connections.close_all()


def _prove(folder: Path, content: dict[str, Any], say: Say) -> dict[str, Any]:
    from . import dump

    _refuse_if_newer(content)
    if not dump.is_empty():
        raise NotRestored("DATABASE_URL 指向的数据库不是空的。请新建一个空数据库再恢复。")
    try:
        return _load(folder, content, say)
    except BaseException:
        with contextlib.suppress(Exception):  # what went wrong is worth more than that it cannot be tidied
            dump.empty()  # as it was: a database another server keeps does not go with the data folder
        raise


def _load(folder: Path, content: dict[str, Any], say: Say) -> dict[str, Any]:
    from django.db import connections

    from shijian.audit import verification

    from . import backup, dump, prepare

    try:
        dump.run("pg_restore", "--jobs=2", "--exit-on-error", "--no-owner", "--no-privileges", folder / backup.DATABASE)
    except subprocess.CalledProcessError as failure:
        said = (failure.stderr or "").strip().splitlines()
        raise NotRestored(f"数据库没有恢复：{said[-1] if said else failure}。没有恢复任何内容。") from failure
    connections.close_all()
    say("核对行数 …")
    found = dump.rows()
    wrong = [name for name in content["rows"] if found.get(name) != content["rows"][name]]
    if wrong:
        told = "、".join(f"{name} 应有 {content['rows'][name]} 行，实有 {found.get(name, 0)} 行" for name in wrong[:5])
        raise NotRestored(f"恢复后的行数与清单不符：{told}。")
    prepare.prepare(say)
    say("核验审计日志 …")
    report = verification.verify()
    if not report.ok:
        raise NotRestored(
            f"恢复后的审计日志没有通过核验：{report.faults[0]['text']}（记录 {report.faults[0]['entry']}）。"
        )
    if content["audit"]["sealed"]:
        _refuse_other_root(content["audit"])
    missing = missing_files()
    return {
        "ok": True,
        "made_at": content["made_at"],
        "rows": sum(content["rows"].values()),
        "files": len(content["files"]),
        "audit": {**content["audit"], "verified": report.entries, "unsealed": report.unsealed},
        "missing": missing,
    }


def _refuse_if_newer(content: dict[str, Any]) -> None:
    """A database that has seen migrations this release does not have cannot be worked with by it."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    ours = set(MigrationLoader(connection, ignore_no_migrations=True).disk_migrations)
    apps = {app for app, _ in ours}
    newer = [f"{app}.{name}" for app, name in content["migrations"] if app in apps and (app, name) not in ours]
    if newer:
        raise NotRestored(f"备份来自更新的版本（{newer[0]}）。请先升级程序再恢复。")


def _refuse_other_root(noted: dict[str, Any]) -> None:
    from shijian.audit.models import TreeHead

    head = TreeHead.objects.filter(size=noted["sealed"]).first()
    if head is None or bytes(head.root).hex() != noted["root"]:
        raise NotRestored(f"审计日志在第 {noted['sealed']:,} 条处的树根与清单不符。")


def missing_files() -> list[str]:
    """Uploads a row names and the store does not have: they were missing before the backup, too."""
    from shijian.core.files import path_of
    from shijian.core.models import StoredFile

    keys = StoredFile.objects.values_list("sha256", flat=True).iterator()
    return [key for key in keys if not path_of(key, "original").exists()]
