"""The power list, the duty list and the guides."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from shijian.core.errors import InvalidInput
from shijian.laws import queries, services
from shijian.laws.models import DutyItem, Guide, PowerItem, Version
from shijian.laws.queries.lists import links
from shijian.laws.rules.references import parse
from shijian.laws.services.lists import DUTY_COLUMNS, POWER_COLUMNS
from shijian.laws.testing import NOW

pytestmark = pytest.mark.django_db
GOOD = [
    "CF-1",
    "",
    "对未经许可从事食品经营的处罚",
    "行政处罚",
    "食品安全法 122",
    "区局",
    "综合执法大队",
    "普通程序",
    "",
    "90 日",
    "是",
]
DUTY = ["SQ-1", "食品", "食品销售单位日常检查", "制定计划", "实施检查", "食品科", "食品监督检查办法 22"]


def table(*rows, heads=POWER_COLUMNS):
    return "\n".join(",".join(row) for row in [list(heads), *rows]).encode()


@pytest.fixture(autouse=True)
def catalogue(cast):
    services.load_catalogue()


def load(cast, *rows, act=services.import_powers, heads=POWER_COLUMNS):
    return act(table(*rows, heads=heads), name="a.csv", by=cast.grid_office, now=NOW)


def changed(**values):
    row = dict(zip(POWER_COLUMNS.values(), GOOD, strict=True)) | values
    return list(row.values())


def test_a_power_list_is_loaded_and_the_same_again_changes_nothing(cast):
    sub = changed(code="CF-1-1", parent_code="CF-1", is_public="否")
    outcome = load(cast, GOOD, sub)
    assert (outcome.read, outcome.created, outcome.rejected) == (2, 2, 0)
    again = load(cast, GOOD, sub)
    assert (again.unchanged, again.created, again.updated) == (2, 0, 0)
    assert load(cast, changed(unit="法规科")).updated == 1
    assert PowerItem.objects.get(code="CF-1").unit == "法规科"


@pytest.mark.parametrize(
    ("values", "head", "reason"),
    [
        ({"name": ""}, "事项名称", "不能为空"),
        ({"kind": "行政什么"}, "权力类型", "应为行政许可、行政处罚"),
        ({"basis": "没有的法 3"}, "设定依据", "法规库中没有这部法规"),
        ({"parent_code": "XX"}, "所属事项编码", "文件和库中都没有这个编码"),
        ({"is_public": "也许"}, "向社会公布", "应为“是”或“否”"),
        ({"unit": "长" * 61}, "承办机构", "不能超过 60 个字"),
    ],
)
def test_a_bad_row_is_named_with_its_line_and_the_rest_is_kept(cast, values, head, reason):
    outcome = load(cast, GOOD, changed(**({"code": "CF-2"} | values)))
    assert [(line, name) for line, name, _, _ in outcome.faults] == [(3, head)]
    assert reason in outcome.faults[0][3]
    assert outcome.rejected == 1
    assert [row.code for row in PowerItem.objects.all()] == ["CF-1"]


def test_a_doubled_code_keeps_the_first_row(cast):
    outcome = load(cast, GOOD, changed(name="另一项"))
    assert outcome.faults[0][3] == "与第 2 行重复，保留前一行"
    assert PowerItem.objects.get().name == GOOD[2]


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "a.csv", "缺少"), (table(), "a.csv", "没有数据行"), (b"x", "a.xlsx", "工作簿打不开"), (b"\x81\xff", "a.csv", "不是 UTF-8"),
        ("甲,乙\n1,2".encode(), "a.csv", "缺少"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_such_table_is_refused(cast, content, name, sentence):
    with pytest.raises(InvalidInput, match=sentence):
        services.import_powers(content, name=name, by=cast.grid_office, now=NOW)


def test_a_workbook_is_read_like_a_csv(cast):
    book = Workbook()
    for row in [list(POWER_COLUMNS), GOOD]:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    outcome = services.import_powers(content.getvalue(), name="a.xlsx", by=cast.grid_office, now=NOW)
    assert outcome.created == 1


def test_the_public_reads_what_is_public_without_logging_in(cast, client):
    load(cast, GOOD, changed(code="CF-9", name="内部事项", is_public="否"))
    text = client.get(reverse("laws:public_powers")).content.decode()
    assert GOOD[2] in text
    assert "内部事项" not in text
    assert GOOD[2] not in client.get(reverse("laws:public_powers"), {"kind": "licence"}).content.decode()


def test_an_item_links_to_its_articles_and_is_listed_under_them(cast):
    load(cast, GOOD)
    page = cast.client(cast.chief).get(reverse("laws:power", args=["CF-1"])).content.decode()
    assert "《食品安全法》第一百二十二条" in page
    uses = [use.title for use in queries.own_uses(cast.chief.bureau_code)]
    assert GOOD[2] in uses
    assert cast.client(cast.chief).get(reverse("laws:power", args=["nothing"])).status_code == 404


def test_the_import_page_lists_the_refused_rows_and_offers_a_template(cast):
    client = cast.client(cast.grid_office)
    address = reverse("laws:power_import")
    upload = SimpleUploadedFile("a.csv", table(GOOD, changed(code="CF-2", kind="什么")))
    page = client.post(address, {"file": upload}).content.decode()
    assert "新增 1" in page
    assert "应为行政许可" in page
    assert client.post(address, {"file": SimpleUploadedFile("a.csv", b"x")}).status_code == 422
    assert "权力类型" in client.get(address, {"template": "1"}).content.decode()


def test_the_duty_list_shows_who_does_what_and_where_both_do(cast):
    rows = [
        DUTY,
        ["SQ-2", "食品", "重叠事项", "检查", "检查", "", ""],
        ["SQ-3", "食品", "只有局", "做", "", "", ""],
        ["SQ-4", "食品", "没人", "", "", "", ""],
    ]
    outcome = load(cast, *rows, act=services.import_duties, heads=DUTY_COLUMNS)
    assert (outcome.created, outcome.rejected) == (3, 1)
    assert "没有人负责" in outcome.faults[0][3]
    assert [row.share for row in DutyItem.objects.order_by("code")] == ["两级分工", "重叠", "局机关"]
    client = cast.client(cast.chief)
    text = client.get(reverse("laws:duties"), {"share": "重叠"}).content.decode()
    assert "重叠事项" in text
    assert "只有局" not in text


class TestGuides:
    @pytest.fixture(autouse=True)
    def loaded(self):
        services.load_guides()

    def test_there_are_guides_for_every_procedure_each_whole(self):
        assert Guide.objects.count() >= 20
        procedures = set(Guide.objects.values_list("procedure", flat=True))
        assert {"投诉", "举报", "行政检查", "普通程序", "简易程序", "听证", "送达", "决定", "执行和结案"} <= procedures
        for guide in Guide.objects.all():
            assert guide.steps, guide.code
            assert guide.who, guide.code
            assert guide.citations, guide.code

    def test_every_article_a_guide_cites_is_in_the_library(self):
        known = {row.law.short: row for row in Version.objects.select_related("law").order_by("promulgated_on")}
        missing = []
        for guide in Guide.objects.all():
            for reference, link in zip(parse(guide.citations), links(guide.citations), strict=True):
                short = link.label.removesuffix(reference.label).strip("《》")
                if not link.url or known[short].article_count < reference.article:
                    missing.append((guide.code, link.label))
        assert missing == []

    def test_loading_again_changes_nothing(self):
        assert services.load_guides() == 0

    def test_a_guide_is_found_by_its_words_and_linked_from_its_article(self, cast):
        client = cast.client(cast.chief)
        assert "组织听证" in client.get(reverse("laws:guides"), {"q": "听证主持人"}).content.decode()
        assert "组织听证" in client.get(reverse("laws:search"), {"q": "听证"}).content.decode()
        page = client.get(reverse("laws:guide", args=["hearing"])).content.decode()
        assert "第六十三条" in page
        assert client.get(reverse("laws:guide", args=["nothing"])).status_code == 404
        cited = queries.cite("行政处罚法 63", on=NOW.date())
        assert "组织听证" in client.get(reverse("laws:uses", args=[cited.article.pk])).content.decode()
