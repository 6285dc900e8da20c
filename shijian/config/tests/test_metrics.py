"""The metrics: in the format, over all processes, for those who may."""

import json
import re

import pytest
from django.test import Client

from shijian.config import metrics

pytestmark = pytest.mark.django_db
LOCAL = {"HTTP_HOST": "localhost:8000"}
LINE = re.compile(
    r"(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z_]+=\"([^\"\\\n]|\\.)*\"(,[a-z_]+=\"([^\"\\\n]|\\.)*\")*\})? [0-9.e+-]+)"
)


@pytest.fixture(autouse=True)
def own_home(settings, tmp_path, monkeypatch):
    settings.HOME = tmp_path
    monkeypatch.setattr(metrics, "requests", metrics.Requests())


def told() -> dict[str, float]:
    answer = Client().get("/metrics", **LOCAL)
    assert answer.status_code == 200
    lines = answer.content.decode().splitlines()
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in lines if not line.startswith("#")}


def test_requests_are_counted_by_route_over_all_processes(cast, tmp_path):
    cast.client(cast.leader).get("/events/")
    (tmp_path / "run" / "metrics").mkdir(parents=True)
    other = {"n|GET|events/|200": 2, "s|events/": 0.5, "b|events/|0.25": 2}
    (tmp_path / "run" / "metrics" / "1.json").write_text(json.dumps(other))
    found = told()
    assert found['shijian_requests_total{method="GET",route="events/",status="200"}'] == 3
    assert found['shijian_request_seconds_count{route="events/"}'] == 3
    assert found['shijian_request_seconds_bucket{route="events/",le="+Inf"}'] == 3
    assert found['shijian_request_seconds_sum{route="events/"}'] > 0.5


def test_buckets_hold_what_took_no_longer_than_their_bound():
    for seconds in (0.001, 0.01, 0.011, 11):
        metrics.requests.observe("GET", "a/", 200, seconds)
    found = told()
    bounds = {
        bound: found[f'shijian_request_seconds_bucket{{route="a/",le="{bound}"}}']
        for bound in ("0.01", "0.025", "+Inf")
    }
    assert bounds == {"0.01": 2, "0.025": 3, "+Inf": 4}


def test_the_node_is_told():
    found = told()
    assert found['shijian_check_state{check="database"}'] == 0
    assert found['shijian_check_state{check="worker"}'] == 1
    assert found["shijian_database_bytes"] > 1e6
    assert found["shijian_disk_free_bytes"] > 0
    assert found["shijian_audit_sealed_total"] == 0


def test_nobody_else_finds_the_page(settings):
    settings.METRICS_TOKEN = "a token of some length"
    assert Client().get("/metrics").status_code == 404
    assert Client().get("/metrics", **LOCAL, HTTP_X_FORWARDED_FOR="10.0.0.9").status_code == 404
    assert Client().get("/metrics", HTTP_AUTHORIZATION="Bearer wrong").status_code == 404
    assert Client().get("/metrics", HTTP_AUTHORIZATION=f"Bearer {settings.METRICS_TOKEN}").status_code == 200


def test_a_node_without_a_database_still_tells_its_state(monkeypatch):
    from shijian.config import health

    monkeypatch.setattr(health, "_database", lambda: 1 / 0)
    assert told()['shijian_check_state{check="database"}'] == 2
