"""Words in events; docs/algorithms/search.md says why it is fast."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import Func, IntegerField, Q, Value
from django.db.models.functions import Lower, StrIndex
from django.db.models.lookups import GreaterThan

from shijian.subjects.rules import grams

TEXT_MAX = 60  # characters looked at
FREQUENT = 0.01  # share of all events from which walking along the list finds a page sooner than the index
SMALL = 50_000  # events: below, the index alone is quick
REMEMBER_SECONDS = 60.0


class Words(Func):
    """The keys of an event, in the words of the index `event_words`."""

    template = "events_keys(description, address)"
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
    if keys and not _are_frequent(keys):
        rows = rows.alias(words=Words())
        held.append(Q(words__contains=keys))
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
STATISTICS = """
    SELECT greatest(c.reltuples, 0), s.most_common_elems::text::int4[], s.most_common_elem_freqs
    FROM pg_class c LEFT JOIN pg_stats s ON s.schemaname = current_schema() AND s.tablename = 'event_words'
    WHERE c.oid = 'events_event'::regclass
"""


def _are_frequent(keys: Sequence[int]) -> bool:
    """Whether every key is one that many events hold: only a guess of the cost, never of the answer."""
    global _known
    if time.monotonic() - _known.read_at > REMEMBER_SECONDS:
        with connection.cursor() as cursor:
            cursor.execute(STATISTICS)
            total, common, shares = cursor.fetchone()
        _known = _Shares(int(total), dict(zip(common or [], shares or [], strict=False)), time.monotonic())
    return _known.total >= SMALL and all(_known.of.get(key, 0) >= FREQUENT for key in keys)
