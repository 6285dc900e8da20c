from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core.errors import Refused
from shijian.core.numbering import next_number
from shijian.core.records import Record

from .. import hooks, queries
from ..choices import Verb
from ..models import Worksheet
from ..rules import Combined, Ruling
from ..rules.ranges import yuan


class OutsideRange(Refused):
    code = "discretion.outside_range"


class ReasonMissing(Refused):
    code = "discretion.reason_missing"


@transaction.atomic
def save_worksheet(
    data: dict[str, Any],
    *,
    chosen: Decimal,
    reason: str,
    by: User,
    now: datetime,
    deviation: str = "",
    record: Record | None = None,
) -> Worksheet:
    """Keep a working with the sum chosen from its range.

    Refused outside the range (rules DIS-06), without a reason, and without a second one when the sum leaves the range
    of similar past cases (X-04).
    """
    ruling = queries.working(data, bureau_code=by.bureau_code, today=localdate(now))
    if isinstance(ruling, Combined):
        raise OutsideRange("计算单一次只写一个违法行为，请分别保存。")
    if not ruling.low <= chosen <= ruling.high:
        raise OutsideRange(f"拟处罚款 {yuan(chosen)} 不在幅度 {yuan(ruling.low)} 至 {yuan(ruling.high)} 以内，请改正。")
    if not reason.strip():
        raise ReasonMissing("请写明裁量理由：依据哪些情节和证据，为什么取这一数额。", article="行政处罚程序规定 48")
    party, code = ruling.facts.party.value, ruling.violation.code
    past = queries.similar_to(hooks.Question(by.bureau_code, code, ruling.tier.value, party))
    outside = queries.deviates(chosen, past)
    if outside and not deviation.strip():
        low, high = outside
        raise ReasonMissing(
            f"同类 {len(past)} 件在 {yuan(low)} 至 {yuan(high)} 之间，拟处 {yuan(chosen)} 偏离，请写明偏离的理由。"
        )
    year = localdate(now).year
    sheet = Worksheet.objects.create(
        bureau_code=by.bureau_code,
        area_code=record.area_code if record else "",
        record_kind=record.kind if record else "",
        record_id=record.id if record else None,
        year=year,
        serial=next_number(name="discretion.worksheet", bureau_code=by.bureau_code, year=year),
        violation=code,
        name=ruling.violation.name,
        party=party,
        facts=_plain(data),
        tier=ruling.tier,
        low=ruling.low,
        high=ruling.high,
        chosen=chosen,
        reason=reason.strip()[:500],
        deviation=deviation.strip()[:500],
        steps=[{"text": step.text, "citation": step.citation} for step in ruling.steps] + _standards(ruling, by),
        by=by,
        at=now,
    )
    audit.record(
        by=by,
        verb=Verb.SAVED,
        on=sheet,
        at=now,
        bureau_code=sheet.bureau_code,
        area_code=sheet.area_code,
        detail={"violation": code, "tier": ruling.tier.value, "chosen": str(chosen), "deviates": bool(outside)},
    )
    return sheet


def _standards(ruling: Ruling, by: User) -> list[dict[str, str]]:
    """The clauses of local standards for the tier, on the day of the act: for the reasons, never as the legal basis."""
    on = ruling.facts.ended_on or ruling.facts.on
    found = queries.clauses_for(ruling.violation.code, bureau_code=by.bureau_code, on=on, tier=ruling.tier.value)
    return [
        {
            "text": f"参照地方标准：{f'{each.condition}，' if each.condition else ''}{each.measure}。",
            "citation": f"{each.standard} {each.clause}",
        }
        for each in found
    ]


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in data.items()}
