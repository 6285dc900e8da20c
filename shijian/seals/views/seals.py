"""The register of seals: what there is, who keeps it, with which certificate."""

from typing import Any

from asn1crypto import pem
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from shijian.accounts.confirmation import ask_again
from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused

from .. import drawing, queries, services
from ..crypto import sm2, token
from ..forms import KeyForm, SealForm, StateForm, TokenForm
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
        "has_module": token.has_module(),
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
            services.add_key(seal, form.holder(), by=request.user, now=now())
            messages.success(request, "已登记证书，同类的原证书停用。")
            return redirect("seals:seal", seal.pk)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    lead = "私钥加密存放在服务器的密钥目录，不进入数据库。"
    back = reverse("seals:seal", args=[seal.pk])
    return _form(request, form, f"登记证书：{seal}", back, submit="登记证书", lead=lead, files=True)


@requires(SEAL_EDIT)
def token_key(request: PersonRequest, key: Any) -> HttpResponse:
    """A certificate whose key lies on a token: named by labels, the PIN is the node's own secret."""
    seal = queries.seal_for(request.user, key)
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            holder = token.find(form.cleaned_data["token"], form.cleaned_data["label"])
            services.add_key(seal, holder, by=request.user, now=now())
            messages.success(request, "已登记密码设备中的证书，原证书停用。")
            return redirect("seals:seal", seal.pk)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    lead = "私钥留在密码设备中。设备的 PIN 由系统管理员在服务器上设置，不在这里填写，也不进入数据库。"
    back = reverse("seals:seal", args=[seal.pk])
    return _form(request, form, f"登记密码设备证书：{seal}", back, submit="登记证书", lead=lead)


@requires(SEAL_EDIT)
@require_POST
def sm2_key(request: PersonRequest, key: Any) -> HttpResponse:
    seal = queries.seal_for(request.user, key)
    ask_again(request)
    services.add_sm2_key(seal, by=request.user, now=now())
    messages.success(request, "已生成国密密钥。以后每次用印另附 SM2 签名。")
    return redirect("seals:seal", seal.pk)


@requires(*ANYBODY)
@require_GET
def public_key(request: PersonRequest, key: Any, number: int) -> HttpResponse:
    """The public part of a national key, as openssl reads it (PEM)."""
    found = get_object_or_404(queries.seal_for(request.user, key).keys, pk=number, algorithm="sm2")
    public = sm2.public_info(sm2.public_of(bytes(found.certificate)))
    response = HttpResponse(pem.armor("PUBLIC KEY", public), content_type="application/x-pem-file")
    response["Content-Disposition"] = f'attachment; filename="sm2-{found.serial[:12]}.pem"'
    return response


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
