from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from shijian.audit import services as audit
from shijian.core.errors import Refused

from ..choices import Verb
from ..models import Grant, Role, User


class AdministratorsAreSeparate(Refused):
    code = "accounts.administrators_are_separate"
    article = "GB/T 22239-2019 8.1.5"


class AlreadyGranted(Refused):
    code = "accounts.already_granted"


class GrantEnded(Refused):
    code = "accounts.grant_ended"


class DatesOutOfOrder(Refused):
    code = "accounts.dates_out_of_order"


class NotToOneself(Refused):
    code = "accounts.not_to_oneself"


@dataclass(frozen=True, slots=True)
class RoleContent:
    """What `config/roles.py` says of a role."""

    name: str
    lane: str
    permissions: Sequence[str]


@transaction.atomic
def grant(
    user: User,
    role_code: str,
    *,
    bureau_code: str,
    area_prefix: str = "",
    unit_path: str | None = None,
    valid_from: date,
    valid_until: date | None = None,
    by: User,
    now: datetime,
) -> Grant:
    """Give a person a role from `valid_from` through `valid_until` (both days included; None = until ended).

    `unit_path` None means the person's own unit. Raises AdministratorsAreSeparate when system, security, audit and
    business roles would meet in one person, AlreadyGranted when the same grant overlaps.
    """
    if by.pk == user.pk:
        raise NotToOneself("不能给自己授权，请由另一位安全管理员办理。")
    if valid_until and valid_until < valid_from:
        raise DatesOutOfOrder("有效期止不能早于有效期起，请核对日期。")
    role = Role.objects.get(pk=role_code)
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    others = user.grants.filter(valid__overlap=_days(valid_from, valid_until))
    if other := others.exclude(lane=role.lane).select_related("role").first():
        raise AdministratorsAreSeparate(
            f"{user.name}已是“{other.role.name}”，不能同时担任“{role.name}”：系统、安全、审计管理员与业务角色互斥。"
        )
    reach = {"area_prefix": area_prefix, "unit_path": user.unit.path if unit_path is None else unit_path}
    if others.filter(role=role, **reach).exists():
        raise AlreadyGranted(f"{user.name}在此期间已有“{role.name}”授权，无需重复办理。")
    made = Grant.objects.create(
        user=user,
        role=role,
        lane=role.lane,
        bureau_code=bureau_code,
        valid=_days(valid_from, valid_until),
        **reach,
    )
    audit.record(
        by=by,
        verb=Verb.GRANTED,
        on=user,
        at=now,
        bureau_code=bureau_code,
        area_code=area_prefix,
        detail={"role": role.code, **reach, "from": str(valid_from), "until": str(valid_until or "")},
    )
    return made


@transaction.atomic
def end_grant(held: Grant, *, on: date, by: User, now: datetime) -> None:
    """End a grant: `on` is the first day without it. A grant that would end before it began is withdrawn whole."""
    held = Grant.objects.select_for_update(of=("self",)).select_related("user", "role").get(pk=held.pk)
    if held.valid.isempty or (held.valid.upper and held.valid.upper <= on):
        raise GrantEnded("该授权已经结束。")
    held.valid = DateRange(held.valid.lower, max(on, held.valid.lower), "[)")
    held.save(update_fields=["valid"])
    audit.record(
        by=by,
        verb=Verb.GRANT_ENDED,
        on=held.user,
        at=now,
        bureau_code=held.bureau_code,
        area_code=held.area_prefix,
        detail={"role": held.role_id, "area_prefix": held.area_prefix, "on": str(on)},
    )


@transaction.atomic
def sync_roles(roles: Mapping[str, RoleContent]) -> int:
    """Make the role table say what `config/roles.py` says; returns how many roles there are."""
    Role.objects.bulk_create(
        [
            Role(code=code, name=role.name, lane=role.lane, permissions=sorted(role.permissions))
            for code, role in roles.items()
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "lane", "permissions"],
    )
    return len(roles)


def _days(first: date, last: date | None) -> DateRange:
    return DateRange(first, last and last + timedelta(days=1), "[)")
