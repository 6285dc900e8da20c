from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from shijian.audit import services as audit
from shijian.core.errors import Refused

from ..choices import Verb
from ..models import Unit, User
from . import passwords


class EmployeeNumberTaken(Refused):
    code = "accounts.employee_number_taken"


class NotYourself(Refused):
    code = "accounts.not_yourself"


@transaction.atomic
def create_person(
    *,
    employee_no: str,
    name: str,
    unit: Unit,
    kind: str,
    password: str | None,
    post: str = "",
    phone: str = "",
    by: User | None,
    now: datetime,
) -> User:
    """Open an account. `password` None makes one nobody can log in to until a password is set; `by` None = set-up."""
    user = User(
        employee_no=employee_no,
        name=name,
        unit=unit,
        bureau_code=unit.bureau_code,
        kind=kind,
        post=post,
        phone=phone,
        must_change_password=by is not None,
    )
    if password is not None:
        passwords.check(password, user=user)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        raise EmployeeNumberTaken(f"工号 {employee_no} 已被使用，请核对后换一个工号。") from error
    passwords.remember(user, now=now)
    _record(Verb.USER_CREATED, user, by=by, now=now, detail={"unit": unit.code, "kind": kind})
    return user


@transaction.atomic
def change_person(user: User, *, changes: dict[str, Any], by: User, now: datetime) -> User:
    """Change name, unit, kind, post or phone; records which fields changed, not what a phone number was."""
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    changed = [field for field, value in changes.items() if getattr(user, field) != value]
    if not changed:
        return user
    for field in changed:
        setattr(user, field, changes[field])
    user.bureau_code = user.unit.bureau_code
    user.save(update_fields=[*changed, "bureau_code"])
    _record(Verb.USER_CHANGED, user, by=by, now=now, detail={"fields": changed})
    return user


@transaction.atomic
def disable(user: User, *, by: User, now: datetime) -> None:
    """Stop an account at once: open sessions end with the next request."""
    if user.pk == by.pk:
        raise NotYourself("不能停用自己的账号。")
    User.objects.filter(pk=user.pk).update(is_active=False)
    _record(Verb.USER_DISABLED, user, by=by, now=now)


@transaction.atomic
def enable(user: User, *, by: User, now: datetime) -> None:
    User.objects.filter(pk=user.pk).update(is_active=True)
    _record(Verb.USER_ENABLED, user, by=by, now=now)


def _record(verb: str, user: User, *, by: User | None, now: datetime, detail: dict[str, Any] | None = None) -> None:
    audit.record(by=by or user, verb=verb, on=user, at=now, bureau_code=user.bureau_code, detail=detail)
