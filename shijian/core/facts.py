"""Type once (一次录入): which facts the platform knows, where they came from, and how often a form asks for one again (W9).

A module declares its facts and its forms; the view that takes a form in says what was known. Counted are numbers per bureau,
form and day, never who typed. Source: 整治形式主义为基层减负若干规定 (2024), 不得要求基层重复填报.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.utils.timezone import localdate

facts: dict[str, "Fact"] = {}
forms: dict[str, "AskedForm"] = {}


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact and its lineage: `first` where it is entered the one time, `kept` where it stands, `carried` where it goes by itself."""

    code: str
    label: str
    first: str
    kept: str
    carried: str


@dataclass(frozen=True, slots=True)
class AskedForm:
    """A form that is measured. `fields` are those a person sees, each with the fact it asks for; "" is new by nature."""

    code: str
    name: str
    fields: Mapping[str, str]


def fact(*several: Fact) -> None:
    """Enter facts. Raises ValueError for a code that is taken: each fact has one origin."""
    for each in several:
        if each.code in facts:
            raise ValueError(f"fact {each.code} is declared twice")
        facts[each.code] = each


def form(code: str, name: str, /, **fields: str) -> AskedForm:
    """Enter a form and what its fields ask for. Raises ValueError for a fact nobody declared."""
    if unknown := {each for each in fields.values() if each} - set(facts):
        raise ValueError(f"form {code} asks for unknown facts: {sorted(unknown)}")
    forms[code] = made = AskedForm(code, name, fields)
    return made


@dataclass(frozen=True, slots=True)
class Answered:
    """One form as it came in: fields asked, known beforehand, of these offered, and typed again although known."""

    asked: int
    known: int
    offered: int
    retyped: int


def answered(
    asked: Collection[str], *, known: Mapping[str, Any], offered: Collection[str], sent: Mapping[str, Any]
) -> Answered:
    """Compare what was asked with what was known.

    Typed again is a field the platform knew, did not offer, and a person filled in with the same value; one who writes
    another value told something new. Space, width of digits and case make no difference.
    """
    known_here = {name for name in asked if _text(known.get(name))}
    given = known_here & set(offered)
    again = {name for name in known_here - given if _text(sent.get(name)) == _text(known[name])}
    return Answered(len(asked), len(known_here), len(given), len(again))


def _text(value: Any) -> str:
    if isinstance(value, float):
        value = round(value, 6)
    if isinstance(value, list | tuple):
        return ",".join(_text(each) for each in value)
    return re.sub(r"\s+", "", str("" if value is None else value)).casefold()


COUNT = """
    INSERT INTO core_formcount (bureau_code, form, "on", sent, asked, known, offered, retyped) VALUES (%s, %s, %s, 1, %s, %s, %s, %s)
    ON CONFLICT (bureau_code, form, "on") DO UPDATE SET sent = core_formcount.sent + 1,
        asked = core_formcount.asked + excluded.asked, known = core_formcount.known + excluded.known,
        offered = core_formcount.offered + excluded.offered, retyped = core_formcount.retyped + excluded.retyped
"""


def count(
    of: AskedForm,
    *,
    bureau_code: str,
    known: Mapping[str, Any],
    sent: Mapping[str, Any],
    offered: Collection[str] | None = None,
    asked: Collection[str] | None = None,
    on: date | None = None,
) -> Answered:
    """Add a form that was taken in to the day's numbers. Without `offered` all that was known stood in the form already.

    Called by the view after the act and outside its transaction: the numbers are nobody's evidence and block nobody.
    """
    made = answered(
        of.fields if asked is None else asked, known=known, offered=known if offered is None else offered, sent=sent
    )
    with connection.cursor() as cursor:
        numbers = [made.asked, made.known, made.offered, made.retyped]
        cursor.execute(COUNT, [bureau_code, of.code, on or localdate(), *numbers])
    return made
