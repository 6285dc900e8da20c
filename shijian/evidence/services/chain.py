"""Writing the chain of custody: the thing's row is locked, so entries follow one another."""

from datetime import datetime

from django.db.models import QuerySet

from shijian.accounts.confirmation import Proof
from shijian.accounts.models import User

from ..models import CustodyEntry, Good, Item
from ..rules.custody import FIRST, Link

Thing = Item | Good


def entries_of(thing: Thing) -> QuerySet[CustodyEntry]:
    return thing.chain.select_related("by", "to").order_by("seq")


def links_of(thing: Thing) -> list[Link]:
    return [entry.as_link() for entry in entries_of(thing)]


def locked_links(thing: Thing) -> list[Link]:
    """The chain as it stands, while nobody else can add to it."""
    type(thing)._default_manager.select_for_update(no_key=True).get(pk=thing.pk)
    return links_of(thing)


def add_entry(
    thing: Thing,
    act: str,
    *,
    by: User,
    now: datetime,
    to: User | None = None,
    outside: str = "",
    place: str = "",
    note: str = "",
    proof: Proof | None = None,
) -> CustodyEntry:
    """The next entry; call it with the thing's row locked, or new."""
    last = thing.chain.order_by("-seq").first()
    entry = CustodyEntry(
        item=thing if isinstance(thing, Item) else None,
        good=thing if isinstance(thing, Good) else None,
        seq=last.seq + 1 if last else 1,
        act=act,
        at=now,
        by=by,
        to=to,
        outside=outside,
        place=place,
        note=note,
        previous=last.hash if last else FIRST,
        proved_how=proof.how if proof else "",
        proved_at=proof.at if proof else None,
    )
    entry.sign()
    entry.save(force_insert=True)
    return entry
