"""Idle and absolute time-out of a session (GB/T 22239-2019 8.1.4.1 b)."""

from collections.abc import Callable
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from .models import User
from .provider_session import came_by_provider
from .services.passwords import password_profile

CLOCK_STEP = timedelta(minutes=5)  # servers that share a database may differ by so much
SEEN_EVERY = timedelta(minutes=1)  # writing the session at each request would cost a transaction a page


def expired(opened_at: datetime, seen_at: datetime, now: datetime) -> bool:
    """Whether a session is over: unused for too long, simply too old, or of a time to come.

    The last is what a clock leaves behind that went ahead and was set right: such a session would live until then.
    """
    if seen_at > now + CLOCK_STEP or opened_at > now + CLOCK_STEP:
        return True
    idle = now - seen_at > timedelta(minutes=settings.SESSION_IDLE_MINUTES)
    return idle or now - opened_at > timedelta(hours=settings.SESSION_ABSOLUTE_HOURS)


class SessionTimeoutMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.session.session_key and request.user.is_authenticated:
            now = timezone.now()
            opened_at = datetime.fromisoformat(request.session.setdefault("opened_at", now.isoformat()))
            seen_at = datetime.fromisoformat(request.session.setdefault("seen_at", now.isoformat()))
            if expired(opened_at, seen_at, now):
                logout(request)
                messages.info(request, "长时间未操作，已自动退出，请重新登录。")
                return redirect(settings.LOGIN_URL)
            if now - seen_at > SEEN_EVERY:
                request.session["seen_at"] = now.isoformat()
                UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=now)
        return self.get_response(request)


class MustChangePasswordMiddleware:
    """Somebody with a first, a reset or an outworn password changes it before anything else.

    Who came by the identity provider did not use it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        allowed = (reverse("account_change_password"), reverse("account_logout"), settings.STATIC_URL)
        user = request.user
        if isinstance(user, User) and not request.path.startswith(allowed) and not came_by_provider(request, user):
            if user.must_change_password:
                messages.info(request, "请先修改初始密码。")
                return redirect("account_change_password")
            if password_profile().is_too_old(user.password_changed_at, timezone.now()):
                messages.info(request, "密码使用时间已满，请先修改密码。")
                return redirect("account_change_password")
        return self.get_response(request)
