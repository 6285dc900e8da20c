"""The page that shows a masked phone whole, for a reason."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now

from shijian.core.errors import Refused
from shijian.core.personal import mask_phone

from . import services
from .confirmation import ask_again
from .forms import UnmaskForm
from .requests import PersonRequest


def phone_page(request: PersonRequest, owner: Any, about: list[tuple[str, Any]]) -> HttpResponse:
    """The phone of a person or an entity the view has let this person to; `about` says whose it is."""
    form, phone = UnmaskForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        ask_again(request)
        try:
            phone = services.unmask(owner, "phone", reason=form.cleaned_data["reason"], by=request.user, now=now())
        except Refused as refusal:
            form.add_error(None, refusal.message)
    context = {"about": about, "form": form, "phone": phone, "masked": mask_phone(owner.phone)}
    return render(request, "accounts/unmasking.html", context, status=422 if form.errors else 200)
