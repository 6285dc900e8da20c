"""Deadlines for all modules: which time limit governs, when it ends, how near it is.

    from shijian.core import deadlines
    deadlines.compute("clue_verification", found_on).due

The law itself is in `core.rules`; this module only fetches the dated rows and the calendar.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path

from django.db import connection, transaction

from . import calendar
from .errors import Refused
from .models import TimeLimit
from .rules.citations import in_words
from .rules.clock import Clock, Level, clock, clock_at, level
from .rules.deadline import SHANGHAI, Deadline
from .rules.deadline import compute as compute_limit
from .rules.kinds import Bearer, Direction, RollOver, SpanEnds, SpanKind, Unit
from .rules.limits import Extension, Limit, governing
from .rules.spans import Span
from .versioned import Versioned

__all__ = [
    "SHANGHAI",
    "Bearer",
    "Clock",
    "Deadline",
    "Direction",
    "Extension",
    "Level",
    "Limit",
    "RollOver",
    "Span",
    "SpanEnds",
    "SpanKind",
    "Unit",
    "UnknownRule",
    "calendar",
    "clock",
    "clock_at",
    "clock_of",
    "compute",
    "compute_limit",
    "day_of",
    "extension",
    "find_key",
    "level",
    "limit",
    "limits",
    "load_time_limits",
    "search_text",
    "span_kind",
    "versions",
]

SHIPPED = Path(__file__).parent / "data" / "time_limits.csv"
VERSION = "SELECT md5(string_agg(t::text, '|' ORDER BY t.id)) FROM core_timelimit t"


class UnknownRule(Refused):
    code = "core.unknown_time_limit"


def limits() -> dict[str, tuple[Limit, ...]]:
    """Every time limit with its versions, by key; the shipped ones as long as no row is loaded."""
    return _limits.get()


def versions(key: str) -> tuple[Limit, ...]:
    """All versions of one time limit. Raises `UnknownRule`."""
    found = limits().get(key)
    if not found:
        raise UnknownRule(f"没有代码为“{key}”的期限。请在“期限”页查找代码。")
    return found


def limit(key: str, *, on: date) -> Limit:
    """The version of a time limit in force on the day its period starts (rules LAW-02)."""
    return governing(versions(key), on=on)


def compute(
    key: str,
    start: date | datetime,
    *,
    on: date | None = None,
    spans: Sequence[Span] = (),
    extensions: Sequence[Extension] = (),
    amount: int | None = None,
) -> Deadline:
    """The deadline of the time limit `key` for a period that starts on `start`; see `rules.deadline.compute`.

    The version in force on the start day governs, or on `on` if given.
    """
    rule = limit(key, on=on or day_of(start))
    return compute_limit(rule, start, calendar.current(), spans=spans, extensions=extensions, amount=amount)


def clock_of(deadline: Deadline, *, now: datetime) -> Clock:
    """How near a deadline is, for a page."""
    if deadline.due_at:
        return clock_at(deadline.due_at, now)
    return clock(
        deadline.due,
        day_of(now),
        calendar.current(),
        unit=deadline.limit.unit or Unit.CALENDAR_DAYS,
        warn_on=deadline.warn_on,
        is_estimated=deadline.is_estimated,
    )


def find_key(rule: str) -> str:
    """The key a person means by `clue_verification`, `CASE-01` or 线索核查.

    A rule id stands for its only time limit, or for the only one of them with a fixed number. Raises `UnknownRule`
    with the candidates when it does not decide.
    """
    known = limits()
    # The seed named superseded versions `…_old`; here they are versions of one key, chosen by date.
    if (key := rule.removesuffix("_old")) in known:
        return key
    found = [key for key, each in known.items() if rule.upper() == each[-1].rule_id or rule == each[-1].name]
    fixed = [key for key in found if known[key][-1].amount is not None]
    if len(found) == 1 or len(fixed) == 1:
        return (fixed or found)[0]
    if found:
        listed = "、".join(f"{key}（{known[key][-1].name}）" for key in found)
        raise UnknownRule(f"规则 {rule} 有多个期限，请写明其中一个代码：{listed}。")
    raise UnknownRule(f"没有代码或者规则编号为“{rule}”的期限。请在“期限”页查找代码。")


def day_of(start: date | datetime) -> date:
    """The legal day of a start: a date as it is, an instant by its day in Shanghai."""
    return start.astimezone(SHANGHAI).date() if isinstance(start, datetime) else start


def extension(key: str, amount: int, *, on: date, document: str = "") -> Extension:
    """An approved extension of a time limit, in the unit and by the approver its article names."""
    rule = limit(key, on=on)
    unit = rule.extend_unit or rule.unit or Unit.CALENDAR_DAYS
    return Extension(amount, unit, rule.extend_approver, document)


def span_kind(text: str) -> str:
    """The code of an excluded span, from its code or its Chinese name; what is neither is given back as it is."""
    return next((kind.value for kind in SpanKind if text in (kind.value, kind.label)), text)


def search_text(limit: Limit) -> str:
    """What a time limit is found by: its name, codes, start and articles, in small letters."""
    words = (limit.name, limit.key, limit.rule_id, limit.starts_on_name, limit.citation, in_words(limit.citation))
    return " ".join(words).lower()


@cache
def shipped() -> tuple[dict[str, str], ...]:
    """The rows of the shipped table, as text."""
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@transaction.atomic
def load_time_limits() -> dict[str, int]:
    """Bring the shipped rows into the table, matched by key and first day of validity; the same again changes nothing.

    Rows a bureau has added under other keys or other dates stay. Returns the counts created, updated, unchanged.
    """
    stored = {(row.key, row.valid_from): row for row in TimeLimit.objects.select_for_update()}
    counts = {"created": 0, "updated": 0, "unchanged": 0}
    new = []
    for values in shipped():
        made = _row(values)
        old = stored.get((made.key, made.valid_from))
        if old is None:
            new.append(made)
        elif old.as_limit() == made.as_limit() and old.name_en == made.name_en:
            counts["unchanged"] += 1
        else:
            made.pk = old.pk
            made.save(force_update=True)
            counts["updated"] += 1
    # Updates come first: a version is closed before its successor opens.
    TimeLimit.objects.bulk_create(new)
    counts["created"] = len(new)
    _limits.forget()
    return counts


def _row(values: dict[str, str]) -> TimeLimit:
    numbers = {name: int(values[name]) if values[name] else None for name in ("amount", "extend_amount")}
    rest = {name: value for name, value in values.items() if name not in numbers}
    return TimeLimit(
        **rest
        | numbers
        | {
            "excluded_spans": [kind for kind in values["excluded_spans"].split("|") if kind],
            "valid_from": date.fromisoformat(values["valid_from"]),
            "valid_until": date.fromisoformat(values["valid_until"]) if values["valid_until"] else None,
        }
    )


def _by_key(rows: Iterable[TimeLimit]) -> dict[str, tuple[Limit, ...]]:
    grouped: defaultdict[str, list[Limit]] = defaultdict(list)
    for row in rows:
        grouped[row.key].append(row.as_limit())
    return {key: tuple(sorted(each, key=lambda limit: limit.valid_from)) for key, each in grouped.items()}


def _build() -> dict[str, tuple[Limit, ...]]:
    return _by_key(TimeLimit.objects.order_by("pk")) or _by_key(_row(values) for values in shipped())


def _version() -> str | None:
    with connection.cursor() as cursor:
        cursor.execute(VERSION)
        row = cursor.fetchone()
    return row[0] if row else None


_limits: Versioned[dict[str, tuple[Limit, ...]]] = Versioned(_version, _build)
