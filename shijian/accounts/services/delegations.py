from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.timezone import localdate

from shijian.audit import services as audit
from shijian.core.errors import Refused

from .. import rules
from ..choices import Lane, UserKind, Verb
from ..models import Delegation, User

LONGEST = timedelta(days=90)


class DelegationRefused(Refused):
    code = "accounts.delegation_refused"


class NotYourDelegation(Refused):
    code = "accounts.not_your_delegation"


@transaction.atomic
def delegate(
    principal: User,
    *,
    deputy: User,
    roles: Sequence[str],
    area_prefix: str,
    first: date,
    last: date,
    reason: str,
    by: User,
    now: datetime,
) -> Delegation:
    """Let a deputy stand in for the principal from `first` through `last` (both included, ninety days at most).

    Only business roles the principal holds himself, within his own reach; an administrator neither gives nor takes;
    who is no officer does not stand in for one (行政处罚法 2021 art. 42; 国办发〔2024〕54号). Raises DelegationRefused.
    """
    if principal.acting:
        raise DelegationRefused("代办期间不能再委托他人，请先结束代办。")
    if deputy.pk == principal.pk or deputy.bureau_code != principal.bureau_code or not deputy.is_active:
        raise DelegationRefused("代理人应是本局在岗的另一名人员，请核对工号。")
    if principal.kind == UserKind.OFFICER and deputy.kind != UserKind.OFFICER:
        raise DelegationRefused(f"{deputy.name}不是监管人员，不能代理监管人员的职责。")
    if not localdate(now) <= last or last < first or last - first >= LONGEST:
        raise DelegationRefused("委托期间应从今天或以后结束，最长 90 天，请核对日期。")
    days = DateRange(first, last + timedelta(days=1), "[)")
    if deputy.grants.filter(valid__overlap=days).exclude(lane=Lane.BUSINESS).exists():
        raise DelegationRefused(f"{deputy.name}是系统、安全或审计管理员，不能代理业务工作。")
    if not roles or not rules.delegated(principal.grants_on(localdate(now)), roles, area_prefix):
        raise DelegationRefused("只能委托本人现有的业务角色，范围不能超出本人的网格范围。")
    User.objects.select_for_update(no_key=True).get(pk=principal.pk)
    if Delegation.objects.filter(principal=principal, deputy=deputy, valid__overlap=days).exists():
        raise DelegationRefused(f"该期间已委托{deputy.name}，请先结束原委托或换一个期间。")
    made = Delegation.objects.create(
        principal=principal,
        deputy=deputy,
        bureau_code=principal.bureau_code,
        roles=sorted(roles),
        area_prefix=area_prefix,
        valid=days,
        reason=reason,
        made_at=now,
    )
    facts = {"deputy": deputy.employee_no, "roles": made.roles, "area_prefix": area_prefix}
    _record(Verb.DELEGATED, made, by=by, now=now, **facts, first=str(first), last=str(last), reason=reason)
    return made


@transaction.atomic
def end_delegation(delegation: Delegation, *, by: User, now: datetime) -> None:
    """End it at once: from the next request the deputy has only his own rights. Either side may."""
    delegation = Delegation.objects.select_for_update(of=("self",)).select_related("principal").get(pk=delegation.pk)
    if by.pk not in {delegation.principal_id, delegation.deputy_id}:
        raise NotYourDelegation("只有委托人或代理人可以结束委托。")
    today = localdate(now)
    if not delegation.valid.isempty and delegation.valid.upper > today:
        delegation.valid = DateRange(delegation.valid.lower, max(today, delegation.valid.lower), "[)")
        delegation.save(update_fields=["valid"])
        _record(Verb.DELEGATION_ENDED, delegation, by=by, now=now, on=str(today))


@transaction.atomic
def begin_acting(delegation: Delegation, *, by: User, now: datetime) -> None:
    """Put on record that the deputy begins to stand in; raises NotYourDelegation when it is not his or not today."""
    if delegation.deputy_id != by.pk or localdate(now) not in delegation.valid:
        raise NotYourDelegation("这项委托今天不能使用，请核对委托期间。")
    _record(Verb.ACTING_BEGAN, delegation, by=by, now=now)


@transaction.atomic
def end_acting(delegation: Delegation, *, by: User, now: datetime) -> None:
    _record(Verb.ACTING_ENDED, delegation, by=by, now=now)


def _record(verb: str, delegation: Delegation, *, by: User, now: datetime, **detail: object) -> None:
    bureau = delegation.bureau_code
    audit.record(by=by, verb=verb, on=delegation.principal, at=now, bureau_code=bureau, detail=detail)
