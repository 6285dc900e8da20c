"""Files of body recorders."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from shijian.accounts.requests import PersonRequest
from shijian.core import records
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.pages import Choice, Column, ListPage, Search

from .. import sealing, services
from ..choices import RecordingState
from ..forms import RecorderForm
from ..models import Recording
from ..permissions import RECORDER_IMPORT


@requires(RECORDER_IMPORT)
@require_GET
def recordings(request: PersonRequest) -> HttpResponseBase:
    """What was taken off the recorders of one's unit; what found no record can be filtered out."""
    listing = ListPage(
        request,
        Recording.objects.filter(bureau_code=request.user.bureau_code, officer__unit__path__startswith=request.user.unit.path)
        .select_related("officer", "item", "file"),
        [
            Column("文件", "file_name"),
            Column("佩戴人", "officer__name", css="narrow"),
            Column("开始", "begun_at", sort="begun_at", css="narrow"),
            Column("状态", "get_state_display", css="narrow"),
            Column("关联到", lambda row: str(row.item) if row.item else row.why_aside),
            Column("导入", "imported_at", css="narrow"),
        ],
        order="-begun_at",
        name="执法记录仪文件",
        filters=[Search("q", "文件名", field="file_name__icontains"), Choice("state", "状态", choices=RecordingState.choices)],
        link=lambda row: reverse("evidence:recording", args=[row.pk]),
        empty="还没有导入执法记录仪文件。",
        empty_icon="device-camera-phone",
    )  # fmt: skip
    acts = [{"url": reverse("evidence:recording_new"), "label": "导入", "icon": "upload", "main": True}]
    return listing.response("ui/list_page.html", {"title": "执法记录仪", "acts": acts})


@requires(RECORDER_IMPORT)
def recording_new(request: PersonRequest) -> HttpResponse:
    """Bring files in: each is kept, or refused with a sentence of its own."""
    form = RecorderForm(request.POST, request.FILES) if request.method == "POST" else RecorderForm()
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        count = matched = 0
        for file in form.cleaned_data["files"]:
            path = sealing.spool(file)
            try:
                made, _ = services.import_recording(path, file.name or "", by=request.user, now=now())
            except Refused as refusal:
                problems.append(refusal.message)
            else:
                count, matched = count + 1, matched + (made.state == RecordingState.MATCHED)
            finally:
                path.unlink(missing_ok=True)
        messages.success(request, f"已导入 {count} 个文件，其中 {matched} 个自动关联到卷宗。")
        if not problems:
            return redirect("evidence:recordings")
        for problem in problems:
            form.add_error(None, problem)
    context = {
        "title": "导入执法记录仪文件",
        "lead": "文件名应为“工号_年月日时分秒.后缀”，如 W050101_20261120093000.mp4。按佩戴人和时间自动关联到卷宗。",
        "form": form,
        "files": True,
        "submit": "导入",
        "back": reverse("evidence:recordings"),
    }
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)


@requires(RECORDER_IMPORT)
def recording(request: PersonRequest, key: UUID) -> HttpResponse:
    """One file: attach it to a record its wearer worked on, or say that it belongs to none."""
    rows = Recording.objects.select_related("officer__unit", "item", "file", "imported_by")
    found = get_object_or_404(rows, pk=key, bureau_code=request.user.bureau_code)
    if not found.officer.unit.path.startswith(request.user.unit.path):
        raise Http404
    offered = services.candidates(found) if found.state != RecordingState.MATCHED else []
    problem = ""
    if request.method == "POST":
        try:
            if request.POST.get("act") == "aside":
                services.set_aside(found, why=request.POST.get("why", ""), by=request.user, now=now())
            else:
                named = request.POST.get("record", "")
                chosen = next((each for each in offered if f"{each.record_kind}:{each.record_id}" == named), None)
                if chosen is None:
                    raise services.RecordingRefused("请选择要关联的卷宗。")
                record = records.record_for(request.user, chosen.record_kind, chosen.record_id)
                services.attach(found, record, by=request.user, now=now())
            messages.success(request, "已登记。")
            return redirect("evidence:recording", key)
        except Refused as refusal:
            problem = refusal.message
    context = {"recording": found, "offered": offered, "problem": problem, "back": reverse("evidence:recordings")}
    return render(request, "evidence/recording.html", context, status=409 if problem else 200)
