"""Login by an identity provider, a real one over HTTP: who gets in, who does not, and what a forger tries.

OpenID Connect Core 1.0 3.1.2, 3.1.3.7; ASVS 10.5; GB/T 22239-2019 8.1.4.1.
"""

import time
import warnings
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from shijian.accounts import services
from shijian.accounts.choices import Verb
from shijian.accounts.provider import CodeFlow
from shijian.accounts.testing import PASSWORD
from shijian.accounts.tests.test_factors import bind, is_in
from shijian.audit.models import Entry
from shijian.config.environment import IdentityProvider, identity_provider

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the provider's, about its own libraries
    from oidc_provider_mock import User as Subject
    from oidc_provider_mock import run_server_in_thread

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:get_jwt_config")]
SUBJECTS = [
    Subject(sub="s-chief", claims={"employee_no": "T1001"}),
    Subject(sub="s-other", claims={"employee_no": "T1002"}),
    Subject(sub="s-impostor", claims={"employee_no": "T1001"}),
    Subject(sub="s-stranger", claims={"employee_no": "X9999"}),
    Subject(sub="s-nameless", claims={}),
    Subject(sub="s-sysadmin", claims={"employee_no": "T0005"}),
    Subject(sub="s-source", claims={"employee_no": "T9000"}),
    Subject(sub="s-strong", claims={"employee_no": "T1001", "amr": ["pwd", "otp"]}),
]


@pytest.fixture(scope="module")
def server():
    with run_server_in_thread(user_claims=SUBJECTS) as running:
        yield f"http://localhost:{running.server_port}"


@pytest.fixture
def provider(server, settings):
    settings.OIDC = IdentityProvider(server, "shijian", "a secret", trusted=frozenset({"otp"}))
    return server


def go(client, address="/login/unified/", **more):
    """To the provider; what the browser is asked to open there."""
    response = client.post(address, more)
    assert response.status_code == 302, response.content.decode()
    return response.url


def consent(url, subject):
    """At the provider the person proves himself; the address he is sent back to."""
    answer = requests.post(url, data={"sub": subject}, allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"].removeprefix("http://testserver")


def log_in(subject, client=None):
    client = client or Client()
    response = client.get(consent(go(client), subject))
    return client, response


def said(client):
    return client.get("/login/").content.decode()


def test_a_person_gets_in_by_the_number_the_provider_gives_and_is_linked(cast, provider):
    client, response = log_in("s-chief")
    assert response.status_code == 302
    assert is_in(client)
    assert SocialAccount.objects.get().user == cast.chief
    assert SocialAccount.objects.get().extra_data == {}
    assert Entry.objects.get(verb=Verb.LOGGED_IN).detail == {"by": "provider"}
    assert Entry.objects.filter(verb=Verb.IDENTITY_LINKED, object_id=str(cast.chief.pk)).count() == 1
    again, _ = log_in("s-chief")
    assert is_in(again)
    assert SocialAccount.objects.count() == 1


def test_the_login_page_offers_it_only_where_it_is_set_up(cast, provider, settings):
    page = Client().get("/login/?next=/notices/")
    assert "统一身份认证登录" in page.content.decode()
    assert f"form-action 'self' {provider};" in page.headers["Content-Security-Policy"]
    client = Client()
    response = client.get(consent(go(client, next="/notices/"), "s-chief"))
    assert response.url == "/notices/"
    settings.OIDC = None
    assert "统一身份认证登录" not in Client().get("/login/").content.decode()
    assert Client().post("/login/unified/").status_code == 404
    assert Client().get("/login/unified/back/").status_code == 404


@pytest.mark.parametrize("subject", ["s-stranger", "s-nameless", "s-source"])
def test_nobody_is_made_for_a_subject_without_a_person(cast, provider, subject):
    before = type(cast.chief).objects.count()
    client, response = log_in(subject)
    assert response.url == "/login/"
    assert "没有对应的人员" in said(client)
    assert not is_in(client)
    assert (type(cast.chief).objects.count(), SocialAccount.objects.count()) == (before, 0)


def test_an_ended_account_stays_closed_and_the_attempt_is_on_record(cast, provider):
    log_in("s-chief")
    type(cast.chief).objects.filter(pk=cast.chief.pk).update(is_active=False)
    client, _ = log_in("s-chief")
    assert "已停用" in said(client)
    assert not is_in(client)
    assert Entry.objects.get(verb=Verb.IDENTITY_REFUSED).detail["code"] == "accounts.account_ended"


def test_the_three_administrators_come_by_password_unless_the_bureau_says_otherwise(cast, provider, settings):
    client, _ = log_in("s-sysadmin")
    assert "不能用统一身份登录" in said(client)
    assert not is_in(client)
    settings.OIDC = IdentityProvider(provider, "shijian", "a secret", administrators=True)
    client, _ = log_in("s-sysadmin")
    assert client.get("/people/").status_code == 200


def test_a_second_subject_does_not_get_in_by_naming_the_same_number(cast, provider):
    log_in("s-chief")
    client, _ = log_in("s-impostor")
    assert "已绑定另一个统一身份" in said(client)
    assert not is_in(client)


def test_a_linked_subject_does_not_change_over_to_another_person(cast, provider):
    for person, words in ((cast.other_chief, "先解除原绑定"), (cast.sysadmin, "分属管理员和业务人员")):
        SocialAccount.objects.all().delete()
        SocialAccount.objects.create(user=person, provider="unified", uid="s-chief")
        client, _ = log_in("s-chief")
        assert words in said(client)
        assert not is_in(client)


def test_a_stranger_s_session_cannot_be_finished_with_a_code_of_somebody_else(cast, provider):
    """Login CSRF: the answer meant for one browser opens nothing in another."""
    back = consent(go(Client()), "s-chief")
    victim = Client()
    assert victim.get(back).url == "/login/"
    assert "没有完成" in said(victim)
    assert not is_in(victim)


def test_a_changed_state_a_used_answer_and_a_wrong_code_open_nothing(cast, provider):
    client = Client()
    back = consent(go(client), "s-chief")
    state = parse_qs(urlsplit(back).query)["state"][0]
    for tried in (
        back.replace(state, "x" * 16),
        f"/login/unified/back/?state={state}&code=wrong",
        back,
        "/login/unified/back/",
    ):
        assert client.get(tried).url == "/login/"
        assert not is_in(client)


def test_a_token_that_answers_another_question_is_refused(cast, provider):
    """The nonce in the token is that of the question which the provider was asked, not the one in the session."""
    client = Client()
    url = go(client)
    asked = parse_qs(urlsplit(url).query)["nonce"][0]
    client.get(consent(url.replace(asked, "another-question"), "s-chief"))
    assert not is_in(client)
    assert "没有完成" in said(client)


def test_who_cancels_at_the_provider_reads_so(cast, provider):
    client = Client()
    state = parse_qs(urlsplit(go(client)).query)["state"][0]
    client.get(f"/login/unified/back/?state={state}&error=access_denied")
    assert "已取消" in said(client)


def test_a_provider_that_is_away_or_calls_itself_by_another_name_is_said_to_be_away(cast, provider, settings):
    for issuer in ("http://localhost:9", f"{provider}/.well-known/openid-configuration"):
        settings.OIDC = IdentityProvider(issuer, "shijian", "a secret")
        client = Client()
        assert client.post("/login/unified/").url == "/login/"
        assert "暂时连接不上" in said(client)


def test_only_a_token_signed_by_the_provider_for_us_and_now_is_believed(provider, rf, monkeypatch):
    key, other = (rsa.generate_private_key(65537, 2048) for _ in range(2))
    public = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True) | {"kid": "k", "alg": "RS256"}
    flow = CodeFlow(rf.get("/"), "unified")
    flow._openid_config = {
        "issuer": provider,
        "authorization_endpoint": "a",
        "token_endpoint": "t",
        "userinfo_endpoint": "u",
        "jwks_uri": "j",
    }
    flow.nonce = "n"
    answer = requests.Response()
    answer.status_code, answer.json = 200, lambda: {"keys": [public]}
    monkeypatch.setattr(requests.Session, "get", lambda self, url, **kwargs: answer)
    now = int(time.time())
    good = {"iss": provider, "sub": "s", "aud": "shijian", "exp": now + 60, "iat": now, "nonce": "n"}

    def made(with_key=key, alg="RS256", **changes):
        claims = {name: value for name, value in {**good, **changes}.items() if value is not None}
        return jwt.encode(claims, with_key, algorithm=alg, headers={"kid": "k"})

    assert flow.verified(made())["sub"] == "s"
    assert flow.verified(made(aud=["shijian", "other"], azp="shijian"))["sub"] == "s"
    forged = {
        "audience": made(aud="another-system"),
        "azp": made(aud=["shijian", "other"], azp="other"),
        "issuer": made(iss="https://elsewhere.example"),
        "expired": made(exp=now - 120),
        "nonce": made(nonce="m"),
        "no nonce": made(nonce=None),
        "no subject": made(sub=None),
        "key": made(with_key=other),
        "none": jwt.encode(good, None, algorithm="none"),
        "hmac": made(with_key=b"x" * 64, alg="HS256"),
        "empty": "",
        "changed": made()[:-6] + "AAAAAA",
    }
    believed = []
    for what, token in forged.items():
        with suppress(OAuth2Error):
            flow.verified(token)
            believed.append(what)
    assert believed == []
    flow.nonce = ""
    with pytest.raises(OAuth2Error, match="another question"):
        flow.verified(made(nonce=""))


def test_the_second_factor_is_asked_after_the_provider_unless_it_saw_one(cast, provider):
    bind(cast, cast.chief)
    client, response = log_in("s-chief")
    assert response.url == "/login/factor/"
    assert not is_in(client)
    services.unlink_identity(cast.chief, by=cast.chief, now=cast.chief.password_changed_at)
    strong, _ = log_in("s-strong")
    assert is_in(strong)


def test_a_role_that_asks_for_a_second_factor_asks_here_as_well(cast, provider, settings):
    settings.SECOND_FACTOR_ROLES = ["grid_chief"]
    client, _ = log_in("s-chief")
    assert client.get("/notices/").url == "/me/factors/"
    services.unlink_identity(cast.chief, by=cast.chief, now=cast.chief.password_changed_at)
    strong, _ = log_in("s-strong")
    assert is_in(strong)


def test_a_first_password_is_not_asked_of_who_came_by_the_provider(cast, provider):
    type(cast.chief).objects.filter(pk=cast.chief.pk).update(must_change_password=True)
    client, _ = log_in("s-chief")
    assert is_in(client)
    by_password = Client()
    by_password.post("/login/", {"login": "T1001", "password": PASSWORD})
    assert by_password.get("/notices/").url == "/password/"


def test_a_person_links_and_unlinks_himself_where_the_provider_gives_no_number(cast, provider, settings):
    settings.OIDC = IdentityProvider(provider, "shijian", "a secret", claim="")
    refused, _ = log_in("s-chief")
    assert not is_in(refused)
    client = cast.confirmed_client(cast.chief)
    assert client.get(consent(go(client, "/me/identity/new/"), "s-chief")).url == "/me/"
    assert "已绑定" in client.get("/me/").content.decode()
    later, _ = log_in("s-chief")
    assert is_in(later)
    client.post("/me/identity/end/")
    assert not SocialAccount.objects.exists()
    assert Entry.objects.filter(verb=Verb.IDENTITY_UNLINKED).count() == 1
    after, _ = log_in("s-chief")
    assert not is_in(after)


def test_linking_asks_for_the_password_again(cast, provider):
    assert cast.client(cast.chief).post("/me/identity/new/").url.startswith("/login/again/")
    assert cast.client(cast.chief).post("/me/identity/end/").url.startswith("/login/again/")


def test_the_security_administrator_ends_a_link_and_its_logins(cast, provider):
    client, _ = log_in("s-chief")
    admin = cast.confirmed_client(cast.secadmin)
    assert "解除统一身份" in admin.get(f"/people/{cast.chief.pk}/").content.decode()
    admin.post(f"/people/{cast.chief.pk}/identity/end/")
    assert not is_in(client)
    assert Entry.objects.get(verb=Verb.IDENTITY_UNLINKED).actor_id == str(cast.secadmin.pk)


def test_the_settings_stand_together_and_leave_the_house_only_encrypted(monkeypatch):
    assert identity_provider() is None
    monkeypatch.setenv("OIDC_ISSUER", "https://id.example.gov.cn/")
    with pytest.raises(SystemExit, match="belong together"):
        identity_provider()
    monkeypatch.setenv("OIDC_CLIENT_ID", "shijian")
    monkeypatch.setenv("OIDC_CLIENT_SECRET", "s")
    monkeypatch.setenv("OIDC_SECOND_FACTOR", "otp hwk")
    made = identity_provider()
    assert (made.issuer, made.claim, made.trusted) == ("https://id.example.gov.cn", "employee_no", {"otp", "hwk"})
    monkeypatch.setenv("OIDC_ISSUER", "http://id.example.gov.cn/")
    with pytest.raises(SystemExit, match="https"):
        identity_provider()
