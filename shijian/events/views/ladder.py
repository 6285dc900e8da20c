"""提醒阶梯: who is told at what share of the limit; changed by who keeps the catalogue."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused

from .. import queries, services
from ..forms import RungFormSet
from ..models import LadderRung
from ..permissions import EVENT_VIEW, KIND_EDIT
from ..rules.reminders import Rung


@requires(EVENT_VIEW)
def ladder(request: PersonRequest) -> HttpResponse:
    may_edit = request.user.may(KIND_EDIT)
    rungs = queries.ladder(request.user.bureau_code)
    initial = [{"share_percent": each.share_percent, "name": each.name, "levels_up": each.levels_up} for each in rungs]
    forms = RungFormSet(request.POST or None, initial=initial) if may_edit else None
    fault = ""
    if request.method == "POST":
        if forms is None:
            raise PermissionDenied
        if forms.is_valid():
            wanted = [
                Rung(data["share_percent"], data["name"].strip(), data["levels_up"] or 0)
                for data in forms.cleaned_data
                if data.get("share_percent")
            ]
            try:
                services.change_ladder(wanted, by=request.user, now=now())
                return redirect("events:ladder")
            except Refused as refusal:
                fault = refusal.message
    past = LadderRung.objects.filter(bureau_code=request.user.bureau_code, until__isnull=False)
    context = {
        "rungs": rungs,
        "forms": forms,
        "fault": fault,
        "past": past.select_related("changed_by").order_by("-until", "share_percent")[:40],
        "back": reverse("events:kinds"),
    }
    is_wrong = bool(fault) or (forms is not None and forms.is_bound and not forms.is_valid())
    return render(request, "events/ladder.html", context, status=422 if is_wrong else 200)
