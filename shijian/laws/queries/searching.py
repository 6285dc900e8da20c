"""Full-text search: an article in any writing first, then words (jieba) in the articles, laws by title."""

import re
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.functional import cached_property

from shijian.core.errors import Refused

from .. import words
from ..choices import Level
from ..models import Article, Guide, Law
from ..rules.references import Reference, parse
from .citing import Cited, article_on
from .lists import guides_about

MOST = 60
NUMBERING = re.compile(r"[第条款项之至到和及、,，;；（）()《》\s\d零〇一二三四五六七八九十百-]")
WIDE = ("version__preamble", "version__annex", "version__history")
AROUND = 36  # characters kept before the first hit
LENGTH = 150
STATES = [("now", "现行有效"), ("coming", "尚未施行"), ("past", "已失效"), ("all", "全部")]


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that answers, with the part around the first hit cut into runs: (text, is it the word)."""

    article: Article
    runs: list[tuple[str, bool]]


@dataclass
class Search:
    """One question to the library."""

    text: str
    on: date
    level: str = ""
    state: str = "now"

    @cached_property
    def direct(self) -> Cited | None:
        """The article the question names, if it names one."""
        named = [each for each in parse(self.text) if each.law and each.article]
        if len(named) != 1:
            return None
        try:
            return article_on(named[0], on=self.on)
        except Refused:
            return None

    @cached_property
    def laws(self) -> list[Law]:
        """Laws whose title has the words of the question."""
        parts = [part for part in re.split(r"\s+", self.text.strip(" 《》")) if len(part) > 1]
        if not parts:
            return []
        rows = Law.objects.all()
        for part in parts:
            rows = rows.filter(Q(title__contains=part) | Q(names__name__contains=part))
        return list(rows.filter(level=self.level).distinct()[:8] if self.level else rows.distinct()[:8])

    @cached_property
    def guides(self) -> list[Guide]:
        """Operation guides that speak of it."""
        return list(guides_about(self.text.strip())[:6]) if len(self.text.strip()) > 1 else []

    @cached_property
    def hits(self) -> list[Hit]:
        found: list[Article] = []
        for ask in (self._by_number, self._by_words, self._as_written):
            found = found or list(self._ranked(self._narrowed(ask()))[: MOST + 1])
        return [Hit(article, marked(article.text or article.summary, self.terms)) for article in found]

    @property
    def shown(self) -> list[Hit]:
        return self.hits[:MOST]

    @property
    def has_more(self) -> bool:
        return len(self.hits) > MOST

    @cached_property
    def terms(self) -> list[str]:
        """What is marked in the hits, the longest first."""
        parts = re.split(r"\s+", self.text.strip())
        return sorted(
            {each for each in [*parts, *words.of(self.text)] if len(each) > 1 or each == self.text},
            key=len,
            reverse=True,
        )

    def _by_number(self) -> QuerySet[Article]:
        number = self._number
        if number is None:
            return Article.objects.none()
        rows = Article.objects.filter(number=number.article, sub=number.sub)
        return rows.filter(version__law__short__contains=number.law) if len(number.law) > 1 else rows

    def _by_words(self) -> QuerySet[Article]:
        return Article.objects.filter(words__contains=self._asked) if self._asked else Article.objects.none()

    def _as_written(self) -> QuerySet[Article]:
        plain = self.text.strip()
        return Article.objects.filter(Q(text__contains=plain) | Q(summary__contains=plain))

    @cached_property
    def _number(self) -> Reference | None:
        """The article the question asks for by number, with or without a law; a passage with a number in it asks for words."""
        named = parse(self.text)
        rest = self.text
        for name in [*(each.law for each in named), "中华人民共和国"]:  # the full title before its beginning
            rest = rest.replace(name, "")
        if len(NUMBERING.sub("", rest)) > 1:
            return None
        return next((each for each in named if each.article), None)

    @cached_property
    def _asked(self) -> list[str]:
        return words.of(self.text)

    def _narrowed(self, rows: QuerySet[Article]) -> QuerySet[Article]:
        rows = rows.select_related("version__law", "division").defer("words", *WIDE)
        if self.level:
            rows = rows.filter(version__law__level=self.level)
        if self.state == "now":
            rows = rows.filter(version__valid__contains=self.on)
        elif self.state == "coming":
            rows = rows.filter(version__valid__startswith__gt=self.on)
        elif self.state == "past":
            rows = rows.filter(version__valid__endswith__lte=self.on)
        return rows

    def _ranked(self, rows: QuerySet[Article]) -> QuerySet[Article]:
        """The words as they were written first, then by rank of the law."""
        rank = Case(*(When(version__law__level=level, then=Value(place)) for place, level in enumerate(Level.values)), output_field=IntegerField())  # fmt: skip
        plain = self.text.strip()
        # Who has the question as one of its words has it as written: no text need be opened to know.
        whole = (
            Value(0)
            if plain in self._asked
            else Case(When(text__contains=plain, then=Value(0)), default=Value(1), output_field=IntegerField())
        )
        return rows.annotate(whole=whole, rank=rank).order_by(
            "whole", "rank", "version__law__short", "-version__valid", "number", "sub"
        )


def marked(text: str, terms: list[str]) -> list[tuple[str, bool]]:
    """The part of a text around the first hit, cut at the hits."""
    text = text.replace("\n", " ")
    pattern = re.compile("|".join(re.escape(term) for term in terms)) if terms else None
    first = pattern.search(text) if pattern else None
    start = max(0, first.start() - AROUND) if first else 0
    part = text[start : start + LENGTH]
    runs: list[tuple[str, bool]] = [("…", False)] if start else []
    place = 0
    for match in pattern.finditer(part) if pattern else ():
        if match.start() > place:
            runs.append((part[place : match.start()], False))
        runs.append((match[0], True))
        place = match.end()
    tail = part[place:] + ("…" if start + LENGTH < len(text) else "")
    return [*runs, (tail, False)] if tail else runs
