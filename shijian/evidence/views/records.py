"""The evidence of one record, and taking more in."""

from contextlib import ExitStack
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.pages import Choice, Column, ListPage, Search
from shijian.core.records import Record, process_of

from .. import queries, sealing, services
from ..choices import EvidenceKind, Medium
from ..forms import UPLOADS_MAX, CaptureForm
from ..models import Item, Upload
from ..permissions import EVIDENCE_CAPTURE, EVIDENCE_VIEW, MEASURE_TAKE, PACKAGE_EXPORT
from ..sealing import Sealed

FILTERS = [
    Search("q", "名称或证明目的", narrow=lambda rows, text: rows.filter(title__icontains=text) | rows.filter(purpose__icontains=text)),
    Choice("kind", "证据种类", choices=EvidenceKind.choices),
    Choice("medium", "载体", choices=Medium.choices),
]  # fmt: skip


@requires(EVIDENCE_VIEW)
@require_GET
def record_items(request: PersonRequest, kind: str, key: UUID) -> HttpResponseBase:
    """All pieces of one record as pictures or as a table."""
    record = queries.record_of(request.user, kind, key)
    listing = ListPage(
        request,
        queries.items_of(record),
        [
            Column("证据", lambda row: f"{row.number}. {row.title}"),
            Column("种类", "get_kind_display", css="narrow"),
            Column("证明目的", lambda row: row.purpose[:60]),
            Column("取得方式", "get_way_display", css="narrow"),
            Column("取得时间", "taken_at", sort="taken_at", css="narrow"),
            Column("执法人员", officers, css="narrow"),
            Column("SHA-256", lambda row: row.sha256[:16], show=hash_cell, css="narrow"),
        ],
        order="number",
        name=f"{record.number}证据目录",
        filters=FILTERS,
        link=lambda row: reverse("evidence:item", args=[row.pk]),
        empty="还没有证据。",
        empty_icon="photo-off",
    )
    context = {
        "record": record,
        "back": record.url,
        "is_table": request.GET.get("view") == "table",
        "may_capture": request.user.may(EVIDENCE_CAPTURE),
        "measures": list(queries.measures_of(record)[:20]),
        "acts": _acts(request, record),
    }
    return listing.response("evidence/record.html", context)


@requires(EVIDENCE_CAPTURE)
def capture(request: PersonRequest, kind: str, key: UUID) -> HttpResponse:
    """Take pictures, choose files, say what they prove. Files may come with the form or, in pieces, before it."""
    record = queries.record_of(request.user, kind, key, may=EVIDENCE_CAPTURE)
    moment = now()
    initial = {"medium": request.GET.get("medium", Medium.PHOTO), "taken_place": record.facts.get("place", "")}
    tasks = queries.tasks_offered(request.user, record, moment)
    form = CaptureForm(
        request.POST or None, request.FILES or None, user=request.user, now=moment, tasks=tasks, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = _take_in(request, record, form)
        except services.EvidenceRefused as refusal:
            for field, said in refusal.fields.items():
                form.add_error({"file": "files"}.get(field, field) if field != "text" else None, said)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, f"已入库 {len(made)} 件证据，文件哈希已固定。")
            return redirect("evidence:record", kind, key)
    context = {
        "record": record,
        "form": form,
        "officers": queries.officers_near(request.user),
        "uploads": _waiting(request),
        "back": reverse("evidence:record", args=[kind, key]),
        "accepts": {"photo": "image/*", "video": "video/*", "audio": "audio/*", "screen": "image/*,video/*"},
    }
    return render(request, "evidence/capture.html", context, status=422 if form.errors else 200)


@requires(EVIDENCE_VIEW)
@require_GET
def print_list(request: PersonRequest, kind: str, key: UUID) -> HttpResponse:
    """证据清单, for paper."""
    record = queries.record_of(request.user, kind, key)
    context = {"record": record, "items": list(queries.items_of(record)), "at": now(), "back": reverse("evidence:record", args=[kind, key])}  # fmt: skip
    return render(request, "evidence/print_list.html", context)


@requires(EVIDENCE_VIEW)
@require_GET
def process(request: PersonRequest, kind: str, key: UUID) -> HttpResponse:
    """The whole process of a record from first contact to close, for the screen and for paper.

    Source: 行政处罚法 (2021-01-22) art. 47; 市场监督管理行政处罚程序规定 (2022-09-29) art. 79.
    """
    record = queries.record_of(request.user, kind, key)
    steps = process_of(record, request.user)
    names = list(dict.fromkeys(name for name, _ in steps))
    chosen = request.GET.get("of", "")
    shown = [(name, moment) for name, moment in steps if chosen in ("", name)]
    context = {
        "record": record, "back": record.url, "names": names, "chosen": chosen, "moments": [moment for _, moment in shown],
        "rows": shown, "total": len(steps), "first": steps[0][1].at if steps else None, "last": steps[-1][1].at if steps else None,
        "at": now(),
    }  # fmt: skip
    return render(request, "evidence/process.html", context)


def _acts(request: PersonRequest, record: Record) -> list[dict[str, str]]:
    offered = [
        (MEASURE_TAKE, "measure_new", "保存、查封、扣押", "lock"),
        (PACKAGE_EXPORT, "packages", "证据包", "package"),
    ]
    return [
        {"url": reverse(f"evidence:{name}", args=[record.kind, record.id]), "label": label, "icon": icon}
        for permission, name, label, icon in offered
        if request.user.may(permission)
    ]


def officers(item: Item) -> str:
    return "、".join(person.name for person in (item.officer, item.second_officer) if person)


def hash_cell(item: Item) -> str:
    return format_html("<code>{}</code>", item.sha256[:16]) if item.sha256 else "—"


def _waiting(request: PersonRequest) -> list[Upload]:
    """The uploads a form names that are this person's, whole and not yet taken in."""
    keys = [key for key in request.POST.getlist("upload")[:UPLOADS_MAX] if len(key) == 36]
    try:
        rows = Upload.objects.filter(pk__in=[UUID(key) for key in keys], by=request.user, used_at=None)
    except ValueError:
        return []
    found = {str(upload.pk): upload for upload in rows}
    return [found[key] for key in keys if key in found and found[key].is_whole]  # in the order of the form


def _take_in(request: PersonRequest, record: Record, form: CaptureForm) -> list[Item]:
    """Every file becomes a piece of its own; all of them are taken in, or none."""
    said, moment = form.said(), form.now
    uploads = [each for each in _waiting(request) if (each.record_kind, each.record_id) == (record.kind, record.id)]
    with ExitStack() as after:
        sealed: list[Sealed | None] = [
            sealing.seal(upload.path, upload.file_name, said.medium, now=moment) for upload in uploads
        ]
        for file in form.cleaned_data["files"]:
            path = sealing.spool(file)
            after.callback(path.unlink, missing_ok=True)
            sealed.append(sealing.seal(path, file.name or "", said.medium, now=moment))
        with transaction.atomic():
            made = [services.capture(record, said, each, by=request.user, now=moment) for each in sealed or [None]]
            Upload.objects.filter(pk__in=[upload.pk for upload in uploads]).update(used_at=moment)
    for upload in uploads:
        upload.path.unlink(missing_ok=True)
    return made
