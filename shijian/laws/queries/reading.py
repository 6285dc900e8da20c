"""Reads for the pages: a law in its versions, an article through time, two versions side by side."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from shijian.accounts.models import User
from shijian.core.permissions import registry

from ..choices import ChangeKind, ImpactState
from ..models import Article, Change, Division, Impact, Law, Upload, Version
from ..rules import difference


def line_of(law: Law) -> list[Version]:
    """All versions of a law and of the law it replaced, newest first, in one statement."""
    versions = Version.objects.filter(law=law)
    if law.replaces_id:
        versions = Version.objects.filter(law_id__in=[law.pk, law.replaces_id])
    return sorted(versions.select_related("law"), key=lambda each: each.starts_on, reverse=True)


def version_before(version: Version) -> Version | None:
    """The version it took the place of, also of a law under another title."""
    line = [each for each in line_of(version.law) if each.starts_on < version.starts_on]
    return line[0] if line else None


def version_after(version: Version) -> Version | None:
    """The version that took its place."""
    law = Law.objects.filter(replaces=version.law).first() or version.law
    line = [each for each in line_of(law) if each.starts_on > version.starts_on]
    return line[-1] if line else None


def present(versions: list[Version], law: Law, on: date) -> Version | None:
    """The version to open a law at: in force that day, else the one coming, else the last."""
    own = [each for each in versions if each.law_id == law.pk]
    in_force = [each for each in own if each.state_on(on) == "现行有效"]
    return next(iter(in_force or own), None)


@dataclass(frozen=True, slots=True)
class Block:
    """A heading with the articles right under it, for the page and its table of contents."""

    division: Division | None
    articles: list[Article]

    @property
    def anchor(self) -> str:
        return f"d{self.division.position}" if self.division else "d"


def blocks(version: Version) -> list[Block]:
    """A version cut at its headings, in order, in two statements."""
    divisions = {each.pk: each for each in version.divisions.all()}
    grouped: dict[int | None, list[Article]] = {key: [] for key in [None, *divisions]}
    for article in version.articles.defer("words"):
        grouped[article.division_id].append(article)
    return [Block(divisions[key] if key else None, articles) for key, articles in grouped.items() if articles or key]


@dataclass(frozen=True, slots=True)
class Compared:
    """One line of the comparison, with the differing words marked."""

    kind: ChangeKind
    before: Article | None
    after: Article | None
    left: list[tuple[str, bool]]
    right: list[tuple[str, bool]]
    likeness: int

    @property
    def label(self) -> str:
        return self.kind.label

    @property
    def tone(self) -> str:
        tones = {ChangeKind.NEW: "green", ChangeKind.DELETED: "red", ChangeKind.SAME: "", ChangeKind.MOVED: "accent"}
        return tones.get(self.kind, "amber")


def compared(version: Version, *, everything: bool) -> list[Compared]:
    """The changes a version made, in the order of its articles; a deleted article stands where it stood."""
    rows = (
        Change.objects.filter(version=version).select_related("before", "after").defer("before__words", "after__words")
    )
    if not everything:
        rows = rows.exclude(kind=ChangeKind.SAME)
    found = [compare_one(row) for row in rows]
    return sorted(found, key=_place)


def _place(row: Compared) -> tuple[int, int, int]:
    article = row.after or row.before
    assert article is not None
    return article.number, article.sub, int(row.after is None)


def compare_one(row: Change) -> Compared:
    """One change with its differing words."""
    before, after = row.before.text if row.before else "", row.after.text if row.after else ""
    left, right = ([(before, False)], [(after, False)])
    if before and after and before != after:
        left, right = difference.marked(before, after)
    return Compared(ChangeKind(row.kind), row.before, row.after, left, right, round(row.likeness * 100))


def change_counts(version: Version) -> list[tuple[str, str, int]]:
    """(code, name, how many) of each kind of change."""
    counts: dict[str, int] = dict(
        Change.objects.filter(version=version)
        .order_by()
        .values("kind")
        .annotate(number=Count("pk"))
        .values_list("kind", "number")
    )
    return [(kind.value, kind.label, counts[kind.value]) for kind in ChangeKind if counts.get(kind.value)]


@dataclass(frozen=True, slots=True)
class Past:
    """One stand of an article's history."""

    version: Version
    article: Article | None
    change: str


def history_of(article: Article, line: list[Version]) -> list[Past]:
    """The article through the versions of its law, newest first, followed by its words and not its number."""
    changes = list(
        Change.objects.filter(version__in=line).select_related("before", "after").only(
            "version_id", "kind", "before__number", "before__sub", "before__version_id", "after__number", "after__sub", "after__version_id"
        )
    )  # fmt: skip
    by_after = {row.after_id: row for row in changes if row.after_id}
    by_before = {row.before_id: row for row in changes if row.before_id}
    versions = {each.pk: each for each in line}
    found = {article.version_id: Past(versions.get(article.version_id, article.version), article, "")}
    current = article
    while (row := by_after.get(current.pk)) and row.before:
        found[current.version_id] = Past(versions[current.version_id], current, ChangeKind(row.kind).label)
        current = row.before
        found[current.version_id] = Past(versions[current.version_id], current, "")
    if row := by_after.get(current.pk):
        found[current.version_id] = Past(versions[current.version_id], current, ChangeKind(row.kind).label)
    current = article
    while row := by_before.get(current.pk):
        later = versions[row.version_id]
        found[later.pk] = Past(later, row.after, ChangeKind(row.kind).label)
        if row.after is None:
            break
        current = row.after
    return sorted(found.values(), key=lambda past: past.version.starts_on, reverse=True)


def impacts_visible_to(user: User) -> QuerySet[Impact]:
    """The impact list of the person's own bureau."""
    return Impact.objects.filter(bureau_code=user.bureau_code).select_related(
        "version__law", "handled_by", "assigned_to", "after"
    )


def keepers_of(user: User) -> list[str]:
    """The permissions this person holds: one of them keeps each kind of thing that rests on an article."""
    return [code for code, permission in registry.items() if user.may(permission)]


def impacts_for(user: User) -> QuerySet[Impact]:
    """Lines that wait for this person: given to him, or given to nobody and of a kind he keeps."""
    mine = Q(assigned_to__in=user.hats) | Q(assigned_to=None, keeper__in=keepers_of(user))
    return impacts_visible_to(user).filter(mine, state=ImpactState.OPEN)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the checking of one new version has come."""

    version: Version
    open: int
    done: int
    current: int
    kinds: list[tuple[str, int, int]]  # kind of thing, done, all to be checked

    @property
    def to_check(self) -> int:
        return self.open + self.done

    @property
    def percent(self) -> int:
        return round(100 * self.done / self.to_check) if self.to_check else 100


def progress(user: User, *, version: int | None = None) -> list[Progress]:
    """The checking of every version that touched something, the least finished first, in two statements."""
    rows = Impact.objects.filter(bureau_code=user.bureau_code)
    if version:
        rows = rows.filter(version=version)
    counted: dict[int, dict[str, dict[str, int]]] = {}
    for key, kind, state, count in (
        rows.order_by().values_list("version", "use_kind", "state").annotate(count=Count("pk"))
    ):
        counted.setdefault(key, {}).setdefault(kind, {})[state] = count
    versions = Version.objects.filter(pk__in=counted).select_related("law")
    made = []
    for each in versions:
        kinds = counted[each.pk]
        opened, done, current = (
            sum(of.get(state, 0) for of in kinds.values()) for state in ("open", "done", "current")
        )
        checked = [
            (kind, of.get("done", 0), of.get("open", 0) + of.get("done", 0))
            for kind, of in sorted(kinds.items())
            if set(of) - {"current"}
        ]
        made.append(Progress(each, opened, done, current, checked))
    return sorted(made, key=lambda each: (each.open == 0, -each.version.starts_on.toordinal()))


def impact_for(user: User, key: int) -> Impact:
    """The door of one line of the impact list: outside the own bureau it does not exist."""
    found = impacts_visible_to(user).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def uploads_of(user: User) -> QuerySet[Upload]:
    """The texts sent by people of the bureau."""
    return Upload.objects.filter(bureau_code=user.bureau_code).select_related("by", "loaded_by", "version__law")


def upload_for(user: User, key: Any) -> Upload:
    """The door of one upload: outside the own bureau it does not exist."""
    found = uploads_of(user).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def law_for(key: Any) -> Law:
    found = Law.objects.select_related("replaces").filter(pk=key).first()
    if found is None:
        raise Http404
    return found
