from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Sum
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_POST

from shijian.accounts.requests import PersonRequest
from shijian.core import facts
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.pages import Choice, Column, Flag, ListPage, Search

from .. import hooks, lineage, queries
from ..choices import TaskState
from ..forms import DutyForm, MilestoneForm, PointForm, RecordForm, VisitForm
from ..models import GridTask, Milestone, Node, Opinion, RoutineDuty, ServicePoint, Staffing, StreetGrid
from ..permissions import WORK_DIRECT, WORK_PLAN, WORK_RECORD, WORK_VIEW
from ..services import routine as acts


@requires(WORK_VIEW)
@require_GET
def own(request: PersonRequest) -> HttpResponse:
    """我的网格: for a grid's people and for the leader who answers for it (包抓), its numbers, duties and open work."""
    today, user = localdate(), request.user
    posts = list(user.staffing.filter(valid__contains=today).select_related("node__level").order_by("area_code"))
    lowest = queries.lowest_depth(user.bureau_code)
    counted = (
        [(counter, counter.count(user.bureau_code, _common(posts))) for counter in hooks.counters] if posts else []
    )
    routines = queries.routine_of(
        user.bureau_code, [post.node for post in posts if post.node.level.depth == lowest], on=today
    )
    cards = [
        {
            "post": post,
            "title": queries.title_of(post),
            "numbers": [
                (counter.label, sum(n for code, n in found.items() if code.startswith(post.area_code)), counter.url(post.area_code))
                for counter, found in counted
            ],
            "routines": [each for each in routines if each.node.pk == post.node_id],
            "tasks": _under(GridTask.objects.exclude(state=TaskState.CONFIRMED), post),
            "overdue": _under(GridTask.objects.filter(state=TaskState.OPEN, due_on__lt=today), post),
            "opinions": _under(Opinion.objects.filter(answer=""), post),
        }
        for post in posts
    ]  # fmt: skip
    context = {
        "title": "我的网格", "may_report": user.may(WORK_DIRECT), "cards": cards, "today": today, "may_record": user.may(WORK_RECORD),
        "waiting": queries.waiting_for(user, on=today),
    }  # fmt: skip
    return render(request, "grid/own.html", context)


def _common(posts: Sequence[Staffing]) -> str:
    """The beginning that the codes of all posts share."""
    first, last = min(post.area_code for post in posts), max(post.area_code for post in posts)
    return first[: next((at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))]


@requires(WORK_VIEW)
@require_GET
def duties(request: PersonRequest) -> HttpResponse:
    """Which grid did what in the present period, and what is still open."""
    user, today = request.user, localdate()
    lowest = queries.lowest_depth(user.bureau_code)
    nodes = list(queries.nodes_for(user, WORK_VIEW).filter(level__depth=lowest))
    rows = queries.routine_of(user.bureau_code, nodes, on=today)
    table = [(node, [each for each in rows if each.node.pk == node.pk]) for node in nodes]
    duties = list(RoutineDuty.objects.filter(bureau_code=user.bureau_code, is_active=True))
    done = sum(1 for each in rows if each.record)
    context = {
        "title": "日常职责", "table": table, "duties": duties, "today": today, "done": done, "all": len(rows),
        "pressing": sum(1 for each in rows if each.is_pressing(today)), "may_plan": user.may(WORK_PLAN),
        "may_record": user.may(WORK_RECORD),
    }  # fmt: skip
    return render(request, "grid/duties.html", context)


@requires(WORK_PLAN)
def duty(request: PersonRequest, key: int | None = None) -> HttpResponse:
    known = get_object_or_404(RoutineDuty, pk=key, bureau_code=request.user.bureau_code) if key else None
    names = ("title", "detail", "duty", "cycle", "is_active")
    initial = {name: getattr(known, name) for name in names} if known else None
    form = DutyForm(request.POST or None, initial=initial)
    if known:
        form.fields["title"].disabled = True
    if request.method == "POST" and form.is_valid():
        acts.set_duty(request.user.bureau_code, **form.cleaned_data, by=request.user, now=now())
        return redirect("grid:duties")
    return _form(request, "设定日常职责", form, reverse("grid:duties"))


@requires(WORK_RECORD)
def record(request: PersonRequest, key: int) -> HttpResponse:
    found = get_object_or_404(RoutineDuty, pk=key, bureau_code=request.user.bureau_code, is_active=True)
    lowest = queries.lowest_depth(request.user.bureau_code)
    nodes = queries.nodes_for(request.user, WORK_RECORD).filter(level__depth=lowest)
    asked = nodes.filter(area_code=request.GET.get("grid", "")).first()
    form = RecordForm(request.POST or None, nodes=nodes, initial={"node": asked.pk} if asked else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            acts.record_duty(
                found, data["node"], done_on=data["done_on"], text=data["text"], by=request.user, now=now()
            )
            known = {"node": asked or nodes.first(), "done_on": localdate()}
            facts.count(lineage.DUTY, bureau_code=found.bureau_code, known=known, sent=data)
            return redirect("grid:duties")
        except Refused as refusal:
            form.add_error(None, refusal.message)
    return _form(request, f"登记：{found}", form, reverse("grid:duties"), found.detail)


@requires(WORK_VIEW)
@require_GET
def points(request: PersonRequest) -> HttpResponseBase:
    rows = queries.work_for(request.user, ServicePoint.objects.filter(is_active=True))
    rows = rows.annotate(visited=Count("visits"), last=Max("visits__on"), settled=Sum("visits__settled"))
    listing = ListPage(
        request,
        rows,
        [
            Column("名称", "name", sort="name"),
            Column("网格", "area_code", sort="area_code"),
            Column("设立单位", "host"),
            Column("指导次数", "visited", css="num"),
            Column("最近指导", "last", css="narrow"),
            Column("自行和解（件）", lambda row: row.settled or 0, css="num"),
        ],
        order="area_code",
        name="消费维权服务站",
        filters=[Search("q", "名称", field="name__contains")],
        link=lambda row: reverse("grid:point", args=[row.pk]),
        empty="还没有消费维权服务站。",
        empty_icon="heart-handshake",
    )
    may = request.user.may(WORK_RECORD)
    new = [{"label": "设立服务站", "url": reverse("grid:point_new"), "icon": "plus", "main": True}] if may else []
    return listing.response("ui/list_page.html", {"title": "消费维权服务站", "acts": new})


@requires(WORK_RECORD)
def point_new(request: PersonRequest) -> HttpResponse:
    form = PointForm(request.POST or None, nodes=queries.nodes_for(request.user, WORK_RECORD))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = acts.set_point(data["node"], name=data["name"], host=data["host"], by=request.user, now=now())
            return redirect("grid:point", made.pk)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    return _form(request, "设立消费维权服务站", form, reverse("grid:points"))


@requires(WORK_VIEW)
def point(request: PersonRequest, key: UUID) -> HttpResponse:
    found = queries.work_for(request.user, ServicePoint.objects.filter(pk=key)).first()
    if found is None:
        raise Http404
    form = VisitForm(request.POST or None) if request.user.may(WORK_RECORD, found) else None
    if request.method == "POST" and form is None:
        raise Http404
    if form and request.method == "POST" and form.is_valid():
        acts.visit_point(found, **form.cleaned_data, by=request.user, now=now())
        return redirect("grid:point", key)
    visits = found.visits.select_related("by")
    context = {
        "title": found.name, "back": reverse("grid:points"), "back_label": "消费维权服务站",
        "facts": [("网格", found.area_code), ("设立单位", found.host)],
        "items_title": "指导记录",
        "items": [(visit.on.isoformat(), f"{visit.by.name}：{visit.text}", "", f"和解 {visit.settled} 件") for visit in visits],
        "form": form, "form_title": "登记指导", "buttons": [("submit", "登记")],
    }  # fmt: skip
    return render(request, "grid/work.html", context, status=422 if form and form.errors else 200)


@requires(WORK_VIEW)
@require_GET
def streets(request: PersonRequest) -> HttpResponseBase:
    """Which of our grids each grid of another department lies in, and how much of it."""
    rows = StreetGrid.objects.filter(bureau_code=request.user.bureau_code).select_related("node").defer("geometry_wkb")
    systems = [(name, name) for name in rows.order_by("system").values_list("system", flat=True).distinct()]
    listing = ListPage(
        request,
        rows,
        [
            Column("外部编码", "outer_code", sort="outer_code"),
            Column("外部名称", "outer_name"),
            Column("体系", "system"),
            Column("对应网格", lambda row: str(row.node or "界外")),
            Column("占比", "share_text", css="num"),
        ],
        order="outer_code",
        name="部门网格对应",
        filters=[
            Search("q", "编码、名称", narrow=lambda rows, text: rows.filter(outer_code__startswith=text) | rows.filter(outer_name__contains=text)),
            Choice("system", "体系", choices=systems),
            Search("area", "网格编码", field="area_code__startswith"),
            Flag("split", "跨网格的", narrow=lambda rows, _: rows.filter(share__lt=0.95)),
        ],
        link=lambda row: reverse("grid:node", args=[row.area_code]) if row.area_code else "",
        empty="还没有对应关系。由系统管理员用 import street-grids 命令导入综治、城市管理等部门的网格。",
        empty_icon="arrows-exchange",
    )  # fmt: skip
    return listing.response("ui/list_page.html", {"title": "部门网格对应"})


@requires(WORK_VIEW)
@require_GET
def plan(request: PersonRequest) -> HttpResponse:
    """The implementation plan by stage; what is late stands out."""
    today = localdate()
    rows = list(Milestone.objects.filter(bureau_code=request.user.bureau_code).select_related("lead"))
    context = {"title": "实施计划", "rows": rows, "today": today, "may_plan": request.user.may(WORK_PLAN)}
    return render(request, "grid/plan.html", context)


@requires(WORK_PLAN)
def milestone_new(request: PersonRequest) -> HttpResponse:
    form = MilestoneForm(request.POST or None, bureau_code=request.user.bureau_code)
    if request.method == "POST" and form.is_valid():
        acts.set_milestone(request.user.bureau_code, **form.cleaned_data, by=request.user, now=now())
        return redirect("grid:plan")
    return _form(request, "新增计划任务", form, reverse("grid:plan"))


@requires(WORK_PLAN)
@require_POST
def milestone_done(request: PersonRequest, key: int) -> HttpResponse:
    found = get_object_or_404(Milestone, pk=key, bureau_code=request.user.bureau_code)
    acts.finish_milestone(found, on=localdate(), by=request.user, now=now())
    return redirect("grid:plan")


def _under(rows: Any, post: Any) -> int:
    node: Node = post.node
    return int(rows.filter(bureau_code=node.bureau_code, area_code__startswith=node.area_code).count())


def _form(request: PersonRequest, title: str, form: Any, back: str, lead: str = "") -> HttpResponse:
    context = {"title": title, "form": form, "submit": "保存", "back": back, "lead": lead}
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)
