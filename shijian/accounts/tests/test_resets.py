"""An administrator's password is not in one person's hand (三员分立, GB/T 22239-2019 8.1.5)."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate, now

from shijian.accounts import services
from shijian.accounts.choices import Verb
from shijian.accounts.models import PasswordReset
from shijian.accounts.services import SecondPersonNeeded
from shijian.accounts.testing import PASSWORD
from shijian.audit.models import Entry
from shijian.core import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def second_secadmin(cast):
    made = services.create_person(
        employee_no="T0016", name="安全二", unit=cast.units["610111"], kind="officer", password=None, by=None, now=now()
    )
    services.grant(made, "secadmin", bureau_code="610111", valid_from=now().date(), by=cast.secadmin, now=now())
    return made


def sections(user):
    return [each for each in desk.sections(user, today=localdate()) if each.title == "管理员密码"]


def reset(client, person):
    return client.post(f"/people/{person.pk}/password/")


def test_the_system_administrator_alone_changes_no_password_of_an_administrator(cast):
    before = cast.auditor.password
    client = cast.confirmed_client(cast.sysadmin)
    assert reset(client, cast.auditor).status_code == 302
    assert reset(client, cast.auditor).status_code == 409, "asking twice does not make it two"
    cast.auditor.refresh_from_db()
    assert cast.auditor.password == before
    with pytest.raises(SecondPersonNeeded):
        services.reset_password(cast.auditor, password="Xin-mima-2026-abc", by=cast.sysadmin, now=now())


def test_with_the_security_administrator_s_consent_it_is_done_once(cast):
    asking, agreeing = cast.confirmed_client(cast.sysadmin), cast.confirmed_client(cast.secadmin)
    reset(asking, cast.auditor)
    assert "待确认：重置 审计员 的密码" in agreeing.get("/people/").content.decode()
    assert "申请重置该管理员的密码" in agreeing.get(f"/people/{cast.auditor.pk}/").content.decode()
    assert [each.tasks[0].title for each in sections(cast.secadmin)] == ["重置 审计员 的密码"]
    assert sections(cast.sysadmin) == []
    agreeing.post(f"/people/{cast.auditor.pk}/password/consent/", {"agreed": "1"})
    assert sections(cast.secadmin) == []
    assert "24 小时内重置" in sections(cast.sysadmin)[0].tasks[0].why
    page = reset(asking, cast.auditor)
    password = page.content.decode().split("<code>")[1].split("</code>")[0]
    cast.auditor.refresh_from_db()
    assert cast.auditor.check_password(password)
    verbs = list(Entry.objects.filter(object_id=str(cast.auditor.pk)).order_by("pk").values_list("verb", flat=True))
    assert verbs == [Verb.RESET_ASKED, Verb.RESET_AGREED, Verb.PASSWORD_RESET]
    assert reset(asking, cast.auditor).status_code == 302, "the next one needs a new consent"
    cast.auditor.refresh_from_db()
    assert cast.auditor.check_password(password)


def test_a_refusal_and_a_day_end_it(cast):
    asking, deciding = cast.confirmed_client(cast.sysadmin), cast.confirmed_client(cast.secadmin)
    reset(asking, cast.auditor)
    deciding.post(f"/people/{cast.auditor.pk}/password/consent/", {"agreed": "0"})
    assert not PasswordReset.objects.filter(ended_at=None).exists()
    made = services.ask_reset(cast.auditor, by=cast.sysadmin, now=now() - timedelta(hours=25))
    with pytest.raises(SecondPersonNeeded, match="24 小时"):
        services.decide_reset(made, agreed=True, by=cast.secadmin, now=now())
    assert deciding.post(f"/people/{cast.auditor.pk}/password/consent/", {"agreed": "1"}).status_code == 404
    services.ask_reset(cast.auditor, by=cast.sysadmin, now=now())


def test_neither_the_one_concerned_nor_the_one_who_asks_agrees(cast, second_secadmin):
    made = services.ask_reset(cast.secadmin, by=cast.sysadmin, now=now())
    for person in (cast.secadmin, cast.sysadmin):
        with pytest.raises(SecondPersonNeeded):
            services.decide_reset(made, agreed=True, by=person, now=now())
    services.decide_reset(made, agreed=True, by=second_secadmin, now=now())
    other = services.create_person(
        employee_no="T0015", name="系统二", unit=cast.units["610111"], kind="officer", password=None, by=None, now=now()
    )
    with pytest.raises(SecondPersonNeeded):
        services.reset_password(cast.secadmin, password="Xin-mima-2026-abc", by=other, now=now())
    services.reset_password(cast.secadmin, password="Xin-mima-2026-abc", by=cast.sysadmin, now=now())


def test_an_officer_s_password_needs_one_person_as_before(cast):
    client = cast.confirmed_client(cast.sysadmin)
    assert "<code>" in reset(client, cast.chief).content.decode()
    cast.chief.refresh_from_db()
    assert not cast.chief.check_password(PASSWORD)
