from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_POST

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused

from .. import queries, services
from ..forms import AppointmentForm
from ..models import Staffing
from ..permissions import GRID_STAFF


@requires(GRID_STAFF)
def appointment(request: PersonRequest, code: str) -> HttpResponse:
    node = queries.node_for(request.user, code, may=GRID_STAFF)
    form = AppointmentForm(request.POST or None, node=node)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.appoint(
                node,
                data["person"],
                data["duty"],
                valid_from=data["valid_from"],
                valid_until=data["valid_until"],
                by=request.user,
                now=now(),
            )
            return redirect("grid:node", code)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    context = {
        "title": f"配置 {node} 的人员",
        "form": form,
        "submit": "任命",
        "back": reverse("grid:node", args=[code]),
        "lead": "每个网格一名网格长（须为监管人员），管理员、信息员若干，监督员 1 至 3 名；一人可兼任多个网格。",
    }
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)


@requires(GRID_STAFF)
@require_POST
def dismissal(request: PersonRequest, code: str, post: int) -> HttpResponse:
    node = queries.node_for(request.user, code, may=GRID_STAFF)
    held = get_object_or_404(Staffing, pk=post, node=node)
    services.dismiss(held, on=localdate(), by=request.user, now=now())
    return redirect("grid:node", code)
