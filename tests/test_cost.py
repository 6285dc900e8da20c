"""What a page costs: statements, counted for every address that can be asked for with GET."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from .test_permissions import TABLE, addresses  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
MOST_STATEMENTS = 12
FRAME = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "SET")


def statements(client, address):
    with CaptureQueriesContext(connection) as caught:
        client.get(address)
    asked = [each["sql"] for each in caught.captured_queries if "django_session" not in each["sql"]]
    return [sql for sql in asked if not sql.startswith(FRAME)]


def test_no_page_takes_more_than_twelve_statements(world, addresses):  # noqa: F811
    costly = {}
    for name, (allowed, _, method) in TABLE.items():
        if method != "get":
            continue
        client = world.cast.client(getattr(world.cast, sorted(allowed)[0]))
        client.get(addresses[name])  # what a process reads once is read
        asked = statements(client, addresses[name])
        if len(asked) > MOST_STATEMENTS:  # a value the process keeps for a while may just have been due
            asked = statements(client, addresses[name])
        if len(asked) > MOST_STATEMENTS:
            costly[name] = asked
    assert {name: len(asked) for name, asked in costly.items()} == {}
