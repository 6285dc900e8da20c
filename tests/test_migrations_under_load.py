"""R19: the schema is brought from an earlier state to this one while people work: nobody waits a second for a lock.

The bureau's tables have DRILL_ROWS rows (20,000 unless told; a city: `DRILL_ROWS=3000000 pytest tests/test_migrations_under_load.py`).
Four connections read, write and insert meanwhile, with the columns of the earlier state, as its code would. Going back to that
state shows that every migration since can be undone.
"""

import os
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

import psycopg
import pytest

from shijian.config.embedded import PORT, Cluster

from .node import folder_for_nodes, shijian

ROWS = int(os.environ.get("DRILL_ROWS", "20000"))
LOCK_SECONDS = 1.0
# The states of the large tables before anything was made for a city. What came earlier locks a table for as long as the work on
# its rows takes (docs/operations/running.md); what comes later may not.
SINCE = [("events", "0012_studies"), ("subjects", "0007_saved_filters_notify")]
BACK = f"""
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
executor = MigrationExecutor(connection)
executor.migrate(executor.loader.graph.leaf_nodes())
MigrationExecutor(connection).migrate({SINCE!r})
print("BACK")
"""
COLUMNS = """
    SELECT column_name, udt_name FROM information_schema.columns
    WHERE table_name = %s AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'
"""
VALUES = {
    "uuid": "gen_random_uuid()", "timestamptz": "now()", "date": "current_date", "bool": "false", "jsonb": "'{}'", "bytea": "''",
    "daterange": "daterange(current_date, NULL)", "point": "point(109, 34)",
}  # fmt: skip
WAITS = """
    SELECT extract(epoch FROM clock_timestamp() - waitstart)::float, l.relation::regclass::text, left(h.query, 300)
    FROM pg_locks l JOIN pg_stat_activity a USING (pid) JOIN pg_stat_activity h ON h.pid = ANY (pg_blocking_pids(l.pid))
    WHERE NOT granted AND a.application_name = 'people' AND h.application_name <> 'people'
    ORDER BY 1 DESC NULLS LAST LIMIT 1
"""

pytestmark = pytest.mark.crash


@dataclass
class Bureau:
    """The old release's database, seen through statements its code sends."""

    dsn: str
    keys: dict[str, str] = field(default_factory=dict)

    def connect(self, name: str) -> psycopg.Connection:
        return psycopg.connect(self.dsn, autocommit=True, application_name=name)

    def insert(self, table: str, rows: str = "generate_series(1, 1) n", **given: str) -> str:
        """An INSERT that fills what the table of this moment asks for: given expressions, else made-up values by type."""
        with self.connect("setup") as connection:
            asked = dict(connection.execute(COLUMNS, [table]).fetchall())
        made = {
            name: VALUES.get(kind, "'{}'" if kind.startswith("_") else "0" if kind.startswith("int") else "''")
            for name, kind in asked.items()
        }
        columns = {**made, **given}
        return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns.values())} FROM {rows}"

    def fill(self, rows: int) -> None:
        key = "gen_random_uuid()"
        some = f"generate_series(1, {rows}) n"
        bureau = {"bureau_code": "'610111'"}
        with self.connect("setup") as connection:
            unit = self.insert(
                "accounts_unit", name="'局'", code="'610111'", path="'610111'", kind="'bureau'", **bureau
            )
            (self.keys["unit"],) = connection.execute(unit + " RETURNING id").fetchone()
            person = self.insert(
                "accounts_user",
                employee_no="'P1'",
                name="'人'",
                kind="'officer'",
                unit_id=f"'{self.keys['unit']}'",
                **bureau,
            )
            (self.keys["person"],) = connection.execute(person + " RETURNING id").fetchone()
            kind = self.insert(
                "events_kind", code="'K1'", name="'事项'", group="'x'".strip(), is_active="true"
            ).replace("group", '"group"', 1)
            (self.keys["kind"],) = connection.execute(kind + " RETURNING id").fetchone()
            connection.execute(self.insert(
                "subjects_entity", some, id=key, identity="'t' || n", name="'西安市演练便利店' || n", address="'东大街' || n || '号'",
                area_code="'0501' || lpad((n % 40)::text, 2, '0')", credit_code="''", kind="'company'", status="'operating'",
                location_wgs84="point(109 + n % 997 / 1e4, 34 + n % 991 / 1e4)", **bureau,
            ))  # fmt: skip
            connection.execute(self.event(some, "'SJ' || n"))
            connection.execute("ANALYZE")

    def event(self, rows: str = "generate_series(1, 1) n", number: str = "gen_random_uuid()::text") -> str:
        return self.insert(
            "events_event", rows, number=f"left({number}, 20)", bureau_code="'610111'", kind_id=f"'{self.keys['kind']}'",
            area_code="'0501' || lpad((n % 40)::text, 2, '0')", source="'daily_check'", description="'营业执照未悬挂' || n",
            reported_by_id=f"'{self.keys['person']}'", reported_at="now() - n * interval '1 minute'", state="'reported'",
            location_wgs84="point(109 + n % 997 / 1e4, 34 + n % 991 / 1e4)",
        )  # fmt: skip


@dataclass
class People:
    """Four connections at work, each statement's end counted, and the longest wait of any of them for a lock."""

    bureau: Bureau
    statements: dict[str, str]
    done: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    waited: float = 0.0
    behind: str = ""  # what held the lock that was waited for longest
    stopping: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "People":
        self.threads = [threading.Thread(target=self._work) for _ in range(4)] + [threading.Thread(target=self._watch)]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        for thread in self.threads:
            thread.join(60)

    def _work(self) -> None:
        with self.bureau.connect("people") as connection:
            while not self.stopping.is_set():
                for name, statement in self.statements.items():
                    try:
                        connection.execute(statement)
                        self.done[name] += 1
                    except psycopg.Error as error:
                        self.failed.append(f"{name}: {error}")
                time.sleep(0.02)

    def _watch(self) -> None:
        with self.bureau.connect("watch") as connection:
            while not self.stopping.is_set():
                for waited, table, holder in connection.execute(WAITS).fetchall():
                    if waited and waited > self.waited:
                        self.waited, self.behind = waited, f"{table}: {holder}"
                time.sleep(0.02)


def test_the_schema_follows_while_people_work() -> None:
    with folder_for_nodes() as folder:
        home = folder / "home"
        cluster = Cluster(home)
        cluster.start()
        try:
            cluster.create_database("shijian")
            back = shijian(home, "manage", "shell", "-c", BACK)
            assert "BACK" in back.stdout, back.stderr
            bureau = Bureau(f"host={cluster.sockets} port={PORT} user=postgres dbname=shijian")
            bureau.fill(ROWS)
            statements = {
                "list": "SELECT id, number, state, description, reported_at FROM events_event WHERE bureau_code = '610111' ORDER BY reported_at DESC, id LIMIT 51",
                "search": "SELECT id, name, address FROM subjects_entity WHERE bureau_code = '610111' AND name LIKE '%演练%' LIMIT 20",
                "report": bureau.event(),
                "act": "UPDATE events_event SET description = description || '。' WHERE number = "
                f"'SJ' || (1 + floor(random() * {ROWS}))",
                "place": "UPDATE subjects_entity SET address = '西大街' || floor(random() * 100) || '号' WHERE identity = "
                f"'t' || (1 + floor(random() * {ROWS}))",
            }
            with People(bureau, statements) as people:
                migrated = shijian(home, "manage", "migrate", "--verbosity", "0")
                served = Counter(people.done)
            assert migrated.returncode == 0, migrated.stderr
            sys.stdout.write(
                f"longest wait for a lock {people.waited:.2f} s ({people.behind}); statements served {dict(served)}\n"
            )
            assert Counter(people.failed) == {}
            assert people.waited <= LOCK_SECONDS, people.behind
            assert min(served.values()) >= 20, served
        finally:
            cluster.stop("immediate")
