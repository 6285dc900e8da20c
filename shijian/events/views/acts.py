"""One page an act: door, form, one service, back to the event."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused

from .. import queries, services
from ..choices import Act, PhraseUse
from ..forms import ActForm, FeedbackForm, HandoverForm, NoteForm, ObservationForm, ReasonForm, ReceiptForm
from ..models import Event
from ..permissions import (
    EVENT_DISPATCH,
    EVENT_HANDLE,
    EVENT_HANDOVER,
    EVENT_OBSERVE,
    EVENT_REOPEN,
    EVENT_REVIEW,
)

Do = Callable[[dict[str, Any]], Any]


@requires(EVENT_HANDLE)
def acceptance(request: PersonRequest, number: str) -> HttpResponse:
    event = queries.event_for(request.user, number, may=EVENT_HANDLE)
    form = ActForm(request.POST or None)

    def do(data: dict[str, Any]) -> None:
        services.accept(event, **form.sent(), by=request.user, now=now())

    return act_page(request, event, Act.ACCEPT, form, do, "接收事件", "接收，开始处置")


@requires(EVENT_HANDLE)
def refusal(request: PersonRequest, number: str) -> HttpResponse:
    event = queries.event_for(request.user, number, may=EVENT_HANDLE)

    def do(data: dict[str, Any]) -> None:
        services.refuse(event, reason=data["reason"], step_id=data["step_id"], by=request.user, now=now())

    return act_page(
        request,
        event,
        Act.REFUSE,
        ReasonForm(request.POST or None),
        do,
        "退回派遣",
        "退回",
        "办理期限不变，由派遣人员重新派遣。",
    )


@requires(EVENT_HANDLE, EVENT_DISPATCH)
def escalation(request: PersonRequest, number: str) -> HttpResponse:
    event = queries.event_for(request.user, number)

    def do(data: dict[str, Any]) -> None:
        services.escalate(event, reason=data["reason"], step_id=data["step_id"], by=request.user, now=now())

    form = ReasonForm(request.POST or None)
    return act_page(
        request, event, Act.ESCALATE, form, do, "办不了，上报上级", "上报上级", "上报后由上一级派遣，办理期限不变。"
    )


@requires(EVENT_DISPATCH)
def send_back(request: PersonRequest, number: str) -> HttpResponse:
    event = queries.event_for(request.user, number, may=EVENT_DISPATCH)

    def do(data: dict[str, Any]) -> None:
        services.send_back(event, reason=data["reason"], step_id=data["step_id"], by=request.user, now=now())

    return act_page(
        request,
        event,
        Act.SEND_BACK,
        ReasonForm(request.POST or None),
        do,
        "退回下级",
        "退回",
        "请写明下级应如何办理。",
    )


@requires(EVENT_HANDLE)
def feedback(request: PersonRequest, number: str) -> HttpResponse:
    event = queries.event_for(request.user, number, may=EVENT_HANDLE)
    form = FeedbackForm(request.POST or None, request.FILES or None)

    def do(data: dict[str, Any]) -> None:
        services.feed_back(
            event,
            note=data["note"],
            photos=data["photos"],
            **form.sent(),
            by=request.user,
            now=now(),
        )

    lead = "反馈后由上级复核办结。" + ("本事项须附现场照片。" if event.kind.wants_photo else "")
    return act_page(request, event, Act.FEED_BACK, form, do, "反馈处置结果", "提交反馈", lead, files=True)


@requires(EVENT_OBSERVE, EVENT_HANDLE)
def observation(request: PersonRequest, number: str) -> HttpResponse:
    event = queries.event_for(request.user, number)
    form = ObservationForm(request.POST or None, request.FILES or None)

    def do(data: dict[str, Any]) -> None:
        services.observe(
            event,
            note=data["note"],
            photos=data["photos"],
            **form.sent(),
            by=request.user,
            now=now(),
        )

    lead = "补充看到、听到的情况。这是信息采集，不是行政检查。"
    return act_page(request, event, Act.OBSERVE, form, do, "补充情况", "提交", lead, files=True)


@requires(EVENT_HANDOVER)
def handover(request: PersonRequest, number: str) -> HttpResponse:
    event = queries.event_for(request.user, number, may=EVENT_HANDOVER)

    def do(data: dict[str, Any]) -> None:
        services.hand_over(
            event,
            department=data["department"],
            reason=data["reason"],
            step_id=data["step_id"],
            by=request.user,
            now=now(),
        )

    form = HandoverForm(request.POST or None)
    lead = "职责范围以外的事项移送责任部门，系统自动编移送函号，并跟踪回执。"
    return act_page(request, event, Act.HAND_OVER, form, do, "移送其他部门", "移送", lead)


@requires(EVENT_HANDOVER)
def receipt(request: PersonRequest, number: str) -> HttpResponse:
    event = queries.event_for(request.user, number, may=EVENT_HANDOVER)
    form = ReceiptForm(request.POST or None, request.FILES or None)

    def do(data: dict[str, Any]) -> None:
        services.record_receipt(
            event,
            receiver=data["receiver"],
            received_on=data["received_on"],
            photos=data["photos"],
            step_id=data["step_id"],
            by=request.user,
            now=now(),
        )

    return act_page(request, event, Act.RECEIPT, form, do, "登记移送回执", "登记", files=True)


@requires(EVENT_REVIEW)
def review(request: PersonRequest, number: str) -> HttpResponse:
    """Approve and close, or send back: two buttons, one form."""
    event = queries.event_for(request.user, number, may=EVENT_REVIEW)
    form = NoteForm(request.POST or None)

    def do(data: dict[str, Any]) -> None:
        if request.POST.get("verdict") == "reject":
            services.reject(event, reason=data["note"], step_id=data["step_id"], by=request.user, now=now())
        else:
            services.close(event, note=data["note"], step_id=data["step_id"], by=request.user, now=now())

    moments = queries.moments(event)[:6]
    return act_page(request, event, Act.CLOSE, form, do, "复核", template="events/review.html", moments=moments)


@requires(EVENT_REOPEN)
def reopening(request: PersonRequest, number: str) -> HttpResponse:
    event = queries.event_for(request.user, number, may=EVENT_REOPEN)

    def do(data: dict[str, Any]) -> None:
        services.reopen(event, reason=data["reason"], step_id=data["step_id"], by=request.user, now=now())

    lead = "办结后问题仍未解决的，退给原处置人重新办理，期限重新起算。"
    return act_page(request, event, Act.REOPEN, ReasonForm(request.POST or None), do, "重新办理", "重新办理", lead)


@requires(EVENT_DISPATCH)
def dispatch(request: PersonRequest, number: str) -> HttpResponse:
    """Candidates ranked by grid, duty and load, each with its reasons: choose and send."""
    event = queries.event_for(request.user, number, may=EVENT_DISPATCH)
    form = NoteForm(request.POST or None)

    def do(data: dict[str, Any]) -> None:
        to = queries.colleague_for(request.user, request.POST.get("to", ""))
        services.dispatch(event, to, note=data["note"], step_id=data["step_id"], by=request.user, now=now())

    named = request.GET.get("named", "").strip()[:20]
    ranked = queries.candidates(event, on=localdate(), named=named)[:30]
    return act_page(
        request, event, Act.DISPATCH, form, do, "派遣", template="events/dispatch.html", ranked=ranked, named=named
    )


def act_page(
    request: PersonRequest,
    event: Event,
    act: Act,
    form: Any,
    do: Do,
    title: str,
    submit: str = "提交",
    lead: str = "",
    *,
    template: str = "events/act.html",
    files: bool = False,
    **context: Any,
) -> HttpResponse:
    """The page of an act: why it is not open now, or its form, or what the act refused."""
    there, blocked = reverse("events:event", args=[event.number]), ""
    if request.method == "POST":
        if form.is_valid():
            try:
                do(form.cleaned_data)
                return redirect(there)
            except Refused as refusal:
                form.add_error(None, refusal.message)
    elif obstacle := services.refusal_of(event, act, by=request.user):
        blocked = obstacle.message
    context |= {
        "event": event,
        "phrases": queries.phrases_for(request.user, act, event) if act in PhraseUse.values and not blocked else [],
        "form": form,
        "title": f"{title} {event.number}",
        "submit": submit,
        "lead": lead,
        "back": there,
        "files": files,
        "blocked": blocked,
    }
    return render(request, template, context, status=409 if blocked else 422 if form.errors else 200)
