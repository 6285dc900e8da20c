"""Reads of the power list, the duty list and the guides; all three are uses of the articles they cite."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast, Concat
from django.http import Http404
from django.urls import reverse

from shijian.accounts.models import User

from ..hooks import Use
from ..models import Boundary, DutyItem, Guide, Law, PowerItem
from ..permissions import LIST_IMPORT
from ..rules.references import Reference, parse
from .citing import laws_by_name

GUIDES_WRITTEN = date(2026, 11, 21)  # the day the shipped guides were last read against the law


@dataclass(frozen=True, slots=True)
class Link:
    """One cited article with the address of its page, "" when the library lacks the law."""

    label: str
    url: str


def links(citations: str) -> list[Link]:
    """Every article of a citation as a link, in two statements."""
    return written([citations])[citations]


def written(citations: Iterable[str]) -> dict[str, list[Link]]:
    """Every article of many citations as links, in two statements however many."""
    parsed = {text: parse(text) for text in citations}
    laws = laws_by_name(sorted({each.law for found in parsed.values() for each in found}))
    return {text: [link_to(each, laws.get(each.law)) for each in found] for text, found in parsed.items()}


def link_to(each: Reference, law: Law | None) -> Link:
    if law is None:
        return Link(each.written, "")
    page = [law.pk, f"{each.article}" + (f"-{each.sub}" if each.sub else "")]
    url = reverse("laws:article", args=page) if each.article else reverse("laws:law", args=[law.pk])
    return Link(replace(each, law=law.short).written, url)


def powers_of(user: User) -> QuerySet[PowerItem]:
    return PowerItem.objects.filter(bureau_code=user.bureau_code)


def power_for(user: User, code: str) -> PowerItem:
    found = powers_of(user).filter(code=code).first()
    if found is None:
        raise Http404
    return found


def duties_of(user: User) -> QuerySet[DutyItem]:
    return DutyItem.objects.filter(bureau_code=user.bureau_code)


def public_powers() -> QuerySet[PowerItem]:
    """What every visitor may read."""
    return PowerItem.objects.filter(is_public=True)


def guide_for(code: str) -> Guide:
    found = Guide.objects.filter(code=code).first()
    if found is None:
        raise Http404
    return found


def guides_about(text: str) -> QuerySet[Guide]:
    """Guides by title, procedure, papers, steps and what goes wrong."""
    rows = Guide.objects.annotate(said=Concat(Cast("steps", TextField()), Cast("mistakes", TextField())))
    named = Q(title__contains=text) | Q(procedure__contains=text) | Q(forms__contains=text)
    return rows.filter(named | Q(said__contains=text))


def own_uses(bureau_code: str) -> Iterable[Use]:
    """Powers, duties and guides by the articles they rest on."""
    for power in PowerItem.objects.filter(bureau_code=bureau_code):
        url = reverse("laws:power", args=[power.code])
        yield Use("权力事项", power.code, power.name, url, (power.basis,), LIST_IMPORT)
    for duty in DutyItem.objects.filter(bureau_code=bureau_code).exclude(basis=""):
        url = reverse("laws:duties") + f"?q={duty.name}"
        yield Use("事权事项", duty.code, duty.name, url, (duty.basis,), LIST_IMPORT)
    for line in Boundary.objects.filter(bureau_code=bureau_code).exclude(basis=""):
        url = reverse("laws:boundaries") + f"?q={line.matter}"
        yield Use("监管执法分工", line.code, line.matter, url, (line.basis,), LIST_IMPORT)
    for guide in Guide.objects.all():
        url = reverse("laws:guide", args=[guide.code])
        yield Use("操作指南", guide.code, guide.title, url, (guide.citations,), since=GUIDES_WRITTEN)
