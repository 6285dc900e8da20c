"""A scope of several parts, such as "my area or what I handle", read part by part.

One condition with OR makes the database collect all rows of all parts and sort them, to show fifty. Asked for one by one, each
part gives its first fifty from an index, and the first fifty of these are those of the whole: the cost stays flat in rows.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

Rows = QuerySet[Any, Any]


def first_of(rows: Rows, parts: Sequence[Rows], ordering: Sequence[str], limit: int) -> Rows:
    """The first of `rows`, which are the union of `parts`, in an order that `parts` have indexes for: one statement."""
    if not parts:
        return rows.order_by(*ordering)[:limit]
    keys = [part.order_by(*ordering).values("pk")[:limit] for part in parts]
    whole = rows.order_by(*ordering)
    whole.query.clear_where()  # related rows and columns as asked for; which rows, the keys say
    return whole.filter(pk__in=keys[0].union(*keys[1:]) if keys[1:] else keys[0])[:limit]


def count_up_to(rows: Rows, parts: Sequence[Rows], most: int) -> int:
    """How many rows there are; of more than `most`, no more are looked at. Where one part has as many, one is asked."""
    if not parts:
        return rows.order_by()[:most].count()
    keys = [part.order_by().values("pk")[:most] for part in parts]
    first: int = keys[0].count()
    if first >= most or not keys[1:]:
        return first
    return keys[0].union(*keys[1:])[:most].count()
