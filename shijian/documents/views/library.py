"""The library of forms, and what the bureau's papers say about itself."""

from base64 import b64encode
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_http_methods

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.pages import Choice, Column, Flag, ListPage, Search, form_page
from shijian.core.pages.exports import disposition
from shijian.laws.queries import links

from .. import filling, formfile, queries, services, typesetting, word
from ..choices import Family, ProposalState, Stage
from ..forms import OfficeForm
from ..models import FormVersion, Office
from ..permissions import FORM_EDIT, FORM_VIEW, OFFICE_EDIT
from ..rules.drafting import SIGNERS


@requires(FORM_VIEW)
@require_GET
def forms(request: PersonRequest) -> HttpResponseBase:
    """All forms in use today."""
    listing = ListPage(
        request,
        queries.current_forms(localdate(), request.user.bureau_code),
        [
            Column("文书", "name"),
            Column("种类", lambda row: row.form.get_family_display(), css="narrow"),
            Column("序号", "form__number", css="num"),
            Column("阶段", lambda row: row.form.get_stage_display(), css="narrow"),
            Column("文号用字", "word", css="narrow"),
            Column("卷别", lambda row: row.form.volume, css="narrow"),
            Column("版本", lambda row: f"{'本局' if row.is_own else '随产品'} {row.valid.lower}", css="narrow"),
        ],
        order="pk",
        name="文书格式",
        filters=[
            Search("q", "文书名称", field="name__contains"),
            Choice("family", "种类", field="form__family", choices=Family.choices),
            Choice("stage", "阶段", field="form__stage", choices=Stage.choices),
            Flag("own", "本局版本", narrow=lambda rows, _: rows.exclude(bureau_code="")),
        ],
        link=lambda row: reverse("documents:form", args=[row.form.slug]),
        page_size=100,
    )
    acts: list[dict[str, Any]] = [
        {"url": reverse("documents:proposals"), "label": "格式修改稿", "icon": "versions"},
        {"url": reverse("documents:list"), "label": "执法文书", "icon": "file-text"},
    ]
    if request.user.may(OFFICE_EDIT):
        acts.append({"url": reverse("documents:office"), "label": "本局文书信息", "icon": "building-bank"})
    if request.user.may(FORM_EDIT):
        acts.append({"url": reverse("documents:form_new"), "label": "新建文书格式", "icon": "plus"})
    return listing.response("ui/list_page.html", {"title": "文书范本", "acts": acts})


@requires(FORM_VIEW)
@require_GET
def form(request: PersonRequest, slug: str) -> HttpResponse:
    """One form: what it asks, who signs, common mistakes, what it rests on, blank and sample."""
    versions = list(queries.versions_of(slug, request.user.bureau_code)[:50])
    version = _chosen(request, slug, versions)
    content = version.read()
    page = filling.page(content, content.sample, office_of(request), number=SAMPLE_NUMBER, on=localdate())
    shipped = next((each for each in versions if not each.is_own), None)
    context = {
        "version": version, "content": content, "signers": [SIGNERS.get(each, each) for each in content.signs],
        "fields": list(content.fields.values()), "pictures": [as_address(each) for each in typesetting.pictures(page, dots=80)],
        "basis": links("; ".join(content.basis)), "versions": versions, "today": localdate(), "may_edit": request.user.may(FORM_EDIT),
        "changes": queries.changes_between(shipped.read(), content) if version.is_own and shipped else [],
        "shipped_since": shipped.valid.lower if version.is_own and shipped and shipped.valid.lower > version.valid.lower else None,
        "proposal": queries.proposals_of(request.user.bureau_code).filter(form=version.form).exclude(state=ProposalState.APPROVED).first(),
    }  # fmt: skip
    return render(request, "documents/form.html", context)


def _chosen(request: PersonRequest, slug: str, versions: list[FormVersion]) -> FormVersion:
    """The version asked for, else the one in use today, else the next. Raises 404 for a form nobody has."""
    if asked := request.GET.get("version"):
        found = next((each for each in versions if str(each.pk) == asked), None)
    else:
        today = queries.current_forms(localdate(), request.user.bureau_code).filter(form__slug=slug).first()
        found = today or next(iter(versions), None)
    if found is None:
        raise Http404
    return found


SAMPLE_NUMBER = "（范例）"


@requires(FORM_VIEW)
@require_GET
def form_file(request: PersonRequest, slug: str, which: str) -> HttpResponse:
    """The blank form or its sample, as PDF or Word; or the version itself as a file to import elsewhere."""
    content = _chosen(request, slug, list(queries.versions_of(slug, request.user.bureau_code)[:50])).read()
    if which == "form.toml":
        response = HttpResponse(formfile.written(content), content_type="application/toml; charset=utf-8")
        response["Content-Disposition"] = disposition(f"{content.name} {content.valid_from}.toml")
        return response
    name, _, kind = which.rpartition(".")
    if name not in {"blank", "sample"} or kind not in {"pdf", "docx"}:
        raise Http404
    data = content.sample if name == "sample" else {}
    number = SAMPLE_NUMBER if name == "sample" else None
    page = filling.page(content, data, office_of(request), number=number, on=localdate())
    made = typesetting.pdf(page) if kind == "pdf" else word.docx(page)
    return download(made, f"{content.name}（{'范例' if data else '空白'}）.{kind}")


def office_of(request: PersonRequest) -> dict[str, str]:
    kept = queries.office_facts(request.user.bureau_code)
    return {code: kept.get(code) or value for code, value in filling.sample_office().items()}


def download(content: bytes, name: str) -> HttpResponse:
    kind = "application/pdf" if name.endswith("pdf") else word.MEDIA_TYPE
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = disposition(name)
    return response


def as_address(picture: bytes) -> str:
    return f"data:image/png;base64,{b64encode(picture).decode()}"


@requires(OFFICE_EDIT)
@require_http_methods(["GET", "POST"])
def office(request: PersonRequest) -> HttpResponse:
    """What the bureau's papers say about itself."""
    code = request.user.bureau_code
    kept = Office.objects.filter(bureau_code=code).first() or Office(bureau_code=code, **queries.office_facts(code))
    form = OfficeForm(request.POST or None, instance=kept)
    if request.method == "POST" and form.is_valid():
        services.set_office(form.save(commit=False), by=request.user, now=now())
        messages.success(request, "已保存。以后审批的文书按新的信息印制。")
        return redirect("documents:forms")
    return form_page(
        request, form,
        title="本局文书信息", submit="保存", back=reverse("documents:forms"),
        lead="印在文号、落款、救济途径和缴款条款中，每个局填写一次。",
    )  # fmt: skip
