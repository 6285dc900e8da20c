"""Which subject of the identity provider stands for which person."""

from datetime import datetime

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from shijian.audit import services as audit
from shijian.core.errors import Refused

from ..choices import UserKind, Verb
from ..models import User
from .sessions import end_sessions


class NobodyOfThatNumber(Refused):
    code = "accounts.nobody_of_that_number"


class AccountEnded(Refused):
    code = "accounts.account_ended"


class AdministratorsLogInHere(Refused):
    code = "accounts.administrators_log_in_here"
    article = "GB/T 22239-2019 8.1.5"


class LinkedOtherwise(Refused):
    code = "accounts.linked_otherwise"


def person_of_subject(subject: str, *, provider: str, employee_no: str, now: datetime) -> User:
    """The person a proven subject stands for; the first time by his employee number, which links the two for good.

    No account is ever made. A linked subject stays with its person: a provider that later gives the subject another
    number, or the number another subject, is refused until the security administrator has ended the link. A refusal
    that concerns a known person is on record.
    """
    account = SocialAccount.objects.filter(provider=provider, uid=subject).select_related("user__unit").first()
    named = User.objects.select_related("unit").filter(employee_no=employee_no).first() if employee_no else None
    user = account.user if account else named
    if user is None or user.kind == UserKind.SYSTEM:
        raise NobodyOfThatNumber(
            "统一身份已验证，但本局没有对应的人员。请联系系统管理员核对工号，或先用密码登录后绑定。"
        )
    if fault := _fault(user, named if employee_no else user, subject, provider, now):
        with transaction.atomic():
            audit.record(
                by=user, verb=Verb.IDENTITY_REFUSED, on=user, at=now, bureau_code=user.bureau_code,
                detail={"code": fault.code},
            )  # fmt: skip
        raise fault
    if account is None:
        link_identity(user, subject, provider=provider, by=user, now=now)
    return user


def _fault(user: User, named: User | None, subject: str, provider: str, now: datetime) -> Refused | None:
    if named is not None and named.pk != user.pk:
        lanes = {grant.lane for each in (user, named) for grant in each.grants_on(localdate(now))}
        if len(lanes) > 1:
            return LinkedOtherwise(
                "该统一身份已绑定另一个工号，且两个工号分属管理员和业务人员，不能互通。请联系安全管理员。"
            )
        return LinkedOtherwise("该统一身份已绑定另一个工号。工号有变动的，请安全管理员先解除原绑定。")
    if not user.is_active:
        return AccountEnded("该账号已停用，请联系系统管理员。")
    if user.is_administrator(localdate(now)) and not settings.OIDC.administrators:
        return AdministratorsLogInHere("系统、安全、审计管理员请用工号、密码和两步验证登录，不能用统一身份登录。")
    if SocialAccount.objects.filter(provider=provider, user=user).exclude(uid=subject).exists():
        return LinkedOtherwise("该工号已绑定另一个统一身份。身份有变动的，请安全管理员先解除原绑定。")
    return None


@transaction.atomic
def link_identity(user: User, subject: str, *, provider: str, by: User, now: datetime) -> None:
    """Let a subject of the provider log in as this person; each has one other at most."""
    user = User.objects.select_for_update(no_key=True).select_related("unit").get(pk=user.pk)
    if fault := _fault(user, user, subject, provider, now):
        raise fault
    if SocialAccount.objects.filter(provider=provider, uid=subject, user=user).exists():
        return
    try:
        with transaction.atomic():
            SocialAccount.objects.create(user=user, provider=provider, uid=subject)
    except IntegrityError as error:
        raise LinkedOtherwise("该统一身份已绑定另一个工号，请联系安全管理员。") from error
    audit.record(by=by, verb=Verb.IDENTITY_LINKED, on=user, at=now, bureau_code=user.bureau_code)


@transaction.atomic
def unlink_identity(user: User, *, by: User, now: datetime) -> None:
    """End the link: the subject opens nothing any more. By another's hand it ends the person's logins as well."""
    count, _ = SocialAccount.objects.filter(user=user).delete()
    if not count:
        raise LinkedOtherwise("没有绑定统一身份。")
    if by.pk != user.pk:
        end_sessions(user, by=by, now=now)
    audit.record(by=by, verb=Verb.IDENTITY_UNLINKED, on=user, at=now, bureau_code=user.bureau_code)
