import re
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET

from shijian.accounts.requests import PersonRequest
from shijian.core import records
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.pages import Choice, Column, ListPage, Search
from shijian.laws.queries import older_laws

from .. import hooks, queries, services
from ..forms import ChosenForm, WorkingForm
from ..models import Worksheet
from ..permissions import BENCHMARK_VIEW, WORKSHEET_SAVE
from ..rules import Combined, FactMissing, Tier, in_force
from ..rules.ranges import yuan
from .about import ADDRESS, carrying, record_of

NAMES = re.compile(r"（[a-z_]+）")
FIRST = {"party": "unit", "gravity": "ordinary"}


@requires(BENCHMARK_VIEW)
def working(request: PersonRequest, code: str) -> HttpResponse:
    """The calculator: everything is in the address, so a working can be sent; saving posts to the same address."""
    today = localdate(now())
    try:
        entries = queries.entries_of(code, request.user.bureau_code)
        violation = in_force(entries, today).violation
    except Refused as refusal:
        raise Http404(refusal.message) from refusal
    record = record_of(request)
    first = {"on": today.isoformat(), **FIRST}
    form = WorkingForm(violation, request.GET if request.GET.keys() - ADDRESS else first)
    chosen = ChosenForm(request.POST or None)
    context: dict[str, Any] = {"violation": violation, "code": code, "form": form, "chosen": chosen, "today": today}
    context |= {"record": record, "carrying": carrying(record)}
    context["may_save"] = request.user.may(WORKSHEET_SAVE)
    if form.is_valid():
        context |= _worked(form.facts(), request.user.bureau_code, today)
    if request.method == "POST":
        if not context["may_save"]:
            raise PermissionDenied
        if form.is_valid() and chosen.is_valid():
            try:
                sheet = services.save_worksheet(
                    form.facts(),
                    chosen=chosen.cleaned_data["chosen"],
                    reason=chosen.cleaned_data["why"],
                    deviation=chosen.cleaned_data["deviation"],
                    by=request.user,
                    now=now(),
                    record=record,
                )
                messages.success(request, f"已保存{sheet.number}。")
                return redirect("discretion:worksheet", sheet.pk)
            except Refused as refusal:
                chosen.add_error(None, refusal.message)
    if getattr(request, "htmx", False):
        return render(request, "discretion/working.html#result", context)
    return render(request, "discretion/working.html", context, status=422 if request.method == "POST" else 200)


def _without_names(refusal: Refused) -> Refused:
    """The names of facts in a file, such as （value）, are for the command; the page has fields."""
    refusal.message = NAMES.sub("", refusal.message)
    return refusal


def _worked(facts: dict[str, Any], bureau_code: str, today: Any) -> dict[str, Any]:
    try:
        ruling = queries.working(facts, bureau_code=bureau_code, today=today)
    except FactMissing as missing:
        return {"missing": _without_names(missing)}
    except Refused as refusal:
        return {"refusal": _without_names(refusal)}
    assert not isinstance(ruling, Combined)
    past = queries.similar_to(
        hooks.Question(bureau_code, ruling.violation.code, ruling.tier.value, ruling.facts.party.value)
    )
    acted_on = ruling.facts.ended_on or ruling.facts.on
    older = older_laws([ruling.violation.article.law], acted_on=acted_on, today=today)
    clauses = queries.clauses_for(ruling.violation.code, bureau_code=bureau_code, on=acted_on, tier=ruling.tier.value)
    return {
        "clauses": clauses,
        "older": older,
        "ruling": ruling,
        "past": past,
        "low": yuan(ruling.low),
        "high": yuan(ruling.high),
    }


@requires(BENCHMARK_VIEW)
@require_GET
def worksheets(request: PersonRequest) -> HttpResponseBase:
    rows = _visible(request)
    record = record_of(request)
    if record:
        rows = rows.filter(record_kind=record.kind, record_id=record.id)
    listing = ListPage(
        request,
        rows.select_related("by"),
        [
            Column("编号", "number"),
            Column("违法行为", "name"),
            Column("阶次", "get_tier_display", css="narrow"),
            Column("幅度", lambda sheet: f"{yuan(sheet.low)} 至 {yuan(sheet.high)}"),
            Column("拟处罚款", lambda sheet: yuan(sheet.chosen), css="num"),
            Column("偏离类案", lambda sheet: bool(sheet.deviation), css="narrow"),
            Column("计算人", "by__name", css="narrow"),
            Column("时间", "at", sort="at", css="narrow"),
        ],
        order="-at",
        name="裁量计算单",
        filters=[Search("q", "违法行为", field="name__contains"), Choice("tier", "阶次", choices=Tier.choices())],
        link=lambda sheet: reverse("discretion:worksheet", args=[sheet.pk]),
        empty="还没有计算单。点“新的计算”，选违法行为，按事实算出幅度后保存。",
        empty_icon="calculator",
    )
    start = reverse("discretion:catalogue") + carrying(record)
    context: dict[str, Any] = {"title": "裁量计算单"}
    context["acts"] = [{"url": start, "label": "新的计算", "icon": "calculator", "main": True}]
    if record:
        context["back"] = {"url": record.url, "label": f"{record.title} {record.number}"}
    return listing.response("ui/list_page.html", context)


@requires(BENCHMARK_VIEW)
@require_GET
def worksheet(request: PersonRequest, key: Any) -> HttpResponse:
    sheet = get_object_or_404(_visible(request).select_related("by__unit"), pk=key)
    context = {"sheet": sheet, "low": yuan(sheet.low), "high": yuan(sheet.high), "sum": yuan(sheet.chosen)}
    with suppress(Http404):  # worksheets are compared across stations; the record stays behind its own door
        context["record"] = records.record_for(request.user, sheet.record_kind, sheet.record_id)
    return render(request, "discretion/worksheet.html", context)


def _visible(request: PersonRequest) -> Any:
    """The worksheets of the bureau: ranges are compared across stations, so whoever sees benchmarks sees them."""
    return Worksheet.objects.filter(bureau_code=request.user.bureau_code)
