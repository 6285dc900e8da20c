"""The door: lockout, time-out, fixation, first password. GB/T 22239-2019 8.1.4.1; ASVS 6 and 7."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from shijian.accounts import services
from shijian.accounts.choices import Verb
from shijian.accounts.models import Grant
from shijian.accounts.testing import PASSWORD
from shijian.audit.models import Entry

pytestmark = pytest.mark.django_db
WRONG = "Wrong-2026-password"


def sign_in(client, number="T1001", password=PASSWORD, **extra):
    return client.post("/login/", {"login": number, "password": password}, **extra)


def is_in(client):
    return client.get("/notices/").status_code == 200


def test_the_right_password_opens_a_session_and_is_on_record(cast, client):
    assert sign_in(client).status_code == 302
    assert is_in(client)
    entry = Entry.objects.get(verb=Verb.LOGGED_IN)
    assert (entry.employee_no, entry.bureau_code) == ("T1001", cast.chief.bureau_code)


def test_five_wrong_passwords_lock_the_account_even_for_the_right_one(cast, client):
    for _ in range(5):
        assert "不正确" in sign_in(client, password=WRONG).content.decode()
    response = sign_in(client)
    assert response.status_code == 200
    assert "暂时锁定" in response.content.decode()
    assert Entry.objects.filter(verb=Verb.LOGIN_FAILED, employee_no="T1001").count() == 5
    assert sign_in(Client(), "T1002").status_code == 302, "another person is not locked"


def test_another_host_name_gives_no_further_attempts(cast, client):
    for _ in range(5):
        sign_in(client, password=WRONG)
    assert "暂时锁定" in sign_in(Client(), headers={"host": "localhost"}).content.decode()


def test_a_forged_forwarding_header_gives_no_further_attempts(cast, client):
    for number in range(6):
        response = sign_in(client, password=WRONG, headers={"x-forwarded-for": f"10.0.0.{number}"})
    assert "暂时锁定" in response.content.decode()


def test_the_security_administrator_ends_a_lockout(cast, client):
    for _ in range(5):
        sign_in(client, password=WRONG)
    cast.client(cast.secadmin).post(f"/people/{cast.chief.pk}/unlocking/", headers={"host": "localhost"})
    assert sign_in(client).status_code == 302
    assert Entry.objects.filter(verb=Verb.USER_UNLOCKED, object_id=str(cast.chief.pk)).exists()


def test_the_login_page_is_ours(client):
    page = client.get("/login/").content.decode()
    assert "市场监管平台" in page
    assert "注册" not in page


def test_an_unknown_number_gets_the_same_answer_and_leaves_no_entry(cast, client):
    known, unknown = sign_in(client, password=WRONG), sign_in(client, number="T8888", password=WRONG)
    strip = [response.content.decode().split("<h1")[1].split("csrf")[0] for response in (known, unknown)]
    assert "不正确" in strip[0]
    assert strip[0].replace("T1001", "") == strip[1].replace("T8888", "")
    assert Entry.objects.filter(verb=Verb.LOGIN_FAILED).count() == 1


def test_a_stopped_account_neither_logs_in_nor_goes_on(cast, client):
    sign_in(client)
    services.disable(cast.chief, by=cast.sysadmin, now=timezone.now())
    assert not is_in(client)
    again = Client()
    assert "已停用" in sign_in(again, follow=True).content.decode()
    assert not is_in(again)


def test_the_session_key_changes_at_login(cast, client):
    client.get("/login/")
    session = client.session
    session["planted"] = "by an attacker"
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before
    sign_in(client)
    assert client.cookies["sessionid"].value != before
    assert Client(headers={"cookie": f"sessionid={before}"}).get("/notices/").status_code == 302


def test_logging_out_ends_the_session_at_the_server(cast, client):
    sign_in(client)
    stolen = client.cookies["sessionid"].value
    client.post("/logout/")
    again = Client()
    again.cookies["sessionid"] = stolen
    assert not is_in(again)


@pytest.mark.parametrize(
    ("idle", "age", "goes_on"),
    [(29, 60, True), (31, 60, False), (1, 11 * 60, True), (1, 12 * 60 + 1, False)],
    ids=["idle just inside", "idle too long", "old but used", "too old however used"],
)
def test_a_session_ends_when_unused_or_too_old(cast, client, idle, age, goes_on):
    sign_in(client)
    session, now = client.session, timezone.now()
    session["opened_at"] = (now - timedelta(minutes=age)).isoformat()
    session["seen_at"] = (now - timedelta(minutes=idle)).isoformat()
    session.save()
    assert is_in(client) is goes_on


def test_use_keeps_a_session_open_but_is_written_only_once_a_minute(cast, client):
    sign_in(client)
    is_in(client)
    before = client.session["seen_at"]
    is_in(client)
    assert client.session["seen_at"] == before
    session = client.session
    session["seen_at"] = (timezone.now() - timedelta(minutes=5)).isoformat()
    session.save()
    is_in(client)
    assert timezone.now() - datetime.fromisoformat(client.session["seen_at"]) < timedelta(seconds=30)


def test_a_first_password_is_changed_before_anything_else(cast, client):
    services.reset_password(cast.chief, password="Sj42-first-password", by=cast.sysadmin, now=timezone.now())
    sign_in(client, password="Sj42-first-password")
    for address in ("/", "/events/", "/people/"):
        assert client.get(address).url == "/password/"
    fields = {"oldpassword": "Sj42-first-password", "password1": "Lamp-4-the-market", "password2": "Lamp-4-the-market"}
    assert client.post("/password/", fields).status_code == 302
    assert is_in(client)
    cast.chief.refresh_from_db()
    assert not cast.chief.must_change_password


def test_a_reset_ends_the_sessions_that_were_open(cast, client):
    sign_in(client)
    services.reset_password(cast.chief, password="Sj42-first-password", by=cast.sysadmin, now=timezone.now())
    assert not is_in(client)


def test_a_role_taken_away_is_gone_with_the_next_request(cast):
    client = cast.client(cast.grid_office)
    assert client.get("/events/kinds/new/").status_code == 200
    held = Grant.objects.get(user=cast.grid_office)
    services.end_grant(held, on=timezone.localdate(), by=cast.secadmin, now=timezone.now())
    assert client.get("/events/kinds/new/").status_code == 403
