"""A bureau's own versions of forms: drafted in the editor, seen in print, decided by a second person."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.pages import Choice, Column, ListPage, Search, form_page, telling

from .. import filling, queries, services, typesetting
from ..catalogue import Content
from ..choices import ProposalState
from ..forms import DecisionForm, FormEditor, FormFileForm, NewFormForm
from ..models import FormProposal
from ..permissions import FORM_APPROVE, FORM_EDIT, FORM_VIEW
from .library import SAMPLE_NUMBER, as_address, office_of

TAGS = {ProposalState.DRAFT: "tag-amber", ProposalState.SUBMITTED: "tag-accent", ProposalState.APPROVED: "tag-green"}
UNPRINTED = {"范例", "依据"}  # flaws of these parts leave the print as it is
SHOWN = 20


@requires(FORM_VIEW)
@require_GET
def proposals(request: PersonRequest) -> HttpResponseBase:
    """Every version this bureau drafted for itself, decided or not."""
    listing = ListPage(
        request,
        queries.proposals_of(request.user.bureau_code),
        [
            Column("文书", "name"),
            Column("启用日期", "valid_from", css="narrow"),
            Column("依据文件", "document"),
            Column("状态", "get_state_display", css="narrow"),
            Column("起草人", "proposed_by__name", css="narrow"),
            Column("起草时间", "proposed_at", sort="proposed_at", css="narrow"),
            Column("审定人", lambda row: row.decided_by.name if row.decided_by else "", css="narrow"),
        ],
        order="-proposed_at",
        name="文书格式修改稿",
        filters=[
            Search("q", "文书名称", field="name__contains"),
            Choice("state", "状态", choices=ProposalState.choices),
        ],
        link=lambda row: reverse("documents:proposal", args=[row.pk]),
        empty="还没有修改稿。在文书范本中打开一种文书，点“新版本”。",
        empty_icon="versions",
    )
    acts: list[dict[str, Any]] = [{"url": reverse("documents:forms"), "label": "文书范本", "icon": "books"}]
    if request.user.may(FORM_EDIT):
        acts.append({"url": reverse("documents:form_import"), "label": "导入格式", "icon": "upload"})
        acts.append({"url": reverse("documents:form_new"), "label": "新建文书格式", "icon": "plus", "main": True})
    lead = "本局的版本审定后，从启用日期起代替随产品的格式；已经审批的文书不变。"
    return listing.response("ui/list_page.html", {"title": "文书格式修改稿", "acts": acts, "lead": lead})


@requires(FORM_EDIT)
@require_POST
def version_new(request: PersonRequest, slug: str) -> HttpResponse:
    """Begin the next version of a form from the one in use today."""
    version = queries.form_version(slug, localdate(), request.user.bureau_code)
    made = services.propose_version(version, by=request.user, now=now())
    return redirect("documents:proposal", made.pk)


@requires(FORM_EDIT)
@require_http_methods(["GET", "POST"])
def form_new(request: PersonRequest) -> HttpResponse:
    """Begin a form the product does not have."""
    form = NewFormForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with telling(form):
            made = services.propose_form(**form.cleaned_data, by=request.user, now=now())
            return redirect("documents:proposal", made.pk)
    return form_page(
        request, form,
        title="新建文书格式", submit="开始起草", back=reverse("documents:forms"),
        lead="随产品的格式中没有的文书，由本局自己制定。先填基本信息，字段和正文在下一页起草。",
    )  # fmt: skip


@requires(FORM_EDIT)
@require_http_methods(["GET", "POST"])
def form_import(request: PersonRequest) -> HttpResponse:
    """Begin a version from a file that was exported here or on another node."""
    form = FormFileForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    flaws = []
    if request.method == "POST" and form.is_valid():
        with telling(form):
            try:
                made = services.import_form(form.cleaned_data["file"].read(), by=request.user, now=now())
                messages.success(request, "已导入为草稿，请核对后送审。")
                return redirect("documents:proposal", made.pk)
            except services.FileRefused as refusal:
                flaws = refusal.flaws
                raise
    return form_page(
        request, form,
        title="导入文书格式", submit="导入", back=reverse("documents:forms"), files=True, flaws=flaws,
        lead="导入从文书范本页导出的文件。代码相同的，作为该文书的新版本；没有的，作为新的文书。导入后仍须送审。",
        template="documents/form_import.html",
    )  # fmt: skip


@requires(FORM_VIEW)
@require_http_methods(["GET", "POST"])
def proposal(request: PersonRequest, key: UUID) -> HttpResponse:
    """A draft is edited here with its print beside it; what was submitted is read and decided here."""
    found = queries.proposal_for(request.user, key)
    if request.method == "GET":
        return _page(request, found, FormEditor(found) if _may_edit(request, found) else None)
    if not _may_edit(request, found):
        raise PermissionDenied
    editor = FormEditor(found, request.POST)
    if not editor.is_valid():
        return _page(request, found, editor, status=422)
    _keep(request, found, editor)
    messages.success(request, "已保存。")
    return redirect("documents:proposal", key)


def _keep(request: PersonRequest, found: FormProposal, editor: FormEditor) -> None:
    told = editor.head.cleaned_data
    services.write_proposal(
        found, editor.edited(), document=told["document"], valid_from=told["valid_from"], by=request.user, now=now()
    )


def _may_edit(request: PersonRequest, found: FormProposal) -> bool:
    is_author = found.proposed_by_id in request.user.hats
    return found.state == ProposalState.DRAFT and is_author and request.user.may(FORM_EDIT)


def _page(
    request: PersonRequest, found: FormProposal, editor: FormEditor | None, form: DecisionForm | None = None, status: int = 200
) -> HttpResponse:  # fmt: skip
    content = found.read()
    is_own = found.proposed_by_id in request.user.hats
    drafts = list(queries.drafts_on(request.user, found.base)[: SHOWN + 1]) if found.base else []
    context = {
        "proposal": found, "content": content, "editor": editor, "tag": TAGS[ProposalState(found.state)], "is_own": is_own,
        "changes": queries.changes_between(found.base.read() if found.base else None, content), "drafts": drafts[:SHOWN],
        "more_drafts": len(drafts) > SHOWN, "decision": form or DecisionForm(),
        "may_decide": found.state == ProposalState.SUBMITTED and request.user.may(FORM_APPROVE) and not is_own,
        **_preview(request, content),
    }  # fmt: skip
    return render(request, "documents/proposal.html", context, status=status)


def _preview(request: PersonRequest, content: Content) -> dict[str, Any]:
    """The print of the sample as pictures, and what stands against the form."""
    flaws = services.flaws_of(content)
    if any(flaw.part not in UNPRINTED for flaw in flaws):
        return {"flaws": flaws, "pictures": []}
    number = SAMPLE_NUMBER if content.is_numbered else None
    try:
        page = filling.page(content, content.sample, office_of(request), number=number, on=content.valid_from)
        typesetting.pdf(page)
        return {"flaws": flaws, "pictures": [as_address(each) for each in typesetting.pictures(page, dots=80)]}
    except Refused as refusal:
        return {"flaws": flaws, "pictures": [], "unset": refusal.message}


@requires(FORM_EDIT)
@require_POST
def proposal_preview(request: PersonRequest, key: UUID) -> HttpResponse:
    """The print of what is typed just now; nothing is kept."""
    found = queries.proposal_for(request.user, key)
    editor = FormEditor(found, request.POST)
    told = _preview(request, editor.edited()) if editor.is_valid() else {"incomplete": True}
    return render(request, "documents/proposal.html#preview", {"proposal": found, **told})


@requires(FORM_EDIT)
@require_POST
def proposal_submission(request: PersonRequest, key: UUID) -> HttpResponse:
    """What is typed is kept first, so that nobody submits an older text than he sees."""
    found = queries.proposal_for(request.user, key)
    if _may_edit(request, found) and "field-TOTAL_FORMS" in request.POST:
        editor = FormEditor(found, request.POST)
        if not editor.is_valid():
            return _page(request, found, editor, status=422)
        _keep(request, found, editor)
    services.submit_proposal(found, by=request.user, now=now())
    messages.success(request, "已送审，请由另一人审定。")
    return redirect("documents:proposal", key)


@requires(FORM_APPROVE)
@require_POST
def proposal_decision(request: PersonRequest, key: UUID) -> HttpResponse:
    found, form = queries.proposal_for(request.user, key), DecisionForm(request.POST)
    if form.is_valid():
        with telling(form):
            approve, note = "approve" in request.POST, form.cleaned_data["note"]
            services.decide_proposal(found, approve=approve, note=note, by=request.user, now=now())
            messages.success(request, f"已审定，自 {found.valid_from} 起启用。" if approve else "已退回起草人。")
            return redirect("documents:proposal", key)
    return _page(request, found, None, form, status=422)


@requires(FORM_EDIT)
@require_POST
def proposal_dropping(request: PersonRequest, key: UUID) -> HttpResponse:
    services.drop_proposal(queries.proposal_for(request.user, key), by=request.user, now=now())
    messages.success(request, "修改稿已删除。")
    return redirect("documents:proposals")
