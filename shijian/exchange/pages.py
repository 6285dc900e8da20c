"""Keyset paging of the API, one way for all lists: ordered by a column and the key, `next` names the last row that was sent."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q

from shijian.core.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Any]
    next: str


def page(rows: Any, after: str, limit: int, *, by: str = "", read: Callable[[str], Any] = str) -> Page:
    """The rows after a `next` given before. `by` is the column before the key ("-" for descending, "" for the key alone);
    `read` makes its value out of the text. Raises InvalidInput for what we never gave out."""
    name, down = by.removeprefix("-"), by.startswith("-")
    beyond = "lt" if down else "gt"
    if after:
        *first, key = _read(after, *([read] if name else []), rows.model._meta.pk.to_python)
        later = Q(**{f"pk__{beyond}": key})
        if name:
            later = Q(**{f"{name}__{beyond}": first[0]}) | Q(**{name: first[0]}) & later
        rows = rows.filter(later)
    order = ["-pk" if down else "pk"]
    found = list(rows.order_by(*([by] if by else []), *order)[: limit + 1])
    if len(found) <= limit:
        return Page(found, "")
    last = found[limit - 1]
    told = [_told(getattr(last, name))] if name else []
    return Page(found[:limit], _write(*told, str(last.pk)))


def _told(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _write(*parts: str) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def _read(text: str, *readers: Callable[[str], Any]) -> list[Any]:
    try:
        parts = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not all(isinstance(part, str) for part in parts):
            raise ValueError(text)
        return [read(part) for read, part in zip(readers, parts, strict=True)]
    except (ValueError, TypeError, AttributeError, ValidationError) as error:
        raise InvalidInput("不是上一页给出的值", field="after", remedy="请原样使用应答中的 next。") from error
