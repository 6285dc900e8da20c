"""执法任务: the register, a new one, one of them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from shijian.accounts.requests import PersonRequest
from shijian.core import facts
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.pages import Choice, Column, Flag, ListPage, Period, Search

from .. import lineage, queries, services
from ..choices import TaskKind, TaskState
from ..forms import TaskForm, TaskNoteForm
from ..models import Event, FieldTask
from ..permissions import TASK_REGISTER

TAGS = {
    TaskState.REGISTERED: "tag-amber", TaskState.RUNNING: "tag-accent", TaskState.DONE: "tag-green", TaskState.CANCELLED: "tag-plain",
}  # fmt: skip


@requires(TASK_REGISTER)
@require_GET
def field_tasks(request: PersonRequest) -> HttpResponseBase:
    listing = ListPage(
        request,
        queries.tasks_of(request.user),
        [
            Column("编号", "number", css="narrow"),
            Column("任务", "title"),
            Column("种类", "get_kind_display", css="narrow"),
            Column("地点", "place"),
            Column("执行单位", "unit__name"),
            Column("日期", lambda row: _days(row), css="narrow"),
            Column("状态", "get_state_display", css="narrow"),
            Column("登记", "registered_at", sort="registered_at", css="narrow"),
        ],
        order="-registered_at",
        name="执法任务",
        filters=[
            Search("q", "编号、任务", narrow=lambda rows, text: rows.filter(number__contains=text) | rows.filter(title__contains=text)),
            Choice("state", "状态", choices=TaskState.choices),
            Choice("kind", "种类", choices=TaskKind.choices),
            Flag("mine", "我执行的", narrow=lambda rows, _: rows.filter(officers__in=request.user.hats)),
            Period("on", "开始", field="begins_on"),
        ],
        link=lambda row: reverse("events:task", args=[row.pk]),
        empty="还没有登记执法任务。出发前先登记，取得编号。",
        empty_icon="clipboard-check",
    )  # fmt: skip
    acts = [{"url": reverse("events:task_new"), "label": "登记任务", "icon": "plus", "main": True}]
    return listing.response("ui/list_page.html", {"title": "执法任务", "acts": acts})


def _days(row: Any) -> str:
    same = row.begins_on == row.ends_on
    return f"{row.begins_on:%m-%d}" if same else f"{row.begins_on:%m-%d} 至 {row.ends_on:%m-%d}"


@requires(TASK_REGISTER)
def task_new(request: PersonRequest) -> HttpResponse:
    """Register a task; from an event its matter, place and basis stand in the form already."""
    user = request.user
    event = _event(request)
    initial: dict[str, Any] = {"officers": [user.pk]}
    if event:
        initial |= {
            "kind": TaskKind.VERIFICATION,
            "title": f"{event.number} {event.kind}",
            "place": event.address,
            "basis": event.kind.basis,
        }
    form = TaskForm(request.POST or None, initial=initial, by=user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = services.register_task(
                **data | {"officers": list(data["officers"])}, event=event, by=user, now=now()
            )
            known = {name: form.get_initial_for_field(form.fields[name], name) for name in lineage.TASK.fields}
            facts.count(lineage.TASK, bureau_code=made.bureau_code, known=known, sent=data)
            messages.success(request, f"已登记，任务编号 {made.number}。")
            return redirect("events:task", made.pk)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    context = {
        "title": "登记执法任务", "form": form, "submit": "登记，取得编号", "back": reverse("events:field_tasks"),
        "lead": "外出执法先登记、后出发。编号由系统给出，出发和完成都在任务页面记一下。",
    }  # fmt: skip
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)


def _event(request: PersonRequest) -> Event | None:
    number = request.GET.get("event", "")
    return queries.event_for(request.user, number) if number else None


@requires(TASK_REGISTER)
def task(request: PersonRequest, key: UUID) -> HttpResponse:
    user = request.user
    found = get_object_or_404(queries.tasks_of(user), pk=key)
    officers = list(found.officers.select_related("unit"))
    is_own = bool({found.registered_by_id, *(each.pk for each in officers)} & user.hats)
    form = TaskNoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _do(request, found, form.cleaned_data["result"])
            return redirect("events:task", key)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    context = {
        "task": found, "officers": officers, "tag": TAGS[TaskState(found.state)],
        "form": form if is_own and found.state in {TaskState.REGISTERED, TaskState.RUNNING} else None,
        "is_running": found.state == TaskState.RUNNING,
    }  # fmt: skip
    return render(request, "events/task.html", context, status=422 if form.errors else 200)


def _do(request: PersonRequest, found: FieldTask, text: str) -> None:
    act, by, at = request.POST.get("act"), request.user, now()
    if act == "start":
        services.start_task(found, by=by, now=at)
    elif act == "cancel":
        services.cancel_task(found, reason=text, by=by, now=at)
    else:
        services.end_task(found, result=text, by=by, now=at)
