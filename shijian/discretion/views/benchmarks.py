import csv
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import formset_factory
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_POST

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.pages import Choice, Column, ListPage, Search

from .. import queries, services, shipped
from ..choices import State
from ..forms import DecisionForm, FineForm, ImportForm, LineForm, VersionForm, ViolationForm
from ..models import Benchmark
from ..permissions import BENCHMARK_APPROVE, BENCHMARK_EDIT
from ..rules import BrokenBenchmark, table
from .catalogue import tiers_of

LineForms = formset_factory(LineForm, extra=0)
MOST_FINES = 12
FineForms = formset_factory(FineForm, extra=1, max_num=MOST_FINES, absolute_max=MOST_FINES)


def _own(request: PersonRequest) -> Any:
    return Benchmark.objects.filter(region_code__in=queries.regions_of(request.user.bureau_code)[:-1])


@requires(BENCHMARK_EDIT, BENCHMARK_APPROVE)
@require_GET
def drafts(request: PersonRequest) -> HttpResponseBase:
    """The versions of the bureau's regions, whatever their state."""
    listing = ListPage(
        request,
        _own(request).select_related("proposed_by", "decided_by"),
        [
            Column("违法行为", "name"),
            Column("法定依据", "citation"),
            Column("依据文件", "document"),
            Column("施行日期", "valid_from", css="narrow"),
            Column("状态", "get_state_display", css="narrow"),
            Column("提出人", "proposed_by__name", css="narrow"),
            Column("审定人", "decided_by__name", css="narrow"),
            Column("提出时间", "proposed_at", sort="proposed_at", css="narrow"),
        ],
        order="-proposed_at",
        name="本地裁量基准",
        filters=[Search("q", "违法行为", field="name__contains"), Choice("state", "状态", choices=State.choices)],
        link=lambda row: reverse("discretion:draft", args=[row.pk]),
        empty="本地还没有自己的裁量基准，按国家规定和默认比例计算。",
        empty_icon="versions",
    )
    acts = []
    if request.user.may(BENCHMARK_EDIT):
        acts = [
            {"url": reverse("discretion:violation_new"), "label": "新增违法行为", "icon": "plus"},
            {"url": reverse("discretion:import"), "label": "导入文件", "icon": "upload", "main": True},
        ]
    lead = "在违法行为页提出新版本，或者导入文件；另一人审定后，自施行日期起适用。"
    return listing.response("ui/list_page.html", {"title": "本地裁量基准", "acts": acts, "lead": lead})


@requires(BENCHMARK_EDIT, BENCHMARK_APPROVE)
@require_GET
def draft(request: PersonRequest, key: Any) -> HttpResponse:
    row = get_object_or_404(_own(request).select_related("proposed_by", "decided_by"), pk=key)
    return render(request, "discretion/draft.html", _context(request, row, DecisionForm()))


def _context(request: PersonRequest, row: Benchmark, form: DecisionForm) -> dict[str, Any]:
    is_own = row.proposed_by_id in request.user.hats
    entry = row.entry
    return {
        "row": row,
        "violation": entry.violation,
        "lines": tiers_of(entry),
        "form": form,
        "may_submit": request.user.may(BENCHMARK_EDIT) and row.state in (State.DRAFT, State.RETURNED),
        "may_decide": request.user.may(BENCHMARK_APPROVE) and row.state == State.SUBMITTED and not is_own,
        "is_own": is_own,
    }


@requires(BENCHMARK_EDIT)
@require_POST
def submission(request: PersonRequest, key: Any) -> HttpResponse:
    row = get_object_or_404(_own(request), pk=key)
    services.submit(row, by=request.user, now=now())
    messages.success(request, "已送审。")
    return redirect("discretion:draft", key)


@requires(BENCHMARK_APPROVE)
@require_POST
def decision(request: PersonRequest, key: Any) -> HttpResponse:
    row = get_object_or_404(_own(request).select_related("proposed_by", "decided_by"), pk=key)
    form = DecisionForm(request.POST)
    if form.is_valid():
        try:
            if "approve" in request.POST:
                services.approve(row, by=request.user, now=now())
                messages.success(request, f"已审定，自 {row.valid_from} 起适用。")
            else:
                services.return_(row, note=form.cleaned_data["note"], by=request.user, now=now())
                messages.success(request, "已退回。")
            return redirect("discretion:draft", key)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    return render(request, "discretion/draft.html", _context(request, row, form), status=422)


@requires(BENCHMARK_EDIT)
def version_new(request: PersonRequest, code: str) -> HttpResponse:
    """A version of the bureau's own: shares and the range of each tier; what the article says stays as it is."""
    today = localdate(now())
    row = get_object_or_404(queries.current(request.user.bureau_code, today), code=code)
    lines = [line for line in row.lines if line.get("上限")]
    form = VersionForm(request.POST or None, initial={"valid_from": today})
    forms = LineForms(request.POST or None, initial=[_initial(line) for line in lines])
    if request.method == "POST":
        if not request.user.may(BENCHMARK_EDIT):
            raise PermissionDenied
        if form.is_valid() and forms.is_valid():
            try:
                entry = table.entry(_lines(row, lines, form.cleaned_data, forms))
                made = services.propose(entry, document=form.cleaned_data["document"], by=request.user, now=now())
                return redirect("discretion:draft", made.pk)
            except Refused as refusal:
                form.add_error(None, refusal.message)
    pairs = list(zip(row.entry.violation.fines, forms, strict=False))
    context = {"row": row, "form": form, "forms": forms, "pairs": pairs}
    wrong = form.is_bound and not (form.is_valid() and forms.is_valid())
    return render(request, "discretion/version.html", context, status=422 if wrong else 200)


@requires(BENCHMARK_EDIT)
def violation_new(request: PersonRequest) -> HttpResponse:
    """A violation the catalogue lacks, as a draft of the bureau's own region; another person approves it."""
    form = ViolationForm(request.POST or None, initial={"valid_from": localdate(now())})
    forms = FineForms(request.POST or None)
    if "more" in request.POST:
        form, forms = ViolationForm(initial=request.POST.dict()), _more(request)
    elif request.method == "POST" and form.is_valid() and forms.is_valid():
        try:
            made = services.propose_violation(
                form.cleaned_data, [one.line() for one in forms], by=request.user, now=now()
            )
            return redirect("discretion:draft", made.pk)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    wrong = form.is_bound and not (form.is_valid() and forms.is_valid())
    return render(
        request, "discretion/violation_new.html", {"form": form, "forms": forms}, status=422 if wrong else 200
    )


def _more(request: PersonRequest) -> Any:
    """The same page with one more fine to fill, what was typed kept."""
    data = request.POST.copy()
    count = (
        min(int(data.get("form-TOTAL_FORMS") or 1), MOST_FINES - 1)
        if (data.get("form-TOTAL_FORMS") or "1").isdecimal()
        else 1
    )
    names = FineForm().fields
    initial = [{name: data.get(f"form-{place}-{name}", "") for name in names} for place in range(count)]
    return formset_factory(FineForm, extra=1, max_num=MOST_FINES)(initial=initial)


def _initial(line: dict[str, str]) -> dict[str, str]:
    return {
        f"{tier.value}_{field}": line.get(f"{name}{part}", "")
        for tier, name in table.TIERS.items()
        for part, field in (("标准", "standard"), ("条件", "condition"))
    }


def _lines(row: Benchmark, lines: list[dict[str, str]], data: dict[str, Any], forms: Any) -> list[dict[str, str]]:
    shared = {"有效期起": data["valid_from"].isoformat(), "有效期止": ""}
    for name, column in (("light_share", "从轻比例"), ("heavy_share", "从重比例")):
        given: Decimal | None = data[name]
        shared[column] = f"{given}%" if given else ""
    shared["比例依据"] = data["document"] if data["light_share"] or data["heavy_share"] else ""
    made = [{**line, **shared, **one.values()} for line, one in zip(lines, forms, strict=True)]
    if not made:
        raise BrokenBenchmark("这一违法行为没有罚款，不需要裁量标准。")
    return made


@requires(BENCHMARK_EDIT)
def import_new(request: PersonRequest) -> HttpResponse:
    form = ImportForm(request.POST or None, request.FILES or None)
    outcome = None
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            outcome = services.import_benchmarks(
                upload.read(), name=upload.name, document=form.cleaned_data["document"], by=request.user, now=now()
            )
        except Refused as refusal:
            form.add_error("file", refusal.message)
    context = {"form": form, "outcome": outcome}
    return render(request, "discretion/import.html", context, status=422 if form.errors else 200)


@requires(BENCHMARK_EDIT)
@require_GET
def template(request: PersonRequest) -> HttpResponse:
    """The heading and two violations, as a file to begin with."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="benchmarks.csv"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(table.COLUMNS)
    for entry in shipped.entries()[:2]:
        writer.writerows([line[column] for column in table.COLUMNS] for line in entry.lines)
    return response
