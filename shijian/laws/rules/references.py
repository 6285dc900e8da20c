"""References to articles in any writing, one or many: 行政处罚法 51, 《行政处罚法》第五十一条第一款第（二）项, 程序规定 33,36."""

import re
import unicodedata
from dataclasses import dataclass

from shijian.core.rules.citations import number_in_words

from .numerals import NUMBER, article_label, number

NUMERAL = NUMBER
ARTICLE = re.compile(rf"第?\s*(?P<article>{NUMERAL})\s*条?(?:\s*(?:之|-)\s*(?P<sub>{NUMERAL}))?(?!\d)")
WORDED = re.compile(rf"第\s*(?P<article>{NUMERAL})\s*条(?:\s*之\s*(?P<sub>{NUMERAL}))?")
PARAGRAPH = re.compile(rf"\s*第?\s*(?P<number>{NUMERAL})\s*款")
ITEM = re.compile(rf"\s*(?:第?\s*[(（]?(?P<worded>{NUMERAL})[)）]?\s*项|[(（](?P<bare>{NUMERAL})[)）])")
BETWEEN = re.compile(r"\s*(?:[,，、和及]|以及|至|到|—|–|~)+\s*")
UPTO = re.compile(r"[至到—–~]")
LIST_END = re.compile(r"[;；。\n]")
LONGEST_RUN = 60
DOCUMENT = re.compile(r"〔\d{4}〕")
TRAILING = re.compile(rf"^(.+[法定则例释])({NUMERAL})$")  # 行政处罚法五十一


@dataclass(frozen=True, slots=True, order=True)
class Reference:
    """One article, or a paragraph or item of it, or (article 0) a law as a whole."""

    law: str
    article: int = 0
    sub: int = 0
    paragraph: int = 0
    item: int = 0

    @property
    def label(self) -> str:
        """第五十一条第一款第（二）项."""
        if not self.article:
            return ""
        paragraph = f"第{number_in_words(self.paragraph)}款" if self.paragraph else ""
        item = f"第（{number_in_words(self.item)}）项" if self.item else ""
        return article_label(self.article, self.sub) + paragraph + item

    @property
    def written(self) -> str:
        """《行政处罚法》第五十一条; a document is told by its number alone."""
        return self.law if DOCUMENT.search(self.law) else f"《{self.law}》{self.label}"


def in_words(citation: str) -> str:
    """《食品安全法》第三十四条、第一百二十三条 for any writing: a law is named once for the articles that follow it."""
    told: list[str] = []
    last = ""
    for each in parse(citation):
        told.append(each.label if each.article and each.law == last else each.written)
        last = each.law
    return "、".join(told)


def parse(text: str) -> tuple[Reference, ...]:
    """Every reference in a citation; a later article without a law belongs to the law before it."""
    found: list[Reference] = []
    law = ""
    for part in LIST_END.split(unicodedata.normalize("NFKC", text).replace("〇", "零")):
        law, references = _part(part.strip(), law)
        found += references
    return tuple(dict.fromkeys(found))


def _part(part: str, law: str) -> tuple[str, list[Reference]]:
    """The references of one part between semicolons, and the law the next part may lean on."""
    found: list[Reference] = []
    place = 0
    while place < len(part):
        start = _first_article(part, place)
        if start is None and (tail := TRAILING.match(part[place:])):
            start = place + tail.start(2)
        if start is None:
            name = _name(part[place:])
            if name and not found:
                law = name
                found.append(Reference(name))
            elif name and DOCUMENT.search(name):
                found.append(Reference(name))
            break
        law = _name(part[place:start]) or law
        references, place = _articles(part, start, law)
        found += references
    return law, found


def _first_article(part: str, place: int) -> int | None:
    """Where the next article number begins: 第…条 anywhere, else a bare number after a blank, 》 or the name."""
    worded = WORDED.search(part, place)
    bare = re.compile(
        rf"(?:^|(?<=[\s》))])|(?<=[\u4e00-\u9fa5]))(?<![〔(（第])({NUMERAL})\s*(?:条|(?=[\s,，、(（;之-]|$))"
    ).search(part, place)
    spots = [match.start() for match in (worded, bare if bare and _is_number_place(part, bare) else None) if match]
    return min(spots) if spots else None


def _is_number_place(part: str, match: re.Match[str]) -> bool:
    """A bare number counts when it is in figures, or stands behind a blank or 》: 五十一 in 三十二号 does not."""
    before = part[match.start() - 1 : match.start()]
    return (match[1].isdecimal() and "〔" not in part[max(0, match.start() - 8) : match.start()]) or before in (
        " ",
        "》",
        ")",
        "",
    )


def _name(text: str) -> str:
    """The title in what stands before an article number, without brackets, blanks and joining words."""
    text = re.sub(r"^[\s,，、和及：:]+|[\s,，、和及：:]+$", "", text)
    quoted = re.findall(r"《(.+?)》", text)
    name = quoted[-1] if quoted else text
    return re.sub(r"^(?:依据|根据|按照|违反|参照|适用)", "", name).strip()


def _articles(part: str, start: int, law: str) -> tuple[list[Reference], int]:
    """Articles that follow each other: 54,69 · 第五条、第七条 · 第十二条至第十五条 · 82(5)."""
    found: list[Reference] = []
    place, spread = start, False
    while match := ARTICLE.match(part, place):
        if not part[match.start() : match.end()].strip():
            break
        article, sub = number(match["article"]), number(match["sub"]) if match["sub"] else 0
        place = match.end()
        paragraph = item = 0
        if each := PARAGRAPH.match(part, place):
            paragraph, place = number(each["number"]), each.end()
        if each := ITEM.match(part, place):
            item, place = number(each["worded"] or each["bare"]), each.end()
        if spread and found and 0 < article - found[-1].article <= LONGEST_RUN:
            found += [Reference(law, each) for each in range(found[-1].article + 1, article)]
        found.append(Reference(law, article, sub, paragraph, item))
        joint = BETWEEN.match(part, place)
        # What follows must again be a number, not the next law's title.
        if not joint or not re.match(rf"(?:第\s*{NUMERAL}\s*条|\d+(?!\d*年))", part[joint.end() :]):
            break
        place, spread = joint.end(), bool(UPTO.search(joint[0]))
    return found, place
