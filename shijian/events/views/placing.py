"""校正位置: the place of an event put right, with guesses from its address."""

from typing import Any

from django.http import HttpResponse
from django.utils.timezone import localdate, now

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.geo import coordinates
from shijian.subjects import queries as subjects

from .. import queries, services
from ..choices import Act
from ..forms import LocateForm
from ..permissions import EVENT_DISPATCH, EVENT_HANDLE
from .acts import act_page


@requires(EVENT_HANDLE, EVENT_DISPATCH)
def location(request: PersonRequest, number: str) -> HttpResponse:
    """Drag the point, click the map, or take one of the places the address may mean."""
    event = queries.event_for(request.user, number)
    lon, lat = coordinates(request.GET.get("lon", ""), request.GET.get("lat", "")) or (event.lon, event.lat)
    form = LocateForm(request.POST or None, initial={"lon": lon, "lat": lat})

    def do(data: dict[str, Any]) -> None:
        given = {name: data[name] for name in ("lon", "lat", "reason", "step_id")}
        services.locate(event, **given, by=request.user, now=now())

    places = subjects.places_of(event.bureau_code, event.address, on=localdate()) if event.address else []
    return act_page(request, event, Act.LOCATE, form, do, "校正位置", template="events/location.html", places=places)
