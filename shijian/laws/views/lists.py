"""The power list, the duty list and the operation guides."""

import csv
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from shijian.accounts.models import Unit
from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.pages import Choice, Column, Flag, ListPage, Search

from .. import services
from ..choices import PowerKind
from ..forms import TableForm
from ..models import DutyItem, Guide
from ..permissions import LIBRARY_VIEW, LIST_IMPORT
from ..queries import lists
from ..rules.references import in_words

SHARES = {"重叠": "amber", "两级分工": "accent"}
POWER_COLUMNS = [
    Column("事项名称", "name"),
    Column("编码", "code", sort="code", css="narrow"),
    Column("类型", "get_kind_display", css="narrow"),
    Column("设定依据", lambda row: in_words(row.basis)),
    Column("承办机构", "unit"),
    Column("办理时限", "limit", css="narrow"),
]


@requires(LIBRARY_VIEW)
@require_GET
def powers(request: PersonRequest) -> HttpResponseBase:
    listing = ListPage(
        request, lists.powers_of(request.user), POWER_COLUMNS, order="code", name="权力清单",
        filters=[*_power_filters(), Flag("sub", "只看主项", narrow=lambda rows, _: rows.filter(parent_code=""))],
        link=lambda row: reverse("laws:power", args=[row.code]),
        empty="还没有权力清单。由有权限的人员导入本局公布的清单后显示。", empty_icon="list-details",
    )  # fmt: skip
    acts = [{"label": "公众页", "url": reverse("laws:public_powers"), "icon": "world", "main": False}]
    acts += [{"label": "执法事项", "url": reverse("laws:matters"), "icon": "checklist", "main": False}]
    acts += [{"label": "事权清单", "url": reverse("laws:duties"), "icon": "hierarchy", "main": False}]
    acts += [{"label": "机构职责", "url": reverse("laws:units"), "icon": "sitemap", "main": False}]
    acts += [{"label": "监管执法分工", "url": reverse("laws:boundaries"), "icon": "arrows-split", "main": False}]
    if request.user.may(LIST_IMPORT):
        acts.append({"label": "导入", "url": reverse("laws:power_import"), "icon": "upload", "main": True})
    return listing.response("ui/list_page.html", {"title": "权力清单", "acts": acts})


def _power_filters() -> list[Any]:
    return [
        Search("q", "事项", field="name__contains", placeholder="事项名称"),
        Choice("kind", "类型", choices=PowerKind.choices),
        Search("basis", "依据", field="basis__contains", placeholder="依据中的法规"),
    ]


@require_GET
def public_powers(request: HttpRequest) -> HttpResponseBase:
    """For everybody, without logging in: what the bureau may do, and on what law."""
    rows = lists.public_powers()
    bureaus = dict(
        Unit.objects.filter(parent=None, bureau_code__in=rows.values("bureau_code")).values_list("bureau_code", "name")
    )
    wanted = request.GET.get("bureau", "")
    bureau = wanted if wanted in bureaus else next(iter(bureaus), "")
    listing = ListPage(
        request, rows.filter(bureau_code=bureau), POWER_COLUMNS, order="code", name="权力清单", filters=_power_filters(),
        empty="没有符合条件的事项。", empty_icon="list-details",
    )  # fmt: skip
    return listing.response(
        "laws/public_powers.html",
        {
            "title": f"{bureaus.get(bureau, '')}权力清单",
            "bureaus": bureaus,
            "bureau": bureau,
            "lead": "依法公布行使的行政权力事项及其设定依据。",
        },
    )


@requires(LIBRARY_VIEW)
@require_GET
def power(request: PersonRequest, code: str) -> HttpResponse:
    row = lists.power_for(request.user, code)
    family = lists.powers_of(request.user).filter(parent_code=row.code)
    guides = Guide.objects.filter(procedure=row.procedure) if row.procedure else Guide.objects.none()
    context = {"power": row, "links": lists.links(row.basis), "children": family, "guides": guides}
    return render(request, "laws/power.html", context)


@requires(LIST_IMPORT)
def power_import(request: PersonRequest) -> HttpResponse:
    sample = [["CF-001", "", "对未经许可从事食品经营的处罚", "行政处罚", "食品安全法 122", "区市场监督管理局", "综合执法大队", "普通程序", "立案审批表、行政处罚决定书", "90 日", "是"]]  # fmt: skip
    return import_table(
        request, services.import_powers, services.POWER_COLUMNS, sample, "导入权力清单", reverse("laws:powers")
    )


@requires(LIST_IMPORT)
def duty_import(request: PersonRequest) -> HttpResponse:
    sample = [["SQ-001", "食品", "食品销售单位日常监督检查", "制定计划、抽查督导", "按计划实施检查、跟踪整改", "食品经营科", "食品生产经营监督检查管理办法 22"]]  # fmt: skip
    return import_table(
        request, services.import_duties, services.DUTY_COLUMNS, sample, "导入事权清单", reverse("laws:duties")
    )


def import_table(
    request: PersonRequest,
    act: Callable[..., Any],
    columns: dict[str, str],
    sample: list[list[str]],
    title: str,
    back: str,
) -> HttpResponse:
    if "template" in request.GET:
        response = HttpResponse(content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="template.csv"'
        response.write("\ufeff")
        csv.writer(response).writerows([list(columns), *sample])
        return response
    form = TableForm(request.POST or None, request.FILES or None)
    outcome = None
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            outcome = act(upload.read(), name=upload.name, by=request.user, now=now())
        except Refused as refusal:
            form.add_error("file", refusal.message)
    context = {"title": title, "form": form, "outcome": outcome, "back": back, "columns": columns}
    return render(request, "laws/table_import.html", context, status=422 if form.errors else 200)


@requires(LIBRARY_VIEW)
@require_GET
def duties(request: PersonRequest) -> HttpResponseBase:
    rows = lists.duties_of(request.user)
    areas = rows.order_by("area").values_list("area", "area").distinct()
    listing = ListPage(
        request, rows,
        [
            Column("事项名称", "name"),
            Column("领域", "area", sort="area", css="narrow"),
            Column("分工", "share", show=_share, css="narrow"),
            Column("局机关职责", "bureau_role"),
            Column("监管所职责", "station_role"),
            Column("牵头机构", "unit"),
            Column("依据", lambda row: in_words(row.basis)),
        ],
        order="code", name="事权清单",
        filters=[
            Search("q", "事项", field="name__contains", placeholder="事项名称"),
            Choice("area", "领域", choices=list(areas)),
            Choice("share", "分工", choices=[(each, each) for each in ("局机关", "监管所", "两级分工", "重叠")], narrow=_shared),
        ],
        empty="还没有事权清单。导入局所职责划分后，在这里看谁做什么、哪里重叠。", empty_icon="hierarchy",
    )  # fmt: skip
    acts = [{"label": "权力清单", "url": reverse("laws:powers"), "icon": "list-details", "main": False}]
    if request.user.may(LIST_IMPORT):
        acts.append({"label": "导入", "url": reverse("laws:duty_import"), "icon": "upload", "main": True})
    return listing.response("ui/list_page.html", {"title": "事权清单", "acts": acts})


def _share(row: DutyItem) -> str:
    return format_html('<span class="tag tag-{}">{}</span>', SHARES.get(row.share, ""), row.share)


def _shared(rows: Any, value: str) -> Any:
    from django.db.models import F

    if value == "局机关":
        return rows.filter(station_role="")
    if value == "监管所":
        return rows.filter(bureau_role="")
    both = rows.exclude(station_role="").exclude(bureau_role="")
    return (
        both.filter(bureau_role=F("station_role")) if value == "重叠" else both.exclude(bureau_role=F("station_role"))
    )


@requires(LIBRARY_VIEW)
@require_GET
def guides(request: PersonRequest) -> HttpResponse:
    sought = request.GET.get("q", "").strip()[:40]
    rows = lists.guides_about(sought) if sought else Guide.objects.all()
    grouped: dict[str, list[Guide]] = {}
    for row in rows:
        grouped.setdefault(row.procedure, []).append(row)
    return render(request, "laws/guides.html", {"groups": grouped, "sought": sought})


@requires(LIBRARY_VIEW)
@require_GET
def guide(request: PersonRequest, code: str) -> HttpResponse:
    row = lists.guide_for(code)
    family = Guide.objects.filter(procedure=row.procedure)
    context = {"guide": row, "links": lists.links(row.citations), "family": family}
    return render(request, "laws/guide.html", context)
