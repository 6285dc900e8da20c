"""An event another department places by its own grid reaches the market grid and its person (G-15)."""

import io
import json

import pytest
from django.core.management import call_command
from django.urls import reverse
from shapely import box

from shijian.events.models import Event
from shijian.exchange.testing import ApiClient, a_token
from shijian.grid.models import StreetGrid
from shijian.grid.testing import SHARED, feature, write_features
from tests.world import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(cast):
    return build(cast)


def bring_in(path, office):
    out = io.StringIO()
    call_command("import_street_grids", str(path), "--system", "综治", "--by", office.employee_no, "--json", stdout=out)
    return json.loads(out.getvalue())


def mapped(world, tmp_path):
    rows = [
        feature(box(109.0, 34.2, 109.008, 34.21), code="ZZ001", name="第一网格"),
        feature(box(109.008, 34.2, 109.018, 34.21), code="ZZ002", name="跨界网格"),
        feature(box(109.5, 34.2, 109.6, 34.21), code="ZZ003", name="界外网格"),
        feature(box(109.0, 34.2, 109.001, 34.201), code="ZZ001", name="重码"),
        feature(None, code="ZZ004", name="没有图形"),
        feature(box(109.0, 34.2, 109.001, 34.201), name="没有编码"),
    ]
    return bring_in(write_features(tmp_path / "street.geojson", rows), world.cast.grid_office)


def test_each_grid_of_another_department_gets_the_market_grid_that_holds_most_of_it(world, tmp_path):
    counts = mapped(world, tmp_path)
    assert (counts["created"], counts["rejected"]) == (3, 3)
    found = dict(StreetGrid.objects.values_list("outer_code", "area_code"))
    assert found == {"ZZ001": "050101", "ZZ002": "050102", "ZZ003": ""}
    assert StreetGrid.objects.get(outer_code="ZZ002").share == pytest.approx(0.8, abs=0.001)
    again = mapped(world, tmp_path)
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 3)
    page = world.cast.client(world.cast.chief).get(reverse("grid:streets"), {"split": 1}).content.decode()
    assert "跨界网格" in page
    assert "第一网格" not in page


def test_an_event_with_only_the_other_departments_code_reaches_our_grid(world, tmp_path):
    mapped(world, tmp_path)
    _, secret = a_token(world.cast.source, world.cast.secadmin)
    client = ApiClient(secret)
    finding = {
        "kind": "WZ02",
        "description": "综治网格员发现门店未亮照",
        "street_system": "综治",
        "street_grid": "ZZ002",
    }
    answer = client.submit(finding, key="street-event-1")
    assert answer.status_code == 201
    event = Event.objects.get(number=answer.json()["number"])
    assert event.area_code == "050102"
    assert event.accuracy_m > 300
    unknown = client.submit({**finding, "street_grid": "ZZ999"}, key="street-event-2")
    assert unknown.status_code == 422
    assert "ZZ999" in unknown.json()["detail"]


@pytest.mark.skipif(not SHARED.exists(), reason="needs ../shared/data/geo")
def test_real_communities_are_mapped_to_real_towns(cast, tmp_path):
    from shapely import union_all
    from shapely.geometry import shape

    from shijian.grid.testing import office_of, set_levels

    office = office_of("330106", "杭州市西湖区市场监督管理局", "X0001")
    set_levels("330106", grid_digits=3)
    towns = json.loads((SHARED / "xihu_towns.geojson").read_text(encoding="utf-8"))["features"]
    whole = union_all([shape(each["geometry"]) for each in towns])
    parts = [("area", [feature(whole, code="06", name="西湖区")]), ("unit", [feature(whole, code="0601", name="全域")])]
    parts += [("grid", [feature(each["geometry"], name=each["properties"]["name"]) for each in towns])]
    for level, rows in parts:
        path = write_features(tmp_path / f"{level}.geojson", rows)
        call_command("import_areas", str(path), "--level", level, "--by", "X0001", stdout=io.StringIO())
    counts = bring_in(SHARED / "xihu_communities.geojson", office)
    assert counts["created"] + counts["rejected"] == 211
    assert counts["created"] > 205
    rows = StreetGrid.objects.filter(bureau_code="330106")
    assert rows.exclude(area_code="").count() == rows.count()
    assert rows.filter(share__gt=0.95).count() > 190
