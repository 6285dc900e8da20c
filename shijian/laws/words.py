"""Chinese words for the search: jieba for indexing and asking alike."""

import logging
import re
import unicodedata
from functools import cache
from typing import Any

WORD = re.compile(r"[0-9a-z\u4e00-\u9fa5]+")
LONGEST = 40


@cache
def _jieba() -> Any:
    import jieba

    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    return jieba


def of(text: str) -> list[str]:
    """The different words of a text, each once, in small letters and half width."""
    plain = unicodedata.normalize("NFKC", text).lower()
    cut = _jieba().cut_for_search(plain)
    return sorted({word[:LONGEST] for word in cut if WORD.fullmatch(word)})
