"""B13: the event list under scope and under the second wall, against the same list without any filter.

What is timed is what the page asks of the database: raising the wall, the first page, the capped count, lowering it; beside the
clock the processor time of the process and its backend, which other work on the computer does not lengthen. Turns alternate. People of four levels ask: bureau, station, grid, and a reporter who holds one grid.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import date
from statistics import median, quantiles
from typing import Any

from . import node

BUREAU = "610111"
TIMES, P95_MS, GROWTH = 1.3, 80, 1.3
LEVELS = {"bureau": "", "station": "0507", "grid": "050703"}
ROUNDS = 60


def run(quick: bool = False) -> list[dict[str, Any]]:
    sizes = [10_000, 30_000, 100_000] if quick else [30_000, 300_000, 1_000_000]
    measured = [node.measure("bench.scoped", size)["levels"] for size in sizes]
    count, found = sizes[-1], measured[-1]
    results: list[dict[str, Any]] = []
    for level, took in found.items():
        ratio = took["wall"]["p50"] / took["plain"]["p50"]
        ok = ratio <= TIMES and took["wall"]["p95"] <= P95_MS
        results.append(
            {
                "name": f"B13 {level}", "ours": took["wall"]["p50"], "peer": took["plain"]["p50"], "unit": "ms p50",
                "ratio": round(ratio, 2), "target": TIMES, "ok": ok, "n": count, "p95_ms": took["wall"]["p95"],
                "scope_only_ms": took["scope"]["p50"], "cpu_ms": took["wall"]["cpu"],
                "cpu_ratio": round(took["wall"]["cpu"] / took["plain"]["cpu"], 2), "peer_is": "the same list, no permission filter",
            }
        )  # fmt: skip
    growth = {level: round(took["wall"]["cpu"] / measured[0][level]["wall"]["cpu"], 2) for level, took in found.items()}
    results.append(
        {
            "name": "B13 growth", "ours": growth, "peer": GROWTH, "ratio": max(growth.values()), "target": GROWTH,
            "ok": max(growth.values()) <= GROWTH, "n": sizes, "peer_is": f"{sizes[0]:,} events",
            "plot": {
                "name": "scoped", "title": "B13: list and count under scope and wall", "unit": "ms of processor time, median",
                "series": {
                    level: [(size, each[level]["wall"]["cpu"]) for size, each in zip(sizes, measured, strict=True)]
                    for level in LEVELS
                },
            },
        }
    )  # fmt: skip
    return results


def fill(count: int) -> dict[str, Any]:
    """Events spread over 50 stations of 20 grids, 5,000 reporters and as many handlers; one person of each level."""
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from shijian.accounts.models import Grant, Role, User
    from shijian.accounts.services import create_unit, sync_roles
    from shijian.config.roles import ROLES

    call_command("migrate", stdout=sys.stderr, verbosity=0)
    call_command("load_kinds", stdout=sys.stderr)
    sync_roles(ROLES)
    unit = create_unit(
        bureau_code=BUREAU, code=BUREAU, name="局", kind="bureau", parent=None, by=None, now=timezone.now()
    )
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO accounts_user (id, password, employee_no, name, bureau_code, unit_id, kind, post, phone, is_active,
                must_change_password, password_changed_at, session_epoch)
            SELECT gen_random_uuid(), '!', 'B' || n, '人' || n, %s, %s, 'officer', '', '', true, false, now(), 0
            FROM generate_series(1, 5000) n
            """,
            [BUREAU, unit.pk],
        )
        cursor.execute("SELECT array_agg(id) FROM accounts_user")
        people = cursor.fetchone()[0]
        cursor.execute("SELECT min(id) FROM events_kind")
        (kind,) = cursor.fetchone()
        cursor.execute(
            """
            INSERT INTO events_event (id, number, bureau_code, area_code, kind_id, source, description, address,
                discovered_at, reported_by_id, reported_at, outside_no, payload_hash, state, holder_code, handler_id,
                handler_code, working, reopened, warned, limit_text, closed_by_id, closed_at, location_wgs84)
            SELECT gen_random_uuid(), 'SJ' || n, %(bureau)s, a.code, %(kind)s, 'daily_check', '营业执照未悬挂 ' || n, '路',
                a.at, (%(people)s::uuid[])[1 + n %% 5000], a.at, '', md5(n::text),
                CASE WHEN n %% 20 = 0 THEN 'handling' ELSE 'closed' END, a.code,
                (%(people)s::uuid[])[1 + (n * 7 + 1) %% 5000], a.code, '{}', 0, '', '',
                CASE WHEN n %% 20 > 0 THEN (%(people)s::uuid[])[1 + (n * 7 + 2) %% 5000] END,
                CASE WHEN n %% 20 > 0 THEN a.at END, point(109 + n %% 997 / 1e4, 34 + n %% 991 / 1e4)
            FROM generate_series(1, %(count)s) n,
                LATERAL (SELECT '05' || lpad((n * 13 %% 50)::text, 2, '0') || lpad((n * 31 / 7 %% 20)::text, 2, '0') AS code,
                    now() - n * interval '1 minute' AS at) a
            """,
            {"bureau": BUREAU, "kind": kind, "people": people, "count": count},
        )
        cursor.execute("VACUUM ANALYZE events_event")
    made = {}
    for at, (level, prefix) in enumerate(LEVELS.items()):
        user = User.objects.get(employee_no=f"B{at + 1}")
        role = Role.objects.get(
            pk="dispatcher" if level == "bureau" else "station_head" if level == "station" else "grid_chief"
        )
        Grant.objects.create(
            user=user, role=role, lane=role.lane, bureau_code=BUREAU, area_prefix=prefix, unit_path=unit.path,
            valid=(date(2020, 1, 1), None),
        )  # fmt: skip
        made[level] = user
    return made


def turns(user: Any) -> dict[str, Callable[[], int]]:
    from shijian.core import parts, wall
    from shijian.core.pages.listing import COUNTED
    from shijian.events import queries
    from shijian.events.models import Event

    def page(rows: Any, several: Any = ()) -> int:
        rows = rows.select_related("kind", "handler").defer("working")
        shown = list(parts.first_of(rows, several, ("-reported_at", "-pk"), 51))
        return len(shown) + parts.count_up_to(rows, several, COUNTED + 1)

    side = wall.side_of(user)

    def behind() -> int:
        wall.raise_for(side, reading=True)
        try:
            return page(queries.visible_to(user), queries.parts_of(user))
        finally:
            wall.lower()

    return {
        "plain": lambda: page(Event.objects.filter(bureau_code=BUREAU)),
        "scope": lambda: page(queries.visible_to(user), queries.parts_of(user)),
        "wall": behind,
    }


def main(count: int) -> dict[str, Any]:
    from django.utils.timezone import localdate

    people, answer = fill(count), {}
    for level, user in people.items():
        user.grants_on(localdate())
        asks = turns(user)
        if asks["scope"]() != asks["wall"]():
            raise SystemExit(f"{level}: the wall shows other rows than the scope")
        took: dict[str, list[float]] = {name: [] for name in asks}
        used: dict[str, list[float]] = {name: [] for name in asks}
        for _ in range(ROUNDS):
            for name, ask in asks.items():
                before, begun = node.processor_ms(), time.perf_counter()
                ask()
                took[name].append((time.perf_counter() - begun) * 1000)
                used[name].append(node.processor_ms() - before)
        answer[level] = {
            name: {
                "p50": round(median(times), 2), "p95": round(quantiles(times, n=20)[-1], 2),
                "cpu": round(median(used[name]), 2),
            }
            for name, times in took.items()
        }  # fmt: skip
    return {"levels": answer}


if __name__ == "__main__":
    import django

    django.setup()
    sys.stdout.write(json.dumps(main(int(sys.argv[1]))) + "\n")
