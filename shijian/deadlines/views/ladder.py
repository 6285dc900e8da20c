"""提醒阶梯 of legal clocks: who is told with how many working days left."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused

from .. import queries, services
from ..forms import RungForms
from ..permissions import CLOCK_VIEW, LADDER_EDIT
from ..rules.ladder import RungValue


@requires(CLOCK_VIEW)
def ladder(request: PersonRequest) -> HttpResponse:
    may_edit = request.user.may(LADDER_EDIT)
    rungs = queries.ladder(request.user.bureau_code)
    initial = [{"days_left": each.days_left, "name": each.name, "levels_up": each.levels_up} for each in rungs]
    forms = RungForms(request.POST or None, initial=initial) if may_edit else None
    fault = ""
    if request.method == "POST":
        if forms is None:
            raise PermissionDenied
        if forms.is_valid():
            wanted = [
                RungValue(data["days_left"], data["name"].strip(), data["levels_up"] or 0)
                for data in forms.cleaned_data
                if data.get("days_left") is not None
            ]
            try:
                services.change_ladder(wanted, by=request.user, now=now())
                return redirect("deadlines:ladder")
            except Refused as refusal:
                fault = refusal.message
    wrong = bool(fault) or (forms is not None and forms.is_bound and not forms.is_valid())
    context = {"rungs": rungs, "forms": forms, "fault": fault, "back": reverse("deadlines:mine")}
    return render(request, "deadlines/ladder.html", context, status=422 if wrong else 200)
