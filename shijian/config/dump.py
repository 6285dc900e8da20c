"""PostgreSQL's own programs at work on the database of the settings, and what is in it."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import connection

from .embedded import find_bindir

OPTIONS = {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY"}


def run(program: str, *arguments: str | Path) -> None:
    """Run `pg_dump` or `pg_restore` against the product's database. Raises CalledProcessError with what it said."""
    found = connection.settings_dict
    given = {"PGHOST": found["HOST"], "PGPORT": found["PORT"], "PGUSER": found["USER"], "PGPASSWORD": found["PASSWORD"]}
    given |= {name: str(found["OPTIONS"].get(option, "")) for option, name in OPTIONS.items()}
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    subprocess.run(  # noqa: S603
        [find_bindir() / program, "--dbname", found["NAME"], "--no-password", *arguments],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**environ, **{name: value for name, value in given.items() if value}},
    )


def rows() -> dict[str, int]:
    """How many rows each table has, in the snapshot of the transaction around."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
        tables = [name for (name,) in cursor.fetchall()]
        counted = {}
        for name in tables:
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(name)}")  # noqa: S608 - from the catalogue
            counted[name] = cursor.fetchone()[0]
    return counted


def migrations() -> list[list[str]]:
    """The migrations that made this database what it is."""
    return [list(row) for row in _all("SELECT app, name FROM django_migrations ORDER BY app, name")]


def is_empty() -> bool:
    return not _all("SELECT 1 FROM pg_tables WHERE schemaname = 'public' LIMIT 1")


def empty() -> None:
    """Throw away everything in the database."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")


def _all(sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
