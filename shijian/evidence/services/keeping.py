"""How long evidence is kept."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.audit import services as audit

from ..choices import Verb
from ..models import Item, Keeping, RetentionClass
from ..rules.retention import kept_until
from .capturing import EvidenceRefused


@transaction.atomic
def set_retention(item: Item, retention: RetentionClass, *, reason: str, by: User, now: datetime) -> Keeping:
    """Put an item into another class; its term counts from the day it was captured."""
    if not reason.strip():
        raise EvidenceRefused({"reason": "请写明改变保存期限的理由。"})
    kept = Keeping.objects.create(
        item=item,
        retention=retention,
        until=kept_until(localdate(item.captured_at), retention.months),
        reason=reason.strip(),
        by=by,
        at=now,
    )
    audit.record(
        by=by,
        verb=Verb.KEPT,
        on=item,
        at=now,
        detail={"class": retention.pk, "until": kept.until.isoformat() if kept.until else None},
        bureau_code=item.bureau_code,
        area_code=item.area_code,
    )
    return kept
