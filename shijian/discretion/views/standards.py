"""行政处罚地方标准: the register, one version with its clauses, import from a file, the decision of a second person."""

import csv
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_POST

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.pages import Choice, Column, ListPage, Search

from .. import queries, services
from ..choices import State
from ..forms import DecisionForm, StandardForm
from ..models import LocalStandard
from ..permissions import BENCHMARK_APPROVE, BENCHMARK_EDIT, BENCHMARK_VIEW

SAMPLE = [
    ["5.1.1", "生产经营超过保质期的食品", "food-expired", "食品安全法第一百二十四条", "从轻", "货值不足一百元且主动召回", "处 5 万元以上 6 万元以下罚款"],
    ["5.1.2", "生产经营超过保质期的食品", "food-expired", "食品安全法第一百二十四条", "从重", "向学校、幼儿园供应", "处 9 万元以上 10 万元以下罚款"],
]  # fmt: skip


@requires(BENCHMARK_VIEW)
@require_GET
def standards(request: PersonRequest) -> HttpResponseBase:
    today = localdate(now())
    listing = ListPage(
        request,
        queries.standards_of(request.user.bureau_code),
        [
            Column("标准", str),
            Column("发布机关", "issuer"),
            Column("实施日期", "valid_from", sort="valid_from", css="narrow"),
            Column("有效期止", "valid_until", css="narrow"),
            Column("条款", "count", css="num"),
            Column("状态", lambda row: standing(row, today), css="narrow"),
        ],
        order="-valid_from",
        name="行政处罚地方标准",
        filters=[Search("q", "编号", field="number__contains"), Choice("state", "状态", choices=[each for each in State.choices if each[0] != "draft"])],
        link=lambda row: reverse("discretion:standard", args=[row.pk]),
        empty="还没有导入地方标准。",
        empty_icon="certificate",
    )  # fmt: skip
    acts: list[dict[str, Any]] = [{"url": reverse("discretion:catalogue"), "label": "裁量基准", "icon": "scale"}]
    if request.user.may(BENCHMARK_EDIT):
        acts.append({"url": reverse("discretion:standard_new"), "label": "导入标准", "icon": "upload", "main": True})
    lead = "地方标准用于说理，不作为处罚的法律依据；新版本审定后，旧版本在前一日失效。"
    return listing.response("ui/list_page.html", {"title": "行政处罚地方标准", "acts": acts, "lead": lead})


def standing(row: LocalStandard, today: Any) -> str:
    if row.state != State.APPROVED:
        return row.get_state_display()
    if row.in_force(today):
        return "现行有效"
    return "尚未实施" if row.valid_from > today else "已失效"


@requires(BENCHMARK_EDIT)
def standard_new(request: PersonRequest) -> HttpResponse:
    if "template" in request.GET:
        response = HttpResponse(content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="standard.csv"'
        response.write("\ufeff")
        csv.writer(response).writerows([list(services.STANDARD_COLUMNS), *SAMPLE])
        return response
    form = StandardForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    outcome, made = None, None
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        sent = data.pop("file")
        try:
            made, outcome = services.import_standard(sent.read(), name=sent.name, **data, by=request.user, now=now())
            if made and not outcome.faults:
                messages.success(request, f"已导入 {outcome.created} 条，等待另一人审定。")
                return redirect("discretion:standard", made.pk)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    context = {"form": form, "outcome": outcome, "made": made, "columns": services.STANDARD_COLUMNS}
    wrong = bool(form.errors) or (outcome is not None and made is None)
    return render(request, "discretion/standard_new.html", context, status=422 if wrong else 200)


@requires(BENCHMARK_VIEW)
@require_GET
def standard(request: PersonRequest, key: UUID) -> HttpResponse:
    return _page(request, _row(request, key), DecisionForm())


@requires(BENCHMARK_APPROVE)
@require_POST
def standard_decision(request: PersonRequest, key: UUID) -> HttpResponse:
    row, form = _row(request, key), DecisionForm(request.POST)
    if form.is_valid():
        approve = "approve" in request.POST
        try:
            services.decide_standard(row, approve=approve, note=form.cleaned_data["note"], by=request.user, now=now())
            messages.success(request, f"已审定，自 {row.valid_from} 起引用。" if approve else "已退回。")
            return redirect("discretion:standard", key)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    return _page(request, row, form, status=422)


def _row(request: PersonRequest, key: UUID) -> LocalStandard:
    return get_object_or_404(queries.standards_of(request.user.bureau_code), pk=key)


def _page(request: PersonRequest, row: LocalStandard, form: DecisionForm, status: int = 200) -> HttpResponse:
    is_own = row.proposed_by_id in request.user.hats
    context = {
        "row": row, "clauses": row.clauses.all(), "form": form, "standing": standing(row, localdate(now())), "is_own": is_own,
        "others": queries.standards_of(request.user.bureau_code).filter(number=row.number, state=State.APPROVED).exclude(pk=row.pk),
        "may_decide": request.user.may(BENCHMARK_APPROVE) and row.state == State.SUBMITTED and not is_own,
    }  # fmt: skip
    return render(request, "discretion/standard.html", context, status=status)
