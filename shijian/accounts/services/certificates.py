from datetime import date, datetime

from django.db import IntegrityError, transaction

from shijian.audit import services as audit
from shijian.core.errors import Refused

from ..choices import UserKind, Verb
from ..models import EnforcementCertificate, User


class OnlyOfficersHoldCertificates(Refused):
    code = "accounts.only_officers_hold_certificates"
    article = "行政处罚法（2021）第四十二条"


class CertificateDatesOutOfOrder(Refused):
    code = "accounts.certificate_dates_out_of_order"


class CertificateNumberTaken(Refused):
    code = "accounts.certificate_number_taken"


@transaction.atomic
def register_certificate(
    user: User,
    *,
    number: str,
    organ: str,
    field: str,
    valid_from: date,
    valid_until: date,
    by: User,
    now: datetime,
) -> EnforcementCertificate:
    """Put an enforcement certificate on record. Source: 行政处罚法 (2021-01-22) art. 42; 国办发〔2024〕54号."""
    if user.kind != UserKind.OFFICER:
        raise OnlyOfficersHoldCertificates(f"{user.name}不是监管人员：网格员、协管辅助人员不得持证执法。")
    _in_order(valid_from, valid_until)
    certificate = EnforcementCertificate(
        user=user, number=number, organ=organ, field=field, valid_from=valid_from, valid_until=valid_until
    )
    try:
        with transaction.atomic():
            certificate.save(force_insert=True)
    except IntegrityError as error:
        raise CertificateNumberTaken(f"证件编号 {number} 已登记，请核对。") from error
    audit.record(
        by=by,
        verb=Verb.CERTIFICATE_ISSUED,
        on=user,
        at=now,
        bureau_code=user.bureau_code,
        detail={"number": number, "from": str(valid_from), "until": str(valid_until)},
    )
    return certificate


@transaction.atomic
def change_certificate(
    certificate: EnforcementCertificate, *, status: str, valid_until: date, by: User, now: datetime
) -> EnforcementCertificate:
    """Suspend, revoke, restore or prolong a certificate; acts already done keep the one they were done under."""
    certificate = (
        EnforcementCertificate.objects.select_for_update(of=("self",)).select_related("user").get(pk=certificate.pk)
    )
    _in_order(certificate.valid_from, valid_until)
    before = {"status": certificate.status, "until": str(certificate.valid_until)}
    certificate.status, certificate.valid_until = status, valid_until
    certificate.save(update_fields=["status", "valid_until"])
    audit.record(
        by=by,
        verb=Verb.CERTIFICATE_CHANGED,
        on=certificate.user,
        at=now,
        bureau_code=certificate.bureau_code,
        detail={
            "number": certificate.number,
            "before": before,
            "after": {"status": status, "until": str(valid_until)},
        },
    )
    return certificate


def _in_order(first: date, last: date) -> None:
    if last < first:
        raise CertificateDatesOutOfOrder("有效期止不能早于有效期起，请核对日期。")
