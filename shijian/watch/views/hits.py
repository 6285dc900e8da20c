from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models.functions import Left
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_POST

from shijian.accounts.models import Unit, User
from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.pages import Bulk, Choice, Column, Flag, ListPage, Search

from .. import hooks, queries, services
from ..choices import DECIDED, OPEN, Act, Fault, HitState, Severity
from ..forms import HandlingForm
from ..models import Hit, Run
from ..permissions import HIT_HANDLE, HIT_VIEW, RULE_EDIT
from ..services.handling import open_acts

TAGS = {Severity.HIGH: "tag tag-red", Severity.MIDDLE: "tag tag-amber", Severity.LOW: "tag"}


@requires(HIT_VIEW)
@require_GET
def hits(request: PersonRequest) -> HttpResponseBase:
    """Hits by rule, kind of fault, severity and unit; the open ones unless asked otherwise."""
    rows = queries.visible_to(request.user)
    if not any(request.GET.get(name) for name in ("state", "look", "month")):
        rows = rows.filter(state__in=OPEN)
    names = [(code, rule.name) for code, rule in sorted(hooks.rules.items(), key=lambda pair: pair[1].group)]
    months = [(each.strftime("%Y-%m"), f"{each.year}年{each.month}月") for each in queries.months(localdate())][::-1]
    units = _units(request.user)
    listing = ListPage(
        request,
        rows,
        [
            Column("对象", "label"),
            Column("规则", lambda hit: _name(hit)),
            Column("类别", "get_fault_display", css="narrow"),
            Column("轻重", "get_severity_display", show=_severity, css="narrow"),
            Column("事由", "reason"),
            Column("状态", "get_state_display", css="narrow"),
            Column("首次发现", "found_at", sort="found_at", css="narrow"),
        ],
        order="-found_at",
        name="监察命中",
        filters=[
            Search("q", "对象或者事由", narrow=_search),
            Choice("fault", "类别", choices=Fault.choices),
            Choice("rule", "规则", choices=names),
            Choice("severity", "轻重", choices=Severity.choices),
            Choice("state", "状态", choices=HitState.choices),
            Flag("look", "等复核", narrow=lambda held, _: held.filter(state__in=DECIDED, looked_at=None)),
            Choice("month", "发现月份", choices=months, narrow=_in_month),
            Choice("unit", "机构", choices=[*units.items(), (queries.NOWHERE, "全局性问题")], narrow=_in_unit(units)),
        ],
        link=lambda hit: reverse("watch:hit", args=[hit.pk]),
        empty="没有待处理的命中。",
        empty_icon="shield-check",
        bulk=[Bulk("一起处理", reverse("watch:handling"), "checks")] if request.user.may(HIT_HANDLE) else [],
    )
    acts: list[dict[str, Any]] = [
        {"url": reverse("watch:trend"), "label": "监察态势", "icon": "chart-bar"},
        {"url": reverse("watch:rules"), "label": "监察规则", "icon": "list-check"},
    ]
    counts = queries.counts(request.user)
    context = {
        "title": "智能监察",
        "lead": "按规则核对全过程记录；命中只是线索，须经核查。",
        "acts": acts,
        "faults": [{"fault": fault, "number": counts["fault"].get(fault.value, 0)} for fault in Fault],
        "last": Run.objects.filter(bureau_code=request.user.bureau_code).first(),
        "may_run": request.user.may(RULE_EDIT),
    }
    return listing.response("watch/hits.html", context)


def _name(hit: Hit) -> str:
    return hooks.rules[hit.rule].name if hit.rule in hooks.rules else hit.rule


def _severity(hit: Hit) -> Any:
    return format_html('<span class="{}">{}</span>', TAGS[Severity(hit.severity)], hit.get_severity_display())


def _units(user: User) -> dict[str, str]:
    rows = Unit.objects.filter(bureau_code=user.bureau_code).exclude(area_code="")
    return dict(rows.values_list("area_code", "name"))


def _in_unit(units: dict[str, str]) -> Callable[[Any, str], Any]:
    def narrow(rows: Any, code: str) -> Any:
        if code != queries.NOWHERE:
            return rows.filter(area_code__startswith=code)
        return rows.annotate(unit=Left("area_code", 4)).exclude(unit__in=list(units))

    return narrow


def _in_month(rows: Any, text: str) -> Any:
    year, month = map(int, text.split("-"))
    return rows.filter(found_at__year=year, found_at__month=month)


def _search(rows: Any, text: str) -> Any:
    return rows.filter(label__icontains=text) | rows.filter(reason__icontains=text)


@requires(HIT_VIEW)
def hit(request: PersonRequest, key: UUID) -> HttpResponse:
    """One hit: the record, the reason, the rule's basis, what was done about it."""
    found = queries.hit_for(request.user, key)
    allowed = open_acts(found)
    may_handle = request.user.may(HIT_HANDLE) and bool(allowed)
    form = HandlingForm(allowed, request.POST or None)
    if request.method == "POST":
        if not request.user.may(HIT_HANDLE):
            raise PermissionDenied
        if form.is_valid():
            try:
                data = form.cleaned_data
                services.handle(found, data["act"], note=data["note"], by=request.user, now=now())
                messages.success(request, "已登记。")
                return redirect("watch:hit", key)
            except Refused as refusal:
                form.add_error(None, refusal.message)
    context = {
        "hit": found,
        "rule": hooks.rules.get(found.rule),
        "handlings": found.handlings.select_related("by"),
        "form": form if may_handle else None,
        "tag": TAGS[Severity(found.severity)],
    }
    return render(request, "watch/hit.html", context, status=422 if form.errors else 200)


@requires(HIT_HANDLE)
@require_POST
def handling(request: PersonRequest) -> HttpResponse:
    """One act with one reason for the ticked hits; what cannot be done is named and left as it is."""
    rows = queries.picked(request.user, request.POST.getlist("pick"))
    common = [act for act in Act if rows and all(act in open_acts(row) for row in rows)]
    form = HandlingForm(common, request.POST if "act" in request.POST else None)
    if form.is_bound and form.is_valid():
        done, refused = 0, []
        for row in rows:
            try:
                services.handle(
                    row, form.cleaned_data["act"], note=form.cleaned_data["note"], by=request.user, now=now()
                )
                done += 1
            except Refused as refusal:
                refused.append(f"{row.label}：{refusal.message}")
        messages.success(request, f"已登记 {done} 条。")
        for text in refused[:5]:
            messages.warning(request, text)
        return redirect("watch:hits")
    context = {
        "title": "一起处理",
        "rows": rows,
        "form": form if common else None,
        "back": reverse("watch:hits"),
    }
    return render(request, "watch/picked.html", context, status=422 if form.errors else 200)


@requires(HIT_VIEW)
@require_GET
def trend(request: PersonRequest) -> HttpResponseBase:
    """Hits by unit and month, what became of them, and how long it took; every number opens its rows."""
    months = queries.months(localdate())
    units = _units(request.user)
    lines = queries.by_unit(request.user, months, units)
    context = {
        "months": [(each.strftime("%Y-%m"), f"{each.month}月") for each in months],
        "lines": [(line, list(zip(months, line.found, strict=True))) for line in lines],
        "total": queries.summed(lines),
        "rules": queries.by_rule(request.user, months[0]),
        "back": reverse("watch:hits"),
    }
    return render(request, "watch/trend.html", context)
