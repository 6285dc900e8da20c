"""An instance with its flow picture, the processes of a record, starting and ending one."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_POST

from shijian.accounts.requests import PersonRequest
from shijian.core import records
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.deadlines import queries as deadlines
from shijian.deadlines.choices import OPEN as OPEN_CLOCKS
from shijian.deadlines.permissions import CLOCK_VIEW

from .. import hooks, queries, services
from ..choices import InstanceState
from ..forms import ArrivalForm, ReasonForm
from ..models import Process, Task
from ..permissions import INSTANCE_CANCEL, INSTANCE_START, TASK_DO
from .pictures import moments_of, people_of, picture, where


@requires(TASK_DO)
@require_GET
def instance(request: PersonRequest, key: UUID) -> HttpResponseBase:
    found = queries.instance_for(request.user, key)
    tasks = people_of(found)
    diagram = queries.diagram_of(found.version)
    today = localdate()
    waits = services.awaited(found, by=request.user, now=now())
    mine = set(queries.todo(request.user, today).filter(instance=found).values_list("pk", flat=True))
    context = {
        "instance": found,
        "picture": picture(found, tasks, diagram, [node for node, _ in waits]),
        "where": where(tasks, diagram, queries.role_names(), mine),
        "awaited": waits,
        "done": [
            (each, diagram.nodes[each.node_id].outcome_label(each.outcome) if each.node_id in diagram.nodes else "")
            for each in tasks
            if each.done_at
        ],
        "moments": moments_of(found),
        "running": found.state == InstanceState.RUNNING,
        "may_cancel": found.state == InstanceState.RUNNING and request.user.may(INSTANCE_CANCEL, found),
        "back": reverse("workflow:started"),
    }
    return render(request, "workflow/instance.html", context)


@requires(INSTANCE_CANCEL)
def cancellation(request: PersonRequest, key: UUID) -> HttpResponse:
    found = queries.instance_for(request.user, key)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.cancel(found, reason=form.cleaned_data["reason"], by=request.user, now=now())
            messages.success(request, "流程已终止。")
            return redirect("workflow:instance", key)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    context = {
        "title": f"终止流程：{found.version.process.name}",
        "lead": "终止以后，所有未办的任务失效，不能恢复；可以重新发起。",
        "form": form,
        "submit": "终止流程",
        "grave": "确定终止这个流程吗？",
        "back": reverse("workflow:instance", args=[key]),
    }
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)


@requires(TASK_DO)
def arrival(request: PersonRequest, key: UUID, node: str) -> HttpResponse:
    """Register that what the process waits for has come."""
    found = queries.instance_for(request.user, key)
    event = queries.diagram_of(found.version).nodes.get(node)
    if event is None or not event.message:
        raise Http404
    form = ArrivalForm(request.POST or None, node=event)
    if request.method == "POST" and form.is_valid():
        try:
            services.register_message(
                found, node, data=form.values, note=form.cleaned_data["opinion"], by=request.user, now=now()
            )
            messages.success(request, f"已登记“{event.message}”，流程进入下一步。")
            return redirect("workflow:instance", key)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    context = {
        "title": f"登记到达：{event.message}",
        "lead": event.note or "登记以后，流程进入下一步，不能撤回。",
        "form": form,
        "submit": "登记",
        "back": reverse("workflow:instance", args=[key]),
    }
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)


@requires(TASK_DO)
@require_GET
def record(request: PersonRequest, kind: str, key: UUID) -> HttpResponseBase:
    """The processes of a record, running and over, and those that may be started for it."""
    found = records.record_for(request.user, kind, key)
    rows = list(queries.of_record(found)[:50])
    open_: dict[UUID, list[Task]] = {}
    tasks = Task.objects.filter(instance__in=rows, state__in=("ready", "claimed")).select_related(
        "claimed_by", "assignee"
    )
    for task in tasks:
        open_.setdefault(task.instance_id, []).append(task)
    running = {row.version.process_id for row in rows if row.state == InstanceState.RUNNING}
    startable = Process.objects.filter(in_use=True, versions__state="published", record_kinds__contains=[kind])
    groups: dict[str, list[Process]] = {}
    if request.user.may(INSTANCE_START, found):
        for process in startable:
            if process.pk not in running:
                groups.setdefault(process.group, []).append(process)
    context = {
        "record": found,
        "proposed": _proposed(found, [each for some in groups.values() for each in some]),
        "rows": [(row, open_.get(row.pk, [])) for row in rows],
        "groups": groups,
        "clocks": deadlines.of_record(found).filter(state__in=OPEN_CLOCKS)[:10] if request.user.may(CLOCK_VIEW) else [],
        "back": found.url,
    }
    return render(request, "workflow/record.html", context)


def _proposed(found: records.Record, startable: list[Process]) -> list[tuple[Process, str]]:
    """What the record calls for, of what this person may start now."""
    known = {each.key: each for each in startable}
    rows = [each for source in hooks.proposals for each in source(found)] if known else []
    return [(known[each.process], each.why) for each in rows if each.process in known]


@requires(INSTANCE_START)
@require_POST
def start(request: PersonRequest, kind: str, key: UUID) -> HttpResponse:
    found = records.record_for(request.user, kind, key)
    if not request.user.may(INSTANCE_START, found):
        raise PermissionDenied
    process = Process.objects.filter(key=request.POST.get("process", ""), record_kinds__contains=[kind]).first()
    if process is None:
        raise services.NotPublished("请选择要发起的流程。")
    made = services.start(process, found, by=request.user, now=now())
    messages.success(request, f"已发起“{process.name}”。")
    own = queries.todo(request.user, localdate()).filter(instance=made).first()
    return redirect("workflow:task", own.pk) if own else redirect("workflow:instance", made.pk)
