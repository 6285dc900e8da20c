from datetime import date, datetime

from django.db import transaction

from shijian.accounts.choices import UserKind
from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core.errors import Refused

from .choices import Verb
from .models import Token, digest_of, new_secret


class OnlySystemAccounts(Refused):
    code = "exchange.only_system_accounts"


@transaction.atomic
def issue_token(user: User, *, name: str, expires_on: date, by: User, now: datetime) -> tuple[Token, str]:
    """Make a key for a system account; the secret is returned once and never kept."""
    if user.kind != UserKind.SYSTEM:
        raise OnlySystemAccounts("接口令牌只能签发给系统账号，不能代表某个人。")
    secret = new_secret()
    token = Token.objects.create(
        name=name,
        user=user,
        bureau_code=user.bureau_code,
        digest=digest_of(secret),
        created_at=now,
        created_by=by,
        expires_on=expires_on,
    )
    audit.record(
        by=by, verb=Verb.ISSUED, on=token, at=now, bureau_code=user.bureau_code, detail={"for": user.employee_no}
    )
    return token, secret


@transaction.atomic
def revoke_token(token: Token, *, by: User, now: datetime) -> None:
    """End a key at once."""
    Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now)
    audit.record(by=by, verb=Verb.REVOKED, on=token, at=now, bureau_code=token.bureau_code)
