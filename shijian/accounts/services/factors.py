from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from shijian.audit import services as audit
from shijian.core.errors import Refused

from ..choices import Verb
from ..factor_adapter import FactorAdapter
from ..models import User
from .sessions import end_sessions

SEALED = ("secret", "seed")  # of an authenticator app, of recovery codes; keys of a security key are public


class OwnFactor(Refused):
    code = "accounts.own_factor"
    article = "GB/T 22239-2019 8.1.4.1"


@transaction.atomic
def remove_factors(user: User, *, by: User, now: datetime) -> None:
    """Take away all second factors of somebody who has lost them; his logins end.

    The security administrator does it and cannot set a password, the system administrator sets a password and cannot
    do this: nobody alone gets into another person's account.
    """
    if by.pk == user.pk:
        raise OwnFactor("本人的两步验证请在“我的账号”中解除。")
    types = sorted(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    if not types:
        raise OwnFactor("该人员没有绑定两步验证。")
    Authenticator.objects.filter(user=user).delete()
    end_sessions(user, by=by, now=now)
    audit.record(
        by=by, verb=Verb.FACTOR_REMOVED, on=user, at=now, bureau_code=user.bureau_code, detail={"type": ",".join(types)}
    )


@transaction.atomic
def reseal_factors() -> int:
    """Seal every second factor with the present secret key, so that former ones may go; returns how many."""
    count = 0
    for factor in Authenticator.objects.select_for_update().exclude(type=Authenticator.Type.WEBAUTHN):
        held = {name: FactorAdapter.reseal(factor.data[name]) for name in SEALED if name in factor.data}
        Authenticator.objects.filter(pk=factor.pk).update(data={**factor.data, **held})
        count += bool(held)
    return count
