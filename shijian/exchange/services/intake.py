from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from shijian.accounts.models import User
from shijian.core import inserts
from shijian.core.errors import Refused
from shijian.events import services as events
from shijian.events.models import Event

from .. import rules
from ..models import Answer, Token

Facts = Callable[[], dict[str, Any]]
Write = Callable[[Event], str]


class KeyUsedForOther(Refused):
    code = "exchange.key_used_for_other_content"


@dataclass(frozen=True, slots=True)
class Answered:
    """`is_repeat` tells an answer given before from a fresh one."""

    status: int
    body: str
    is_repeat: bool = False


def submit_event(
    token: Token, *, key: str, body: bytes, facts: Facts, id: UUID | None, write: Write, by: User, now: datetime
) -> Answered:
    """Take an event in and keep the answer with it, in one transaction.

    The same key with the same body again, even several times at once, gets the first answer; with another body
    KeyUsedForOther is raised. `facts` gives the arguments of `events.services.report`; `write` turns the event into
    the answer's text. What is refused is not kept: the sender may mend the cause and use the same key again.
    """
    body_hash = rules.request_hash(body)
    try:
        with transaction.atomic(), inserts.together():
            event = events.report(id=id or rules.event_id(token.pk, key), **facts(), by=by, now=now)
            answered = Answered(201, write(event))
            kept = Answer(token=token, key=key, body_hash=body_hash, status=answered.status, body=answered.body, at=now)
            inserts.insert([kept])
        return answered
    except (IntegrityError, Refused) as obstacle:
        # Only after the rollback: the answer of whoever came first is now committed and can be read.
        if (known := Answer.objects.filter(token=token, key=key).first()) is None:
            raise
        if known.body_hash != body_hash:
            raise KeyUsedForOther(
                "这个 Idempotency-Key 已用于另一份内容。重发请保持内容完全一致；新的事件请换一个新的值。"
            ) from obstacle
        return Answered(known.status, known.body, is_repeat=True)


def forget_answers(*, now: datetime) -> int:
    """Delete answers nobody will ask for again; the events themselves stay, and their ids still make a repeat harmless."""
    deleted, _ = Answer.objects.filter(at__lt=now - rules.KEPT).delete()
    return deleted
