from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from shijian.accounts.requests import PersonRequest
from shijian.core import files
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.pages import Column, Flag, ListPage, Search

from .. import queries, services
from ..forms import CircularForm, WithdrawalForm
from ..models import Attachment, Circular
from ..permissions import CIRCULAR_SEND


@requires(CIRCULAR_SEND)
@require_GET
def sent(request: PersonRequest) -> HttpResponseBase:
    listing = ListPage(
        request,
        queries.circulars_by(request.user),
        [
            Column("标题", "title"),
            Column("类别", "get_kind_display"),
            Column("发送到", "sent_to"),
            Column("已读", lambda row: f"{row.read}/{row.reached}", css="num"),
            Column("已确认", lambda row: f"{row.confirmed}/{row.reached}" if row.must_confirm else "—", css="num"),
            Column("发送时间", "sent_at", sort="sent_at", css="narrow"),
            Column("状态", lambda row: "已撤回" if row.withdrawn_at else "已发送"),
        ],
        order="-sent_at",
        name="发送的通知通报",
        filters=[Search("q", "标题", field="title__contains")],
        link=lambda row: reverse("notices:circular", args=[row.pk]),
        empty="还没有发送过通知通报。",
        empty_icon="send",
    )
    return listing.response("ui/list_page.html", {"title": "发送的通知通报", "acts": _acts()})


@requires(CIRCULAR_SEND)
def compose(request: PersonRequest) -> HttpResponse:
    form = CircularForm(request.POST or None, request.FILES or None, sender=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            circular = services.send(form.draft(), by=request.user, now=now(), key=form.cleaned_data["key"])
            messages.success(request, f"已发送给 {circular.receipts.count()} 人。")
            return redirect("notices:circular", circular.pk)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    context = {
        "title": "发送通知通报",
        "form": form,
        "back": reverse("notices:sent"),
        "submit": "发送",
        "files": True,
        "lead": "发送后逐人记录阅读和确认，不能修改；发错可以撤回重发。",
    }
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def circular(request: PersonRequest, key: Any) -> HttpResponse:
    """To an addressee the text; to the sender also who has read it."""
    found, receipt = queries.circular_for(request.user, key)
    if receipt and not receipt.read_at:
        services.open_circular(found, by=request.user, now=now())
    context: dict[str, Any] = {
        "circular": found,
        "receipt": receipt,
        "attachments": found.attachments.select_related("file"),
        "is_sender": found.by_id == request.user.pk,
    }
    if found.by_id == request.user.pk:
        receipts = list(queries.receipts_of(found))
        context |= {"receipts": receipts, "unread": sum(1 for each in receipts if not each.read_at)}
        context |= {"unconfirmed": sum(1 for each in receipts if not each.confirmed_at)}
    return render(request, "notices/circular.html", context)


@login_required
@require_POST
def confirmation(request: PersonRequest, key: Any) -> HttpResponse:
    found, _ = queries.circular_for(request.user, key)
    services.confirm(found, by=request.user, now=now())
    messages.success(request, "已确认收到。")
    return redirect("notices:circular", key)


@login_required
@require_POST
def reminder(request: PersonRequest, key: Any) -> HttpResponse:
    found, _ = queries.circular_for(request.user, key)
    messages.success(request, f"已催读 {services.remind(found, by=request.user, now=now())} 人。")
    return redirect("notices:circular", key)


@login_required
def withdrawal(request: PersonRequest, key: Any) -> HttpResponse:
    found, _ = queries.circular_for(request.user, key)
    form = WithdrawalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.withdraw(found, reason=form.cleaned_data["reason"], by=request.user, now=now())
        return redirect("notices:circular", key)
    context = {
        "title": f"撤回“{found.title}”",
        "form": form,
        "back": reverse("notices:circular", args=[key]),
        "submit": "撤回",
        "lead": "撤回后收件人不能再看正文和附件；已读的人会收到撤回通知。",
    }
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def attachment(request: PersonRequest, key: Any, number: int) -> HttpResponseBase:
    """A file of a circular: for those the circular is for, while it is not withdrawn."""
    found, _ = queries.circular_for(request.user, key)
    held = Attachment.objects.select_related("file").filter(circular=found, pk=number).first()
    if held is None or found.withdrawn_at:
        raise Http404
    return files.serve(request, held.file, "original", name=held.name)


@requires(CIRCULAR_SEND)
@require_GET
def receipts(request: PersonRequest, key: Any) -> HttpResponseBase:
    """Who has read and confirmed, as a list to filter and export; for the sender."""
    found, _ = queries.circular_for(request.user, key)
    if found.by_id != request.user.pk:
        raise Http404
    return _receipt_list(request, found).response("ui/list_page.html", {"title": f"{found.title}：收件情况"})


def _receipt_list(request: PersonRequest, found: Circular) -> ListPage:
    return ListPage(
        request,
        found.receipts.select_related("to__unit"),
        [
            Column("姓名", "to.name"),
            Column("工号", "to.employee_no", sort="to__employee_no"),
            Column("机构", "to.unit.name"),
            Column("阅读时间", "read_at", css="narrow"),
            Column("确认时间", "confirmed_at", css="narrow"),
        ],
        order="to__employee_no",
        name="收件情况",
        filters=[
            Search("q", "姓名", field="to__name__contains"),
            Flag("unread", "未读", narrow=lambda rows, _: rows.filter(read_at=None)),
            Flag("unconfirmed", "未确认", narrow=lambda rows, _: rows.filter(confirmed_at=None)),
        ],
        empty="没有符合条件的收件人。",
    )


def _acts() -> list[dict[str, Any]]:
    return [{"url": reverse("notices:compose"), "label": "发送通知通报", "icon": "send", "main": True}]
