from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.geo import box_of, coordinates

from .. import queries
from ..choices import EntityStatus, Tag
from ..permissions import ENTITY_VIEW
from ..queries.tally import ACTIVE


@requires(ENTITY_VIEW)
@require_GET
def map_json(request: PersonRequest) -> HttpResponse:
    """Entities in a box as points or counted cells; filters as in the list."""
    box = box_of(request)
    rows = queries.visible_to(request.user).active()
    statuses = ACTIVE
    if (status := request.GET.get("status", "")) in EntityStatus.values:
        rows, statuses = rows.filter(status=status), [each for each in ACTIVE if each == status]
    features = None
    if (tag := request.GET.get("tag", "")) in Tag.values:
        rows = rows.filter(tags__contains=[tag])
    else:
        features = queries.map_cells(request.user, box, statuses)
    if features is None or sum(each["properties"]["count"] for each in features) <= queries.MAP_FEATURES:
        features = queries.map_features(rows, box)
    return JsonResponse({"type": "FeatureCollection", "features": features})


@requires(ENTITY_VIEW)
@require_GET
def suggest(request: PersonRequest) -> HttpResponse:
    """Entities for a form: by name or code, or the nearest to a place; a fragment of choices."""
    text, lon, lat = (request.GET.get(name, "") for name in ("entity_q", "lon", "lat"))
    if text.strip():
        found = queries.search(request.user, text, limit=8)
    else:
        place = coordinates(lon, lat)
        found = queries.nearby(request.user, *place, limit=6) if place else []
    return render(request, "subjects/suggestions.html", {"entities": found, "asked": text.strip()})
