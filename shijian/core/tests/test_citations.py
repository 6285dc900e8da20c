"""Articles in words, and which law counts."""

import pytest

from shijian.core.rules.citations import articles, counting_for, in_words, laws_of, number_in_words, unit_article
from shijian.core.rules.explanation import Step
from shijian.core.rules.kinds import Unit
from shijian.core.rules.limits import Limit


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "一"),
        (10, "十"),
        (18, "十八"),
        (20, "二十"),
        (64, "六十四"),
        (100, "一百"),
        (108, "一百零八"),
        (112, "一百一十二"),
        (1000, "一千"),
        (1013, "一千零一十三"),
        (1260, "一千二百六十"),
    ],
)
def test_numbers_of_articles(number, words):
    assert number_in_words(number) == words


@pytest.mark.parametrize(
    ("citation", "words"),
    [
        ("程序规定 64", "《市场监督管理行政处罚程序规定》第六十四条"),
        ("程序规定 82(5)", "《市场监督管理行政处罚程序规定》第八十二条第五项"),
        (
            "行政强制法 54,69; 程序规定 76",
            "《行政强制法》第五十四条、第六十九条、《市场监督管理行政处罚程序规定》第七十六条",
        ),
        ("国办发〔2018〕118号", "国办发〔2018〕118号"),
        ("文书格式范本（2021）之51", "《市场监督管理行政处罚文书格式范本（2021年版）》之五十一"),
        ("程序规定（第61号令修改前）", "《市场监督管理行政处罚程序规定（第61号令修改前）》"),
        ("", ""),
    ],
)
def test_citations_in_words(citation, words):
    assert in_words(citation) == words


def test_articles_and_laws_of_a_citation():
    assert articles("行政强制法 54,69; 程序规定 76") == ("行政强制法 54", "行政强制法 69", "程序规定 76")
    assert laws_of("行政强制法 54,69; 程序规定 76; 行政强制法 1") == ("行政强制法", "程序规定")


@pytest.mark.parametrize(
    ("citation", "start", "roll", "skips"),
    [
        ("程序规定 18", "程序规定 80", "程序规定 80", True),
        ("行政强制法 19; 程序规定 33,36", "程序规定 80", "程序规定 80", True),
        ("投诉举报处理办法 15", "投诉举报处理办法 45", "投诉举报处理办法 45", False),
        ("投诉举报处理暂行办法 14", "民法典 201", "民法典 203", False),
        ("移送规定 5", "民法典 201", "民法典 203", False),
        ("行政诉讼法 46", "行诉解释 48", "行诉解释 48", True),
    ],
)
def test_the_law_that_counts(citation, start, roll, skips):
    counting = counting_for(citation)
    assert (counting.start, counting.roll, counting.skips_first_hour) == (start, roll, skips)


@pytest.mark.parametrize(
    ("citation", "amount", "unit", "article"),
    [
        ("行政处罚法 56", 7, Unit.WORKING_DAYS, "行政处罚法 85"),
        ("行政处罚法 56", 10, Unit.WORKING_DAYS, ""),
        ("行政处罚法 67", 15, Unit.CALENDAR_DAYS, ""),
        ("行政强制法 54", 10, Unit.WORKING_DAYS, "行政强制法 69"),
        ("行政强制法 54", 11, Unit.WORKING_DAYS, ""),
        ("行政复议法 30", 5, Unit.WORKING_DAYS, "行政复议法 88"),
        ("行政复议法 30", 6, Unit.WORKING_DAYS, ""),
        ("程序规定 18", 15, Unit.WORKING_DAYS, ""),
    ],
)
def test_the_article_that_makes_days_working_days(citation, amount, unit, article):
    assert unit_article(citation, amount, unit) == article


def test_a_step_and_a_limit_name_their_articles_in_full():
    review = Limit(
        "review", "审核", 10, Unit.WORKING_DAYS, "程序规定 55", on_expiry="must_release", excluded_spans=("hearing",)
    )
    assert review.article == "《市场监督管理行政处罚程序规定》第五十五条"
    assert (review.expiry, review.excluded) == ("期满必须解除查封、扣押", ("听证",))
    assert Step("数", "民法典 203").article == "《民法典》第二百零三条"
    assert Step("数").article == ""
