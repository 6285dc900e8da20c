"""Case files: of a record, checked by a second person, the register."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shijian.accounts.requests import PersonRequest
from shijian.core import files, records
from shijian.core.access import requires
from shijian.core.pages import Choice, Column, ListPage, Search, form_page, status_of, telling

from .. import queries, services
from ..forms import FilingForm, TransferForm
from ..permissions import PAPER_APPROVE, PAPER_VIEW, PAPER_WRITE
from ..rules.archive import MAIN, RETENTION, SIDE


@requires(PAPER_VIEW)
@require_GET
def case_files(request: PersonRequest) -> HttpResponseBase:
    """The register of case files (档案台账), within one's areas."""
    listing = ListPage(
        request,
        queries.case_files_visible_to(request.user),
        [
            Column("归档号", "number", css="narrow"),
            Column("案卷题名", "title"),
            Column("保管期限", "retention", css="narrow"),
            Column("件数", lambda row: sum(map(len, row.contents.values())), css="num"),
            Column("立卷人", "filed_by__name", css="narrow"),
            Column("立卷时间", "filed_at", sort="filed_at", css="narrow"),
            Column("检查人", lambda row: row.checked_by.name if row.checked_by else "待检查", css="narrow"),
            Column("移交", lambda row: f"{row.transferred_on} {row.transferred_to}" if row.transferred_on else "", css="narrow"),
        ],
        order="-filed_at",
        name="执法档案台账",
        filters=[
            Search("q", "题名", field="title__contains"),
            Search("number", "归档号", field="number__contains"),
            Choice("retention", "保管期限", choices=[(each, each) for each in RETENTION]),
            Choice("stands", "状态", choices=STANDS, narrow=lambda rows, stand: _standing(rows, stand, request.user.bureau_code)),
        ],
        link=lambda row: reverse("documents:case_file", args=[row.record_kind, row.record_id]),
        empty="还没有立卷。在事件、主体的“文书”页面点“立卷归档”。",
        empty_icon="archive",
    )  # fmt: skip
    return listing.response("ui/list_page.html", {"title": "执法档案"})


STANDS = [("open", "待检查"), ("archived", "已归档"), ("due", "应移交档案馆"), ("gone", "已移交")]


def _standing(rows: Any, stand: str, bureau_code: str) -> Any:
    if stand == "due":
        return queries.due_for_transfer(rows, bureau_code, localdate())
    if stand == "gone":
        return rows.filter(transferred_on__isnull=False)
    return rows.filter(checked_at__isnull=stand == "open")


@requires(PAPER_VIEW)
@require_http_methods(["GET", "POST"])
def case_file(request: PersonRequest, kind: str, key: UUID) -> HttpResponse:
    """The case file of a record; assembled here, anew until it is checked."""
    record = records.record_for(request.user, kind, key)
    found, user = queries.case_file_of(record), request.user
    may_file = user.may(PAPER_WRITE, record) and not (found and found.checked_at)
    first = {"retention": found.retention, "note": found.note} if found else {}
    form = FilingForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        with telling(form):
            made = services.assemble(record, **form.cleaned_data, by=user, now=now())
            messages.success(request, f"已立卷：{made.number}。请由另一人检查后归档。")
            return redirect("documents:case_file", kind, key)
    context = {
        "record": record, "case_file": found,
        "volumes": [(name, found.contents.get(name, [])) for name in (MAIN, SIDE)] if found else [],
        "form": form, "may_file": may_file, "transfer": queries.transfer_of(found) if found else None,
        "may_transfer": bool(found and found.checked_at and not found.transferred_on and user.may(PAPER_APPROVE, record)),
        "may_check": bool(
            found and not found.checked_at and user.may(PAPER_APPROVE, record) and found.filed_by_id not in user.hats
        ),
    }  # fmt: skip
    return render(request, "documents/case_file.html", context, status=status_of(form))


@requires(PAPER_APPROVE)
@require_POST
def case_file_check(request: PersonRequest, key: UUID) -> HttpResponse:
    found, record = queries.case_file_for(request.user, key)
    services.check_file(found, by=request.user, now=now())
    messages.success(request, "已归档。")
    return redirect("documents:case_file", record.kind, record.id)


@requires(PAPER_APPROVE)
@require_http_methods(["GET", "POST"])
def case_file_transfer(request: PersonRequest, key: UUID) -> HttpResponse:
    """Enter that a file went to the archives of the state, with their receipt."""
    found, record = queries.case_file_for(request.user, key)
    form = TransferForm(request.POST or None, initial={"transferred_on": localdate()})
    if request.method == "POST" and form.is_valid():
        with telling(form):
            services.transfer(found, **form.cleaned_data, by=request.user, now=now())
            messages.success(request, "已登记移交。电子卷宗留在系统中。")
            return redirect("documents:case_file", record.kind, record.id)
    planned = queries.transfer_of(found)
    early = (
        f"法定移交日期是 {planned.due}（{planned.article}），现在属于提前移交，请在凭证中写明依据。"
        if planned and not planned.is_due
        else ""
    )
    return form_page(
        request, form,
        title=f"移交档案馆：{found.number}", submit="登记移交", lead=f"移交后电子卷宗仍保留在系统中，保管期满也不会自动删除。{early}",
        back=reverse("documents:case_file", args=[record.kind, record.id]),
    )  # fmt: skip


@requires(PAPER_VIEW)
@require_GET
def case_file_pdf(request: PersonRequest, key: UUID, volume: str) -> HttpResponseBase:
    """正卷 ("main") for whoever sees the papers; 副卷 ("side") for those who write or approve them."""
    found, _ = queries.case_file_for(request.user, key)
    stored = {"main": found.main, "side": found.side}.get(volume)
    if stored is None or (
        volume == "side" and not any(request.user.may(each, found) for each in (PAPER_WRITE, PAPER_APPROVE))
    ):
        raise Http404
    name = f"{found.number}{'正卷' if volume == 'main' else '副卷'}.pdf"
    return files.serve(request, stored, "original", name=name)
