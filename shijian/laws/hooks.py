"""Where modules above say what of theirs rests on which article: for the list under an article and for the impact list.

    laws.uses.append(queries.uses_of_laws)        # in AppConfig.ready

    def uses_of_laws(bureau_code: str) -> Iterable[Use]:
        for kind in Kind.objects.current(bureau_code):
            yield Use("事项", kind.code, kind.name, reverse("events:kind", args=[kind.code]), (kind.basis,), KIND_EDIT)

A citation may be written in any way `laws.queries.references` reads: 行政处罚法 51; 《行政处罚法》第五十一条第一款; 程序规定 33,36.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from shijian.accounts.models import User
from shijian.core.permissions import Permission


@dataclass(frozen=True, slots=True)
class Use:
    """One thing of the product that rests on articles. `key` names it within its `kind` and never changes.

    `keeper` is the permission whose holders look after it: they are told when a new version touches one of its articles;
    without it the library's own keepers are. `since` is the day the citation was written for: of a version in force before
    that day it needs no checking. Leave out what is no longer in use.
    """

    kind: str
    key: str
    title: str
    url: str
    citations: tuple[str, ...]
    keeper: Permission | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One use of a power: what was done, for whom, when, by whom, and its page."""

    number: str
    title: str
    on: date
    who: str = ""
    state: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Runs:
    """The uses of one kind within the reader's scope: how many in the year, and the newest of them."""

    kind: str
    total: int
    rows: list[Run]


@dataclass(frozen=True, slots=True)
class Question:
    """Which uses are sought: those that rest on the articles of a power, from a day until before another."""

    power_name: str
    articles: frozenset[tuple[int, int, int]]  # law, article, sub
    labels: tuple[str, ...]  # 食品安全法》第三十四条: as papers write them
    since: date
    until: date
    among: Callable[[Iterable[str]], set[str]]  # those of some citations that rest on the articles


# Power run trace (权力运行): (reader, question) -> the uses of one kind; None where the reader may not see any
runs: list[Callable[[User, Question], Runs | None]] = []

# Names of papers or of procedures -> addresses of their pages, for the lists of powers
papers: list[Callable[[set[str]], dict[str, str]]] = []
procedures: list[Callable[[set[str]], dict[str, str]]] = []

uses: list[Callable[[str], Iterable[Use]]] = []
