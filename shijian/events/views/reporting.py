from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from shijian.accounts.requests import PersonRequest
from shijian.core import facts
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.geo import coordinates
from shijian.subjects import queries as subjects

from .. import lineage, queries, services
from ..choices import Source
from ..forms import ReportForm
from ..models import Kind
from ..permissions import EVENT_REPORT


@requires(EVENT_REPORT)
def report(request: PersonRequest) -> HttpResponse:
    """The phone page: photo, place, kind, one sentence. The id in the form makes sending it twice harmless."""
    initial = {name: request.GET[name] for name in ("lon", "lat", "entity", "address") if request.GET.get(name)}
    form = ReportForm(
        request.POST or None, request.FILES or None, initial=initial, bureau_code=request.user.bureau_code
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            entity = subjects.visible_to(request.user).filter(pk=data["entity"]).first() if data["entity"] else None
            event = services.report(
                id=data["step_id"],
                kind=data["kind"],
                source=data["source"],
                description=data["description"],
                place=form.place(),
                device_at=data["device_at"],
                accuracy_m=data["accuracy_m"],
                address=data["address"],
                entity=entity,
                photos=data["photos"],
                media=services.MediaFacts(data["outlet"].strip(), data["media_url"], data["published_on"])
                if data["source"] == Source.MEDIA
                else None,
                by=request.user,
                now=now(),
            )
            _count(request, data, form.place(), entity)
            there = reverse("events:event", args=[event.number])
            if "application/json" in request.headers.get("Accept", ""):
                return JsonResponse({"number": event.number, "url": there})
            return redirect(there)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    if "application/json" in request.headers.get("Accept", "") and form.errors:
        messages = [message for errors in form.errors.values() for message in errors]
        return JsonResponse({"errors": messages}, status=422)
    groups: dict[str, list[Kind]] = {}
    for kind in Kind.objects.offered(request.user.bureau_code):
        groups.setdefault(kind.group, []).append(kind)
    chosen = request.POST.get("kind", "")
    context: dict[str, Any] = {"form": form, "groups": groups, "chosen": chosen, "sources": Source.choices}
    context["entity"] = (
        subjects.visible_to(request.user).filter(pk=initial["entity"]).first() if _is_key(initial) else None
    )
    return render(request, "events/report.html", context, status=422 if form.errors else 200)


@requires(EVENT_REPORT)
@require_GET
def same_matter(request: PersonRequest) -> HttpResponse:
    """Open events near the place: perhaps the one about to be reported. A fragment for the report page."""
    place = coordinates(request.GET.get("lon", ""), request.GET.get("lat", ""))
    found = queries.same_matter(request.user, *place, now=now()) if place else []
    return render(request, "events/same_matter.html", {"found": found})


def _count(request: PersonRequest, data: dict[str, Any], place: Any, entity: Any) -> None:
    """The register knows address and place of an entity: who leaves them empty is not asked again."""
    known = {"address": entity.address, "place": entity.location_wgs84} if entity else {}
    sent = {"address": data["address"], "place": place}
    offered = [name for name in known if not sent[name]]
    facts.count(lineage.REPORT, bureau_code=request.user.bureau_code, known=known, sent=sent, offered=offered)


def _is_key(initial: dict[str, Any]) -> bool:
    return len(str(initial.get("entity", ""))) == 36
