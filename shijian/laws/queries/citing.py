"""An article from a citation in any writing, as it stood on a day."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.urls import reverse

from shijian.core.errors import Refused
from shijian.core.rules.citations import TITLES

from ..models import Article, Law, LawName, Version
from ..rules import structure
from ..rules.references import Reference, parse
from ..rules.texts import short_title


class UnknownLaw(Refused):
    code = "laws.unknown_law"


class NotInForce(Refused):
    code = "laws.not_in_force"


class NoSuchArticle(Refused):
    code = "laws.no_such_article"


@dataclass(frozen=True, slots=True)
class Cited:
    """What a citation means on a day. `text` is our summary when `is_summary`: the text itself is not imported."""

    reference: Reference
    version: Version
    article: Article | None
    text: str
    is_summary: bool
    on: date

    @property
    def label(self) -> str:
        return self.reference.label

    @property
    def url(self) -> str:
        return article_url(self.version, self.reference, on=self.on)


def references(text: str) -> tuple[Reference, ...]:
    """Every article a text cites, without asking whether the library has it."""
    return parse(text)


def law_named(name: str) -> Law:
    """The law meant by a title, short title or other name. Raises `UnknownLaw`, with what it may have been."""
    key = _plain(name.strip(" 《》"))
    found = _laws_named([key]).get(key)
    if found:
        return found
    near = (
        list(Law.objects.filter(short__contains=key.removeprefix("中华人民共和国")).order_by("short")[:6])
        if len(key) > 1
        else []
    )
    if len(near) == 1:
        return near[0]
    if near:
        listed = "、".join(str(law) for law in near)
        raise UnknownLaw(f"“{name}”可能是：{listed}。请写明其中一部。")
    raise UnknownLaw(f"法规库中没有“{name}”。请核对名称，或者先导入该法规。")


def version_on(law: Law, on: date) -> Version:
    """The version in force that day. Raises `NotInForce` with the days the library has."""
    found = law.versions.in_force(on).first()
    if found:
        found.law = law
        return found
    first, last = law.versions.order_by("valid").first(), law.versions.order_by("valid").last()
    if first is None or last is None:
        raise NotInForce(f"{law}还没有任何版本，请先导入。")
    if on < first.starts_on:
        raise NotInForce(f"{law}在 {on} 没有本库收录的有效版本，最早的版本自 {first.starts_on} 起施行。")
    successor = Law.objects.filter(replaces=law).first()
    instead = f"，已由{successor}取代" if successor else ""
    raise NotInForce(f"{law}在 {on} 已经失效（{last.ends_before} 起）{instead}。请写明当时的日期，或者引用现行规定。")


def cite(text: str, *, on: date) -> Cited:
    """The one article a text cites, as in force that day. Raises `UnknownLaw`, `NotInForce`, `NoSuchArticle`."""
    found = parse(text)
    if not found or not found[0].law:
        raise UnknownLaw(f"“{text}”没有写明法规名称，应写成“行政处罚法 51”或者“《行政处罚法》第五十一条”。")
    if not found[0].article:
        raise NoSuchArticle(f"“{text}”没有写明第几条，应写成“行政处罚法 51”或者“《行政处罚法》第五十一条”。")
    return article_on(found[0], on=on)


def article_on(reference: Reference, *, on: date) -> Cited:
    """The article, paragraph or item meant by a reference, as in force that day. Raises as `cite`."""
    version = version_on(law_named(reference.law), on)
    article = version.articles.filter(number=reference.article, sub=reference.sub).first()
    law, label = version.law, reference.label
    if article is None:
        if not version.has_text and 0 < reference.article <= version.article_count and not reference.sub:
            return Cited(reference, version, None, "", True, on)
        known = f"该版本共 {version.article_count} 条"
        raise NoSuchArticle(f"{law}（{version.promulgated_on}）没有{label}，{known}。请核对条文序号和日期。")
    if not article.text:
        return Cited(reference, version, article, article.summary, True, on)
    text = structure.part(article.text, paragraph=reference.paragraph, item=reference.item)
    if text is None:
        raise NoSuchArticle(f"{law}{article.label}没有{label.removeprefix(article.label)}。请核对款、项。")
    return Cited(reference, version, article, text, False, on)


def text_of(citation: str, *, on: date) -> str:
    """The text of the first article a citation names, "" when the library cannot tell: for a hint beside a field."""
    try:
        return cite(citation.split(";")[0], on=on).text
    except Refused:
        return ""


def link_of(citation: str, *, on: date | None = None) -> str:
    """The address of the first article a citation names, or of its law, in one statement; "" when the library has neither."""
    found = next(iter(parse(citation)), None)
    if found is None or not found.law:
        return ""
    law = _laws_named([found.law]).get(found.law)
    if law is None:
        return ""
    if not found.article:
        return reverse("laws:law", args=[law.pk])
    query = f"?on={on}" if on else ""
    sub = f"-{found.sub}" if found.sub else ""
    return reverse("laws:article", args=[law.pk, f"{found.article}{sub}"]) + query


def article_url(version: Version, reference: Reference, *, on: date | None = None) -> str:
    sub = f"-{reference.sub}" if reference.sub else ""
    return reverse("laws:article", args=[version.law_id, f"{reference.article}{sub}"]) + (f"?on={on}" if on else "")


class NameBook:
    """All laws by all their names, read once in two statements: for pages that resolve citations of several modules."""

    def __init__(self) -> None:
        self.laws = {law.pk: law for law in Law.objects.only("short", "title")}
        self.known = {_plain(name): law for law in self.laws.values() for name in (law.short, law.title)}
        for name, key in LawName.objects.values_list("name", "law"):
            self.known.setdefault(_plain(name), self.laws[key])

    def law(self, name: str) -> Law | None:
        return self.known.get(_plain(name)) or self.known.get(short_title(_plain(TITLES.get(name, name))))


def law_names(names: Iterable[str]) -> set[str]:
    """Those of some names that a law of the library bears."""
    return set(_laws_named(sorted(names)))


def laws_by_name(names: list[str]) -> dict[str, Law]:
    """The laws that bear these names exactly, in two statements however many names."""
    return _laws_named(names)


def _laws_named(names: list[str]) -> dict[str, Law]:
    plain = {name: short_title(_plain(TITLES.get(name, name))) for name in names}
    wanted = {each for pair in plain.items() for each in (*pair, _plain(pair[0]))}
    wanted |= {each.replace("(", "（").replace(")", "）") for each in wanted}  # as titles are written: （试行）
    known: dict[str, Law] = {}
    for law in Law.objects.filter(Q(short__in=wanted) | Q(title__in=wanted)):
        known[_plain(law.short)] = known[_plain(law.title)] = law
    for row in LawName.objects.filter(name__in=wanted).select_related("law"):
        known.setdefault(_plain(row.name), row.law)
    found = {}
    for name, short in plain.items():
        if answer := known.get(_plain(name)) or known.get(short):
            found[name] = answer
    return found


def _plain(name: str) -> str:
    """A name as it is compared: half-width, without blanks."""
    return unicodedata.normalize("NFKC", name).replace(" ", "")
