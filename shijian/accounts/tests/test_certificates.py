"""Enforcement certificates: without a valid one nobody inspects (行政处罚法 42; 国办发〔2024〕54号)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from shijian.accounts import services, waiting
from shijian.accounts.choices import CertificateStatus, Verb
from shijian.accounts.models import EnforcementCertificate
from shijian.accounts.services.certificates import CertificateNumberTaken, OnlyOfficersHoldCertificates
from shijian.audit.models import Entry

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


def register(cast, person, number="61011100001", first=FIRST, last=LAST):
    return services.register_certificate(
        person, number=number, organ="陕西省人民政府", field="市场监管综合执法",
        valid_from=first, valid_until=last, by=cast.secadmin, now=NOW,
    )  # fmt: skip


def test_an_officer_with_a_certificate_may_inspect_on_its_days_only(cast):
    register(cast, cast.chief)
    held = [cast.chief.has_certificate(day) for day in (date(2025, 12, 31), FIRST, LAST, date(2027, 1, 1))]
    assert held == [False, True, True, False]


@pytest.mark.parametrize("part", ["manager", "informant", "monitor", "source"])
def test_auxiliaries_outsiders_and_systems_hold_none(cast, part):
    with pytest.raises(OnlyOfficersHoldCertificates, match="不得持证执法"):
        register(cast, getattr(cast, part))


def test_a_number_is_registered_once(cast):
    register(cast, cast.chief)
    with pytest.raises(CertificateNumberTaken):
        register(cast, cast.station_head)


def test_the_database_keeps_the_dates_in_order(cast):
    with pytest.raises(IntegrityError, match="certificate_dates_in_order"), transaction.atomic():
        EnforcementCertificate.objects.create(
            user=cast.chief, number="1", organ="x", field="x", valid_from=LAST, valid_until=FIRST
        )


@pytest.mark.parametrize("status", [CertificateStatus.SUSPENDED, CertificateStatus.REVOKED])
def test_a_suspended_or_revoked_certificate_covers_no_day(cast, status):
    held = register(cast, cast.chief)
    services.change_certificate(held, status=status, valid_until=LAST, by=cast.secadmin, now=NOW)
    assert not cast.chief.has_certificate(date(2026, 6, 1))
    entry = Entry.objects.get(verb=Verb.CERTIFICATE_CHANGED)
    assert (entry.detail["before"]["status"], entry.detail["after"]["status"]) == ("valid", status)


def test_the_pages_register_and_change_one_and_say_why_not(cast):
    client = cast.confirmed_client(cast.secadmin)
    fields = {
        "number": "61011100007", "organ": "陕西省人民政府", "field": "市场监管", "valid_from": "2026-01-01",
        "valid_until": "2026-12-31",
    }  # fmt: skip
    address = f"/people/{cast.chief.pk}/certificates/new/"
    assert client.post(address, fields).status_code == 302
    again = client.post(address, fields)
    assert again.status_code == 422
    assert "已登记" in again.content.decode()
    held = EnforcementCertificate.objects.get()
    change = f"/people/{cast.chief.pk}/certificates/{held.pk}/"
    assert client.post(change, {"status": "suspended", "valid_until": "2025-01-01"}).status_code == 422
    assert client.post(change, {"status": "suspended", "valid_until": "2026-12-31"}).status_code == 302
    assert "暂扣" in client.get(f"/people/{cast.chief.pk}/").content.decode()


def test_a_certificate_that_ends_soon_waits_on_the_desk_until_there_is_a_later_one(cast):
    today = localdate()
    valid = {"user": cast.chief, "organ": "陕西省人民政府", "field": "市场监管", "valid_from": date(2024, 1, 1)}
    EnforcementCertificate.objects.all().delete()
    EnforcementCertificate.objects.create(number="甲", valid_until=today + timedelta(days=20), **valid)
    section = waiting.certificates(cast.secadmin, today)
    assert section is not None
    assert (section.total, section.tasks[0].due) == (1, today + timedelta(days=20))
    assert waiting.certificates(cast.chief, today) is None
    second = EnforcementCertificate.objects.create(number="乙", valid_until=today + timedelta(days=900), **valid)
    assert waiting.certificates(cast.secadmin, today) is None
    second.status = CertificateStatus.REVOKED
    second.save()
    assert waiting.certificates(cast.secadmin, today) is not None, "one that was revoked is no later one"
