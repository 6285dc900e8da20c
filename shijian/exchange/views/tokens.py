from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import localtime, now
from django.views.decorators.http import require_GET, require_POST

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.pages import Column, Flag, ListPage

from .. import queries, services
from ..forms import TokenForm
from ..models import Token
from ..permissions import TOKEN_ISSUE
from ..problems import problem


@requires(TOKEN_ISSUE)
@require_GET
def tokens(request: PersonRequest) -> HttpResponseBase:
    moment = now()
    listing = ListPage(
        request,
        queries.tokens_within(request.user.scope(TOKEN_ISSUE)),
        [
            Column("用途", "name"),
            Column("系统账号", lambda row: f"{row.user.name} {row.user.employee_no}"),
            Column("状态", lambda row: _state(row, moment), show=lambda row: _tag(row, moment), css="narrow"),
            Column("到期", "expires_at", sort="expires_at", css="narrow"),
            Column("最近使用", "last_used_at", css="narrow"),
            Column("签发人", lambda row: row.created_by.name),
            Column("签发", "created_at", sort="created_at", css="narrow"),
        ],
        order="-created_at",
        name="接口令牌",
        filters=[
            Flag("usable", "只看有效", narrow=lambda rows, _: rows.filter(revoked_at=None, expires_at__gt=moment))
        ],
        link=lambda row: reverse("exchange:token", args=[row.pk]),
        empty="还没有签发过接口令牌。",
        empty_icon="key",
    )
    acts = [
        {"url": reverse("exchange:token_new"), "label": "签发令牌", "icon": "key", "main": True},
        {"url": reverse("exchange:guide"), "label": "接口说明", "icon": "api"},
    ]
    return listing.response("ui/list_page.html", {"title": "接口令牌", "acts": acts})


@requires(TOKEN_ISSUE)
def token_new(request: PersonRequest) -> HttpResponse:
    """Issue a token; the secret is in the answer to this one request and nowhere else."""
    form = TokenForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            token, secret = services.issue_token(
                data["user"],
                name=data["name"],
                expires_at=form.expires_at(),
                per_minute=data["per_minute"],
                by=request.user,
                now=now(),
            )
            response = render(request, "exchange/secret.html", {"token": token, "secret": secret})
            response["Cache-Control"] = "no-store"
            return response
        except Refused as refusal:
            form.add_error(None, refusal.message)
    context = {
        "title": "签发接口令牌",
        "form": form,
        "submit": "签发",
        "back": reverse("exchange:tokens"),
        "lead": "令牌等同于系统账号的密码：只发给对方系统的负责人，到期重新签发，不用时立即吊销。",
    }
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)


@requires(TOKEN_ISSUE)
@require_GET
def token_page(request: PersonRequest, key: Any) -> HttpResponse:
    token = _token_for(request, key)
    context = {"token": token, "state": _state(token, now()), "usable": token.is_usable(now())}
    return render(request, "exchange/token.html", context)


@requires(TOKEN_ISSUE)
@require_POST
def revocation(request: PersonRequest, key: Any) -> HttpResponse:
    services.revoke_token(_token_for(request, key), by=request.user, now=now())
    return redirect("exchange:token", key)


def not_found(request: HttpRequest) -> HttpResponse:
    return problem(404, "exchange.not_found", "没有这个地址，可用的见 /api/v1/openapi.json。")


def _token_for(request: PersonRequest, key: Any) -> Token:
    return get_object_or_404(queries.tokens_within(request.user.scope(TOKEN_ISSUE)), pk=key)


def _state(token: Token, moment: Any) -> str:
    if token.revoked_at:
        return f"{localtime(token.revoked_at):%Y-%m-%d} 吊销"
    return "有效" if token.is_usable(moment) else "已到期"


def _tag(token: Token, moment: Any) -> Any:
    tone = "green" if token.is_usable(moment) else "plain"
    return format_html('<span class="tag tag-{}">{}</span>', tone, _state(token, moment))
