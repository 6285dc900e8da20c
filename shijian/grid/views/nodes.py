from collections import Counter
from typing import Any

from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.pages import Column, ListPage
from shijian.core.personal import mask_phone

from .. import hooks, queries, services
from ..choices import Duty, NodeStatus
from ..forms import CardForm, DecisionForm, ProposalForm, ResponsibleForm
from ..models import Node
from ..permissions import GRID_APPROVE, GRID_DRAW, GRID_PROPOSE, GRID_STAFF, GRID_VIEW, WORK_DIRECT

WHOLE = 200  # nodes; a larger tree shows the grids of one unit at a time


@requires(GRID_VIEW)
@require_GET
def tree(request: PersonRequest) -> HttpResponse:
    """The tree with its heads, vacancies and live numbers; of a large bureau the grids of the unit that is opened."""
    bureau, today = request.user.bureau_code, localdate()
    codes = list(Node.objects.filter(bureau_code=bureau).values_list("area_code", flat=True))
    opened = _opened(request, codes) if len(codes) > WHOLE else None
    nodes = queries.tree(bureau, opened=opened)
    shown = {node.area_code for node in nodes}
    people = queries.people_by_code(bureau, on=today, codes=shown)
    numbers = [(counter, queries.sums_below(counter.count(bureau, ""))) for counter in hooks.counters]
    faults: dict[str, list[str]] = {}
    for fault in queries.staffing_faults(bureau, on=today):
        faults.setdefault(fault.code, []).append(fault.text)
    parent_of = queries.scheme(bureau).parent_of
    closed = Counter(parent_of(code) for code in codes if code not in shown)
    hidden = Counter(parent_of(code) for code in faults if code not in shown)
    rows = [
        {
            "node": node,
            "chief": next((post.person for post in people.get(node.area_code, []) if post.duty == Duty.CHIEF), None),
            "staff": len(people.get(node.area_code, [])),
            "faults": faults.get(node.area_code, []),
            "numbers": [(each, found[node.area_code], each.url(node.area_code)) for each, found in numbers],
            "closed": closed[node.area_code],
            "hidden": hidden[node.area_code],
        }
        for node in nodes
    ]
    may_propose = request.user.may(GRID_PROPOSE)
    context = {
        "rows": rows,
        "counters": hooks.counters,
        "may_propose": may_propose,
        "may_report": request.user.may(WORK_DIRECT),
        "title": "网格",
    }
    return render(request, "grid/tree.html", context)


def _opened(request: PersonRequest, codes: list[str]) -> str:
    """The code of the unit whose grids are shown: as asked, else the person's own, "" for none."""
    parent_of = queries.scheme(request.user.bureau_code).parent_of
    longest = max(map(len, codes))
    units = {parent_of(code) for code in codes if len(code) == longest}
    asked = request.GET.get("under")
    own = queries.own_codes(request.user, on=localdate()) if asked is None else [asked]
    return next((code for each in own for code in (each, parent_of(each)) if code and code in units), "")


@requires(GRID_VIEW)
@require_GET
def node_page(request: PersonRequest, code: str) -> HttpResponse:
    """One node: the 五定 card, the 一口清 card, its people, its history and the next act."""
    node = queries.node_for(request.user, code)
    bureau, today = node.bureau_code, localdate()
    posts = queries.staff_of(bureau, [code], on=today)
    boundaries = list(node.boundaries.defer("geometry_wkb").order_by("-valid"))
    current = next((each for each in boundaries if today in each.valid), None)
    children = list(node.children.select_related("level").order_by("area_code"))
    numbers = [(each, sum(each.count(bureau, code).values()), each.url(code)) for each in hooks.counters]
    fixed = [
        ("定格", node.extent_text or (f"已划定边界，{current.area_km2:.3f} 平方公里" if current else "")),
        ("定员", "、".join(f"{queries.title_of(post)}{post.person.name}" for post in posts)),
        ("定责", node.duties_text),
        ("定流程", node.flow_text),
        ("定规章", node.rules_text),
    ]
    context: dict[str, Any] = {
        "node": node,
        "posts": [(post, queries.title_of(post)) for post in posts],
        "former": node.staffing.filter(valid__endswith__lte=today).select_related("person").order_by("-valid")[:20],
        "boundaries": boundaries,
        "boundary": current,
        "children": children,
        "chain": queries.chain_of(bureau, code, on=today)[1:],
        "fixed": fixed,
        "numbers": numbers,
        "faults": queries.faults_of(node, posts, on=today),
        "may": {
            "propose": request.user.may(GRID_PROPOSE, node) and node.status == NodeStatus.APPROVED,
            "draw": request.user.may(GRID_DRAW, node) and node.status == NodeStatus.APPROVED,
            "staff": request.user.may(GRID_STAFF, node) and node.status == NodeStatus.APPROVED,
            "approve": request.user.may(GRID_APPROVE, node) and node.status == NodeStatus.PROPOSED,
        },
    }
    return render(request, "grid/node.html", context)


@requires(GRID_PROPOSE)
def proposal(request: PersonRequest, code: str) -> HttpResponse:
    parent = queries.node_for(request.user, code, may=GRID_PROPOSE)
    form = ProposalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            node = services.propose_node(
                bureau_code=parent.bureau_code,
                parent=parent,
                name=form.cleaned_data["name"],
                code=form.cleaned_data["code"] or None,
                extent_text=form.cleaned_data["extent_text"],
                by=request.user,
                now=now(),
            )
            return redirect("grid:node", node.area_code)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    back = reverse("grid:node", args=[code])
    context = {
        "title": f"在 {parent} 下新增网格",
        "form": form,
        "submit": "报网格办审定",
        "back": back,
        "lead": "编码按上级编码加序号编排，报区局网格办审定后启用。",
    }
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)


@requires(GRID_APPROVE)
def decision(request: PersonRequest, code: str) -> HttpResponse:
    node = queries.node_for(request.user, code, may=GRID_APPROVE)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        decide = services.refuse_node if request.POST.get("verdict") == "refuse" else services.approve_node
        try:
            decide(node, note=form.cleaned_data["note"], by=request.user, now=now())
            return redirect("grid:proposals")
        except Refused as refusal:
            form.add_error(None, refusal.message)
    context = {"title": f"审定 {node}", "form": form, "node": node, "back": reverse("grid:proposals")}
    return render(request, "grid/decision.html", context, status=422 if form.errors else 200)


@requires(GRID_PROPOSE)
def card(request: PersonRequest, code: str) -> HttpResponse:
    """Edit the 五定 card."""
    node = queries.node_for(request.user, code, may=GRID_PROPOSE)
    names = ["name", "extent_text", "duties_text", "flow_text", "rules_text"]
    form = CardForm(request.POST or None, initial={name: getattr(node, name) for name in names})
    if request.method == "POST" and form.is_valid():
        services.describe_node(node, texts=form.cleaned_data, by=request.user, now=now())
        return redirect("grid:node", code)
    context = {"title": f"五定卡 {node}", "form": form, "submit": "保存", "back": reverse("grid:node", args=[code])}
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)


@requires(GRID_APPROVE, GRID_PROPOSE)
@require_GET
def proposals(request: PersonRequest) -> HttpResponseBase:
    scope = request.user.scope(GRID_PROPOSE if request.user.may(GRID_PROPOSE) else GRID_APPROVE)
    rows = Node.objects.within(scope).filter(status__in=[NodeStatus.PROPOSED, NodeStatus.REFUSED])
    listing = ListPage(
        request,
        rows.select_related("level", "parent", "proposed_by"),
        [
            Column("编码", "area_code", sort="area_code"),
            Column("名称", "name"),
            Column("层级", "level__name"),
            Column("上级", lambda node: str(node.parent or "")),
            Column("提出人", lambda node: node.proposed_by.name if node.proposed_by else ""),
            Column("提出时间", "proposed_at", sort="proposed_at", css="narrow"),
            Column("状态", "get_status_display"),
        ],
        order="area_code",
        name="待审定网格",
        link=lambda node: reverse("grid:node", args=[node.area_code]),
        empty="没有待审定的网格编码。",
    )
    return listing.response("ui/list_page.html", {"title": "网格编码审定"})


@requires(GRID_VIEW)
@require_GET
def responsible(request: PersonRequest) -> HttpResponse:
    """Who answers for a point on a day: JSON for maps, a page for people."""
    form = ResponsibleForm(request.GET or None)
    links: list[queries.Responsible] = []
    if form.is_valid():
        data = form.cleaned_data
        links = queries.responsible_for(request.user.bureau_code, data["lon"], data["lat"], on=form.day())
    if "application/json" in request.headers.get("Accept", ""):
        grid = links[0] if links else None
        return JsonResponse(
            {
                "code": grid.node.area_code if grid else "",
                "name": grid.node.name if grid else "",
                "chief": f"{grid.node.level.chief_title} {grid.chief.name}" if grid and grid.chief else "",
                "phone": mask_phone(grid.chief.phone) if grid and grid.chief else "",
                "url": reverse("grid:node", args=[grid.node.area_code]) if grid else "",
            }
        )
    context = {"form": form, "links": links, "on": request.GET.get("on") or localdate().isoformat()}
    return render(request, "grid/responsible.html", context)
