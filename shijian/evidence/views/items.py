"""One piece of evidence."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from shijian.accounts.confirmation import proof_now
from shijian.accounts.requests import PersonRequest
from shijian.audit import services as audit
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.pages import Column as Col
from shijian.core.pages import ListPage, Period

from .. import queries, services, serving
from ..choices import CustodyAct, Verb
from ..forms import HandoverForm, MoveForm, NoteForm, ReleaseForm, RetentionForm
from ..models import Item
from ..permissions import CUSTODY_MOVE, EVIDENCE_CAPTURE, EVIDENCE_ORIGINAL, EVIDENCE_VIEW, RETENTION_SET
from ..rules.filming import may_be_bound
from ..services.chain import add_entry, locked_links
from .records import FILTERS, hash_cell, officers


@requires(EVIDENCE_VIEW)
@require_GET
def items(request: PersonRequest) -> HttpResponseBase:
    """Evidence across records, within one's areas."""
    listing = ListPage(
        request,
        queries.items_visible_to(request.user),
        [
            Col("证据", "title"),
            Col("卷宗", "record_number", css="narrow"),
            Col("种类", "get_kind_display", css="narrow"),
            Col("证明目的", lambda row: row.purpose[:60]),
            Col("执法人员", officers, css="narrow"),
            Col("入库时间", "captured_at", sort="captured_at", css="narrow"),
            Col("SHA-256", lambda row: row.sha256[:16], show=hash_cell, css="narrow"),
        ],
        order="-captured_at",
        name="证据",
        filters=[*FILTERS, Period("at", "入库", narrow=lambda rows, days: _between(rows, days))],
        link=lambda row: reverse("evidence:item", args=[row.pk]),
        empty="没有符合条件的证据。在事件、主体页面点“证据”可以采集。",
        empty_icon="photo-off",
    )
    acts = [{"url": reverse("evidence:custody"), "label": "待接收", "icon": "inbox"}]
    return listing.response("ui/list_page.html", {"title": "证据", "acts": acts})


@requires(EVIDENCE_VIEW)
@require_GET
def item(request: PersonRequest, key: UUID) -> HttpResponse:
    """What it is, what it shows, who held it, how long it is kept."""
    found, record = queries.item_for(request.user, key)
    chain = queries.item_page(found, now=now())
    is_holder = bool(chain.holder and chain.holder.pk in request.user.hats) and request.user.may(CUSTODY_MOVE)
    pages = serving.page_count(found)
    context = {
        "item": found,
        "record": record,
        "chain": chain,
        "moments": queries.custody_moments(chain),
        "bound": queries.bound_papers(found, record),
        "task_url": queries.task_url(found),
        "may_bind": request.user.may(EVIDENCE_CAPTURE) and bool(found.sha256) and may_be_bound(found.medium),
        "notes": found.notes.select_related("by"),
        "kept": queries.kept(found),
        "pages": range(1, pages + 1),
        "is_holder": is_holder,
        "may_note": request.user.may(EVIDENCE_CAPTURE),
        "may_original": bool(found.file_id) and request.user.may(EVIDENCE_ORIGINAL),
        "may_keep": request.user.may(RETENTION_SET),
        "back": reverse("evidence:record", args=[record.kind, record.id]),
    }
    return render(request, "evidence/item.html", context)


@requires(EVIDENCE_VIEW)
@require_GET
def item_file(request: PersonRequest, key: UUID, variant: str) -> HttpResponseBase:
    found, _ = queries.item_for(request.user, key)
    return serving.shown(request, found, variant)


@requires(EVIDENCE_VIEW)
@require_GET
def item_sheet(request: PersonRequest, key: UUID, number: int) -> HttpResponseBase:
    found, _ = queries.item_for(request.user, key)
    return serving.page_image(found, number)


@requires(EVIDENCE_ORIGINAL)
@require_GET
def original(request: PersonRequest, key: UUID) -> HttpResponseBase:
    """The sealed bytes: a download, on record and on the chain."""
    found, _ = queries.item_for(request.user, key, may=EVIDENCE_ORIGINAL)
    response = serving.original(found)
    with transaction.atomic():
        locked_links(found)
        entry = add_entry(found, CustodyAct.DOWNLOADED, by=request.user, now=now())
        audit.record(
            by=request.user, verb=Verb.ORIGINAL, on=found, at=entry.at, detail={"custody": entry.hash},
            bureau_code=found.bureau_code, area_code=found.area_code,
        )  # fmt: skip
    return response


@requires(EVIDENCE_CAPTURE)
def note(request: PersonRequest, key: UUID) -> HttpResponse:
    found, _ = queries.item_for(request.user, key, may=EVIDENCE_CAPTURE)
    form = NoteForm(request.POST or None)
    lead = "证据入库后不能修改；有误的，在这里更正或补充，原内容和说明一并保留。"
    return _act(request, found, form, "更正或补充说明", lead, lambda data, moment: services.add_note(
        found, data["text"], by=request.user, now=moment))  # fmt: skip


@requires(RETENTION_SET)
def retention(request: PersonRequest, key: UUID) -> HttpResponse:
    found, _ = queries.item_for(request.user, key, may=RETENTION_SET)
    form = RetentionForm(request.POST or None)
    return _act(request, found, form, "改变保存期限", "期限从入库日起算。", lambda data, moment: services.set_retention(
        found, data["retention"], reason=data["reason"], by=request.user, now=moment))  # fmt: skip


@requires(CUSTODY_MOVE)
def handover(request: PersonRequest, key: UUID) -> HttpResponse:
    found, _ = queries.item_for(request.user, key, may=CUSTODY_MOVE)
    form = HandoverForm(request.POST or None, user=request.user)
    lead = "对方接收前，仍由您负责保管。移交须再次验证身份，与对方的接收一起作为双方签收的凭据。"
    return _act(request, found, form, "移交", lead, lambda data, moment: services.send(
        found, data["to"], place=data["place"], note=data["note"], by=request.user, now=moment, proof=proof_now(request)))  # fmt: skip


@requires(CUSTODY_MOVE)
def storage(request: PersonRequest, key: UUID) -> HttpResponse:
    found, _ = queries.item_for(request.user, key, may=CUSTODY_MOVE)
    form = MoveForm(request.POST or None)
    return _act(request, found, form, "变更存放地点", "", lambda data, moment: services.move(
        found, place=data["place"], note=data["note"], by=request.user, now=moment))  # fmt: skip


@requires(CUSTODY_MOVE)
def releasing(request: PersonRequest, key: UUID) -> HttpResponse:
    found, _ = queries.item_for(request.user, key, may=CUSTODY_MOVE)
    form = ReleaseForm(request.POST or None)
    lead = "移送其他机关、送检或退还原件。电子文件的原件仍封存在本系统。"
    return _act(request, found, form, "移出本局", lead, lambda data, moment: services.release(
        found, outside=data["outside"], note=data["note"], by=request.user, now=moment))  # fmt: skip


def _act(request: PersonRequest, found: Item, form: Any, title: str, lead: str, do: Any) -> HttpResponse:
    """One act on an item: its form, and back to the item."""
    back = reverse("evidence:item", args=[found.pk])
    if request.method == "POST" and form.is_valid():
        try:
            do(form.cleaned_data, now())
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, f"{title}：已登记。")
            return redirect(back)
    people = queries.officers_near(request.user) if "to" in form.fields else []
    context = {"title": title, "lead": lead, "form": form, "back": back, "officers": people, "submit": title}
    return render(request, "evidence/act.html", context, status=422 if form.errors else 200)


def _between(rows: Any, days: Any) -> Any:
    first, last = days
    rows = rows.filter(captured_at__date__gte=first) if first else rows
    return rows.filter(captured_at__date__lte=last) if last else rows
