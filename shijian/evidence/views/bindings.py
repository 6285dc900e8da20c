"""Recordings and the papers they support, bound from either side; a wrong one is corrected."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime, now

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused

from .. import hooks, queries, services
from ..forms import BindingForm, TakeBackForm
from ..models import Binding, Item
from ..permissions import EVIDENCE_CAPTURE


@requires(EVIDENCE_CAPTURE)
def papers(request: PersonRequest, key: UUID) -> HttpResponse:
    """Choose the papers of the same record this recording supports."""
    item, record = queries.item_for(request.user, key, may=EVIDENCE_CAPTURE)
    found = {str(paper.key): paper for paper in queries.papers_of(record) if not paper.is_void}
    choices = [(key, _paper_label(paper)) for key, paper in found.items()]
    form = BindingForm(request.POST or None, label="文书", choices=choices)
    back = reverse("evidence:item", args=[item.pk])
    if request.method == "POST" and form.is_valid():
        chosen = [found[each] for each in form.cleaned_data["chosen"]]
        if made := _bind(request, form, [(item, chosen)]):
            messages.success(request, f"已绑定 {made} 份文书。")
            return redirect(f"{back}#papers")
    empty = "" if choices else "这个卷宗还没有定稿的文书。请先在“文书”中制作并定稿。"
    context = {"title": f"绑定文书：{item.title}", "form": form, "back": back, "submit": "绑定", "lead": empty}
    return render(request, "evidence/act.html", context, status=422 if form.errors else 200)


@requires(EVIDENCE_CAPTURE)
def recordings(request: PersonRequest, kind: str, key: UUID, paper: UUID) -> HttpResponse:
    """Choose the recordings of the same record that support this paper."""
    record = queries.record_of(request.user, kind, key, may=EVIDENCE_CAPTURE)
    found = next((each for each in queries.papers_of(record) if each.key == paper), None)
    if found is None:
        raise Http404
    items = {str(item.pk): item for item in queries.bindable(record)[:200]}
    choices = [(key, _item_label(item)) for key, item in items.items()]
    form = BindingForm(request.POST or None, label="录音录像", choices=choices)
    if request.method == "POST" and form.is_valid():
        chosen = [(items[each], [found]) for each in form.cleaned_data["chosen"]]
        if made := _bind(request, form, chosen):
            messages.success(request, f"已绑定 {made} 件录音录像。")
            return redirect(f"{found.url}#recordings")
    empty = "" if choices else "这个卷宗还没有录音、录像或照片。请先在“证据”中采集，或导入执法记录仪文件。"
    context = {
        "title": f"绑定录音录像：{found.label}",
        "form": form,
        "back": found.url,
        "submit": "绑定",
        "lead": empty,
    }
    return render(request, "evidence/act.html", context, status=422 if form.errors else 200)


@requires(EVIDENCE_CAPTURE)
def correction(request: PersonRequest, key: UUID) -> HttpResponse:
    """Take back a wrong binding; it stays on record with the reason."""
    binding, record = queries.binding_for(request.user, key, may=EVIDENCE_CAPTURE)
    back = _back(request, binding, record)
    form = TakeBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.take_back(binding, why=form.cleaned_data["why"], by=request.user, now=now())
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, "已更正，原绑定和理由一并保留。")
            return redirect(back)
    lead = f"证据{binding.item.number}“{binding.item.title}”不再作为{binding.paper_label}的录音录像。原绑定和更正说明一并保留。"
    context = {"title": "更正绑定", "lead": lead, "form": form, "back": back, "submit": "更正"}
    return render(request, "evidence/act.html", context, status=422 if form.errors else 200)


def _bind(request: PersonRequest, form: BindingForm, chosen: list[tuple[Item, list[hooks.Paper]]]) -> int:
    """Bind all of them or none; how many, 0 with the reason on the form."""
    data = form.cleaned_data
    try:
        return services.bind_all(
            chosen, first_second=data["first"], last_second=data["last"], remark=data["remark"],
            by=request.user, now=now(),
        )  # fmt: skip
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return 0


def _back(request: PersonRequest, binding: Binding, record: Any) -> str:
    if request.GET.get("from") == "paper":
        for paper in queries.papers_of(record):
            if paper.key == binding.paper_id:
                return f"{paper.url}#recordings"
    return reverse("evidence:item", args=[binding.item_id]) + "#papers"


def _paper_label(paper: hooks.Paper) -> str:
    return f"{paper.label} {localtime(paper.made_at):%Y-%m-%d %H:%M}{'，现场文书' if paper.is_on_site else ''}"


def _item_label(item: Item) -> str:
    return f"证据{item.number} {item.title}（{item.get_medium_display()}，{localtime(item.taken_at):%Y-%m-%d %H:%M}）"
