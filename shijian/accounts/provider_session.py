"""What a session owes to the identity provider: that it opened it, and that it saw a second factor."""

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest

from .models import User

PROVED = "proved_by_provider"


def came_by_provider(request: HttpRequest, user: User) -> bool:
    """Whether this session was opened by the provider, without our password."""
    methods = {each.get("method") for each in get_authentication_records(request, user)}
    return "socialaccount" in methods and "password" not in methods


def proved_by_provider(request: HttpRequest, user: User) -> bool:
    """Whether the provider saw a second factor which `OIDC_SECOND_FACTOR` trusts."""
    return request.session.get(PROVED) == str(user.pk) and came_by_provider(request, user)


class FactorStage(AuthenticateStage):  # type: ignore[misc]
    """allauth's question for the second factor, unless a trusted one was shown to the provider just now."""

    def _should_handle(self, request: HttpRequest) -> bool:
        user = self.login.user
        return bool(super()._should_handle(request)) and not (user and proved_by_provider(request, user))
