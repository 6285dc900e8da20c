"""Reads of the registry: the door, search, numbers per grid, and features for maps."""

from typing import Any

import numpy as np
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Count, IntegerField, Q, Value, When
from django.db.models.functions import Length
from django.http import Http404
from django.urls import reverse

from shijian.accounts.models import User
from shijian.core.permissions import Permission

from .models import Entity
from .models.entity import EntityQuerySet
from .permissions import ENTITY_VIEW
from .rules.codes import clean_code
from .rules.rows import tidy

MAP_FEATURES = 1500
CELLS = 40


def visible_to(user: User) -> EntityQuerySet:
    return Entity.objects.within(user.scope(ENTITY_VIEW))


def entity_for(user: User, key: Any, *, may: Permission = ENTITY_VIEW) -> Entity:
    """The door to an entity: outside the scope it does not exist (404), inside but not allowed is 403."""
    entity = visible_to(user).filter(pk=key).first()
    if entity is None:
        raise Http404
    if not user.may(may, entity):
        raise PermissionDenied
    return entity


def matching(rows: EntityQuerySet, text: str) -> EntityQuerySet:
    """Rows whose name or address holds the text (from 2 characters), or whose code begins with it."""
    text = tidy(text)
    code = clean_code(text)
    found = Q()
    if len(text) >= 2:
        found |= Q(name__bigrams=text, name__contains=text) | Q(address__bigrams=text, address__contains=text)
    elif text:
        found |= Q(name__startswith=text)
    if len(code) >= 4 and code.isascii() and code.isalnum():
        found |= Q(credit_code__startswith=code) | Q(registration_no__startswith=code)
    return rows.filter(found) if found else rows


def search(user: User, text: str, *, limit: int = 20) -> list[Entity]:
    """The best matches within the person's scope: whole name, beginning, shorter names first."""
    text = tidy(text)
    if not text:
        return []
    rank = Case(
        When(Q(name=text) | Q(credit_code=clean_code(text)), then=Value(0)),
        When(name__startswith=text, then=Value(1)),
        When(name__contains=text, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    return list(matching(visible_to(user), text).order_by(rank, Length("name"), "name")[:limit])


def count_by_area(bureau_code: str, prefix: str) -> dict[str, int]:
    rows = Entity.objects.active().filter(bureau_code=bureau_code, area_code__startswith=prefix).exclude(area_code="")
    return dict(rows.order_by().values_list("area_code").annotate(Count("pk")))


def coverage(bureau_code: str) -> tuple[int, int]:
    """(bound, all) of the active entities."""
    rows = Entity.objects.active().filter(bureau_code=bureau_code)
    unbound = Count("pk", filter=Q(area_code=""))
    numbers = rows.order_by().aggregate(all=Count("pk"), unbound=unbound)
    return numbers["all"] - numbers["unbound"], numbers["all"]


def list_url(area_code: str) -> str:
    address = reverse("subjects:list")
    return f"{address}?unbound=1" if area_code == "-" else f"{address}?area={area_code}&active=1"


def nearby(user: User, lon: float, lat: float, *, limit: int = 12) -> list[Entity]:
    """The nearest entities: more are fetched by the index, which measures in degrees, then ranked by true distance."""
    rows = visible_to(user).active().filter(location_wgs84__isnull=False)
    nearest: Any = rows.extra(  # the operator that the index serves; the values are parameters
        order_by=["nearness"],
        select={"nearness": "location_wgs84 <-> point(%s, %s)"},
        select_params=[lon, lat],
    )
    found = list(nearest[: limit * 3])
    return sorted(found, key=lambda entity: metres(lon, lat, entity.lon or 0, entity.lat or 0))[:limit]


def metres(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Distance of two near points, good to a per mille within a city."""
    across = (other_lon - lon) * np.cos(np.radians((lat + other_lat) / 2))
    return float(np.hypot(across, other_lat - lat) * 111_320)


def map_features(rows: EntityQuerySet, box: tuple[float, float, float, float]) -> list[dict[str, Any]]:
    """Points in a box, or counts on a raster of cells when there are too many; never more than a few thousand."""
    inside = rows.filter(location_wgs84__in_box=box)
    points = list(inside.values_list("pk", "name", "status", "location_wgs84")[: MAP_FEATURES + 1])
    if len(points) <= MAP_FEATURES:
        return [
            _feature(place[0], place[1], {"id": str(pk), "name": name, "status": status, "count": 1})
            for pk, name, status, place in points
            if place
        ]
    lonlat = np.array(list(inside.values_list("location_wgs84", flat=True)))
    west, south, east, _ = box
    side = max((east - west) / CELLS, 1e-9)
    cells = np.floor((lonlat - [west, south]) / side).astype(np.int64)
    _, where, counts = np.unique(cells[:, 0] * 100_000 + cells[:, 1], return_inverse=True, return_counts=True)
    lon = np.bincount(where, weights=lonlat[:, 0]) / counts
    lat = np.bincount(where, weights=lonlat[:, 1]) / counts
    return [_feature(float(x), float(y), {"count": int(n)}) for x, y, n in zip(lon, lat, counts, strict=True)]


def _feature(lon: float, lat: float, properties: dict[str, Any]) -> dict[str, Any]:
    place = {"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]}
    return {"type": "Feature", "properties": properties, "geometry": place}
