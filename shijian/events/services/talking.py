"""Questions and answers about an event, up, down and sideways. Not acts: the event does not change (E-14)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core.errors import Refused

from ..choices import Verb
from ..models import Event, Message, Reader
from ..permissions import EVENT_VIEW
from .steps import tell

READERS_MAX = 20


class NobodyToRead(Refused):
    code = "events.nobody_to_read"


class NothingSaid(Refused):
    code = "events.nothing_said"


@transaction.atomic
def say(
    event: Event, *, text: str, to: Sequence[User] = (), answers: Message | None = None, by: User, now: datetime
) -> Message:
    """Ask people of the bureau about an event, or answer: an answer goes to all who took part in that question.

    Whoever is asked sees the event from then on, wherever it lies. Raises NobodyToRead without anybody to read it.
    """
    if not text.strip():
        raise NothingSaid("请写明要问的或要说的。")
    if answers and answers.event_id != event.pk:
        raise ValueError("an answer belongs to the event of its question")
    root = answers.answers or answers if answers else None
    people = {user.pk: user for user in to}
    if root:
        thread = [root, *root.replies.select_related("by")]
        people |= {message.by_id: message.by for message in thread}
        people |= {each.person_id: each.person for each in root.readers.select_related("person")}
    people.pop(by.pk, None)
    readers = [
        user
        for user in people.values()
        if user.is_active and user.bureau_code == event.bureau_code and user.may(EVENT_VIEW)
    ]
    if not readers:
        raise NobodyToRead("请至少选择一位能查看事件的本局人员。")
    if len(readers) > READERS_MAX:
        raise NobodyToRead(f"一次最多 {READERS_MAX} 人，请减少收件人。")
    message = Message.objects.create(event=event, answers=root, by=by, at=now, text=text.strip())
    Reader.objects.bulk_create(Reader(message=message, person=user) for user in readers)
    audit.record(
        by=by,
        verb=Verb.ASKED,
        on=("events.event", str(event.pk), str(event)),
        at=now,
        detail={"message": message.pk, "to": [user.employee_no for user in readers]},
        bureau_code=event.bureau_code,
        area_code=event.area_code,
    )
    tell(event, readers, "message", "有人回复" if root else f"{by.name}询问", message.text, now, page="talk/")
    return message


def mark_read(event: Event, *, by: User, now: datetime) -> int:
    """What was said to this person about the event is read."""
    return Reader.objects.filter(message__event=event, person=by, read_at=None).update(read_at=now)
