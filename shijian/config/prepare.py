"""Making a data folder ready: everything is harmless to repeat, and quick when nothing changed."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from . import environment

REFERENCE = ["load_reference", "load_industries", "load_kinds", "sync_roles"]
LOCK = 0x5348_4A42


def prepare(say: Callable[[str], None]) -> None:
    """Migrations, reference data, roles and static files; one process at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        if is_stamped(settings.HOME) and _is_migrated():
            return
        mark = fingerprint()
        say("数据库结构 …")
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        say("日历、期限、行业、事项、角色 …")
        with Path("/dev/null").open("w") as quiet:
            for name in REFERENCE:
                call_command(name, stdout=quiet, stderr=quiet)
        say("页面资源 …")
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        (Path(settings.HOME) / "prepared").write_text(mark)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def empty(say: Callable[[str], None]) -> None:
    """Throw away everything in the database and make it anew: for a demo whose loading was interrupted."""
    say("清空数据库 …")
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    (Path(settings.HOME) / "prepared").unlink(missing_ok=True)
    prepare(say)


def is_stamped(home: Path) -> bool:
    """Whether this data folder was prepared by this very code."""
    stamp = home / "prepared"
    return stamp.exists() and stamp.read_text() == fingerprint()


def fingerprint() -> str:
    """Changes whenever the code or the front-end packages do."""
    digest = hashlib.sha256(environment.text("DATABASE_URL").encode())
    for file in sorted([*(environment.ROOT / "shijian").rglob("*.*"), environment.ROOT / "package-lock.json"]):
        if "__pycache__" not in file.parts and file.is_file():
            status = file.stat()
            digest.update(f"{file} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _is_migrated() -> bool:
    return "core_cache" in connection.introspection.table_names()
