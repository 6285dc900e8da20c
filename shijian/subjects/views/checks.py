"""What was seen on the spot, with photos."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from shijian.accounts.requests import PersonRequest
from shijian.core import files
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.ids import new_id

from .. import queries, services
from ..forms import CheckForm
from ..models import Check
from ..permissions import ENTITY_EDIT, ENTITY_VIEW


@requires(ENTITY_EDIT)
def status(request: PersonRequest, key: Any) -> HttpResponse:
    """A page for the phone: photo first, one tap for the state."""
    entity = queries.entity_for(request.user, key, may=ENTITY_EDIT)
    form = CheckForm(
        request.POST or None, request.FILES or None, initial={"status": entity.status, "check_id": new_id()}
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.record_check(
                entity, id=data["check_id"], status=data["status"], photos=data["photos"], note=data["note"],
                by=request.user, now=now(),
            )  # fmt: skip
            messages.success(request, "已记录现场核实。")
            return redirect("subjects:entity", key)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    context = {
        "entity": entity,
        "form": form,
        "title": "现场核实",
        "back": reverse("subjects:entity", args=[entity.pk]),
    }
    return render(request, "subjects/check.html", context, status=422 if form.errors else 200)


@requires(ENTITY_VIEW)
@require_GET
def photo(request: PersonRequest, key: Any, check: Any, number: int, variant: str) -> HttpResponseBase:
    """A photo of a check behind the entity's door; the sealed original is not shown."""
    entity = queries.entity_for(request.user, key)
    found = Check.objects.filter(pk=check, entity__in=[entity, *entity.absorbed.all()]).first()
    photos = list(found.photos.order_by("stored_at", "pk")) if found else []
    if variant not in {"thumb", "display"} or number >= len(photos):
        raise Http404
    return files.serve(request, photos[number], variant)
