"""The doors. Outside the record's scope nothing attached to it exists (404); inside but not allowed is 403."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404

from shijian.accounts.models import User
from shijian.core import records
from shijian.core.permissions import Permission
from shijian.core.records import Record

from ..choices import CustodyAct
from ..models import Binding, Good, Item, Measure, Upload
from ..permissions import EVIDENCE_VIEW
from .measures import as_record


def record_of(user: User, kind: str, key: UUID, *, may: Permission = EVIDENCE_VIEW) -> Record:
    """The record whose evidence is asked for."""
    record = records.record_for(user, kind, key)
    if not user.may(may):
        raise PermissionDenied
    return record


def item_for(user: User, key: UUID, *, may: Permission = EVIDENCE_VIEW) -> tuple[Item, Record]:
    """An item with its record. Who was sent the item to take over sees it, wherever the record lies."""
    item = _items().filter(pk=key, bureau_code=user.bureau_code).first()
    if item is None:
        raise Http404
    return item, _record_behind(user, item, item, may)


def binding_for(user: User, key: UUID, *, may: Permission = EVIDENCE_VIEW) -> tuple[Binding, Record]:
    """A binding, through the door of its item."""
    binding = Binding.objects.select_related("by").filter(pk=key).first()
    if binding is None:
        raise Http404
    item, record = item_for(user, binding.item_id, may=may)
    binding.item = item
    return binding, record


def good_for(user: User, label: str, *, may: Permission = EVIDENCE_VIEW) -> tuple[Good, Record]:
    good = (
        Good.objects.select_related("measure__clock", "photo__file")
        .filter(label=label, measure__bureau_code=user.bureau_code)
        .first()
    )
    if good is None:
        raise Http404
    return good, _record_behind(user, good.measure, good, may)


def measure_for(user: User, key: UUID, *, may: Permission = EVIDENCE_VIEW) -> tuple[Measure, Record]:
    rows = Measure.objects.select_related(
        "officer", "second_officer", "applied_by__unit", "decided_by", "clock", "approval_clock"
    )
    measure = rows.filter(pk=key, bureau_code=user.bureau_code).first()
    if measure is None:
        raise Http404
    return measure, _record_behind(user, measure, None, may)


def find_measure(user: User | None, key: UUID) -> Record | None:
    """A measure as a record of its own, which its clocks run for; through the door of the record it belongs to."""
    measure = Measure.objects.filter(pk=key).first()
    if measure is None or (user and user.bureau_code != measure.bureau_code):
        return None
    try:
        records.record_for(user, measure.record_kind, measure.record_id)
    except Http404:
        return None
    return as_record(measure)


def upload_for(user: User, key: UUID) -> Upload:
    """An upload is its maker's alone."""
    upload = Upload.objects.filter(pk=key, by=user).first()
    if upload is None:
        raise Http404
    return upload


def items_visible_to(user: User) -> QuerySet[Item]:
    """Items of records in the areas where the person may see evidence, and those captured by himself."""
    scope = user.scope(EVIDENCE_VIEW)
    rows = _items().filter(bureau_code=user.bureau_code)
    return rows if "" in scope.prefixes else rows.filter(scope.area_q() | Q(captured_by__in=user.hats))


def measures_visible_to(user: User) -> QuerySet[Measure]:
    """Measures in the areas where the person may see evidence, and those he takes part in."""
    scope, mine = user.scope(EVIDENCE_VIEW), Q(applied_by__in=user.hats) | Q(officer__in=user.hats)
    rows = Measure.objects.select_related("officer", "second_officer", "clock").filter(bureau_code=user.bureau_code)
    return rows if "" in scope.prefixes else rows.filter(scope.area_q() | mine | Q(second_officer__in=user.hats))


def goods_visible_to(user: User) -> QuerySet[Good]:
    return Good.objects.select_related("measure").filter(measure__in=measures_visible_to(user).order_by().values("pk"))


def _items() -> QuerySet[Item]:
    return Item.objects.select_related("file", "officer", "second_officer", "captured_by__unit", "first_keeper")


def _record_behind(user: User, attached: Any, thing: Item | Good | None, may: Permission) -> Record:
    if not user.may(may):
        raise PermissionDenied
    try:
        return records.record_for(user, attached.record_kind, attached.record_id)
    except Http404:
        if thing is None or not thing.chain.filter(to__in=user.hats, act=CustodyAct.SENT).exists():
            raise
        return records.record_for(None, attached.record_kind, attached.record_id)
