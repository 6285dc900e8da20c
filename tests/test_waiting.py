"""What the modules put on the desk and into the search: for everybody, within the budget of statements, never an error."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate

from shijian.core import desk

PEOPLE = ["chief", "manager", "station_head", "grid_office", "leader", "dispatcher", "clerk", "sysadmin", "auditor"]


@pytest.mark.parametrize("part", PEOPLE)
def test_each_source_of_the_desk_answers_everybody_with_few_statements(cast, part):
    person = getattr(cast, part)
    for source in desk.sources:
        with CaptureQueriesContext(connection) as caught:
            found = source(person, localdate())
        for section in found if isinstance(found, list) else [found] if found else []:
            assert section.total >= len(section.tasks) or not section.total
        assert len(caught) <= 3, source


@pytest.mark.parametrize("text", ["食品", "行政处罚法 51", "没有这样的词", "%_\\", "'"])
def test_the_one_search_answers_any_text(cast, text):
    for person in (cast.chief, cast.leader, cast.auditor):
        client = cast.client(person)
        client.get(reverse("portal:desk"))  # the session is written once
        for name in ("search", "search_more"):
            with CaptureQueriesContext(connection) as caught:
                assert client.get(reverse(f"portal:{name}"), {"q": text}).status_code == 200
            own = [each["sql"] for each in caught.captured_queries if "django_session" not in each["sql"]]
            own = [sql for sql in own if not sql.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))]
            assert len(own) <= 12, (name, own)
