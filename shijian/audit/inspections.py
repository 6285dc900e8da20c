"""An inspection: the verification as an act of an auditor, with its outcome on record."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from . import queries, sealing, services, verification, witness
from .choices import Verb
from .models import Entry, TreeHead

TASK = "audit.verify"
SHOWN = 20  # faults kept in the record of an inspection


@dataclass(frozen=True, slots=True)
class State:
    """What is known without a verification: the last head, what waits, how far the witness has come."""

    head: TreeHead | None
    unsealed: int
    witnessed: int
    is_caught_up: bool

    @property
    def root(self) -> str:
        return bytes(self.head.root).hex() if self.head else ""


def inspect(*, by: services.Actor, bureau_code: str, now: datetime) -> verification.Report:
    """Verify the whole log now and put the outcome on record."""
    sealing.seal_if_whole(now=now)
    report = verification.verify()
    detail = {
        "ok": report.ok,
        "entries": report.entries,
        "root": report.root,
        "count": len(report.faults),
        "faults": report.faults[:SHOWN],
    }
    with transaction.atomic():
        on = ("audit.log", "", "审计日志")
        services.record(by=by, verb=Verb.VERIFIED, on=on, at=now, bureau_code=bureau_code, detail=detail)
    return report


def ask(*, by: services.Actor, bureau_code: str) -> bool:
    """Leave an inspection to the worker; False if one is already waiting."""
    asker = {"pk": str(by.pk), "employee_no": by.employee_no, "name": by.name}
    task = app.configure_task(TASK, queueing_lock=TASK, lock="audit.verify")
    try:
        with transaction.atomic():
            task.defer(asker=asker, bureau_code=bureau_code)
    except AlreadyEnqueued:
        return False
    return True


def state() -> State:
    head, outside = queries.last_head(), witness.last_head()
    witnessed = outside["size"] if outside else 0
    return State(head, queries.unsealed(), witnessed, witnessed == (head.size if head else 0))


def past(rows: Any) -> Iterable[Entry]:
    """The latest inspections, newest first."""
    found: Iterable[Entry] = rows.filter(verb=Verb.VERIFIED, object_type="audit.log")[:10]
    return found
