"""Files as bureaus really send them: broken, shifted, doubled, foreign, in GBK, cut off in the middle."""

import json

import pytest
import shapely
from shapely import box

from shijian.audit.models import Entry
from shijian.core.errors import InvalidInput, Refused
from shijian.grid import queries, services
from shijian.grid.models import Boundary, Node
from shijian.grid.services import areas
from shijian.grid.testing import NOW, TODAY, feature, office_of, set_levels, write_features

BUREAU = "330106"
WHOLE = box(120.0, 30.2, 120.04, 30.22)
WEST, EAST = box(120.0, 30.2, 120.02, 30.22), box(120.02, 30.2, 120.04, 30.22)
pytestmark = pytest.mark.django_db


@pytest.fixture
def office(cast, tmp_path):
    office = office_of(BUREAU, "杭州市西湖区市场监督管理局", "X0001")
    set_levels(BUREAU)
    for level, code in (("area", "06"), ("unit", "0601")):
        take(write_features(tmp_path / f"{level}.geojson", [feature(WHOLE, code=code, name=code)]), office, level)
    return office


def take(path, office, level="grid", **more):
    return services.import_areas(
        path, bureau_code=BUREAU, level_key=level, valid_from=TODAY, source="测试", by=office, now=NOW, **more
    )


def grids():
    return set(Node.objects.filter(bureau_code=BUREAU, level__key="grid").values_list("area_code", flat=True))


def test_good_features_are_kept_and_each_bad_one_is_named_with_its_number(office, tmp_path):
    bow = shapely.Polygon([(120.02, 30.2), (120.04, 30.22), (120.04, 30.2), (120.02, 30.22)])
    rows = [
        feature(WEST, code="060101", name="甲"),
        feature(bow, code="060102", name="自相交"),
        feature(None, code="060103", name="没有图形"),
        feature(shapely.Point(120, 30), code="060104", name="点"),
        feature({"type": "Polygon", "coordinates": [[["x", 1], [2], []]]}, code="060105", name="坏坐标"),
        feature(EAST, code="060101", name="重码"),
        feature(EAST, code="0602", name="别级"),
        feature(EAST, code="070101", name="别局"),
        feature(EAST, code="330106012003", name="综治网格"),
        feature(EAST),
        feature(shapely.transform(EAST, lambda xy: xy[:, ::-1]), code="060106", name="反了"),
        feature(box(500000, 3300000, 501000, 3301000), code="060107", name="投影坐标"),
        {"type": "Feature", "properties": None, "geometry": None},
        feature(EAST, code="060108", name="乙"),
    ]
    result = take(write_features(tmp_path / "rows.geojson", rows), office)
    assert (result.read, result.created, len(result.faults)) == (14, 2, 12)
    assert grids() == {"060101", "060108"}
    reasons = {number: reason for number, _, _, reason in result.faults}
    for number, words in {
        2: "自相交", 3: "没有可识别的边界图形", 4: "不是面", 5: "没有可识别", 6: "与第 1 个图形相同", 7: "应为 6 位数字",
        8: "上级 0701 不存在", 9: "--renumber", 10: "没有编码，也没有名称", 11: "写反了", 12: "不是经纬度", 13: "没有可识别",
    }.items():  # fmt: skip
        assert words in reasons[number], reasons[number]


def test_the_same_file_again_changes_nothing_and_a_changed_outline_starts_a_new_span(office, tmp_path):
    path = write_features(
        tmp_path / "a.geojson", [feature(WEST, code="060101", name="甲"), feature(EAST, code="060102", name="乙")]
    )
    assert take(path, office).created == 2
    assert (take(path, office).unchanged, Boundary.objects.filter(bureau_code=BUREAU).count()) == (2, 4)
    write_features(path, [feature(box(120.0, 30.2, 120.02, 30.21), code="060101", name="甲")])
    assert take(path, office).updated == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_names_in_utf8_with_a_bom_and_in_gbk_are_read(office, tmp_path, encoding):
    path = write_features(
        tmp_path / "a.geojson", [feature(WEST, 网格编码="060101", 网格名称="半坡西路网格")], encoding=encoding
    )
    assert take(path, office).created == 1
    assert Node.objects.get(bureau_code=BUREAU, area_code="060101").name == "半坡西路网格"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "不是 GeoJSON"),
        (b"\xff\xfe\x00", "不是 GeoJSON"),
        (b"[1, 2]", "不是 GeoJSON"),
        (b'{"type": "FeatureCollection", "features": [1]}', "不是 GeoJSON"),
        (b'{"type": "FeatureCollection", "features": [', "不是 GeoJSON"),
        (b"[" * 100_000, "不是 GeoJSON"),
        (b'{"crs": {"properties": {"name": "urn:ogc:def:crs:EPSG::4549"}}, "features": []}', "EPSG::4549"),
    ],
)
def test_a_file_that_is_no_geojson_in_degrees_is_refused_whole(office, tmp_path, content, words):
    path = tmp_path / "a.geojson"
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match=words):
        take(path, office)


def test_cgcs2000_and_heights_are_understood(office, tmp_path):
    high = shapely.force_3d(WEST, 400.0)
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
    assert (
        take(write_features(tmp_path / "a.geojson", [feature(high, code="060101", name="甲")], crs=crs), office).created
        == 1
    )
    assert not shapely.has_z(Boundary.objects.get(area_code="060101", bureau_code=BUREAU).geometry)


def test_an_interrupted_import_leaves_nothing_and_can_be_run_again(office, tmp_path, monkeypatch):
    path = write_features(
        tmp_path / "a.geojson", [feature(WEST, code="060101", name="甲"), feature(EAST, code="060102", name="乙")]
    )
    entries = Entry.objects.count()
    real, calls = areas.boundaries.set_boundary, []

    def cut_off(*args, **more):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*args, **more)

    monkeypatch.setattr(areas.boundaries, "set_boundary", cut_off)
    with pytest.raises(KeyboardInterrupt):
        take(path, office)
    monkeypatch.undo()
    assert (grids(), Entry.objects.count()) == (set(), entries)
    assert take(path, office).created == 2


def test_a_strict_import_refuses_the_overlapping_one_with_its_square_metres(office, tmp_path):
    wide = box(120.019, 30.2, 120.04, 30.22)
    path = write_features(
        tmp_path / "a.geojson", [feature(WEST, code="060101", name="甲"), feature(wide, code="060102", name="乙")]
    )
    result = take(path, office, strict=True)
    assert result.created == 1
    [(number, _, code, reason)] = result.faults
    assert (number, code) == (2, "060102")
    assert "060101 与 060102 重叠 21" in reason
    assert grids() == {"060101"}


def test_two_grids_of_one_name_stay_two_on_every_import(office, tmp_path):
    path = write_features(tmp_path / "a.geojson", [feature(WEST, name="第一网格"), feature(EAST, name="第一网格")])
    assert take(path, office).created == 2
    assert take(path, office).unchanged == 2
    write_features(path, [feature(EAST, name="第一网格"), feature(WEST, name="第一网格")])
    assert take(path, office).unchanged == 2
    assert grids() == {"060101", "060102"}


def test_a_shifted_file_may_be_trusted_by_hand(office, tmp_path):
    from shijian.grid.rules.datum import Datum, from_wgs84

    shifted = shapely.transform(WHOLE, lambda xy: from_wgs84(xy, Datum.GCJ02))
    path = write_features(tmp_path / "a.geojson", [feature(shifted, code="060101", name="甲")])
    with pytest.raises(Refused, match="--datum gcj02"):
        take(path, office)
    assert take(path, office, trust_datum=True).created == 1
    assert queries.shapes(BUREAU, on=TODAY)["060101"].equals_exact(shifted, 1e-9)


def test_the_report_is_valid_json_for_programs(office, tmp_path):
    import io

    from django.core.management import call_command

    out = io.StringIO()
    path = write_features(tmp_path / "a.geojson", [feature(WEST, code="060101", name="甲")])
    call_command("import_areas", str(path), "--level", "grid", "--by", "X0001", "--json", stdout=out)
    assert {"read", "created", "updated", "unchanged", "rejected", "report"} <= set(json.loads(out.getvalue()))
