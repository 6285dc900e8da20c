"""Reading a law text in Markdown (format: docs/modules/laws.md): title, history, headings, articles, or what is wrong in it."""

import re
from dataclasses import dataclass, field
from datetime import date

from .numerals import NUMBER, article_label, number

END_OF_HEAD = "<!-- INFO END -->"
ARTICLE = re.compile(rf"^第({NUMBER})条(?:之({NUMBER}))?(?:[ \u3000]+|$)")
HEADING = re.compile(r"^(#{2,5})\s*(.+)$")
DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
HISTORY = re.compile(r"^(\d{4}年\d{1,2}月\d{1,2}日)\s*(.*)$")
FACT = re.compile(r"^(效力级别|发布机关|施行日期|废止日期|文号|取代)[：:]\s*(.+)$")
NAME_DAY = re.compile(r"\((\d[^()]*)\)$")
STARTS = re.compile(r"自(\d{4}年\d{1,2}月\d{1,2}日)起?(?:施行|实施|执行)")
STARTS_AT_ONCE = re.compile(r"自(?:公布|发布|颁布|印发)之日起?(?:施行|实施|执行)")
LONGEST_ARTICLE = 60_000
CIVIL_NAME = "中华人民共和国"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a file cannot be used; `line` is 1 for the first line, 0 for the file as a whole."""

    line: int
    field: str
    value: str
    reason: str


@dataclass(slots=True)
class ArticleText:
    number: int
    sub: int
    heading: int  # the place of its heading in `Text.headings`, -1 for none
    line: int
    lines: list[str]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def label(self) -> str:
        return article_label(self.number, self.sub)


@dataclass(frozen=True, slots=True)
class Heading:
    """编, 章 or 节; `parent` is the place of the heading it lies in, -1 for none."""

    depth: int
    title: str
    parent: int


@dataclass(slots=True)
class Text:
    """One version of a law as its file tells it."""

    title: str = ""
    promulgated_on: date = date.min
    history: list[tuple[date, str]] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    headings: list[Heading] = field(default_factory=list)
    articles: list[ArticleText] = field(default_factory=list)
    preamble: list[str] = field(default_factory=list)
    annex: list[str] = field(default_factory=list)
    starts_on: date | None = None  # as the text states it, None when it is silent

    @property
    def short(self) -> str:
        return short_title(self.title)


def short_title(title: str) -> str:
    """行政处罚法 for 中华人民共和国行政处罚法."""
    return title.removeprefix(CIVIL_NAME)


def day(text: str) -> date:
    """2026年4月15日 or 2026-04-15. Raises ValueError."""
    match = DAY.fullmatch(text.strip())
    return date(*(int(part) for part in match.groups())) if match else date.fromisoformat(text.strip())


def clean(line: str) -> str:
    """A line without invisible characters, with half-width digits, and the one known misprint (笫 for 第) mended."""
    line = re.sub(r"[\u200b\u200c\u200d\ufeff]", "", line).strip(" \t\u3000\xa0\r\n")
    line = "".join(chr(ord(mark) - 0xFEE0) if "０" <= mark <= "９" else mark for mark in line)
    return "第" + line[1:] if line.startswith("笫") else line


def read(name: str, content: str) -> tuple[Text, list[Fault]]:
    """What the file holds, and every fault in it; a text with a fault is not to be used."""
    text, faults = Text(), []
    lines = [clean(line) for line in content.split("\n")]
    ends = [place for place, line in enumerate(lines) if line == END_OF_HEAD]
    if len(ends) != 1:
        reason = "没有" if not ends else "不止一处"
        return text, [Fault(0, "文件头", "", f"{reason}分隔行 {END_OF_HEAD}，分不清文件头和正文；应恰好有一行")]
    faults += _head(text, lines[: ends[0]])
    faults += _body(text, lines, ends[0] + 1)
    faults += _dates(text, name)
    if not text.articles and not faults:
        faults.append(Fault(0, "正文", "", "没有一个条文；每条应另起一行，写作“第一条　……”"))
    return text, faults


def _head(text: Text, lines: list[str]) -> list[Fault]:
    faults = []
    for place, line in enumerate(lines, 1):
        if not line:
            continue
        if line.startswith("# ") and not text.title:
            text.title = re.sub(r"\s+", "", line[2:])
        elif fact := FACT.match(line):
            text.facts[fact[1]] = fact[2].strip()
        elif match := HISTORY.match(line):
            try:
                text.history.append((day(match[1]), match[2].strip()))
            except ValueError:
                faults.append(Fault(place, "日期", match[1], "没有这一天"))
    if not text.title:
        faults.append(Fault(1, "标题", lines[0] if lines else "", "第一行应为“# ”加法规全称"))
    return faults


def _body(text: Text, lines: list[str], start: int) -> list[Fault]:
    faults: list[Fault] = []
    open_headings: list[int] = []
    after_heading = True
    for place, line in enumerate(lines[start:], start + 1):
        if not line or line == "[TOC]":
            continue
        if heading := HEADING.match(line):
            depth = len(heading[1]) - 1
            open_headings = [each for each in open_headings if text.headings[each].depth < depth]
            text.headings.append(Heading(depth, heading[2].strip(), open_headings[-1] if open_headings else -1))
            open_headings.append(len(text.headings) - 1)
            after_heading = True
        elif match := ARTICLE.match(line):
            found = ArticleText(
                number(match[1]), number(match[2]) if match[2] else 0, open_headings[-1] if open_headings else -1, place, [line[match.end() :].strip()]
            )  # fmt: skip
            fault = _order(text.articles, found)
            if fault:
                faults.append(fault)
            text.articles.append(found)
            after_heading = False
        elif re.match(r"^第\S{1,9}条[ \u3000]", line):
            faults.append(Fault(place, "条文序号", line[:12], "条文序号读不出，应写作第一条、第1条"))
        elif not text.articles:
            text.preamble.append(line)
        elif after_heading:
            text.annex.append(line)
        else:
            text.articles[-1].lines.append(line)
    for article in text.articles:
        article.lines = [line for line in article.lines if line]
        if not article.text:
            faults.append(Fault(article.line, "条文", article_label(article.number, article.sub), "条文没有内容"))
        elif len(article.text) > LONGEST_ARTICLE:
            faults.append(
                Fault(
                    article.line, "条文", article_label(article.number, article.sub), "条文过长，可能缺少后面的条文序号"
                )
            )
    return faults


def _order(articles: list[ArticleText], found: ArticleText) -> Fault | None:
    """Articles follow each other without gap: a missing one would be law silently lost."""
    label = article_label(found.number, found.sub)
    earlier = next((each for each in articles if (each.number, each.sub) == (found.number, found.sub)), None)
    if earlier:
        return Fault(found.line, "条文序号", label, f"与第 {earlier.line} 行重复")
    last = articles[-1] if articles else ArticleText(0, 0, -1, 0, [])
    follows = (found.number, found.sub) in {(last.number + 1, 0), (last.number, last.sub + 1)}
    if follows:
        return None
    return Fault(
        found.line,
        "条文序号",
        label,
        f"前一条是{article_label(last.number, last.sub) if last.number else '（无）'}，中间缺条或者次序颠倒",
    )


def _dates(text: Text, name: str) -> list[Fault]:
    """The day of the version: the one in the file's name, else the last of its history."""
    faults: list[Fault] = []
    made = [on for on, event in text.history if event not in {"施行", "起施行", "实施"}]
    if match := NAME_DAY.search(name.removesuffix(".md")):
        try:
            text.promulgated_on = date.fromisoformat(match[1])
        except ValueError:
            faults.append(Fault(0, "文件名", match[1], "文件名括号中的日期不对，应写成 2026-01-31 的形式"))
    elif made:
        text.promulgated_on = max(made)
    else:
        faults.append(Fault(0, "日期", "", "文件名和文件头都没有公布日期，无法确定是哪一个版本"))
    for key in ("施行日期", "废止日期"):
        if key in text.facts:
            try:
                day(text.facts[key])
            except ValueError:
                faults.append(Fault(0, key, text.facts[key], "不是日期，应写成 2026-01-31 的形式"))
    if faults:
        return faults
    stated = [on for on, event in text.history if event in {"施行", "起施行", "实施"}]
    body = "\n".join(article.text for article in text.articles[-3:])
    for found in STARTS.findall(body):
        try:
            stated.append(day(found))
        except ValueError:
            faults.append(Fault(text.articles[-1].line, "施行日期", found, "没有这一天"))
    if "施行日期" in text.facts:
        text.starts_on = day(text.facts["施行日期"])
    else:
        # An amended text repeats the commencement of the first version: older than its own making, it says nothing here.
        own = [on for on in stated if on >= text.promulgated_on]
        amended = any(re.search("修正|修改", event) for _, event in text.history)
        once = STARTS_AT_ONCE.search(body) and not amended
        text.starts_on = max(own) if own else text.promulgated_on if once else None
    return faults
