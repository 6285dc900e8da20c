"""B8: a typical act (a row of the business written in its transaction) with its entry in the audit log and without.

Turns alternate on one node with full durability; each turn is a batch of transactions, and medians of turns are compared.
Two acts are measured: the plain INSERT of the plan (one small row), and an act as the product does it (an event reported:
checks, number, row, first step), where the log is a smaller part. Peers that are not installed are not measured.
"""

import json
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from . import node

TARGET = 1.20


def run(quick: bool = False) -> list[dict[str, Any]]:
    found = node.measure("bench.audit", 15 if quick else 40)
    return [
        {
            "name": f"B8 {name}", "ours": took["with"], "peer": took["without"], "unit": "ms p50 a transaction",
            "ratio": round(took["with"] / took["without"], 2), "target": TARGET,
            "ok": took["with"] <= TARGET * took["without"], "n": took["n"], "peer_is": "the same act, nothing recorded",
        }
        for name, took in found.items()
    ]  # fmt: skip


def main(turns: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, models

    call_command("migrate", verbosity=0, interactive=False)

    from shijian.accounts.services import sync_roles
    from shijian.accounts.testing import build_cast
    from shijian.config.roles import ROLES

    class Finding(models.Model):  # noqa: DJ008
        description = models.TextField()
        address = models.CharField(max_length=200)
        area_code = models.CharField(max_length=12)
        at = models.DateTimeField()

        class Meta:
            app_label = "bench"
            db_table = "bench_finding"

    with connection.schema_editor() as editor:
        editor.create_model(Finding)
    sync_roles(ROLES)
    person = build_cast().chief
    acts = {"one INSERT": insert_of(Finding, person), "a clock started": clock_of(person)}
    sys.stdout.write(json.dumps({name: compared(act, turns) for name, act in acts.items()}) + "\n")


def compared(act: Callable[[], None], turns: int, batch: int = 25) -> dict[str, float]:
    """Milliseconds of one act with and without its entry: the median over all, after a warm-up."""
    from shijian.audit import services

    record, took = services.record, {"with": [], "without": []}
    for turn in range(turns + 2):
        for name in ("with", "without") if turn % 2 else ("without", "with"):
            services.record = record if name == "with" else nothing  # type: ignore[assignment]
            for _ in range(batch):
                begun = time.perf_counter()
                act()
                if turn >= 2:
                    took[name].append((time.perf_counter() - begun) * 1000)
    services.record = record
    return {**{name: round(median(each), 3) for name, each in took.items()}, "n": turns * batch}


def nothing(**act: Any) -> None:
    """In the place of `audit.services.record`."""


def insert_of(model: Any, person: Any) -> Callable[[], None]:
    from django.db import transaction
    from django.utils.timezone import now

    from shijian.audit import services

    def act() -> None:
        moment = now()
        with transaction.atomic():
            row = model(description="占道经营" * 20, address="纺东街1号", area_code="050101", at=moment)
            row.save(force_insert=True)
            services.record(
                by=person, verb="bench.finding:made", on=("bench.finding", str(row.pk), "占道经营"), at=moment,
                detail={"area": "050101"}, bureau_code="610111", area_code="050101",
            )  # fmt: skip

    return act


def clock_of(person: Any) -> Callable[[], None]:
    from django.utils.timezone import localdate, now

    from shijian.core.ids import new_id
    from shijian.core.records import Record
    from shijian.deadlines import services

    def act() -> None:
        record = Record("matter", new_id(), "SJ2026-000001", "无照经营", "/", "610111", "050101")
        moment = now()
        services.start(record, "clue_verification", localdate(moment), by=person, now=moment, responsible=person)

    return act


if __name__ == "__main__":
    main(int(sys.argv[1]))
