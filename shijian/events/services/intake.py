"""One statement for the number, the event and its first step: the fewest round trips while the series is locked."""

from typing import Any

from django.db import connection, models
from django.db.models.expressions import RawSQL
from django.db.models.sql import InsertQuery

from shijian.core.numbering import TAKE

from ..models import Event, Step

# As wide as six digits, wider after the millionth event of a year.
NUMBER = "(SELECT %s || lpad(last::text, greatest(6, length(last::text)), '0') FROM taken)"


def insert(event: Event, step: Step, *, year: int) -> None:
    """Write a new event with the next number of its bureau and year, and the step that reports it.

    Others who report in the same bureau wait from here to the commit; a rollback leaves no gap. Raises IntegrityError
    when the event's id is taken.
    """
    event.number = RawSQL(NUMBER, [f"SJ{year}-"])  # noqa: S611 - values are parameters
    event_sql, event_values = _insert(event)
    step_sql, step_values = _insert(step)
    first = f"WITH taken AS ({TAKE}), event AS ({event_sql} RETURNING number)"
    statement = f"{first} {step_sql} RETURNING (SELECT number FROM event)"  # noqa: S608 - compiled by Django
    with connection.cursor() as cursor:
        cursor.execute(statement, [event.bureau_code, "event", year, *event_values, *step_values])
        event.number = cursor.fetchone()[0]
    for row in (event, step):
        row._state.adding, row._state.db = False, connection.alias


def _insert(row: models.Model) -> tuple[str, tuple[Any, ...]]:
    query = InsertQuery(type(row))
    query.insert_values(row._meta.concrete_fields, [row])
    sql, values = query.get_compiler(connection=connection).as_sql()[0]
    return sql, values
