"""Making a data folder ready: everything is harmless to repeat, and quick when nothing changed."""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from . import dump, environment

REFERENCE = [
    "load_reference",
    "load_industries",
    "load_laws",
    "load_benchmarks",
    "load_kinds",
    "load_clock_ladder",
    "load_forms",
    "sync_roles",
    "load_processes",
]
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
        say("日历、期限、法规目录、裁量基准、行业、事项、角色 …")
        with Path("/dev/null").open("w") as quiet:
            for name in REFERENCE:
                call_command(name, stdout=quiet, stderr=quiet)
        _collect(Path(settings.STATIC_ROOT), say)
        (Path(settings.HOME) / "prepared").write_text(mark)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _collect(folder: Path, say: Callable[[str], None]) -> None:
    """Collect, hash and compress the static files, unless these very ones were collected the last time."""
    stamp, mark = folder / ".collected", _fingerprint(_static_sources())
    if stamp.exists() and stamp.read_text() == mark:
        return
    say("页面资源 …")
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)  # clears the stamp as well
    stamp.write_text(mark)


def empty(say: Callable[[str], None]) -> None:
    """Throw away everything in the database and make it anew: for a demo whose loading was interrupted."""
    say("清空数据库 …")
    dump.empty()
    (Path(settings.HOME) / "prepared").unlink(missing_ok=True)
    prepare(say)


def is_stamped(home: Path) -> bool:
    """Whether this data folder was prepared by this very code."""
    stamp = home / "prepared"
    return stamp.exists() and stamp.read_text() == fingerprint()


def fingerprint() -> str:
    """Changes whenever the code, the front-end packages or the database do."""
    found = (environment.ROOT / "shijian").rglob("*.*")
    return _fingerprint([*found, environment.ROOT / "package-lock.json"], environment.text("DATABASE_URL"))


def _static_sources() -> list[Path]:
    """What static files are made from: ours, the packages', and every source that may name a class (`core.lean_css`)."""
    locks = [environment.ROOT / "package-lock.json", environment.ROOT / "requirements.txt"]
    return [*(environment.ROOT / "shijian").rglob("*.*"), *locks]


def _fingerprint(files: Iterable[Path], seed: str = "") -> str:
    digest = hashlib.sha256(seed.encode())
    for file in sorted(files):
        if "__pycache__" not in file.parts and file.is_file():
            status = file.stat()
            digest.update(f"{file} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _is_migrated() -> bool:
    return "core_cache" in connection.introspection.table_names()
