"""Powers beyond the list: how each was used in a year (PW-06), what goes with it (W-05), and which units bear which duties (PW-03)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from shijian.accounts.choices import UnitKind
from shijian.accounts.models import Unit, User

from .. import hooks
from ..choices import PowerKind
from ..hooks import Question, Runs
from ..models import Boundary, DutyItem, PowerItem, UnitDuty
from ..rules.references import Reference, parse
from .citing import NameBook
from .lists import Link, link_to, powers_of, public_powers, written

ENFORCEMENT = (PowerKind.PENALTY, PowerKind.COERCION, PowerKind.INSPECTION)
PLACES = {
    UnitKind.BUREAU: "局机关",
    UnitKind.DIVISION: "内设机构",
    UnitKind.BRIGADE: "直属机构",
    UnitKind.STATION: "派出机构",
}


@dataclass(frozen=True, slots=True)
class Trace:
    """The articles a power rests on, and its uses by kind."""

    links: list[Link]
    runs: list[Runs]


def trace(power: PowerItem, *, user: User, year: int) -> Trace:
    """Every use of a power in a year that the reader may see, by kind."""
    book = NameBook()
    known = [(each, law) for each in parse(power.basis) if (law := book.law(each.law))]
    articles = frozenset((law.pk, each.article, each.sub) for each, law in known if each.article)
    labels = tuple(f"{law.short}》{Reference('', each.article, each.sub).label}" for each, law in known if each.article)
    question = Question(
        power.name,
        articles,
        labels,
        date(year, 1, 1),
        date(year + 1, 1, 1),
        lambda texts: resting(texts, articles, book),
    )
    found = [runs(user, question) for runs in hooks.runs] if articles else []
    return Trace([link_to(each, book.law(each.law)) for each in parse(power.basis)], [each for each in found if each])


def resting(texts: Iterable[str], articles: frozenset[tuple[int, int, int]], book: NameBook) -> set[str]:
    """Those of some citations that rest on one of the articles."""
    return {
        text
        for text in texts
        for each in parse(text)
        if (law := book.law(each.law)) and (law.pk, each.article, each.sub) in articles
    }


def matters_of(user: User) -> QuerySet[PowerItem]:
    """The standard list of enforcement matters (标准化执法事项清单): what the bureau enforces."""
    return powers_of(user).filter(kind__in=ENFORCEMENT)


def public_matters() -> QuerySet[PowerItem]:
    return public_powers().filter(kind__in=ENFORCEMENT)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the pages of what a list of powers names are: articles, papers, procedures."""

    basis: dict[str, list[Link]]
    papers: dict[str, str]
    procedures: dict[str, str]


def addresses(rows: list[PowerItem], *, inside: bool) -> Addresses:
    """The addresses for the rows of one page, asked once; the public gets the words without links."""
    basis = written([row.basis for row in rows])
    if not inside:
        plain = {text: [Link(each.label, "") for each in links] for text, links in basis.items()}
        return Addresses(plain, {}, {})
    names = {name for row in rows for name in named(row.forms)}
    steps = {row.procedure for row in rows if row.procedure}
    papers = {name: url for ask in hooks.papers for name, url in ask(names).items()}
    return Addresses(basis, papers, {name: url for ask in hooks.procedures for name, url in ask(steps).items()})


def named(forms: str) -> list[str]:
    """The papers of a list: 立案审批表、行政处罚决定书."""
    return [name.strip() for name in forms.replace("，", "、").split("、") if name.strip()]


def units_of(user: User) -> list[tuple[str, list[Unit]]]:
    """The units of the bureau by their place in it, each with the number of its duties."""
    counts = dict(
        UnitDuty.objects.filter(bureau_code=user.bureau_code).order_by().values("unit").annotate(n=Count("pk")).values_list("unit", "n")
    )  # fmt: skip
    grouped: dict[str, list[Unit]] = {name: [] for name in PLACES.values()}
    for unit in Unit.objects.filter(bureau_code=user.bureau_code, kind__in=PLACES):
        unit.duty_count = counts.get(unit.pk, 0)  # type: ignore[attr-defined]
        grouped[PLACES[UnitKind(unit.kind)]].append(unit)
    return [(name, units) for name, units in grouped.items() if units]


def unit_for(user: User, code: str) -> Unit:
    """The door of a duty page: the units of the own bureau."""
    found = (
        Unit.objects.filter(bureau_code=user.bureau_code, code=code, kind__in=PLACES).select_related("parent").first()
    )
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True, slots=True)
class UnitPage:
    """What the lists say of one unit."""

    place: str
    duties: list[UnitDuty]
    powers: list[PowerItem]
    shared: list[tuple[DutyItem, str]]  # what the bureau and the stations share, with this side's part
    boundaries: list[tuple[Boundary, str]]


def unit_page(unit: Unit) -> UnitPage:
    """Its staffing-plan duties, powers, shared duties and boundary lines; lists may name all stations by their kind."""
    bureau = unit.bureau_code
    names = {unit.name} | ({"市场监督管理所", "市场监管所"} if unit.kind == UnitKind.STATION else set())
    borne = Q()
    for name in names:
        borne |= Q(unit=name) | Q(unit__contains=f"{name}、") | Q(unit__endswith=f"、{name}")
    shared = [
        (row, row.bureau_role) for row in DutyItem.objects.filter(borne, bureau_code=bureau).exclude(bureau_role="")
    ]
    if unit.kind == UnitKind.STATION:
        shared = [
            (row, row.station_role) for row in DutyItem.objects.filter(bureau_code=bureau).exclude(station_role="")
        ]
    lines = [
        (row, row.supervision if row.supervisor in names else row.enforcement)
        for row in Boundary.objects.filter(Q(supervisor__in=names) | Q(enforcer__in=names), bureau_code=bureau)
    ]
    return UnitPage(
        PLACES[UnitKind(unit.kind)],
        list(UnitDuty.objects.filter(unit=unit)),
        list(PowerItem.objects.filter(borne, bureau_code=bureau)[:200]),
        shared,
        lines,
    )


def boundaries_of(user: User) -> QuerySet[Boundary]:
    return Boundary.objects.filter(bureau_code=user.bureau_code)
