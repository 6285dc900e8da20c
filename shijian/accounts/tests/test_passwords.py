"""The two password profiles: each does what its standard says, and not what the other says."""

import hashlib
from datetime import timedelta
from itertools import pairwise

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from shijian.accounts import services
from shijian.accounts.breached import is_breached
from shijian.accounts.models import User
from shijian.accounts.passwords import PROFILES
from shijian.accounts.services.passwords import WeakPassword
from shijian.accounts.testing import PASSWORD

MLPS, ASVS = PROFILES["cn-mlps3"], PROFILES["asvs-l2"]
SENTENCE = "chang an jie de xiao mian guan"


@pytest.mark.parametrize(
    ("password", "mlps", "asvs"),
    [
        ("Gewu-zhizhi-1", 0, 0),
        ("gewuzhizhi", 1, 1),
        ("Aa1", 1, 1),
        ("aaa", 2, 1),
        ("T1001-Gengduo", 1, 1),
        ("12345678901", 1, 1),
        (SENTENCE, 1, 0),
        ("Gewu-2026z", 0, 1),
        ("x" * 129, 2, 1),
    ],
)
def test_form_as_each_profile_asks(password, mlps, asvs):
    counts = [len(profile.faults(password, personal=["T1001"])) for profile in (MLPS, ASVS)]
    assert counts == [mlps, asvs]


@given(st.text(min_size=12, max_size=128))
def test_asvs_asks_nothing_of_the_kinds_of_characters(password):
    assert ASVS.faults(password) == []


@pytest.mark.parametrize(("days", "mlps"), [(89, False), (90, False), (91, True), (900, True)])
def test_only_mlps_has_passwords_outwear(days, mlps):
    now = timezone.now()
    changed_at = now - timedelta(days=days)
    assert MLPS.is_too_old(changed_at, now) is mlps
    assert ASVS.is_too_old(changed_at, now) is False


def test_leaked_passwords_are_found_in_the_list_that_ships():
    assert is_breached("1qaz2wsx3edc")
    assert is_breached("PASSWORD123")
    assert not is_breached(SENTENCE)


@given(st.sets(st.text(min_size=1, max_size=12), min_size=1, max_size=40), st.text(max_size=12))
def test_leaked_passwords_are_found_in_a_file_of_hashes_wherever_they_stand(tmp_path_factory, words, other):
    lines = sorted(f"{hashlib.sha1(word.encode()).hexdigest().upper()}:{len(word)}\n" for word in words)
    path = tmp_path_factory.mktemp("leaked") / "sorted.txt"
    path.write_text("".join(lines))
    from shijian.accounts import breached

    assert all(breached._is_in_file(path, word) for word in words)
    assert breached._is_in_file(path, other) == (other in words)


@pytest.mark.django_db
class TestInUse:
    def change(self, client, old, new):
        return client.post("/password/", {"oldpassword": old, "password1": new, "password2": new})

    def test_mlps_refuses_the_last_five(self, cast, settings):
        settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "change_password": "100/m/user"}
        client = cast.client(cast.chief)
        used = [PASSWORD, *(f"Market-street-{number}" for number in range(5))]
        for old, new in pairwise(used):
            assert self.change(client, old, new).status_code == 302
        for again in used[1:]:
            assert "最近 5 次" in self.change(client, used[-1], again).content.decode()
        assert self.change(client, used[-1], used[0]).status_code == 302, "the sixth last may return"

    def test_who_tries_too_often_is_told_so_in_chinese(self, cast):
        client = cast.client(cast.chief)
        for _ in range(6):
            response = self.change(client, "wrong", "Market-street-7")
        assert response.status_code == 429
        assert "操作过于频繁" in response.content.decode()

    def test_asvs_keeps_no_history(self, cast, settings):
        settings.PASSWORD_PROFILE = "asvs-l2"
        services.reset_password(cast.chief, password=SENTENCE, by=cast.sysadmin, now=timezone.now())
        services.reset_password(cast.chief, password=SENTENCE, by=cast.sysadmin, now=timezone.now())
        assert not cast.chief.password_records.exists()

    def test_an_outworn_password_is_changed_before_anything_else_under_mlps_only(self, cast, settings):
        User.objects.update(password_changed_at=timezone.now() - timedelta(days=91))
        client = cast.client(cast.chief)
        assert client.get("/notices/").url == "/password/"
        settings.PASSWORD_PROFILE = "asvs-l2"
        assert client.get("/notices/").status_code == 200
        settings.PASSWORD_PROFILE = "cn-mlps3"
        assert self.change(client, PASSWORD, "Market-street-7").status_code == 302
        assert client.get("/notices/").status_code == 200

    @pytest.mark.parametrize("profile", ["cn-mlps3", "asvs-l2"])
    def test_a_leaked_password_is_refused_with_the_reason(self, cast, settings, tmp_path, profile):
        settings.PASSWORD_PROFILE = profile
        leaked = "Correct-horse-1"
        path = tmp_path / "leaked.txt"
        path.write_text(hashlib.sha1(leaked.encode()).hexdigest().upper() + ":3\n")
        settings.BREACHED_PASSWORDS = str(path)
        with pytest.raises(WeakPassword, match="泄露"):
            services.reset_password(cast.chief, password=leaked, by=cast.sysadmin, now=timezone.now())
        page = self.change(cast.client(cast.chief), PASSWORD, leaked).content.decode()
        assert "泄露密码库" in page

    @pytest.mark.parametrize("profile", ["cn-mlps3", "asvs-l2"])
    def test_the_page_says_the_rules_of_the_profile(self, cast, settings, profile):
        settings.PASSWORD_PROFILE = profile
        assert PROFILES[profile].advice in cast.client(cast.chief).get("/password/").content.decode()

    @pytest.mark.parametrize("profile", ["cn-mlps3", "asvs-l2"])
    def test_a_made_first_password_meets_the_profile(self, cast, settings, profile):
        settings.PASSWORD_PROFILE = profile
        client = cast.confirmed_client(cast.sysadmin)
        for _ in range(20):
            assert client.post(f"/people/{cast.chief.pk}/password/").status_code == 200

    def test_ones_own_change_keeps_this_login_and_ends_the_others(self, cast):
        here, there = cast.client(cast.chief), cast.client(cast.chief)
        self.change(here, PASSWORD, "Market-street-7")
        assert here.get("/notices/").status_code == 200
        assert there.get("/notices/").status_code == 302

    def test_the_old_password_no_longer_opens_the_door(self, cast):
        self.change(cast.client(cast.chief), PASSWORD, "Market-street-7")
        client = Client()
        client.post("/login/", {"login": "T1001", "password": PASSWORD})
        assert client.get("/notices/").status_code == 302
