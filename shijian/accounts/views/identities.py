"""To the identity provider and back, and the link between its subject and a person."""

from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST
from requests import RequestException

from shijian.core.access import requires
from shijian.core.errors import Refused

from .. import queries, services
from ..confirmation import ask_again
from ..permissions import GRANT_EDIT
from ..provider import SUB_ID, Callback, CodeFlow
from ..requests import PersonRequest


@require_POST
def login(request: HttpRequest) -> HttpResponse:
    return _to_provider(request, AuthProcess.LOGIN, get_next_redirect_url(request))


@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """Where the provider sends the browser back to."""
    if not settings.OIDC:
        raise Http404
    response: HttpResponse = Callback.adapter_view(CodeFlow(request, SUB_ID))(request)
    return response


@login_required
@require_POST
def identity_new(request: PersonRequest) -> HttpResponse:
    """Link the subject the person is at the provider."""
    ask_again(request)
    return _to_provider(request, AuthProcess.CONNECT, None)


@login_required
@require_POST
def identity_end(request: PersonRequest) -> HttpResponse:
    ask_again(request)
    try:
        services.unlink_identity(request.user, by=request.user, now=now())
        messages.success(request, "已解除绑定，今后请用工号和密码登录。")
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("accounts:me")


@requires(GRANT_EDIT)
@require_POST
def identity_end_of(request: PersonRequest, key: Any) -> HttpResponse:
    """The security administrator ends somebody's link, say after a change of employee number."""
    person = queries.person_for(request.user, key, may=GRANT_EDIT)
    ask_again(request)
    try:
        services.unlink_identity(person, by=request.user, now=now())
        messages.success(request, f"已解除{person.name}的统一身份，本人已在所有设备上退出。")
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("accounts:person", key=person.pk)


def _to_provider(request: HttpRequest, process: str, next_url: str | None) -> HttpResponse:
    if not settings.OIDC:
        raise Http404
    try:
        response: HttpResponse = get_adapter().get_provider(request, SUB_ID).redirect(request, process, next_url)
    except (RequestException, OAuth2Error):
        messages.error(request, f"{settings.OIDC.name}暂时连接不上，请稍后再试，或用工号和密码登录。")
        return redirect("accounts:me" if request.user.is_authenticated else "account_login")
    return response
