"""Legal qualifications (法律职业资格) on record: what a step of review asks for besides the certificate."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from shijian.accounts.choices import UserKind
from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core.errors import Refused

from ..choices import Verb
from ..models import Qualification


class QualificationUnusable(Refused):
    code = "workflow.qualification_unusable"
    article = "行政处罚法（2021）第五十八条"


@transaction.atomic
def register_qualification(
    user: User, *, number: str, valid_from: date, valid_until: date | None, by: User, now: datetime
) -> Qualification:
    """Put a legal qualification on record. Source: 行政处罚法 (2021-01-22) art. 58."""
    if user.kind != UserKind.OFFICER:
        raise QualificationUnusable(f"{user.name}不是监管人员，不从事行政处罚决定法制审核，不登记法律职业资格。")
    _in_order(valid_from, valid_until)
    row = Qualification(user=user, number=number.strip(), valid_from=valid_from, valid_until=valid_until)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise QualificationUnusable(f"证书编号 {number} 已登记，请核对。") from error
    _record(row, Verb.QUALIFIED, by, now, {"from": str(valid_from), "until": str(valid_until or "")})
    return row


@transaction.atomic
def change_qualification(row: Qualification, *, valid_until: date | None, by: User, now: datetime) -> Qualification:
    """End or prolong a qualification; what was done under it stands."""
    row = Qualification.objects.select_for_update(no_key=True, of=("self",)).select_related("user").get(pk=row.pk)
    _in_order(row.valid_from, valid_until)
    before = str(row.valid_until or "")
    row.valid_until = valid_until
    row.save(update_fields=["valid_until"])
    _record(row, Verb.QUALIFICATION_CHANGED, by, now, {"before": before, "until": str(valid_until or "")})
    return row


def _in_order(first: date, last: date | None) -> None:
    if last and last < first:
        raise QualificationUnusable("有效期止不能早于取得日期，请改正。")


def _record(row: Qualification, verb: str, by: User, now: datetime, detail: dict[str, str]) -> None:
    audit.record(
        by=by, verb=verb, on=row.user, at=now, bureau_code=row.user.bureau_code, detail={"number": row.number, **detail}
    )
