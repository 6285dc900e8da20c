"""The tab of a record: which seals were pressed on its papers, who signed them."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from shijian.accounts.requests import PersonRequest
from shijian.core import records
from shijian.core.access import requires

from .. import queries
from ..permissions import SEAL_VIEW, SIGNATURE_COLLECT, USE_APPLY, USE_APPROVE, USE_STAMP


@requires(SEAL_VIEW, SIGNATURE_COLLECT, USE_APPLY, USE_APPROVE, USE_STAMP)
@require_GET
def record(request: PersonRequest, kind: str, key: UUID) -> HttpResponse:
    found = records.record_for(request.user, kind, key)
    context = {
        "record": found, "title": "用印和签名",
        "uses": queries.uses_visible_to(request.user).filter(record_kind=kind, record_id=key)[:100],
        "requests": queries.requests_visible_to(request.user).filter(record_kind=kind, record_id=key)[:100],
    }  # fmt: skip
    return render(request, "seals/record.html", context)
