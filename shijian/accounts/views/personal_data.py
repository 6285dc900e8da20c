"""Seeing personal data whole, and the register of what is kept."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.personal import mask_phone, registry

from .. import queries, services
from ..confirmation import ask_again
from ..forms import UnmaskForm
from ..permissions import PERSON_UNMASK, PERSONAL_DATA_VIEW
from ..requests import PersonRequest


@requires(PERSON_UNMASK)
@never_cache
def unmasking(request: PersonRequest, key: Any) -> HttpResponse:
    """The whole phone number of a colleague, for a reason."""
    owner = queries.phone_owner_for(request.user, key)
    form, phone = UnmaskForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        ask_again(request)
        try:
            phone = services.unmask_phone(owner, reason=form.cleaned_data["reason"], by=request.user, now=now())
        except Refused as refusal:
            form.add_error(None, refusal.message)
    context = {"owner": owner, "form": form, "phone": phone, "masked": mask_phone(owner.phone)}
    return render(request, "accounts/unmasking.html", context, status=422 if form.errors else 200)


@requires(PERSONAL_DATA_VIEW)
@require_GET
def register(request: PersonRequest) -> HttpResponse:
    """What personal data the product keeps, why, how long, and who sees it."""
    return render(request, "accounts/personal_data.html", {"rows": sorted(registry.values(), key=lambda row: row.key)})
