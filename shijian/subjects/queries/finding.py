"""Search over names, addresses, codes and pinyin initials; docs/algorithms/search.md says why it is fast.

A word matches an entity when its name or address holds it, case aside; a text of several words asks for all of them. A
single word may also be the beginning of a code, or, when nothing else is found, three and more pinyin initials of the
name, or a part of the name with one character wrong, missing or too many.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import CharField, Func, Q, Value
from django.db.models.functions import Lower, StrIndex
from django.db.models.lookups import GreaterThan

from shijian.accounts.models import User
from shijian.core import wall
from shijian.core.scope import Scope

from ..models import Entity
from ..models.entity import EntityQuerySet
from ..models.fields import SearchKeys
from ..permissions import ENTITY_VIEW
from ..rules import grams
from ..rules.codes import clean_code
from ..rules.rows import tidy

CANDIDATES = 500  # matches ranked; of more, those whose name begins with the text are ranked in any case
SAMPLED = 8_000  # rows looked at before a word of frequent pairs is taken for a rare one
SAMPLED_SLOWLY = 2_000  # the same where the comparison is costly
FREQUENT = 0.01  # share of all entities from which a sample is cheaper than the index
FREQUENT_SLOWLY = 0.05
USELESS = 0.10  # share of a key that narrows too little to be worth reading, when another one does better
SMALL = 50_000  # entities: below, the index alone is quick
REMEMBER_SECONDS = 60.0
CODE_FROM = 4  # characters of a code
TEXT_MAX = 60  # characters looked at: a longer text is no name anybody types


def search(user: User, text: str, *, limit: int = 20) -> list[Entity]:
    """The best matches within the person's scope: whole name or code, beginning, shorter names first."""
    text = tidy(text)[:TEXT_MAX]
    words = grams.words(text)
    scope = user.scope(ENTITY_VIEW)
    if not words or not scope.prefixes:
        return []
    asked = _Asked(scope, limit)
    with transaction.atomic():
        with connection.cursor() as cursor:  # starting helpers takes longer than an answer may
            cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        _search(asked, text, words)
    found = Entity.objects.within(scope).defer("scope_text").in_bulk(list(asked.found))
    return [found[key] for key in asked.found if key in found][:limit]


def _search(asked: "_Asked", text: str, words: list[str]) -> None:
    asked.by_code(_code(text))
    if not asked.found:
        asked.by_beginning(text)
        asked.holding([word for word in words if len(word) > 1])
    if len(words) == 1 and not asked.found:
        asked.by_initials(words[0])
        asked.with_a_typo(words[0])


def matching(rows: EntityQuerySet, text: str) -> EntityQuerySet:
    """The rows of a list that hold every word of a text in name or address, or whose code begins with it, or whose name
    has these pinyin initials."""
    text = tidy(text)[:TEXT_MAX]
    code, words = _code(text), [word for word in grams.words(text) if len(word) > 1]
    if not (code or words):
        return rows.filter(name__istartswith=text) if text else rows
    rows = rows.alias(search_keys=SearchKeys())
    found = [_holding(words)] if words else []
    if len(words) == 1 and words[0].isalpha() and (initial := grams.initial_keys(words[0])):
        letters = Func("name", function="subjects_initials", output_field=CharField())
        same = Q(GreaterThan(StrIndex(letters, Value(words[0])), 0))
        found.append(same if _is_frequent(initial) else same & Q(search_keys__contains=initial))
    if code:
        found += [Q(credit_code__startswith=code), Q(registration_no__startswith=code)]
    return rows.filter(reduce(or_, found))


def _holding(words: Sequence[str]) -> Q:
    """Every word in name or address: by the index, unless the words are frequent enough for walking along the list."""
    held = Q()
    for word in words:
        in_name, in_address = (GreaterThan(StrIndex(Lower(column), Value(word)), 0) for column in ("name", "address"))
        held &= Q(in_name) | Q(in_address)
    keys = [key for word in words for key in grams.pairs(word)]
    return held if _is_frequent(keys) else held & Q(search_keys__contains=keys)


@dataclass(slots=True)
class _Asked:
    """One search: the keys found so far, the best first."""

    scope: Scope
    limit: int
    found: dict[UUID, None] = field(default_factory=dict)

    def by_code(self, code: str) -> None:
        if not code:
            return
        begins = grams.escape(code) + "%"
        for name in ("credit_code", "registration_no"):
            self._take(f"{name} LIKE %s", [begins], order=f"{name}, id")

    def by_beginning(self, text: str) -> None:
        """Names that begin with the text as typed, shorter ones first among the first hundred."""
        where, params = self._scope()
        sql = (
            f"SELECT id FROM (SELECT id, name FROM subjects_entity WHERE {where} AND name LIKE %s ORDER BY name LIMIT 100)"  # noqa: S608
            " AS first ORDER BY length(name), name LIMIT %s"
        )
        self._run(sql, [*params, grams.escape(text) + "%", self.limit])

    def holding(self, words: Sequence[str]) -> None:
        if not words or self._enough:
            return
        patterns = [f"%{grams.escape(word)}%" for word in words]
        test = " AND ".join("(lower(name) LIKE %s OR lower(address) LIKE %s)" for _ in words)
        params = [pattern for pattern in patterns for _ in range(2)]
        keys = [key for word in words for key in grams.pairs(word)]
        order, order_params = "lower(name) NOT LIKE %s, ", [patterns[0]]
        if self._is_whole and _is_frequent(keys):
            self._sample(SAMPLED, test, params, order, order_params)
        self._look_up([keys], test, params, order, order_params)

    def by_initials(self, word: str) -> None:
        keys = grams.initial_keys(word)
        if not keys or self._enough:
            return
        test, params = "subjects_initials(name) LIKE %s", [f"%{word}%"]
        if self._is_whole and _is_frequent(keys, FREQUENT_SLOWLY):
            self._sample(SAMPLED_SLOWLY, test, params)
        self._look_up([keys], test, params)

    def with_a_typo(self, word: str) -> None:
        forms = [] if word.isascii() else grams.typo_forms(word)
        if not forms or self.found:
            return
        test, params = "lower(name) LIKE ANY (%s)", [[f"%{form.pattern}%" for form in forms]]
        if self._is_whole and any(_is_frequent(form.keys, FREQUENT_SLOWLY) for form in forms):
            self._sample(SAMPLED_SLOWLY, test, params)
        self._look_up([form.keys for form in forms], test, params)

    @property
    def _enough(self) -> bool:
        return len(self.found) >= self.limit

    @property
    def _is_whole(self) -> bool:
        return "" in self.scope.prefixes

    def _scope(self) -> tuple[str, list[Any]]:
        if self._is_whole:
            return "bureau_code = %s AND merged_into_id IS NULL", [self.scope.bureau_code]
        inside = " OR ".join("area_code LIKE %s" for _ in self.scope.prefixes)
        prefixes = [f"{grams.escape(prefix)}%" for prefix in self.scope.prefixes]
        return f"bureau_code = %s AND merged_into_id IS NULL AND ({inside})", [self.scope.bureau_code, *prefixes]

    def _take(self, test: str, params: list[Any], *, order: str) -> None:
        where, scope = self._scope()
        sql = f"SELECT id FROM subjects_entity WHERE {where} AND {test} ORDER BY {order} LIMIT %s"  # noqa: S608
        self._run(sql, [*scope, *params, self.limit])

    def _sample(
        self, rows: int, test: str, params: list[Any], order: str = "", order_params: Sequence[Any] = ()
    ) -> None:
        """Look at a fixed sample of pages: enough for a word that many names hold."""
        where, scope = self._scope()
        share = min(100.0, 100 * rows / max(1, _shares().total))
        sql = f"""
            WITH sample AS MATERIALIZED (
                SELECT id, name FROM subjects_entity TABLESAMPLE SYSTEM (%s) REPEATABLE (11) WHERE {where} AND {test}
            ), first AS (SELECT * FROM sample LIMIT %s)
            SELECT id FROM first ORDER BY {order}length(name), name LIMIT %s
        """  # noqa: S608
        before = dict(self.found)
        self._run(sql, [share, *scope, *params, 3 * self.limit, *order_params, self.limit])
        if not self._enough:
            self.found = before  # a rare word after all: the index finds every one, in order

    def _look_up(
        self,
        alternatives: Sequence[Sequence[int]],
        test: str,
        params: list[Any],
        order: str = "",
        order_params: Sequence[Any] = (),
    ) -> None:
        """By the index: rows with all keys of one of the alternatives, then compared with the text itself."""
        where, scope = self._scope()
        area = [key for prefix in self.scope.prefixes if (key := grams.area_key(prefix))]
        area = area if len(self.scope.prefixes) == 1 else []
        held = " OR ".join("subjects_keys(name, address, area_code) @> %s::int4[]" for _ in alternatives)
        sql = f"""
            WITH held AS MATERIALIZED (SELECT id, name, address FROM subjects_entity WHERE {where} AND ({held})),
                 first AS (SELECT id, name FROM held WHERE {test} LIMIT %s)
            SELECT id FROM first ORDER BY {order}length(name), name LIMIT %s
        """  # noqa: S608
        arrays = [_useful([*keys, *area]) for keys in alternatives]
        self._run(sql, [*scope, *arrays, *params, CANDIDATES, *order_params, self.limit])

    def _run(self, sql: str, params: list[Any]) -> None:
        if self._enough:
            return
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            self.found |= dict.fromkeys(key for (key,) in cursor.fetchall())


def _code(text: str) -> str:
    """The text as the beginning of a code, "" when it cannot be one."""
    code = clean_code(text)
    return code if len(code) >= CODE_FROM and code.isascii() and code.isalnum() else ""


@dataclass(frozen=True, slots=True)
class _Shares:
    """How many of all entities hold a key, for the most frequent keys, as the database last counted."""

    total: int = 0
    of: dict[int, float] = field(default_factory=dict)
    read_at: float = float("-inf")


_known = _Shares()
STATISTICS = """
    SELECT greatest(c.reltuples, 0), s.most_common_elems::text::int4[], s.most_common_elem_freqs
    FROM pg_class c LEFT JOIN pg_stats s ON s.schemaname = current_schema() AND s.tablename = 'entity_search'
    WHERE c.oid = 'subjects_entity'::regclass
"""


def _shares() -> _Shares:
    global _known
    if time.monotonic() - _known.read_at > REMEMBER_SECONDS:
        with wall.lifted(), connection.cursor() as cursor:  # behind it the database hides its statistics
            cursor.execute(STATISTICS)
            total, keys, shares = cursor.fetchone()
        _known = _Shares(int(total), dict(zip(keys or [], shares or [], strict=False)), time.monotonic())
    return _known


def _is_frequent(keys: Sequence[int], share: float = FREQUENT) -> bool:
    """Whether every key is one that many entities hold: only a guess of the cost, never of the answer."""
    shares = _shares()
    return shares.total >= SMALL and all(shares.of.get(key, 0) >= share for key in keys)


def _useful(keys: Sequence[int]) -> list[int]:
    """The keys worth reading: beside a rare one, those that nearly every row holds only cost time."""
    shares = _shares().of
    kept = [key for key in keys if shares.get(key, 0) < USELESS]
    return kept or [min(keys, key=lambda key: shares.get(key, 0))]
