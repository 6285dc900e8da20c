"""The address of a person's calendar: shown once, kept as a hash, revoked at will."""

import hashlib
import secrets
from datetime import datetime

from django.db import transaction

from shijian.accounts.models import User
from shijian.audit import services as audit

from ..choices import Verb
from ..models import Feed


@transaction.atomic
def make_feed(*, by: User, now: datetime) -> str:
    """A new secret; the old address stops at once."""
    revoke_feed(by=by, now=now)
    secret = secrets.token_urlsafe(32)
    feed = Feed.objects.create(person=by, digest=_digest(secret), made_at=now)
    audit.record(by=by, verb=Verb.FEED_MADE, on=feed, at=now, bureau_code=by.bureau_code)
    return secret


@transaction.atomic
def revoke_feed(*, by: User, now: datetime) -> bool:
    feed = Feed.objects.select_for_update().filter(person=by, revoked_at=None).first()
    if feed is None:
        return False
    feed.revoked_at = now
    feed.save(update_fields=["revoked_at"])
    audit.record(by=by, verb=Verb.FEED_REVOKED, on=feed, at=now, bureau_code=by.bureau_code)
    return True


def person_of(secret: str, *, now: datetime) -> User | None:
    """Whose calendar the address is; nobody's once it is revoked or the account is disabled."""
    feed = Feed.objects.select_related("person").filter(digest=_digest(secret), revoked_at=None).first()
    if feed is None or not feed.person.is_active:
        return None
    Feed.objects.filter(pk=feed.pk).update(read_at=now)
    return feed.person


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
