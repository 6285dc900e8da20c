"""Reports that may be of one matter, and what was merged."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import (
    Q,
)

from shijian.accounts.models import User
from shijian.subjects.queries import metres

from ..choices import Act
from ..models import Attachment, Event
from ..rules import duplicates
from .door import visible_to

SAME_METRES, SAME_DAYS = 150, 14  # within which another report may be of the same matter

ALIKE_METRES, ALIKE_DAYS = 300, 30


def merged_into(event: Event) -> list[Event]:
    """The events merged into this one; asked only where its steps, which the page has read, show that there were any."""
    if not any(step.act == Act.TAKE_IN for step in event.steps.all()):
        return []
    return list(event.merged.select_related("reported_by__unit").order_by("number"))


def reporters_of_merged(event: Event) -> list[User]:
    """Who reported the same matter in events merged into this one: they are told how it ends."""
    return list(User.objects.filter(pk__in=event.merged.values("reported_by")))


@dataclass(frozen=True, slots=True)
class Alike:
    """Another event that may be the same matter, with points and reasons."""

    event: Event
    likeness: duplicates.Likeness


def alike(user: User, event: Event, *, limit: int = 6) -> list[Alike]:
    """Open events that may be the same matter, the most alike first: two statements.

    Compared are those near in place or of the same entity within some weeks; the list is a hint, a person decides.
    """
    near = Q(pk__in=[])
    if event.lon is not None and event.lat is not None:
        near |= Q(location_wgs84__in_box=_box(event.lon, event.lat, ALIKE_METRES))
    if event.entity_id:
        near |= Q(entity=event.entity_id)
    span = (event.discovered_at - timedelta(days=ALIKE_DAYS), event.discovered_at + timedelta(days=ALIKE_DAYS))
    rows = visible_to(user).open().filter(near, bureau_code=event.bureau_code, discovered_at__range=span)
    rows = rows.exclude(pk=event.pk).select_related("kind", "reported_by", "entity").defer("working")
    found = list(rows.order_by("-reported_at")[:200])
    photos: dict[UUID, list[int]] = {event.pk: [], **{each.pk: [] for each in found}}
    hashes = Attachment.objects.filter(event__in=photos, dhash__isnull=False).values_list("event_id", "dhash")
    for key, bits in hashes if found else []:
        photos[key].append(bits or 0)
    own = _facts(event, photos[event.pk])
    made = [
        Alike(each, duplicates.likeness(own, _facts(each, photos[each.pk]), metres=_between(event, each)))
        for each in found
    ]
    return sorted((each for each in made if each.likeness.is_shown), key=_most_alike)[:limit]


def _most_alike(found: Alike) -> tuple[int, str]:
    return -found.likeness.points, found.event.number


def _facts(event: Event, photos: list[int]) -> duplicates.Facts:
    entity = str(event.entity_id or "")
    kind = event.kind
    return duplicates.Facts(kind.code, kind.group, entity, event.discovered_at, event.description, tuple(photos))


def _between(one: Event, other: Event) -> float | None:
    if one.lon is None or one.lat is None or other.lon is None or other.lat is None:
        return None
    return metres(one.lon, one.lat, other.lon, other.lat)


def _box(lon: float, lat: float, reach: float) -> tuple[float, float, float, float]:
    across = reach / 111_320
    wide = across / max(0.1, math.cos(math.radians(lat)))
    return lon - wide, lat - across, lon + wide, lat + across


def same_matter(user: User, lon: float, lat: float, *, now: datetime) -> list[tuple[Event, int]]:
    """Open events near a place in the last days, nearest first, with metres: perhaps the one about to be reported."""
    box = _box(lon, lat, SAME_METRES)
    rows = visible_to(user).open().filter(location_wgs84__in_box=box, reported_at__gte=now - timedelta(days=SAME_DAYS))
    found = [
        (event, round(metres(lon, lat, event.lon or 0, event.lat or 0)))
        for event in rows.select_related("kind").order_by("-reported_at")[:50]
    ]
    return sorted((each for each in found if each[1] <= SAME_METRES), key=lambda each: each[1])[:5]
