"""Leave: handing one's work to a deputy, and standing in for somebody."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from shijian.core.errors import Refused

from .. import services
from ..acting import SESSION_KEY
from ..confirmation import ask_again
from ..forms import DelegationForm
from ..models import Delegation, User
from ..requests import PersonRequest


@login_required
def delegation_new(request: PersonRequest) -> HttpResponse:
    form = DelegationForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        deputy = User.objects.filter(employee_no=data.pop("deputy_no"), bureau_code=request.user.bureau_code).first()
        if deputy is None:
            form.add_error("deputy_no", "本局没有这个工号，请核对。")
        else:
            ask_again(request)
            try:
                services.delegate(request.user, deputy=deputy, **data, by=request.user, now=now())
                messages.success(request, f"已委托{deputy.name}代理。")
                return redirect("accounts:me")
            except Refused as refusal:
                form.add_error(None, refusal.message)
    context = {
        "title": "委托代理",
        "form": form,
        "submit": "委托",
        "back": reverse("accounts:me"),
        "lead": "休假、出差期间请人代办。代理人办理的每一步都记为“某某（代您）”，您随时可以收回。",
    }
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def delegation_end(request: PersonRequest, delegation: int) -> HttpResponse:
    mine = Q(principal=request.user) | Q(deputy=request.user)
    found = get_object_or_404(Delegation.objects.filter(mine), pk=delegation)
    services.end_delegation(found, by=request.user, now=now())
    messages.success(request, "委托已结束。")
    return redirect("accounts:me")


@login_required
@require_POST
def acting(request: PersonRequest, delegation: int) -> HttpResponse:
    """Begin to stand in."""
    found = get_object_or_404(Delegation.objects.select_related("principal"), pk=delegation, deputy=request.user)
    request.user.acting = None
    services.begin_acting(found, by=request.user, now=now())
    request.session[SESSION_KEY] = found.pk
    return redirect("portal:desk")


@login_required
@require_POST
def acting_end(request: PersonRequest) -> HttpResponse:
    if delegation := request.user.acting:
        services.end_acting(delegation, by=request.user, now=now())
        request.session.pop(SESSION_KEY, None)
    return redirect("accounts:me")
