"""The register of papers, searched in all they say or in one field."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_POST

from shijian.accounts.requests import PersonRequest
from shijian.audit import services as audit
from shijian.core.access import requires
from shijian.core.pages import Bulk, Choice, Column, ListPage, Period, Search

from .. import queries, services
from ..choices import Family, Stage, State, Verb
from ..models import Paper
from ..permissions import PAPER_VIEW
from ..services.printing import MOST
from .library import download


@requires(PAPER_VIEW)
@require_GET
def papers(request: PersonRequest) -> HttpResponseBase:
    """The register of papers, within one's areas; searched in all they say, or in one field."""
    fields = _field_names(request.user.bureau_code)
    listing = ListPage(
        request,
        queries.visible_to(request.user),
        [
            Column("文书", "form_version__name"),
            Column("文号", "number", css="narrow"),
            Column("所属记录", lambda row: f"{row.record_number} {row.record_title}".strip()),
            Column("当事人", lambda row: row.data.get("party_name", "")),
            Column("状态", "get_state_display", css="narrow"),
            Column("制作人", "drafted_by__name", css="narrow"),
            Column("制作时间", "drafted_at", sort="drafted_at", css="narrow"),
        ],
        order="-drafted_at",
        name="文书台账",
        filters=[
            Search("q", "全文", narrow=lambda rows, text: rows.filter(text__icontains=text), placeholder="文书中的任何文字"),
            Search("number", "文号", field="number__contains", placeholder="文号"),
            Choice("state", "状态", choices=State.choices),
            Choice("family", "种类", field="form_version__form__family", choices=Family.choices),
            Choice("stage", "阶段", field="form_version__form__stage", choices=Stage.choices),
            Choice("field", "按字段查", narrow=lambda rows, code: rows.filter(data__has_key=code), choices=fields),
            Search(
                "value", "字段内容", placeholder="所选字段包含的文字",
                narrow=lambda rows, text: _with_value(rows, request.GET.get("field", ""), text),
            ),
            Period("at", "制作", narrow=lambda rows, days: _between(rows, days)),
        ],
        link=lambda row: reverse("documents:paper", args=[row.pk]),
        bulk=[Bulk("合并打印", reverse("documents:printing"), "printer")],
        empty="没有符合条件的文书。在事件、主体页面点“文书”可以制作。",
        empty_icon="file-off",
        on_export=lambda kind, count: _note_export(request, kind, count),
    )  # fmt: skip
    acts = [
        {"url": reverse("documents:deliveries"), "label": "送达台账", "icon": "mail"},
        {"url": reverse("documents:forms"), "label": "文书范本", "icon": "books"},
    ]
    return listing.response("ui/list_page.html", {"title": "执法文书", "acts": acts})


def _field_names(bureau_code: str) -> list[tuple[str, str]]:
    """Every field of today's forms by code, the first label it has."""
    found: dict[str, str] = {}
    for version in queries.current_forms(localdate(), bureau_code):
        for code, field in version.read().fields.items():
            found.setdefault(code, field.label)
    return sorted(found.items(), key=lambda pair: pair[1])


def _with_value(rows: Any, code: str, text: str) -> Any:
    """Papers whose field contains the text; without a field, any field."""
    if not code.isidentifier():
        return rows.filter(text__icontains=text)
    return rows.filter(text__icontains=text, **{f"data__{code}__icontains": text})


def _between(rows: Any, days: tuple[Any, Any]) -> Any:
    first, last = days
    asked = Q()
    if first:
        asked &= Q(drafted_at__date__gte=first)
    if last:
        asked &= Q(drafted_at__date__lte=last)
    return rows.filter(asked)


@transaction.atomic
def _note_export(request: PersonRequest, kind: str, count: int) -> None:
    audit.record(
        by=request.user, verb=Verb.EXPORTED, on=("documents.paper", "", "文书台账"), at=now(),
        detail={"format": kind, "rows": count}, bureau_code=request.user.bureau_code,
    )  # fmt: skip


@requires(PAPER_VIEW)
@require_POST
def printing(request: PersonRequest) -> HttpResponseBase:
    """The ticked papers as one file, in the order of the list."""
    found = [paper for text in request.POST.getlist("pick")[: MOST + 1] if (paper := _through_the_door(request, text))]
    made = services.print_together(found, by=request.user, now=now())
    return download(made, f"文书{localdate()}.pdf")


def _through_the_door(request: PersonRequest, text: str) -> Paper | None:
    """A ticked paper as its own page would show it; None for one the person may not see."""
    try:
        return queries.paper_for(request.user, UUID(text))[0]
    except (ValueError, Http404):
        return None
