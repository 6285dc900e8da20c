"""A kept filter that speaks up: its owner is told when entities come or change under it (S-08)."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from shijian.notices import services as notices

from .. import register
from ..choices import FilterNotice
from ..models import SavedFilter
from ..permissions import ENTITY_VIEW

NAMED = 5
COUNTED = 1000


def subscribe(saved: SavedFilter, notice: FilterNotice, *, now: datetime) -> None:
    """Say how often to be told; counting begins now. `FilterNotice.NONE` ends it."""
    saved.notice, saved.told_at = notice, now if notice else None
    saved.save(update_fields=["notice", "told_at"])


def tell_all(notice: FilterNotice, *, now: datetime) -> int:
    """One round; each subscription is a transaction of its own, so a round that stops midway tells nobody twice."""
    return sum(tell(key, now=now) for key in SavedFilter.objects.filter(notice=notice).values_list("pk", flat=True))


@transaction.atomic
def tell(key: int, *, now: datetime) -> bool:
    """Tell the owner what is new or changed since the last time, within the scope he has today; True if there was any."""
    rows = SavedFilter.objects.select_for_update(no_key=True, of=("self",)).select_related("by__unit")
    saved = rows.filter(pk=key).exclude(notice=FilterNotice.NONE).first()
    if saved is None or saved.told_at is None or not saved.by.may(ENTITY_VIEW):
        return False
    fresh = register.rows_under(saved.query, saved.by).filter(updated_at__gt=saved.told_at, updated_at__lte=now)
    found = list(fresh.order_by("-updated_at").values_list("name", flat=True)[: COUNTED + 1])
    saved.told_at = now
    saved.save(update_fields=["told_at"])
    if not found:
        return False
    number = f"{len(found)}" if len(found) <= COUNTED else f"{COUNTED} 以上"
    names = "、".join(found[:NAMED]) + ("等" if len(found) > NAMED else "")
    notices.notify(
        [saved.by],
        kind="subjects.subscription",
        title=f"“{saved.name}”新增或更新 {number} 户",
        body=names,
        link=f"{reverse('subjects:list')}?{saved.query}&sort=-updated_at",
        at=now,
        bureau_code=saved.by.bureau_code,
    )
    return True
