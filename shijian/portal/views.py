from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET

from shijian.accounts.requests import PersonRequest
from shijian.audit.permissions import ENTRY_VIEW
from shijian.core.access import requires
from shijian.events.permissions import EVENT_REPORT, EVENT_VIEW
from shijian.grid import queries as grid
from shijian.grid.permissions import GRID_VIEW
from shijian.subjects.permissions import ENTITY_VIEW

from . import queries


@login_required
@require_GET
def desk(request: PersonRequest) -> HttpResponse:
    user = request.user
    context = {
        "desk": queries.desk(user, today=localdate()),
        "today": localdate(),
        "may_report": user.may(EVENT_REPORT),
        "is_auditor": user.may(ENTRY_VIEW),
    }
    return render(request, "portal/desk.html", context)


@login_required
@require_GET
def search(request: PersonRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:60]
    groups = queries.search(request.user, text) if text else []
    return render(request, "portal/search.html", {"text": text, "groups": groups})


@requires(GRID_VIEW)
@require_GET
def map_page(request: PersonRequest) -> HttpResponse:
    user, today = request.user, localdate()
    levels = grid.levels(user.bureau_code)
    context = {
        "levels": levels,
        "lowest": levels[-1].depth if levels else 0,
        "home": queries.home_area(user, today=today),
        "nodes": [node for node in grid.tree(user.bureau_code) if node.status == "approved"],
        "may": {"events": user.may(EVENT_VIEW), "entities": user.may(ENTITY_VIEW), "report": user.may(EVENT_REPORT)},
    }
    return render(request, "portal/map.html", context)
