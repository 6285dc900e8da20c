from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from shijian.audit import services as audit
from shijian.audit.queries import acts_since
from shijian.core.errors import Refused

from ..choices import Verb
from ..models import User


class QuotaUsed(Refused):
    code = "accounts.unmasking_quota_used"
    article = "个人信息保护法（2021）第六条"


def unmask_phone(owner: User, *, reason: str, by: User, now: datetime) -> str:
    """The whole phone number of a colleague."""
    return unmask(owner, "phone", reason=reason, by=by, now=now)


@transaction.atomic
def unmask(owner: Any, field: str, *, reason: str, by: User, now: datetime) -> str:
    """Show a masked field of somebody whole, once: with a reason, on record, so many a day. Raises QuotaUsed beyond them.

    Source: 个人信息保护法 (2021-08-20) art. 6 (least necessary), art. 51 (internal rules, access on record).
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # two tabs at once count as two
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    if acts_since(by.employee_no, Verb.UNMASKED, midnight) >= settings.UNMASK_PER_DAY:
        raise QuotaUsed(f"今天已查看 {settings.UNMASK_PER_DAY} 次，达到每日上限；确需继续请联系安全管理员。")
    audit.record(
        by=by,
        verb=Verb.UNMASKED,
        on=owner,
        at=now,
        bureau_code=owner.bureau_code,
        area_code=getattr(owner, "area_code", ""),
        detail={"field": f"{owner._meta.label_lower}.{field}", "reason": reason},
    )
    return str(getattr(owner, field))
