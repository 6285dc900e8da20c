"""Numbers of articles in any writing: 51, ５１, 五十一, 一百零三, 二〇三."""

import re
import unicodedata

from shijian.core.rules.citations import number_in_words

DIGITS = {**{mark: value for value, mark in enumerate("零一二三四五六七八九")}, "〇": 0, "○": 0, "两": 2}
UNITS = {"十": 10, "百": 100, "千": 1000}
NUMBER = r"(?:[0-9０-９]{1,4}|[零〇○一二三四五六七八九十百千两]{1,9})"
WRITTEN = re.compile(f"{NUMBER}$")


def number(text: str) -> int:
    """The number meant; 十一 is 11, 二〇三 is 203. Raises ValueError for what is no number."""
    text = unicodedata.normalize("NFKC", text.strip())
    if text.isdecimal():
        return int(text)
    if not WRITTEN.match(text):
        raise ValueError(text)
    if not any(mark in UNITS for mark in text):
        return int("".join(str(DIGITS[mark]) for mark in text))
    total, digit = 0, 0
    for mark in text:
        if mark in UNITS:
            total, digit = total + (digit or 1) * UNITS[mark], 0
        else:
            digit = DIGITS[mark]
    return total + digit


def article_label(value: int, sub: int = 0) -> str:
    """第五十一条, 第一百三十三条之一."""
    return f"第{number_in_words(value)}条" + (f"之{number_in_words(sub)}" if sub else "")
