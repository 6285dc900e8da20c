"""上级报表: upload a superior's template, say what fills it, download it filled."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Max
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_POST

from shijian.accounts.requests import PersonRequest
from shijian.core import facts
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.pages import Column, ListPage
from shijian.core.pages.exports import disposition
from shijian.grid import queries as grid

from .. import lineage, services, workbooks
from ..forms import FillForm, SheetForm
from ..models import Sheet
from ..permissions import SHEET_EDIT, SHEET_FILL
from ..services.sheets import blanks_of, known_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@requires(SHEET_FILL, SHEET_EDIT)
@require_GET
def sheets(request: PersonRequest) -> HttpResponseBase:
    rows = Sheet.objects.filter(bureau_code=request.user.bureau_code, is_active=True).defer("content")
    listing = ListPage(
        request,
        rows.annotate(filled_at=Max("fillings__at")),
        [
            Column("报表", "name", sort="name"),
            Column("要求报送的单位", "asked_by"),
            Column("填法", "get_kind_display"),
            Column("自动填写", lambda row: f"{len(row.mapping)} / {row.blanks} 栏", css="narrow"),
            Column("最近填报", "filled_at", css="narrow"),
        ],
        order="name",
        name="上级报表",
        link=lambda row: reverse("exchange:sheet", args=[row.pk]),
        empty="还没有上级报表。上传一次空白模板，以后各期由平台填写。",
        empty_icon="table-import",
    )
    acts = []
    if request.user.may(SHEET_EDIT):
        acts.append({"url": reverse("exchange:sheet_new"), "label": "上传模板", "icon": "upload", "main": True})
    return listing.response("ui/list_page.html", {"title": "上级报表", "acts": acts})


@requires(SHEET_EDIT)
def sheet_new(request: PersonRequest) -> HttpResponse:
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = services.add_sheet(
                name=data["name"], asked_by=data["asked_by"], kind=data["kind"], register=data["register"],
                content=data["file"].read(workbooks.LARGEST + 1), by=request.user, today=localdate(), now=now(),
            )  # fmt: skip
            messages.success(request, f"找到 {made.blanks} 栏，按名称对应了 {len(made.mapping)} 栏，请核对。")
            return redirect("exchange:sheet_mapping", made.pk)
        except Refused as refusal:
            form.add_error("file", refusal.message)
    context = {
        "title": "上传上级报表模板", "form": form, "submit": "上传", "back": reverse("exchange:sheets"), "files": True,
        "lead": "上级下发的 Excel 表只上传一次。平台按栏目名称找到对应的数据，核对后以后各期自动填写。",
    }  # fmt: skip
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)


@requires(SHEET_FILL, SHEET_EDIT)
def sheet(request: PersonRequest, key: UUID) -> HttpResponse:
    """The form as it is, what fills it, and its download for an area and days."""
    found, user = _door(request, key), request.user
    today = localdate()
    areas = [(node.area_code or "-", str(node)) for node in grid.nodes_for(user, SHEET_FILL)]
    if "" in user.scope(SHEET_FILL).prefixes:
        areas.insert(0, ("-", "全局"))
    initial = {"first": today.replace(day=1), "last": today, "area": areas[0][0] if areas else ""}
    form = FillForm(request.POST or None, areas=areas, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        area = "" if data["area"] == "-" else data["area"]
        try:
            return _filled(request, found, area, data["first"], data["last"])
        except Refused as refusal:
            form.add_error(None, refusal.message)
    book = workbooks.opened(bytes(found.content))
    known = known_of(found, today)
    context = {
        "sheet": found, "form": form, "preview": workbooks.preview(book), "fillings": found.fillings.select_related("by")[:10],
        "blanks": [(blank, known.get(found.mapping.get(blank.at, ""), "")) for blank in blanks_of(found, book)],
        "may_edit": user.may(SHEET_EDIT), "may_fill": bool(areas) and user.may(SHEET_FILL),
    }  # fmt: skip
    return render(request, "exchange/sheet.html", context, status=422 if form.errors else 200)


def _filled(request: PersonRequest, found: Sheet, area: str, first: date, last: date) -> HttpResponse:
    content, _ = services.fill_sheet(found, area_code=area, first=first, last=last, by=request.user, now=now())
    asked = [f"blank{number}" for number in range(found.blanks)]
    known = dict.fromkeys(asked[: len(found.mapping)], "filled")
    facts.count(lineage.SHEET, bureau_code=found.bureau_code, asked=asked, known=known, sent={})
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = disposition(f"{found.name}（{first}至{last}）.xlsx")
    response["X-Content-Type-Options"] = "nosniff"
    return response


@requires(SHEET_EDIT)
def mapping(request: PersonRequest, key: UUID) -> HttpResponse:
    """One choice per blank of the template."""
    found, today = _door(request, key), localdate()
    blanks = blanks_of(found, workbooks.opened(bytes(found.content)))
    if request.method == "POST":
        chosen = {blank.at: request.POST.get(f"at_{blank.at}", "") for blank in blanks}
        done = services.map_sheet(found, chosen, by=request.user, today=today, now=now())
        messages.success(
            request, f"已保存：{len(done.mapping)} 栏自动填写，{done.blanks - len(done.mapping)} 栏由人填写。"
        )
        return redirect("exchange:sheet", key)
    choices: list[tuple[str, str]] = list(known_of(found, today).items())
    rows = [(blank, found.mapping.get(blank.at, "")) for blank in blanks]
    context = {"sheet": found, "rows": rows, "choices": choices, "back": reverse("exchange:sheet", args=[key])}
    return render(request, "exchange/sheet_mapping.html", context)


@requires(SHEET_FILL, SHEET_EDIT)
@require_GET
def template(request: PersonRequest, key: UUID) -> HttpResponse:
    found = _door(request, key)
    response = HttpResponse(bytes(found.content), content_type=XLSX)
    response["Content-Disposition"] = disposition(f"{found.name}（空白模板）.xlsx")
    response["X-Content-Type-Options"] = "nosniff"
    return response


@requires(SHEET_EDIT)
@require_POST
def retirement(request: PersonRequest, key: UUID) -> HttpResponse:
    found = _door(request, key)
    services.retire_sheet(found, by=request.user, now=now())
    messages.success(request, f"“{found}”已停用。")
    return redirect("exchange:sheets")


def _door(request: PersonRequest, key: Any) -> Sheet:
    return get_object_or_404(Sheet, pk=key, bureau_code=request.user.bureau_code)
