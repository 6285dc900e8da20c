import json
from typing import Any

import shapely
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET
from shapely.geometry import mapping

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.personal import mask_phone

from .. import hooks, queries, services
from ..forms import BoundaryForm
from ..models import Node
from ..permissions import GRID_DRAW, GRID_VIEW
from ..rules.coverage import Fault
from ..rules.datum import Datum
from ..services.boundaries import parse_geometry


@requires(GRID_VIEW)
@require_GET
def areas_geojson(request: PersonRequest) -> HttpResponse:
    """Outlines for maps: `level` (depth, default lowest), `under` (code prefix), `on` (day). Names and heads included."""
    bureau, today = request.user.bureau_code, localdate()
    depth = request.GET.get("level", "")
    under = request.GET.get("under", "")
    level = int(depth) if depth.isdecimal() and len(depth) < 3 else None
    outlines = queries.shapes(bureau, on=today, depth=level, prefix=under)
    nodes = {node.area_code: node for node in Node.objects.filter(bureau_code=bureau, area_code__in=outlines)}
    people = queries.people_by_code(bureau, on=today, codes=list(outlines)) if request.GET.get("people") else {}
    codes = sorted(outlines)
    simple: Any = shapely.coverage_simplify([outlines[code] for code in codes], 2e-5) if codes else []
    features = []
    for code, outline in zip(codes, simple, strict=True):
        chief = next((post.person for post in people.get(code, []) if post.duty == "chief"), None)
        features.append(
            {
                "type": "Feature",
                "properties": {
                    "code": code,
                    "name": nodes[code].name if code in nodes else "",
                    "chief": chief.name if chief else "",
                    "phone": mask_phone(chief.phone) if chief else "",
                    "contact": reverse("accounts:unmasking", args=[chief.pk]) if chief and chief.phone else "",
                    "url": reverse("grid:node", args=[code]),
                    "at": _name_at(outline),
                },
                "geometry": mapping(shapely.set_precision(outline, 1e-6, mode="pointwise")),
            }
        )
    response = JsonResponse({"type": "FeatureCollection", "features": features})
    response["Cache-Control"] = "private, max-age=60"
    return response


def _name_at(outline: Any) -> list[float]:
    """Where the name of an area stands: well inside its largest part."""
    point = max(shapely.get_parts(outline), key=shapely.area).representative_point()
    return [round(point.x, 6), round(point.y, 6)]


@requires(GRID_DRAW)
def boundary(request: PersonRequest, code: str) -> HttpResponse:
    """Draw or paste a boundary; "检查" shows the faults on the map, "保存" puts it in force."""
    node = queries.node_for(request.user, code, may=GRID_DRAW)
    current = node.boundaries.filter(valid__contains=localdate()).first()
    initial = {"geometry": shapely.to_geojson(current.geometry) if current else "", "datum": Datum.WGS84.value}
    form = BoundaryForm(request.POST or None, initial=initial)
    preview = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            geometry = parse_geometry(data["geometry"], datum=Datum(data["datum"]))
            preview = services.preview_boundary(node, geometry, on=data["valid_from"])
            if "save" in request.POST:
                services.set_boundary(
                    node, geometry, valid_from=data["valid_from"], source=data["source"], by=request.user, now=now()
                )
                messages.success(request, f"{node} 的边界已保存，{data['valid_from']} 起生效，主体已重新落格。")
                return redirect("grid:node", code)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    context: dict[str, Any] = {
        "title": f"划定边界 {node}",
        "node": node,
        "form": form,
        "back": reverse("grid:node", args=[code]),
        "preview": preview,
        "faults": feature_collection(preview.faults) if preview else None,
        "siblings": node.parent.area_code if node.parent else "",
    }
    return render(request, "grid/boundary.html", context, status=422 if form.errors else 200)


@requires(GRID_DRAW)
@require_GET
def check(request: PersonRequest) -> HttpResponse:
    """All faults of the bureau's grid on the map and as a list, each measured."""
    result = queries.check(request.user.bureau_code, on=localdate(), prefix=request.GET.get("under", ""))
    context = {
        "title": "网格检查",
        "result": result,
        "faults": feature_collection(result.geometry),
        "bound": result.entities - result.unbound,
        "share": (result.entities - result.unbound) / result.entities * 100 if result.entities else None,
        "unbound_url": hooks.counters[0].url("-") if hooks.counters else "",
    }
    return render(request, "grid/check.html", context)


def feature_collection(faults: list[Fault]) -> dict[str, Any]:
    features = [
        {"type": "Feature", "properties": {"text": fault.text}, "geometry": json.loads(shapely.to_geojson(fault.geometry))}
        for fault in faults
        if fault.geometry is not None and not fault.geometry.is_empty
    ]  # fmt: skip
    return {"type": "FeatureCollection", "features": features}
