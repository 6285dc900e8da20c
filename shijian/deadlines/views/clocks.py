from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET

from shijian.accounts.requests import PersonRequest
from shijian.core import calendar, deadlines, records
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.pages import Choice, Column, Flag, ListPage, Search
from shijian.core.rules.clock import AMBER_BELOW_DAYS, RED_BELOW_DAYS

from .. import hooks, queries, services
from ..choices import OPEN, State
from ..forms import ClockForm, EndForm, ExtensionForm, HandoverForm, ReasonForm, SpanEndForm, SpanForm
from ..models import Clock, Span
from ..permissions import CLOCK_RECORD, CLOCK_VIEW

LEVELS = [("overdue", "已超期"), ("red", "2 日内"), ("amber", "5 日内"), ("calm", "5 日以上")]
TAGS = {"overdue": "tag tag-red", "red": "tag tag-red", "amber": "tag tag-amber", "calm": "tag tag-green"}


@requires(CLOCK_VIEW)
@require_GET
def mine(request: PersonRequest) -> HttpResponseBase:
    """待办时限: one's own clocks by due day; with 全部, those of the scope."""
    rows = queries.visible_to(request.user) if request.GET.get("all") == "1" else queries.mine(request.user)
    if not request.GET.get("state"):
        rows = rows.filter(state__in=OPEN)
    listing = ListPage(
        request,
        rows.select_related("responsible"),
        [
            Column("期限", "name"),
            Column("所属", lambda clock: f"{clock.record_number} {clock.record_title}"),
            Column("到期", "due_on", sort="due_on", css="narrow"),
            Column("还剩", lambda clock: _face(clock).text, show=_tag, css="narrow"),
            Column("承办人", "responsible__name", css="narrow"),
            Column("状态", "get_state_display", css="narrow"),
        ],
        order="due_on",
        name="待办时限",
        filters=[
            Search("q", "编号或者期限", narrow=_search, placeholder="记录编号或者期限名称"),
            Choice("level", "缓急", choices=LEVELS, narrow=_of_level),
            Choice("state", "状态", choices=State.choices),
            Flag("all", "全部", narrow=lambda rows, _: rows),
        ],
        link=lambda clock: reverse("deadlines:clock", args=[clock.pk]),
        empty="没有正在计时的期限。",
        empty_icon="hourglass-empty",
    )
    acts = [{"url": reverse("deadlines:feed"), "label": "订阅到日历", "icon": "calendar-share"}]
    acts.append({"url": reverse("deadlines:ladder"), "label": "提醒阶梯", "icon": "stairs-up"})
    acts.append({"url": reverse("core:deadlines"), "label": "法定期限", "icon": "clock-hour-4"})
    lead = "最紧的排在最前；少于 2 个工作日为红，少于 5 个为黄。"
    return listing.response("ui/list_page.html", {"title": "待办时限", "lead": lead, "acts": acts})


def _search(rows: Any, text: str) -> Any:
    return rows.filter(record_number__icontains=text) | rows.filter(name__icontains=text)


def _of_level(rows: Any, level: str) -> Any:
    """The same borders as the colours of a clock: working days left."""
    today, held = localdate(now()), calendar.current()
    red, amber = held.add_working_days(today, RED_BELOW_DAYS), held.add_working_days(today, AMBER_BELOW_DAYS)
    return {
        "overdue": rows.filter(due_on__lt=today),
        "red": rows.filter(due_on__gte=today, warn_on__lt=red),
        "amber": rows.filter(due_on__gte=today, warn_on__gte=red, warn_on__lt=amber),
        "calm": rows.filter(due_on__gte=today, warn_on__gte=amber),
    }[level]


def _face(clock: Clock) -> deadlines.Clock:
    if clock.due_at:
        return deadlines.clock_at(clock.due_at, now())
    unit = deadlines.Unit(clock.unit) if clock.unit else deadlines.Unit.CALENDAR_DAYS
    return deadlines.clock(clock.due_on, localdate(now()), calendar.current(), unit=unit, warn_on=clock.warn_on)


def _tag(clock: Clock) -> Any:
    if clock.state == State.PAUSED:
        return format_html('<span class="tag">{}</span>', "中止")
    if not clock.is_open:
        return "超期办结" if clock.is_late else "—"
    face = _face(clock)
    return format_html('<span class="{}">{}</span>', TAGS[face.level], face.text)


@requires(CLOCK_VIEW)
@require_GET
def record(request: PersonRequest, kind: str, key: UUID) -> HttpResponseBase:
    """The clocks of one record."""
    found = records.record_for(request.user, kind, key)
    rows = list(queries.of_record(found))
    context = {
        "record": found,
        "clocks": [{"clock": clock, "face": _face(clock)} for clock in rows],
        "waiting": [each for source in hooks.waiting for each in source(request.user, found)],
        "may_record": request.user.may(CLOCK_RECORD),
    }
    return render(request, "deadlines/record.html", context)


@requires(CLOCK_RECORD)
def clock_new(request: PersonRequest, kind: str, key: UUID) -> HttpResponse:
    found = records.record_for(request.user, kind, key)
    form = ClockForm(request.POST or None, initial={"begins_on": localdate(now())})
    back = reverse("deadlines:record", args=[kind, key])
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            clock = services.start(
                found,
                data["rule"],
                form.begins(),
                by=request.user,
                now=now(),
                responsible=request.user if data["mine"] else None,
                event=data["event"],
                amount=data["amount"],
            )
            messages.success(request, f"已开始计时，期限 {clock.due_on}。")
            return redirect("deadlines:clock", clock.pk)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    title = f"{found.number} 登记时限"
    return _form_page(request, form, title, back, "开始计时")


@requires(CLOCK_VIEW)
@require_GET
def clock(request: PersonRequest, key: UUID) -> HttpResponse:
    """How the date was reached, what was told and by whom; printable on one page."""
    found = queries.clock_for(request.user, key)
    rule = deadlines.limit(found.rule_key, on=found.rule_from)
    context = {
        "clock": found,
        "working": queries.working_of(found, today=localdate(now())),
        "face": _face(found),
        "spans": found.spans.select_related("by"),
        "extensions": found.extensions.select_related("by"),
        "changes": found.changes.select_related("by")[:30],
        "may_record": request.user.may(CLOCK_RECORD) and found.is_open,
        "may_pause": bool(rule.excluded_spans),
        "may_extend": bool(rule.extend_approver),
        "is_kept": found.record_kind in hooks.self_kept,
        "printed_on": localdate(now()),
    }
    return render(request, "deadlines/clock.html", context)


@requires(CLOCK_RECORD)
def span_new(request: PersonRequest, key: UUID) -> HttpResponse:
    found = queries.clock_for(request.user, key)
    kinds = deadlines.limit(found.rule_key, on=found.rule_from).excluded_spans
    form = SpanForm(kinds, request.POST or None)
    return _act(
        request, form, found, "登记不计入的时间",
        lambda data: services.add_span(found, by=request.user, now=now(), **data),
    )  # fmt: skip


@requires(CLOCK_RECORD)
def span_end(request: PersonRequest, number: int) -> HttpResponse:
    span, found = _span(request, number)
    form = SpanEndForm(request.POST or None, initial={"last": localdate(now())})
    return _act(
        request, form, found, "恢复计时", lambda data: services.end_span(span, by=request.user, now=now(), **data)
    )


@requires(CLOCK_RECORD)
def span_removal(request: PersonRequest, number: int) -> HttpResponse:
    span, found = _span(request, number)
    form = ReasonForm(request.POST or None)
    return _act(
        request, form, found, f"撤回{span}", lambda data: services.remove_span(span, by=request.user, now=now(), **data)
    )


@requires(CLOCK_RECORD)
def extension_new(request: PersonRequest, key: UUID) -> HttpResponse:
    found = queries.clock_for(request.user, key)
    if found.record_kind in hooks.self_kept:
        return _kept(request, found)
    rule = deadlines.limit(found.rule_key, on=found.rule_from)
    form = ExtensionForm(request.POST or None, initial={"amount": rule.extend_amount, "approver": rule.extend_approver})
    return _act(
        request, form, found, "延长期限",
        lambda data: services.extend(found, by=request.user, now=now(), **data), lead=rule.extension,
    )  # fmt: skip


@requires(CLOCK_RECORD)
def handover(request: PersonRequest, key: UUID) -> HttpResponse:
    found = queries.clock_for(request.user, key)
    form = HandoverForm(queries.may_answer_for(found, on=localdate(now())), request.POST or None)
    return _act(
        request, form, found, "交接承办人", lambda data: services.hand_over(found, by=request.user, now=now(), **data)
    )


@requires(CLOCK_RECORD)
def end(request: PersonRequest, key: UUID) -> HttpResponse:
    found = queries.clock_for(request.user, key)
    if found.record_kind in hooks.self_kept:
        return _kept(request, found)
    form = EndForm(request.POST or None, initial={"on": localdate(now())})
    return _act(request, form, found, "办结", lambda data: services.finish(found, by=request.user, now=now(), **data))


@requires(CLOCK_RECORD)
def cancellation(request: PersonRequest, key: UUID) -> HttpResponse:
    found = queries.clock_for(request.user, key)
    if found.record_kind in hooks.self_kept:
        return _kept(request, found)
    form = ReasonForm(request.POST or None)
    return _act(
        request, form, found, "撤销计时", lambda data: services.cancel(found, by=request.user, now=now(), **data)
    )


def _kept(request: PersonRequest, clock: Clock) -> HttpResponse:
    messages.info(request, f"“{clock.name}”随{clock.record_number}延长、结束，请在这里办理。")
    return redirect(clock.record_url)


def _span(request: PersonRequest, number: int) -> tuple[Span, Clock]:
    rows: QuerySet[Span] = Span.objects.select_related("clock").filter(pk=number)
    span = rows.first()
    if span is None:
        raise Http404
    return span, queries.clock_for(request.user, span.clock_id)


def _act(request: PersonRequest, form: Form, clock: Clock, title: str, do: Any, lead: str = "") -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            changed = do(form.cleaned_data)
            messages.success(request, f"{title}：期限 {changed.due_on}。")
            return redirect("deadlines:clock", clock.pk)
        except Refused as refusal:
            form.add_error(None, refusal.message + (f"（{refusal.article}）" if refusal.article else ""))
    back = reverse("deadlines:clock", args=[clock.pk])
    return _form_page(request, form, title, back, "保存", lead or f"{clock}，期限 {clock.due_on}")


def _form_page(request: PersonRequest, form: Form, title: str, back: str, submit: str, lead: str = "") -> HttpResponse:
    context = {"title": title, "form": form, "back": back, "submit": submit, "lead": lead}
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)
