"""常用语: a person's own, or the bureau's."""

from datetime import datetime

from django.db import transaction

from shijian.accounts.models import User
from shijian.audit import services as audit

from ..choices import Verb
from ..models import Phrase


@transaction.atomic
def keep_phrase(phrase: Phrase, *, by: User, now: datetime) -> Phrase:
    """Save a new or changed phrase; who may is decided by the door."""
    phrase.bureau_code, phrase.changed_by, phrase.changed_at = by.bureau_code, by, now
    phrase.save()
    _record(phrase, Verb.PHRASE_KEPT, by, now)
    return phrase


@transaction.atomic
def drop_phrase(phrase: Phrase, *, by: User, now: datetime) -> Phrase:
    """It is offered no longer."""
    phrase.is_active, phrase.changed_by, phrase.changed_at = False, by, now
    phrase.save(update_fields=["is_active", "changed_by", "changed_at"])
    _record(phrase, Verb.PHRASE_DROPPED, by, now)
    return phrase


def _record(phrase: Phrase, verb: str, by: User, now: datetime) -> None:
    detail = {"use": phrase.use, "of": "person" if phrase.owner_id else "bureau"}
    audit.record(by=by, verb=verb, on=phrase, at=now, detail=detail, bureau_code=by.bureau_code)
