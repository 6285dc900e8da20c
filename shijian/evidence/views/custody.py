"""What waits for me to take over."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from shijian.accounts.confirmation import proof_now
from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused

from .. import queries, services
from ..models import CustodyEntry
from ..permissions import EVIDENCE_VIEW


@requires(EVIDENCE_VIEW)
@require_GET
def custody(request: PersonRequest) -> HttpResponse:
    """Hand-overs that wait for this person."""
    return render(request, "evidence/custody.html", {"waiting": queries.waiting_for(request.user)})


@requires(EVIDENCE_VIEW)
@require_POST
def answer(request: PersonRequest, key: str) -> HttpResponse:
    """Take over or decline what was sent; or, as the sender, take it back."""
    entry = get_object_or_404(CustodyEntry.objects.select_related("item", "good__measure"), pk=key)
    if not request.user.hats & {entry.to_id, entry.by_id}:
        raise Http404
    thing = entry.item or entry.good
    assert thing is not None
    place, note, wanted = (
        request.POST.get("place", "")[:200],
        request.POST.get("note", "")[:500],
        request.POST.get("answer"),
    )
    try:
        if wanted == "accept":
            services.accept(thing, place=place, note=note, by=request.user, now=now(), proof=proof_now(request))
            messages.success(request, f"已接收：{thing}。现在由您保管。")
        elif wanted == "decline":
            services.decline(thing, note=note, by=request.user, now=now(), proof=proof_now(request))
            messages.success(request, f"已拒收：{thing}。")
        elif wanted == "withdraw":
            services.withdraw(thing, by=request.user, now=now())
            messages.success(request, f"已撤回移交：{thing}。")
    except Refused as refusal:
        messages.error(request, refusal.message)
    if wanted == "withdraw" and entry.item:
        return redirect("evidence:item", entry.item_id)
    return redirect("evidence:custody")
