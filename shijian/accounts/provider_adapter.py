"""From a proven subject of the identity provider to a person of ours: found, never made."""

import logging
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthError, AuthProcess
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.timezone import now

from shijian.core.errors import Refused

from . import services
from .models import User
from .provider import SUB_ID
from .provider_session import PROVED

log = logging.getLogger(__name__)


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        """The one of `OIDC_*`; none is kept in the database."""
        if not settings.OIDC or provider not in {None, SUB_ID, "openid_connect"}:
            return []
        return [
            SocialApp(
                provider="openid_connect",
                provider_id=SUB_ID,
                name=settings.OIDC.name,
                client_id=settings.OIDC.client_id,
                secret=settings.OIDC.secret,
                settings={"server_url": settings.OIDC.issuer},
            )
        ]

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Who comes back from the provider gets in as the person it stands for, or hears why not."""
        subject, process = sociallogin.account.uid, sociallogin.state.get("process")
        try:
            if process == AuthProcess.CONNECT and isinstance(request.user, User):
                services.link_identity(request.user, subject, provider=SUB_ID, by=request.user, now=now())
                messages.success(request, f"已绑定{settings.OIDC.name}。")
                raise ImmediateHttpResponse(redirect("accounts:me"))
            number = str(sociallogin.claims.get(settings.OIDC.claim) or "").strip() if settings.OIDC.claim else ""
            user = services.person_of_subject(subject, provider=SUB_ID, employee_no=number, now=now())
        except Refused as refusal:
            messages.error(request, refusal.message)
            raise ImmediateHttpResponse(
                redirect("accounts:me" if request.user.is_authenticated else "account_login")
            ) from refusal
        sociallogin.user = user
        if _proofs(sociallogin.claims) & settings.OIDC.trusted:
            request.session[PROVED] = str(user.pk)

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        if error == AuthError.CANCELLED:
            messages.info(request, f"已取消{settings.OIDC.name}登录。")
        else:
            log.warning("login by the identity provider failed: %s", str(exception or "unknown state")[:100])
            messages.error(request, f"{settings.OIDC.name}登录没有完成，请重新登录；仍不能登录的，请用工号和密码登录。")
        raise ImmediateHttpResponse(redirect("account_login"))


def _proofs(claims: dict[str, Any]) -> set[str]:
    """By what the person proved himself there, as the provider says (`amr`, `acr`)."""
    amr = claims.get("amr")
    return {str(each) for each in (amr if isinstance(amr, list) else [])} | {str(claims.get("acr", ""))}
