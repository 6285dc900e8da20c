"""先行登记保存、查封、扣押: the measure, its list, its labels, each good."""

from typing import Any
from uuid import UUID

import segno
from django.contrib import messages
from django.forms import formset_factory
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET

from shijian.accounts.confirmation import proof_now
from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.pages import Choice, Column, Flag, ListPage, Search

from .. import queries, services
from ..choices import GoodState, MeasureKind, MeasureState
from ..forms import (
    DecisionForm,
    EndForm,
    ExtensionForm,
    GoodForm,
    HandoverForm,
    LineForm,
    MeasureForm,
    MoveForm,
)
from ..models import Good, Measure
from ..permissions import CUSTODY_MOVE, EVIDENCE_VIEW, MEASURE_APPROVE, MEASURE_TAKE
from ..rules import measures as rules

LINES = 8
Lines = formset_factory(LineForm, extra=LINES, max_num=60)


@requires(EVIDENCE_VIEW)
@require_GET
def measures(request: PersonRequest) -> HttpResponseBase:
    """All measures within one's areas, the most urgent first when asked for those in force."""
    listing = ListPage(
        request,
        queries.measures_visible_to(request.user),
        [
            Column("编号", "number", css="narrow"),
            Column("措施", "get_kind_display", css="narrow"),
            Column("当事人", "party_name"),
            Column("卷宗", "record_number", css="narrow"),
            Column("状态", "get_state_display", css="narrow"),
            Column("期限", "clock__due_on", sort="clock__due_on", css="narrow"),
            Column("执法人员", lambda row: f"{row.officer.name}、{row.second_officer.name}", css="narrow"),
            Column("申请时间", "applied_at", sort="applied_at", css="narrow"),
        ],
        order="-applied_at",
        name="保存和查封扣押",
        filters=[
            Search("q", "当事人或编号", narrow=lambda rows, text: rows.filter(party_name__icontains=text) | rows.filter(number__icontains=text)),
            Choice("kind", "措施", choices=MeasureKind.choices),
            Choice("state", "状态", choices=MeasureState.choices),
            Flag("late", "已到期未结束", narrow=lambda rows, _: rows.filter(state=MeasureState.IN_FORCE, clock__due_on__lt=localdate())),
        ],
        link=lambda row: reverse("evidence:measure", args=[row.pk]),
        empty="没有先行登记保存、查封、扣押。",
        empty_icon="lock-open",
    )  # fmt: skip
    acts = [{"url": reverse("evidence:goods"), "label": "涉案物品", "icon": "box"}]
    return listing.response("ui/list_page.html", {"title": "保存和查封扣押", "acts": acts})


@requires(EVIDENCE_VIEW)
@require_GET
def goods(request: PersonRequest) -> HttpResponseBase:
    """Goods by label, state and storage place; a scanned label is looked up here."""
    if label := request.GET.get("label", "").strip().rstrip("/").rsplit("/", 1)[-1]:
        return redirect("evidence:good", label)
    listing = ListPage(
        request,
        queries.goods_visible_to(request.user),
        [
            Column("物品", "name"),
            Column("标签号", "label", sort="label", css="narrow"),
            Column("数量", lambda row: f"{row.quantity.normalize():f} {row.unit}", css="narrow"),
            Column("状态", "get_state_display", css="narrow"),
            Column("存放地点", "storage"),
            Column("当事人", "measure__party_name"),
        ],
        order="label",
        name="涉案物品",
        filters=[
            Search("q", "名称、标签号、存放地点", narrow=lambda rows, text: rows.filter(name__icontains=text) | rows.filter(label__icontains=text) | rows.filter(storage__icontains=text)),
            Choice("state", "状态", choices=GoodState.choices),
        ],
        link=lambda row: reverse("evidence:good", args=[row.label]),
        empty="没有符合条件的物品。",
        empty_icon="box-off",
    )  # fmt: skip
    return listing.response("ui/list_page.html", {"title": "涉案物品"})


@requires(MEASURE_TAKE)
def measure_new(request: PersonRequest, kind: str, key: UUID) -> HttpResponse:
    record = queries.record_of(request.user, kind, key, may=MEASURE_TAKE)
    facts = record.facts
    initial = {
        "party_name": facts.get("party_name", ""),
        "place": facts.get("place", ""),
        "officer": request.user.employee_no,
    }
    form = MeasureForm(request.POST or None, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.apply_measure(record, **form.cleaned_data, by=request.user, now=now())
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, f"{made}：已申请。")
            return redirect("evidence:measure", made.pk)
    context = {
        "title": "申请先行登记保存、查封、扣押",
        "form": form,
        "officers": queries.officers_near(request.user),
        "back": reverse("evidence:record", args=[kind, key]),
        "submit": "提交申请",
    }
    return render(request, "evidence/act.html", context, status=422 if form.errors else 200)


@requires(EVIDENCE_VIEW)
@require_GET
def measure(request: PersonRequest, key: UUID) -> HttpResponse:
    found, record = queries.measure_for(request.user, key)
    user, state = request.user, MeasureState(found.state)
    mine = user.pk in {found.applied_by_id, found.officer_id, found.second_officer_id}
    in_force = state == MeasureState.IN_FORCE
    urgent = found.is_urgent and state == MeasureState.APPLIED
    longer = found.clock.extensions.order_by("pk").first() if found.clock else None
    possible = [
        ("carrying_out", "实施并填写清单", "clipboard-list", user.may(MEASURE_TAKE) and (state == MeasureState.APPROVED or urgent)),
        ("deciding", "审批", "gavel", user.may(MEASURE_APPROVE) and not mine and found.is_open and not found.decided_at),
        ("extension", "延长期限", "calendar-plus", in_force and user.may(MEASURE_APPROVE) and found.kind != MeasureKind.PRESERVATION and not longer),
        ("ending", "解除", "lock-open", in_force and user.may(MEASURE_APPROVE)),
    ]  # fmt: skip
    acts = [
        {"url": reverse(f"evidence:{name}", args=[key]), "label": label, "icon": icon}
        for name, label, icon, yes in possible
        if yes
    ]
    goods = list(found.goods.select_related("photo").order_by("line"))
    context = {"measure": found, "record": record, "goods": goods, "acts": acts, "longer": longer,
               "back": reverse("evidence:record", args=[record.kind, record.id])}  # fmt: skip
    return render(request, "evidence/measure.html", context)


@requires(MEASURE_TAKE)
def carrying_out(request: PersonRequest, key: UUID) -> HttpResponse:
    """The list, written on the spot."""
    found, _ = queries.measure_for(request.user, key, may=MEASURE_TAKE)
    lines = Lines(request.POST or None, prefix="line")
    problem = ""
    if request.method == "POST" and lines.is_valid():
        given = [services.Line(**form.cleaned_data) for form in lines if form.has_changed()]
        try:
            services.carry_out(found, given, by=request.user, now=now())
        except Refused as refusal:
            problem = refusal.message
        else:
            messages.success(request, "已实施，期限开始计算。请打印清单和标签。")
            return redirect("evidence:measure", key)
    context = {"measure": found, "lines": lines, "problem": problem, "back": reverse("evidence:measure", args=[key])}
    return render(request, "evidence/lines.html", context, status=422 if problem or lines.is_bound else 200)


@requires(MEASURE_APPROVE)
def deciding(request: PersonRequest, key: UUID) -> HttpResponse:
    found, _ = queries.measure_for(request.user, key, may=MEASURE_APPROVE)
    form = DecisionForm(request.POST or None)
    return _act(request, found, form, "审批", lambda data: services.decide_measure(
        found, approve=data["decision"] == "yes", opinion=data["opinion"], by=request.user, now=now()))  # fmt: skip


@requires(MEASURE_APPROVE)
def extension(request: PersonRequest, key: UUID) -> HttpResponse:
    found, _ = queries.measure_for(request.user, key, may=MEASURE_APPROVE)
    form = ExtensionForm(request.POST or None)
    return _act(request, found, form, "延长期限", lambda data: services.extend(
        found, days=data["days"], reason=data["reason"], by=request.user, now=now()))  # fmt: skip


@requires(MEASURE_APPROVE)
def ending(request: PersonRequest, key: UUID) -> HttpResponse:
    found, _ = queries.measure_for(request.user, key, may=MEASURE_APPROVE)
    form = EndForm(request.POST or None)
    return _act(request, found, form, "解除", lambda data: services.end_measure(
        found, why=data["why"], by=request.user, now=now()))  # fmt: skip


@requires(EVIDENCE_VIEW)
@require_GET
def measure_list(request: PersonRequest, key: UUID) -> HttpResponse:
    """场所、设施、财物清单, for paper."""
    found, record = queries.measure_for(request.user, key)
    rows = list(found.goods.order_by("line"))
    context = {"measure": found, "record": record, "goods": rows, "back": reverse("evidence:measure", args=[key])}
    return render(request, "evidence/measure_list.html", context)


@requires(EVIDENCE_VIEW)
@require_GET
def labels(request: PersonRequest, key: UUID) -> HttpResponse:
    """A label for each good: its QR code opens the good's page on a phone."""
    found, record = queries.measure_for(request.user, key)
    rows = []
    for each in found.goods.order_by("line"):
        address = request.build_absolute_uri(reverse("evidence:good", args=[each.label]))
        code = segno.make(address, error="m").svg_inline(border=2, omitsize=True)
        rows.append((each, mark_safe(code)))  # noqa: S308 - made here from our own address
    context = {"measure": found, "record": record, "rows": rows, "back": reverse("evidence:measure", args=[key])}
    return render(request, "evidence/labels.html", context)


@requires(EVIDENCE_VIEW)
@require_GET
def good(request: PersonRequest, label: str) -> HttpResponse:
    """What the label on a good leads to: what it is, its state, where it lies, who holds it."""
    found, record = queries.good_for(request.user, label)
    chain = queries.good_page(found, now=now())
    holds = bool(chain.holder and chain.holder.pk in request.user.hats) and request.user.may(CUSTODY_MOVE)
    context = {
        "good": found,
        "record": record,
        "chain": chain,
        "moments": queries.custody_moments(chain),
        "is_holder": holds,
        "may_handle": request.user.may(MEASURE_TAKE) and bool(rules.NEXT.get(GoodState(found.state))),
        "back": reverse("evidence:measure", args=[found.measure_id]),
    }
    return render(request, "evidence/good.html", context)


@requires(MEASURE_TAKE)
def good_handling(request: PersonRequest, label: str) -> HttpResponse:
    found, _ = queries.good_for(request.user, label, may=MEASURE_TAKE)
    form = GoodForm(request.POST or None, good=found)
    return _good_act(request, found, form, "处理物品", lambda data: services.handle_good(
        found, data["state"], document=data["document"], outside=data["outside"], by=request.user, now=now()))  # fmt: skip


@requires(CUSTODY_MOVE)
def good_handover(request: PersonRequest, label: str) -> HttpResponse:
    found, _ = queries.good_for(request.user, label, may=CUSTODY_MOVE)
    form = HandoverForm(request.POST or None, user=request.user)
    return _good_act(request, found, form, "移交", lambda data: services.send(
        found, data["to"], place=data["place"], note=data["note"], by=request.user, now=now(), proof=proof_now(request)))  # fmt: skip


@requires(CUSTODY_MOVE)
def good_storage(request: PersonRequest, label: str) -> HttpResponse:
    found, _ = queries.good_for(request.user, label, may=CUSTODY_MOVE)
    form = MoveForm(request.POST or None)
    return _good_act(request, found, form, "变更存放地点", lambda data: services.move(
        found, place=data["place"], note=data["note"], by=request.user, now=now()))  # fmt: skip


def _act(request: PersonRequest, found: Measure, form: Any, title: str, do: Any) -> HttpResponse:
    return _form(request, form, f"{title} {found.number}", title, reverse("evidence:measure", args=[found.pk]), do)


def _good_act(request: PersonRequest, found: Good, form: Any, title: str, do: Any) -> HttpResponse:
    return _form(request, form, f"{title}：{found.name}", title, reverse("evidence:good", args=[found.label]), do)


def _form(request: PersonRequest, form: Any, title: str, submit: str, back: str, do: Any) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            do(form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, f"{submit}：已登记。")
            return redirect(back)
    people = queries.officers_near(request.user) if "to" in form.fields else []
    context = {"title": title, "form": form, "back": back, "submit": submit, "officers": people}
    return render(request, "evidence/act.html", context, status=422 if form.errors else 200)
