"""The 154 national texts by the command a bureau uses. They lie beside the repository and are not part of it."""

import csv
from datetime import date

import pytest

from shijian.core import deadlines
from shijian.laws import queries
from shijian.laws.models import Article, Law, Version
from shijian.laws.rules.references import parse
from shijian.laws.testing import SHARED

pytestmark = pytest.mark.django_db
# Cited by time limits but not to be had as text (docs/modules/laws.md).
NOT_HELD = {"国办发〔2018〕118号", "文书格式范本(2021)之", "程序规定(第61号令修改前)"}


def test_every_text_is_taken_with_all_its_articles(outcome):
    with (SHARED / "index.csv").open(encoding="utf-8-sig") as file:
        expected = {row["file"].rsplit("/", 1)[-1]: int(row["article_count"]) for row in csv.DictReader(file)}
    found = dict(Version.objects.exclude(content_hash="").values_list("source", "article_count"))
    differing = {name: (found.get(name), count) for name, count in expected.items() if found.get(name) != count}
    # The index leaves out the article the source misprints (笫五十四条).
    assert differing == {"农民专业合作社法(2017-12-27).md": (74, 73)}
    assert (outcome.read, outcome.created, outcome.rejected) == (154, 154, 0)


def test_the_catalogue_says_what_the_texts_say(outcome):
    assert Version.objects.count() == 154
    assert not Version.objects.filter(content_hash="").exists()
    assert Version.objects.filter(start_basis="stated").count() > 90


def test_every_citation_of_a_time_limit_resolves_on_its_first_day(outcome):
    missing = set()
    for versions in deadlines.limits().values():
        for limit in versions:
            for reference in parse(limit.citation):
                if not reference.article or reference.law in NOT_HELD:
                    missing.add((reference.law, "no text"))
                    continue
                try:
                    queries.article_on(reference, on=limit.valid_from)
                except queries.NotInForce:
                    missing.add((reference.law, "earlier version"))
    assert {law for law, why in missing if why == "no text"} <= NOT_HELD
    assert {law for law, why in missing if why == "earlier version"} == EARLIER


# The library holds no version of these as early as the time limit begins; a later one is held.
EARLIER = {
    "信息公示规定", "听证办法", "广告法", "执法监督规定", "投诉举报处理办法", "投诉举报处理暂行办法", "程序规定", "经营异常名录办法",
    "行政处罚法", "行政诉讼法",
}  # fmt: skip


@pytest.mark.parametrize(
    ("citation", "on", "version", "begins"),
    [
        ("行政处罚法 51", "2026-11-20", "2021-01-22", "违法事实确凿并有法定依据"),
        ("反不正当竞争法 18", "2020-01-01", "2019-04-23", "经营者违反本法第六条规定"),
        ("投诉举报处理暂行办法 14", "2026-04-14", "2022-03-24", "具有本办法规定的处理权限"),
        ("投诉举报处理办法 15", "2026-04-15", "2025-12-30", ""),
        ("程序规定 82(5)", "2026-11-20", "2022-09-29", "（五）"),
        ("刑法 133之一", "2026-11-20", "2023-12-29", "在道路上驾驶机动车"),
    ],
)
def test_the_version_of_the_day_answers(outcome, citation, on, version, begins):
    cited = queries.cite(citation, on=date.fromisoformat(on))
    assert str(cited.version.promulgated_on) == version
    assert cited.text.startswith(begins)


def test_a_replaced_law_points_to_its_successor(outcome):
    with pytest.raises(queries.NotInForce, match="已由《市场监督管理投诉举报处理办法》取代"):
        queries.cite("投诉举报处理暂行办法 14", on=date(2026, 4, 15))


def test_every_article_has_a_text_and_words(outcome):
    assert Article.objects.filter(version__in=Version.objects.all(), text="").count() == 0
    assert Article.objects.filter(words=[]).count() == 0
    assert Law.objects.count() == 144
