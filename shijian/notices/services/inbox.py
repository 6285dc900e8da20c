"""Telling people: rows in the act's own transaction, a hint to open pages after it."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction

from shijian.accounts.models import User
from shijian.core.inserts import insert

from ..models import Notice

CHANNEL = "notices"


def notify(
    to: Iterable[User], *, kind: str, title: str, body: str = "", link: str = "", at: datetime, bureau_code: str
) -> int:
    """Put a notice into each person's inbox, once per person: one INSERT in the caller's transaction.

    The hint to open pages follows after the commit: a NOTIFY inside the transaction would make all commits queue, and
    a lost hint costs nothing, since pages read the count anew when they connect.
    """
    people = {user.pk: user for user in to}
    if not people:
        return 0
    insert(
        [
            Notice(to_id=key, bureau_code=bureau_code, kind=kind, title=title[:120], body=body[:500], link=link, at=at)
            for key in people
        ]
    )
    keys = ",".join(str(key) for key in list(people)[:100])
    transaction.on_commit(lambda: _hint(keys), robust=True)
    return len(people)


def mark_read(notice: Notice, *, now: datetime) -> None:
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=now)


def mark_all_read(user: User, *, now: datetime) -> int:
    return Notice.objects.filter(to=user, read_at=None).update(read_at=now)


def unread_count(user: User) -> int:
    return Notice.objects.filter(to=user, read_at=None).count()


def _hint(keys: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, keys])
