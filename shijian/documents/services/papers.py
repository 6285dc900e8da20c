"""Acts on a paper: begin, fill, approve, begin a new version, void."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core import files
from shijian.core.errors import Refused
from shijian.core.numbering import next_number
from shijian.core.records import Record
from shijian.notices.services import notify

from .. import queries, typesetting
from ..catalogue import Content
from ..choices import Family, State, Verb
from ..models import IN_FORCE, FormVersion, Paper, PaperNumber
from ..permissions import PAPER_APPROVE, PAPER_VOID, PAPER_WRITE
from ..rules import layout, schema, wording
from . import clocking

OPEN = (State.DRAFT, State.SUBMITTED)


class NotADraft(Refused):
    code = "documents.not_a_draft"


class NotComplete(Refused):
    code = "documents.not_complete"


class SamePerson(Refused):
    code = "documents.same_person"


class NotAllowed(Refused):
    code = "documents.not_allowed"


class OfficeMissing(Refused):
    code = "documents.office_missing"


class ReasonMissing(Refused):
    code = "documents.reason_missing"


@transaction.atomic
def begin(record: Record, version: FormVersion, *, by: User, now: datetime) -> Paper:
    """A draft of a form for a record, with everything filled in that is already known."""
    content = version.read()
    facts = queries.known_facts(record, on=localdate(now), by=by)
    data = {code: facts[code] for code, field in content.fields.items() if code in facts and _fits(field, facts[code])}
    paper = Paper(
        bureau_code=record.bureau_code, area_code=record.area_code, record_kind=record.kind, record_id=record.id,
        record_number=record.number[:60], record_title=record.title[:200], form_version=version, data=data, offered=data,
        text=_text(content, data), drafted_by=by, drafted_at=now, changed_at=now,
    )  # fmt: skip
    _require(by, PAPER_WRITE, paper)
    paper.save(force_insert=True)
    _record(Verb.DRAFTED, paper, by, now, form=version.form.slug)
    return paper


def _fits(field: schema.Field, value: Any) -> bool:
    """Whether a fact can stand in a field; an unfinished list of officers may."""
    return field.kind is schema.Kind.OFFICERS or not schema.faults([field], {field.code: value})


@transaction.atomic
def write(paper: Paper, data: Mapping[str, Any], *, by: User, now: datetime) -> Paper:
    """Keep what was filled in. Fields the form does not have are left out; what is wrong or missing blocks only approval."""
    paper = _locked(paper, by, PAPER_WRITE)
    content = paper.form_version.read()
    kept = {code: value for code, value in data.items() if code in content.fields and not schema.is_empty(value)}
    if kept == paper.data:
        return paper
    changed = sorted(code for code in kept.keys() | paper.data.keys() if kept.get(code) != paper.data.get(code))
    paper.data, paper.text, paper.changed_at = kept, _text(content, kept), now
    paper.save(update_fields=["data", "text", "changed_at"])
    _record(Verb.WRITTEN, paper, by, now, fields=changed)
    return paper


@transaction.atomic
def take_over(paper: Paper, codes: Iterable[str], facts: Mapping[str, Any], *, by: User, now: datetime) -> Paper:
    """Bring facts that changed since into a draft; what is approved never follows."""
    paper = _locked(paper, by, PAPER_WRITE)
    fresh = {code: facts[code] for code in codes if code in facts and code in paper.offered}
    paper.offered = {**paper.offered, **fresh}
    paper.save(update_fields=["offered"])
    return write(paper, {**paper.data, **fresh}, by=by, now=now)


@transaction.atomic
def approve(paper: Paper, *, by: User, now: datetime) -> Paper:
    """Approve a draft or what was submitted: a second person, nothing missing, a number, and a file that never changes.

    The paper it supersedes becomes void, its number stays with the reason. Raises SamePerson, NotComplete, OfficeMissing.
    """
    paper = _locked(paper, by, PAPER_APPROVE, states=OPEN)
    if {by.pk, *by.hats} & {paper.drafted_by_id, paper.submitted_by_id}:
        raise SamePerson("制作人、送审人不能审批自己的文书，请由另一名有审批权限的人员审批。")
    paper = finish(paper, State.APPROVED, approver=by, by=by, now=now)
    _record(Verb.APPROVED, paper, by, now, number=paper.number, sha256=paper.pdf.sha256 if paper.pdf else "")
    if told := {person.pk: person for person in (paper.drafted_by, paper.submitted_by) if person}:
        _tell_approved(list(told.values()), paper, by, now)
    return paper


def _tell_approved(people: list[User], paper: Paper, by: User, now: datetime) -> None:
    notify(
        people, kind="paper", title=f"已审批：{paper}"[:120], body=f"{paper.form_version.name}，{by.name}审批",
        link=reverse("documents:paper", args=[paper.pk]), at=now, bureau_code=paper.bureau_code,
    )  # fmt: skip


def require_complete(paper: Paper) -> Content:
    content = paper.form_version.read()
    if faults := schema.faults(content.fields.values(), paper.data):
        raise NotComplete("文书还不能审批：" + "".join(fault.text for fault in faults))
    return content


def finish(paper: Paper, state: State, *, approver: User | None, by: User, now: datetime) -> Paper:
    """Give a complete paper its number and the file that never changes; what it supersedes becomes void."""
    content = require_complete(paper)
    office = queries.office_facts(paper.bureau_code)
    if missing := [name for code, name in NEEDED.items() if "@remedy" in content.body and not office[code]]:
        raise OfficeMissing(f"本局文书信息中没有{'、'.join(missing)}，请先在“文书 → 本局文书信息”中填写。")
    if paper.supersedes_id:
        _supersede(Paper.objects.select_for_update(of=("self",)).get(pk=paper.supersedes_id), by, now)
    paper.number = _take_number(paper, content, office, now)
    paper.state, paper.approved_by, paper.approved_at, paper.changed_at = state, approver, now, now
    page = queries.rendered_page(paper, content, office)
    made, paper.slots = typesetting.placed(page)
    upload = SimpleUploadedFile(f"{paper.pk}.pdf", made, content_type="application/pdf")
    paper.pdf = files.store(upload, now=now)
    paper.save(update_fields=["state", "number", "approved_by", "approved_at", "changed_at", "pdf", "slots"])
    return paper


def keep_slots() -> int:
    """The places of papers approved before places were kept, while their layout is still the one they were printed with.

    Only papers that may still be signed or sealed; how many is returned. Harmless to repeat.
    """
    rows = Paper.objects.filter(slots__isnull=True, state__in=(State.SETTLED, State.APPROVED)).select_related(
        "form_version__form"
    )
    count = 0
    for paper in rows.iterator(chunk_size=100):
        page = queries.rendered_page(paper, paper.form_version.read(), queries.office_facts(paper.bureau_code))
        count += Paper.objects.filter(pk=paper.pk, slots__isnull=True).update(slots=typesetting.slots(page))
    return count


NEEDED = {"government": "行政复议机关", "court": "人民法院"}


def _take_number(paper: Paper, content: Content, office: Mapping[str, str], now: datetime) -> str:
    """The next of the series (bureau, 字, year); "" for forms that bear none."""
    if not content.is_numbered:
        return ""
    year = localdate(now).year
    n = next_number(name=f"documents:{content.word}", bureau_code=paper.bureau_code, year=year)
    PaperNumber.objects.create(
        paper=paper, bureau_code=paper.bureau_code, word=content.word, year=year, n=n, taken_at=now
    )
    pattern = wording.complaint_number if content.family == Family.COMPLAINT else wording.number
    return pattern(office["short_name"], content.word, year, n)


@transaction.atomic
def revise(paper: Paper, *, by: User, now: datetime) -> Paper:
    """A new version of an approved paper, as a draft with the same content; the old one holds until the new is approved."""
    paper = _locked(paper, by, PAPER_WRITE, states=IN_FORCE)
    if (other := Paper.objects.filter(supersedes=paper).first()) is not None:
        raise NotADraft(f"这份文书已有第 {other.version} 版，请在新版本上修改。")
    made = Paper(
        bureau_code=paper.bureau_code, area_code=paper.area_code, record_kind=paper.record_kind, record_id=paper.record_id,
        record_number=paper.record_number, record_title=paper.record_title, form_version=paper.form_version,
        data=paper.data, offered=paper.offered, text=paper.text, version=paper.version + 1, supersedes=paper,
        drafted_by=by, drafted_at=now, changed_at=now,
    )  # fmt: skip
    made.save(force_insert=True)
    _record(Verb.REVISED, made, by, now, version=made.version, supersedes=paper.number)
    return made


@transaction.atomic
def void(paper: Paper, *, reason: str, by: User, now: datetime) -> Paper:
    """Make an approved paper void; its number stays in the register with the reason and is never given again."""
    paper = _locked(paper, by, PAPER_VOID, states=IN_FORCE)
    if not reason.strip():
        raise ReasonMissing("请写明作废的原因，它会与文号一起保留。")
    return _void(paper, reason.strip()[:200], by, now)


def _supersede(old: Paper, by: User, now: datetime) -> None:
    if old.state != State.VOID:
        _void(old, f"由第 {old.version + 1} 版取代", by, now)


def _void(paper: Paper, reason: str, by: User, now: datetime) -> Paper:
    paper.state, paper.voided_by, paper.voided_at, paper.void_reason = State.VOID, by, now, reason
    paper.save(update_fields=["state", "voided_by", "voided_at", "void_reason"])
    PaperNumber.objects.filter(paper=paper).update(voided_at=now, void_reason=reason)
    clocking.cancel(paper, by=by, now=now)
    _record(Verb.VOIDED, paper, by, now, number=paper.number, reason=reason)
    return paper


@transaction.atomic
def drop(paper: Paper, *, by: User, now: datetime) -> None:
    """Throw a draft away: it has no number and was shown to nobody."""
    paper = _locked(paper, by, PAPER_WRITE)
    _record(Verb.DROPPED, paper, by, now, form=paper.form_version.form.slug)
    paper.delete()


def _locked(paper: Paper, by: User, may: Any, states: tuple[str, ...] = (State.DRAFT,)) -> Paper:
    """The paper's row, held until the commit, if the person may and it is in one of these states."""
    rows = Paper.objects.select_for_update(of=("self",)).select_related(
        "form_version__form", "drafted_by", "submitted_by"
    )
    held = rows.filter(pk=paper.pk).first()
    if held is None:
        raise NotADraft("这份草稿已被删除。")
    _require(by, may, held)
    if held.state not in states:
        hint = (
            "需要修改的，请制作新版本。"
            if held.is_in_force
            else "请先撤回送审。"
            if held.state == State.SUBMITTED
            else ""
        )
        raise NotADraft(f"这份文书{held.get_state_display()}，不能这样办理。{hint}")
    return held


def _require(by: User, may: Any, paper: Paper) -> None:
    if not by.may(may, paper):
        raise NotAllowed(f"您没有在这里“{may.name}”的权限。")


def _text(content: Content, data: Mapping[str, Any]) -> str:
    """All a paper says, for searching."""
    said = [layout.written(content.fields[code], value) for code, value in data.items() if not schema.is_empty(value)]
    return " ".join([content.name, *said])


def _record(verb: str, paper: Paper, by: User, now: datetime, **detail: Any) -> None:
    label = paper.number or paper.form_version.name
    audit.record(
        by=by, verb=verb, on=("documents.paper", str(paper.pk), label), at=now, detail=detail,
        bureau_code=paper.bureau_code, area_code=paper.area_code,
    )  # fmt: skip
