"""Issuing and revoking tokens, by the security administrator."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from shijian.audit.models import Entry
from shijian.exchange.models import Token
from shijian.exchange.testing import ApiClient, a_token


def fill(ready, **changes):
    until = localdate() + timedelta(days=90)
    return {
        "user": ready.source.pk,
        "name": "城管平台报送",
        "expires_on": until.isoformat(),
        "per_minute": 60,
        **changes,
    }


def test_the_secret_is_shown_once_and_opens_the_api(ready):
    client = ready.client(ready.secadmin)
    page = client.post(reverse("exchange:token_new"), fill(ready))
    secret = page.context["secret"]
    assert secret in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert ApiClient(secret).get("/api/v1/kinds").status_code == 200
    token = Token.objects.get()
    assert secret not in str(token.__dict__)
    assert secret not in client.get(reverse("exchange:token", args=[token.pk])).content.decode()
    assert Entry.objects.get(verb="exchange.token.issued").employee_no == "T0006"


def test_a_token_is_revoked_for_good_and_on_record(ready):
    token, _ = a_token(ready.source, ready.secadmin)
    client = ready.client(ready.secadmin)
    page = client.post(reverse("exchange:revocation", args=[token.pk]), follow=True)
    assert "吊销" in page.content.decode()
    assert client.post(reverse("exchange:revocation", args=[token.pk])).status_code == 409
    assert Entry.objects.filter(verb="exchange.token.revoked").count() == 1


@pytest.mark.parametrize("days", [-1, 367])
def test_a_token_lives_from_today_to_a_year(ready, days):
    until = localdate() + timedelta(days=days)
    page = ready.client(ready.secadmin).post(reverse("exchange:token_new"), fill(ready, expires_on=until.isoformat()))
    assert page.status_code == 422
    assert not Token.objects.exists()


def test_a_person_gets_no_token(ready):
    page = ready.client(ready.secadmin).post(reverse("exchange:token_new"), fill(ready, user=ready.chief.pk))
    assert page.status_code == 422


@pytest.mark.parametrize("part", ["leader", "sysadmin", "auditor", "chief"])
def test_only_the_security_administrator_sees_tokens(ready, part):
    token, _ = a_token(ready.source, ready.secadmin)
    client = ready.client(getattr(ready, part))
    for url in [reverse("exchange:tokens"), reverse("exchange:token", args=[token.pk]), reverse("exchange:guide")]:
        assert client.get(url).status_code == 403


def test_the_guide_names_every_operation(ready):
    text = ready.client(ready.secadmin).get(reverse("exchange:guide")).content.decode()
    assert "/api/v1/grid/responsible" in text
    assert "报送事件" in text
    assert ready.client(ready.secadmin).get(reverse("exchange:tokens")).status_code == 200
