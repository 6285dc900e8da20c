from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from shijian.accounts.models import User
from shijian.core import records
from shijian.core.records import Record

from ..models import CaseFile
from ..permissions import PAPER_VIEW


def case_files_visible_to(user: User) -> QuerySet[CaseFile]:
    return CaseFile.objects.within(user.scope(PAPER_VIEW)).select_related("filed_by", "checked_by", "main", "side")


def case_file_of(record: Record) -> CaseFile | None:
    rows = CaseFile.objects.filter(record_kind=record.kind, record_id=record.id, bureau_code=record.bureau_code)
    return rows.select_related("filed_by", "checked_by", "main", "side").first()


def case_file_for(user: User, key: Any) -> tuple[CaseFile, Record]:
    """A case file through the door of its record. Raises 404 outside it."""
    found = case_files_visible_to(user).filter(pk=key).first()
    if found is None:
        raise Http404
    return found, records.record_for(user, found.record_kind, found.record_id)
