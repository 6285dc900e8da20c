from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.core import records
from shijian.core.permissions import Permission
from shijian.core.records import Record

from .. import filling
from ..catalogue import Content
from ..models import Paper
from ..permissions import PAPER_VIEW

RELATED = (
    "form_version__form", "drafted_by", "submitted_by", "returned_by", "approved_by", "pdf", "signed_pdf", "sealed_pdf",
    "superseded_by",
)  # fmt: skip


def visible_to(user: User) -> QuerySet[Paper]:
    """The papers of records within the person's scope."""
    return Paper.objects.within(user.scope(PAPER_VIEW)).select_related("form_version__form", "drafted_by")


def paper_for(user: User, key: UUID, may: Permission = PAPER_VIEW) -> tuple[Paper, Record]:
    """A paper and its record, through the record's own door. Raises 404 outside it, PermissionDenied without the right."""
    paper = Paper.objects.select_related(*RELATED).filter(pk=key, bureau_code=user.bureau_code).first()
    if paper is None:
        raise Http404
    record = records.record_for(user, paper.record_kind, paper.record_id)
    if not user.may(PAPER_VIEW, paper):
        raise Http404
    if not user.may(may, paper):
        raise PermissionDenied
    return paper, record


def papers_of(record: Record) -> QuerySet[Paper]:
    rows = Paper.objects.filter(record_kind=record.kind, record_id=record.id, bureau_code=record.bureau_code)
    return rows.select_related("form_version__form", "drafted_by", "approved_by").order_by("-drafted_at")


def check_address(paper: Paper) -> str:
    """Where anybody learns whether a paper is genuine and in force; "" where the node has no public address."""
    return f"{settings.PUBLIC_URL}{reverse('documents:check', args=[paper.code])}" if settings.PUBLIC_URL else ""


def paper_by_code(code: str) -> Paper:
    """What anybody may ask by the code on a paper: one that was approved or settled. Raises 404."""
    paper = Paper.objects.filter(code=code, approved_at__isnull=False).select_related(*RELATED).first()
    if paper is None:
        raise Http404
    return paper


def rendered_page(
    paper: Paper, content: Content, office: Mapping[str, str], *, data: Mapping[str, Any] | None = None, narrow: bool = False
) -> dict[str, Any]:  # fmt: skip
    """The page of a paper as it is now, or would be with other data."""
    on = localdate(paper.approved_at) if paper.approved_at else localdate()
    return filling.page(
        content,
        paper.data if data is None else data,
        office,
        number=paper.number,
        on=on,
        narrow=narrow,
        draft=not paper.approved_at,
        check=check_address(paper) if paper.approved_at else "",
    )
