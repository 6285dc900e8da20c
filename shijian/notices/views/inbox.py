from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from shijian.accounts.requests import PersonRequest
from shijian.core.pages import Column, Flag, ListPage

from .. import services
from ..models import Notice
from ..permissions import CIRCULAR_SEND


@login_required
@require_GET
def inbox(request: PersonRequest) -> HttpResponseBase:
    listing = ListPage(
        request,
        Notice.objects.filter(to=request.user),
        [
            Column("标题", "title", show=_title),
            Column("内容", "body"),
            Column("时间", "at", sort="at", css="narrow"),
            Column("状态", lambda row: "已读" if row.read_at else "未读"),
        ],
        order="-at",
        name="通知",
        filters=[Flag("unread", "只看未读", narrow=lambda rows, _: rows.filter(read_at=None))],
        link=lambda row: reverse("notices:notice", args=[row.pk]),
        empty="没有通知。",
        empty_icon="bell",
    )
    acts = []
    if request.user.may(CIRCULAR_SEND):
        acts.append({"url": reverse("notices:compose"), "label": "发送通知通报", "icon": "send", "main": True})
        acts.append({"url": reverse("notices:sent"), "label": "发送的", "icon": "mailbox"})
    return listing.response("notices/inbox.html", {"title": "通知", "acts": acts})


@login_required
@require_GET
def notice(request: PersonRequest, key: Any) -> HttpResponse:
    """Open a notice: it is read from now on, and leads to what it is about."""
    found = get_object_or_404(Notice, pk=key, to=request.user)
    services.mark_read(found, now=now())
    return redirect(found.link or "notices:inbox")


@login_required
@require_POST
def reading(request: PersonRequest) -> HttpResponse:
    services.mark_all_read(request.user, now=now())
    return redirect("notices:inbox")


def _title(row: Notice) -> Any:
    return row.title if row.read_at else format_html("<strong>{}</strong>", row.title)
