"""What waits for administrators on the desk: passwords two people reset, certificates that end."""

from datetime import date, timedelta

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.timezone import localtime, now

from shijian.core.desk import Section, Task

from . import queries
from .choices import CertificateStatus
from .models import EnforcementCertificate, PasswordReset, User
from .permissions import CERTIFICATE_EDIT, GRANT_EDIT, PERSON_EDIT

ENDS_WITHIN = timedelta(days=60)
SHOWN = 6


def resets(user: User, today: date) -> Section | None:
    """New passwords of administrators: to agree to, or agreed to and to be set by who asked."""
    if user.may(GRANT_EDIT):
        rows, why = queries.resets_to_decide(user, now=now()), "请核实本人后确认或者驳回"
    elif user.may(PERSON_EDIT):
        mine = PasswordReset.objects.filter(asked_by=user, ended_at=None, agreed_at__isnull=False)
        rows, why = mine.select_related("user", "asked_by"), "已确认，请在 24 小时内重置"
    else:
        return None
    tasks = [
        Task(
            f"重置 {each.user.name} 的密码",
            f"{each.asked_by.name} {localtime(each.asked_at):%m-%d %H:%M} 申请 · {why}",
            reverse("accounts:person", args=[each.user_id]),
        )
        for each in rows
        if each.holds(now())
    ]
    return Section("管理员密码", tasks, reverse("accounts:people"), len(tasks)) if tasks else None


def certificates(user: User, today: date) -> Section | None:
    """Enforcement certificates that end within two months, whose holder has no later valid one."""
    if not user.may(CERTIFICATE_EDIT):
        return None
    valid = EnforcementCertificate.objects.filter(status=CertificateStatus.VALID)
    later = valid.filter(user=OuterRef("user"), valid_until__gt=today + ENDS_WITHIN)
    ending = valid.filter(
        ~Exists(later), valid_until__range=(today, today + ENDS_WITHIN), user__bureau_code=user.bureau_code,
        user__is_active=True,
    )  # fmt: skip
    rows = list(ending.select_related("user__unit").order_by("valid_until")[:50])
    tasks = [
        Task(
            f"{each.user.name}的执法证将到期", f"{each.user.unit.name} · {each.number}",
            reverse("accounts:person", args=[each.user_id]), each.valid_until,
        )
        for each in rows[:SHOWN]
    ]  # fmt: skip
    return Section("执法证到期", tasks, reverse("accounts:people"), len(rows)) if tasks else None
