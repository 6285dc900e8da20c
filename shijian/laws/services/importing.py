"""Loading law texts from a folder (`import laws DIR`): the same again changes nothing, what is wrong is named, the rest is kept."""

import csv
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core.errors import InvalidInput
from shijian.core.pages.exports import harmless

from .. import catalogue, words
from ..choices import Level, StartBasis, Verb
from ..models import Article, Division, Law, LawName, Version
from ..rules import ranks, texts
from ..rules.texts import Fault, Text
from . import changes

LOCK = "SELECT pg_advisory_xact_lock(hashtext('laws.library'))"
LARGEST = 5_000_000
SKIPPED = {"readme.md", "index.md"}


@dataclass(slots=True)
class Outcome:
    """What an import did; `read` counts files and is the sum of the other four."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    articles: int = 0
    faults: list[tuple[str, Fault]] = field(default_factory=list)  # file, fault
    new_versions: list[Version] = field(default_factory=list)
    to_handle: int = 0  # uses of changed articles, over all bureaus


@dataclass(frozen=True, slots=True)
class File:
    """A text without a fault, ready to be stored."""

    name: str
    text: Text
    level: str
    issuer: str
    digest: str


def import_laws(folder: Path, *, by: User | None, now: datetime) -> Outcome:
    """Load every Markdown text of a folder and below, oldest first, each in a transaction of its own.

    A file with any fault is left out whole: a law with a missing line is not that law. Raises `InvalidInput` when there
    is no folder or no text in it.
    """
    if not folder.is_dir():
        raise InvalidInput(f"没有文件夹 {folder}", remedy="请核对路径。")
    files = sorted(file for file in folder.rglob("*.md") if file.name.lower() not in SKIPPED)
    if not files:
        raise InvalidInput(f"文件夹 {folder} 里没有法规文本（.md）", remedy="文本格式见手册“法规库”。")
    levels = _levels(folder)
    outcome = Outcome()
    read: list[File] = []
    for path in files:
        outcome.read += 1
        name = str(path.relative_to(folder))
        found = _read(path, levels.get(name, ""))
        if isinstance(found, File):
            read.append(found)
        else:
            outcome.rejected += 1
            outcome.faults += [(name, fault) for fault in found]
    for each in sorted(read, key=lambda each: (each.text.promulgated_on, each.name)):
        store(each, outcome, by=by, now=now)
    outcome.to_handle = changes.after_import(outcome.new_versions, now=now)
    return outcome


def store(file: File, outcome: Outcome, *, by: User | None, now: datetime) -> None:
    """Bring one text into the library, one at a time over all processes; `outcome` says what became of it."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(LOCK)
        fault = _store(file, outcome, by=by, now=now)
    if fault:
        outcome.rejected += 1
        outcome.faults.append((file.name, fault))


def write_report(outcome: Outcome, folder: Path, *, now: datetime) -> Path:
    """The faults as a CSV file `line,field,value,reason,file`; written also when there are none."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"laws-{now:%Y%m%dT%H%M%S%f}.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["line", "field", "value", "reason", "file"])
        writer.writerows(
            [fault.line, fault.field, harmless(str(fault.value)), fault.reason, name] for name, fault in outcome.faults
        )
    return path


def _levels(folder: Path) -> dict[str, str]:
    """File → level, where the folder brings an `index.csv` (columns file, level)."""
    index = folder / "index.csv"
    if not index.is_file():
        return {}
    with index.open(encoding="utf-8-sig", newline="", errors="replace") as file:
        rows = csv.DictReader(file)
        return {row.get("file") or "": row.get("level") or "" for row in rows if row.get("level") in set(Level.values)}


def _read(path: Path, level: str) -> File | list[Fault]:
    try:
        return read_file(path.name, path.read_bytes(), level)
    except OSError as error:
        return [Fault(0, "文件", "", f"打不开：{error.strerror}")]


def read_file(name: str, data: bytes, level: str = "") -> File | list[Fault]:
    """One text from its bytes, or every fault in it; `level` is used where the text does not tell its own."""
    if len(data) > LARGEST:
        return [Fault(0, "文件", f"{len(data):,} 字节", f"文件过大，法规文本不应超过 {LARGEST:,} 字节")]
    try:
        content = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return [Fault(line, "编码", "", "不是 UTF-8 文本，请另存为 UTF-8 后重试")]
    if "\x00" in content:
        return [Fault(content[: content.index("\x00")].count("\n") + 1, "编码", "", "含有空字符，不是文本文件")]
    text, faults = texts.read(name, content)
    if faults:
        return faults
    level = level or ranks.level_of(text)
    if not level:
        reason = "看不出效力级别，请在文件头加一行，如“效力级别：规范性文件”"
        return [Fault(0, "效力级别", text.facts.get("效力级别", ""), reason)]
    return File(name, text, level, ranks.issuer_of(text, level), hashlib.sha256(content.encode()).hexdigest())


def _store(file: File, outcome: Outcome, *, by: User | None, now: datetime) -> Fault | None:
    """Bring one text into the library; the fault is returned when its dates do not fit those already there."""
    text = file.text
    law = Law.objects.filter(title=text.title).first() or Law.objects.filter(short=text.short).first()
    replaced = _replaced(text)
    if isinstance(replaced, Fault):
        return replaced
    if law is None:
        law = Law.objects.create(title=text.title, short=text.short, level=file.level, issuer=file.issuer)
    version = law.versions.filter(promulgated_on=text.promulgated_on).first()
    if version and version.content_hash == file.digest:
        outcome.unchanged += 1
        outcome.articles += version.article_count
        return None
    if version and version.has_text and version.source != file.name:
        value = str(text.promulgated_on)
        return Fault(0, "版本", value, f"与“{version.source}”是同一法规的同一版本，内容却不同；请核对后只留一个")
    fresh = version is None
    if version is None:
        starts_on, basis = start_of(text)
        made = open_version(
            law, text.promulgated_on, starts_on, basis, article_count=len(text.articles), until=_end(text)
        )
        if isinstance(made, Fault):
            return made
        version = made
        if replaced and law.replaces_id is None and replaced.pk != law.pk:
            _replace(law, replaced, version.starts_on)
    had_text = version.has_text
    _fill(version, file, by=by, now=now)
    outcome.articles += len(text.articles)
    if fresh or not had_text:
        outcome.created += 1
        outcome.new_versions.append(version)
    else:
        outcome.updated += 1
        outcome.new_versions.append(version)
    if by is not None:
        detail = {
            "law": law.short,
            "version": str(version.promulgated_on),
            "articles": len(text.articles),
            "file": file.name,
        }
        audit.record(by=by, verb=Verb.IMPORTED, on=("laws.version", str(version.pk), str(version)[:200]), at=now, detail=detail, bureau_code=by.bureau_code)  # fmt: skip
    return None


def _replaced(text: Text) -> Law | Fault | None:
    """The law of another title it takes the place of, as its head says (取代：)."""
    said = text.facts.get("取代", "").strip("《》 ")
    if not said:
        return None
    law = Law.objects.filter(short=texts.short_title(said)).first()
    if law is None:
        return Fault(0, "取代", said, "法规库中没有这部法规；请写它的全称，或者先导入它")
    taken = Law.objects.filter(replaces=law).exclude(title=text.title).first()
    return Fault(0, "取代", said, f"它已由{taken}取代；请核对") if taken else law


def _replace(law: Law, replaced: Law, on: date) -> None:
    """The old title ends where the new one begins, and their versions are one line."""
    law.replaces = replaced
    law.save(update_fields=["replaces"])
    replaced.repealed_on = replaced.repealed_on or on
    replaced.save(update_fields=["repealed_on"])
    opened = replaced.versions.filter(valid__contains=on).first()
    if opened and opened.starts_on < on:
        opened.valid = DateRange(opened.starts_on, on, "[)")
        opened.save(update_fields=["valid"])


def start_of(text: Text) -> tuple[date, str]:
    """The first day of a version and how it is known: stated in the text, or by the decision on it (catalogue), or assumed."""
    if text.starts_on:
        return text.starts_on, StartBasis.STATED
    decided = catalogue.commencements().get((text.title, text.promulgated_on))
    return (decided, StartBasis.DECISION) if decided else (text.promulgated_on, StartBasis.ASSUMED)


def _end(text: Text) -> date | None:
    said = text.facts.get("废止日期")
    return texts.day(said) if said else None


def open_version(
    law: Law, promulgated_on: date, starts_on: date, basis: str, *, article_count: int, until: date | None = None
) -> Version | Fault:
    """A new version between its neighbours: the one before ends the day before it starts. A fault when they overlap."""
    others = sorted(law.versions.all(), key=lambda each: each.starts_on)
    same = next((each for each in others if each.starts_on == starts_on), None)
    value = f"{starts_on}"
    if same:
        return Fault(
            0, "施行日期", value, f"与 {same.promulgated_on} 的版本同日施行，施行期间重叠；请在文件头用“施行日期：”写明"
        )
    before = next((each for each in reversed(others) if each.starts_on < starts_on), None)
    after = next((each for each in others if each.starts_on > starts_on), None)
    if before and before.promulgated_on > promulgated_on:
        reason = f"公布在前（{promulgated_on}）却施行在后，与 {before.promulgated_on} 的版本施行期间重叠；请核对日期"
        return Fault(0, "施行日期", value, reason)
    ends = min((day for day in (until, law.repealed_on, after.starts_on if after else None) if day), default=None)
    if ends and ends <= starts_on:
        return Fault(0, "废止日期", str(ends), f"早于施行日期 {starts_on}，请核对日期")
    if before and (before.ends_before is None or before.ends_before > starts_on):
        before.valid = DateRange(before.starts_on, starts_on, "[)")
        before.save(update_fields=["valid"])
    return Version.objects.create(
        law=law, promulgated_on=promulgated_on, valid=DateRange(starts_on, ends, "[)"), start_basis=basis, article_count=article_count
    )  # fmt: skip


def _fill(version: Version, file: File, *, by: User | None, now: datetime) -> None:
    """Put the text into the version; the summaries of its articles stay."""
    text = file.text
    summaries = {(row.number, row.sub): row for row in version.articles.all()}
    version.divisions.all().delete()
    divisions: list[Division] = []
    for place, heading in enumerate(text.headings):
        parent = divisions[heading.parent] if heading.parent >= 0 else None
        divisions.append(
            Division.objects.create(
                version=version, parent=parent, depth=heading.depth, position=place, title=heading.title[:120]
            )
        )
    rows = []
    for each in text.articles:
        row = summaries.pop((each.number, each.sub), None) or Article(version=version, number=each.number, sub=each.sub)
        row.text, row.words = each.text, words.of(each.text)
        row.division = divisions[each.heading] if each.heading >= 0 else None
        rows.append(row)
    known = [row for row in rows if row.pk]
    Article.objects.bulk_create([row for row in rows if row.pk is None])
    Article.objects.bulk_update(known, ["text", "words", "division"], batch_size=200)
    Article.objects.filter(pk__in=[row.pk for row in summaries.values()]).delete()
    version.history = [[str(on), event] for on, event in text.history]
    version.preamble, version.annex = "\n".join(text.preamble), "\n".join(text.annex)
    version.article_count, version.content_hash, version.source = len(text.articles), file.digest, file.name
    version.imported_at, version.imported_by = now, by
    version.save()


def add_names(names: Iterable[tuple[str, str]]) -> int:
    """Further names of laws the library has, as (name, title); known ones stay."""
    laws = {law.short: law for law in Law.objects.all()} | {law.title: law for law in Law.objects.all()}
    known = set(LawName.objects.values_list("name", flat=True)) | set(laws)
    rows = [LawName(name=name, law=laws[title]) for name, title in names if name not in known and title in laws]
    LawName.objects.bulk_create(rows)
    return len(rows)


__all__ = [
    "File",
    "Outcome",
    "add_names",
    "import_laws",
    "open_version",
    "read_file",
    "start_of",
    "store",
    "write_report",
]
