"""Reading through the API, and how it says no."""

import time
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from shijian.accounts.choices import UserKind
from shijian.accounts.models import Grant, Role, User
from shijian.exchange import services
from shijian.exchange.testing import ApiClient, a_token

FINDING = {"kind": "T01", "description": "门前占道摆放货架"}


def reader(ready, area_prefix=""):
    user = User.objects.create(
        employee_no=f"T91{area_prefix}",
        name="数据平台",
        unit=ready.units["610111"],
        bureau_code="610111",
        kind=UserKind.SYSTEM,
    )
    role = Role.objects.get(pk="api_reader")
    Grant.objects.create(
        user=user, role=role, lane=role.lane, bureau_code="610111", area_prefix=area_prefix,
        unit_path=ready.units["610111"].path, valid=("2020-01-01", None),
    )  # fmt: skip
    return user


def is_problem(answer, status, code=None):
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    content = answer.json()
    assert content["status"] == status
    assert content["title"]
    assert content["detail"].endswith(("。", "）"))
    if code:
        assert content["code"] == code
        assert content["type"] == f"urn:shijian:problem:{code}"
    return True


@pytest.mark.django_db
@pytest.mark.parametrize("secret", ["", "sj_wrong", "字", "x" * 5000])
def test_without_a_valid_token_nothing_is_answered(secret):
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    answer = client.get("/api/v1/events")
    assert is_problem(answer, 401, "exchange.unauthorised")
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_session_of_the_pages_is_no_key_to_the_api(ready):
    assert is_problem(ready.client(ready.leader).get("/api/v1/events"), 401)


def test_a_revoked_token_is_shut_within_a_second(ready, monkeypatch):
    token, secret = a_token(ready.source, ready.secadmin)
    client = ApiClient(secret)
    assert client.get("/api/v1/events").status_code == 200
    services.revoke_token(token, by=ready.secadmin, now=now())
    clock = time.monotonic()
    monkeypatch.setattr("shijian.exchange.queries.time.monotonic", lambda: clock + 1)
    assert is_problem(client.get("/api/v1/events"), 401)


def test_an_expired_token_is_shut_at_once_even_when_known(ready, monkeypatch):
    client = ApiClient(a_token(ready.source, ready.secadmin)[1])
    assert client.get("/api/v1/events").status_code == 200
    later = now() + timedelta(days=31)
    monkeypatch.setattr("shijian.exchange.queries.timezone.now", lambda: later)
    assert is_problem(client.get("/api/v1/events"), 401)


def test_a_disabled_account_closes_its_tokens(ready):
    secret = a_token(ready.source, ready.secadmin)[1]
    User.objects.filter(pk=ready.source.pk).update(is_active=False)
    assert is_problem(ApiClient(secret).get("/api/v1/events"), 401)


def test_an_account_without_the_permission_is_told_so(api):
    assert is_problem(api.get("/api/v1/entities"), 403, "exchange.forbidden")


def test_a_source_reads_only_what_it_sent(api, ready, client_of):
    number = api.submit(FINDING).json()["number"]
    assert api.get(f"/api/v1/events/{number}").json()["number"] == number
    other = User.objects.create(
        employee_no="T9001", name="热线", unit=ready.units["610111"], bureau_code="610111", kind=UserKind.SYSTEM
    )
    role = Role.objects.get(pk="api_source")
    Grant.objects.create(
        user=other, role=role, lane=role.lane, bureau_code="610111", unit_path="", valid=("2020-01-01", None)
    )
    stranger = client_of(other)
    assert is_problem(stranger.get(f"/api/v1/events/{number}"), 404)
    assert stranger.get("/api/v1/events").json() == {"items": [], "next": ""}


def test_a_reader_pages_through_all_events_once(api, ready, client_of):
    sent = {api.submit({**FINDING, "description": f"第 {n} 件"}, key=f"finding-{n}").json()["number"] for n in range(7)}
    client, seen, after = client_of(reader(ready)), [], ""
    while True:
        page = client.get("/api/v1/events", {"limit": 3, "after": after}).json()
        seen += [each["number"] for each in page["items"]]
        if not (after := page["next"]):
            break
    assert set(seen) == sent
    assert len(seen) == 7


def test_a_reader_of_one_station_does_not_see_events_of_another(api, ready, client_of):
    number = api.submit(FINDING).json()["number"]  # outside every grid: only the whole bureau sees it
    narrow = client_of(reader(ready, "0501"))
    assert narrow.get("/api/v1/events").json()["items"] == []
    assert is_problem(narrow.get(f"/api/v1/events/{number}"), 404)
    assert is_problem(narrow.submit(FINDING), 403)


def test_the_base_libraries_and_the_grid_answer(ready, client_of):
    client = client_of(reader(ready))
    assert [kind["code"] for kind in client.get("/api/v1/kinds").json()] == ["T01"]
    assert client.get("/api/v1/entities", {"code": "91610111MA6TXXXXXX"}).json() == {"items": [], "next": ""}
    assert client.get("/api/v1/grid/nodes").json() == {"items": [], "next": ""}
    for name in ("codes", "areas", "entities", "staff"):
        ledger = client.get(f"/api/v1/grid/ledgers/{name}").json()
        assert ledger["name"].endswith("台账")
        assert "网格编码" in ledger["columns"]
    answer = client.get("/api/v1/grid/responsible", {"lon": 109.05, "lat": 34.25, "on": "2026-03-01"})
    assert answer.json() == {"on": "2026-03-01", "code": "", "chain": []}


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("events", {"limit": 0}),
        ("events", {"limit": 10**20}),
        ("events", {"after": "nonsense"}),
        ("events", {"after": "WyJhIiwiYiJd"}),
        ("events", {"since": "2026-01-01T00:00:00"}),
        ("events", {"since": "0001-01-01T00:00:00Z"}),
        ("events", {"area": "x"}),
        ("events", {"state": "gone"}),
        ("events/1", {}),
        ("entities", {"name": "\u0000"}),
        ("grid/ledgers/nonsense", {}),
        ("grid/ledgers/staff", {"after": "eA"}),
        ("grid/responsible", {"lon": "nan", "lat": 34}),
        ("grid/responsible", {"lon": 109, "lat": 34, "on": "9999-12-31"}),
        ("grid/responsible", {"lon": 109}),
    ],
)
def test_bad_parameters_are_named(ready, client_of, path, query):
    assert is_problem(client_of(reader(ready)).get(f"/api/v1/{path}", query), 422)


def test_every_way_of_asking_wrongly_is_a_problem(api):
    assert is_problem(api.get("/api/v1/nowhere"), 404)
    answer = api.delete("/api/v1/events")
    assert is_problem(answer, 405)
    assert set(answer["Allow"].split(", ")) == {"GET", "POST"}
    headers = {"Idempotency-Key": "key-00000001"}
    assert is_problem(api.post("/api/v1/events", {"kind": "T01"}, headers=headers), 415)
    assert is_problem(api.submit({**FINDING, "description": "字" * 300_000}), 413)
    for body in ["{", "[" * 100_000, b"\xff\xfe", "[]", "null", "1"]:
        answer = api.post("/api/v1/events", body, content_type="application/json", headers=headers)
        assert answer.status_code in {400, 422}
        assert answer["Content-Type"] == "application/problem+json"
    assert is_problem(api.post("/api/v1/events", FINDING, content_type="application/json"), 422)
    assert is_problem(api.submit(FINDING, key="短"), 422)


def test_a_token_that_asks_too_often_waits(client_of, ready):
    client = client_of(ready.source, per_minute=3)
    codes = [client.get("/api/v1/kinds").status_code for _ in range(5)]
    assert codes[:3] == [200] * 3 or 429 not in codes[:2]  # the minute may turn in between
    answer = [client.get("/api/v1/kinds") for _ in range(4)][-1]
    assert is_problem(answer, 429, "exchange.too_fast")
    assert answer["Retry-After"] == "60"


def test_a_failure_is_a_problem_without_details_of_the_inside(api, monkeypatch, caplog):
    monkeypatch.setattr("shijian.exchange.api.events.services.submit_event", lambda *args, **kwargs: 1 / 0)
    answer = api.submit(FINDING)
    assert is_problem(answer, 500, "exchange.failed")
    assert "ZeroDivision" not in answer.content.decode()
    assert "ZeroDivisionError" in caplog.text


def test_the_description_is_open_and_is_openapi_3_1(client):
    schema = client.get("/api/v1/openapi.json").json()
    assert schema["openapi"].startswith("3.1")
    errors = schema["paths"]["/api/v1/events"]["post"]["responses"]
    assert list(errors["422"]["content"]) == ["application/problem+json"]
    assert list(errors["201"]["content"]) == ["application/json"]
