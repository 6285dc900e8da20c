from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.ids import new_id
from shijian.core.pages import Column, ListPage
from shijian.grid.rules.datum import Datum

from ..choices import ImportState
from ..forms import ImportForm
from ..models import Import
from ..permissions import ENTITY_IMPORT
from ..services import importing, readers


@requires(ENTITY_IMPORT)
@require_GET
def imports(request: PersonRequest) -> HttpResponseBase:
    listing = ListPage(
        request,
        Import.objects.filter(bureau_code=request.user.bureau_code).select_related("by"),
        [
            Column("文件", "file_name"),
            Column("来源", "source"),
            Column("状态", "get_state_display"),
            Column("读入", "read", css="num"),
            Column("新增", "created", css="num"),
            Column("更新", "updated", css="num"),
            Column("未变", "unchanged", css="num"),
            Column("退回", "rejected", css="num"),
            Column("经办人", "by__name"),
            Column("时间", "started_at", sort="started_at", css="narrow"),
        ],
        order="-started_at",
        name="主体导入记录",
        link=lambda run: reverse("subjects:import", args=[run.pk]),
        empty="还没有导入过主体。",
        empty_icon="upload",
    )
    acts = [
        {"url": reverse("subjects:dossier_import"), "label": "导入主体档案", "icon": "folder"},
        {"url": reverse("subjects:import_new"), "label": "导入文件", "icon": "upload", "main": True},
    ]
    return listing.response("ui/list_page.html", {"title": "主体导入", "acts": acts})


@requires(ENTITY_IMPORT)
def import_new(request: PersonRequest) -> HttpResponse:
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        path = keep_upload(upload)
        with transaction.atomic():
            run = importing.start_import(
                path,
                file_name=upload.name,
                source=form.cleaned_data["source"],
                datum=Datum(form.cleaned_data["datum"]),
                by=request.user,
                now=now(),
            )
            importing.queue(run)
        return redirect("subjects:import", run.pk)
    context = {
        "title": "导入主体",
        "form": form,
        "files": True,
        "submit": "开始导入",
        "back": reverse("subjects:imports"),
        "lead": "好的行立即入库，坏的行逐条列出原因；同一文件再次导入不会重复。",
    }
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)


def keep_upload(upload: Any) -> Path:
    """Write an upload below the data folder under a name of ours; of its own only a known ending is kept."""
    ending = Path(upload.name.replace("\0", "")).suffix.lower()
    ending = ending if ending in readers.READABLE else ""
    path = Path(settings.HOME) / "imports" / f"{new_id()}{ending}"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("wb") as file:
        for chunk in upload.chunks():
            file.write(chunk)
    return path


@requires(ENTITY_IMPORT)
@require_GET
def import_page(request: PersonRequest, key: Any) -> HttpResponse:
    run = _run_for(request, key)
    template = "subjects/import.html#progress" if request.headers.get("HX-Request") else "subjects/import.html"
    running = run.state in {ImportState.WAITING, ImportState.RUNNING}
    return render(request, template, {"run": run, "running": running})


@requires(ENTITY_IMPORT)
@require_POST
def import_cancel(request: PersonRequest, key: Any) -> HttpResponse:
    run = _run_for(request, key)
    waiting = Import.objects.filter(pk=run.pk, state__in=[ImportState.WAITING, ImportState.RUNNING])
    waiting.update(state=ImportState.CANCELLED)
    return redirect("subjects:import", key)


@requires(ENTITY_IMPORT)
@require_GET
def import_report(request: PersonRequest, key: Any) -> HttpResponseBase:
    run = _run_for(request, key)
    report = run.report_file
    if report is None:
        raise Http404
    return FileResponse(report.open("rb"), as_attachment=True, filename="退回明细.csv")


def _run_for(request: PersonRequest, key: Any) -> Import:
    run = get_object_or_404(Import.objects.select_related("by"), pk=key, bureau_code=request.user.bureau_code)
    if not request.user.may(ENTITY_IMPORT):
        raise PermissionDenied
    return run
