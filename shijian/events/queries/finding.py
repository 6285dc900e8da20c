"""Words in events; docs/algorithms/search.md says why it is fast."""

import time
from dataclasses import dataclass, field
from functools import reduce
from operator import and_
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import Func, IntegerField, Q, Value
from django.db.models.functions import Lower, StrIndex
from django.db.models.lookups import GreaterThan

from shijian.core import wall
from shijian.subjects.rules import grams

from ..models import Event

TEXT_MAX = 60  # characters looked at
FREQUENT = (
    0.03  # share of all events from which reading a key from the index costs more than comparing words along a list
)
MANY = 10_000  # events with all keys of a text from which walking along the list finds a page sooner than the index
REMEMBER_SECONDS = 60.0


class Words(Func):
    """The keys of an event, in the words of the index `event_words`."""

    function = "events_keys"
    output_field = ArrayField(IntegerField())

    def __init__(self) -> None:
        super().__init__("description", "address")


def matching(rows: Any, text: str) -> Any:
    """The events of a list whose number begins with a text, or that hold all its words in description or address."""
    text = text.strip()[:TEXT_MAX]
    if text.upper().startswith("SJ"):
        return rows.filter(number__startswith=text.upper())
    words = grams.words(text)
    held = [_holds(word) for word in words]
    keys = [key for word in words for key in grams.pairs(word)]
    if keys and (told := _telling(tuple(keys))):
        rows = rows.alias(words=Words())
        held.append(Q(words__contains=told))
    return rows.filter(reduce(and_, held)) if held else rows


def _holds(word: str) -> Q:
    described, placed = (GreaterThan(StrIndex(Lower(name), Value(word)), 0) for name in ("description", "address"))
    return Q(described) | Q(placed)


@dataclass(frozen=True, slots=True)
class _Shares:
    """How many of all events hold a key, for the most frequent keys, as the database last counted."""

    total: int = 0
    of: dict[int, float] = field(default_factory=dict)
    read_at: float = float("-inf")


_known = _Shares()
_held: dict[tuple[int, ...], tuple[bool, float]] = {}
REMEMBERED = 1_000
STATISTICS = """
    SELECT greatest(c.reltuples, 0), s.most_common_elems::text::int4[], s.most_common_elem_freqs
    FROM pg_class c LEFT JOIN pg_stats s ON s.schemaname = current_schema() AND s.tablename = 'event_words'
    WHERE c.oid = 'events_event'::regclass
"""


def _telling(keys: tuple[int, ...]) -> list[int]:
    """Which keys to give the database, which guesses how many events hold them and takes its way by that guess.

    It knows the share of a frequent key well; of several it takes the shares for independent, though those of one word are not. So
    where many events hold all keys, it is given the rarest one only, and none where even that one is frequent: of an area with
    5,000 events it would read 700,000 entries of the index first. The words are compared in any case.
    """
    shares = _shares().of
    if all(shares.get(key, 0.0) >= FREQUENT for key in keys):
        return []
    if len(keys) == 1 or any(key not in shares for key in keys) or not _hold_many(keys):
        return list(keys)
    return [min(keys, key=lambda key: shares[key])]


def _hold_many(keys: tuple[int, ...]) -> bool:
    """Asked past the wall: it tells nothing but the way to take."""
    known = _held.get(keys)
    if known is None or time.monotonic() - known[1] > REMEMBER_SECONDS:
        if len(_held) > REMEMBERED:
            _held.clear()
        with wall.lifted():
            rows: Any = Event.objects.order_by().alias(words=Words())
            rows = rows.filter(words__contains=list(keys))
            known = _held[keys] = rows.values("pk")[:MANY].count() == MANY, time.monotonic()
    return known[0]


def _shares() -> _Shares:
    global _known
    if time.monotonic() - _known.read_at > REMEMBER_SECONDS:
        with wall.lifted(), connection.cursor() as cursor:  # behind it the database hides its statistics
            cursor.execute(STATISTICS)
            total, common, shares = cursor.fetchone()
        _known = _Shares(int(total), dict(zip(common or [], shares or [], strict=False)), time.monotonic())
    return _known
