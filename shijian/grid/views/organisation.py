"""组织机构 and 制度: who leads, who belongs, by which rules."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_POST

from shijian.accounts.choices import UserKind
from shijian.accounts.models import Unit
from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.pages import Choice, Column, Flag, ListPage, Search

from ..choices import BodyKind, RuleKind
from ..forms import BodyForm, HouseRuleForm, SeatForm
from ..models import Body, HouseRule, Seat
from ..permissions import GRID_VIEW, WORK_PLAN
from ..services import organisation as acts


@requires(GRID_VIEW)
@require_GET
def organisation(request: PersonRequest) -> HttpResponse:
    """The group, its members, the office, the member units: who does what."""
    user = request.user
    found = {
        body.kind: body
        for body in Body.objects.filter(bureau_code=user.bureau_code).select_related("unit").prefetch_related("members")
    }
    seats: dict[int, list[Seat]] = {}
    for seat in Seat.objects.filter(body__bureau_code=user.bureau_code, until=None).select_related("person__unit"):
        seats.setdefault(seat.body_id, []).append(seat)
    bodies = [
        {
            "kind": kind,
            "label": label,
            "body": found.get(kind),
            "seats": seats.get(found[kind].pk, []) if kind in found else [],
        }
        for kind, label in BodyKind.choices
    ]
    units = Unit.objects.filter(bureau_code=user.bureau_code).exclude(parent=None).order_by("path")
    context = {"bodies": bodies, "units": units[:200], "may_plan": user.may(WORK_PLAN)}
    return render(request, "grid/organisation.html", context)


@requires(WORK_PLAN)
def body_edit(request: PersonRequest, kind: str) -> HttpResponse:
    if kind not in BodyKind.values:
        raise Http404
    bureau = request.user.bureau_code
    known = Body.objects.filter(bureau_code=bureau, kind=kind).first()
    initial: dict[str, Any] = {"name": BodyKind(kind).label}
    if known:
        initial = {name: getattr(known, name) for name in ("name", "duties", "based_on", "unit")}
        initial["members"] = list(known.members.all())
    form = BodyForm(request.POST or None, initial=initial, bureau_code=bureau)
    if request.method == "POST" and form.is_valid():
        acts.set_body(bureau, kind, **form.cleaned_data, by=request.user, now=now())
        return redirect("grid:organisation")
    return _form(request, f"设定{BodyKind(kind).label}", form, reverse("grid:organisation"))


@requires(WORK_PLAN)
def seat_new(request: PersonRequest, kind: str) -> HttpResponse:
    body = get_object_or_404(Body, bureau_code=request.user.bureau_code, kind=kind)
    form = SeatForm(request.POST or None, bureau_code=body.bureau_code, posts=acts.POSTS[BodyKind(kind)])
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            acts.take_seat(body, data["person"], data["post"], since=data["since"], by=request.user, now=now())
            return redirect("grid:organisation")
        except Refused as refusal:
            form.add_error(None, refusal.message)
    return _form(request, f"{body}：增加组成人员", form, reverse("grid:organisation"))


@requires(WORK_PLAN)
@require_POST
def seat_end(request: PersonRequest, key: int) -> HttpResponse:
    seat = get_object_or_404(
        Seat.objects.select_related("body", "person"), pk=key, body__bureau_code=request.user.bureau_code
    )
    acts.leave_seat(seat, until=localdate(), by=request.user, now=now())
    messages.success(request, f"{seat.person.name}已离任。")
    return redirect("grid:organisation")


@requires(GRID_VIEW)
@require_GET
def rules(request: PersonRequest) -> HttpResponseBase:
    """The rules in force by number; former versions on each rule's page."""
    user, today = request.user, localdate()
    listing = ListPage(
        request,
        HouseRule.objects.filter(bureau_code=user.bureau_code, valid__contains=today).prefetch_related("binds_units"),
        [
            Column("编号", lambda row: f"第 {row.number} 号", sort="number", css="narrow"),
            Column("名称", "title"),
            Column("种类", "get_kind_display", css="narrow"),
            Column("版本", lambda row: f"第 {row.version} 版", css="narrow"),
            Column("约束", _binds),
            Column("施行", lambda row: row.valid.lower, css="narrow"),
        ],
        order="number",
        name="制度汇编",
        filters=[
            Search("q", "编号、名称、正文", narrow=_named, placeholder="编号或文字"),
            Choice("kind", "种类", choices=RuleKind.choices),
            Flag("mine", "约束我的", narrow=lambda rows, _: rows.filter(binds_kinds__contains=[user.kind])),
        ],
        link=lambda row: reverse("grid:rule", args=[row.number]),
        empty="还没有登记制度。",
        empty_icon="book",
    )
    acts_shown = []
    if user.may(WORK_PLAN):
        acts_shown.append({"url": reverse("grid:rule_new"), "label": "发布制度", "icon": "plus", "main": True})
    return listing.response("ui/list_page.html", {"title": "制度汇编", "acts": acts_shown})


def _named(rows: Any, text: str) -> Any:
    if text.isdecimal() and len(text) <= 3:
        return rows.filter(number=int(text))
    return rows.filter(title__contains=text) | rows.filter(text__contains=text)


def _binds(row: HouseRule) -> str:
    units = "、".join(unit.name for unit in row.binds_units.all()) or "全局"
    return f"{units}：" + "、".join(str(UserKind(kind).label) for kind in row.binds_kinds)


@requires(GRID_VIEW)
@require_GET
def rule(request: PersonRequest, number: int) -> HttpResponse:
    """The version of a rule that holds today, or one that is asked for; all versions beside it."""
    rows = HouseRule.objects.filter(bureau_code=request.user.bureau_code, number=number)
    versions = list(rows.select_related("by").prefetch_related("binds_units").order_by("-version"))
    asked = request.GET.get("version", "")
    today = localdate()
    chosen = next((each for each in versions if asked and str(each.version) == asked), None)
    current = next(
        (
            each
            for each in versions
            if each.valid.lower <= today and (each.valid.upper is None or today < each.valid.upper)
        ),
        None,
    )
    found = chosen or current or next(iter(versions), None)
    if found is None:
        raise Http404
    context = {
        "rule": found, "versions": versions, "binds": _binds(found), "current": current,
        "may_plan": request.user.may(WORK_PLAN), "paragraphs": found.text.splitlines(),
    }  # fmt: skip
    return render(request, "grid/rule.html", context)


@requires(WORK_PLAN)
def rule_new(request: PersonRequest) -> HttpResponse:
    """A new rule, or the next version of one: its present text stands in the form."""
    bureau, asked = request.user.bureau_code, request.GET.get("number", "")
    rows = HouseRule.objects.filter(bureau_code=bureau)
    known = (
        rows.filter(number=int(asked)).order_by("-version").first() if asked.isdecimal() and len(asked) < 4 else None
    )
    last = rows.order_by("-number").values_list("number", flat=True).first()
    initial: dict[str, Any] = {"number": (last or 0) + 1, "binds_kinds": [UserKind.OFFICER]}
    if known:
        initial = {
            name: getattr(known, name) for name in ("number", "kind", "title", "text", "binds_kinds", "document_no")
        }
        initial["binds_units"] = list(known.binds_units.all())
    form = HouseRuleForm(request.POST or None, initial=initial, bureau_code=bureau)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = acts.adopt_rule(bureau, data.pop("number"), **data, by=request.user, now=now())
            return redirect("grid:rule", made.number)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    return _form(request, "发布制度", form, reverse("grid:rules"))


def _form(request: PersonRequest, title: str, form: Any, back: str) -> HttpResponse:
    context = {"title": title, "form": form, "submit": "保存", "back": back}
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)
