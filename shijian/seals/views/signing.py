"""Signing by hand on the officer's phone or tablet: the paper, its places, the pad."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from shijian.accounts.devices import device_name
from shijian.accounts.requests import PersonRequest
from shijian.core import files
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.pages import Column, Flag, ListPage, Search

from .. import hooks, queries, services
from ..forms import SignForm, SignRefusalForm
from ..models import Slot
from ..permissions import SIGNATURE_COLLECT


@requires(SIGNATURE_COLLECT)
@require_GET
def signings(request: PersonRequest) -> HttpResponseBase:
    listing = ListPage(
        request,
        queries.requests_visible_to(request.user),
        [
            Column("文件", "title"),
            Column("发起人", "asked_by__name", css="narrow"),
            Column("发起时间", "asked_at", sort="asked_at", css="narrow"),
            Column("签完时间", "completed_at", css="narrow"),
        ],
        order="-asked_at",
        name="手写签名",
        filters=[
            Search("q", "文件名称", field="title__contains"),
            Flag("open", "未签完", narrow=lambda rows, _: rows.filter(completed_at=None)),
        ],
        link=lambda row: reverse("seals:signing", args=[row.pk]),
        empty="没有要签名的文件。",
        empty_icon="pencil",
    )
    return listing.response("ui/list_page.html", {"title": "手写签名"})


@requires(SIGNATURE_COLLECT)
@require_GET
def signing(request: PersonRequest, key: Any) -> HttpResponse:
    asked = queries.request_for(request.user, key)
    found = queries.checked(asked)
    context = {
        "title": asked.title, "back": reverse("seals:signings"), "asked": asked, "slots": found.slots, "faults": found.faults,
        "home": hooks.home_of(asked.digest), "may_withdraw": not any(hasattr(slot, "signature") for slot in found.slots),
    }  # fmt: skip
    return render(request, "seals/signing.html", context)


@requires(SIGNATURE_COLLECT)
@require_POST
def withdrawal(request: PersonRequest, key: Any) -> HttpResponse:
    """Nobody has signed yet: the paper is taken back, for instance to put other names."""
    asked = queries.request_for(request.user, key)
    home = hooks.home_of(asked.digest)
    services.withdraw_request(asked, by=request.user, now=now())
    messages.success(request, "已撤回，没有人签过名。")
    return redirect(home[1] if home else "seals:signings")


@requires(SIGNATURE_COLLECT)
def pad(request: PersonRequest, key: Any, place: int) -> HttpResponse:
    slot = _slot(request, key, place)
    form = SignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.record_signature(slot, **form.cleaned_data, **_by(request))
            messages.success(request, f"{slot} 已签名。")
            return redirect("seals:signing", key)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    context = {"slot": slot, "form": form, "title": f"{slot} 签名", "back": reverse("seals:signing", args=[key])}
    return render(request, "seals/pad.html", context, status=422 if form.errors else 200)


@requires(SIGNATURE_COLLECT)
def refusal(request: PersonRequest, key: Any, place: int) -> HttpResponse:
    slot = _slot(request, key, place)
    form = SignRefusalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.record_refusal(slot, **form.cleaned_data, **_by(request))
            messages.success(request, f"已记录 {slot} 拒绝签名。")
            return redirect("seals:signing", key)
        except Refused as told:
            form.add_error(None, told.message)
    context = {
        "form": form,
        "title": f"{slot} 拒绝签名",
        "back": reverse("seals:pad", args=[key, place]),
        "submit": "记录拒签",
        "lead": "当事人拒绝签名的，由办案人员注明情况，采取录音、录像等方式记录，必要时邀请有关人员见证。",
    }
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)


@requires(SIGNATURE_COLLECT)
@require_GET
def file(request: PersonRequest, key: Any, which: str) -> HttpResponseBase:
    asked = queries.request_for(request.user, key)
    stored = {"original": asked.document, "signed": asked.signed}.get(which)
    if stored is None:
        raise Http404
    return files.serve(request, stored, "original", name=f"{asked.title}.pdf")


@requires(SIGNATURE_COLLECT)
@require_GET
def picture(request: PersonRequest, key: Any, place: int) -> HttpResponse:
    signature = queries.signature_for(request.user, key, place)
    response = HttpResponse(bytes(signature.picture or b""), content_type="image/png")
    response["Cache-Control"] = "private, max-age=3600"
    return response


def _slot(request: PersonRequest, key: Any, place: int) -> Slot:
    return get_object_or_404(
        Slot.objects.select_related("request"), request=queries.request_for(request.user, key), place=place
    )


def _by(request: PersonRequest) -> dict[str, Any]:
    return {"device": device_name(request.headers.get("User-Agent", "")), "by": request.user, "now": now()}
