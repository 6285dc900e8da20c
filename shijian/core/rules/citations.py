"""Articles in words, and the second article of every limit: the one that says how to count."""

import re
from dataclasses import dataclass

from .kinds import Unit

TITLES = {
    "产品质量监督抽查办法": "产品质量监督抽查管理暂行办法",
    "企业公示信息抽查办法": "企业公示信息抽查办法",
    "信息公示规定": "市场监督管理行政处罚信息公示规定",
    "信用修复办法": "市场监督管理信用修复管理办法",
    "听证办法": "市场监督管理行政处罚听证办法",
    "严重违法失信名单办法": "市场监督管理严重违法失信名单管理办法",
    "执法监督规定": "市场监督管理执法监督规定",
    "投诉举报处理办法": "市场监督管理投诉举报处理办法",
    "投诉举报处理暂行办法": "市场监督管理投诉举报处理暂行办法",
    "放假办法": "全国年节及纪念日放假办法",
    "文书格式范本（2021）": "市场监督管理行政处罚文书格式范本（2021年版）",
    "消保法实施条例": "消费者权益保护法实施条例",
    "特种设备事故规定": "特种设备事故报告和调查处理规定",
    "特种设备监督检查办法": "特种设备安全监督检查办法",
    "移送规定": "行政执法机关移送涉嫌犯罪案件的规定",
    "程序规定": "市场监督管理行政处罚程序规定",
    "程序规定（第61号令修改前）": "市场监督管理行政处罚程序规定（第61号令修改前）",
    "经营异常名录办法": "企业经营异常名录管理办法",
    "行诉解释": "最高人民法院关于适用《行政诉讼法》的解释",
    "食品抽检办法": "食品安全抽样检验管理办法",
    "食品监督检查办法": "食品生产经营监督检查管理办法",
}
DIGITS = "零一二三四五六七八九"
ONE = re.compile(r"^(?P<law>.+?) ?(?P<article>\d+)(?:\((?P<item>\d+)\))?$")


@dataclass(frozen=True, slots=True)
class Counting:
    """How a law counts: the article on the first day, the one on the last day, and whether a first hour is skipped."""

    start: str
    roll: str
    skips_first_hour: bool = False


CIVIL_CODE = Counting("民法典 201", "民法典 203")
PENALTY_PROCEDURE = Counting("程序规定 80", "程序规定 80", skips_first_hour=True)
ADMINISTRATIVE_LITIGATION = Counting("行诉解释 48", "行诉解释 48", skips_first_hour=True)
# The first law of a citation that is listed here decides; 程序规定 counts for the penalty procedure as a whole.
COUNTING = {
    "投诉举报处理办法": Counting("投诉举报处理办法 45", "投诉举报处理办法 45"),
    "程序规定": PENALTY_PROCEDURE,
    "程序规定（第61号令修改前）": PENALTY_PROCEDURE,
    "听证办法": PENALTY_PROCEDURE,
    "行政处罚法": PENALTY_PROCEDURE,
    "产品质量监督抽查办法": Counting("民法典 201", "产品质量监督抽查办法 55"),
    "行政诉讼法": ADMINISTRATIVE_LITIGATION,
    "行诉解释": ADMINISTRATIVE_LITIGATION,
    "行政复议法": Counting("行政复议法 88", "行政复议法 88"),
}


def laws_of(citation: str) -> tuple[str, ...]:
    """The short titles in a citation such as `行政强制法 54,69; 程序规定 76`."""
    return tuple(dict.fromkeys(_split(part)[0] for part in citation.split(";") if part.strip()))


def articles(citation: str) -> tuple[str, ...]:
    """A citation cut into single articles: `行政强制法 54,69` gives `行政强制法 54` and `行政强制法 69`."""
    found: list[str] = []
    for part in citation.split(";"):
        law, numbers = _split(part)
        if law:
            found += [f"{law} {number}" for number in numbers] or [law]
    return tuple(found)


def in_words(citation: str) -> str:
    """《行政强制法》第五十四条、第六十九条 for `行政强制法 54,69`: a law is named once for the articles that follow it."""
    told: list[str] = []
    last = ""
    for article in articles(citation):
        law, number = _article_in_words(article)
        told.append(number if number and law == last else law + number)
        last = law
    return "、".join(told)


def counting_for(citation: str) -> Counting:
    """The law that says how a limit with this citation is counted; the Civil Code where its own law is silent.

    Source: rules CAL-01, CAL-02; 程序规定 80; 投诉举报处理办法 45; 民法典 201, 203; 行诉解释 48; 行政复议法 88.
    """
    return next((COUNTING[law] for law in laws_of(citation) if law in COUNTING), CIVIL_CODE)


def unit_article(citation: str, amount: int, unit: Unit) -> str:
    """The article that makes a number of days working days, where the text of the limit itself only says 日.

    Source: 行政处罚法 (2021-01-22) art. 85 (2, 3, 5, 7 days); 行政强制法 (2011-06-30) art. 69 (10 days or less);
    行政复议法 (2023-09-01) art. 88 (3, 5, 7, 10 days).
    """
    if unit is not Unit.WORKING_DAYS:
        return ""
    laws = laws_of(citation)
    if "行政处罚法" in laws and amount in (2, 3, 5, 7):
        return "行政处罚法 85"
    if "行政强制法" in laws and amount <= 10:
        return "行政强制法 69"
    if "行政复议法" in laws and amount in (3, 5, 7, 10):
        return "行政复议法 88"
    return ""


def number_in_words(number: int) -> str:
    """A number below ten thousand as it is written in a law: 80 八十, 112 一百一十二, 203 二百零三, 1010 一千零一十."""
    told = ""
    for size, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, size)
        if digit:
            told += f"{DIGITS[digit]}{unit}"
        elif told and number and not told.endswith("零"):
            told += "零"
    return told.removeprefix("一") if told.startswith("一十") else told


def _split(part: str) -> tuple[str, list[str]]:
    law, _, numbers = part.strip().rpartition(" ")
    if not law or not numbers[:1].isdigit():
        return part.strip(), []
    return law, [number.strip() for number in numbers.split(",")]


def _article_in_words(article: str) -> tuple[str, str]:
    """The law in its brackets, and the number ("" where the law is meant as a whole)."""
    match = ONE.match(article) if " " in article else None
    if not match:
        return article if "〔" in article else _title(article), ""
    item = f"第{number_in_words(int(match['item']))}项" if match["item"] else ""
    return _title(match["law"]), f"第{number_in_words(int(match['article']))}条{item}"


def _title(law: str) -> str:
    name, mark, rest = law.partition("）之")
    if mark:
        return f"《{TITLES.get(name + '）', name + '）')}》之{number_in_words(int(rest))}"
    return f"《{TITLES.get(law, law)}》"
