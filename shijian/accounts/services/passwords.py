from datetime import datetime

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.db import transaction

from shijian.audit import services as audit
from shijian.core.errors import Refused

from ..breached import is_breached
from ..choices import Verb
from ..models import PasswordRecord, User
from ..passwords import LONGEST, PROFILES, PasswordProfile


class WeakPassword(Refused):
    code = "accounts.weak_password"
    article = "GB/T 22239-2019 8.1.4.1"


def password_profile() -> PasswordProfile:
    return PROFILES[settings.PASSWORD_PROFILE]


def password_faults(password: str, *, user: User | None) -> list[str]:
    """Everything the profile has against the password: form, leaked, used before."""
    profile = password_profile()
    faults = profile.faults(password, personal=[user.employee_no, user.name] if user else [])
    if len(password) > LONGEST:
        return faults
    if profile.refuses_breached and is_breached(password):
        faults.append("这个密码出现在泄露密码库中，请换一个。")
    if user and profile.history and not faults:
        used = user.password_records.values_list("password", flat=True)[: profile.history]
        if any(check_password(password, each) for each in {user.password, *used}):
            faults.append(f"新密码不能与最近 {profile.history} 次的密码相同。")
    return faults


def check(password: str, *, user: User) -> None:
    """Raises WeakPassword with all that is missing."""
    if faults := password_faults(password, user=user):
        raise WeakPassword("".join(faults))


@transaction.atomic
def change_password(user: User, *, password: str, now: datetime) -> None:
    """The person's own change, after the form has checked it; ends his other logins (their hash changes)."""
    put(user, password, must_change=False, now=now)
    audit.record(by=user, verb=Verb.PASSWORD_CHANGED, on=user, at=now, bureau_code=user.bureau_code)


def put(user: User, password: str, *, must_change: bool, now: datetime) -> None:
    """Set the password and remember it; the caller has checked it."""
    user.set_password(password)
    user.must_change_password = must_change
    user.password_changed_at = now
    user.save(update_fields=["password", "must_change_password", "password_changed_at"])
    remember(user, now=now)


def remember(user: User, *, now: datetime) -> None:
    """Keep the present hash, and drop those the profile no longer asks about."""
    if not (history := password_profile().history) or not user.has_usable_password():
        return
    PasswordRecord.objects.create(user=user, password=user.password, at=now)
    kept = user.password_records.values_list("pk", flat=True)[:history]
    user.password_records.exclude(pk__in=list(kept)).delete()
