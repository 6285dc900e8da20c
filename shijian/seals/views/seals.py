"""The register of seals: what there is, who keeps it, with which certificate."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from shijian.accounts.confirmation import ask_again
from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused

from .. import drawing, queries, services
from ..crypto.vault import read_p12
from ..forms import KeyForm, SealForm, StateForm
from ..permissions import SEAL_EDIT, SEAL_VIEW, USE_APPLY, USE_APPROVE, USE_STAMP

ANYBODY = (SEAL_VIEW, USE_APPLY, USE_APPROVE, USE_STAMP)


@requires(*ANYBODY)
@require_GET
def seals(request: PersonRequest) -> HttpResponse:
    context = {
        "title": "印章",
        "seals": queries.with_key(queries.seals_of(request.user)),
        "may_edit": request.user.may(SEAL_EDIT),
        "may_apply": request.user.may(USE_APPLY),
        "now": now(),
    }
    return render(request, "seals/seals.html", context)


@requires(*ANYBODY)
@require_GET
def seal_page(request: PersonRequest, key: Any) -> HttpResponse:
    seal = queries.seal_for(request.user, key)
    context = {
        "title": str(seal),
        "back": reverse("seals:list"),
        "seal": seal,
        "keys": list(seal.keys.all()),
        "may_edit": request.user.may(SEAL_EDIT),
        "now": now(),
    }
    return render(request, "seals/seal.html", context)


@requires(*ANYBODY)
@require_GET
def picture(request: PersonRequest, key: Any) -> HttpResponse:
    seal = queries.seal_for(request.user, key)
    response = HttpResponse(
        drawing.svg(seal.artwork, diameter=float(seal.diameter_mm)), content_type="image/svg+xml; charset=utf-8"
    )
    response["Cache-Control"] = "private, max-age=86400"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@requires(SEAL_EDIT)
def seal_new(request: PersonRequest) -> HttpResponse:
    form = SealForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            seal = services.register_seal(**form.cleaned_data, by=request.user, now=now())
            messages.success(request, "已登记印章。请接着登记证书。")
            return redirect("seals:seal", seal.pk)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    return _form(request, form, "登记印章", reverse("seals:list"), submit="登记")


@requires(SEAL_EDIT)
def seal_key(request: PersonRequest, key: Any) -> HttpResponse:
    seal = queries.seal_for(request.user, key)
    form = KeyForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            holder = read_p12(form.cleaned_data["file"].read(200_000), form.cleaned_data["password"])
            services.add_key(seal, holder, by=request.user, now=now())
            messages.success(request, "已登记证书，原证书停用。")
            return redirect("seals:seal", seal.pk)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    lead = "私钥加密存放在服务器的密钥目录，不进入数据库。"
    back = reverse("seals:seal", args=[seal.pk])
    return _form(request, form, f"登记证书：{seal}", back, submit="登记证书", lead=lead, files=True)


@requires(SEAL_EDIT)
def seal_state(request: PersonRequest, key: Any) -> HttpResponse:
    seal = queries.seal_for(request.user, key)
    form = StateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        ask_again(request)
        try:
            services.change_state(seal, **form.cleaned_data, by=request.user, now=now())
            messages.success(request, "已变更印章状态。")
            return redirect("seals:seal", seal.pk)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    grave = "变更印章状态会立即影响用印，销毁后不能恢复。确定吗？"
    back = reverse("seals:seal", args=[seal.pk])
    return _form(request, form, f"变更状态：{seal}", back, submit="变更", grave=grave)


def _form(request: PersonRequest, form: Any, title: str, back: str, **more: Any) -> HttpResponse:
    context = {"form": form, "title": title, "back": back, **more}
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)
