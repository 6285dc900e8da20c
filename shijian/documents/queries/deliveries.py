from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from shijian.accounts.models import User
from shijian.core.records import Record

from ..models import IN_FORCE, Delivery, Paper
from ..permissions import PAPER_VIEW
from .papers import paper_for

CONSENT = "service_address_confirmation"


def deliveries_visible_to(user: User) -> QuerySet[Delivery]:
    rows = Delivery.objects.within(user.scope(PAPER_VIEW))
    return rows.select_related("paper__form_version", "entered_by", "receipt")


def delivery_for(user: User, key: Any) -> tuple[Delivery, Paper, Record]:
    """An attempt, through the door of its paper."""
    found = Delivery.objects.filter(pk=key).select_related("consent", "receipt", "entered_by").first()
    if found is None:
        raise Http404
    paper, record = paper_for(user, found.paper_id)
    found.paper = paper
    return found, paper, record


def address_of(record: Record) -> Paper | None:
    """The confirmation of addresses a record's party signed last: until a newer one, its address counts (程序规定 83)."""
    return _confirmations(record).order_by("-signed_at").first()


def consent_of(record: Record) -> Paper | None:
    """The confirmation of addresses (送达地址确认书) of a record by which the party agreed to be served electronically."""
    return _confirmations(record).filter(data__electronic="是").order_by("-signed_at").first()


def _confirmations(record: Record) -> QuerySet[Paper]:
    rows = Paper.objects.filter(record_kind=record.kind, record_id=record.id, bureau_code=record.bureau_code)
    return rows.filter(form_version__form__slug=CONSENT, state__in=IN_FORCE, signed_at__isnull=False)
