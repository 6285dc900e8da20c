import json
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_POST
from shapely.geometry import mapping

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.pages import Choice, Column, ListPage

from .. import queries, services
from ..choices import RecutStatus
from ..forms import ConsentForm, DecisionForm, RecutForm
from ..models import Node, Recut
from ..permissions import GRID_APPROVE, GRID_DRAW
from ..rules.editing import Sheet
from ..services import recuts as acts

LARGEST_BODY = 300_000


@requires(GRID_DRAW, GRID_APPROVE)
@require_GET
def recut_list(request: PersonRequest) -> HttpResponseBase:
    rows = queries.recuts_for(request.user).select_related("proposed_by__unit").prefetch_related("consents__node")
    listing = ListPage(
        request,
        rows,
        [
            Column("事项", "title"),
            Column("涉及", lambda row: "、".join(str(each.node) for each in row.consents.all())),
            Column("状态", "get_status_display"),
            Column("提出人", "proposed_by__name"),
            Column("提出时间", "proposed_at", sort="proposed_at", css="narrow"),
        ],
        order="-proposed_at",
        name="边界调整",
        filters=[Choice("status", "状态", choices=RecutStatus.choices)],
        link=lambda row: reverse("grid:recut", args=[row.pk]),
        empty="没有边界调整。在单元或网格的页面点“调整边界”提出。",
        empty_icon="vector",
    )
    return listing.response("ui/list_page.html", {"title": "边界调整"})


@requires(GRID_DRAW)
def editor(request: PersonRequest, code: str) -> HttpResponse:
    """The map on which shared sides are moved, grids split and merged; sending it makes a proposal."""
    unit = _unit(request, code)
    form = RecutForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            recut = services.propose_recut(
                unit, data["steps"], title=data["title"], reason=data["reason"], by=request.user, now=now()
            )
            messages.success(request, "已提出，涉及的各单元负责人会收到通知。")
            return redirect("grid:recut", recut.pk)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    sheet = None
    try:
        sheet = _drawn(unit, [])
    except Refused as refusal:
        form.add_error(None, refusal.message) if form.is_bound else messages.warning(request, refusal.message)
    context = {
        "title": f"调整边界 {unit}", "unit": unit, "form": form, "sheet": sheet,
        "back": reverse("grid:node", args=[code]),
    }  # fmt: skip
    return render(request, "grid/recut_new.html", context, status=422 if form.errors else 200)


@requires(GRID_DRAW)
@require_POST
def preview(request: PersonRequest, code: str) -> JsonResponse:
    """The sheet after these steps and whom it touches, or why they cannot be done."""
    unit = _unit(request, code)
    try:
        if len(request.body) > LARGEST_BODY:
            raise acts.BadSteps("操作太多，请分次提出。")
        return JsonResponse(_drawn(unit, json.loads(request.body)))
    except Refused as refusal:
        return JsonResponse({"error": refusal.message}, status=409)
    except (ValueError, RecursionError):
        return JsonResponse({"error": "操作记录无法识别，请刷新页面后重做。"}, status=422)


@requires(GRID_DRAW, GRID_APPROVE)
@require_GET
def recut_page(request: PersonRequest, key: UUID) -> HttpResponse:
    recut = _recut(request, key)
    today = localdate()
    consents = list(recut.consents.select_related("node__level", "person"))
    heads = {each.pk: queries.chief_of(recut.bureau_code, each.node.area_code, on=today) for each in consents}
    mine = next((each for each in consents if heads[each.pk] == request.user), None)
    before, after = _before_and_after(recut) if recut.is_open else (None, None)
    context: dict[str, Any] = {
        "title": recut.title,
        "recut": recut,
        "consents": [(each, heads[each.pk]) for each in consents],
        "mine": mine if recut.is_open else None,
        "consent_form": ConsentForm(initial={"verdict": mine.verdict or "agreed", "note": mine.note} if mine else None),
        "decision_form": DecisionForm(),
        "may_decide": recut.status == RecutStatus.AGREED and request.user.may(GRID_APPROVE),
        "may_withdraw": recut.is_open and recut.proposed_by_id == request.user.pk,
        "before": before,
        "after": after,
    }
    return render(request, "grid/recut.html", context)


@requires(GRID_DRAW)
@require_POST
def consent(request: PersonRequest, key: UUID) -> HttpResponse:
    recut, form = _recut(request, key), ConsentForm(request.POST)
    if form.is_valid():
        services.say(recut, **form.cleaned_data, by=request.user, now=now())
    return redirect("grid:recut", key)


@requires(GRID_APPROVE)
@require_POST
def decision(request: PersonRequest, key: UUID) -> HttpResponse:
    recut, note = _recut(request, key), request.POST.get("note", "")[:200]
    if request.POST.get("verdict") == "refuse":
        services.refuse_recut(recut, note=note, by=request.user, now=now())
    else:
        moved = services.approve_recut(recut, note=note, by=request.user, now=now())
        messages.success(request, f"已审定，今天起生效；{moved} 户主体改归新的网格。")
    return redirect("grid:recut", key)


@requires(GRID_DRAW)
@require_POST
def withdrawal(request: PersonRequest, key: UUID) -> HttpResponse:
    services.withdraw_recut(_recut(request, key), by=request.user, now=now())
    return redirect("grid:recut", key)


def _unit(request: PersonRequest, code: str) -> Node:
    """The unit whose sheet is drawn on: the node itself, or the parent of a grid."""
    node = queries.node_for(request.user, code, may=GRID_DRAW)
    if node.level.depth == queries.lowest_depth(node.bureau_code) and node.parent:
        return node.parent
    return node


def _recut(request: PersonRequest, key: UUID) -> Recut:
    recut = queries.recuts_for(request.user).select_related("proposed_by__unit", "decided_by").filter(pk=key).first()
    if recut is None:
        raise Http404
    return recut


def _drawn(unit: Node, steps: Any) -> dict[str, Any]:
    """The sheet for the map and, once something changed, the plan in numbers."""
    today = localdate()
    given, sheet, outcome = acts.redraw(unit, steps, on=today)
    drawn: dict[str, Any] = {"features": _features(sheet, given), "areas": [], "moves": [], "people": [], "sides": []}
    if given.fixed is not None:
        ring = shapely.boundary(given.fixed)
        shapely.prepare(ring)
        corners = shapely.get_coordinates([*sheet.shapes.values()])
        held = corners[shapely.dwithin(shapely.points(corners), ring, 1e-9)]
        drawn["held"] = np.unique(held, axis=0).tolist()
    try:
        plan = acts.plan_of(unit, given, outcome, on=today)
    except acts.NothingChanged:
        return drawn
    return {**drawn, **plan.summary, "sides": [str(side) for side in plan.sides]}


def _features(sheet: Sheet, given: acts.Outlines) -> list[dict[str, Any]]:
    return [
        {
            "type": "Feature",
            "properties": {
                "code": code,
                "name": given.names.get(code) or (sheet.made[code][1] if code in sheet.made else ""),
                "leaf": code in sheet.leaves,
            },
            "geometry": mapping(shape),
        }
        for code, shape in sorted(sheet.shapes.items())
    ]


def _before_and_after(recut: Recut) -> tuple[Any, Any]:
    """Both drawings as GeoJSON of the grids that change, or nothing when the proposal no longer fits."""
    unit = Node.objects.get(bureau_code=recut.bureau_code, area_code=recut.unit_code)
    try:
        given, _, outcome = acts.redraw(unit, recut.steps, on=localdate())
    except Refused:
        return None, None
    old = {code: given.areas[code] for code in {*outcome.changed, *outcome.ended} if code in given.leaves}
    new = {code: shape for code, shape in outcome.changed.items() if code in given.leaves}
    new |= {f"新网格{mark[1:]}": shape for mark, (_, _, shape) in outcome.made.items()}
    return tuple(
        {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "properties": {"code": code, "name": ""}, "geometry": mapping(shape)}
                for code, shape in sorted(shapes.items())
            ],
        }
        for shapes in (old, new)
    )  # type: ignore[return-value]
