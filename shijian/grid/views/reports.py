from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires

from .. import queries, reports
from ..permissions import WORK_DIRECT
from ..rules.cycles import Cycle


@requires(WORK_DIRECT)
@require_GET
def report(request: PersonRequest) -> HttpResponse:
    """The draft of a period's report for one of one's areas; by default last month's."""
    today = localdate()
    units = list(
        queries.nodes_for(request.user, WORK_DIRECT).filter(
            level__depth__lt=queries.lowest_depth(request.user.bureau_code)
        )
    )
    asked = request.GET.get("under", "")
    unit = next((node for node in units if node.area_code == asked), units[0] if units else None)
    cycle = Cycle(request.GET["cycle"]) if request.GET.get("cycle") in reports.TITLES else Cycle.MONTH
    try:
        on = date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        on = today.replace(day=1) - timedelta(days=1)
    draft = None
    if unit and date(2000, 1, 1) <= on <= date(2100, 1, 1):
        draft = reports.draft(request.user.bureau_code, unit.area_code, cycle, on=on, today=today)
    context = {
        "title": "周期报告", "draft": draft, "units": units, "unit": unit, "cycle": cycle.value, "on": on,
        "cycles": [(each.value, name) for each, name in reports.TITLES.items()],
    }  # fmt: skip
    return render(request, "grid/report.html", context)
