"""分析研判: the list, a new one from the analysis page, its page, what became of it."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.metrics import Figure
from shijian.core.pages import Column, Flag, ListPage, Search

from .. import analysis, queries, services
from ..forms import ResultForm, StudyForm
from ..permissions import EVENT_REVIEW, EVENT_VIEW
from .analysis import asked_of, rows_for


@requires(EVENT_VIEW)
@require_GET
def studies(request: PersonRequest) -> HttpResponseBase:
    today = localdate()
    listing = ListPage(
        request,
        queries.studies_of(request.user).select_related("responsible", "by"),
        [
            Column("题目", "title"),
            Column("研判人", "by__name", css="narrow"),
            Column("研判时间", "at", sort="at", css="narrow"),
            Column("责任人", "responsible__name", css="narrow"),
            Column("完成期限", "due_on", sort="due_on", css="narrow"),
            Column("状态", lambda row: _state(row, today), css="narrow"),
        ],
        order="-at",
        name="分析研判",
        filters=[
            Search("q", "题目、结论", field="conclusion__contains"),
            Flag("open", "未落实", narrow=lambda rows, _: rows.filter(settled_at=None)),
        ],
        link=lambda row: reverse("events:study", args=[row.pk]),
        empty="还没有研判。在“事件分析”里选好条件，点“形成研判”。",
        empty_icon="report-analytics",
    )
    acts = [{"url": reverse("events:analysis"), "label": "事件分析", "icon": "chart-bar"}]
    return listing.response("ui/list_page.html", {"title": "分析研判", "acts": acts})


@requires(EVENT_REVIEW)
def study_new(request: PersonRequest) -> HttpResponse:
    """A study of the figures under the filters in the address; they are kept as they are now."""
    at = now()
    asked = asked_of(request.GET, localdate(at))
    figures = _figures(request, asked, at)
    form = StudyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            given = {name: data[name] for name in ("sent_id", "title", "conclusion", "measures", "due_on")}
            made = services.make_study(
                **given,
                responsible=queries.colleague_named(request.user, data["responsible"].strip()),
                area_code=asked.area if asked.area.isdecimal() else "",
                asked={name: str(value) for name, value in asked.filters.items()},
                figures=[_kept(figure) for figure in figures],
                by=request.user,
                now=at,
            )
            return redirect("events:study", made.pk)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    context = {
        "title": "形成研判",
        "form": form,
        "figures": figures,
        "asked": asked,
        "submit": "保存",
        "back": f"{reverse('events:analysis')}?{request.GET.urlencode()}",
    }
    return render(request, "events/study_new.html", context, status=422 if form.errors else 200)


@requires(EVENT_VIEW)
def study(request: PersonRequest, key: int) -> HttpResponse:
    """Then and now side by side; who answers for the measures says what became of them."""
    found = get_object_or_404(queries.studies_of(request.user).select_related("responsible", "by"), pk=key)
    may_settle = found.settled_at is None and request.user.pk in {found.responsible_id, found.by_id}
    form = ResultForm(request.POST or None) if may_settle else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            services.settle_study(found, result=form.cleaned_data["result"], by=request.user, now=now())
            return redirect("events:study", key)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    at = now()
    asked = asked_of(found.asked, localdate(at))
    present = {each.metric.key: each for each in _figures(request, asked, at)}
    context = {
        "study": found,
        "asked": asked,
        "figures": [(each, present.get(each["key"])) for each in found.figures],
        "form": form,
        "state": _state(found, localdate(at)),
        "back": reverse("events:studies"),
    }
    return render(request, "events/study.html", context, status=422 if form is not None and form.errors else 200)


def _figures(request: PersonRequest, asked: analysis.Asked, at: datetime) -> list[Figure]:
    return analysis.total(asked, analysis.counts(request.user, asked, rows_for(request, asked), at=at))


def _kept(figure: Any) -> dict[str, Any]:
    return {"key": figure.metric.key, "label": figure.metric.label, "text": figure.text, "rows": figure.rows}


def _state(study: Any, today: Any) -> str:
    if study.settled_at:
        return "已落实"
    return "已超期" if study.due_on < today else "落实中"
