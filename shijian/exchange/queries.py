"""Reads of the interface: which token a secret opens, and what a system account may see."""

import time
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from shijian.accounts.models import User
from shijian.core.scope import Scope
from shijian.events import queries as events
from shijian.events.models import Event, Kind

from . import rules
from .models import Token

TRUSTED_SECONDS = 0.5  # how long a process trusts what it read of a token or a kind: revoked means shut within a second
USED_EVERY_SECONDS = 600
KEPT_IN_MEMORY = 500


@dataclass(frozen=True, slots=True)
class _Known:
    token: Token
    read_at: float


_known: dict[str, _Known] = {}
_kinds: dict[str, tuple[float, dict[str, Kind]]] = {}


def token_for(secret: str) -> Token | None:
    """The usable token of a secret with its account and grants, or None."""
    digest = rules.secret_hash(secret)
    known = _known.get(digest)
    if known is None or time.monotonic() - known.read_at > TRUSTED_SECONDS:
        token = Token.objects.select_related("user__unit").filter(secret_hash=digest).first()
        if token is None:
            return None
        token.user.grants_on(timezone.localdate())
        if len(_known) >= KEPT_IN_MEMORY:
            _known.clear()
        known = _known[digest] = _Known(token, time.monotonic())
        note_use(token)
    token = known.token
    return token if token.user.is_active and token.is_usable(timezone.now()) else None


def kind_offered(bureau_code: str, code: str) -> Kind | None:
    """The matter of the catalogue a bureau offers under a code, as of half a second ago."""
    read_at, kinds = _kinds.get(bureau_code, (0.0, {}))
    if time.monotonic() - read_at > TRUSTED_SECONDS:
        kinds = {kind.code: kind for kind in Kind.objects.offered(bureau_code)}
        _kinds[bureau_code] = (time.monotonic(), kinds)
    return kinds.get(code)


def forget() -> None:
    """For tests: as a new process."""
    _known.clear()
    _kinds.clear()


def note_use(token: Token) -> None:
    """Keep when a token was last used, to ten minutes: enough to find those nobody uses."""
    now = timezone.now()
    if token.last_used_at is None or (now - token.last_used_at).total_seconds() > USED_EVERY_SECONDS:
        Token.objects.filter(pk=token.pk).update(last_used_at=now)
        token.last_used_at = now


def tokens_within(scope: Scope) -> QuerySet[Token]:
    return Token.objects.filter(scope.unit_q("user__unit__path")).select_related("user__unit", "created_by")


def events_for(user: User) -> QuerySet[Event]:
    """Events an account may read: those in its scope and those it sent itself."""
    return events.visible_to(user).select_related("kind")
