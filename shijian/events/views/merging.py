"""Perhaps the same matter: side by side, merged, separated again."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused

from .. import queries, services
from ..choices import Act
from ..forms import MergeForm, ReasonForm
from ..models import Event
from ..permissions import EVENT_DISPATCH
from .acts import act_page


@requires(EVENT_DISPATCH)
@require_GET
def duplicates(request: PersonRequest, number: str) -> HttpResponse:
    """This event beside each that may be the same: place, matter, time, photos. Two ways to merge, or none."""
    event = queries.event_for(request.user, number, may=EVENT_DISPATCH)
    asked = request.GET.get("with", "").strip().upper()
    context = _context(request, event, MergeForm(initial={"main": asked}))
    obstacle = services.refusal_of(event, Act.MERGE, by=request.user) if event.is_open else None
    return render(request, "events/duplicates.html", {**context, "blocked": obstacle.message if obstacle else ""})


@requires(EVENT_DISPATCH)
@require_POST
def merge(request: PersonRequest, number: str) -> HttpResponse:
    """Merge this event into another, or with `turn` the other into this one."""
    event = queries.event_for(request.user, number, may=EVENT_DISPATCH)
    form = MergeForm(request.POST)
    if form.is_valid():
        other = queries.visible_to(request.user).filter(number=form.cleaned_data["main"].strip().upper()).first()
        if other is None:
            form.add_error("main", "没有找到这个事件号，或不在您的范围内。")
        else:
            lesser, main = (other, event) if request.POST.get("turn") else (event, other)
            try:
                services.merge(lesser, main, **form.given(), by=request.user, now=now())
                messages.success(request, f"{lesser.number} 已并入 {main.number}，办结时一并告知上报人。")
                return redirect("events:event", main.number)
            except Refused as refusal:
                form.add_error(None, refusal.message)
    return render(request, "events/duplicates.html", _context(request, event, form), status=422)


@requires(EVENT_DISPATCH)
def separation(request: PersonRequest, number: str) -> HttpResponse:
    event = queries.event_for(request.user, number, may=EVENT_DISPATCH)

    def do(data: dict[str, Any]) -> None:
        services.unmerge(event, reason=data["reason"], step_id=data["step_id"], by=request.user, now=now())

    lead = "撤销后事件回到合并前的状态，按自己的期限继续办理。"
    form = ReasonForm(request.POST or None)
    return act_page(request, event, Act.UNMERGE, form, do, "撤销合并", "撤销合并", lead)


def _context(request: PersonRequest, event: Event, form: MergeForm) -> dict[str, Any]:
    found = queries.alike(request.user, event)
    shown = {each.event.pk: each for each in found}
    photos = queries.first_photos([event.pk, *shown])
    return {
        "event": event,
        "photos": photos.get(event.pk, []),
        "found": [(each.event, each.likeness, photos.get(each.event.pk, [])) for each in found],
        "form": form,
        "back": reverse("events:event", args=[event.number]),
    }
