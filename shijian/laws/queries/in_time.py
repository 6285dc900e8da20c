"""从旧兼从轻: whether a law has another version today than on the day of an act."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.urls import reverse

from ..models import Version
from ..rules import in_time
from .citing import laws_by_name


@dataclass(frozen=True, slots=True)
class OlderLaw:
    """The version of the day of the act, the one of today, and the page that sets them side by side."""

    acted_on: date
    then: Version
    now: Version

    @property
    def url(self) -> str:
        return reverse("laws:comparison", args=[self.now.law_id]) + f"?version={self.now.pk}&on={self.acted_on}"


def older_laws(names: Iterable[str], *, acted_on: date, today: date) -> list[OlderLaw]:
    """Of the laws named, those that were changed or replaced between the act and today; three statements."""
    if acted_on >= today:
        return []
    laws = {law.pk: law for law in laws_by_name(sorted(set(names))).values()}
    if not laws:
        return []
    versions = Version.objects.filter(Q(law__in=laws) | Q(law__replaces__in=laws)).select_related("law")
    lines: dict[int, list[Version]] = {}
    for version in versions:
        lines.setdefault(version.law.replaces_id if version.law_id not in laws else version.law_id, []).append(version)  # type: ignore[arg-type]
    found = []
    for line in lines.values():
        then = next((each for each in line if each.state_on(acted_on) == "现行有效"), None)
        now = next((each for each in line if each.state_on(today) == "现行有效"), None)
        if then and now and then.pk != now.pk:
            found.append(OlderLaw(acted_on, then, now))
    return found


def older_laws_of(facts: Iterable[str], texts: Iterable[str], *, today: date) -> list[OlderLaw]:
    """The same for what somebody wrote: the first day in the facts, the laws named in the texts."""
    facts = list(facts)
    acted_on = in_time.first_day(facts, until=today)
    names = in_time.laws_cited([*facts, *texts]) if acted_on else []
    return older_laws(names, acted_on=acted_on, today=today) if acted_on and names else []
