"""Intake by another system: once, whatever is sent how often."""

import threading
from concurrent.futures import ThreadPoolExecutor
from random import Random
from uuid import uuid4

import pytest
from django.db import connection

from shijian.audit.models import Entry
from shijian.events.models import Event, Kind, Step
from shijian.exchange import queries
from shijian.exchange.models import Answer
from shijian.exchange.testing import ApiClient, a_kind, a_token

FINDING = {"kind": "T01", "description": "门前占道摆放货架", "address": "纺一路 1 号", "outside_no": "CG-1"}


def test_a_finding_becomes_an_event_with_number_audit_entry_and_answer(api, ready):
    answer = api.submit(FINDING)
    assert answer.status_code == 201
    event = Event.objects.get()
    content = answer.json()
    assert content["number"] == event.number
    assert content["state"] == "reported"
    assert content["due_on"] == str(event.due_on)
    assert (event.source, event.reported_by, event.outside_no) == ("interface", ready.source, "CG-1")
    assert Entry.objects.filter(verb="events.event.reported", employee_no="T9000").count() == 1
    assert Answer.objects.get().body == answer.content.decode()


def test_the_same_key_with_the_same_body_gets_the_first_answer_again(api):
    first, second = api.submit(FINDING), api.submit(FINDING)
    assert second.status_code == 201
    assert second.content == first.content
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"
    assert Event.objects.count() == Step.objects.count() == 1


def test_the_first_answer_is_repeated_even_after_the_kind_went_out_of_use(api):
    first = api.submit(FINDING)
    Kind.objects.update(is_active=False)
    queries.forget()
    assert api.submit(FINDING).content == first.content


def test_the_same_key_with_another_body_is_refused(api):
    api.submit(FINDING)
    answer = api.submit({**FINDING, "description": "另一件事"})
    assert answer.status_code == 422
    assert answer.json()["code"] == "exchange.key_used_for_other_content"
    assert Event.objects.count() == 1


def test_another_token_may_use_the_same_key(api, client_of, ready):
    api.submit(FINDING)
    assert client_of(ready.source).submit(FINDING).status_code == 201
    assert Event.objects.count() == 2


def test_the_sender_may_make_the_id_and_cannot_take_one_that_is_taken(api, client_of, ready):
    key = str(uuid4())
    assert api.submit({**FINDING, "id": key}).json()["id"] == key
    answer = client_of(ready.source).submit({**FINDING, "id": key, "description": "另一件事"}, key="key-00000002")
    assert (answer.status_code, answer.json()["code"]) == (409, "events.same_id_other_content")


def test_what_was_refused_may_be_mended_and_sent_with_the_same_key(api):
    assert api.submit({**FINDING, "kind": "none"}).status_code == 422
    assert api.submit(FINDING).status_code == 201


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "none"}, "kind"),
        ({"description": ""}, "description"),
        ({"description": "字" * 2001}, "description"),
        ({"description": "零\u0000字节"}, "description"),
        ({"description": "\ud800"}, "description"),
        ({"lon": 109.05}, "lon"),
        ({"lon": 1e400, "lat": 34.25}, "lon"),
        ({"lon": 209.05, "lat": 34.25}, "lon"),
        ({"accuracy_m": 2**31}, "accuracy_m"),
        ({"accuracy_m": 10**30}, "accuracy_m"),
        ({"source": "gossip"}, "source"),
        ({"credit_code": "91610111MA6TXXXXXX"}, "credit_code"),
        ({"discovered_at": "2026-01-01T00:00:00"}, "discovered_at"),
        ({"discovered_at": "0001-01-01T00:00:00+14:00"}, "discovered_at"),
        ({"id": "x"}, "id"),
        ({"colour": "red"}, "colour"),
    ],
)  # fmt: skip
def test_a_field_that_does_not_fit_is_named(api, change, field):
    answer = api.submit({**FINDING, **change})
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert field in answer.content.decode()
    assert not Event.objects.exists()


def test_an_event_from_the_future_is_refused_with_a_conflict(api):
    answer = api.submit({**FINDING, "discovered_at": "2027-01-01T00:00:00+08:00"})
    assert (answer.status_code, answer.json()["code"]) == (409, "events.in_the_future")


def test_coordinates_in_another_datum_are_brought_to_wgs84(api):
    api.submit({**FINDING, "lon": 109.0547, "lat": 34.2484, "datum": "gcj02"})
    lon, lat = Event.objects.get().location_wgs84
    assert (lon, lat) != (109.0547, 34.2484)
    assert abs(lon - 109.05) < 0.002
    assert abs(lat - 34.25) < 0.003


@pytest.mark.django_db(transaction=True)
def test_three_hundred_findings_sent_up_to_five_times_at_once_become_three_hundred_events(ready):
    """R3: no finding is lost and none is doubled, and everybody who asked got the same answer."""
    a_kind()
    _, secret = a_token(ready.source, ready.secadmin)
    dice = Random(7)
    sendings = [n for n in range(300) for _ in range(dice.randint(1, 5))]
    dice.shuffle(sendings)
    answers: dict[int, set[bytes]] = {}
    lock = threading.Lock()

    def send(n: int) -> int:
        try:
            answer = ApiClient(secret).submit({**FINDING, "description": f"第 {n} 件"}, key=f"finding-{n:06}")
            with lock:
                answers.setdefault(n, set()).add(answer.content)
            return int(answer.status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(send, sendings))
    assert set(codes) == {201}
    assert Event.objects.count() == Step.objects.count() == Answer.objects.count() == len(answers) == 300
    assert all(len(given) == 1 for given in answers.values())
    assert sorted(Event.objects.values_list("number", flat=True))[-1].endswith("000300")
    assert Entry.objects.filter(verb="events.event.reported").count() == 300
