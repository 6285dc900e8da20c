"""Writing to the log. Sealing it is `sealing.py`, checking it `verification.py`."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol

from django.db import connection, models

from shijian.core import requests
from shijian.core.inserts import insert

from . import receipts
from .models import Entry

Target = models.Model | tuple[str, str, str]


class Actor(Protocol):
    """Whoever acts: a user of `accounts`, which lies above this module."""

    pk: Any
    employee_no: Any
    name: Any


def record(
    *,
    by: Actor,
    verb: str,
    on: Target,
    at: datetime,
    detail: dict[str, Any] | None = None,
    bureau_code: str = "",
    area_code: str = "",
) -> Entry:
    """Put an act on record in the transaction of the act: one INSERT, and without it the act does not happen.

    Who acts `on_behalf_of` another is named with him. `on` is a row or a tuple (type, id, label). `detail` holds JSON values and no personal data: entries are never
    deleted. Raises RuntimeError outside a transaction, TypeError or ValueError for a `detail` that is not JSON.
    """
    entry = _entry(by, verb, on, at, detail, bureau_code, area_code)
    insert([entry])
    receipts.keep([entry])
    return entry


def record_many(acts: Iterable[dict[str, Any]]) -> int:
    """Many acts of one transaction with one INSERT a thousand; each dict has the arguments of `record`."""
    entries = [
        _entry(
            act["by"],
            act["verb"],
            act["on"],
            act["at"],
            act.get("detail"),
            act.get("bureau_code", ""),
            act.get("area_code", ""),
        )
        for act in acts
    ]
    Entry.objects.bulk_create(entries, batch_size=1000)
    receipts.keep(entries)
    return len(entries)


def _entry(
    by: Actor, verb: str, on: Target, at: datetime, detail: dict[str, Any] | None, bureau_code: str, area_code: str
) -> Entry:
    if not connection.in_atomic_block:
        raise RuntimeError("an act and its record are written in one transaction")
    kind, key, label = on if isinstance(on, tuple) else (on._meta.label_lower, str(on.pk), str(on))
    if principal := getattr(by, "on_behalf_of", None):
        detail = {**(detail or {}), "on_behalf_of": principal.employee_no}
    if identifier := requests.given():  # the caller's name for this act, by which his log and ours meet
        detail = {**(detail or {}), "request": identifier}
    entry = Entry(
        at=at,
        actor_id=str(by.pk),
        employee_no=by.employee_no,
        actor_name=f"{by.name}（代{principal.name}）"[:40] if principal else by.name,
        verb=verb,
        object_type=kind,
        object_id=key,
        object_label=label[:200],
        bureau_code=bureau_code,
        area_code=area_code,
        detail=detail or {},
    )
    entry.sign()
    return entry
