"""How django-allauth fits the bureau: no self sign-up, the password profile, and a record of every login."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from shijian.audit import services as audit

from . import addresses, services
from .choices import Verb
from .models import User
from .provider_session import came_by_provider


def lockout_key(employee_no: str) -> str:
    """Under which the failed logins of a person are counted."""
    return f"login:{employee_no.lower()}"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": "工号或密码不正确。",
        "too_many_login_attempts": "登录失败次数过多，账号已暂时锁定，请 10 分钟后再试，或请安全管理员解除锁定。",
        "account_inactive": "该账号已停用，请联系系统管理员。",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_stages(self) -> list[str]:
        ours = {"allauth.mfa.stages.AuthenticateStage": "shijian.accounts.provider_session.FactorStage"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def clean_password(self, password: str, user: User | None = None) -> str:
        """The profile decides alone; the lists of Django are among its rules."""
        if faults := services.password_faults(password, user=user):
            raise ValidationError([*faults])
        return password

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Failures are counted by person, whatever host name the request was sent to."""
        return lockout_key(str(credentials.get("username", "")))

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        messages.error(request, self.error_messages["account_inactive"])
        return redirect("account_login")

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        if not addresses.allows(request, user):
            addresses.refuse(request, user)
            return redirect("account_login")
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return response

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            by_provider = {"by": "provider"} if came_by_provider(request, user) else None
            audit.record(
                by=user,
                verb=Verb.LOGGED_IN,
                on=user,
                at=timezone.now(),
                bureau_code=user.bureau_code,
                detail=by_provider,
            )
        response: HttpResponse = super().post_login(request, user, **kwargs)
        services.keep_to_limit(user, current=request.session.session_key or "", now=timezone.now())
        return response

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        super().authentication_failed(request, **credentials)
        user = User.objects.filter(employee_no=credentials.get("username", "")).first()
        if user:  # a name nobody bears leaves no entry: it may be a password typed into the wrong field
            with transaction.atomic():
                audit.record(by=user, verb=Verb.LOGIN_FAILED, on=user, at=timezone.now(), bureau_code=user.bureau_code)

    def logout(self, request: HttpRequest) -> None:
        if isinstance(request.user, User):
            with transaction.atomic():
                audit.record(
                    by=request.user,
                    verb=Verb.LOGGED_OUT,
                    on=request.user,
                    at=timezone.now(),
                    bureau_code=request.user.bureau_code,
                )
        super().logout(request)

    def set_password(self, user: User, password: str) -> None:
        services.change_password(user, password=password, now=timezone.now())

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("portal:desk")
