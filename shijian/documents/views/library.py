"""The library of forms, and what the bureau's papers say about itself."""

from base64 import b64encode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_http_methods

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.pages import Choice, Column, ListPage, Search
from shijian.core.pages.exports import disposition

from .. import filling, queries, services, typesetting, word
from ..choices import Family, Stage
from ..forms import OfficeForm
from ..models import Office
from ..permissions import FORM_VIEW, OFFICE_EDIT

SIGNERS = {
    "seal": "本局印章", "party": "当事人", "witness": "见证人", "officers": "执法人员（两名以上）", "head": "办案机构负责人",
    "leader": "部门负责人", "reviewer": "审核人员", "review_head": "审核机构负责人", "registrar": "登记人", "host": "听证主持人",
    "hearers": "听证员", "recorder": "记录人", "attendees": "出席人员", "server": "送达人", "recipient": "受送达人",
    "executors": "执行人", "supervisor": "监督人", "filer": "立卷人", "checker": "检查人", "provider": "证据提供人",
    "extractor": "提取人", "sampler": "受托抽样人", "right_holder": "权利人", "speaker": "陈述申辩人", "bureau_head": "本局负责人",
    "complainant": "投诉人", "reporter": "举报人", "handler": "承办人", "respondent": "被投诉人", "mediator": "调解员",
    "applicant": "申请人", "principal": "委托人", "agent": "受托人",
}  # fmt: skip


@requires(FORM_VIEW)
@require_GET
def forms(request: PersonRequest) -> HttpResponseBase:
    """All forms in use today."""
    listing = ListPage(
        request,
        queries.current_forms(localdate()),
        [
            Column("文书", "name"),
            Column("种类", lambda row: row.form.get_family_display(), css="narrow"),
            Column("序号", "form__number", css="num"),
            Column("阶段", lambda row: row.form.get_stage_display(), css="narrow"),
            Column("文号用字", "word", css="narrow"),
            Column("卷别", lambda row: row.form.volume, css="narrow"),
        ],
        order="pk",
        name="文书格式",
        filters=[
            Search("q", "文书名称", field="name__contains"),
            Choice("family", "种类", field="form__family", choices=Family.choices),
            Choice("stage", "阶段", field="form__stage", choices=Stage.choices),
        ],
        link=lambda row: reverse("documents:form", args=[row.form.slug]),
        page_size=100,
    )
    acts = []
    if request.user.may(OFFICE_EDIT):
        acts = [{"url": reverse("documents:office"), "label": "本局文书信息", "icon": "building-bank"}]
    return listing.response("ui/list_page.html", {"title": "文书范本", "acts": acts})


@requires(FORM_VIEW)
@require_GET
def form(request: PersonRequest, slug: str) -> HttpResponse:
    """One form: what it asks, who signs, common mistakes, what it rests on, blank and sample."""
    version = queries.form_version(slug, localdate())
    content = version.read()
    page = filling.page(content, content.sample, _office(request), number=SAMPLE_NUMBER, on=localdate())
    context = {
        "version": version, "content": content, "signers": [SIGNERS.get(each, each) for each in content.signs],
        "fields": list(content.fields.values()), "pictures": [_data(each) for each in typesetting.pictures(page, dots=80)],
    }  # fmt: skip
    return render(request, "documents/form.html", context)


SAMPLE_NUMBER = "（范例）"


@requires(FORM_VIEW)
@require_GET
def form_file(request: PersonRequest, slug: str, which: str) -> HttpResponse:
    """The blank form or its sample, as PDF or Word."""
    content = queries.form_version(slug, localdate()).read()
    name, _, kind = which.rpartition(".")
    if name not in {"blank", "sample"} or kind not in {"pdf", "docx"}:
        raise Http404
    data = content.sample if name == "sample" else {}
    number = SAMPLE_NUMBER if name == "sample" else None
    page = filling.page(content, data, _office(request), number=number, on=localdate())
    made = typesetting.pdf(page) if kind == "pdf" else word.docx(page)
    return download(made, f"{content.name}（{'范例' if data else '空白'}）.{kind}")


def _office(request: PersonRequest) -> dict[str, str]:
    kept = queries.office_facts(request.user.bureau_code)
    return {code: kept.get(code) or value for code, value in filling.sample_office().items()}


def download(content: bytes, name: str) -> HttpResponse:
    kind = "application/pdf" if name.endswith("pdf") else word.MEDIA_TYPE
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = disposition(name)
    return response


def _data(picture: bytes) -> str:
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
    context = {
        "title": "本局文书信息", "form": form, "submit": "保存", "back": reverse("documents:forms"),
        "lead": "印在文号、落款、救济途径和缴款条款中，每个局填写一次。",
    }  # fmt: skip
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)
