from datetime import datetime

from django.db import transaction

from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core.errors import Refused

from .. import queries
from ..choices import Verb
from ..hooks import rules
from ..models import Setting


class WrongNumber(Refused):
    code = "watch.wrong_number"


class NoSuchRule(Refused):
    code = "watch.no_such_rule"


@transaction.atomic
def change_rule(
    code: str, *, is_active: bool, severity: str, numbers: dict[str, int], by: User, now: datetime
) -> queries.InForce:
    """From now on the bureau runs the rule like this; how it ran before stays on record."""
    rule = rules.get(code)
    if rule is None:
        raise NoSuchRule(f"没有代码为“{code}”的监察规则。")
    for each in rule.parameters:
        if not each.least <= numbers.get(each.name, each.default) <= each.most:
            raise WrongNumber(f"“{each.label}”应在 {each.least} 至 {each.most} 之间。")
    wanted = queries.InForce(rule, is_active, severity, rule.numbers(numbers))
    if wanted == queries.in_force(by.bureau_code)[code]:
        return wanted
    Setting.objects.select_for_update().filter(bureau_code=by.bureau_code, rule=code, until=None).update(until=now)
    row = Setting.objects.create(
        bureau_code=by.bureau_code,
        rule=code,
        is_active=is_active,
        severity=severity,
        numbers=wanted.numbers,
        since=now,
        changed_by=by,
    )
    detail = {"rule": code, "active": is_active, "severity": severity, "numbers": wanted.numbers}
    audit.record(by=by, verb=Verb.RULE_CHANGED, on=row, at=now, bureau_code=by.bureau_code, detail=detail)
    return wanted
