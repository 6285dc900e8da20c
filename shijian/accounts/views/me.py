"""One's own account: password, logins, who stands in for whom."""

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_POST

from .. import queries, services
from ..factors import has_factor
from ..requests import PersonRequest


@login_required
@require_GET
def me(request: PersonRequest) -> HttpResponse:
    context = {
        "sessions": queries.sessions_of(request.user, current=request.session.session_key or "", now=now()),
        "given": queries.delegations_by(request.user, now=now()),
        "taken": queries.delegations_to(request.user, on=localdate()),
        "today": localdate(),
        "password_days": services.password_profile().days_left(request.user.password_changed_at, now()),
        "oidc": settings.OIDC,
        "has_identity": queries.has_identity(request.user),
        "has_factor": has_factor(request.user),
        "roles": sorted({grant.role.name for grant in queries.roles_on(request.user, localdate())}),
    }
    return render(request, "accounts/me.html", context)


@login_required
@require_POST
def session_end(request: PersonRequest, session: int) -> HttpResponse:
    """Log another device out."""
    found = get_object_or_404(UserSession, pk=session, user=request.user)
    if found.session_key == request.session.session_key:
        messages.info(request, "这是当前登录，请用右上角的“退出登录”。")
    else:
        services.end_session(found, by=request.user, now=now())
        messages.success(request, "已退出该设备。")
    return redirect("accounts:me")


@login_required
@require_POST
def sessions_end(request: PersonRequest) -> HttpResponse:
    """Log out everywhere but here."""
    key = request.session.session_key or ""
    services.end_other_sessions(request.user, current=key, by=request.user, now=now())
    update_session_auth_hash(request, request.user)
    UserSession.objects.filter(session_key=key).update(session_key=request.session.session_key)
    messages.success(request, "已退出其他所有设备。")
    return redirect("accounts:me")
