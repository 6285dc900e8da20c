"""A backup of the whole node while it runs: rows, files, keys, and the witness of the audit log.

The order makes it whole without stopping anybody. The witness first: what it says is in the database by then. Then the
database, one snapshot, counted in that very snapshot. Then the files: one is on the disk before a row names it, and none
is ever changed.
"""

import os
import shutil
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.timezone import now

from shijian.audit.models import Entry, TreeHead
from shijian.core.errors import InvalidInput

from . import dump, manifest

DATABASE = "database.dump"
# In this order. The heads before the leaves: as the log itself writes them, the leaves reach at least as far.
BEFORE = ("keys", "witness/heads.jsonl", "witness")
AFTER = ("files", "reports", "imports")


def make(folder: Path, say: Callable[[str], None]) -> dict[str, Any]:
    """Write a backup into a new folder. A backup that was interrupted stays `….unfinished` and is no backup."""
    begun = time.monotonic()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InvalidInput("已有内容", field=str(folder), remedy="请写一个新的目录，已有的备份不会被覆盖。")
    if dump.is_empty():
        raise InvalidInput("还没有数据，不需要备份", field=str(settings.HOME), remedy="请核对 SHIJIAN_HOME。")
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True, mode=0o700)
    files: dict[str, dict[str, Any]] = {}
    say("密钥、见证 …")
    _copy(BEFORE, unfinished, files)
    say("数据库 …")
    content = _dump(unfinished)
    files[DATABASE] = manifest.sum_of(unfinished / DATABASE)
    say("文件 …")
    _copy(AFTER, unfinished, files)
    damaged = _damaged(files)
    for name in damaged:
        say(f"注意：{name} 的内容与名称（SHA-256）不符，原文件已损坏。")
    digest = manifest.write(unfinished, {**content, "files": files, "damaged": damaged})
    if folder.exists():
        folder.rmdir()
    unfinished.rename(folder)
    _to_disk(folder.parent)
    (Path(settings.HOME) / "last-backup").touch()  # for the alarm that watches its age
    size = sum(noted["size"] for noted in files.values())
    return {
        "folder": str(folder),
        "files": len(files),
        "bytes": size,
        "rows": sum(content["rows"].values()),
        "audit": content["audit"],
        "damaged": damaged,
        "manifest_sha256": digest,
        "seconds": round(time.monotonic() - begun, 1),
    }


def _dump(folder: Path) -> dict[str, Any]:
    """Dump one snapshot of the database, and count in the same one."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT pg_export_snapshot(), current_setting('server_version')")
            snapshot, server = cursor.fetchone()
        dump.run(
            "pg_dump", "--format=custom", "--compress=3", "--no-owner", "--no-privileges",
            f"--snapshot={snapshot}", "--file", folder / DATABASE,
        )  # fmt: skip
        head = TreeHead.objects.order_by("-size").first()
        return {
            "made_at": now().isoformat(timespec="seconds"),
            "versions": {"postgresql": server, "django": version("django")},
            "migrations": dump.migrations(),
            "rows": dump.rows(),
            "audit": {
                "entries": Entry.objects.count(),
                "sealed": head.size if head else 0,
                "root": bytes(head.root).hex() if head else "",
            },
        }


def _copy(names: tuple[str, ...], target: Path, files: dict[str, dict[str, Any]]) -> None:
    home = Path(settings.HOME)
    for name in names:
        source = home / name
        for path in [source] if source.is_file() else manifest.files_below(source) if source.is_dir() else []:
            where = str(path.relative_to(home))
            if where not in files:
                files[where] = manifest.copy(path, target / where)


def _damaged(files: dict[str, dict[str, Any]]) -> list[str]:
    """Uploads that are no longer what they were when they were taken in: their name is their sum."""
    originals = (name for name in files if name.startswith("files/original/"))
    return [name for name in originals if Path(name).name != files[name]["sha256"]]


def _to_disk(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
