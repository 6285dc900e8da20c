"""Seeing personal data whole, and the register of what is kept."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from shijian.core.access import requires
from shijian.core.personal import registry

from .. import queries
from ..permissions import PERSON_UNMASK, PERSONAL_DATA_VIEW
from ..requests import PersonRequest
from ..unmasking import phone_page


@requires(PERSON_UNMASK)
@never_cache
def unmasking(request: PersonRequest, key: Any) -> HttpResponse:
    """The whole phone number of a colleague, for a reason."""
    owner = queries.phone_owner_for(request.user, key)
    return phone_page(request, owner, [("姓名", owner.name), ("机构", owner.unit)])


@requires(PERSONAL_DATA_VIEW)
@require_GET
def register(request: PersonRequest) -> HttpResponse:
    """What personal data the product keeps, why, how long, and who sees it."""
    return render(request, "accounts/personal_data.html", {"rows": sorted(registry.values(), key=lambda row: row.key)})
