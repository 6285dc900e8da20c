"""Logins: seen by their owner, ended one by one or all at once, bounded in number; grave acts ask again."""

from ipaddress import ip_network

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from shijian.accounts.choices import Verb
from shijian.accounts.devices import device_name
from shijian.accounts.models import Grant, User
from shijian.accounts.testing import BUREAU, PASSWORD
from shijian.audit.models import Entry

pytestmark = pytest.mark.django_db
PHONE = "Mozilla/5.0 (Linux; Android 14; HUAWEI) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36"
DESK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120 Safari/537.36 Edg/120"


def signed_in(number="T1001", agent=DESK, **more):
    client = Client(headers={"user-agent": agent}, **more)
    client.post("/login/", {"login": number, "password": PASSWORD})
    return client


def is_in(client):
    return client.get("/notices/").status_code == 200


def test_a_person_sees_his_logins_with_device_and_which_is_this_one(cast):
    desk, _phone, _other = signed_in(), signed_in(agent=PHONE), signed_in("T1002")
    page = desk.get("/me/").content.decode()
    assert "Edge，Windows 电脑" in page
    assert "Chrome，安卓手机" in page
    assert page.count("本机</span>") == 1
    assert page.count("/sessions/") == 2, "one to end, and the button for all"


def test_one_login_is_ended_from_another(cast):
    desk, phone = signed_in(), signed_in(agent=PHONE)
    on_phone = UserSession.objects.get(user_agent=PHONE)
    assert desk.post(f"/me/sessions/{on_phone.pk}/end/").status_code == 302
    assert is_in(desk)
    assert not is_in(phone)
    assert Entry.objects.filter(verb=Verb.SESSION_ENDED).count() == 1


def test_nobody_ends_the_login_of_another_person(cast):
    stranger, mine = signed_in("T1002"), signed_in()
    found = UserSession.objects.get(user=cast.chief)
    assert stranger.post(f"/me/sessions/{found.pk}/end/").status_code == 404
    assert is_in(mine)


def test_everywhere_means_also_the_logins_no_list_shows(cast):
    desk, phone, hidden = signed_in(), signed_in(agent=PHONE), cast.client(cast.chief)
    UserSession.objects.filter(user_agent=PHONE).delete()
    desk.post("/me/sessions/end/")
    assert is_in(desk)
    assert not is_in(phone)
    assert not is_in(hidden)
    assert "本机" in desk.get("/me/").content.decode(), "the page still knows which login it is"


def test_the_security_administrator_logs_a_person_out_everywhere(cast):
    phone = signed_in(agent=PHONE)
    cast.client(cast.secadmin).post(f"/people/{cast.chief.pk}/sessions/end/")
    assert not is_in(phone)
    assert Entry.objects.get(verb=Verb.SESSIONS_ENDED).employee_no == "T0006"


def test_one_login_too_many_ends_the_oldest(cast, settings):
    settings.SESSIONS_PER_PERSON = 2
    first, second, third = signed_in(), signed_in(), signed_in()
    assert [is_in(client) for client in (first, second, third)] == [False, True, True]


def test_a_grave_act_asks_for_the_password_and_then_does_what_was_asked(cast):
    client = cast.client(cast.secadmin)
    newcomer = User.objects.create(
        employee_no="T3001", name="新来的", unit=cast.units["0501"], bureau_code=BUREAU, kind="officer"
    )
    address = f"/people/{newcomer.pk}/grants/new/"
    assert client.get(address).status_code == 200, "the page is shown without asking"
    asked = client.post(address, {"role": "grid_chief", "area_prefix": "050101", "valid_from": "2026-11-20"})
    assert asked.url.startswith("/login/again/")
    assert not newcomer.grants.exists()
    assert "再次确认身份" in client.get(asked.url).content.decode()
    wrong = client.post("/login/again/", {"password": "wrong", "next": address})
    assert wrong.status_code == 200
    assert not newcomer.grants.exists()
    assert client.post("/login/again/", {"password": PASSWORD, "next": address}).status_code == 302
    assert newcomer.grants.get().area_prefix == "050101"
    assert (
        client.post(address, {"role": "grid_chief", "area_prefix": "050102", "valid_from": "2026-11-20"}).status_code
        == 302
    )
    assert newcomer.grants.count() == 2, "not asked again within the minutes"


@pytest.mark.parametrize(
    ("part", "act"),
    [("sysadmin", "standing"), ("sysadmin", "password"), ("secadmin", "grants/{grant}/end")],
)
def test_each_grave_act_waits_for_the_confirmation(cast, part, act):
    grant = Grant.objects.get(user=cast.chief)
    before = Entry.objects.count()
    address = f"/people/{cast.chief.pk}/{act.format(grant=grant.pk)}/"
    assert cast.client(getattr(cast, part)).post(address).url.startswith("/login/again/")
    assert Entry.objects.count() == before
    assert cast.confirmed_client(getattr(cast, part)).post(address).status_code in {200, 302}
    assert Entry.objects.count() == before + 1


def test_five_wrong_confirmations_lock_the_account_too(cast):
    client = signed_in("T0006")
    for _ in range(5):
        client.post("/login/again/", {"password": "wrong"})
    assert "暂时锁定" in client.post("/login/again/", {"password": PASSWORD}).content.decode()
    assert "暂时锁定" in Client().post("/login/", {"login": "T0006", "password": PASSWORD}).content.decode()


def test_administrators_log_in_only_from_the_addresses_on_the_list(cast, settings):
    settings.ADMIN_ADDRESSES = [ip_network("10.1.2.0/24")]
    assert is_in(signed_in("T1001", REMOTE_ADDR="192.168.1.9")), "the list binds administrators only"
    outside = signed_in("T0006", REMOTE_ADDR="192.168.1.9")
    assert not is_in(outside)
    assert "指定的办公地址" in outside.get("/login/").content.decode()
    assert Entry.objects.get(verb=Verb.ADDRESS_REFUSED).detail == {"address": "192.168.1.9"}
    inside = signed_in("T0006", REMOTE_ADDR="10.1.2.30")
    assert is_in(inside)
    assert inside.get("/notices/", REMOTE_ADDR="10.1.3.30").url == "/login/", "a session carried elsewhere ends"
    assert not is_in(inside)


@pytest.mark.parametrize("part", ["sysadmin", "secadmin", "auditor"])
def test_the_list_binds_all_three_administrators(cast, settings, part):
    settings.ADMIN_ADDRESSES = [ip_network("10.1.2.0/24")]
    assert not is_in(cast.client(getattr(cast, part)))


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (PHONE, "Chrome，安卓手机"),
        ("", "未知设备"),
        ("curl/8", "未知设备"),
        ("x (iPhone) MicroMessenger", "微信，iPhone"),
    ],
)
def test_a_device_has_a_name_its_owner_knows(agent, name):
    assert device_name(agent) == name
