"""The second factor: bound, asked, refused twice, lost. GB/T 22239-2019 8.1.4.1 d; ASVS 6.3.3, 6.5; R18."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from shijian.accounts import services
from shijian.accounts.choices import Verb
from shijian.accounts.factor_adapter import FactorAdapter
from shijian.accounts.testing import PASSWORD
from shijian.audit.models import Entry

pytestmark = pytest.mark.django_db
THREE = ["sysadmin", "secadmin", "auditor"]


@pytest.fixture
def clock(monkeypatch):
    """The time as the authenticator app and the server see it; `clock(30)` moves it."""
    moved = [0.0]
    true = time.time
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time.time", lambda: true() + moved[0])

    def move(seconds):
        moved[0] += seconds

    move(-(true() % 30))  # at the beginning of a period, so that no test runs over its end
    return move


def code_of(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def bind(cast, user):
    """Bind an app as a person does, on the pages; returns its secret."""
    client = cast.confirmed_client(user)
    secret = client.get("/me/factors/app/new/").context["form"].secret
    response = client.post("/me/factors/app/new/", {"code": code_of(secret)})
    assert response.status_code == 302, response.content.decode()
    return secret


def password_step(user):
    client = Client()
    response = client.post("/login/", {"login": user.employee_no, "password": PASSWORD})
    return client, response


def is_in(client):
    return client.get("/notices/").status_code == 200


def codes_of(user):
    return Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()


def test_the_password_alone_opens_nothing_once_an_app_is_bound(cast, clock):
    secret = bind(cast, cast.chief)
    client, response = password_step(cast.chief)
    assert response.url == "/login/factor/"
    assert not is_in(client)
    assert not Entry.objects.filter(verb=Verb.LOGGED_IN).exists()
    clock(30)
    assert client.post("/login/factor/", {"code": code_of(secret)}).status_code == 302
    assert is_in(client)
    assert Entry.objects.filter(verb=Verb.FACTOR_USED, object_id=str(cast.chief.pk)).count() == 1
    assert Entry.objects.filter(verb=Verb.LOGGED_IN).count() == 1


def test_a_code_opens_the_door_once(cast, clock):
    secret = bind(cast, cast.chief)
    clock(30)
    first, _ = password_step(cast.chief)
    second, _ = password_step(cast.chief)
    first.post("/login/factor/", {"code": code_of(secret)})
    assert "已用过" in second.post("/login/factor/", {"code": code_of(secret)}).content.decode()
    assert is_in(first)
    assert not is_in(second)


def test_the_code_that_bound_the_app_does_not_open_the_door(cast, clock):
    secret = bind(cast, cast.chief)
    client, _ = password_step(cast.chief)
    client.post("/login/factor/", {"code": code_of(secret)})
    assert not is_in(client)


def test_a_phone_half_a_minute_off_gets_in_once_for_as_long_as_the_code_would_open(cast, clock, monkeypatch):
    """The window is three periods wide; allauth alone would forget the used code after the first of them."""
    remembered = []
    keep = cache.set
    monkeypatch.setattr(
        cache, "set", lambda key, value, timeout=None: remembered.append(timeout) or keep(key, value, timeout)
    )
    secret = bind(cast, cast.chief)
    clock(60)
    early = format_hotp_value(hotp_value(secret, int(time.time()) // 30 + 1))  # of a phone that goes ahead
    client, _ = password_step(cast.chief)
    client.post("/login/factor/", {"code": early})
    assert is_in(client)
    assert remembered[-1] == 90
    for _ in range(2):  # still in the window, at either end of it
        clock(30)
        again, _ = password_step(cast.chief)
        again.post("/login/factor/", {"code": early})
        assert not is_in(again)


def test_a_new_secret_key_keeps_sessions_and_factors_and_lets_the_old_one_go(cast, clock, settings):
    secret = bind(cast, cast.chief)
    client = cast.client(cast.chief)
    codes = codes_of(cast.chief)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a new key " * 5, [settings.SECRET_KEY]
    assert is_in(client), "nobody is signed out"
    assert FactorAdapter().decrypt(Authenticator.objects.get(user=cast.chief, type="totp").data["secret"]) == secret
    assert services.reseal_factors() == 2
    settings.SECRET_KEY_FALLBACKS = []
    clock(60)
    late, _ = password_step(cast.chief)
    late.post("/login/factor/", {"code": code_of(secret)})
    assert is_in(late)
    assert codes_of(cast.chief) == codes


def test_a_code_of_the_past_is_refused(cast, clock):
    secret = bind(cast, cast.chief)
    old = code_of(secret)
    clock(90)
    client, _ = password_step(cast.chief)
    client.post("/login/factor/", {"code": old})
    assert not is_in(client)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_send_the_same_code_at_once_one_gets_in(cast, clock):
    secret = bind(cast, cast.chief)
    clock(30)
    clients, code = [password_step(cast.chief)[0] for _ in range(4)], code_of(secret)

    def send(client):
        try:
            return client.post("/login/factor/", {"code": code}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(send, clients))
    assert sorted(answers)[-1] == 302
    assert [is_in(client) for client in clients].count(True) == 1


def test_a_recovery_code_opens_once(cast, clock):
    bind(cast, cast.chief)
    code = codes_of(cast.chief)[0]
    for opens in (True, False):
        client, _ = password_step(cast.chief)
        client.post("/login/factor/", {"code": code})
        assert is_in(client) is opens
    assert len(codes_of(cast.chief)) == 9
    assert Entry.objects.get(verb=Verb.FACTOR_USED).detail["type"] == "recovery_codes"


def test_five_wrong_codes_lock_even_the_right_one_until_the_security_administrator_ends_it(cast, clock):
    secret = bind(cast, cast.chief)
    clock(30)
    for _ in range(5):
        client, _ = password_step(cast.chief)
        client.post("/login/factor/", {"code": "000000"})
    assert Entry.objects.filter(verb=Verb.FACTOR_REFUSED).count() == 5
    assert "暂时锁定" in client.post("/login/factor/", {"code": code_of(secret)}).content.decode()
    cast.client(cast.secadmin).post(f"/people/{cast.chief.pk}/unlocking/")
    assert client.post("/login/factor/", {"code": code_of(secret)}).status_code == 302
    assert is_in(client)


def test_the_database_holds_no_secret_in_the_clear(cast, clock):
    secret = bind(cast, cast.chief)
    rows = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in rows
    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert FactorAdapter().decrypt(kept) == secret


def test_a_new_secret_key_reads_what_the_old_one_sealed(settings):
    sealed = FactorAdapter().encrypt("JBSWY3DP")
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key"
    assert FactorAdapter().decrypt(sealed) == "JBSWY3DP"


def test_binding_and_unbinding_ask_for_the_password_again_and_are_on_record(cast, clock):
    assert cast.client(cast.chief).get("/me/factors/app/new/").url.startswith("/login/again/")
    bind(cast, cast.chief)
    assert cast.client(cast.chief).post("/me/factors/app/end/").url.startswith("/login/again/")
    assert cast.client(cast.chief).get("/me/factors/codes/").url.startswith("/login/again/")
    assert Authenticator.objects.filter(user=cast.chief).count() == 2
    cast.confirmed_client(cast.chief).post("/me/factors/app/end/")
    assert not Authenticator.objects.filter(user=cast.chief).exists(), "recovery codes without a factor are none"
    for verb in (Verb.FACTOR_ADDED, Verb.FACTOR_REMOVED):
        types = [entry.detail["type"] for entry in Entry.objects.filter(verb=verb, employee_no="T1001")]
        assert sorted(types) == ["recovery_codes", "totp"], verb


def test_a_wrong_code_binds_nothing(cast):
    client = cast.confirmed_client(cast.chief)
    assert "不正确" in client.post("/me/factors/app/new/", {"code": "000000"}).content.decode()
    assert not Authenticator.objects.exists()


def test_a_reset_password_does_not_take_the_second_factor_away(cast, clock):
    bind(cast, cast.chief)
    services.reset_password(cast.chief, password="Sj42-first-password", by=cast.sysadmin, now=timezone.now())
    client = Client()
    response = client.post("/login/", {"login": "T1001", "password": "Sj42-first-password"})
    assert response.url == "/login/factor/"


def test_the_security_administrator_takes_a_lost_factor_away_and_ends_the_logins(cast, clock):
    secret = bind(cast, cast.chief)
    clock(30)
    thief, _ = password_step(cast.chief)
    thief.post("/login/factor/", {"code": code_of(secret)})
    address = f"/people/{cast.chief.pk}/factors/end/"
    assert cast.client(cast.secadmin).post(address).url.startswith("/login/again/")
    assert cast.confirmed_client(cast.sysadmin).post(address).status_code == 403
    page = cast.client(cast.secadmin).get(f"/people/{cast.chief.pk}/").content.decode()
    assert "解除两步验证" in page
    assert cast.confirmed_client(cast.secadmin).post(address).status_code == 302
    assert not is_in(thief)
    assert not Authenticator.objects.filter(user=cast.chief).exists()
    entry = Entry.objects.get(verb=Verb.FACTOR_REMOVED)
    assert (entry.employee_no, entry.detail["type"]) == ("T0006", "recovery_codes,totp")


def test_nobody_takes_his_own_factor_away_as_administrator(cast, clock):
    bind(cast, cast.secadmin)
    response = cast.confirmed_client(cast.secadmin).post(f"/people/{cast.secadmin.pk}/factors/end/")
    assert response.status_code == 409
    assert Authenticator.objects.filter(user=cast.secadmin).exists()


@pytest.mark.parametrize("part", THREE)
def test_a_role_that_asks_for_it_sets_it_up_before_anything_else(cast, settings, clock, part):
    settings.SECOND_FACTOR_ROLES = THREE
    user = getattr(cast, part)
    client = cast.confirmed_client(user)
    for address in ("/", "/notices/", "/me/", f"/people/{cast.chief.pk}/"):
        assert client.get(address).url == "/me/factors/"
    assert "先绑定" in client.get("/me/factors/").content.decode()
    bind(cast, user)
    assert client.get("/notices/").status_code == 200


def test_other_roles_are_not_asked(cast, settings):
    settings.SECOND_FACTOR_ROLES = THREE
    assert is_in(cast.client(cast.chief))


def test_a_first_password_comes_before_the_second_factor(cast, settings):
    settings.SECOND_FACTOR_ROLES = THREE
    asked = services.ask_reset(cast.auditor, by=cast.sysadmin, now=timezone.now())
    services.decide_reset(asked, agreed=True, by=cast.secadmin, now=timezone.now())
    services.reset_password(cast.auditor, password="Sj42-first-password", by=cast.sysadmin, now=timezone.now())
    cast.auditor.refresh_from_db()
    client = cast.client(cast.auditor)
    assert client.get("/").url == "/password/"
    assert client.get("/password/").status_code == 200


def test_another_persons_key_is_not_there(cast):
    made = Authenticator.objects.create(user=cast.chief, type="webauthn", data={"name": "我的", "credential": {}})
    for act in ("end", "edit"):
        assert cast.confirmed_client(cast.manager).post(f"/me/factors/keys/{made.pk}/{act}/").status_code == 404


def test_the_pages_of_the_second_factor_show_and_carry_no_inline_script_or_style(cast, clock):
    before = cast.confirmed_client(cast.chief)
    pages = [before.get(f"/me/factors/{path}") for path in ("", "app/new/", "keys/", "keys/new/")]
    bind(cast, cast.chief)
    pages += [before.get(f"/me/factors/{path}") for path in ("", "app/end/", "codes/", "codes/new/")]
    pages += [
        before.get("/me/"),
        before.get("/login/again/factor/"),
        password_step(cast.chief)[0].get("/login/factor/"),
    ]
    for page in pages:
        text = page.content.decode()
        assert page.status_code == 200
        assert " style=" not in text
        assert "<style" not in text
    file = before.get("/me/factors/codes/file/")
    assert codes_of(cast.chief)[0] in file.content.decode()


def test_nonsense_from_a_security_key_is_refused_in_words(cast, clock):
    client = cast.confirmed_client(cast.chief)
    client.get("/me/factors/keys/new/")
    for nonsense in ("{}", "[]", "not json", '{"id": "AA", "rawId": "AA", "response": {}, "type": "public-key"}'):
        assert client.post("/me/factors/keys/new/", {"name": "钥匙", "credential": nonsense}).status_code == 200
    assert not Authenticator.objects.exists()


def test_many_names_tried_do_not_push_a_used_code_out(cast, clock):
    secret = bind(cast, cast.chief)
    clock(30)
    first, second = (password_step(cast.chief)[0] for _ in range(2))
    first.post("/login/factor/", {"code": code_of(secret)})
    for number in range(400):
        cache.set(f"zzz{number}", "y", 600)
    second.post("/login/factor/", {"code": code_of(secret)})
    assert not is_in(second)


def test_the_ways_to_confirm_stand_beside_each_other(cast, clock):
    bind(cast, cast.chief)
    client = cast.client(cast.chief)
    assert '"/login/again/factor/?next=%2Fme%2F">验证码</a>' in client.get("/login/again/?next=/me/").content.decode()
    assert ">密码</a>" in client.get("/login/again/factor/?next=/me/").content.decode()
