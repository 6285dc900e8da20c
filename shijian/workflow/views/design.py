"""The designer, the check before publishing, trying a diagram out, publishing it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from shijian.accounts.requests import PersonRequest
from shijian.core import deadlines
from shijian.core.access import requires
from shijian.core.errors import Refused

from .. import hooks, queries, services
from ..choices import VersionState
from ..forms import DraftForm
from ..permissions import PROCESS_EDIT, PROCESS_PUBLISH, PROCESS_VIEW
from .processes import version_for


@requires(PROCESS_EDIT)
def designer(request: PersonRequest, key: str, number: int) -> HttpResponse:
    """Draw on the base of any version; what is saved becomes the draft."""
    base = version_for(key, number)
    form = DraftForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            draft = services.save_draft(
                base.process, form.cleaned_data["bpmn"], note=form.cleaned_data["note"], by=request.user, now=now()
            )
            messages.success(request, f"草稿已保存（第{draft.number}版）。")
            return redirect("workflow:version", key, draft.number)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    limits = [(code, rows[-1]) for code, rows in deadlines.limits().items() if rows[-1].amount is not None]
    context = {
        "version": base,
        "xml": request.POST.get("bpmn") or base.bpmn,
        "form": form,
        "roles": sorted(queries.role_names().items(), key=lambda each: each[1]),
        "limits": sorted(((code, f"{row.name}（{row.length}）") for code, row in limits), key=lambda each: each[1]),
        "handlers": [(code, each.name) for code, each in hooks.handlers.items()],
        "note": base.note if base.state == VersionState.DRAFT else "",
        "back": reverse("workflow:version", args=[key, number]),
    }
    return render(request, "workflow/designer.html", context, status=422 if form.errors else 200)


@requires(PROCESS_EDIT)
@require_POST
def check(request: PersonRequest) -> HttpResponseBase:
    """The findings of a diagram that is just being drawn."""
    findings = services.check(request.POST.get("bpmn", ""))
    rows = [{"text": each.text, "node": each.node, "warning": each.is_warning} for each in findings]
    return JsonResponse({"ok": not any(not row["warning"] for row in rows), "findings": rows})


@requires(PROCESS_PUBLISH)
@require_POST
def publication(request: PersonRequest, key: str, number: int) -> HttpResponse:
    found = services.publish(version_for(key, number), by=request.user, now=now())
    messages.success(request, f"{found}已发布。正在办理的流程仍按原版本办完；需要换用的，到“换用新版本”办理。")
    return redirect("workflow:version", key, number)


@requires(PROCESS_VIEW)
@require_GET
def simulation(request: PersonRequest, key: str, number: int) -> HttpResponseBase:
    """Walk through a version on a sample: each choice is in the address, so that going back is going back."""
    found = version_for(key, number)
    diagram = queries.diagram_of(found)
    choices = [each for each in request.GET.get("path", "").split(",") if each]
    area = request.GET.get("area", "").strip()[:12]
    area = area if area.isdecimal() else ""
    fault, walk = "", None
    try:
        walk = services.walk(diagram, choices, starter=request.user, area_code=area, now=now())
    except Refused as refusal:
        fault = refusal.message
    marks: dict[str, dict[str, str]] = {}
    steps: list[dict[str, Any]] = []
    if walk:
        for each in walk.done:
            marks[each.node.id] = {"tone": "done", "text": each.choice}
        for each in walk.open:
            marks[each.node.id] = {"tone": "now", "text": ""}
            steps.append(
                {
                    "step": each,
                    "ways": [
                        (outcome.label, _with(choices, f"{each.node.id}={outcome.value}", area))
                        for outcome in each.node.outcomes
                    ],
                }
            )
    timers = [(node, due, _with(choices, f"@{node.id}", area)) for due, node in walk.timers] if walk else []
    awaited = [(node, _with(choices, f"@{node.id}", area)) for node in walk.awaited] if walk else []
    context = {
        "version": found,
        "walk": walk,
        "fault": fault,
        "steps": steps,
        "timers": timers,
        "awaited": awaited,
        "area": area,
        "path": ",".join(choices),
        "picture": {"xml": found.bpmn, "marks": marks},
        "undo": _with(choices[:-1], "", area) if choices else "",
        "restart": _with([], "", area),
        "back": reverse("workflow:version", args=[key, number]),
    }
    return render(request, "workflow/simulation.html", context)


def _with(choices: list[str], more: str, area: str) -> str:
    path = ",".join([*choices, more] if more else choices)
    return f"?path={path}&area={area}" if area else f"?path={path}"
