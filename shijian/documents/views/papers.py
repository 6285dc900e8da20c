"""Papers of a record: begun, filled with the print beside, brought up to date, made anew, made void."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shijian.accounts.models import User
from shijian.accounts.requests import PersonRequest
from shijian.core import files, records
from shijian.core.access import requires
from shijian.core.pages import form_page
from shijian.core.records import Record
from shijian.laws.queries import older_laws_of
from shijian.seals.models import Use
from shijian.seals.permissions import SIGNATURE_COLLECT, USE_APPLY
from shijian.seals.queries import usable_seals

from .. import binding, hooks, queries, services, typesetting, word
from ..catalogue import Content
from ..choices import Family, Outcome, Stage, State
from ..forms import PaperForm, VoidForm
from ..models import Delivery, Paper
from ..permissions import PAPER_APPROVE, PAPER_VIEW, PAPER_VOID, PAPER_WRITE
from ..rules import schema
from ..services.printing import kept_sheet
from .library import as_address, download

# What a paper says was done, and by which law: for the hint that an older law governs (从旧兼从轻).
ACTED = ("illegal_act", "suspected_act", "facts_found")
CITED = ("penalty_basis", "broken_provision", "nature", "disposition_content", "no_penalty_reason")
NOT_SERVED = {"service_receipt", "service_announcement", "file_cover"}
TAGS = {
    State.DRAFT: "tag-amber", State.SUBMITTED: "tag-amber", State.SETTLED: "tag-accent", State.APPROVED: "tag-accent",
    State.SEALED: "tag-green", State.VOID: "tag-red",
}  # fmt: skip


@requires(PAPER_VIEW)
@require_GET
def record_papers(request: PersonRequest, kind: str, key: UUID) -> HttpResponse:
    """The papers of a record, and the forms to choose the next from."""
    record = records.record_for(request.user, kind, key)
    asked, stage = request.GET.get("q", "").strip(), request.GET.get("stage", "")
    forms = queries.current_forms(localdate(), record.bureau_code).defer("content")
    if asked:
        forms = forms.filter(name__contains=asked)
    if stage in Stage.values:
        forms = forms.filter(form__stage=stage)
    groups: dict[str, list[Any]] = {label: [] for label in Family.labels}
    for version in forms:
        groups.setdefault(version.form.get_family_display(), []).append(version)
    context = {
        "record": record, "papers": [(paper, TAGS[State(paper.state)]) for paper in queries.papers_of(record)[:200]],
        "groups": {label: versions for label, versions in groups.items() if versions}, "q": asked, "stage": stage, "stages": Stage.choices,
        "may_write": request.user.may(PAPER_WRITE, record),
    }  # fmt: skip
    return render(request, "documents/record.html", context)


@requires(PAPER_WRITE)
@require_POST
def begin(request: PersonRequest, kind: str, key: UUID, slug: str) -> HttpResponse:
    record = records.record_for(request.user, kind, key)
    paper = services.begin(
        record, queries.form_version(slug, localdate(), record.bureau_code), by=request.user, now=now()
    )
    return redirect("documents:paper", paper.pk)


@requires(PAPER_VIEW)
@require_http_methods(["GET", "POST"])
def paper(request: PersonRequest, key: UUID) -> HttpResponse:
    """One paper: a draft is filled here with its print beside it, what is approved is shown."""
    found, record = queries.paper_for(request.user, key)
    content = found.form_version.read()
    may_write = found.is_draft and request.user.may(PAPER_WRITE, found)
    if request.method == "POST":
        if not may_write and found.is_draft:
            raise PermissionDenied
        form = PaperForm(content.fields, request.POST)
        if form.is_valid():
            services.write(found, form.data_of_paper(), by=request.user, now=now())
            messages.success(request, "已保存。")
            return redirect("documents:paper", key)
        return render(request, "documents/paper.html", _context(request, found, record, content, form), status=422)
    form = PaperForm(content.fields, initial=found.data)
    return render(request, "documents/paper.html", _context(request, found, record, content, form))


def _context(request: PersonRequest, paper: Paper, record: Record, content: Content, form: PaperForm) -> dict[str, Any]:
    user = request.user
    office = {} if paper.file else queries.office_facts(paper.bureau_code)
    facts = queries.known_facts(record, on=localdate(), office=office) if paper.is_draft else {}
    hats = {user.pk, *user.hats}
    is_mine = bool(hats & {paper.drafted_by_id, paper.submitted_by_id if paper.state == State.SUBMITTED else None})
    is_open = paper.state in (State.DRAFT, State.SUBMITTED)
    may_write = user.may(PAPER_WRITE, paper)
    signing = queries.signing_of(paper) if paper.is_in_force else None
    return {
        "paper": paper, "record": record, "content": content, "form": form, "tag": TAGS[State(paper.state)],
        "may_write": paper.is_draft and may_write,
        "may_approve": is_open and not is_mine and user.may(PAPER_APPROVE, paper),
        "may_recall": paper.state == State.SUBMITTED and may_write and bool(hats & {paper.drafted_by_id, paper.submitted_by_id}),
        "may_settle": paper.is_draft and may_write and content.is_signed_on_the_spot,
        "may_ask_signers": (
            paper.state in (State.SETTLED, State.APPROVED) and content.is_signed_by_hand and signing is None
            and may_write and user.may(SIGNATURE_COLLECT)
        ),
        "signing": signing,
        "deliveries": (sent := list(Delivery.objects.filter(paper=paper)) if paper.is_in_force else []),
        "may_deliver": (
            paper.is_in_force and may_write and content.slug not in NOT_SERVED and (not content.is_sealed or paper.state == State.SEALED)
            and (content.is_sealed or content.is_numbered) and all(each.outcome == Outcome.FAILED for each in sent)
        ),
        "is_open": is_open,
        "panels": [panel for made in hooks.panels if (panel := made(user, paper, record))] if not is_open else [],
        "approvers": queries.approvers_of(paper, on=localdate()) if paper.state == State.SUBMITTED else [],
        "may_revise": paper.is_in_force and may_write,
        "may_void": paper.is_in_force and user.may(PAPER_VOID, paper),
        "is_mine": is_mine,
        "seals": list(usable_seals(user)) if _may_seal(user, paper, content) else [],
        "uses": (uses := _uses(paper)),
        "newer": getattr(paper, "superseded_by", None),
        "older": older_laws_of(
            [str(paper.data.get(code) or "") for code in ACTED], [str(paper.data.get(code) or "") for code in CITED], today=localdate()
        ),
        "lift": queries.lift_of(paper, on=localdate()) if paper.is_draft else None,
        "changes": queries.changes(paper, content.fields.values(), facts),
        **(_kept(paper, uses) if paper.file else _preview(paper, content, office, paper.data)),
    }  # fmt: skip


def _kept(paper: Paper, uses: list[Use]) -> dict[str, Any]:
    """The pages of the file as it was kept, with hands and seals; never set anew from what the form says today."""
    return {
        "pictures": [as_address(each) for each in binding.pictures(kept_sheet(paper, numbered=False, uses=uses))],
        "unset": "",
        "faults": [],
    }


def _uses(paper: Paper) -> list[Use]:
    """The uses of a seal applied for on this paper, as approved or as signed."""
    files = [each.sha256 for each in (paper.pdf, paper.signed_pdf) if each]
    rows = Use.objects.filter(hash_before__in=files, bureau_code=paper.bureau_code).select_related("seal")
    return list(rows) if files else []


def _may_seal(user: User, paper: Paper, content: Content) -> bool:
    return content.is_sealed and paper.state == State.APPROVED and user.may(USE_APPLY) and user.may(PAPER_WRITE, paper)


def _preview(paper: Paper, content: Content, office: dict[str, str], data: dict[str, Any]) -> dict[str, Any]:
    """The pages as pictures and what is still missing; a text that cannot be set says so instead."""
    page = queries.rendered_page(paper, content, office, data=data)
    unset = ""
    try:
        typesetting.pdf(page)  # a picture would show an empty box where a character is missing, the file refuses
    except typesetting.CannotTypeset as refusal:
        unset = refusal.message
    pages = typesetting.pictures(page)
    faults = schema.faults(content.fields.values(), data) if not paper.approved_at else []
    return {"pictures": [as_address(each) for each in pages], "unset": unset, "faults": faults}


@requires(PAPER_WRITE)
@require_POST
def preview(request: PersonRequest, key: UUID) -> HttpResponse:
    """The print of what is typed just now; nothing is kept."""
    found, _ = queries.paper_for(request.user, key, PAPER_WRITE)
    content = found.form_version.read()
    form = PaperForm(content.fields, request.POST)
    data = form.data_of_paper() if form.is_valid() else found.data
    context = {"paper": found, **_preview(found, content, queries.office_facts(found.bureau_code), data)}
    return render(request, "documents/paper.html#preview", context)


@requires(PAPER_WRITE)
@require_GET
def row(request: PersonRequest, name: str) -> HttpResponse:
    """One more empty row for a table being filled; nothing is kept."""
    columns = [each[:60] for each in request.GET.getlist("column")][:20]
    if not columns:
        raise Http404
    cells = [(f"{name}-{at}", column, "") for at, column in enumerate(columns)]
    return render(request, "documents/row.html", {"name": name, "row": cells, "at": "新"})


@requires(PAPER_WRITE)
@require_POST
def facts(request: PersonRequest, key: UUID) -> HttpResponse:
    """Take over the facts that changed since."""
    found, record = queries.paper_for(request.user, key, PAPER_WRITE)
    known = queries.known_facts(record, on=localdate())
    codes = [change.field.code for change in queries.changes(found, found.form_version.read().fields.values(), known)]
    services.take_over(found, codes, known, by=request.user, now=now())
    messages.success(request, f"已更新 {len(codes)} 项。")
    return redirect("documents:paper", key)


@requires(PAPER_WRITE)
@require_POST
def lifting(request: PersonRequest, key: UUID) -> HttpResponse:
    """Bring a draft to the version of its form in force today."""
    found, _ = queries.paper_for(request.user, key, PAPER_WRITE)
    done = services.lift(found, by=request.user, now=now())
    gone = "、".join(field.label for field in done.gone)
    messages.success(request, f"已改用现行格式。{f'新格式中没有的内容已移去：{gone}。' if gone else ''}")
    return redirect("documents:paper", key)


@requires(PAPER_WRITE)
@require_POST
def revision(request: PersonRequest, key: UUID) -> HttpResponse:
    found, _ = queries.paper_for(request.user, key, PAPER_WRITE)
    made = services.revise(found, by=request.user, now=now())
    messages.success(request, f"已建立第 {made.version} 版草稿；审批后，原文书随即作废。")
    return redirect("documents:paper", made.pk)


@requires(PAPER_VOID)
@require_http_methods(["GET", "POST"])
def voiding(request: PersonRequest, key: UUID) -> HttpResponse:
    found, _ = queries.paper_for(request.user, key, PAPER_VOID)
    form = VoidForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.void(found, reason=form.cleaned_data["reason"], by=request.user, now=now())
        messages.success(request, "已作废。文号和原因保留在台账中，不再使用。")
        return redirect("documents:paper", key)
    return form_page(
        request, form,
        title=f"作废 {found}", submit="作废", back=reverse("documents:paper", args=[key]),
        lead="作废的文书和文号保留在台账中，不能恢复。已送达的，请依法另行处理。", grave="确定作废这份文书？",
    )  # fmt: skip


@requires(PAPER_WRITE)
@require_POST
def dropping(request: PersonRequest, key: UUID) -> HttpResponse:
    found, record = queries.paper_for(request.user, key, PAPER_WRITE)
    services.drop(found, by=request.user, now=now())
    messages.success(request, "草稿已删除。")
    return redirect("documents:record", record.kind, record.id)


@requires(PAPER_VIEW)
@require_GET
def paper_file(request: PersonRequest, key: UUID, kind: str) -> HttpResponseBase:
    """The paper as PDF, as the strip of a field printer, or as Word. What is approved is sent as it was kept."""
    found, _ = queries.paper_for(request.user, key)
    content = found.form_version.read()
    name = f"{found.number or content.name}"
    kept = found.file
    if kind == "pdf" and kept:
        return files.serve(request, kept, "original", name=f"{name}.pdf")
    page = queries.rendered_page(found, content, queries.office_facts(found.bureau_code), narrow=kind == "strip")
    if kind == "docx":
        return download(word.docx(page), f"{name}.docx")
    return download(typesetting.pdf(page), f"{name}{'（小票）' if kind == 'strip' else ''}.pdf")
