from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET

from shijian.accounts.requests import PersonRequest
from shijian.core import burden as burdens
from shijian.core import desk as desks
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.events.permissions import EVENT_REPORT, EVENT_VIEW
from shijian.grid import queries as grid
from shijian.grid.permissions import GRID_VIEW
from shijian.subjects.permissions import ENTITY_VIEW

from .. import queries, services
from ..forms import CalendarForm
from ..permissions import BURDEN_VIEW, CALENDAR_IMPORT


@login_required
@require_GET
def desk(request: PersonRequest) -> HttpResponse:
    user = request.user
    context = {
        "desk": queries.desk(user, today=localdate()),
        "today": localdate(),
        "may_report": user.may(EVENT_REPORT),
        "more": bool(desks.sources),
        "is_business": user.may(EVENT_VIEW) or user.may(ENTITY_VIEW),
    }
    return render(request, "portal/desk.html", context)


@login_required
@require_GET
def desk_more(request: PersonRequest) -> HttpResponse:
    """What the modules besides events and grids have waiting: loaded by the desk after itself, a page without scripts."""
    sections = desks.sections(request.user, today=localdate())
    is_part = request.headers.get("HX-Request") == "true"
    template = "portal/sections.html" if is_part else "portal/desk_more.html"
    return render(request, template, {"sections": sections})


@login_required
@require_GET
def search(request: PersonRequest) -> HttpResponse:
    """Everything that matches; as a fragment while one types in the bar at the top."""
    text = request.GET.get("q", "").strip()[:60]
    is_typing = request.headers.get("HX-Request") == "true"
    groups = queries.search(request.user, text) if len(text) >= (2 if is_typing else 1) else []
    template = "portal/search.html#found" if is_typing else "portal/search.html"
    return render(request, template, {"text": text, "groups": groups})


@login_required
@require_GET
def search_more(request: PersonRequest) -> HttpResponse:
    """What the modules besides entities, events, grids and people find: loaded by the search after itself."""
    text = request.GET.get("q", "").strip()[:60]
    is_part = request.headers.get("HX-Request") == "true"
    context = {"text": text, "groups": desks.found(request.user, text) if len(text) > 1 else []}
    return render(request, "portal/search_more.html" if is_part else "portal/search.html", context)


@requires(GRID_VIEW)
@require_GET
def map_page(request: PersonRequest) -> HttpResponse:
    user, today = request.user, localdate()
    home = queries.home_area(user, today=today)
    nodes = queries.map_nodes(user.bureau_code, home)
    shown = queries.shown_depth(nodes, home)
    context = {
        "levels": grid.levels(user.bureau_code),
        "shown": shown,
        "home": home,
        "nodes": [node for node in nodes if node.level.depth <= shown],
        "may": {"events": user.may(EVENT_VIEW), "entities": user.may(ENTITY_VIEW), "report": user.may(EVENT_REPORT)},
    }
    return render(request, "portal/map.html", context)


@requires(GRID_VIEW)
@require_GET
def map_area(request: PersonRequest, code: str) -> HttpResponse:
    """The panel of one area: who answers for it, what lies in it, what can be done there. Fragment of the map page."""
    user = request.user
    chain = grid.chain_of(user.bureau_code, code, on=localdate())
    if not chain or chain[0].node.area_code != code:
        raise Http404
    context = {
        "area": chain[0],
        "above": chain[1:],
        "figures": queries.area_figures(user, code),
        "may_report": user.may(EVENT_REPORT),
        "lon": request.GET.get("lon", ""),
        "lat": request.GET.get("lat", ""),
    }
    return render(request, "portal/area.html", context)


@requires(GRID_VIEW)
@require_GET
def map_places(request: PersonRequest) -> JsonResponse:
    """Where on the map a grid or an entity is: hits of the map's search box."""
    text = request.GET.get("q", "").strip()[:60]
    found = queries.places(request.user, text) if len(text) >= 2 else []
    hits = [{"label": each.label, "note": each.note, "code": each.code, "place": each.place} for each in found]
    return JsonResponse({"hits": hits})


@requires(CALENDAR_IMPORT)
def calendar_import(request: PersonRequest) -> HttpResponse:
    """Send a year's holiday arrangement; what was taken and what was refused is told row by row."""
    form = CalendarForm(request.POST or None, request.FILES or None)
    outcome = None
    if request.method == "POST" and form.is_valid():
        try:
            outcome = services.take_calendar(form.cleaned_data["file"], by=request.user, now=now())
        except Refused as refusal:
            form.add_error("file", refusal.message)
    context = {
        "title": "导入工作日历",
        "form": form,
        "outcome": outcome,
        "back": reverse("core:calendar"),
        "files": True,
        "submit": "导入",
        "lead": "国务院办公厅公布下一年放假安排后导入。只需写与平常不同的日子：法定节假日、放假调休、调休上班。",
    }
    return render(request, "portal/calendar_import.html", context, status=422 if form.errors else 200)


@requires(BURDEN_VIEW)
@require_GET
def burden(request: PersonRequest) -> HttpResponse:
    """The self-check against the five prohibitions, made anew at each look; printed as an annex to the filing."""
    context = {"checks": queries.burden_checks(request.user), "source": burdens.SOURCE, "at": now()}
    return render(request, "portal/burden.html", context)
