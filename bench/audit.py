"""B8: a typical act (a row of the business written in its transaction) with its entry in the audit log and without.

Turns alternate on one node with full durability; each turn is a batch of transactions, and medians of turns are compared.
Two acts are measured: the plain INSERT of the plan (one small row), and an act as the product does it (an event reported:
checks, number, row, first step), where the log is a smaller part. Peers write their own record of the same INSERT; none of
them seals what it writes. Those that are not installed are not measured.
"""

import json
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from importlib.util import find_spec
from statistics import median
from types import ModuleType
from typing import Any

from . import node

TARGET = 1.20
UNITS = {"": "ms a transaction", " cpu": "ms processor time a transaction"}
PEERS = {  # distribution: its applications
    "django-auditlog": ["auditlog"],
    "django-simple-history": ["simple_history"],
    "django-pghistory": ["pgtrigger", "pghistory"],
}


def run(quick: bool = False) -> list[dict[str, Any]]:
    found = node.measure("bench.audit", 15 if quick else 40)
    peers = found.pop("peers")
    results = []
    for name, took in found.items():
        for kind, unit in UNITS.items():
            ours, without = took[f"with{kind}"], took[f"without{kind}"]
            results.append(
                {
                    "name": f"B8 {name}", "ours": ours, "peer": without, "unit": unit, "ratio": round(ours / without, 2),
                    "target": TARGET, "ok": ours <= TARGET * without, "n": took["n"],
                    "peer_is": "the same act, nothing recorded",
                }
            )  # fmt: skip
    for name in PEERS:
        if name not in peers:
            node.say(f"{name} 未安装，略去这一对照")
            continue
        for kind, unit in UNITS.items():
            ours, theirs = peers[f"ours{kind}"], peers[f"{name}{kind}"]
            results.append(
                {
                    "name": f"B8 one INSERT, {name}", "ours": ours, "peer": theirs, "unit": unit,
                    "ratio": round(ours / theirs, 2), "target": 1.0, "ok": ours <= theirs,
                    "bare": peers[f"bare{kind}"], "peer_is": f"{name} {version(name)}",
                }
            )  # fmt: skip
    return results


def main(turns: int) -> None:
    import django
    from django.conf import settings

    there = [name for name, apps in PEERS.items() if find_spec(apps[0])]
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "bench", *(app for name in there for app in PEERS[name])]
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
    found: dict[str, Any] = {name: compared(act, turns) for name, act in acts.items()}
    found["peers"] = side_by_side(Finding, person, there, turns)
    sys.stdout.write(json.dumps(found) + "\n")


def compared(act: Callable[[], None], turns: int) -> dict[str, float]:
    """Milliseconds of one act with and without its entry, after a warm-up."""
    from shijian.audit import services

    record = services.record

    def without() -> None:
        services.record = nothing  # type: ignore[assignment]
        try:
            act()
        finally:
            services.record = record

    return in_turn({"with": act, "without": without}, turns)


def in_turn(acts: dict[str, Callable[[], None]], turns: int, batch: int = 25) -> dict[str, float]:
    """Of each act the median of its batches, by the clock and (`… cpu`) in processor time of process and database."""
    took: dict[str, list[float]] = {f"{name}{kind}": [] for name in acts for kind in ("", " cpu")}
    for turn in range(turns + 2):
        for name in list(acts) if turn % 2 else reversed(acts):
            begun, used = time.perf_counter(), node.processor_ms()
            for _ in range(batch):
                acts[name]()
            if turn >= 2:  # the first are warm-up
                took[name].append((time.perf_counter() - begun) * 1000 / batch)
                took[f"{name} cpu"].append((node.processor_ms() - used) / batch)
    return {**{name: round(median(each), 3) for name, each in took.items()}, "n": turns * batch}


def side_by_side(finding: Any, person: Any, there: list[str], turns: int) -> dict[str, float]:
    """Milliseconds of the same INSERT: bare, with our entry, and with each peer's record."""
    acts = {"bare": plain(finding), "ours": insert_of(finding, person)}
    return in_turn(acts | {name: plain(tracked(name, finding)) for name in there}, turns)


def tracked(name: str, finding: Any) -> Any:
    """A table like the bare one, watched by a peer as its documentation shows."""
    from django.db import connection, models

    label = name.replace("-", "_")
    meta = type("Meta", (), {"app_label": "bench", "db_table": f"bench_{label}"})
    sys.modules.setdefault(
        "bench.models", ModuleType("bench.models")
    )  # where a peer looks for the models of an application
    fields: dict[str, Any] = {"__module__": "bench.models", "Meta": meta}
    fields |= {each.name: each.clone() for each in finding._meta.fields if not each.primary_key}
    if name == "django-simple-history":
        from simple_history.models import HistoricalRecords

        fields["history"] = HistoricalRecords()
    model = type(f"With{label.title().replace('_', '')}", (models.Model,), fields)
    made = [model]
    if name == "django-simple-history":
        made.append(model.history.model)  # type: ignore[attr-defined]
    elif name == "django-auditlog":
        from auditlog.registry import auditlog

        auditlog.register(model)
    else:
        import pghistory

        pghistory.track(pghistory.InsertEvent())(model)
        made.append(model._meta.related_objects[0].related_model)  # type: ignore[attr-defined]
    with connection.schema_editor() as editor:
        for each in made:
            editor.create_model(each)
    if name == "django-pghistory":
        import pgtrigger

        for each, trigger in pgtrigger.registered():
            if each is model:
                trigger.install(each)
    return model


def plain(model: Any) -> Callable[[], None]:
    """One row and nothing else in a transaction of its own."""
    from django.db import transaction
    from django.utils.timezone import now

    def act() -> None:
        with transaction.atomic():
            model(description="占道经营" * 20, address="纺东街1号", area_code="050101", at=now()).save(
                force_insert=True
            )

    return act


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
