"""Which days and which laws a text speaks of, for the hint 从旧兼从轻. Source: 行政处罚法 (2021-01-22) art. 37."""

import re
from collections.abc import Iterable
from datetime import date

from .texts import DAY

CITED = re.compile(r"《([^《》]{2,60})》[^《》，。；]{0,12}?第[一二三四五六七八九十百千零〇\d]+条")
LONGEST_YEARS = 5
# A procedure follows the rule in force when the step is taken (程序从新): no hint for these.
PROCEDURAL = (
    "行政处罚法",
    "行政强制法",
    "行政许可法",
    "行政复议法",
    "行政诉讼法",
    "程序规定",
    "听证办法",
    "信息公示规定",
)


def laws_cited(texts: Iterable[str]) -> list[str]:
    """The substantive laws whose articles the texts name in full, in order, each once."""
    found = (match[1] for text in texts for match in CITED.finditer(text))
    return [name for name in dict.fromkeys(found) if not name.endswith(PROCEDURAL)]


def first_day(texts: Iterable[str], *, until: date) -> date | None:
    """The first day the texts name that a penalty could still reach: the five years of 行政处罚法 art. 36 back at most."""
    days = []
    for text in texts:
        for year, month, day in DAY.findall(text):
            try:
                days.append(date(int(year), int(month), int(day)))
            except ValueError:
                continue
    return min((day for day in days if until.year - day.year <= LONGEST_YEARS and day <= until), default=None)
