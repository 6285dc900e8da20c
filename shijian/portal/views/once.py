"""一次录入: what the forms ask, what was known already, and where each fact comes from."""

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET

from shijian.accounts.models import Unit
from shijian.accounts.requests import PersonRequest
from shijian.core import facts, metrics
from shijian.core.models import FormCount
from shijian.core.pages import Choice, Column, ListPage, Period

from .. import queries
from ..metrics import ALL
from ..permissions import BURDEN_VIEW

DAYS = 30


@login_required
@require_GET
def once(request: PersonRequest) -> HttpResponse:
    """The figures of the last month, each form's numbers, and the lineage of every fact."""
    context = {
        **_figures(request.user.bureau_code, localdate()),
        "facts": facts.facts.values(),
        "papers": queries.paper_lineage(localdate()),
        "is_public": False,
        "may_check": request.user.may(BURDEN_VIEW),
    }
    return render(request, "portal/once.html", context)


@require_GET
def public(request: HttpRequest) -> HttpResponse:
    """The same figures for everybody, without logging in."""
    bureaus = dict(Unit.objects.filter(parent=None).order_by("bureau_code").values_list("bureau_code", "name"))
    wanted = request.GET.get("bureau", "")
    bureau = wanted if wanted in bureaus else next(iter(bureaus), "")
    if not bureau:
        raise Http404
    context = {
        **_figures(bureau, localdate()), "facts": facts.facts.values(), "is_public": True, "bureaus": bureaus,
        "bureau": bureau, "name": bureaus[bureau],
    }  # fmt: skip
    return render(request, "portal/public_once.html", context)


@login_required
@require_GET
def rows(request: PersonRequest) -> HttpResponseBase:
    """The rows behind the figures: one per form and day."""
    listing = ListPage(
        request,
        FormCount.objects.filter(bureau_code=request.user.bureau_code),
        [
            Column("日期", "on", sort="on"),
            Column("表单", lambda row: _name(row.form)),
            *(
                Column(label, name, css="num")
                for label, name in (
                    ("填报次数", "sent"), ("询问项", "asked"), ("平台已知", "known"), ("自动带出", "offered"), ("重复填写", "retyped")
                )
            ),
        ],
        order="-on",
        name="一次录入计数",
        filters=[
            Choice("form", "表单", choices=[(each.code, each.name) for each in facts.forms.values()]),
            Period("on", "日期", field="on"),
            metrics.filter_of(ALL, now()),
        ],
        empty="还没有提交过表单。",
        empty_icon="feather",
    )  # fmt: skip
    return listing.response("ui/list_page.html", {"title": "一次录入计数"})


def _figures(bureau_code: str, today: date) -> dict[str, Any]:
    since = today - timedelta(days=DAYS - 1)
    found = queries.form_counts(bureau_code, since=since)
    totals = {each.key: sum(row[each.sums] for row in found) for each in ALL}
    period = {"on_from": since, "on_to": today}
    return {
        "figures": [each.figure(totals, **period) for each in ALL],
        "forms": [{**row, "name": _name(row["form"])} for row in found],
        "since": since,
        "today": today,
    }


def _name(code: str) -> str:
    return facts.forms[code].name if code in facts.forms else code
