"""The desk, the search and the map across modules: what each person is shown, and at what cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shijian.accounts.testing import PEOPLE
from shijian.events import services
from shijian.events.testing import NOW

MOST_STATEMENTS = 12


def titles(client):
    return [section.title for section in client.get(reverse("portal:desk")).context["desk"].sections]


@pytest.mark.parametrize("part", sorted(PEOPLE))
def test_every_page_of_the_portal_takes_at_most_twelve_statements_for_everybody(world, part):
    client = world.cast.client(getattr(world.cast, part))
    client.get(reverse("portal:desk"))  # the session is written once
    for address in [reverse("portal:desk"), reverse("portal:search") + "?q=安柏", reverse("portal:map")]:
        with CaptureQueriesContext(connection) as caught:
            status = client.get(address).status_code
        assert status in {200, 403}
        own = [each["sql"] for each in caught.captured_queries if "django_session" not in each["sql"]]
        own = [sql for sql in own if not sql.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))]
        assert len(own) <= MOST_STATEMENTS, (address, len(own), own)


def test_the_chief_is_told_what_waits_for_him_and_by_when(world):
    client = world.cast.client(world.cast.chief)
    page = client.get(reverse("portal:desk"))
    section = page.context["desk"].sections[0]
    assert section.title == "待接收"
    assert section.tasks[0].due is not None
    assert world.event.number in page.content.decode()


def test_somebody_with_nothing_to_do_is_told_so(world):
    assert (
        "现在没有待处理的事件" in world.cast.client(world.cast.other_chief).get(reverse("portal:desk")).content.decode()
    )


def test_the_dispatcher_sees_what_lies_in_no_grid(world):
    lost = world.report(world.cast.informant, place=(109.5, 34.5))
    client = world.cast.client(world.cast.dispatcher)
    assert "待派遣" in titles(client)
    assert lost.number in client.get(reverse("portal:desk")).content.decode()


def test_the_leader_sees_figures_per_station_that_lead_to_the_same_number_of_rows(world):
    client = world.cast.client(world.cast.leader)
    stations = client.get(reverse("portal:desk")).context["desk"].stations
    assert [node.area_code for node, _ in stations] == ["0501", "0502"]
    assert sum(figure.rows for _, figures in stations for figure in figures) > 0
    for _, figures in stations:
        for figure in figures:
            assert len(client.get(figure.url).context["list"].shown) == figure.rows, figure.url


def test_the_figures_of_the_desk_lead_to_the_same_number_of_rows(world):
    client = world.cast.client(world.cast.station_head)
    for tile in client.get(reverse("portal:desk")).context["desk"].tiles:
        if "list" in client.get(tile.url).context:
            assert len(client.get(tile.url).context["list"].shown) == tile.number, tile.label


@pytest.mark.parametrize(
    ("part", "text", "found"),
    [
        ("chief", "安柏", ["主体"]),
        ("chief", "0501", ["网格"]),
        ("station_head", "悬挂", ["事件"]),
        ("station_head", "程网", ["人员"]),
        ("other_chief", "安柏", []),
        ("other_chief", "悬挂", []),
        ("chief", "没有这样的词", []),
        ("chief", "%", []),
        ("chief", "'", []),
    ],
)
def test_one_search_finds_everything_within_ones_scope(world, part, text, found):
    client = world.cast.client(getattr(world.cast, part))
    page = client.get(reverse("portal:search"), {"q": text})
    assert [group["title"] for group in page.context["groups"]] == found


def test_an_event_is_found_by_its_number_only_within_scope(world):
    number = world.event.number
    mine = world.cast.client(world.cast.chief).get(reverse("portal:search"), {"q": number})
    assert number in [row[0].split()[0] for group in mine.context["groups"] for row in group["rows"]]
    other = world.cast.client(world.cast.other_chief).get(reverse("portal:search"), {"q": number})
    assert other.context["groups"] == []


@pytest.mark.parametrize(("part", "home"), [("chief", "050101"), ("station_head", "0501"), ("dispatcher", "")])
def test_the_map_opens_on_ones_own_area(world, part, home):
    page = world.cast.client(getattr(world.cast, part)).get(reverse("portal:map"))
    assert page.context["home"] == home
    assert "050101" in page.content.decode()  # the list beside the map, for those who do not see it


def test_the_office_is_asked_to_send_what_its_level_holds_and_the_unit_what_the_unit_holds(world):
    event = services.accept(world.event, by=world.cast.chief, now=NOW)
    services.escalate(event, reason="办不了", by=world.cast.chief, now=NOW)
    held = {
        part: "待派遣" in titles(world.cast.client(getattr(world.cast, part)))
        for part in ("station_head", "dispatcher")
    }
    assert held == {"station_head": True, "dispatcher": False}
    services.escalate(event, reason="涉及跨区", by=world.cast.station_head, now=NOW)
    assert "待派遣" in titles(world.cast.client(world.cast.dispatcher))
