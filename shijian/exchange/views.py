from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from shijian.accounts.choices import UserKind
from shijian.accounts.models import User
from shijian.core.access import requires
from shijian.core.pages import Column, ListPage, style_form

from . import services
from .models import Token
from .permissions import TOKEN_ISSUE


class TokenForm(forms.Form):
    name = forms.CharField(label="用途", max_length=60)
    user = forms.ModelChoiceField(label="代表的系统账号", queryset=User.objects.none())
    expires_on = forms.DateField(label="有效期止")

    def __init__(self, *args: Any, bureau_code: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        systems = User.objects.filter(bureau_code=bureau_code, kind=UserKind.SYSTEM, is_active=True)
        self.fields["user"].queryset = systems  # type: ignore[attr-defined]
        style_form(self)


@requires(TOKEN_ISSUE)
@require_GET
def tokens(request: HttpRequest) -> HttpResponseBase:
    listing = ListPage(
        request,
        Token.objects.filter(bureau_code=request.user.bureau_code).select_related("user", "created_by"),
        [
            Column("用途", "name"),
            Column("系统账号", lambda token: f"{token.user.name}（{token.user.employee_no}）"),
            Column("签发人", "created_by__name"),
            Column("签发时间", "created_at", sort="created_at", css="narrow"),
            Column("有效期止", "expires_on"),
            Column("状态", lambda token: "已吊销" if token.revoked_at else "有效"),
        ],
        order="-created_at",
        name="接口令牌",
        link=lambda token: reverse("exchange:token", args=[token.pk]),
        empty="还没有签发过接口令牌。",
        empty_icon="key",
    )
    acts = [{"url": reverse("exchange:token_new"), "label": "签发令牌", "icon": "plus", "main": True}]
    return listing.response("ui/list_page.html", {"title": "接口令牌", "acts": acts})


@requires(TOKEN_ISSUE)
def token_new(request: HttpRequest) -> HttpResponse:
    form = TokenForm(request.POST or None, bureau_code=request.user.bureau_code)
    if request.method == "POST" and form.is_valid():
        token, secret = services.issue_token(**form.cleaned_data, by=request.user, now=now())
        return render(request, "exchange/token.html", {"token": token, "secret": secret})
    context = {"title": "签发接口令牌", "form": form, "submit": "签发", "back": reverse("exchange:tokens")}
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)


@requires(TOKEN_ISSUE)
@require_GET
def token(request: HttpRequest, key: int) -> HttpResponse:
    return render(request, "exchange/token.html", {"token": _token_for(request, key)})


@requires(TOKEN_ISSUE)
@require_POST
def revocation(request: HttpRequest, key: int) -> HttpResponse:
    services.revoke_token(_token_for(request, key), by=request.user, now=now())
    return redirect("exchange:tokens")


def _token_for(request: HttpRequest, key: int) -> Token:
    rows = Token.objects.select_related("user", "created_by")
    return get_object_or_404(rows, pk=key, bureau_code=request.user.bureau_code)
