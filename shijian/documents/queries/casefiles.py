from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.core import deadlines, records
from shijian.core.records import Record
from shijian.core.rules.period import corresponding_day

from .. import hooks
from ..models import IN_FORCE, CaseFile, Paper
from ..permissions import PAPER_VIEW
from ..rules.archive import transfer_key

CLOSING = "closing_approval"
MOST = 300  # papers of one person that are looked through


def case_files_visible_to(user: User) -> QuerySet[CaseFile]:
    return CaseFile.objects.within(user.scope(PAPER_VIEW)).select_related(
        "filed_by", "checked_by", "transferred_by", "main", "side"
    )


def case_file_of(record: Record) -> CaseFile | None:
    rows = CaseFile.objects.filter(record_kind=record.kind, record_id=record.id, bureau_code=record.bureau_code)
    return rows.select_related("filed_by", "checked_by", "transferred_by", "main", "side").first()


def case_file_for(user: User, key: Any) -> tuple[CaseFile, Record]:
    """A case file through the door of its record. Raises 404 outside it."""
    found = case_files_visible_to(user).filter(pk=key).first()
    if found is None:
        raise Http404
    return found, records.record_for(user, found.record_kind, found.record_id)


@dataclass(frozen=True, slots=True)
class Transfer:
    """When an archived file goes to the archives of the state, and by which article."""

    due: date
    is_due: bool
    article: str


def transfer_of(case_file: CaseFile) -> Transfer | None:
    """None before a file is archived, and once it went (ARC-06)."""
    if case_file.checked_at is None or case_file.transferred_on:
        return None
    limit = _transfer(case_file.bureau_code, localdate())
    due = corresponding_day(localdate(case_file.checked_at), 12 * (limit.amount or 0))
    return Transfer(due, due <= localdate(), limit.article)


def due_for_transfer(rows: QuerySet[CaseFile], bureau_code: str, on: date) -> QuerySet[CaseFile]:
    """Those archived so long ago that they go to the archives of the state."""
    last = corresponding_day(on, -12 * (_transfer(bureau_code, on).amount or 0))
    return rows.filter(transferred_on=None, checked_at__lt=datetime.combine(last, time.max, tzinfo=deadlines.SHANGHAI))


def _transfer(bureau_code: str, on: date) -> deadlines.Limit:
    return deadlines.limit(transfer_key(bureau_code), on=on)


def unfiled(user: User) -> list[Paper]:
    """One paper of each finished matter of which this person made papers and no file is archived yet, the oldest first.

    What is finished the modules above tell (`hooks.finished`); an approved 结案审批表 says it of any record (档案法 14; ARC-08).
    """
    archived = CaseFile.objects.filter(record_kind=OuterRef("record_kind"), record_id=OuterRef("record_id"))
    mine = Paper.objects.filter(drafted_by__in=user.hats, state__in=IN_FORCE, bureau_code=user.bureau_code)
    open_ones = mine.exclude(Exists(archived.filter(checked_at__isnull=False)))
    first: dict[tuple[str, Any], Paper] = {}
    for paper in open_ones.select_related("form_version__form").defer("data", "text").order_by("approved_at")[:MOST]:
        first.setdefault((paper.record_kind, paper.record_id), paper)
    by_kind: dict[str, set[Any]] = {}
    for kind, key in first:
        by_kind.setdefault(kind, set()).add(key)
    closed = {
        (kind, key) for kind, keys in by_kind.items() if kind in hooks.finished for key in hooks.finished[kind](keys)
    }
    ends = Paper.objects.filter(
        record_id__in=[key for _, key in first], form_version__form__slug=CLOSING, state__in=IN_FORCE
    )
    closed |= set(ends.values_list("record_kind", "record_id")) if first else set()
    return [paper for pair, paper in first.items() if pair in closed]
