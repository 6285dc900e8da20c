"""The map's panel, its search, and the streets under it."""

import gzip
import json

import pytest
from django.core.management import call_command
from django.urls import reverse

from shijian.core import background
from shijian.core.errors import InvalidInput
from shijian.grid.models import Level, Node
from shijian.portal import queries

pytestmark = pytest.mark.django_db
ROAD = {"type": "LineString", "coordinates": [[109.0, 34.2], [109.1, 34.2]]}


def geojson(tmp_path, *features):
    file = tmp_path / "roads.geojson"
    rows = [{"type": "Feature", "properties": props, "geometry": geometry} for props, geometry in features]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": rows}))
    return file


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path / "home"


def test_the_panel_names_who_answers_and_counts_what_lies_there(world):
    page = world.cast.client(world.cast.chief).get(
        reverse("portal:map_area", args=["050101"]) + "?lon=109.005&lat=34.205"
    )
    text = page.content.decode()
    assert world.cast.chief.name in text
    assert "lon=109.005" in text
    client = world.cast.client(world.cast.chief)
    for label, number, url in page.context["figures"]:
        assert len(client.get(url).context["list"].shown) == number, label


def test_an_area_nobody_knows_has_no_panel(world):
    assert world.cast.client(world.cast.chief).get(reverse("portal:map_area", args=["059999"])).status_code == 404


def test_the_map_finds_grids_by_code_and_entities_by_two_characters(world):
    client = world.cast.client(world.cast.chief)
    address = reverse("portal:map_places")
    assert client.get(address, {"q": "050101"}).json()["hits"][0]["code"] == "050101"
    hits = client.get(address, {"q": world.entity.name[:2]}).json()["hits"]
    assert [hit["place"] for hit in hits if hit["label"] == world.entity.name] == [list(world.entity.location_wgs84)]
    assert client.get(address, {"q": "0"}).json() == {"hits": []}


def test_what_is_typed_at_the_top_is_answered_with_a_fragment(world):
    client = world.cast.client(world.cast.chief)
    page = client.get(reverse("portal:search"), {"q": "0501"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page
    assert reverse("grid:node", args=["0501"]) in page


def test_imported_lines_lie_under_every_map_and_their_address_changes_with_them(world, tmp_path):
    client = world.cast.client(world.cast.chief)
    assert "data-background" not in client.get(reverse("portal:map")).content.decode()
    call_command(
        "import_background", str(geojson(tmp_path, ({"name": "纺一路", "secret": "x"}, ROAD))), attribution="甲"
    )
    first = background.current()
    assert f"?v={first.version}" in client.get(reverse("portal:map")).content.decode()
    answer = client.get(reverse("core:background"))
    [feature] = json.loads(gzip.decompress(answer.content))["features"]
    assert feature["properties"] == {"name": "纺一路"}
    call_command("import_background", str(geojson(tmp_path, ({"name": "纺二路"}, ROAD))))
    assert background.current().version != first.version


@pytest.mark.parametrize("content", ["", "{", "[]", '{"features": [{}]}', '{"features": []}', "\xff"])
def test_a_file_that_holds_no_lines_changes_nothing(tmp_path, content):
    background.write(geojson(tmp_path, ({}, ROAD)), attribution="")
    before = background.current()
    file = tmp_path / "bad.geojson"
    file.write_text(content)
    with pytest.raises(InvalidInput):
        background.write(file, attribution="")
    assert background.current() == before


def test_points_are_no_background(tmp_path):
    file = geojson(tmp_path, ({}, {"type": "Point", "coordinates": [109, 34]}))
    with pytest.raises(InvalidInput, match="没有线要素"):
        background.write(file, attribution="")


def test_who_is_not_logged_in_gets_no_streets_and_without_any_there_is_nothing(client, world):
    assert client.get(reverse("core:background")).status_code == 302
    assert world.cast.client(world.cast.chief).get(reverse("core:background")).status_code == 404


def test_a_map_opens_with_the_level_that_can_be_told_apart(world):
    context = world.cast.client(world.cast.leader).get(reverse("portal:map")).context
    assert context["shown"] == 2
    many = [Node(area_code=f"0101{number:03}", level=Level(depth=2)) for number in range(200)]
    assert queries.shown_depth([*many, Node(area_code="01", level=Level(depth=0))], "") == 0
    assert queries.shown_depth(many[:99], "0101") == 2
