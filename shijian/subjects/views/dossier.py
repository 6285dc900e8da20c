import csv
from contextlib import suppress
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime, now
from django.views.decorators.http import require_GET

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.pages import Column, ListPage

from .. import queries, services
from ..choices import DossierKind
from ..forms import DossierForm
from ..permissions import ENTITY_IMPORT, ENTITY_VIEW
from ..rules.dossier import HEADS
from .exporting import on_export
from .imports import keep_upload

FAULTS_SHOWN = 200


@requires(ENTITY_VIEW)
@require_GET
def dossier(request: PersonRequest, key: Any) -> HttpResponseBase:
    """What other systems know of an entity: five tabs, each row with its source and time."""
    entity = queries.entity_for(request.user, key)
    tabs = queries.dossier_tabs(entity, queries.dossier_counts(entity.pk))
    filled = next((kind for _, _, count, kind in tabs if count), DossierKind.PERMIT.value)
    asked = request.GET.get("kind", "")
    kind = DossierKind(asked if asked in DossierKind.values else filled)
    columns = [
        Column("名称", "title"),
        Column("编号", "number"),
        Column("日期", "happened_on", sort="happened_on", css="narrow"),
        Column("结果", "result"),
        Column("来源", "source", css="narrow"),
        Column("导入时间", lambda row: f"{localtime(row.imported_at):%Y-%m-%d %H:%M}", css="narrow"),
    ]
    if kind in {DossierKind.PERMIT, DossierKind.PROPERTY}:
        columns.insert(3, Column("有效期至", "valid_until", css="narrow"))
    listing: ListPage = ListPage(
        request,
        queries.dossier_of(entity.pk).filter(kind=kind),
        columns,
        order="-happened_on",
        name=f"{entity.name}{kind.label}",
        empty=f"没有这一主体的{kind.label}记录。",
        empty_icon="folder",
        on_export=on_export(request, f"{entity.name} {kind.label}"),
    )
    back = {"url": reverse("subjects:entity", args=[entity.pk]), "label": entity.name}
    return listing.response(
        "subjects/dossier.html", {"title": "主体档案", "entity": entity, "back": back, "tabs": tabs, "kind": kind}
    )


@requires(ENTITY_IMPORT)
def dossier_import(request: PersonRequest) -> HttpResponse:
    """Send a file; what came of it, and every row sent back with its reason, is on the page that follows."""
    if "template" in request.GET:
        return _template()
    form = DossierForm(request.POST or None, request.FILES or None)
    outcome = None
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        path = keep_upload(upload)
        try:
            outcome = services.import_dossier(
                path, file_name=upload.name[:120], source=form.cleaned_data["source"], by=request.user, now=now()
            )
        except Refused as refusal:
            form.add_error("file", refusal.message)
        finally:
            with suppress(OSError):
                path.unlink()
    context = {
        "title": "导入主体档案",
        "form": form,
        "outcome": outcome,
        "faults": outcome.faults[:FAULTS_SHOWN] if outcome else [],
        "heads": HEADS,
        "kinds": DossierKind.labels,
        "back": reverse("subjects:imports"),
    }
    return render(request, "subjects/dossier_import.html", context, status=422 if form.errors else 200)


def _template() -> HttpResponse:
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="dossier.csv"'
    csv.writer(response).writerow(HEADS)
    return response
