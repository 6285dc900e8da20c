"""Measures and their clocks."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from shijian.core.records import Record
from shijian.deadlines.hooks import Waiting

from ..choices import MeasureState
from ..models import Measure
from ..permissions import EVIDENCE_VIEW

KIND = "measure"


def as_record(measure: Measure) -> Record:
    """What the clocks of a measure run for: each measure has its own, though one case may have several of a kind."""
    return Record(
        KIND, measure.pk, measure.number, f"{measure.get_kind_display()} {measure.party_name}",
        reverse("evidence:measure", args=[measure.pk]), measure.bureau_code, measure.area_code,
    )  # fmt: skip


def measures_of(record: Record) -> QuerySet[Measure]:
    rows = Measure.objects.filter(record_kind=record.kind, record_id=record.id)
    return rows.select_related("clock").order_by("-applied_at")


def running(user: Any, record: Record) -> list[Waiting]:
    """The measures of a record whose limits run, beside the record's own clocks."""
    if not user.may(EVIDENCE_VIEW):
        return []
    rows = measures_of(record).filter(state=MeasureState.IN_FORCE).select_related("officer")[:20]
    return [Waiting(str(row), row.officer.name, reverse("evidence:measure", args=[row.pk]), row.due_on) for row in rows]
