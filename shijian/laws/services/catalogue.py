"""Bringing the shipped catalogue into the library; what a bureau has imported stays as it is."""

from datetime import date

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from .. import catalogue, words
from ..choices import StartBasis
from ..models import Article, Law, Version
from ..rules.texts import Fault, short_title
from .importing import add_names, open_version


@transaction.atomic
def load_catalogue() -> dict[str, int]:
    """Laws, versions, other names and summaries that are not there yet; the same again changes nothing."""
    counts = {"laws": 0, "versions": 0, "dates": 0, "names": 0, "summaries": 0}
    laws = {law.title: law for law in Law.objects.all()}
    versions = {(each.law_id, each.promulgated_on): each for each in Version.objects.all()}
    for row in catalogue.rows("catalogue"):
        law = laws.get(row["title"])
        if law is None:
            law = laws[row["title"]] = Law.objects.create(
                title=row["title"], short=short_title(row["title"]), level=row["level"], issuer=row["issuer"],
                replaces=laws.get(row["replaces"]), repealed_on=_day(row["repealed_on"]),
            )  # fmt: skip
            counts["laws"] += 1
        day = date.fromisoformat(row["promulgated_on"])
        if (law.pk, day) in versions:
            counts["dates"] += _settled(versions[law.pk, day], row)
            continue
        made = open_version(
            law, day, date.fromisoformat(row["in_force_on"]), row["start_basis"], article_count=int(row["articles"])
        )
        if not isinstance(made, Fault):
            versions[law.pk, day] = made
            counts["versions"] += 1
    counts["names"] = add_names((row["name"], row["title"]) for row in catalogue.rows("names"))
    counts["summaries"] = _summaries(laws, versions)
    return counts


def _settled(version: Version, row: dict[str, str]) -> int:
    """Take the first day the catalogue now knows for a version whose day was assumed; 1 when it did."""
    if version.start_basis != StartBasis.ASSUMED or row["start_basis"] == StartBasis.ASSUMED:
        return 0
    before, starts_on = version.starts_on, date.fromisoformat(row["in_force_on"])
    version.start_basis = row["start_basis"]
    version.valid = DateRange(starts_on, version.ends_before, "[)")
    version.save(update_fields=["valid", "start_basis"])
    for older in Version.objects.filter(law=version.law_id, valid__endswith=before):
        older.valid = DateRange(older.starts_on, starts_on, "[)")
        older.save(update_fields=["valid"])
    return 1


def _summaries(laws: dict[str, Law], versions: dict[tuple[int, date], Version]) -> int:
    """Our own line about an article; an article without a text is made to hold it."""
    by_short = {law.short: law for law in laws.values()}
    wanted = {}
    for row in catalogue.rows("summaries"):
        law = by_short.get(row["law"])
        version = law and versions.get((law.pk, date.fromisoformat(row["version"])))
        if version:
            wanted[version.pk, int(row["article"]), int(row["sub"] or 0)] = row["summary"]
    known = {
        (each.version_id, each.number, each.sub): each
        for each in Article.objects.filter(version_id__in={key[0] for key in wanted}).defer("words", "text")
    }
    new = [
        Article(version_id=key[0], number=key[1], sub=key[2], summary=text)
        for key, text in wanted.items()
        if key not in known
    ]
    changed = [known[key] for key, text in wanted.items() if key in known and known[key].summary != text]
    for each in changed:
        each.summary = wanted[each.version_id, each.number, each.sub]
    Article.objects.bulk_create(new)
    Article.objects.bulk_update(changed, ["summary"])
    _find_by_summary()
    return len(new) + len(changed)


def _find_by_summary() -> None:
    """An article without a text is found by the words of its summary."""
    rows = [row for row in Article.objects.filter(text="").exclude(summary="") if row.words != words.of(row.summary)]
    for row in rows:
        row.words = words.of(row.summary)
    Article.objects.bulk_update(rows, ["words"], batch_size=200)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
