"""Filters of a list: each reads its parameter from the address, narrows the rows, and says itself as a chip."""

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict

Rows = Any  # a QuerySet of any model
Narrow = Callable[[Any, Any], Any]


@dataclass
class Filter:
    """`narrow` gets the rows and the clean value; by default it filters on the field called `field`."""

    name: str
    label: str
    field: str = ""
    narrow: Narrow | None = None
    kind: str = dataclasses.field(default="", init=False)

    def value(self, query: QueryDict) -> Any:
        return query.get(self.name, "").replace("\x00", "").strip()  # a NUL no text column can hold

    def apply(self, rows: Rows, value: Any) -> Rows:
        return self.narrow(rows, value) if self.narrow else rows.filter(**{self.field or self.name: value})

    def chip(self, value: Any) -> str:
        return f"{self.label}：{value}"


@dataclass
class Search(Filter):
    """A text box."""

    placeholder: str = ""

    def __post_init__(self) -> None:
        self.kind = "search"


@dataclass
class Choice(Filter):
    """One of a list; a value that is not in it is ignored."""

    choices: Sequence[tuple[str, str]] = ()

    def __post_init__(self) -> None:
        self.kind = "choice"

    def value(self, query: QueryDict) -> Any:
        asked = super().value(query)
        return asked if asked in {str(value) for value, _ in self.choices} else ""

    def chip(self, value: Any) -> str:
        names = {str(key): name for key, name in self.choices}
        return f"{self.label}：{names.get(value)}"


@dataclass
class Fixed(Choice):
    """A choice that only links set: no control of its own, a chip that takes it off."""

    def __post_init__(self) -> None:
        self.kind = "fixed"


@dataclass
class Flag(Filter):
    """A yes or nothing."""

    def __post_init__(self) -> None:
        self.kind = "flag"

    def value(self, query: QueryDict) -> Any:
        return "1" if query.get(self.name) == "1" else ""

    def chip(self, value: Any) -> str:
        return self.label


@dataclass
class Period(Filter):
    """From and until, both days included; `narrow` gets the pair."""

    def __post_init__(self) -> None:
        self.kind = "period"

    def value(self, query: QueryDict) -> Any:
        first, last = (_day(query.get(f"{self.name}_{end}", "")) for end in ("from", "to"))
        return (first, last) if first or last else ""

    def chip(self, value: Any) -> str:
        return f"{self.label}：{value[0] or '…'} 至 {value[1] or '…'}"


def names(filters: Iterable[Filter]) -> list[str]:
    """All parameters the filters read."""
    found = []
    for each in filters:
        found += [f"{each.name}_from", f"{each.name}_to"] if each.kind == "period" else [each.name]
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
