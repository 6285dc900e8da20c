"""A database that is away and a full disk are told as such, to people and to programs."""

import errno

import psycopg
import pytest
from django.db import DatabaseError, OperationalError
from django.test import Client

from shijian.core import unavailable


def caused(by: BaseException) -> Exception:
    error = OperationalError("x")
    error.__cause__ = by
    return error


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError("server closed the connection"), 503),
        (caused(psycopg.errors.AdminShutdown("x")), 503),
        (caused(psycopg.errors.DiskFull("could not extend file")), 507),
        (OSError(errno.ENOSPC, "No space left on device"), 507),
        (OSError(errno.EROFS, "Read-only file system"), 507),
        (FileNotFoundError(errno.ENOENT, "x"), None),
        (DatabaseError("syntax"), None),
        (ValueError("x"), None),
        (None, None),
    ],
)
def test_what_is_for_the_moment_and_what_is_a_fault(error, status):
    assert unavailable.status_of(error) == status


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("by", "status", "words"),
    [
        (psycopg.errors.CannotConnectNow("starting up"), 503, "系统正在恢复"),
        (psycopg.errors.DiskFull("x"), 507, "存储空间不足"),
    ],
)
def test_a_page_says_it_in_words_without_session_or_person(client, monkeypatch, by, status, words):
    def away(*arguments, **names):
        raise caused(by)

    client.cookies["sessionid"] = "a" * 32
    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", away)
    answer = client.get("/")
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert int(answer.headers["Retry-After"]) > 0
    assert "重试" in answer.content.decode()


def test_a_fault_of_ours_stays_one(client, monkeypatch):
    def broken(*arguments, **names):
        raise ValueError("ours")

    client.cookies["sessionid"] = "a" * 32
    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", broken)
    assert client.get("/").status_code == 500
