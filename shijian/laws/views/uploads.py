"""A law text through the browser: send, check what was read and what it changes, confirm."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.pages import Column, ListPage, Search

from .. import services
from ..choices import Level, StartBasis
from ..forms import TextForm
from ..models import Upload
from ..permissions import LIBRARY_IMPORT
from ..queries import reading
from ..rules.texts import Fault

SHOWN_FAULTS = 200
SAMPLE = """# 某某监督管理办法

效力级别：规范性文件
发布机关：某某市场监督管理局
施行日期：2026-03-01

2026年1月31日 某某市场监督管理局发布

<!-- INFO END -->

## 第一章 总则

第一条 为了规范……，制定本办法。

第二条 本办法所称……，是指：

（一）……；

（二）……。

## 第二章 附则

第三条 本办法自2026年3月1日起施行。
"""


@requires(LIBRARY_IMPORT)
@require_GET
def uploads(request: PersonRequest) -> HttpResponseBase:
    listing = ListPage(
        request,
        reading.uploads_of(request.user).defer("content"),
        [
            Column("法规", "title"),
            Column("文件", "name"),
            Column("上传", lambda row: f"{row.by.name} {row.at:%Y-%m-%d}", css="narrow"),
            Column("状态", lambda row: "已导入" if row.version_id else "待确认", css="narrow"),
            Column("确认", lambda row: row.loaded_by.name if row.loaded_by else "", css="narrow"),
        ],
        order="-at",
        name="法规导入记录",
        filters=[Search("q", "法规", field="title__contains")],
        link=lambda row: reverse("laws:upload", args=[row.pk]),
        empty="还没有人在网页上导入法规。",
        empty_icon="upload",
    )
    acts = [
        {"label": "法规库", "url": reverse("laws:library"), "icon": "books"},
        {"label": "导入法规", "url": reverse("laws:upload_new"), "icon": "upload", "main": True},
    ]
    return listing.response("ui/list_page.html", {"title": "法规导入记录", "acts": acts})


@requires(LIBRARY_IMPORT)
def upload_new(request: PersonRequest) -> HttpResponse:
    """Send a text; with faults nothing is kept and every fault is named with its line."""
    if "template" in request.GET:
        response = HttpResponse(SAMPLE, content_type="text/markdown; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="template.md"'
        return response
    form = TextForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    faults: list[Fault] = []
    name = ""
    if request.method == "POST" and form.is_valid():
        sent, name = form.cleaned_data["file"], form.cleaned_data["file"].name
        try:
            row = services.upload(sent.read(), name=name, level=form.cleaned_data["level"], by=request.user, now=now())
            return redirect("laws:upload", row.pk)
        except services.Malformed as malformed:
            faults = malformed.faults
    wrong = bool(faults or form.errors)
    context = {"form": form, "faults": faults[:SHOWN_FAULTS], "fault_count": len(faults), "name": name}
    return render(request, "laws/upload_new.html", context, status=422 if wrong else 200)


@requires(LIBRARY_IMPORT)
@require_GET
def upload(request: PersonRequest, key: UUID) -> HttpResponse:
    row = reading.upload_for(request.user, key)
    return render(request, "laws/upload.html", _context(request, row))


def _context(request: PersonRequest, row: Upload) -> dict[str, Any]:
    if row.version_id:
        found = reading.progress(request.user, version=row.version_id)
        return {"row": row, "progress": found[0] if found else None}
    made = services.preview(row, by=request.user, now=now())
    text = made.text
    parts: dict[int, list[Any]] = {}
    for article in text.articles:
        parts.setdefault(article.heading, []).append(article)
    blocks = [
        (text.headings[place] if place >= 0 else None, parts.get(place, []))
        for place in [*([-1] if -1 in parts else []), *range(len(text.headings))]
    ]
    return {
        "row": row, "made": made, "blocks": blocks, "level": Level(made.level).label,
        "start_basis": StartBasis(made.start_basis).label if made.start_basis else "",
        "is_assumed": made.start_basis == StartBasis.ASSUMED, "chapters": len(text.headings), "articles": len(text.articles),
    }  # fmt: skip


@requires(LIBRARY_IMPORT)
@require_POST
def loading(request: PersonRequest, key: UUID) -> HttpResponse:
    row = reading.upload_for(request.user, key)
    try:
        outcome = services.load(row, by=request.user, now=now())
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("laws:upload", key)
    said = (
        f"已导入，{outcome.to_handle} 项待核对，已通知负责人员。"
        if outcome.to_handle
        else "已导入，没有需要核对的事项。"
    )
    messages.success(request, said)
    return redirect("laws:upload", key)


@requires(LIBRARY_IMPORT)
@require_POST
def dropping(request: PersonRequest, key: UUID) -> HttpResponse:
    row = reading.upload_for(request.user, key)
    try:
        services.drop(row, by=request.user, now=now())
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("laws:upload", key)
    messages.success(request, "已放弃，法规库没有改变。")
    return redirect("laws:uploads")
