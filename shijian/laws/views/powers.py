"""Units and their duties, the line between supervision and enforcement, the standard list of matters, the trace of a power."""

from typing import Any

from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET

from shijian.accounts.models import Unit
from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.pages import Choice, Column, ListPage, Search

from .. import services
from ..models import Boundary, PowerItem
from ..permissions import LIBRARY_VIEW, LIST_IMPORT
from ..queries import lists, powers
from ..rules.references import in_words
from .lists import import_table

STANDINGS = {"清楚": "green", "重叠": "amber", "只有一方": "amber", "缺移交办法": "amber"}
MATTERS_A_PAGE = 100
NOTHING = SafeString("—")


@requires(LIBRARY_VIEW)
@require_GET
def units(request: PersonRequest) -> HttpResponse:
    """The units of the bureau, each with its duties."""
    context = {"groups": powers.units_of(request.user), "may_import": request.user.may(LIST_IMPORT)}
    return render(request, "laws/units.html", context)


@requires(LIBRARY_VIEW)
@require_GET
def unit(request: PersonRequest, code: str) -> HttpResponse:
    row = powers.unit_for(request.user, code)
    return render(request, "laws/unit.html", {"unit": row, "page": powers.unit_page(row)})


@requires(LIST_IMPORT)
def unit_duty_import(request: PersonRequest) -> HttpResponse:
    sample = [["ZN-001", "综合执法大队", "查处重大、跨区域的市场监管违法案件", "三定规定"]]
    back = reverse("laws:units")
    return import_table(request, services.import_unit_duties, services.UNIT_DUTY_COLUMNS, sample, "导入机构职责", back)


@requires(LIBRARY_VIEW)
@require_GET
def boundaries(request: PersonRequest) -> HttpResponseBase:
    rows = powers.boundaries_of(request.user)
    areas = rows.order_by("area").values_list("area", "area").distinct()
    listing = ListPage(
        request, rows,
        [
            Column("事项", "matter"),
            Column("领域", "area", sort="area", css="narrow"),
            Column("监管机构", lambda row: _side(row.supervisor, row.supervision), show=lambda row: _side_html(row.supervisor, row.supervision)),
            Column("综合执法机构", lambda row: _side(row.enforcer, row.enforcement), show=lambda row: _side_html(row.enforcer, row.enforcement)),
            Column("移交和协作", "handover"),
            Column("界限", "standing", show=_standing, css="narrow"),
            Column("依据", lambda row: in_words(row.basis)),
        ],
        order="code", name="监管和执法分工",
        filters=[
            Search("q", "事项", field="matter__contains", placeholder="事项名称"),
            Choice("area", "领域", choices=list(areas)),
            Choice("standing", "界限", choices=[(each, each) for each in STANDINGS], narrow=_narrowed),
        ],
        empty="还没有监管和执法的分工表。导入后，在这里看每一事项由谁监管、由谁执法、怎样移交。", empty_icon="arrows-split",
    )  # fmt: skip
    acts = [{"label": "机构职责", "url": reverse("laws:units"), "icon": "sitemap", "main": False}]
    if request.user.may(LIST_IMPORT):
        acts.append({"label": "导入", "url": reverse("laws:boundary_import"), "icon": "upload", "main": True})
    lead = "日常监管和综合执法相对分离：谁发现、谁查处、怎样移交。"
    return listing.response("ui/list_page.html", {"title": "监管和执法分工", "lead": lead, "acts": acts})


def _side(who: str, what: str) -> str:
    return f"{who}：{what}" if what else ""


def _side_html(who: str, what: str) -> SafeString:
    return format_html("<strong>{}</strong><br>{}", who, what) if what else NOTHING


def _standing(row: Boundary) -> SafeString:
    return format_html('<span class="tag tag-{}">{}</span>', STANDINGS[row.standing], row.standing)


def _narrowed(rows: Any, value: str) -> Any:
    one = Q(supervision="") | Q(enforcement="")
    if value == "只有一方":
        return rows.filter(one)
    if value == "重叠":
        return rows.exclude(one).filter(supervision=F("enforcement"))
    both = rows.exclude(one).exclude(supervision=F("enforcement"))
    return both.filter(handover="") if value == "缺移交办法" else both.exclude(handover="")


@requires(LIST_IMPORT)
def boundary_import(request: PersonRequest) -> HttpResponse:
    sample = [["FG-001", "食品", "食品经营违法行为查处", "食品经营科", "日常检查、责令改正、发现涉嫌违法的移交", "综合执法大队", "立案、调查、提出处罚意见", "发现之日起三个工作日内移交线索和证据", "食品安全法 110"]]  # fmt: skip
    back = reverse("laws:boundaries")
    return import_table(
        request, services.import_boundaries, services.BOUNDARY_COLUMNS, sample, "导入监管和执法分工", back
    )


@requires(LIBRARY_VIEW)
@require_GET
def matters(request: PersonRequest) -> HttpResponseBase:
    """标准化执法事项清单 (W-05): matter, basis, procedure, papers, each with its page."""
    listing = _matters(request, powers.matters_of(request.user), inside=True)
    acts = [
        {"label": "公众页", "url": reverse("laws:public_matters"), "icon": "world", "main": False},
        {"label": "权力清单", "url": reverse("laws:powers"), "icon": "list-details", "main": False},
    ]
    return listing.response("laws/matters.html", {"title": "标准化执法事项清单", "acts": acts})


@require_GET
def public_matters(request: HttpRequest) -> HttpResponseBase:
    """For everybody, without logging in: what the bureau enforces, on what law, by what procedure, with which papers."""
    rows = powers.public_matters()
    bureaus = dict(
        Unit.objects.filter(parent=None, bureau_code__in=rows.values("bureau_code")).values_list("bureau_code", "name")
    )
    wanted = request.GET.get("bureau", "")
    bureau = wanted if wanted in bureaus else next(iter(bureaus), "")
    listing = _matters(request, rows.filter(bureau_code=bureau), inside=False)
    context = {
        "title": f"{bureaus.get(bureau, '')}标准化执法事项清单", "bureaus": bureaus, "bureau": bureau,
        "lead": "依法公布的行政处罚、行政强制、行政检查事项，及其依据、程序、文书和时限。", "is_print": True,
    }  # fmt: skip
    return listing.response("laws/public_powers.html", context)


def _matters(request: HttpRequest, rows: Any, *, inside: bool) -> ListPage:
    known: dict[str, powers.Addresses] = {}

    def addresses() -> powers.Addresses:
        if "page" not in known:
            known["page"] = powers.addresses(listing.shown, inside=inside)
        return known["page"]

    def basis(row: PowerItem) -> SafeString:
        return _joined([(link.label, link.url) for link in addresses().basis.get(row.basis, [])], "<br>")

    def procedure(row: PowerItem) -> SafeString:
        return _joined([(row.procedure, addresses().procedures.get(row.procedure, ""))] if row.procedure else [], "")

    def papers(row: PowerItem) -> SafeString:
        found = addresses().papers
        return _joined([(name, found.get(name, "")) for name in powers.named(row.forms)], "、")

    listing = ListPage(
        request, rows,
        [
            Column("执法事项", "name"),
            Column("类型", "get_kind_display", css="narrow"),
            Column("依据", "basis", show=basis),
            Column("程序", "procedure", show=procedure),
            Column("文书", "forms", show=papers),
            Column("时限", "limit"),
            Column("承办机构", "unit"),
        ],
        order="code", name="标准化执法事项清单", page_size=MATTERS_A_PAGE,
        filters=[
            Search("q", "事项", field="name__contains", placeholder="事项名称"),
            Choice("kind", "类型", choices=[(kind.value, kind.label) for kind in powers.ENFORCEMENT]),
            Search("basis", "依据", field="basis__contains", placeholder="依据中的法规"),
        ],
        link=(lambda row: reverse("laws:power", args=[row.code])) if inside else None,
        empty="没有符合条件的事项。", empty_icon="list-details",
    )  # fmt: skip
    return listing


def _joined(pairs: list[tuple[str, str]], between: str) -> SafeString:
    parts = [
        format_html('<a href="{}">{}</a>', url, label) if url else format_html("{}", label) for label, url in pairs
    ]
    return format_html_join(SafeString(between), "{}", ((part,) for part in parts)) if parts else NOTHING


@requires(LIBRARY_VIEW)
@require_GET
def power_trace(request: PersonRequest, code: str) -> HttpResponse:
    """权力运行 (PW-06): every use of a power in a year, with the rows to open."""
    row = lists.power_for(request.user, code)
    today = localdate()
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and 2000 <= int(asked) <= today.year else today.year
    found = powers.trace(row, user=request.user, year=year)
    context = {
        "power": row, "year": year, "years": [today.year - back for back in range(3)], "found": found.runs,
        "total": sum(each.total for each in found.runs), "links": found.links,
    }  # fmt: skip
    return render(request, "laws/power_trace.html", context)
