"""The clocks papers set running and stop: serving a decision, handing in the file of a simple procedure."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.core import records
from shijian.core.records import Record
from shijian.deadlines import services as clocks
from shijian.deadlines.choices import OPEN
from shijian.deadlines.models import Clock
from shijian.deadlines.services.clocks import AlreadyRunning

from ..models import Paper
from ..rules.archive import DECISIONS, SIMPLE

SERVICE = (
    "decision_service"  # 行政处罚法 61, 程序规定 81: a party absent when it was announced is served within this time
)
SPOT = "spot_penalty_decision"


def start(
    record: Record, key: str, begins: date, *, by: User, now: datetime, responsible: User | None = None, note: str = ""
) -> Clock | None:
    """Let a time limit run; None where it runs already for the record."""
    try:
        with transaction.atomic():
            return clocks.start(record, key, begins, by=by, now=now, responsible=responsible or by, note=note[:200])
    except AlreadyRunning:
        return None


def finish(record: Record, key: str, *, on: date, by: User, now: datetime, note: str = "") -> None:
    if clock := _running(record.kind, record.id, key):
        clocks.finish(clock, on=max(on, clock.start_on), by=by, now=now, note=note[:200])


def sealed(paper: Paper, *, by: User, now: datetime) -> None:
    """A decision that bears its seal is announced and served; the file of one made on the spot is handed in.

    Handing it over at the announcement ends the first clock at once; a party who was absent leaves it running (SRV-01).
    """
    slug = paper.form_version.form.slug
    kind = records.kinds.get(paper.record_kind)
    record = kind.find(None, paper.record_id) if kind and slug in DECISIONS else None
    if record is None:
        return
    note, author = f"{paper.form_version.name}{paper.number}", paper.drafted_by
    start(
        record,
        SERVICE,
        localdate(now),
        by=by,
        responsible=author,
        now=now,
        note=f"{note}盖章。宣告时当场交付的，登记送达即结清。",
    )
    if slug == SPOT:
        start(record, SIMPLE, localdate(paper.approved_at), by=by, responsible=author, now=now, note=note)


def cancel(paper: Paper, *, by: User, now: datetime) -> None:
    """A decision that was made void is no longer to be served."""
    if paper.form_version.form.slug in DECISIONS and (clock := _running(paper.record_kind, paper.record_id, SERVICE)):
        clocks.cancel(clock, reason=f"{paper}已作废", by=by, now=now)


def _running(kind: str, key: UUID, rule: str) -> Clock | None:
    return Clock.objects.filter(record_kind=kind, record_id=key, rule_key=rule, state__in=OPEN).first()
