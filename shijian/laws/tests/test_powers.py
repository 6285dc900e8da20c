"""Units and their duties, the line between supervision and enforcement, the list of matters, the trace of a power, older law."""

from datetime import date

import pytest
from django.urls import reverse

from shijian.core.errors import InvalidInput
from shijian.laws import hooks, queries, services
from shijian.laws.models import Boundary, UnitDuty
from shijian.laws.queries import powers
from shijian.laws.rules import in_time
from shijian.laws.services.lists import BOUNDARY_COLUMNS, UNIT_DUTY_COLUMNS
from shijian.laws.testing import NOW

from .test_lists import GOOD, changed, load

pytestmark = pytest.mark.django_db
LINE = ["F1", "食品", "过期食品查处", "市场监督管理所", "检查", "综合执法大队", "立案", "三日内移交", "食品安全法 124"]


@pytest.fixture(autouse=True)
def catalogue(cast):
    services.load_catalogue()


def units(cast, *rows):
    return load(cast, *rows, act=services.import_unit_duties, heads=UNIT_DUTY_COLUMNS)


def lines(cast, *rows):
    return load(cast, *rows, act=services.import_boundaries, heads=BOUNDARY_COLUMNS)


def station_name(cast):
    return cast.units["0501"].name


def test_duties_of_units_are_loaded_and_the_same_again_changes_nothing(cast):
    row = ["Z1", station_name(cast), "日常监督检查", "三定规定"]
    assert units(cast, row).created == 1
    assert units(cast, row).unchanged == 1
    assert units(cast, [*row[:2], "日常检查", ""]).updated == 1
    assert UnitDuty.objects.get().duty == "日常检查"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["Z1", "没有的科", "甲", ""], "本局没有这个机构"),
        (["Z1", "", "甲", ""], "不能为空"),
        (["Z1", "x", "", ""], "不能为空"),
    ],
)
def test_a_duty_of_nobody_is_named_with_its_line(cast, row, reason):
    outcome = units(cast, row)
    assert reason in outcome.faults[0][3]
    assert not UnitDuty.objects.exists()


def test_a_unit_shows_its_duties_powers_and_its_side_of_the_line(cast):
    units(cast, ["Z1", station_name(cast), "日常监督检查", "三定规定"])
    load(cast, changed(unit="市场监督管理所"), changed(code="CF-2", name="别人的事项", unit="综合执法大队"))
    lines(cast, LINE)
    client = cast.client(cast.chief)
    page = client.get(reverse("laws:unit", args=["0501"])).content.decode()
    for said in ("派出机构", "日常监督检查", GOOD[2], "过期食品查处"):
        assert said in page
    assert "别人的事项" not in page
    assert "1 项职责" in client.get(reverse("laws:units")).content.decode()
    assert client.get(reverse("laws:unit", args=["nothing"])).status_code == 404


def test_the_line_between_supervision_and_enforcement_shows_overlap_gaps_and_missing_handover(cast):
    outcome = lines(
        cast, LINE, ["F2", "食品", "重叠", "甲", "检查", "乙", "检查", "", ""], ["F3", "食品", "一方", "甲", "检查", "", "", "", ""],
        ["F4", "食品", "没移交", "甲", "检查", "乙", "立案", "", ""],
    )  # fmt: skip
    assert outcome.created == 4
    assert {row.matter: row.standing for row in Boundary.objects.all()} == {
        "过期食品查处": "清楚", "重叠": "重叠", "一方": "只有一方", "没移交": "缺移交办法",
    }  # fmt: skip
    client = cast.client(cast.chief)
    for standing, matter in (
        ("清楚", "过期食品查处"),
        ("重叠", "重叠"),
        ("只有一方", "一方"),
        ("缺移交办法", "没移交"),
    ):
        page = client.get(reverse("laws:boundaries"), {"standing": standing}).content.decode()
        assert f">{matter}</th>" in page
        assert "共 1 条" in page


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["F9", "食品", "没人", "", "", "", "", "", ""], "没有人负责"),
        (["F9", "食品", "谁", "", "检查", "", "", "", ""], "没有写由哪个机构"),
        (["F9", "食品", "谁", "甲", "检查", "", "", "", "没有的法 3"], "没有这部法规"),
    ],
)
def test_a_line_nobody_stands_on_is_refused(cast, row, reason):
    outcome = lines(cast, LINE, row)
    assert reason in outcome.faults[0][3]
    assert outcome.created == 1


def test_a_file_that_is_no_such_table_is_refused(cast):
    with pytest.raises(InvalidInput):
        services.import_boundaries(b"x", name="a.csv", by=cast.grid_office, now=NOW)


def test_the_standard_list_shows_matter_basis_procedure_and_papers_and_the_public_reads_it(cast, client, monkeypatch):
    monkeypatch.setattr(hooks, "papers", [lambda names: {name: f"/forms/{name}/" for name in names}])
    row = changed(forms="立案审批表、行政处罚决定书")
    load(
        cast,
        row,
        changed(code="XK-1", name="许可不是执法", kind="行政许可"),
        changed(code="N", name="内部", is_public="否"),
    )
    page = cast.client(cast.chief).get(reverse("laws:matters")).content.decode()
    assert "《食品安全法》第一百二十二条</a>" in page
    assert "/forms/行政处罚决定书/" in page
    assert "许可不是执法" not in page
    text = client.get(reverse("laws:public_matters")).content.decode()
    assert GOOD[2] in text
    assert "《食品安全法》第一百二十二条" in text
    assert "内部" not in text
    assert "/forms/" not in text


def test_the_list_asks_for_its_addresses_once_however_long(cast, django_assert_max_num_queries):
    load(cast, *(changed(code=f"CF-{number}") for number in range(30)))
    client = cast.client(cast.chief)
    client.get(reverse("laws:matters"))
    with django_assert_max_num_queries(12):
        client.get(reverse("laws:matters"))


class TestTrace:
    def test_every_use_of_a_power_in_the_year_is_listed_by_kind(self, cast, monkeypatch):
        load(cast, changed(basis="食品安全法 34; 食品安全法 124"))
        asked = []

        def runs(user, question):
            asked.append(question)
            texts = {"食品安全法第三十四条", "食品安全法 35", "广告法 34", "食品安全法第一百二十四条第一款", ""}
            found = sorted(question.among(texts))
            return hooks.Runs("某事", len(found), [hooks.Run(text, "说明", date(2026, 5, 1)) for text in found])

        monkeypatch.setattr(hooks, "runs", [runs, lambda user, question: None])
        page = (
            cast.client(cast.chief).get(reverse("laws:power_trace", args=["CF-1"]), {"year": "2026"}).content.decode()
        )
        assert "某事（2）" in page
        assert "食品安全法第一百二十四条第一款" in page
        assert "食品安全法 35" not in page
        assert (asked[0].since, asked[0].until) == (date(2026, 1, 1), date(2027, 1, 1))
        assert "食品安全法》第三十四条" in asked[0].labels

    @pytest.mark.parametrize("year", ["1800", "x", "9999", "²"])
    def test_a_year_that_is_none_becomes_this_one(self, cast, year):
        load(cast, GOOD)
        address = reverse("laws:power_trace", args=["CF-1"])
        assert cast.client(cast.chief).get(address, {"year": year}).status_code == 200

    def test_every_module_answers_for_itself(self, cast):
        load(cast, GOOD)
        found = powers.trace(powers.powers_of(cast.grid_office).get(), user=cast.grid_office, year=2026)
        assert {each.kind for each in found.runs} == {"事件", "执法文书", "裁量计算单", "保存和强制措施"}
        assert sum(each.total for each in found.runs) == 0


class TestOlderLaw:
    def test_a_law_changed_since_the_act_is_told_with_both_versions(self):
        found = queries.older_laws(["反不正当竞争法"], acted_on=date(2025, 6, 1), today=date(2026, 11, 20))
        assert [(str(each.then.promulgated_on), str(each.now.promulgated_on)) for each in found] == [
            ("2019-04-23", "2025-06-27")
        ]
        assert "on=2025-06-01" in found[0].url
        assert queries.older_laws(["反不正当竞争法"], acted_on=date(2026, 1, 1), today=date(2026, 11, 20)) == []
        assert queries.older_laws(["没有的法"], acted_on=date(2025, 1, 1), today=date(2026, 11, 20)) == []
        assert queries.older_laws(["反不正当竞争法"], acted_on=date(2027, 1, 1), today=date(2026, 11, 20)) == []

    def test_a_law_of_another_title_that_took_its_place_counts_as_the_newer_version(self):
        name = "市场监督管理投诉举报处理暂行办法"
        found = queries.older_laws([name], acted_on=date(2026, 1, 1), today=date(2026, 11, 20))
        assert [each.now.law.short for each in found] == ["市场监督管理投诉举报处理办法"]

    def test_a_paper_tells_its_days_and_laws(self):
        facts = ["2025年6月1日起，当事人在网店虚假宣传，2026年3月5日被查获。"]
        texts = ["《中华人民共和国反不正当竞争法》第八条第一款", "《市场监督管理行政处罚程序规定》第五十条"]
        assert in_time.laws_cited(texts) == ["中华人民共和国反不正当竞争法"]
        found = queries.older_laws_of(facts, texts, today=date(2026, 11, 20))
        assert [each.acted_on for each in found] == [date(2025, 6, 1)]
        assert queries.older_laws_of(["没有日期"], texts, today=date(2026, 11, 20)) == []
        assert queries.older_laws_of(["2025年13月40日"], texts, today=date(2026, 11, 20)) == []
        assert queries.older_laws_of(["1999年1月1日"], texts, today=date(2026, 11, 20)) == []


@pytest.mark.parametrize(
    "address",
    [
        ("library",), ("search",), ("impacts",), ("uploads",), ("powers",), ("power", "CF-1"), ("power_trace", "CF-1"), ("units",),
        ("unit", "0501"), ("boundaries",), ("duties",), ("guides",), ("public_matters",),
    ],
)  # fmt: skip
def test_no_page_of_the_module_asks_more_than_twelve_statements(cast, address, django_assert_max_num_queries):
    load(cast, GOOD)
    lines(cast, LINE)
    units(cast, ["Z1", station_name(cast), "日常监督检查", "三定规定"])
    client = cast.client(cast.grid_office)
    url = reverse(f"laws:{address[0]}", args=address[1:])
    client.get(url, {"q": "罚款"} if address[0] == "search" else {})
    with django_assert_max_num_queries(12):
        assert client.get(url, {"q": "罚款"} if address[0] == "search" else {}).status_code == 200
