from datetime import datetime

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.db.models import F

from shijian.audit import services as audit

from ..choices import Verb
from ..models import User


@transaction.atomic
def end_session(session: UserSession, *, by: User, now: datetime) -> None:
    """End one login: its next request is that of a stranger."""
    owner: User = session.user
    session.end()
    audit.record(by=by, verb=Verb.SESSION_ENDED, on=owner, at=now, bureau_code=owner.bureau_code)


@transaction.atomic
def end_sessions(user: User, *, by: User, now: datetime) -> None:
    """End every login of a person, also those that no list shows."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    for session in UserSession.objects.filter(user=user):
        session.end()
    audit.record(by=by, verb=Verb.SESSIONS_ENDED, on=user, at=now, bureau_code=user.bureau_code)


@transaction.atomic
def end_other_sessions(user: User, *, current: str, by: User, now: datetime) -> None:
    """End every login but `current`, whose page must take the new hash (`update_session_auth_hash`)."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])
    for session in UserSession.objects.filter(user=user).exclude(session_key=current):
        session.end()
    audit.record(
        by=by, verb=Verb.SESSIONS_ENDED, on=user, at=now, bureau_code=user.bureau_code, detail={"but": "current"}
    )


def keep_to_limit(user: User, *, current: str, now: datetime) -> None:
    """End the oldest logins beyond `SESSIONS_PER_PERSON`."""
    others = UserSession.objects.filter(user=user).exclude(session_key=current).order_by("-last_seen_at", "-pk")
    for session in others[max(settings.SESSIONS_PER_PERSON - 1, 0) :]:
        end_session(session, by=user, now=now)
