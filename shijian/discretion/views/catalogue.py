from typing import Any

from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.pages import Choice, Column, ListPage, Search

from .. import queries
from ..choices import State
from ..models import Benchmark
from ..permissions import BENCHMARK_APPROVE, BENCHMARK_EDIT, BENCHMARK_VIEW
from ..rules import Entry
from .about import carrying, record_of


@requires(BENCHMARK_VIEW)
@require_GET
def catalogue(request: PersonRequest) -> HttpResponseBase:
    """裁量基准: what is in force today, the nearest region's row for each violation."""
    record = record_of(request)
    rows = queries.current(request.user.bureau_code, localdate(now()))
    domains = [(name, name) for name in rows.order_by("domain").values_list("domain", flat=True).distinct()]
    listing = ListPage(
        request,
        rows,
        [
            Column("违法行为", "name", sort="name"),
            Column("领域", "domain", sort="domain", css="narrow"),
            Column("法定依据", "citation"),
            Column("罚款幅度", brief),
            Column("适用地区", "region_name", css="narrow"),
        ],
        order="domain",
        name="裁量基准",
        filters=[
            Search("q", "违法行为", narrow=_search, placeholder="违法行为、法律或者代码"),
            Choice("domain", "领域", choices=domains),
        ],
        link=lambda row: reverse("discretion:violation", args=[row.code]) + carrying(record),
        empty="没有符合条件的裁量基准。",
        empty_icon="scale",
    )
    acts: list[dict[str, Any]] = [{"url": reverse("discretion:worksheets"), "label": "计算单", "icon": "file-text"}]
    acts.append({"url": reverse("discretion:standards"), "label": "地方标准", "icon": "certificate"})
    if request.user.may(BENCHMARK_EDIT) or request.user.may(BENCHMARK_APPROVE):
        acts.append({"url": reverse("discretion:drafts"), "label": "本地版本", "icon": "versions"})
    context: dict[str, Any] = {
        "title": "裁量基准",
        "lead": "选违法行为，看依据和各阶次，再按事实计算幅度。",
        "acts": acts,
    }
    if record:
        context["lead"] = f"为“{record.title} {record.number}”选违法行为，再按事实计算幅度。"
        context["back"] = {"url": record.url, "label": f"{record.title} {record.number}"}
    return listing.response("ui/list_page.html", context)


@requires(BENCHMARK_VIEW)
@require_GET
def violation(request: PersonRequest, code: str) -> HttpResponse:
    """One violation: basis, lines of the article with their tiers, what goes with the fine, all versions."""
    rows = list(
        queries.visible(request.user.bureau_code)
        .filter(code=code, state=State.APPROVED)
        .order_by("-region_code", "-valid_from")
    )
    if not rows:
        raise Http404
    today = localdate(now())
    shown = next((row for row in rows if row.in_force(today)), rows[0])
    entry = shown.entry
    context = {
        "row": shown,
        "violation": entry.violation,
        "lines": tiers_of(entry),
        "rows": rows,
        "may_edit": request.user.may(BENCHMARK_EDIT),
        "today": today,
        "clauses": queries.clauses_for(code, bureau_code=request.user.bureau_code, on=today),
        "carrying": carrying(record_of(request)),
    }
    return render(request, "discretion/violation.html", context)


def brief(row: Benchmark) -> str:
    """The first fine in words, and that there are more."""
    fines = row.entry.violation.fines
    if not fines:
        return "不罚款"
    return fines[0].words + (f" 等 {len(fines)} 档" if len(fines) > 1 else "")


def tiers_of(entry: Entry) -> list[dict[str, Any]]:
    """Each line with the range of every tier in its own measure, by standard or by formula."""
    from ..rules.ranges import in_measure

    return [
        {"fine": fine, "tiers": in_measure(fine, entry.violation.shares), "basis": entry.violation.basis_of(fine)}
        for fine in entry.violation.fines
    ]


def _search(rows: Any, text: str) -> Any:
    return rows.filter(Q(name__icontains=text) | Q(law__icontains=text) | Q(code__icontains=text))
