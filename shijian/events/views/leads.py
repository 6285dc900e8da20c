"""违法线索: the register, those of one record, one of them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET

from shijian.accounts.requests import PersonRequest
from shijian.core import facts, records
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.pages import Choice, Column, Flag, ListPage, Search

from .. import lineage, queries, services
from ..choices import LeadState
from ..forms import LeadForm, LeadNoteForm
from ..models import Lead
from ..permissions import LEAD_RECEIVE, LEAD_SEND

TAGS = {LeadState.SENT: "tag-amber", LeadState.ACCEPTED: "tag-green", LeadState.RETURNED: "tag-red"}


@requires(LEAD_SEND, LEAD_RECEIVE)
@require_GET
def leads(request: PersonRequest) -> HttpResponseBase:
    today = localdate()
    listing = ListPage(
        request,
        queries.leads_of(request.user),
        [
            Column("线索", "number", css="narrow"),
            Column("涉嫌违法行为", "suspected"),
            Column("主体", "party"),
            Column("来源", lambda row: f"{row.record_number} {row.record_title}"),
            Column("接收单位", "to_unit__name"),
            Column("状态", "get_state_display", css="narrow"),
            Column("核查期限", "due_on", sort="due_on", css="narrow"),
            Column("移交", "sent_at", sort="sent_at", css="narrow"),
        ],
        order="-sent_at",
        name="违法线索",
        filters=[
            Search("q", "编号、主体、行为", narrow=_named, placeholder="编号、主体、行为"),
            Choice("state", "状态", choices=LeadState.choices),
            Flag("late", "逾期未接收", narrow=lambda rows, _: rows.filter(state=LeadState.SENT, due_on__lt=today)),
        ],
        link=lambda row: reverse("events:lead", args=[row.pk]),
        empty="没有违法线索。在事件、主体页面点“违法线索”可以移交。",
        empty_icon="gavel",
    )
    return listing.response("ui/list_page.html", {"title": "违法线索"})


def _named(rows: Any, text: str) -> Any:
    return (
        rows.filter(number__contains=text) | rows.filter(party__contains=text) | rows.filter(suspected__contains=text)
    )


@requires(LEAD_SEND, LEAD_RECEIVE)
def of_record(request: PersonRequest, kind: str, key: UUID) -> HttpResponse:
    """What was handed over from a record, and one click to hand it over."""
    user = request.user
    record = records.record_for(user, kind, key)
    sent = list(Lead.objects.filter(record_kind=kind, record_id=key).select_related("to_unit", "sent_by", "decided_by"))
    may_send = user.may(LEAD_SEND, record) and all(lead.state == LeadState.RETURNED for lead in sent)
    initial = _known(record)
    form = LeadForm(request.POST or None, initial=initial, bureau_code=user.bureau_code)
    if request.method == "POST" and form.is_valid():
        try:
            lead = services.send_lead(record, **form.cleaned_data, by=user, now=now())
            facts.count(lineage.LEAD, bureau_code=lead.bureau_code, known=initial, sent=form.cleaned_data)
            messages.success(request, f"已移交，线索编号 {lead.number}。")
            return redirect("events:lead", lead.pk)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    context = {
        "record": record, "leads": [(lead, TAGS[LeadState(lead.state)]) for lead in sent],
        "form": form if may_send else None,
    }  # fmt: skip
    return render(request, "events/record_leads.html", context, status=422 if form.errors else 200)


def _known(record: records.Record) -> dict[str, Any]:
    """What the record knows stands in the form."""
    found_at = record.facts.get("found_at")
    return {
        "suspected": record.title if record.kind == "event" else "", "party": record.facts.get("party_name", ""),
        "facts_text": record.facts.get("finding", ""), "found_on": localdate(found_at) if found_at else localdate(),
    }  # fmt: skip


@requires(LEAD_SEND, LEAD_RECEIVE)
def lead(request: PersonRequest, key: UUID) -> HttpResponse:
    """Both sides see it here: what was handed over, by when it is to be checked, what the receiving unit said."""
    user = request.user
    found = get_object_or_404(queries.leads_of(user), pk=key)
    may_decide = (
        found.state == LeadState.SENT and queries.may_receive(user, found) and found.sent_by_id not in user.hats
    )
    form = LeadNoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = services.return_lead if request.POST.get("act") == "return" else services.accept_lead
        try:
            done = act(found, note=form.cleaned_data["note"], by=user, now=now())
            messages.success(request, f"线索{done.get_state_display()}，已告知移交人。")
            return redirect("events:lead", key)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    kind = records.kinds.get(found.record_kind)
    context = {
        "lead": found, "tag": TAGS[LeadState(found.state)], "form": form if may_decide else None,
        "record": kind.find(user, found.record_id) if kind else None,
    }  # fmt: skip
    return render(request, "events/lead.html", context, status=422 if form.errors else 200)
