"""Whom the node believes: issuers of certificates and what they have revoked."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from shijian.accounts.confirmation import ask_again
from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused

from .. import queries, services
from ..forms import IssuerForm
from ..permissions import SEAL_EDIT


@requires(SEAL_EDIT)
@require_GET
def issuers(request: PersonRequest) -> HttpResponse:
    context = {"title": "受信任的发证机构", "back": reverse("seals:list"), "issuers": queries.issuers(), "now": now()}
    return render(request, "seals/issuers.html", context)


@requires(SEAL_EDIT)
def issuer_new(request: PersonRequest) -> HttpResponse:
    """A new issuer, or a newer list of revocations of a known one."""
    form: Any = IssuerForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        ask_again(request)
        revoked = form.cleaned_data["revocations"]
        try:
            made = services.register_issuer(
                form.cleaned_data["certificate"].read(100_000), revocations=revoked.read(20_000_000) if revoked else None,
                by=request.user, now=now(),
            )  # fmt: skip
            messages.success(request, f"已登记“{made.name}”。")
            return redirect("seals:issuers")
        except Refused as refusal:
            form.add_error(None, refusal.message)
    context = {
        "form": form, "title": "登记发证机构", "back": reverse("seals:issuers"), "submit": "登记", "files": True,
        "lead": "核验签章时只相信这里登记的机构。已登记的机构再次登记，更新其吊销列表。",
    }  # fmt: skip
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)
