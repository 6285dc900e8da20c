"""Passwords set by somebody else. For an administrator's it takes two: who sets passwords and who grants roles."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from shijian.audit import services as audit
from shijian.core.errors import Refused

from ..choices import Verb
from ..models import PasswordReset, User
from ..models.password_reset import HOLDS_FOR
from . import passwords


class SecondPersonNeeded(Refused):
    code = "accounts.second_person_needed"
    article = "GB/T 22239-2019 8.1.5"


@transaction.atomic
def reset_password(user: User, *, password: str, by: User, now: datetime) -> None:
    """Set a new password which the person must change at the next login; ends his sessions (their hash changes).

    Raises SecondPersonNeeded for one of the three administrators until a security administrator has agreed within the
    day: who could set the password of an administrator alone would hold his rights.
    """
    passwords.check(password, user=user)
    if user.is_administrator(localdate(now)):
        found = PasswordReset.objects.select_for_update(no_key=True).filter(user=user, ended_at=None).first()
        if not (found and found.holds(now) and found.agreed_by_id and found.asked_by_id == by.pk):
            raise SecondPersonNeeded("重置管理员的密码须经安全管理员确认，请先提交申请。")
        found.ended_at = now
        found.save(update_fields=["ended_at"])
    passwords.put(user, password, must_change=True, now=now)
    audit.record(by=by, verb=Verb.PASSWORD_RESET, on=user, at=now, bureau_code=user.bureau_code)


@transaction.atomic
def ask_reset(user: User, *, by: User, now: datetime) -> PasswordReset:
    """Ask for the consent of a security administrator; an earlier request that nobody used in a day gives way."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    PasswordReset.objects.filter(user=user, ended_at=None, asked_at__lte=now - HOLDS_FOR).update(ended_at=now)
    if open_one := PasswordReset.objects.filter(user=user, ended_at=None).first():
        raise SecondPersonNeeded(f"{open_one.asked_by} 已提交申请，请等安全管理员确认。")
    made = PasswordReset.objects.create(user=user, asked_by=by, asked_at=now)
    audit.record(by=by, verb=Verb.RESET_ASKED, on=user, at=now, bureau_code=user.bureau_code)
    return made


@transaction.atomic
def decide_reset(reset: PasswordReset, *, agreed: bool, by: User, now: datetime) -> None:
    """The security administrator's word, given after he has made sure of the person."""
    reset = PasswordReset.objects.select_for_update(no_key=True, of=("self",)).select_related("user").get(pk=reset.pk)
    if by.pk in {reset.user_id, reset.asked_by_id}:
        raise SecondPersonNeeded("申请人和本人不能确认，请由另一位安全管理员确认。")
    if not reset.holds(now) or reset.agreed_by_id:
        raise SecondPersonNeeded("该申请已办结或超过 24 小时，请重新申请。")
    if agreed:
        reset.agreed_by, reset.agreed_at = by, now
    else:
        reset.ended_at = now
    reset.save(update_fields=["agreed_by", "agreed_at", "ended_at"])
    verb = Verb.RESET_AGREED if agreed else Verb.RESET_REFUSED
    audit.record(by=by, verb=verb, on=reset.user, at=now, bureau_code=reset.user.bureau_code)
