"""Grave acts are done by the person himself, now: he proves it again shortly before (ASVS 7.5.3)."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import (
    get_reauthentication_flows,
    raise_if_reauthentication_required,
)
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest

from shijian.core.errors import Refused

CLOCK_STEP_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Proof:
    """That the person was there himself: by what, and when."""

    how: str
    at: datetime


class NothingToConfirmWith(Refused):
    code = "accounts.nothing_to_confirm_with"


def ask_again(request: HttpRequest) -> None:
    """Before a grave act: ask for the password or the second factor, unless that was done in the last minutes.

    A view calls it when it knows that the act is possible: after the door and the form. What was sent is kept, and the
    same address is asked again with it after the confirmation.
    """
    if not get_reauthentication_flows(request.user):  # allauth would let such a person pass
        raise NothingToConfirmWith("这是重要操作，须再次确认身份，而您没有密码。请先在“我的账号”中绑定两步验证。")
    if any(each["at"] > time.time() + CLOCK_STEP_SECONDS for each in get_authentication_records(request, request.user)):
        raise ReauthenticationRequired  # the clock was ahead then: it would count as recent until that time comes
    raise_if_reauthentication_required(request, app="")


def proof_now(request: HttpRequest) -> Proof:
    """Have the person prove himself again, as `ask_again` does, and say by what and when: for acts that are signed so."""
    ask_again(request)
    latest = max(get_authentication_records(request, request.user), key=lambda each: float(each["at"]))
    how = latest.get("type") or latest["method"]
    return Proof(str(how)[:20], datetime.fromtimestamp(latest["at"], UTC))
