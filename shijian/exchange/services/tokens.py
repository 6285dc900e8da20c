import secrets
from datetime import datetime

from django.db import transaction

from shijian.accounts.choices import UserKind
from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core.errors import Refused

from .. import rules
from ..choices import Verb
from ..models import Token


class SystemAccountsOnly(Refused):
    code = "exchange.system_accounts_only"


class ExpiresInThePast(Refused):
    code = "exchange.expires_in_the_past"


class RevokedAlready(Refused):
    code = "exchange.revoked_already"


@transaction.atomic
def issue_token(
    user: User, *, name: str, expires_at: datetime, per_minute: int = 600, by: User, now: datetime
) -> tuple[Token, str]:
    """Issue a token to a system account; returns it with its secret, which cannot be read again afterwards.

    A person works under his own login: a token in a person's name would be a second, weaker way in. Raises
    SystemAccountsOnly, ExpiresInThePast.
    """
    if user.kind != UserKind.SYSTEM or not user.is_active:
        raise SystemAccountsOnly(f"{user.name}不是在用的系统账号；接口令牌只发给系统账号，人员请用自己的工号登录。")
    if expires_at <= now:
        raise ExpiresInThePast("到期时间已经过去，请选择以后的日期。")
    secret = rules.SECRET_PREFIX + secrets.token_urlsafe(32)
    token = Token.objects.create(
        user=user,
        bureau_code=user.bureau_code,
        name=name,
        secret_hash=rules.secret_hash(secret),
        per_minute=per_minute,
        created_at=now,
        created_by=by,
        expires_at=expires_at,
    )
    detail = {"account": user.employee_no, "expires_at": expires_at.isoformat(), "per_minute": per_minute}
    audit.record(by=by, verb=Verb.TOKEN_ISSUED, on=token, at=now, bureau_code=user.bureau_code, detail=detail)
    return token, secret


@transaction.atomic
def revoke_token(token: Token, *, by: User, now: datetime) -> None:
    """Shut a token for good; every web process knows it within a second. Raises RevokedAlready."""
    if not Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now, revoked_by=by):
        raise RevokedAlready("该令牌已经吊销。")
    detail = {"account": token.user.employee_no}
    audit.record(by=by, verb=Verb.TOKEN_REVOKED, on=token, at=now, bureau_code=token.bureau_code, detail=detail)
