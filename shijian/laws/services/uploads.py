"""A law text through the browser: read, shown with what it would change, loaded when somebody confirms."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction
from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core.errors import Refused

from ..choices import ChangeKind, Verb
from ..models import Impact, Upload, Version
from ..queries import reading
from ..rules.texts import Fault, Text
from . import changes, importing
from .importing import File, Outcome

NAME = 120


class Malformed(Refused):
    """A text with faults; each has its line and a sentence."""

    code = "laws.text_malformed"

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"文本有 {len(faults)} 处不能使用，没有导入。请按下面逐处改正后重新上传。")
        self.faults = faults


class AlreadyLoaded(Refused):
    code = "laws.upload_already_loaded"


@dataclass(slots=True)
class Preview:
    """What loading a text would do, worked out by doing it and taking it back."""

    text: Text
    level: str
    issuer: str
    starts_on: object = None
    start_basis: str = ""
    state: str = ""  # 尚未施行, 现行有效, 已失效
    ends_before: object = None
    before: str = ""  # the version it is compared with
    is_new_law: bool = False
    is_unchanged: bool = False
    is_correction: bool = False
    changes: list[tuple[str, int]] = field(default_factory=list)
    touched: list[tuple[str, int]] = field(default_factory=list)
    to_check: int = 0
    faults: list[Fault] = field(default_factory=list)  # its dates do not fit the library


def _file(name: str, data: bytes, level: str) -> File:
    found = importing.read_file(name, data, level)
    if isinstance(found, list):
        raise Malformed(found)
    return found


@transaction.atomic
def upload(content: bytes, *, name: str, level: str = "", by: User, now: datetime) -> Upload:
    """Keep a text that reads without a fault for its preview. Raises `Malformed` with every fault."""
    file = _file(name[-NAME:], content, level)
    row = Upload.objects.create(
        bureau_code=by.bureau_code, name=file.name, title=file.text.title[:120], level=level,
        content=content.decode("utf-8-sig"), by=by, at=now,
    )  # fmt: skip
    _record(row, Verb.UPLOADED, by, now, {"articles": len(file.text.articles)})
    return row


def preview(row: Upload, *, by: User, now: datetime) -> Preview:
    """Load the text, look at what that does, and take everything back."""
    file = _file(row.name, row.content.encode(), row.level)
    made = Preview(text=file.text, level=file.level, issuer=file.issuer)
    with transaction.atomic():
        outcome = Outcome()
        importing.store(file, outcome, by=None, now=now)
        made.faults = [fault for _, fault in outcome.faults]
        made.is_unchanged = bool(outcome.unchanged)
        made.is_correction = bool(outcome.updated)
        if outcome.new_versions:
            version = outcome.new_versions[0]
            changes.compare_all(outcome.new_versions)
            changes.list_impacts([version], by.bureau_code, now=now, tell=False)
            _describe(made, version, by, now)
        transaction.set_rollback(True)
    return made


def _describe(made: Preview, version: Version, by: User, now: datetime) -> None:
    before = reading.version_before(version)
    made.before = f"{before.law.short} {before.promulgated_on} 版" if before and before.has_text else ""
    made.is_new_law = before is None and version.law.versions.count() == 1
    made.starts_on, made.ends_before = version.starts_on, version.ends_before
    made.start_basis = version.start_basis
    made.state = version.state_on(localdate(now))
    made.changes = [
        (name, count) for kind, name, count in reading.change_counts(version) if kind != ChangeKind.SAME.value
    ]
    found: dict[str, int] = {}
    for kind in Impact.objects.filter(version=version, bureau_code=by.bureau_code, state="open").values_list(
        "use_kind", flat=True
    ):
        found[kind] = found.get(kind, 0) + 1
    made.touched = sorted(found.items(), key=lambda pair: -pair[1])
    made.to_check = sum(found.values())


@transaction.atomic
def load(row: Upload, *, by: User, now: datetime) -> Outcome:
    """Confirm an upload: the text is in the library, compared, and what it touches is listed and told.

    Raises `AlreadyLoaded`; `Malformed` when its dates no longer fit what the library has.
    """
    with connection.cursor() as cursor:  # the library first, then the row: the order every loader takes them in
        cursor.execute(importing.LOCK)
    row = Upload.objects.select_for_update(no_key=True, of=("self",)).get(pk=row.pk)
    if row.version_id:
        raise AlreadyLoaded("这一份文本已经导入，不必再次确认。")
    file = _file(row.name, row.content.encode(), row.level)
    outcome = Outcome(read=1)
    importing.store(file, outcome, by=by, now=now)
    if outcome.faults:
        raise Malformed([fault for _, fault in outcome.faults])
    outcome.to_handle = changes.after_import(outcome.new_versions, now=now)
    row.version = (outcome.new_versions or [_version_of(file)])[0]
    row.loaded_by, row.loaded_at = by, now
    row.save(update_fields=["version", "loaded_by", "loaded_at"])
    return outcome


def _version_of(file: File) -> Version:
    return Version.objects.get(law__short=file.text.short, promulgated_on=file.text.promulgated_on)


@transaction.atomic
def drop(row: Upload, *, by: User, now: datetime) -> None:
    """Give up an upload that was not confirmed."""
    row = Upload.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row.version_id:
        raise AlreadyLoaded("这一份文本已经导入，不能放弃。")
    _record(row, Verb.UPLOAD_DROPPED, by, now, {})
    row.delete()


def _record(row: Upload, verb: str, by: User, now: datetime, detail: dict[str, object]) -> None:
    target = ("laws.upload", str(row.pk), f"{row.title}（{row.name}）"[:200])
    audit.record(by=by, verb=verb, on=target, at=now, bureau_code=row.bureau_code, detail={"file": row.name, **detail})
