"""The list every register uses: filters as chips, sorting, keyset paging, bulk acts, export under the same scope."""

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from shijian.core import parts

from . import exports
from .filters import Filter, names

PAGE = 50
COUNTED = 1_000  # beyond this many rows a count costs more than it tells


@dataclass(frozen=True, slots=True)
class Column:
    """`value` is an attribute path or a function of the row; `show` renders HTML where the plain value is not enough.

    `sort` is a field that is never null. `css` is added to the cell: "num" for figures, "narrow" for short ones.
    """

    label: str
    value: str | Callable[[Any], Any]
    show: Callable[[Any], Any] | None = None
    sort: str = ""
    css: str = ""

    def plain(self, row: Any) -> Any:
        if callable(self.value):
            return self.value(row)
        found = row
        for part in self.value.split("__"):
            found = getattr(found, part, None)
        return found() if callable(found) else found

    def cell(self, row: Any) -> Any:
        return self.show(row) if self.show else exports.plain(self.plain(row)) or "—"


@dataclass(frozen=True, slots=True)
class Bulk:
    """An act on the ticked rows: posts their keys as `pick` to `url`."""

    label: str
    url: str
    icon: str = "check"


@dataclass
class ListPage:
    """One list for one request. The first column is the row's name and links to `link(row)`.

    `order` is the default: a field name, "-" in front for descending. Every page costs one statement and one for the
    capped count, however many rows there are. `parts` are the same rows as several sets that each have an index (`core.parts`).
    """

    request: HttpRequest
    rows: QuerySet[Any]
    columns: Sequence[Column]
    order: str
    name: str
    filters: Sequence[Filter] = ()
    link: Callable[[Any], str] | None = None
    bulk: Sequence[Bulk] = ()
    empty: str = "没有符合条件的记录。"
    empty_icon: str = "inbox"
    on_export: Callable[[str, int], None] | None = None
    key: str = "pk"
    page_size: int = PAGE
    parts: Sequence[QuerySet[Any]] = ()
    values: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        query = self.request.GET
        self.values = {each.name: value for each in self.filters if (value := each.value(query)) not in ("", None)}
        for each in self.filters:
            if each.name in self.values:
                self.narrow(partial(each.apply, value=self.values[each.name]))

    def narrow(self, by: Callable[[QuerySet[Any]], QuerySet[Any]]) -> None:
        """Take only some of the rows, for a page that knows more than its filters."""
        self.rows, self.parts = by(self.rows), [by(part) for part in self.parts]

    def response(self, template: str, context: dict[str, Any] | None = None) -> HttpResponseBase:
        """The page, its list part for htmx, or the export that `?export=` asks for."""
        if (wanted := self.request.GET.get("export")) in {"csv", "xlsx"}:
            return self._export(str(wanted))
        if getattr(self.request, "htmx", False) and self.request.headers.get("HX-Target", "").endswith("list"):
            return render(self.request, "ui/list.html", {"list": self})
        return render(self.request, template, {**(context or {}), "list": self})

    @cached_property
    def sorting(self) -> str:
        """The field sorted by, with its sign: as asked if a column offers it, else the default."""
        asked = self.request.GET.get("sort", "")
        return (
            asked if asked.removeprefix("-") in {column.sort for column in self.columns if column.sort} else self.order
        )

    @cached_property
    def page(self) -> list[Any]:
        rows, after = self._after(self.rows), [self._after(part) for part in self.parts]
        return list(parts.first_of(rows, after, self._ordering, self.page_size + 1))

    @property
    def shown(self) -> list[Any]:
        return self.page[: self.page_size]

    @cached_property
    def table(self) -> list[dict[str, Any]]:
        return [
            {
                "key": getattr(row, self.key),
                "link": self.link(row) if self.link else "",
                "cells": [(column, column.cell(row)) for column in self.columns],
            }
            for row in self.shown
        ]

    @property
    def heads(self) -> list[dict[str, Any]]:
        """Column heads with the sorting a click asks for."""
        current = self.sorting
        return [
            {
                "column": column,
                "sort": f"-{column.sort}" if current == column.sort else column.sort,
                "direction": {column.sort: "ascending", f"-{column.sort}": "descending"}.get(current, "none"),
            }
            for column in self.columns
        ]

    @cached_property
    def total(self) -> int:
        return parts.count_up_to(self.rows, self.parts, COUNTED + 1)

    @property
    def total_text(self) -> str:
        return f"{COUNTED:,} 条以上" if self.total > COUNTED else f"共 {self.total:,} 条"

    @property
    def next_token(self) -> str:
        """Where the next page begins, "" on the last one."""
        if len(self.page) <= self.page_size:
            return ""
        last = self.page[self.page_size - 1]
        value = _path(last, self.sorting.removeprefix("-"))
        text = json.dumps([value, last.pk], default=str)
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @property
    def is_first(self) -> bool:
        return "after" not in self.request.GET

    @property
    def controls(self) -> list[dict[str, Any]]:
        query = self.request.GET
        return [
            {
                "filter": each,
                "value": self.values.get(each.name, ""),
                "from": query.get(f"{each.name}_from", ""),
                "to": query.get(f"{each.name}_to", ""),
            }
            for each in self.filters
        ]

    @property
    def chips(self) -> list[dict[str, str]]:
        """What narrows the list, each with the address that takes it off."""
        made = []
        for each in self.filters:
            if each.name in self.values:
                query = self.request.GET.copy()
                for name in [*names([each]), "after"]:
                    query.pop(name, None)
                made.append({"text": each.chip(self.values[each.name]), "url": f"?{query.urlencode()}"})
        return made

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Parameters of the address that are not filters: kept when the filter form is sent."""
        own = {*names(self.filters), "after", "export"}
        return [(name, str(value)) for name, value in self.request.GET.items() if name not in own]

    @property
    def _ordering(self) -> tuple[str, str]:
        return self.sorting, "-pk" if self.sorting.startswith("-") else "pk"

    def _after(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        token = self.request.GET.get("after", "")
        if not token:
            return rows
        name, beyond = self.sorting.removeprefix("-"), "lt" if self.sorting.startswith("-") else "gt"
        try:
            value, key = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
            return rows.filter(Q(**{f"{name}__{beyond}": value}) | Q(**{name: value, f"pk__{beyond}": key}))
        except (ValueError, TypeError, ValidationError):
            return rows

    def _export(self, wanted: str) -> HttpResponse | HttpResponseBase:
        if self.on_export:
            self.on_export(wanted, self.total)
        header = [column.label for column in self.columns]
        make = exports.as_csv if wanted == "csv" else exports.as_xlsx
        return make(self.name, header, self._lines())

    def _lines(self) -> Iterator[list[Any]]:
        for row in self.rows.order_by(*self._ordering).iterator(chunk_size=2000):
            yield [column.plain(row) for column in self.columns]


def _path(row: Any, name: str) -> Any:
    for part in name.split("__"):
        row = getattr(row, part)
    return row
