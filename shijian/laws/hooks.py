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


uses: list[Callable[[str], Iterable[Use]]] = []
