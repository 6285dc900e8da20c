"""Second factor: who must have one, who has one (GB/T 22239-2019 8.1.4.1 d; ASVS 6.3.3)."""

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localdate

from .models import User
from .provider_session import proved_by_provider

PROOFS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]  # recovery codes alone are none


def has_factor(user: User) -> bool:
    return bool(is_mfa_enabled(user, PROOFS))


def lacks_factor(user: User) -> bool:
    """Whether a role held today asks for a second factor that the person has not set up (`SECOND_FACTOR_ROLES`)."""
    held = {grant.role for grant in user.grants_on(localdate())} if settings.SECOND_FACTOR_ROLES else set()
    return not held.isdisjoint(settings.SECOND_FACTOR_ROLES) and not has_factor(user)


def rate_key(user: User) -> str:
    """Under which allauth counts the wrong codes of a person."""
    return f"mfa-auth-user-{user.pk}"


class SecondFactorMiddleware:
    """Whose role asks for a second factor sets it up before anything else; stands after the change of password."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        asked = settings.SECOND_FACTOR_ROLES and not request.path.startswith(self._allowed())
        if asked and isinstance(user, User) and lacks_factor(user) and not proved_by_provider(request, user):
            messages.info(request, "您的角色要求两步验证，请先绑定身份验证器或安全密钥。")
            return redirect("mfa_index")
        return self.get_response(request)

    def _allowed(self) -> tuple[str, ...]:
        names = ["mfa_index", "account_reauthenticate", "account_change_password", "account_logout"]
        return (*map(reverse, names), settings.STATIC_URL)
