"""INSERT for the few rows that every act writes: the text is made once per model instead of at every save.

Building the statement costs the ORM several times what the database needs to run it. Signals are not sent, and
nothing in the house listens to any.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from django.db import connection, models
from django.db.models.expressions import DatabaseDefault

Params = list[Any]
_held: ContextVar[list[models.Model] | None] = ContextVar("held_rows", default=None)


class Insert:
    """The statement for one model. `text` is for one row; `expressions` give a column SQL around its one parameter."""

    def __init__(self, model: type[models.Model], expressions: Mapping[str, str] | None = None) -> None:
        meta, expressions = model._meta, expressions or {}
        self.fields = [
            field
            for field in meta.concrete_fields
            if not field.generated and not isinstance(field, models.AutoField) and _default_is_ours(field)
        ]
        quote = connection.ops.quote_name
        self.has_given_key = meta.pk not in self.fields
        self.key_column = quote(str(meta.pk.column))
        self.row = ", ".join(expressions.get(field.name) or _placeholder(field) for field in self.fields)
        columns = ", ".join(quote(str(field.column)) for field in self.fields)
        self.head = f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES "  # noqa: S608 - names of our own columns
        self.text = f"{self.head}({self.row})"
        self.returning = f" RETURNING {self.key_column}"

    def params(self, row: models.Model) -> Params:
        """The values of a row in the order of the columns, as the database takes them."""
        return [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in self.fields]


def insert(rows: Sequence[models.Model]) -> None:
    """Write new rows, of several models if need be, with one statement; keys the database gives are set on them.

    Inside `together` the rows wait for its end. Raises IntegrityError as `save` does.
    """
    held = _held.get()
    if held is not None:
        held.extend(rows)
    elif rows:
        _write(rows)


@contextmanager
def together() -> Iterator[None]:
    """Rows given to `insert` in this block are written at its end by one statement: fewer waits while locks are held.

    For rows nobody reads before the end: the log, notices, answers. A block within a block joins it.
    """
    if _held.get() is not None:
        yield
        return
    token = _held.set([])
    try:
        yield
        held = _held.get()
    finally:
        _held.reset(token)
    if held:
        _write(held)


def _write(rows: Sequence[models.Model]) -> None:
    by_model: dict[type[models.Model], list[models.Model]] = {}
    for row in rows:
        by_model.setdefault(type(row), []).append(row)
    parts, params, given = [], [], []
    for number, (model, some) in enumerate(by_model.items()):
        statement = statement_for(model)
        values = ", ".join([f"({statement.row})"] * len(some))
        parts.append(f"part{number} AS ({statement.head}{values}{statement.returning})")
        params += [value for row in some for value in statement.params(row)]
        if statement.has_given_key:
            given.append(f"(SELECT array_agg({statement.key_column}) FROM part{number})")  # noqa: S608 - our own names
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(parts)} SELECT {', '.join(given) or '1'}", params)
        keys = iter(cursor.fetchone())
    for model, some in by_model.items():
        if statement_for(model).has_given_key:
            for row, key in zip(some, next(keys), strict=True):
                row.pk = key
        for row in some:
            written(row)


def written(row: models.Model) -> None:
    row._state.adding, row._state.db = False, connection.alias


@cache
def statement_for(model: type[models.Model]) -> Insert:
    return Insert(model)


def _default_is_ours(field: Any) -> bool:
    return not field.has_db_default() or not isinstance(field.get_default(), DatabaseDefault)


def _placeholder(field: Any) -> str:
    made = getattr(field, "get_placeholder", None)
    return str(made(None, None, connection)) if made else "%s"
