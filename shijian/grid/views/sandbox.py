import json
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.pages.exports import disposition

from .. import hooks, queries, sandbox
from ..forms import SandboxForm
from ..permissions import GRID_DRAW


@requires(GRID_DRAW)
@require_GET
def sandbox_page(request: PersonRequest, code: str) -> HttpResponse:
    """What an even division would look like, beside the present one; as a file it can be imported."""
    node = queries.node_for(request.user, code, may=GRID_DRAW)
    unit = node.parent if node.level.depth == queries.lowest_depth(node.bureau_code) and node.parent else node
    today = localdate()
    present = len(queries.shapes(unit.bureau_code, on=today, prefix=unit.area_code))
    initial: dict[str, Any] = {"count": present or 1, "changes": "0.1", "seed": 1}
    initial |= {f"hours_{kind.key}": kind.hours for kind in hooks.workloads}
    form = SandboxForm(request.GET if "count" in request.GET else None, initial=initial)
    proposal = None
    if form.is_valid():
        data = form.cleaned_data
        try:
            proposal = sandbox.propose(
                unit,
                count=data["count"],
                hours=form.hours(),
                changes=float(data["changes"]),
                seed=data["seed"],
                on=today,
            )
        except Refused as refusal:
            form.add_error(None, refusal.message)
    if proposal and request.GET.get("format") == "geojson":
        response = HttpResponse(json.dumps(proposal.after, ensure_ascii=False), content_type="application/geo+json")
        response["Content-Disposition"] = disposition(f"{unit.area_code}划分方案.geojson")
        return response
    context: dict[str, Any] = {
        "title": f"划分沙盘 {unit}", "unit": unit, "form": form, "proposal": proposal, "present": present,
        "back": reverse("grid:node", args=[code]),
    }  # fmt: skip
    if proposal:
        shares = {"before": proposal.spread_before, "after": proposal.spread_after, "moved": proposal.moved_share}
        context |= {f"{name}_text": f"{share:.1%}" for name, share in shares.items()}
    return render(request, "grid/sandbox.html", context, status=422 if form.errors else 200)
