"""From an address to a place: with a confidence and reasons, and a correction by hand is remembered."""

import csv
import random
from statistics import median

import pytest
from django.urls import reverse

from shijian.subjects import services
from shijian.subjects.models import Entity, EntityChange
from shijian.subjects.queries import places_of
from shijian.subjects.rules import geocoding
from shijian.subjects.rules.geocoding import Known, guesses, parse
from shijian.subjects.services.placing import place_by_address
from shijian.subjects.testing import NEXT_GRID, NOW, an_entity, run_command

BUREAU, DAY = "610111", NOW.date()


@pytest.mark.parametrize(
    ("text", "road", "number"),
    [
        ("陕西省西安市灞桥区纺东街3号", "纺东街", 3),
        ("西安市灞桥区滋水一路55号纺织产业园A区", "滋水一路", 55),
        ("西安市灞桥区红旗街道高桥村143号", "高桥村", 143),
        ("陕西省西安市灞桥区红旗街办半引路神鹿坊18号1排2号", "神鹿坊", 18),
        ("西安市灞桥区纺正街南段", "纺正街", None),
        ("纺东街１２号", "纺东街", 12),
        ("西安", "", None),
        ("", "", None),
    ],
)
def test_the_street_and_the_number_of_an_address(text, road, number):
    address = parse(text)
    assert (address.road, address.number) == (road, number)


def street(*numbers, step=0.0002):
    return [Known(109 + step * number, 34.2, parse(f"纺东街{number}号")) for number in numbers]


def test_the_same_door_is_nearly_certain():
    best = guesses(parse("灞桥区纺东街3号2层"), street(1, 3, 3, 5), [])[0]
    assert (best.lon, best.confidence >= geocoding.SURE) == (109.0006, True)
    assert "2 户同在纺东街3号" in best.reasons[0]


def test_the_same_door_far_apart_is_doubted():
    doors = [Known(lon, 34.2, parse("兴隆街3号")) for lon in (109.0, 109.0, 109.1, 109.1, 109.1)]
    best = guesses(parse("兴隆街3号"), doors, [])[0]
    assert best.confidence < 0.5
    assert "同名" in best.reasons[0]


def test_a_door_between_two_known_ones_is_worked_out_on_its_own_side():
    best = guesses(parse("纺东街5号"), street(1, 4, 6, 9), [])[0]
    assert best.lon == pytest.approx(109.001)
    assert best.reasons == ("在纺东街1号与9号之间按门牌推算",)


def test_a_street_without_number_gives_its_middle_and_a_grid_its_own():
    found = guesses(parse("纺东街"), street(1, 3, 5), [("纺织城", 109.5, 34.5)])
    assert [each.confidence for each in found] == [0.4, 0.3]
    assert "纺织城" in found[1].reasons[0]


def test_a_place_corrected_at_the_same_address_goes_before_everything():
    corrected = Known(109.3, 34.3, parse("纺东街3号"), by_hand=True)
    assert guesses(parse("纺东街3号"), [*street(3, 3, 3), corrected], [])[0].lon == 109.3


def test_nothing_known_means_no_guess():
    assert guesses(parse("西安"), [], []) == []
    assert guesses(parse("纺东街3号"), [], []) == []


@pytest.fixture
def neighbours(scene):
    for number in (1, 3, 5):
        an_entity(
            name=f"邻居{number}",
            address=f"西安市灞桥区纺东街{number}号",
            location_wgs84=(109.004 + number * 1e-4, 34.205),
        )
    return an_entity(
        name="没有坐标的店", address="纺东街3号2层", location_wgs84=None, location_source="none", area_code=""
    )


def test_places_are_found_in_the_register_with_their_grid(neighbours):
    best = places_of(BUREAU, neighbours.address, on=DAY)[0]
    assert (best.area_code, best.word) == ("050101", "高")
    assert best.guess.lon == pytest.approx(109.0043)


def test_entities_without_a_place_get_one_only_where_it_is_nearly_certain(neighbours, cast):
    vague = an_entity(name="远店", address="纺东街", location_wgs84=None, location_source="none", area_code="")
    assert place_by_address(BUREAU, by=cast.clerk, now=NOW) == 1
    neighbours.refresh_from_db()
    vague.refresh_from_db()
    assert (neighbours.area_code, neighbours.location_source) == ("050101", "derived")
    assert vague.location_wgs84 is None
    assert "同在纺东街3号" in EntityChange.objects.get().text
    assert place_by_address(BUREAU, by=cast.clerk, now=NOW) == 0


def test_a_guess_is_no_evidence_for_another_guess(neighbours, cast):
    place_by_address(BUREAU, by=cast.clerk, now=NOW)
    Entity.objects.exclude(pk=neighbours.pk).delete()
    assert places_of(BUREAU, "纺东街3号", on=DAY) == []


def test_a_correction_is_remembered_for_the_address(neighbours, cast):
    services.locate(neighbours, lon=NEXT_GRID[0], lat=NEXT_GRID[1], by=cast.clerk, now=NOW)
    best = places_of(BUREAU, "纺东街3号2层", on=DAY)[0]
    assert (best.area_code, best.guess.confidence) == ("050102", 0.95)
    assert "人工校正" in best.guess.reasons[0]


def test_a_guessed_place_is_given_up_when_the_address_changes(neighbours, cast, tmp_path):
    from shijian.subjects.testing import credit_code, write_csv

    head = ["名称", "统一社会信用代码", "住所"]
    path = write_csv(tmp_path / "a.csv", [["新店", credit_code(9), "纺东街3号"]], head=head)
    run_command(path)
    assert place_by_address(BUREAU, by=cast.clerk, now=NOW) == 2
    write_csv(path, [["新店", credit_code(9), "别处路7号"]], head=head)
    run_command(path)
    moved = Entity.objects.get(name="新店")
    assert (moved.location_wgs84, moved.location_source, moved.area_code) == (None, "none", "")


def test_the_page_offers_the_places_and_takes_one_up(neighbours, cast):
    client, address = cast.client(cast.clerk), reverse("subjects:location", args=[neighbours.pk])
    page = client.get(address).content.decode()
    assert "把握高" in page
    assert "2 户同在" in page or "1 户同在" in page
    page = client.get(address, {"lon": "109.004300", "lat": "34.205000"})
    assert page.context["form"].initial["lon"] == pytest.approx(109.0043)


def test_real_addresses_are_placed_near_where_they_are(scene, shared):
    """One in twenty of Baqiao's places is looked for by its address among the others."""
    with shared("poi/baqiao_poi.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if parse(row["address"]).number is not None]
    run_command(shared("poi/baqiao_poi.csv"), "--source", "地图地点")
    random.Random(5).shuffle(rows)
    errors, sure = [], []
    for row in rows[: len(rows) // 20]:
        lon, lat = float(row["lng"]), float(row["lat"])
        Entity.objects.filter(identity=f"地图地点:{row['poi_id']}").update(location_source="derived")
        if found := places_of(BUREAU, row["address"], on=DAY):
            error = geocoding.metres(found[0].guess.lon, found[0].guess.lat, lon, lat)
            errors.append(error)
            if found[0].guess.confidence >= geocoding.SURE:
                sure.append(error)
    assert len(errors) > 50
    assert median(errors) < 200
    assert median(sure) < 60
    assert sum(error <= 300 for error in sure) / len(sure) >= 0.9
