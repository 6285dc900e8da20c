"""Words in events: the index finds what a full comparison finds."""

import pytest
from django.db import connection

from shijian.events import queries
from shijian.events.models import Event
from shijian.events.queries import finding
from shijian.events.testing import OTHER_STATION
from shijian.subjects.rules import grams

pytestmark = pytest.mark.django_db
TEXTS = ["营业执照未悬挂", "货架上有 3 袋过期食品", "100%纯果汁_标签不符", "叉车未见使用登记标志", "EKG 心电仪未检定"]
ADDRESSES = ["纺东街95号2楼", "", "莲湖区兴庆宫路9号", "雁塔路1号", "纺东街9号"]


@pytest.fixture
def events(scene):
    return [
        scene.report(description=text, address=address, place=OTHER_STATION if number % 2 else (109.005, 34.205))
        for number, (text, address) in enumerate(zip(TEXTS, ADDRESSES, strict=True))
    ]


@pytest.mark.parametrize(
    "given", [None, lambda keys: [keys[-1]], lambda keys: []], ids=["all keys", "one key", "no key"]
)
@pytest.mark.parametrize(
    "text",
    ["过期", "兴庆宫", "95号", "号2", "ekg", "EKG 检定", "0%", "标_", "执照", "街9", "不在", "纯果汁_", "纺东街 叉车", "号", "执照 纺"],
)  # fmt: skip
def test_a_text_finds_exactly_the_events_that_hold_its_words(scene, events, text, given, monkeypatch):
    if given:
        monkeypatch.setattr(finding, "_telling", given)
    words = text.lower().split()
    expected = {
        event.pk
        for event in events
        if all(word in event.description.lower() or word in event.address.lower() for word in words)
    }
    assert set(queries.matching(Event.objects.all(), text).values_list("pk", flat=True)) == expected


def test_the_index_is_not_asked_for_what_every_thirtieth_event_holds(monkeypatch):
    shares = finding._Shares(10_000_000, {1: 0.2, 2: 0.03, 3: 0.001})
    monkeypatch.setattr(finding, "_shares", lambda: shares)
    monkeypatch.setattr(finding, "_hold_many", lambda keys: True)
    assert finding._telling((1, 2)) == []
    assert finding._telling((1, 3)) == [3]
    assert finding._telling((1, 4)) == [1, 4], "a key that is not among the frequent ones is rare"


def test_the_database_makes_the_keys_that_are_asked_for(scene, events):
    with connection.cursor() as cursor:
        cursor.execute("SELECT events_keys(%s, %s)", ["Ab 𠀀号", "路9"])
        (keys,) = cursor.fetchone()
    assert set(keys) == {*grams.pairs("ab 𠀀号"), *grams.pairs("路9")}


def test_an_event_reported_a_moment_ago_is_found_by_its_words(scene, events):
    for user in (scene.cast.leader, scene.cast.station_head, scene.cast.chief):
        found = scene.cast.client(user).get("/events/?q=过期").context["list"].shown
        seen = queries.visible_to(user).filter(description__contains="过期")
        assert [event.pk for event in found] == list(seen.values_list("pk", flat=True))


def test_the_beginning_of_a_number_finds_it_in_small_letters_too(scene, events):
    number = events[0].number
    assert queries.matching(Event.objects.all(), number.lower()).get() == events[0]


def test_the_search_of_the_whole_product_finds_old_events_too(scene, events):
    page = scene.cast.client(scene.cast.leader).get("/search/?q=兴庆宫")
    assert any(events[2].number in row[0] for group in page.context["groups"] for row in group["rows"])
