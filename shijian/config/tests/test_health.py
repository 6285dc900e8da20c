"""What a proxy, a supervisor and an operator are told."""

import shutil
from collections import namedtuple
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils.timezone import now

from shijian.audit import services as audit
from shijian.config import health

pytestmark = pytest.mark.django_db
LOCAL = {"HTTP_HOST": "127.0.0.1:8000"}
Usage = namedtuple("Usage", "total used free")


def beat(seconds: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [now() - timedelta(seconds=seconds)]
        )


@pytest.fixture
def whole(monkeypatch) -> None:
    """A node on which nothing is wrong."""
    beat(3)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**12, 0, 10**12))


def ready(**headers: str) -> tuple[int, dict]:
    answer = Client().get("/health/ready", **(headers or LOCAL))
    return answer.status_code, answer.json()


def test_a_whole_node_is_ready(whole):
    status, told = ready()
    assert (status, told["state"]) == (200, "ok")
    assert {name: check["state"] for name, check in told["checks"].items()} == dict.fromkeys(
        ("database", "migrations", "worker", "audit", "disk"), "ok"
    )


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_HOST": "testserver"},
        {**LOCAL, "REMOTE_ADDR": "10.0.0.9"},
        {**LOCAL, "HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_HOST": "testserver", "HTTP_AUTHORIZATION": "Bearer "},
    ],
)
def test_particulars_are_for_this_computer_or_the_token_only(whole, settings, headers):
    settings.METRICS_TOKEN = "a token of some length"
    assert ready(**headers) == (200, {"ok": True, "state": "ok"})
    _, told = ready(**{**headers, "HTTP_AUTHORIZATION": f"Bearer {settings.METRICS_TOKEN}"})
    assert "checks" in told


def test_without_a_database_the_node_lives_but_is_not_ready_and_says_no_secrets(whole, monkeypatch):
    def gone() -> health.Check:
        raise OperationalError("connection to server at db.internal failed for user shijian")

    monkeypatch.setattr(health, "_database", gone)
    status, told = ready()
    assert (status, told["state"]) == (503, "down")
    assert told["checks"]["database"] == {"state": "down", "text": "OperationalError"}
    assert Client().get("/health/live").json() == {"ok": True}


def test_live_asks_nobody(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert Client().get("/health/live").status_code == 200


def test_a_missing_migration_makes_the_node_not_ready(whole, monkeypatch):
    monkeypatch.setattr(health, "_migrated", False)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'audit' AND name LIKE '0004%'")
    assert ready()[0] == 503


@pytest.mark.parametrize(("free", "state", "status"), [(10**8, "down", 503), (10**9, "degraded", 200)])
def test_a_full_disk_is_told_in_time(whole, monkeypatch, free, state, status):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**12, 0, free))
    assert (ready()[0], ready()[1]["state"]) == (status, state)


def test_a_silent_worker_is_somebodys_business_but_people_are_served(whole):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '2 minutes'")
    assert ready()[1]["checks"]["worker"]["state"] == "degraded"
    assert ready()[0] == 200
    assert Client().get("/health/ready?strict=1", **LOCAL).status_code == 503
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")
    assert ready()[1]["checks"]["worker"]["text"] == "后台任务进程没有启动"


def test_an_audit_log_that_is_not_sealed_is_told(whole, cast):
    audit.record(by=cast.chief, verb="core.test", on=cast.chief, at=now())
    assert ready()[1]["checks"]["audit"]["state"] == "ok"
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE audit_entry SET at = now() - interval '10 minutes'")
        assert cursor.rowcount > 0
    assert ready()[1]["checks"]["audit"]["state"] == "degraded"
