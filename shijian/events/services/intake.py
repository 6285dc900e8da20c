"""One statement for the number, the event and its first step: the fewest round trips while the series is locked."""

from functools import cache

from django.db import connection

from shijian.core.inserts import Insert, statement_for, written
from shijian.core.numbering import TAKE

from ..models import Event, Step

# As wide as six digits, wider after the millionth event of a year.
NUMBER = "(SELECT %s || lpad(last::text, greatest(6, length(last::text)), '0') FROM taken)"


def insert(event: Event, step: Step, *, year: int) -> None:
    """Write a new event with the next number of its bureau and year, and the step that reports it.

    Others who report in the same bureau wait from here to the commit; a rollback leaves no gap. Raises IntegrityError
    when the event's id is taken.
    """
    event.number = f"SJ{year}-"
    params = [event.bureau_code, "event", year, *_events().params(event), *statement_for(Step).params(step)]
    with connection.cursor() as cursor:
        cursor.execute(_statement(), params)
        event.number = cursor.fetchone()[0]
    written(event)
    written(step)


@cache
def _events() -> Insert:
    return Insert(Event, {"number": NUMBER})


@cache
def _statement() -> str:
    return (
        f"WITH taken AS ({TAKE}), event AS ({_events().text} RETURNING number) "  # noqa: S608 - built from our columns
        f"{statement_for(Step).text} RETURNING (SELECT number FROM event)"
    )
