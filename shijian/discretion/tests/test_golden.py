"""Cases worked out by hand from the articles, and the shipped table against the law texts."""

import re
from datetime import date
from pathlib import Path

import pytest

from shijian.core.rules.citations import number_in_words
from shijian.discretion import queries, shipped

from .support import facts, golden

LAWS = Path(__file__).resolve().parents[4] / "shared" / "data" / "laws"
TODAY = date(2026, 11, 20)
FILES = {path.name: path for path in [*LAWS.glob("*.md"), *LAWS.glob("supplement/*.md")]}


@pytest.mark.django_db
@pytest.mark.parametrize("case", golden(), ids=lambda case: f"{case['violation']} {case['facts']}"[:60])
def test_the_range_is_the_one_worked_out_by_hand(case):
    data = {"violation": case["violation"], **facts(case["on"], case["party"], case["facts"])}
    found = queries.working(data, bureau_code="610111", today=TODAY)
    assert (found.tier.value, found.low, found.high) == (case["tier"], int(case["low"]), int(case["high"])), case["why"]
    assert all(step.text for step in found.steps)
    assert found.citations


def test_there_are_more_than_forty_violations_of_seven_fields():
    codes = {entry.violation.code for entry in shipped.entries()}
    fields = {entry.violation.domain for entry in shipped.entries()}
    assert len(codes) >= 100
    assert {"食品", "价格", "广告", "产品质量", "特种设备", "商标", "登记许可"} <= fields


@pytest.mark.skipif(not LAWS.exists(), reason="the law texts lie beside the repository, not in it")
@pytest.mark.parametrize("entry", shipped.entries(), ids=lambda entry: f"{entry.violation.code} {entry.valid_from}")
def test_every_article_paragraph_and_item_exists_in_the_text_and_names_its_sums(entry):
    article = entry.violation.article
    text = FILES[f"{article.law}({article.version}).md"].read_text(encoding="utf-8")
    paragraphs = _paragraphs(text, article.number)
    body = paragraphs[(article.paragraph or 1) - 1] if article.paragraph else "".join(paragraphs)
    if article.item:
        assert f"（{number_in_words(article.item)}）" in body.replace("(", "（").replace(")", "）")
    for fine in entry.violation.fines:
        source = body
        if fine.also:
            number, _, paragraph = fine.also.partition("-")
            source = _paragraphs(text, int(number))[int(paragraph) - 1]
        for sum_ in (fine.low, fine.high):
            if sum_ is not None:
                assert any(word in source for word in _writings(sum_, fine.measure.value)), (sum_, source)


def _paragraphs(text: str, number: int) -> list[str]:
    pattern = rf"^第{number_in_words(number)}条[ 　].*?(?=^第[一二三四五六七八九十百零]+条[ 　]|^#|\Z)"
    found = re.search(pattern, text, re.MULTILINE | re.DOTALL)
    assert found, f"第{number_in_words(number)}条"
    made: list[str] = []
    for line in (each.strip() for each in found[0].split("\n") if each.strip()):
        if re.match(r"^[（(][一二三四五六七八九十]+[）)]", line):
            made[-1] += line
        else:
            made.append(line)
    return made


def _writings(value, measure: str) -> list[str]:
    """The ways a text writes a sum or a multiple."""
    if measure == "times":
        if value < 1:
            percent = int(value * 100)
            return [f"百分之{number_in_words(percent)}", f"{percent}%"]
        words = {1: ["一倍", "等值"], 2: ["二倍"]}.get(int(value), [])
        return [*words, f"{number_in_words(int(value))}倍", f"{int(value)}倍"]
    whole = int(value)
    if whole % 10_000 == 0:
        return [f"{number_in_words(whole // 10_000)}万元", f"{whole // 10_000}万元"]
    if whole % 1000 == 0:
        return [f"{number_in_words(whole // 1000).replace('二', '二')}千元", f"{whole}元"]
    return [f"{number_in_words(whole // 100)}百元", f"{whole}元"]
