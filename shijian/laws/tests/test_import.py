"""What a folder of texts becomes, and what is said of those that cannot be used."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from shijian.core.errors import InvalidInput
from shijian.laws import queries, services
from shijian.laws.models import Law, Version
from shijian.laws.testing import NOW, write_law

pytestmark = pytest.mark.django_db
THREE = [
    "为了规范某事，制定本办法。",
    "申请人应当在五日内提出。\n\n（一）甲；\n\n（二）乙。",
    "本办法自2024年3月1日起施行。",
]


def reasons(folder):
    outcome = services.import_laws(folder, by=None, now=NOW)
    return [(name, fault.line, fault.field, fault.reason) for name, fault in outcome.faults]


def test_a_text_becomes_a_version_with_headings_articles_and_its_first_day(folder):
    write_law(
        folder,
        "某事办法",
        "2024-01-05",
        [
            "## 第一章 总则",
            "第一条 甲。",
            "### 第一节 细则",
            "第二条 乙。\n\n（一）丙。",
            "第二条之一 丁。",
            "第三条 本办法自2024年3月1日起施行。",
        ],
    )
    outcome = services.import_laws(folder, by=None, now=NOW)
    version = Version.objects.get()
    assert (outcome.created, outcome.rejected, outcome.articles) == (1, 0, 4)
    assert (version.starts_on, version.ends_before, version.start_basis) == (date(2024, 3, 1), None, "stated")
    assert [(each.title, each.depth) for each in version.divisions.all()] == [("第一章 总则", 1), ("第一节 细则", 2)]
    assert [each.label for each in version.articles.all()] == ["第一条", "第二条", "第二条之一", "第三条"]
    assert queries.cite("某事办法第二条第（一）项", on=date(2025, 1, 1)).text == "（一）丙。"


def test_the_same_folder_again_changes_nothing(folder):
    write_law(folder, "某事办法", "2024-01-05", THREE)
    services.import_laws(folder, by=None, now=NOW)
    again = services.import_laws(folder, by=None, now=NOW)
    assert (again.read, again.unchanged, again.created, again.updated) == (1, 1, 0, 0)


def test_a_corrected_file_replaces_its_own_text(folder):
    write_law(folder, "某事办法", "2024-01-05", THREE)
    services.import_laws(folder, by=None, now=NOW)
    write_law(folder, "某事办法", "2024-01-05", [*THREE[:1], "改了。", THREE[2]])
    assert services.import_laws(folder, by=None, now=NOW).updated == 1
    assert queries.cite("某事办法 2", on=date(2025, 1, 1)).text == "改了。"


def test_a_later_version_ends_the_one_before_it(folder):
    write_law(folder, "某事办法", "2024-01-05", THREE)
    write_law(folder, "某事办法", "2025-06-01", ["甲。", "乙。"], starts="2025-09-01")
    services.import_laws(folder, by=None, now=NOW)
    old, new = Version.objects.order_by("promulgated_on")
    assert (old.ends_before, new.starts_on) == (date(2025, 9, 1), date(2025, 9, 1))
    assert queries.cite("某事办法 1", on=date(2025, 8, 31)).version == old
    assert queries.cite("某事办法 1", on=date(2025, 9, 1)).version == new
    with pytest.raises(queries.NotInForce, match="最早的版本自 2024-03-01 起施行"):
        queries.cite("某事办法 1", on=date(2020, 1, 1))


def test_an_older_version_loaded_later_ends_where_the_newer_begins(folder):
    write_law(folder, "某事办法", "2025-06-01", ["甲。"], starts="2025-09-01")
    services.import_laws(folder, by=None, now=NOW)
    write_law(folder, "某事办法", "2024-01-05", THREE)
    services.import_laws(folder, by=None, now=NOW)
    assert Version.objects.order_by("promulgated_on")[0].ends_before == date(2025, 9, 1)


@pytest.mark.parametrize(
    ("articles", "line", "field", "reason"),
    [
        (["第一条 甲。", "第二条 乙。", "第二条 丙。"], 11, "条文序号", "与第 9 行重复"),
        (["第一条 甲。", "第三条 乙。"], 9, "条文序号", "前一条是第一条，中间缺条或者次序颠倒"),
        (["第二条 甲。"], 7, "条文序号", "前一条是（无），中间缺条或者次序颠倒"),
        (["第一条 甲。", "第二条 "], 9, "条文", "条文没有内容"),
        (["第一条 甲。", "第某某条 乙。"], 9, "条文序号", "条文序号读不出，应写作第一条、第1条"),
        (["第一条 本办法自2024年13月1日起施行。"], 7, "施行日期", "没有这一天"),
        (["## 没有条文"], 0, "正文", "没有一个条文；每条应另起一行，写作“第一条　……”"),
    ],
)
def test_a_malformed_text_is_left_out_with_the_line_and_the_reason(folder, articles, line, field, reason):
    write_law(folder, "好办法", "2024-01-05", THREE)
    bad = write_law(folder, "坏办法", "2024-01-05", articles)
    assert reasons(folder) == [(bad.name, line, field, reason)]
    assert list(Law.objects.values_list("title", flat=True)) == ["好办法"]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.md", b"\xff\xfe\x00", "不是 UTF-8 文本，请另存为 UTF-8 后重试"),
        ("a.md", "第一条 甲".encode(), "没有分隔行 <!-- INFO END -->，分不清文件头和正文；应恰好有一行"),
        ("a.md", "# 甲法\n<!-- INFO END -->\n第一条 乙".encode(), "文件名和文件头都没有公布日期，无法确定是哪一个版本"),
        (
            "甲(2024-02-30).md",
            "# 甲法\n<!-- INFO END -->\n第一条 乙".encode(),
            "文件名括号中的日期不对，应写成 2026-01-31 的形式",
        ),
        (
            "甲(2024-02-03).md",
            "# 某甲\n<!-- INFO END -->\n第一条 乙".encode(),
            "看不出效力级别，请在文件头加一行，如“效力级别：规范性文件”",
        ),
        ("甲(2024-02-03).md", "# 某甲\n2024年2月31日 公布\n<!-- INFO END -->\n第一条 乙".encode(), "没有这一天"),
    ],
)
def test_a_file_that_is_no_law_text_is_named_with_a_sentence(folder, name, content, reason):
    (folder / name).write_bytes(content)
    assert [each[3] for each in reasons(folder)] == [reason]


def test_overlapping_validity_is_refused_and_the_first_text_kept(folder):
    write_law(folder, "某事办法", "2024-01-05", ["甲。"], starts="2024-03-01")
    write_law(folder, "某事办法", "2024-02-05", ["乙。"], starts="2024-03-01")
    write_law(folder, "某事办法", "2024-02-06", ["丙。"], starts="2024-02-01")
    found = reasons(folder)
    assert "与 2024-01-05 的版本同日施行，施行期间重叠" in found[0][3]
    assert Version.objects.get(promulgated_on="2024-01-05").starts_on == date(2024, 3, 1)


def test_a_version_promulgated_earlier_cannot_start_within_a_later_one(folder):
    write_law(folder, "某事办法", "2024-02-05", ["乙。"], starts="2024-03-01")
    services.import_laws(folder, by=None, now=NOW)
    write_law(folder, "某事办法", "2024-01-05", ["甲。"], starts="2024-06-01")
    assert "施行期间重叠；请核对日期" in reasons(folder)[0][3]


def test_two_different_texts_of_one_version_are_refused(folder):
    write_law(folder, "某事办法", "2024-01-05", ["甲。"])
    write_law(folder, "某事办法", "2024-01-05", ["乙。"], name="又一份(2024-01-05).md")
    assert "内容却不同" in reasons(folder)[0][3]


@pytest.mark.parametrize(
    ("citation", "sentence"),
    [
        ("没有的法 3", "法规库中没有“没有的法”"),
        ("某事办法 9", "没有第九条，该版本共 3 条"),
        ("某事办法第二条第三款", "没有第三款"),
        ("某事办法", "没有写明第几条"),
        ("51", "没有写明法规名称"),
        ("办法 1", "可能是：《某事办法》、《某物办法》"),
    ],
)
def test_a_citation_that_leads_nowhere_says_why(folder, citation, sentence):
    write_law(folder, "某事办法", "2024-01-05", THREE)
    write_law(folder, "某物办法", "2024-01-05", THREE)
    services.import_laws(folder, by=None, now=NOW)
    with pytest.raises((queries.UnknownLaw, queries.NoSuchArticle), match=sentence):
        queries.cite(citation, on=date(2025, 1, 1))


def test_the_command_reports_in_the_agreed_shape(folder, settings, tmp_path_factory):
    settings.HOME = tmp_path_factory.mktemp("home")
    write_law(folder, "某事办法", "2024-01-05", THREE)
    (folder / "坏.md").write_text("什么也不是")
    told, errors = StringIO(), StringIO()
    call_command("import_laws", str(folder), "--json", stdout=told, stderr=errors)
    found = json.loads(told.getvalue())
    assert {key: found[key] for key in ("read", "created", "updated", "unchanged", "rejected")} == {
        "read": 2, "created": 1, "updated": 0, "unchanged": 0, "rejected": 1,
    }  # fmt: skip
    with open(found["report"], encoding="utf-8-sig") as report:
        assert report.readline().startswith("line,field,value,reason")
        assert "坏.md" in report.read()
    assert "坏.md 整个文件" in errors.getvalue()


def test_the_command_cites_in_the_agreed_shape(folder):
    write_law(folder, "某事办法", "2024-01-05", THREE)
    services.import_laws(folder, by=None, now=NOW)
    told = StringIO()
    call_command("laws", "cite", "某事办法 第二条", "--on", "2025-01-01", "--json", stdout=told)
    found = json.loads(told.getvalue())
    assert {key: found[key] for key in ("law", "version", "article", "text", "in_force_on")} == {
        "law": "某事办法", "version": "2024-01-05", "article": "第二条", "text": "申请人应当在五日内提出。\n（一）甲；\n（二）乙。", "in_force_on": "2025-01-01",
    }  # fmt: skip
    with pytest.raises(InvalidInput, match="不是日期"):
        call_command("laws", "cite", "某事办法 1", "--on", "2025-02-30")


def test_nothing_usable_is_a_refusal(folder):
    with pytest.raises(InvalidInput, match="没有法规文本"):
        services.import_laws(folder, by=None, now=NOW)
    with pytest.raises(InvalidInput, match="没有文件夹"):
        services.import_laws(folder / "nowhere", by=None, now=NOW)
    (folder / "坏.md").write_text("什么也不是")
    with pytest.raises(CommandError, match="没有一个文件可以导入"):
        call_command("import_laws", str(folder), stdout=StringIO(), stderr=StringIO())


def test_the_shipped_catalogue_is_brought_in_once_and_answers_with_summaries():
    first = services.load_catalogue()
    assert first["laws"] == 144
    assert first["versions"] == 154
    assert first["summaries"] > 250
    assert set(services.load_catalogue().values()) == {0}
    cited = queries.cite("行政处罚法 51", on=date(2026, 11, 20))
    assert cited.is_summary
    assert "二百元以下" in cited.text
    assert queries.cite("行政处罚法 1", on=date(2026, 11, 20)).text == ""


def test_a_first_day_that_was_assumed_is_settled_when_the_catalogue_learns_it():
    services.load_catalogue()
    version = Version.objects.get(law__short="个体工商户年度报告办法")
    version.start_basis, version.valid = "assumed", (date(2025, 11, 21), None)
    version.save()
    assert services.load_catalogue()["dates"] == 1
    version.refresh_from_db()
    assert (version.starts_on, version.start_basis) == (date(2025, 12, 25), "decision")
    assert services.load_catalogue()["dates"] == 0
    assert Version.objects.filter(start_basis="assumed").count() == 15


def test_an_imported_text_fills_the_row_of_the_catalogue_and_keeps_its_summary(folder):
    services.load_catalogue()
    before = queries.cite("行政处罚法 51", on=date(2026, 11, 20))
    write_law(
        folder,
        "中华人民共和国行政处罚法",
        "2021-01-22",
        [f"内容{place}。" for place in range(1, 87)],
        level="法律",
        name="行政处罚法(2021-01-22).md",
    )
    assert services.import_laws(folder, by=None, now=NOW).created == 1
    after = queries.cite("行政处罚法 51", on=date(2026, 11, 20))
    assert (after.article, after.text, after.is_summary) == (before.article, "内容51。", False)
    assert after.article.summary == before.text
    assert services.load_catalogue()["summaries"] == 0
