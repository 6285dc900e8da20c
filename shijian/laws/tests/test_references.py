import pytest

from shijian.core.rules.citations import number_in_words
from shijian.laws.rules import numerals, structure
from shijian.laws.rules.references import Reference, in_words, parse

FIFTY_ONE = Reference("行政处罚法", 51)


@pytest.mark.parametrize(
    "text",
    [
        "行政处罚法 51", "行政处罚法51", "行政处罚法五十一", "行政处罚法 五十一", "行政处罚法第五十一条", "行政处罚法 第51条",
        "《行政处罚法》第五十一条", "行政处罚法 ５１", "行政处罚法 五一", "依据《行政处罚法》第五十一条",
    ],
)  # fmt: skip
def test_an_article_is_found_in_any_writing(text):
    assert parse(text) == (FIFTY_ONE,)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("行政处罚法第五十一条第一款第（二）项", [("行政处罚法", 51, 0, 1, 2)]),
        ("行政处罚法 第 51 条 第 2 款", [("行政处罚法", 51, 0, 2, 0)]),
        ("刑法第一百三十三条之一", [("刑法", 133, 1, 0, 0)]),
        ("刑法 133之一", [("刑法", 133, 1, 0, 0)]),
        ("程序规定 82(5)", [("程序规定", 82, 0, 0, 5)]),
        ("行政强制法 54,69; 程序规定 76", [("行政强制法", 54, 0, 0, 0), ("行政强制法", 69, 0, 0, 0), ("程序规定", 76, 0, 0, 0)]),
        ("食品安全法第三十四条、第三十五条", [("食品安全法", 34, 0, 0, 0), ("食品安全法", 35, 0, 0, 0)]),
        ("办法第十二条至第十四条", [("办法", 12, 0, 0, 0), ("办法", 13, 0, 0, 0), ("办法", 14, 0, 0, 0)]),
        ("办法第三条和食品安全法第三条", [("办法", 3, 0, 0, 0), ("食品安全法", 3, 0, 0, 0)]),
        ("国办发〔2018〕118号", [("国办发〔2018〕118号", 0, 0, 0, 0)]),
        ("行政处罚法", [("行政处罚法", 0, 0, 0, 0)]),
        ("", []),
    ],
)  # fmt: skip
def test_citations_are_cut_into_articles_paragraphs_and_items(text, found):
    assert [(each.law, each.article, each.sub, each.paragraph, each.item) for each in parse(text)] == found


@pytest.mark.parametrize("value", [1, 10, 11, 19, 20, 21, 100, 103, 110, 112, 203, 1000, 1013, 1260])
def test_a_number_in_words_is_read_back(value):
    assert numerals.number(number_in_words(value)) == value


def test_what_follows_an_item_is_the_next_paragraph():
    text = "有下列情形之一的：\n（一）甲；\n（二）乙：\n1. 丙；\n前款规定不适用于丁。"
    first, second = structure.paragraphs(text)
    assert [item.number for item in first.items] == [1, 2]
    assert first.items[1].text == "（二）乙：\n1. 丙；"
    assert second.text == "前款规定不适用于丁。"
    assert structure.part(text, item=2) == "（二）乙：\n1. 丙；"
    assert structure.part(text, paragraph=2) == "前款规定不适用于丁。"
    assert structure.part(text, paragraph=3) is None
    assert structure.part(text, paragraph=2, item=1) is None


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("食品安全法 34,123; 产品质量法 49", "《食品安全法》第三十四条、第一百二十三条、《产品质量法》第四十九条"),
        ("行政处罚法第五十一条第一款第（二）项", "《行政处罚法》第五十一条第一款第（二）项"),
        ("国办发〔2018〕118号", "国办发〔2018〕118号"),
        ("行政处罚法", "《行政处罚法》"),
        ("", ""),
    ],
)
def test_a_citation_is_told_as_papers_write_it(written, words):
    assert in_words(written) == words
