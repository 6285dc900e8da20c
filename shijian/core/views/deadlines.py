from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate, now

from .. import calendar, calendar_view, deadlines
from ..errors import Refused
from ..forms import DeadlineForm


@login_required
def deadline_list(request: HttpRequest) -> HttpResponse:
    """Every time limit in its present version, with the versions before it; found by name, code, rule or article."""
    sought = request.GET.get("q", "").strip()
    today = localdate(now())
    rows = [
        {"now": versions[-1], "in_force": versions[-1].in_force(today), "before": versions[-2::-1]}
        for versions in deadlines.limits().values()
        if not sought or any(sought.lower() in deadlines.search_text(version) for version in versions)
    ]
    return render(request, "core/deadlines.html", {"rows": rows, "sought": sought, "count": len(rows)})


@login_required
def deadline_explain(request: HttpRequest) -> HttpResponse:
    """One deadline worked out; everything is in the address, so a working can be kept, sent and printed."""
    is_asked = "from" in request.GET
    initial = {"rule": request.GET.get("rule", ""), "from": localdate(now())}
    form = DeadlineForm(request.GET) if is_asked else DeadlineForm(initial=initial)
    found = clock = None
    if is_asked and form.is_valid():
        try:
            found = form.deadline()
            clock = deadlines.clock_of(found, now=now())
        except Refused as refusal:
            form.add_error(None, refusal.message)
    context = {"form": form, "found": found, "clock": clock, "printed_on": localdate(now())}
    return render(request, "core/deadline_explain.html", context, status=422 if form.errors else 200)


@login_required
def calendar_year(request: HttpRequest) -> HttpResponse:
    """One year, day by day, as it counts; a year without a published arrangement says so."""
    current = calendar.current()
    today = localdate(now())
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and current.first.year <= int(asked) <= current.last.year else today.year
    context = {
        "year": calendar_view.lay_out(current, year, today=today),
        "missing_next_year": None if current.is_published(today.year + 1) else today.year + 1,
        "today": today,
    }
    return render(request, "core/calendar.html", context)
