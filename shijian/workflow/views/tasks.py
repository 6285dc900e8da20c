"""My work: the lists, the page of a task, the acts beside doing it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_POST

from shijian.accounts.models import User
from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.pages import Choice, Column, Flag, ListPage, Search

from .. import queries, services
from ..choices import InstanceState, Mode, TaskState, Turn
from ..forms import AddForm, PersonForm, ReasonForm, ReturnForm, StepForm
from ..models import Instance, Process, Task
from ..permissions import INSTANCE_CANCEL, TASK_DO
from ..rules.diagram import Node
from .pictures import moments_of, people_of

LISTS = [("待办", "workflow:todo"), ("已办", "workflow:done"), ("我发起的", "workflow:started")]
ALL = ("全部流程", "workflow:instances")


def _tabs(user: User, current: str) -> list[tuple[str, str, bool]]:
    lists = [*LISTS, ALL] if user.may(INSTANCE_CANCEL) else LISTS
    return [(label, reverse(name), name == current) for label, name in lists]


def _process(task: Task) -> str:
    return task.instance.version.process.name


@requires(TASK_DO)
@require_GET
def todo(request: PersonRequest) -> HttpResponseBase:
    today = localdate()
    listing = ListPage(
        request,
        queries.todo(request.user, today),
        [
            Column("步骤", "name"),
            Column("业务", lambda row: f"{row.instance.record_number} {row.instance.record_title}"),
            Column("流程", _process, css="narrow"),
            Column("到达", "made_at", sort="made_at", css="narrow"),
            Column("期限", "due_on", css="narrow"),
            Column("状态", "get_state_display", css="narrow"),
        ],
        order="made_at",
        name="待办任务",
        filters=[
            Search("q", "业务编号、名称", field="instance__record_number__contains"),
            Flag("mine", "只看我领取的", narrow=lambda rows, _: rows.filter(state=TaskState.CLAIMED)),
            Flag("late", "已超期", narrow=lambda rows, _: rows.filter(due_on__lt=today)),
        ],
        link=lambda row: reverse("workflow:task", args=[row.pk]),
        empty="没有待办的流程任务。",
        empty_icon="checklist",
    )
    return listing.response("workflow/lists.html", {"title": "流程任务", "tabs": _tabs(request.user, "workflow:todo")})


@requires(TASK_DO)
@require_GET
def done(request: PersonRequest) -> HttpResponseBase:
    listing = ListPage(
        request,
        queries.done(request.user),
        [
            Column("步骤", "name"),
            Column("业务", lambda row: f"{row.instance.record_number} {row.instance.record_title}"),
            Column("流程", _process, css="narrow"),
            Column("结果", _outcome, css="narrow"),
            Column("办结", "done_at", css="narrow"),
        ],
        order="-made_at",
        name="已办任务",
        filters=[Search("q", "业务编号", field="instance__record_number__contains")],
        link=lambda row: reverse("workflow:task", args=[row.pk]),
        empty="还没有办过流程任务。",
        empty_icon="checklist",
    )
    return listing.response("workflow/lists.html", {"title": "流程任务", "tabs": _tabs(request.user, "workflow:done")})


@requires(TASK_DO)
@require_GET
def started(request: PersonRequest) -> HttpResponseBase:
    listing = ListPage(
        request,
        queries.started(request.user),
        [
            Column("流程", "version__process__name"),
            Column("业务", lambda row: f"{row.record_number} {row.record_title}"),
            Column("发起", "started_at", sort="started_at", css="narrow"),
            Column("状态", "get_state_display", css="narrow"),
        ],
        order="-started_at",
        name="我发起的流程",
        filters=[
            Search("q", "业务编号", field="record_number__contains"),
            Flag("open", "办理中", narrow=lambda rows, _: rows.filter(state=InstanceState.RUNNING)),
        ],
        link=lambda row: reverse("workflow:instance", args=[row.pk]),
        empty="还没有发起过流程。在业务页面的“流程”里发起。",
        empty_icon="route",
    )
    return listing.response(
        "workflow/lists.html", {"title": "流程任务", "tabs": _tabs(request.user, "workflow:started")}
    )


@requires(INSTANCE_CANCEL)
@require_GET
def instances(request: PersonRequest) -> HttpResponseBase:
    """Every instance of the areas one answers for: the rows behind the numbers of the library."""
    names = [(each.key, each.name) for each in Process.objects.only("key", "name").order_by("name")]
    listing = ListPage(
        request,
        queries.in_charge(request.user),
        [
            Column("流程", "version__process__name"),
            Column("业务", lambda row: f"{row.record_number} {row.record_title}"),
            Column("版本", lambda row: f"第{row.version.number}版", css="narrow"),
            Column("发起人", "started_by__name", css="narrow"),
            Column("发起", "started_at", sort="started_at", css="narrow"),
            Column("状态", "get_state_display", css="narrow"),
        ],
        order="-started_at",
        name="全部流程",
        filters=[
            Search("q", "业务编号", field="record_number__contains"),
            Choice("process", "流程", choices=names, field="version__process__key"),
            Flag("open", "办理中", narrow=lambda rows, _: rows.filter(state=InstanceState.RUNNING)),
        ],
        link=lambda row: reverse("workflow:instance", args=[row.pk]),
        empty="没有符合条件的流程。",
        empty_icon="route",
    )
    return listing.response("workflow/lists.html", {"title": "流程任务", "tabs": _tabs(request.user, ALL[1])})


def _outcome(task: Task) -> str:
    if task.outcome == "returned":
        return "退回"
    node = queries.diagram_of(task.instance.version).nodes.get(task.node_id)
    return node.outcome_label(task.outcome) if node else task.outcome


@requires(TASK_DO)
def task(request: PersonRequest, key: UUID) -> HttpResponse:
    """A task: what it is about, the form of its step, who was here before, and the acts that are open now."""
    found = queries.task_for(request.user, key, localdate())
    instance, at = found.instance, now()
    diagram = queries.diagram_of(instance.version)
    node = diagram.nodes[found.node_id]
    mine = _is_mine(found, request.user)
    form = None
    if mine and found.state == TaskState.CLAIMED:
        services.open_task(found, by=request.user, now=at)
        people = _people(node, found)
        form = StepForm(
            request.POST or None,
            node=node,
            people=people,
            is_added=bool(found.turn),
            initial=queries.filled_before(found)
            if node.fields and found.mode == Mode.SINGLE and not found.turn
            else {},
        )
        if request.method == "POST" and form.is_valid():
            try:
                services.complete(
                    found,
                    outcome=form.outcome,
                    opinion=form.cleaned_data["opinion"],
                    data=form.values,
                    by=request.user,
                    now=at,
                )
                messages.success(request, f"“{found.name}”已办理。")
                return redirect("workflow:instance", instance.pk)
            except Refused as refusal:
                form.add_error(None, refusal.message + (f"（{refusal.article}）" if refusal.article else ""))
    filled = [(each.label, _shown(each.kind, found.data[each.name])) for each in node.fields if each.name in found.data]
    tasks = people_of(instance)
    context = {
        "task": found,
        "node": node,
        "instance": instance,
        "form": form,
        "mine": mine,
        "may_claim": found.state == TaskState.READY,
        "acts": _acts(found) if mine and found.is_open else [],
        "may_withdraw": found.state == TaskState.DONE
        and found.done_by_id in request.user.hats
        and instance.state == InstanceState.RUNNING
        and not services.withdrawal_fault(found),
        "outcome": _outcome(found) if found.state == TaskState.DONE else "",
        "filled": filled,
        "apart": [
            "发起" if key == "starter" else diagram.nodes[key].title
            for key in node.differs_from
            if key == "starter" or key in diagram.nodes
        ],
        "moments": moments_of(instance),
        "before": [
            (each, _entries(each, diagram.nodes))
            for each in tasks
            if each.state == TaskState.DONE and each.pk != found.pk
        ],
        "back": reverse("workflow:todo"),
    }
    return render(request, "workflow/task.html", context, status=422 if form is not None and form.errors else 200)


def _entries(task: Task, nodes: dict[str, Node]) -> list[tuple[str, Any]]:
    node = nodes.get(task.node_id)
    fields = node.fields if node else ()
    return [(each.label, _shown(each.kind, task.data[each.name])) for each in fields if each.name in task.data]


def _shown(kind: str, value: Any) -> Any:
    if kind == "bool":
        return "是" if value else "否"
    if kind in {"person", "people"}:
        keys = value if isinstance(value, list) else [value]
        return "、".join(User.objects.filter(pk__in=keys).values_list("name", flat=True))
    return value


def _is_mine(task: Task, user: User) -> bool:
    return bool({task.claimed_by_id, task.assignee_id} & user.hats)


def _acts(task: Task) -> list[dict[str, str]]:
    """Links beside doing it."""
    if task.state not in {TaskState.READY, TaskState.CLAIMED}:
        return []
    rows = [
        ("转办", "delegation", "user-share"),
        ("加签", "addition", "user-plus"),
        ("退回", "return", "arrow-back-up"),
    ]
    return [
        {"label": label, "url": reverse(f"workflow:{name}", args=[task.pk]), "icon": icon}
        for label, name, icon in rows
        if name != "return" or not services.return_fault(task)
    ]


def _people(node: Node, task: Task) -> dict[str, list[User]]:
    """Whom each person entry may name: those who may do the step it decides about."""
    asked = [each for each in node.fields if each.kind in {"person", "people"}]
    if not asked or task.turn:
        return {}
    instance, on = task.instance, localdate()
    diagram, past = queries.diagram_of(instance.version), queries.past_of(instance)
    found = {}
    for each in asked:
        target = next((other for other in diagram.people() if other.assign == f"field:{each.name}"), node)
        found[each.name] = queries.colleagues(target, diagram, instance, past, on)
    return found


@requires(TASK_DO)
@require_POST
def claim(request: PersonRequest, key: UUID) -> HttpResponse:
    found = queries.task_for(request.user, key, localdate())
    services.claim(found, by=request.user, now=now())
    return redirect("workflow:task", key)


@requires(TASK_DO)
@require_POST
def release(request: PersonRequest, key: UUID) -> HttpResponse:
    services.release(queries.task_for(request.user, key, localdate()), by=request.user, now=now())
    messages.info(request, "已退领，其他有权人员可以领取。")
    return redirect("workflow:todo")


def _colleagues(found: Task, by: User) -> list[User]:
    """Whom the task may be handed to, the colleagues of one's own unit first."""
    instance: Instance = found.instance
    diagram = queries.diagram_of(instance.version)
    node = diagram.nodes[found.node_id]
    people = queries.colleagues(node, diagram, instance, queries.past_of(instance), localdate())
    others = [user for user in people if user.pk not in {found.claimed_by_id, found.assignee_id}]
    return sorted(others, key=lambda user: user.unit_id != by.unit_id)


@requires(TASK_DO)
def delegation(request: PersonRequest, key: UUID) -> HttpResponse:
    found = queries.task_for(request.user, key, localdate())
    form = PersonForm(request.POST or None, people=_colleagues(found, request.user))
    if request.method == "POST" and form.is_valid():
        try:
            services.delegate(
                found,
                to=form.people[form.cleaned_data["to"]],
                reason=form.cleaned_data["reason"],
                by=request.user,
                now=now(),
            )
            messages.success(request, "已转办。")
            return redirect("workflow:todo")
        except Refused as refusal:
            form.add_error(None, refusal.message)
    return _page(request, found, form, "转办", "可以选的都是按职责分离、执法证和资格要求能办这一步的人。")


@requires(TASK_DO)
def addition(request: PersonRequest, key: UUID) -> HttpResponse:
    found = queries.task_for(request.user, key, localdate())
    form = AddForm(request.POST or None, people=_colleagues(found, request.user))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.add(
                found, people=form.chosen, turn=Turn(data["turn"]), reason=data["reason"], by=request.user, now=now()
            )
            messages.success(request, "已加签。")
            return redirect("workflow:task", key)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    lead = "在我之前：等他们办完我再办；与我同时、在我之后：他们也同意，这一步才算完成。"
    return _page(request, found, form, "加签", lead)


@requires(TASK_DO)
def send_back(request: PersonRequest, key: UUID) -> HttpResponse:
    found = queries.task_for(request.user, key, localdate())
    nodes = services.ways_back(found, by=request.user, now=now()) if found.is_open else []
    form = ReturnForm(request.POST or None, nodes=nodes)
    if request.method == "POST" and form.is_valid():
        try:
            services.send_back(
                found, to=form.cleaned_data["to"], reason=form.cleaned_data["reason"], by=request.user, now=now()
            )
            messages.success(request, "已退回。")
            return redirect("workflow:todo")
        except Refused as refusal:
            form.add_error(None, refusal.message)
    lead = "退回以后，中间的步骤重新办理。" if nodes else "前面没有可以退回的步骤。"
    return _page(request, found, form, "退回", lead)


@requires(TASK_DO)
def withdrawal(request: PersonRequest, key: UUID) -> HttpResponse:
    found = queries.task_for(request.user, key, localdate())
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.withdraw(found, reason=form.cleaned_data["reason"], by=request.user, now=now())
            messages.success(request, "已撤回，请重新办理。")
            return redirect("workflow:todo")
        except Refused as refusal:
            form.add_error(None, refusal.message)
    return _page(request, found, form, "撤回", "下一环节还没有打开的，可以撤回重办。")


def _page(request: PersonRequest, found: Task, form: Any, act: str, lead: str) -> HttpResponse:
    context = {
        "title": f"{act}：{found.name}",
        "lead": lead,
        "form": form,
        "submit": act,
        "back": reverse("workflow:task", args=[found.pk]),
    }
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)
