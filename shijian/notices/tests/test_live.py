"""The live stream: who may listen, what is sent, and that a hint reaches an open page."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.utils.timezone import now

from shijian.accounts.models import User
from shijian.notices import live, services

pytestmark = pytest.mark.django_db(transaction=True)


def scope(session="", origin=""):
    headers = [(b"host", b"localhost:8001")]
    if session:
        headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={session}".encode()))
    if origin:
        headers.append((b"origin", origin.encode()))
    return {"type": "http", "path": "/live/", "method": "GET", "headers": headers}


def session_of(cast, person):
    client = cast.client(person)
    client.get("/notices/")
    return client.cookies[settings.SESSION_COOKIE_NAME].value


async def first_status(session="", origin=""):
    page = ApplicationCommunicator(live.application, scope(session, origin))
    await page.send_input({"type": "http.request"})
    start = await page.receive_output(5)
    await page.send_input({"type": "http.disconnect"})
    await page.wait(5)
    return start["status"]


async def stop_listening():
    if live._listener:
        live._listener.cancel()
        await asyncio.gather(live._listener, return_exceptions=True)
        live._listener = None


def run(work):
    async def whole():
        try:
            return await work
        finally:
            await stop_listening()

    return asyncio.run(whole())


def test_without_a_session_there_is_no_stream():
    assert run(first_status()) == 401
    assert run(first_status("made-up")) == 401


def test_a_page_of_another_host_gets_nothing(cast):
    assert run(first_status(session_of(cast, cast.chief), "http://elsewhere.example")) == 403


def test_a_disabled_account_gets_no_stream(cast):
    session = session_of(cast, cast.chief)
    User.objects.filter(pk=cast.chief.pk).update(is_active=False)
    assert run(first_status(session)) == 401


def test_a_session_that_was_idle_too_long_gets_no_stream(cast):
    client = cast.client(cast.chief)
    client.get("/notices/")
    session = client.session
    session["seen_at"] = (now() - timedelta(hours=2)).isoformat()
    session.save()
    assert run(first_status(client.cookies[settings.SESSION_COOKIE_NAME].value)) == 401


def test_a_new_notice_reaches_the_open_page_of_its_person_and_of_nobody_else(cast):
    chief, manager = session_of(cast, cast.chief), session_of(cast, cast.manager)

    async def watch():
        pages = [
            ApplicationCommunicator(live.application, scope(key, "http://localhost:8000")) for key in (chief, manager)
        ]
        for page in pages:
            await page.send_input({"type": "http.request"})
            start = await page.receive_output(5)
            assert start["status"] == 200
            assert (b"access-control-allow-origin", b"http://localhost:8000") in start["headers"]
            assert b'{"unread": 0}' in (await page.receive_output(5))["body"]
        await asyncio.sleep(0.6)  # the one LISTEN of the process is on
        for page in pages:
            while not await page.receive_nothing(0.2):
                await page.receive_output(1)
        at = datetime(2026, 11, 20, 2, tzinfo=UTC)
        tell = sync_to_async(services.notify)
        await tell([cast.chief], kind="test", title="新事件", at=at, bureau_code="610111")
        got = await pages[0].receive_output(5)
        quiet = await pages[1].receive_nothing(0.5)
        for page in pages:
            await page.send_input({"type": "http.disconnect"})
            await page.wait(5)
        return got["body"], quiet

    body, quiet = run(watch())
    assert b'{"unread": 1}' in body
    assert quiet
    assert not any(live.waiting.values())
