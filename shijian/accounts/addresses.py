"""From which addresses administrators work: `ADMIN_ADDRESSES` (GB/T 22239-2019 8.1.10.4, ASVS 8.2.4)."""

from collections.abc import Callable
from ipaddress import ip_address

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from shijian.audit import services as audit

from .choices import Verb
from .models import User


def allows(request: HttpRequest, user: User) -> bool:
    """Whether this person may work from where the request comes; the list binds the three administrators only."""
    if not settings.ADMIN_ADDRESSES or not user.is_administrator(timezone.localdate()):
        return True
    address = ip_address(get_adapter().get_client_ip(request))
    return any(address in network for network in settings.ADMIN_ADDRESSES)


def refuse(request: HttpRequest, user: User) -> None:
    """Put the attempt on record and say why."""
    with transaction.atomic():
        audit.record(
            by=user,
            verb=Verb.ADDRESS_REFUSED,
            on=user,
            at=timezone.now(),
            bureau_code=user.bureau_code,
            detail={"address": get_adapter().get_client_ip(request)},
        )
    messages.error(request, "管理员只能在指定的办公地址登录，请到管理终端操作。")


class AdministratorAddressMiddleware:
    """A session carried to another place ends there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if settings.ADMIN_ADDRESSES and isinstance(user, User) and not allows(request, user):
            logout(request)
            refuse(request, user)
            return redirect(settings.LOGIN_URL)
        return self.get_response(request)
