"""Places for entities that came without one: set where the address leaves little doubt, told so, and open to correction."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.audit import services as audit

from ..choices import LocationSource, Verb
from ..models import Entity, EntityChange
from ..queries import places_of
from ..rules.geocoding import SURE

AT_ONCE = 5_000


def place_by_address(bureau_code: str, *, by: User, now: datetime, limit: int = AT_ONCE) -> int:
    """Set the place of active entities without one where the confidence is high; returns how many.

    Such a place is marked 按地址推定, is no evidence for other guesses, and gives way to any import or correction.
    """
    on, placed = localdate(now), 0
    rows = Entity.objects.active().filter(bureau_code=bureau_code, location_wgs84=None).exclude(address="")
    for entity in rows.order_by("pk")[:limit]:
        best = next(iter(places_of(bureau_code, entity.address, on=on)), None)
        if best is None or best.guess.confidence < SURE:
            continue
        with transaction.atomic():
            unplaced = Entity.objects.filter(pk=entity.pk, location_wgs84=None)
            placed += unplaced.update(
                location_wgs84=(best.guess.lon, best.guess.lat),
                location_source=LocationSource.DERIVED,
                area_code=best.area_code,
            )
            reason = "；".join(best.guess.reasons)
            EntityChange.objects.create(
                entity=entity, at=now, source="按地址推定", by_name=by.name,
                before={"area_code": entity.area_code}, after={"area_code": f"{best.area_code}（{reason}）"},
            )  # fmt: skip
    if placed:
        with transaction.atomic():
            audit.record(
                by=by, verb=Verb.PLACED, on=("subjects.list", bureau_code, "主体位置"), at=now, bureau_code=bureau_code,
                detail={"placed": placed},
            )  # fmt: skip
    return placed
