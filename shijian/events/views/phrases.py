"""常用语: the list, a new one, a change, out of use."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.pages import Choice, Column, ListPage, Search

from .. import services
from ..choices import PhraseUse
from ..forms import PhraseForm
from ..models import Phrase
from ..permissions import EVENT_VIEW, KIND_EDIT


def _rows(request: PersonRequest) -> Any:
    rows = Phrase.objects.filter(bureau_code=request.user.bureau_code, is_active=True)
    return rows.filter(Q(owner=request.user) | Q(owner=None))


def _editable(request: PersonRequest, key: int) -> Phrase:
    phrase: Phrase = get_object_or_404(_rows(request), pk=key)
    if phrase.owner_id is None and not request.user.may(KIND_EDIT):
        raise PermissionDenied
    return phrase


@requires(EVENT_VIEW)
@require_GET
def phrases(request: PersonRequest) -> HttpResponseBase:
    listing = ListPage(
        request,
        _rows(request),
        [
            Column("名称", "title", sort="title"),
            Column("用于", "get_use_display"),
            Column("内容", lambda row: row.text[:80]),
            Column("范围", lambda row: "本人" if row.owner_id else "全局共用"),
        ],
        order="title",
        name="常用语",
        filters=[Search("q", "名称、内容", field="text__contains"), Choice("use", "用于", choices=PhraseUse.choices)],
        link=lambda row: reverse("events:phrase", args=[row.pk]),
        empty="还没有常用语。写一条，办理时点一下就填好。",
        empty_icon="quote",
    )
    acts = [{"url": reverse("events:phrase_new"), "label": "新增常用语", "icon": "plus", "main": True}]
    return listing.response("ui/list_page.html", {"title": "常用语", "acts": acts})


@requires(EVENT_VIEW)
def phrase_new(request: PersonRequest) -> HttpResponse:
    return _form(request, Phrase(), "新增常用语")


@requires(EVENT_VIEW)
def phrase(request: PersonRequest, key: int) -> HttpResponse:
    found = get_object_or_404(_rows(request), pk=key)
    if request.method == "POST":
        _editable(request, key)
    return _form(request, found, "修改常用语")


@requires(EVENT_VIEW)
@require_POST
def phrase_drop(request: PersonRequest, key: int) -> HttpResponse:
    services.drop_phrase(_editable(request, key), by=request.user, now=now())
    return redirect("events:phrases")


def _form(request: PersonRequest, phrase: Phrase, title: str) -> HttpResponse:
    may_share = request.user.may(KIND_EDIT)
    form = PhraseForm(request.POST or None, instance=phrase, may_share=may_share)
    if request.method == "POST" and form.is_valid():
        made = form.save(commit=False)
        made.owner = None if form.cleaned_data.get("for_bureau") else request.user
        services.keep_phrase(made, by=request.user, now=now())
        return redirect("events:phrases")
    context = {"title": title, "form": form, "phrase": phrase, "submit": "保存", "back": reverse("events:phrases")}
    return render(request, "events/phrase.html", context, status=422 if form.errors else 200)
