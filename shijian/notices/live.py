"""Live hints to open pages: one small ASGI process, one LISTEN, a stream per open page.

A stream carries only the number of unread notices; whoever wants to read them asks the web process.
"""

import asyncio
import contextlib
import json
import logging
from collections import defaultdict
from datetime import datetime
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

import psycopg
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import SESSION_KEY, get_user
from django.contrib.sessions.backends.db import SessionStore
from django.db import close_old_connections, connections
from django.http import HttpRequest
from django.utils import timezone

from shijian.accounts.models import User
from shijian.accounts.sessions import expired

from .services import CHANNEL, unread_count

log = logging.getLogger(__name__)
HEARTBEAT_SECONDS = 20
STREAMS_PER_PERSON = 6
waiting: dict[str, set[asyncio.Event]] = defaultdict(set)
_listener: asyncio.Task[None] | None = None


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
        return
    if scope["type"] != "http":
        return
    if scope["path"] == "/live/health":
        await _answer(send, 200, b"ok")
        return
    headers = {name.decode().lower(): value.decode("latin-1") for name, value in scope["headers"]}
    origin = headers.get("origin", "")
    if origin and urlsplit(origin).hostname != headers.get("host", "").rsplit(":", 1)[0].strip("[]"):
        await _answer(send, 403, b"")
        return
    cookie = SimpleCookie(headers.get("cookie", "")).get(settings.SESSION_COOKIE_NAME)
    key = await _person(cookie.value if cookie else "")
    if key is None:
        await _answer(send, 401, b"", origin)
    elif len(waiting[key]) >= STREAMS_PER_PERSON:
        await _answer(send, 429, b"", origin)
    else:
        await _stream(key, cookie.value if cookie else "", origin, receive, send)


async def _stream(key: str, session: str, origin: str, receive: Any, send: Any) -> None:
    """Send the unread count now, at each hint, and a comment now and then; end when the session does."""
    _start_listening()
    hint = asyncio.Event()
    hint.set()
    waiting[key].add(hint)
    gone = asyncio.ensure_future(_gone(receive))
    try:
        kind = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")]
        await send({"type": "http.response.start", "status": 200, "headers": [*kind, *_cors(origin)]})
        while not gone.done():
            text = b": still here\n\n"
            if hint.is_set():
                hint.clear()
                count = await _unread(key)
                text = f"event: notice\ndata: {json.dumps({'unread': count})}\n\n".encode()
            elif await _person(session) != key:
                break
            await send({"type": "http.response.body", "body": text, "more_body": True})
            woken = asyncio.ensure_future(hint.wait())
            await asyncio.wait({woken, gone}, timeout=HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            woken.cancel()
        with contextlib.suppress(Exception):
            await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        gone.cancel()
        waiting[key].discard(hint)


def _start_listening() -> None:
    global _listener
    if _listener is None or _listener.done():
        _listener = asyncio.ensure_future(_listen())


async def _listen() -> None:
    """Wake the streams of the people a hint names; after a lost connection everybody reads anew."""
    parameters = {
        name: value
        for name, value in connections["default"].get_connection_params().items()
        if name in {"dbname", "user", "password", "host", "port"} and value
    }
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(**parameters, autocommit=True) as link:
                await link.execute(f"LISTEN {CHANNEL}")
                for hints in waiting.values():
                    for hint in hints:
                        hint.set()
                async for message in link.notifies():
                    for key in message.payload.split(","):
                        for hint in waiting.get(key, ()):
                            hint.set()
        except psycopg.Error as error:
            log.warning("live hints interrupted: %s", error)
            await asyncio.sleep(2)


async def _gone(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


@sync_to_async
def _person(session_key: str) -> str | None:
    """The person a session belongs to, if it is still good: not timed out, not disabled, password unchanged."""
    try:
        session = SessionStore(session_key)
        if not session_key or not session.get(SESSION_KEY):
            return None
        now = timezone.now()
        times = [datetime.fromisoformat(session.get(name, now.isoformat())) for name in ("opened_at", "seen_at")]
        if expired(times[0], times[1], now):
            return None
        request = HttpRequest()
        request.session = session
        user = get_user(request)
        return str(user.pk) if user.is_authenticated and user.is_active else None
    finally:
        close_old_connections()


@sync_to_async
def _unread(key: str) -> int:
    try:
        return unread_count(User(pk=key))
    finally:
        close_old_connections()


def _cors(origin: str) -> list[tuple[bytes, bytes]]:
    if not origin:
        return []
    allowed = [(b"access-control-allow-origin", origin.encode()), (b"access-control-allow-credentials", b"true")]
    return [*allowed, (b"vary", b"Origin")]


async def _answer(send: Any, status: int, body: bytes, origin: str = "") -> None:
    await send({"type": "http.response.start", "status": status, "headers": _cors(origin)})
    await send({"type": "http.response.body", "body": body})


async def _lifespan(receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
