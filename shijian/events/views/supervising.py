"""督办: put under supervision, answer, release."""

from typing import Any

from django.http import HttpResponse
from django.utils.timezone import now

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires

from .. import queries, services
from ..choices import Act
from ..forms import AnswerForm, ReleaseForm, SupervisionForm
from ..permissions import EVENT_DISPATCH, EVENT_HANDLE, EVENT_SUPERVISE
from .acts import act_page


@requires(EVENT_SUPERVISE)
def supervision(request: PersonRequest, number: str) -> HttpResponse:
    event = queries.event_for(request.user, number, may=EVENT_SUPERVISE)
    form = SupervisionForm(request.POST or None, initial={"until": event.due_on})

    def do(data: dict[str, Any]) -> None:
        given = {name: data[name] for name in ("reason", "until", "step_id")}
        services.supervise(event, **given, by=request.user, now=now())

    lead = "督办后每天提醒承办人回复进展，直到解除督办。办理期限不变。"
    return act_page(request, event, Act.SUPERVISE, form, do, "督办", "督办", lead)


@requires(EVENT_HANDLE, EVENT_DISPATCH)
def answer(request: PersonRequest, number: str) -> HttpResponse:
    event = queries.event_for(request.user, number)
    form = AnswerForm(request.POST or None, request.FILES or None)

    def do(data: dict[str, Any]) -> None:
        given = {name: data[name] for name in ("note", "photos", "step_id")}
        services.answer(event, **given, by=request.user, now=now())

    return act_page(
        request, event, Act.ANSWER, form, do, "回复督办", "回复", "说明进展、困难和预计办结的日期。", files=True
    )


@requires(EVENT_SUPERVISE)
def release(request: PersonRequest, number: str) -> HttpResponse:
    event = queries.event_for(request.user, number, may=EVENT_SUPERVISE)

    def do(data: dict[str, Any]) -> None:
        services.release(event, note=data["note"], step_id=data["step_id"], by=request.user, now=now())

    form = ReleaseForm(request.POST or None)
    return act_page(request, event, Act.RELEASE, form, do, "解除督办", "解除", "解除后不再每天提醒。")
