"""Papers: of a record, one of them, the register."""

from base64 import b64encode
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shijian.accounts.models import User
from shijian.accounts.requests import PersonRequest
from shijian.audit import services as audit
from shijian.core import facts as lineages
from shijian.core import files, records
from shijian.core.access import requires
from shijian.core.pages import Choice, Column, ListPage, Period, Search
from shijian.core.records import Record
from shijian.laws.queries import older_laws_of
from shijian.seals.models import Use
from shijian.seals.permissions import SIGNATURE_COLLECT, USE_APPLY
from shijian.seals.queries import usable_seals

from .. import hooks, lineage, queries, services, typesetting, word
from ..catalogue import Content
from ..choices import Family, Outcome, Stage, State, Verb
from ..forms import PaperForm, ReturnForm, SignersForm, VoidForm
from ..models import Delivery, Paper
from ..permissions import PAPER_APPROVE, PAPER_VIEW, PAPER_VOID, PAPER_WRITE
from ..rules import schema
from .library import download

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
    user, office = request.user, queries.office_facts(paper.bureau_code)
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
        "uses": _uses(paper),
        "newer": Paper.objects.filter(supersedes=paper).first() if not paper.is_draft else None,
        "older": older_laws_of(
            [str(paper.data.get(code) or "") for code in ACTED], [str(paper.data.get(code) or "") for code in CITED], today=localdate()
        ),
        "lift": queries.lift_of(paper, on=localdate()) if paper.is_draft else None,
        "changes": queries.changes(paper, content.fields.values(), facts),
        **_preview(paper, content, office, paper.data),
    }  # fmt: skip


def _uses(paper: Paper) -> list[Use]:
    """The uses of a seal applied for on this paper, as approved or as signed."""
    files = [each.sha256 for each in (paper.pdf, paper.signed_pdf) if each]
    return list(Use.objects.filter(hash_before__in=files, bureau_code=paper.bureau_code)) if files else []


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
    images = [f"data:image/png;base64,{b64encode(each).decode()}" for each in pages]
    return {"pictures": images, "unset": unset, "faults": faults}


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


@requires(PAPER_APPROVE)
@require_POST
def approval(request: PersonRequest, key: UUID) -> HttpResponse:
    found, record = queries.paper_for(request.user, key, PAPER_APPROVE)
    done = services.approve(found, by=request.user, now=now())
    lineages.count(
        lineage.PAPER, bureau_code=found.bureau_code, asked=found.form_version.read().fields, offered=found.offered, sent=found.data,
        known=found.offered | queries.record_facts(record),
    )  # fmt: skip
    messages.success(request, f"已审批。{f'文号：{done.number}。' if done.number else ''}")
    return redirect("documents:paper", key)


@requires(PAPER_WRITE)
@require_POST
def submission(request: PersonRequest, key: UUID) -> HttpResponse:
    """What is typed is kept first, so that nobody submits an older text than he sees."""
    found, _ = queries.paper_for(request.user, key, PAPER_WRITE)
    done = services.submit(_written(request, found), by=request.user, now=now())
    names = "、".join(person.name for person in queries.approvers_of(done, on=localdate())[:5])
    messages.success(request, f"已送审，已通知{names}。" if names else "已送审。这里还没有人有审批权限，请联系网格办。")
    return redirect("documents:paper", key)


@requires(PAPER_WRITE)
@require_POST
def recall(request: PersonRequest, key: UUID) -> HttpResponse:
    found, _ = queries.paper_for(request.user, key, PAPER_WRITE)
    services.recall(found, by=request.user, now=now())
    messages.success(request, "已撤回，可以继续修改。")
    return redirect("documents:paper", key)


@requires(PAPER_APPROVE)
@require_http_methods(["GET", "POST"])
def returning(request: PersonRequest, key: UUID) -> HttpResponse:
    found, _ = queries.paper_for(request.user, key, PAPER_APPROVE)
    form = ReturnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.send_back(found, reason=form.cleaned_data["reason"], by=request.user, now=now())
        messages.success(request, "已退回制作人。")
        return redirect("documents:paper", key)
    context = {
        "title": f"退回 {found.form_version.name}", "form": form, "submit": "退回", "back": reverse("documents:paper", args=[key]),
        "lead": "文书回到草稿，制作人收到通知和理由，修改后可以再次送审。",
    }  # fmt: skip
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)


@requires(PAPER_WRITE)
@require_POST
def settling(request: PersonRequest, key: UUID) -> HttpResponse:
    """Fix a record on the spot; the next step is signing."""
    found, _ = queries.paper_for(request.user, key, PAPER_WRITE)
    services.settle(_written(request, found), by=request.user, now=now())
    messages.success(request, "已定稿，内容不能再改。请在场人员核对后签名。")
    return redirect("documents:signers" if request.user.may(SIGNATURE_COLLECT) else "documents:paper", key)


def _written(request: PersonRequest, found: Paper) -> Paper:
    """The draft with what was typed and not yet saved, where the button stands beside the form."""
    content = found.form_version.read()
    form = PaperForm(content.fields, request.POST)
    if not found.is_draft or "csrfmiddlewaretoken" not in request.POST or len(request.POST) < 2 or not form.is_valid():
        return found
    return services.write(found, form.data_of_paper(), by=request.user, now=now())


@requires(PAPER_WRITE)
@require_http_methods(["GET", "POST"])
def signers(request: PersonRequest, key: UUID) -> HttpResponse:
    """Who signs where: names suggested by the paper, several on one line parted by 、."""
    found, record = queries.paper_for(request.user, key, PAPER_WRITE)
    if not request.user.may(SIGNATURE_COLLECT):
        raise PermissionDenied
    if asked := queries.signing_of(found):
        return redirect("seals:signing", asked.pk)
    if not found.approved_at:
        raise Http404
    form = SignersForm(queries.places_of(found, found.form_version.read()), request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = services.ask_signers(found, form.names(), record, by=request.user, now=now())
        return redirect("seals:signing", asked.pk)
    context = {
        "title": f"请人签名：{found.form_version.name}", "form": form, "submit": "开始签名", "back": reverse("documents:paper", args=[key]),
        "lead": "填写在这份文书上签名的人。没有的（如没有见证人）留空。签名与这一版文件的内容绑定，签名后不能再改。",
    }  # fmt: skip
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)


@requires(PAPER_WRITE)
@require_POST
def sealing(request: PersonRequest, key: UUID) -> HttpResponse:
    """Apply for a seal on an approved paper; it is decided and pressed on the pages of seals."""
    found, record = queries.paper_for(request.user, key, PAPER_WRITE)
    seal = get_object_or_404(usable_seals(request.user), pk=_uuid(request.POST.get("seal", "")))
    use = services.ask_seal(found, seal, record, by=request.user, now=now())
    messages.success(request, f"已申请用印（{use.number}），批准后由印章保管人盖章。")
    return redirect("seals:use", use.pk)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error


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
    context = {
        "title": f"作废 {found}", "form": form, "submit": "作废", "back": reverse("documents:paper", args=[key]),
        "lead": "作废的文书和文号保留在台账中，不能恢复。已送达的，请依法另行处理。", "grave": "确定作废这份文书？",
    }  # fmt: skip
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)


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
