"""Who has what in hand; keep an eye on somebody; take over for who is away."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_POST

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused

from .. import queries, services
from ..forms import TakeoverForm
from ..permissions import EVENT_DISPATCH, EVENT_VIEW

SHOWN = 100  # people: those watched first, then the most overdue; the others by name or unit


@requires(EVENT_DISPATCH)
@require_GET
def workload(request: PersonRequest) -> HttpResponse:
    named = request.GET.get("q", "").strip()[:40]
    rows = queries.workload(request.user, now=now())
    found = [row for row in rows if named in row["handler__name"] or named in row["handler__unit__name"]]
    context = {"rows": found[:SHOWN], "count": len(found), "named": named, "back": reverse("events:list")}
    return render(request, "events/workload.html", context)


@requires(EVENT_VIEW)
@require_POST
def watching(request: PersonRequest, key: Any) -> HttpResponse:
    person = queries.colleague_for(request.user, str(key))
    try:
        begun = services.watch(person, by=request.user, now=now())
        messages.success(request, f"已关注{person.name}。" if begun else f"不再关注{person.name}。")
    except Refused as refusal:
        messages.warning(request, refusal.message)
    return redirect("events:workload" if request.user.may(EVENT_DISPATCH) else "events:list")


@requires(EVENT_DISPATCH)
def takeover(request: PersonRequest, key: Any) -> HttpResponse:
    """Everything a person has in hand to another, with a reason, for leave or a change of posts."""
    person = queries.colleague_for(request.user, str(key))
    people = [each for each in queries.officers_under(request.user, on=localdate()) if each.pk != person.pk]
    form = TakeoverForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            done = services.take_over(person, data["to"], reason=data["reason"], by=request.user, now=now())
            messages.success(request, f"已把{person.name}的 {len(done.moved)} 件转交{data['to'].name}，由其接收。")
            for event, why in done.refused[:10]:
                messages.warning(request, f"{event.number}：{why}")
            return redirect("events:workload")
        except Refused as refusal:
            form.add_error(None, refusal.message)
    waiting = queries.in_hand(request.user, person)
    context = {
        "title": f"转交{person.name}的在办事件",
        "form": form,
        "submit": "全部转交",
        "lead": f"{person.name}现有 {waiting} 件未办结的事件在您的范围内。转交后，待接收和处置中的由接办人重新接收；已移送和待复核的照旧等待，退回时由接办人办理。办理期限不变。",
        "back": reverse("events:workload"),
    }
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)
