"""The process library: what there is, its versions, comparing two, exporting, moving running instances over."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Prefetch, Q
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.rules.citations import in_words

from .. import queries, services
from ..choices import InstanceState, VersionState
from ..forms import ProcessForm
from ..models import Instance, Process, ProcessVersion
from ..permissions import INSTANCE_CANCEL, PROCESS_EDIT, PROCESS_PUBLISH, PROCESS_VIEW
from ..rules import comparing
from ..rules.diagram import Diagram, Node

BLANK = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
  xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" id="Definitions_1" targetNamespace="urn:shijian:processes">
  <process id="Process_{key}" name="{name}" isExecutable="true"><startEvent id="Begin" name="开始" /></process>
  <bpmndi:BPMNDiagram id="Diagram_1"><bpmndi:BPMNPlane id="Plane_1" bpmnElement="Process_{key}">
    <bpmndi:BPMNShape id="Begin_di" bpmnElement="Begin"><dc:Bounds x="160" y="160" width="36" height="36" /></bpmndi:BPMNShape>
  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</definitions>
"""


def version_for(key: str, number: int) -> ProcessVersion:
    rows = ProcessVersion.objects.select_related("process", "made_by", "published_by")
    return get_object_or_404(rows, process__key=key, number=number)


@requires(PROCESS_VIEW)
@require_GET
def library(request: PersonRequest) -> HttpResponseBase:
    """All processes by group, with what runs on them."""
    versions = ProcessVersion.objects.exclude(state=VersionState.RETIRED).defer("bpmn", "spec")
    own = Q(versions__instances__state=InstanceState.RUNNING, versions__instances__bureau_code=request.user.bureau_code)
    rows = Process.objects.annotate(running=Count("versions__instances", filter=own)).prefetch_related(
        Prefetch("versions", versions, to_attr="live")
    )
    groups: dict[str, list[dict[str, Any]]] = {}
    for process in rows:
        live = {each.state: each for each in process.live}
        groups.setdefault(process.group, []).append(
            {
                "process": process,
                "published": live.get(VersionState.PUBLISHED),
                "draft": live.get(VersionState.DRAFT),
                "basis": in_words(process.basis),
            }
        )
    context: dict[str, Any] = {"groups": groups, "total": sum(map(len, groups.values()))}
    context |= {"may_edit": request.user.may(PROCESS_EDIT), "may_see": request.user.may(INSTANCE_CANCEL)}
    return render(request, "workflow/library.html", context)


@requires(PROCESS_EDIT)
def process_new(request: PersonRequest) -> HttpResponse:
    """A process from an empty picture or from a BPMN file, kept as it is."""
    form = ProcessForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if Process.objects.filter(key=data["key"]).exists():
            form.add_error("key", "该代码已被使用，请换一个。")
        else:
            try:
                text = _text_of(data["file"]) if data["file"] else BLANK.format(key=data["key"], name="新流程")
                draft = services.create_process(
                    key=data["key"],
                    name=data["name"],
                    group=data["group"],
                    basis=data["basis"],
                    bpmn=text,
                    by=request.user,
                    now=now(),
                )
                return redirect("workflow:version", draft.process.key, draft.number)
            except Refused as refusal:
                form.add_error(None, refusal.message)
    context = {
        "title": "新建流程",
        "lead": "可以从其他系统导入 BPMN 2.0 文件。文件原样保存；不能运行的元素会一一指出，不会丢掉。",
        "form": form,
        "files": True,
        "submit": "建立草稿",
        "back": reverse("workflow:library"),
    }
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)


def _text_of(file: Any) -> str:
    try:
        text: str = file.read(2_000_001).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise services.NotChangeable("文件不是 UTF-8 编码，请另存后再导入。") from error
    return text


@requires(PROCESS_VIEW)
@require_GET
def process(request: PersonRequest, key: str) -> HttpResponseBase:
    """The page of a process is that of its version in use, or of its latest."""
    rows = ProcessVersion.objects.filter(process__key=key).order_by("-number")
    found = rows.filter(state=VersionState.PUBLISHED).first() or rows.first()
    if found is None:
        raise Http404
    return redirect("workflow:version", key, found.number)


@requires(PROCESS_VIEW)
@require_GET
def version(request: PersonRequest, key: str, number: int) -> HttpResponseBase:
    """A version: its picture, its steps with who acts by which rule and article, and the other versions."""
    found = version_for(key, number)
    diagram = queries.diagram_of(found)
    names = queries.role_names()
    own = Q(instances__state=InstanceState.RUNNING, instances__bureau_code=request.user.bureau_code)
    others = (
        ProcessVersion.objects.filter(process=found.process)
        .defer("bpmn", "spec")
        .select_related("made_by", "published_by")
        .annotate(running=Count("instances", filter=own))
    )
    versions = list(others)
    published = next((each for each in versions if each.state == VersionState.PUBLISHED), None)
    findings = services.check(found.bpmn) if found.state == VersionState.DRAFT else []
    context = {
        "version": found,
        "process": found.process,
        "basis": in_words(found.process.basis),
        "picture": {"xml": found.bpmn, "marks": {}},
        "steps": [_step(node, diagram, names) for node in diagram.people()],
        "unsupported": diagram.unsupported,
        "versions": versions,
        "findings": findings,
        "grave": any(not each.is_warning for each in findings),
        "is_draft": found.state == VersionState.DRAFT,
        "older_running": sum(each.running for each in versions if published and each.pk != published.pk),
        "published": published,
        "may_edit": request.user.may(PROCESS_EDIT),
        "may_publish": request.user.may(PROCESS_PUBLISH),
    }
    return render(request, "workflow/version.html", context)


def _step(node: Node, diagram: Diagram, names: dict[str, str]) -> dict[str, Any]:
    rules = []
    apart = [
        ("发起人" if other == "starter" else diagram.nodes[other].title)
        for other in node.differs_from
        if other == "starter" or other in diagram.nodes
    ]
    if apart:
        rules.append(f"不能是办过“{'、'.join(apart)}”的人")
    if node.needs_certificate:
        rules.append("须持有效执法证")
    if node.qualification:
        rules.append("须有法律职业资格")
    if node.mode == "vote":
        rules.append("集体讨论，过半数")
    if node.mode == "countersign":
        rules.append(f"会签，{node.quota} 人同意" if node.quota else "会签，全部同意")
    kind, _, other = node.assign.partition(":")
    who = "、".join(names.get(role, role) for role in node.roles)
    if kind == "starter":
        who = "发起人"
    elif kind == "same" and other in diagram.nodes:
        who = f"“{diagram.nodes[other].title}”的办理人"
    elif kind == "field":
        who = "前面步骤选定的人"
    within = next(iter(diagram.around(node.id)), None)
    if within:
        rules.insert(0, f"在子流程“{within.title}”里")
    return {"node": node, "who": who, "rules": rules, "cite": in_words(node.cite) if node.cite else ""}


@requires(PROCESS_VIEW)
@require_GET
def export(request: PersonRequest, key: str, number: int) -> HttpResponseBase:
    """The file as it was drawn or imported, byte for byte."""
    found = version_for(key, number)
    response = HttpResponse(found.bpmn, content_type="application/xml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.process.key}-{found.number}.bpmn"'
    return response


@requires(PROCESS_VIEW)
@require_GET
def comparison(request: PersonRequest, key: str, number: int, other: int) -> HttpResponseBase:
    """Two versions step by step: what came, went and changed."""
    new, old = version_for(key, number), version_for(key, other)
    before, after = queries.diagram_of(old), queries.diagram_of(new)
    changes = comparing.compare(before, after)
    marks = {
        each.node: {"tone": "new" if each.kind == "added" else "changed", "text": ""}
        for each in changes
        if each.kind in {"added", "changed"}
    }
    gone = {each.node: {"tone": "gone", "text": ""} for each in changes if each.kind == "removed"}
    context = {
        "new": new,
        "old": old,
        "changes": changes,
        "picture_new": {"xml": new.bpmn, "marks": marks},
        "picture_old": {"xml": old.bpmn, "marks": gone},
        "back": reverse("workflow:version", args=[key, number]),
    }
    return render(request, "workflow/comparison.html", context)


@requires(PROCESS_PUBLISH)
def migration(request: PersonRequest, key: str) -> HttpResponse:
    """Running instances of older versions: what a move to the version in use would do, then the move of those ticked."""
    found = get_object_or_404(
        ProcessVersion.objects.select_related("process"), process__key=key, state=VersionState.PUBLISHED
    )
    at = now()
    if request.method == "POST":
        keys = [UUID(value) for value in request.POST.getlist("pick") if _is_key(value)]
        rows = set(
            Instance.objects.filter(pk__in=keys, bureau_code=request.user.bureau_code).values_list("pk", flat=True)
        )
        results = services.migrate(found, [each for each in keys if each in rows], by=request.user, now=at)
        moved = sum(not each.faults for each in results)
        messages.success(request, f"已换用新版本 {moved} 件；{len(results) - moved} 件留在原版本。")
        return redirect("workflow:migration", key)
    prospects = [
        each for each in services.dry_run(found, now=at) if each.instance.bureau_code == request.user.bureau_code
    ][:200]
    context = {
        "version": found,
        "prospects": prospects,
        "able": sum(not each.faults for each in prospects),
        "today": localdate(at),
        "back": reverse("workflow:version", args=[key, found.number]),
    }
    return render(request, "workflow/migration.html", context)


def _is_key(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True
