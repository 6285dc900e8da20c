"""The inbox: one INSERT, read once, nobody else's."""

from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shijian.notices import services
from shijian.notices.models import Notice

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)


def tell(*people, title="新事件待接收", link="/events/"):
    return services.notify(people, kind="events.report", title=title, link=link, at=NOW, bureau_code="610111")


def test_telling_many_people_is_one_statement(cast):
    people = [cast.chief, cast.manager, cast.station_head, cast.chief]
    with CaptureQueriesContext(connection) as caught:
        assert tell(*people) == 3
    assert len(caught) == 1
    assert Notice.objects.count() == 3


def test_nobody_to_tell_costs_nothing(cast, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert tell() == 0


@pytest.mark.django_db(transaction=True)
def test_the_hint_to_open_pages_goes_out_after_the_commit_and_not_before(cast):
    with CaptureQueriesContext(connection) as caught, transaction.atomic():
        tell(cast.chief)
        inside = len([each for each in caught.captured_queries if "pg_notify" in each["sql"]])
    assert inside == 0
    sent = [each["sql"] for each in caught.captured_queries if "pg_notify" in each["sql"]]
    assert len(sent) == 1
    assert str(cast.chief.pk) in sent[0]


def test_the_bell_counts_what_is_unread_and_opening_a_notice_reads_it(cast):
    tell(cast.chief)
    client = cast.client(cast.chief)
    page = client.get(reverse("notices:inbox"))
    assert "新事件待接收" in page.content.decode()
    assert page.context["unread"] == 1
    notice = Notice.objects.get()
    assert client.get(reverse("notices:notice", args=[notice.pk])).url == "/events/"
    assert services.unread_count(cast.chief) == 0
    read_at = Notice.objects.get().read_at
    client.get(reverse("notices:notice", args=[notice.pk]))
    assert Notice.objects.get().read_at == read_at


def test_a_notice_of_another_person_does_not_exist(cast):
    tell(cast.chief)
    address = reverse("notices:notice", args=[Notice.objects.get().pk])
    assert cast.client(cast.manager).get(address).status_code == 404
    assert Notice.objects.get().read_at is None


def test_all_are_read_at_once_but_only_ones_own(cast):
    tell(cast.chief, cast.manager)
    tell(cast.chief)
    cast.client(cast.chief).post(reverse("notices:reading"))
    assert (services.unread_count(cast.chief), services.unread_count(cast.manager)) == (0, 1)


def test_the_inbox_shows_only_the_unread_when_asked(cast):
    tell(cast.chief, title="已看过的")
    services.mark_all_read(cast.chief, now=NOW)
    tell(cast.chief, title="还没看的")
    text = cast.client(cast.chief).get(reverse("notices:inbox"), {"unread": "1"}).content.decode()
    assert "还没看的" in text
    assert "已看过的" not in text
