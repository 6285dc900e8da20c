"""A bureau's own versions of forms: drafted by one, approved by a second person, in force from their first day.

What a paper must say follows the law of the day it is made, so a form is dated data like the law itself. The forms of the
product stay as they are; a bureau's version goes before them while it holds.
"""

from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse
from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.accounts.queries import nearest_holders
from shijian.audit import services as audit
from shijian.core import deadlines
from shijian.core.errors import Refused
from shijian.core.numbering import next_number
from shijian.core.permissions import Permission
from shijian.notices.services import notify

from .. import catalogue, formfile
from ..catalogue import Content
from ..choices import Family, ProposalState, Stage, Verb
from ..models import Form, FormProposal, FormVersion
from ..permissions import FORM_APPROVE, FORM_EDIT
from ..rules.drafting import Flaw
from .papers import NotAllowed, ReasonMissing, SamePerson

OWN_FROM = 500  # numbers above it are of bureaus' own forms, so that none of the product's is taken
START = "> {party_name}：\n\n@contact\n@issuer\n"
START_FIELDS = "@addressed\n@contact\n@issued"


class ProposalRefused(Refused):
    code = "documents.proposal_refused"


class FileRefused(ProposalRefused):
    """A file of a form cannot be used; `flaws` name each line."""

    code = "documents.form_file_refused"

    def __init__(self, flaws: list[Flaw]) -> None:
        super().__init__("文件不能导入，请改正后再试。")
        self.flaws = flaws


def flaws_of(content: Content) -> list[Flaw]:
    """What stands against approving a form, statutory periods it quotes included."""
    return catalogue.flaws(content, periods=deadlines.limits())


@transaction.atomic
def propose_version(version: FormVersion, *, by: User, now: datetime) -> FormProposal:
    """A draft of the bureau's next version of a form, the present one as its base."""
    return _begin(version.read(), version.form, version, by, now)


@transaction.atomic
def propose_form(
    *, name: str, family: str, stage: str, volume: str, style: str, by: User, now: datetime
) -> FormProposal:
    """A draft of a form for a matter the product has none for."""
    made = Content(
        slug="", family=Family(family), number=0, name=name.strip(), word="", stage=Stage(stage), volume=volume, style=style,
        signs=("seal",), basis=(), mistakes=(), fields_text=START_FIELDS, body=START, sample={}, page_sign=(), source="",
        unverified="", valid_from=localdate(now), groups=catalogue.shared_groups(),
    )  # fmt: skip
    return _begin(made, None, None, by, now)


@transaction.atomic
def import_form(data: bytes, *, by: User, now: datetime) -> FormProposal:
    """A draft from a file: of a form that is known by its code, else of a new one. Raises FileRefused with every line."""
    taken = formfile.read(data, today=localdate(now), periods=deadlines.limits())
    if taken.flaws or taken.content is None:
        raise FileRefused(taken.flaws)
    rows = FormVersion.objects.filter(form__slug=taken.content.slug, bureau_code__in=("", by.bureau_code))
    base = rows.select_related("form").order_by("-valid").first()
    return _begin(taken.content, base.form if base else None, base, by, now)


def _begin(content: Content, form: Form | None, base: FormVersion | None, by: User, now: datetime) -> FormProposal:
    _require(by, FORM_EDIT)
    waiting = FormProposal.objects.exclude(state=ProposalState.APPROVED).filter(bureau_code=by.bureau_code, form=form)
    if form and (other := waiting.select_related("proposed_by").first()):
        raise ProposalRefused(
            f"《{other.name}》已有{other.proposed_by.name}起草的修改稿（{other.get_state_display()}），请先办完或者删除。"
        )
    made = FormProposal(
        bureau_code=by.bureau_code, form=form, base=base, family=form.family if form else content.family,
        stage=form.stage if form else content.stage, volume=form.volume if form else content.volume, proposed_by=by, proposed_at=now,
    )  # fmt: skip
    first = max(content.valid_from, localdate(now))
    _fill(made, replace(content, unverified=""), document="" if base else content.source, valid_from=first)
    made.save(force_insert=True)
    _record(made, Verb.FORM_PROPOSED, by, now)
    return made


def _fill(proposal: FormProposal, content: Content, *, document: str, valid_from: date) -> None:
    proposal.name, proposal.word, proposal.content = content.name[:60], content.word[:12], content.as_json()
    proposal.document, proposal.valid_from = document.strip()[:200], valid_from


@transaction.atomic
def write_proposal(
    proposal: FormProposal, content: Content, *, document: str, valid_from: date, by: User, now: datetime
) -> FormProposal:
    """Keep what was drafted, flaws and all; they stand only against submitting it."""
    row = _locked(proposal, ProposalState.DRAFT)
    _require_author(row, by)
    before = (row.name, row.word, row.content, row.document, row.valid_from)
    _fill(row, content, document=document, valid_from=valid_from)
    if before == (row.name, row.word, row.content, row.document, row.valid_from):
        return row
    row.save(update_fields=["name", "word", "content", "document", "valid_from"])
    _record(row, Verb.FORM_WRITTEN, by, now)
    return row


@transaction.atomic
def submit_proposal(proposal: FormProposal, *, by: User, now: datetime) -> FormProposal:
    """Lay a flawless draft before those who approve forms. Raises ProposalRefused with what is wrong."""
    row = _locked(proposal, ProposalState.DRAFT)
    _require_author(row, by)
    _require_sound(row, now)
    row.state, row.submitted_at, row.note = ProposalState.SUBMITTED, now, ""
    row.save(update_fields=["state", "submitted_at", "note"])
    _record(row, Verb.FORM_SUBMITTED, by, now)
    people = nearest_holders(
        FORM_APPROVE, bureau_code=row.bureau_code, area_code="", on=localdate(now), besides={row.proposed_by_id}
    )
    _tell(people, row, f"待审定文书格式：{row.name}", f"{by.name}送审，{row.valid_from} 起启用", now)
    return row


def _require_sound(row: FormProposal, now: datetime) -> None:
    if not row.document:
        raise ProposalRefused("请写明依据文件（发文机关、名称和文号）。")
    if row.valid_from < localdate(now):
        raise ProposalRefused(f"启用日期 {row.valid_from} 已过。格式只能从今天或者以后起用，请改正。")
    if flaws := flaws_of(row.read()):
        raise ProposalRefused(f"还有 {len(flaws)} 处要改：{''.join(map(str, flaws[:3]))}")


@transaction.atomic
def decide_proposal(
    proposal: FormProposal, *, approve: bool, note: str = "", by: User, now: datetime
) -> FormVersion | None:
    """A second person puts the version in force from its first day, or returns it with the reason.

    The bureau's version before it ends the day before; papers begun with it keep it.
    """
    row = _locked(proposal, ProposalState.SUBMITTED)
    _require(by, FORM_APPROVE)
    if row.proposed_by_id in by.hats:
        raise SamePerson("起草人不能审定自己起草的格式，请由另一人审定。")
    if not approve and not note.strip():
        raise ReasonMissing("退回须写明理由，起草人要照着修改。")
    if approve:
        _require_sound(row, now)
        row.form = row.form or _new_form(row)
        row.state, row.decided_by, row.decided_at = ProposalState.APPROVED, by, now
    else:
        row.state = ProposalState.DRAFT
    row.note = note.strip()[:200]
    row.save(update_fields=["state", "decided_by", "decided_at", "note", "form"])
    version = _put_in_force(row, row.form) if approve and row.form else None
    _record(row, Verb.FORM_APPROVED if approve else Verb.FORM_RETURNED, by, now, note=row.note)
    title = f"{'已审定' if approve else '已退回'}文书格式：{row.name}"
    _tell([row.proposed_by], row, title, row.note or f"{row.valid_from} 起启用", now)
    return version


def _new_form(row: FormProposal) -> Form:
    number = OWN_FROM + next_number(name=f"documents:form:{row.family}", bureau_code="", year=0)
    return Form.objects.create(slug=row.own_slug, family=row.family, number=number, stage=row.stage, volume=row.volume)


def _put_in_force(row: FormProposal, form: Form) -> FormVersion:
    held = FormVersion.objects.select_for_update(of=("self",)).filter(form=form, bureau_code=row.bureau_code)
    for before in held.filter(valid__endswith=None):
        if before.valid.lower >= row.valid_from:
            raise ProposalRefused(
                f"有效期重叠：本局自 {before.valid.lower} 起的版本已经审定。请退回，改为更晚的启用日期。"
            )
        before.valid = (before.valid.lower, row.valid_from)
        before.save(update_fields=["valid"])
    content = row.read()
    return FormVersion.objects.create(
        form=form, name=row.name, word=row.word, content=row.content, content_hash=content.fingerprint, source=row.document,
        valid=DateRange(row.valid_from, None), bureau_code=row.bureau_code, proposal=row,
    )  # fmt: skip


@transaction.atomic
def drop_proposal(proposal: FormProposal, *, by: User, now: datetime) -> None:
    """Throw a draft away that nobody has approved."""
    row = _locked(proposal, ProposalState.DRAFT)
    _require_author(row, by)
    _record(row, Verb.FORM_DROPPED, by, now)
    row.delete()


def _locked(proposal: FormProposal, state: ProposalState) -> FormProposal:
    rows = FormProposal.objects.select_for_update(of=("self",)).select_related("form", "proposed_by")
    row = rows.filter(pk=proposal.pk).first()
    if row is None:
        raise ProposalRefused("这份修改稿已被删除。")
    if row.state != state:
        raise ProposalRefused(f"这份修改稿{row.get_state_display()}，不能这样办理。")
    return row


def _require_author(row: FormProposal, by: User) -> None:
    _require(by, FORM_EDIT)
    if row.proposed_by_id not in by.hats:
        raise NotAllowed(f"这是{row.proposed_by.name}起草的修改稿，只能由起草人修改和送审。")


def _require(by: User, may: Permission) -> None:
    if not by.may(may):
        raise NotAllowed(f"您没有“{may.name}”的权限。")


def _tell(people: list[User], row: FormProposal, title: str, body: str, now: datetime) -> None:
    address = reverse("documents:proposal", args=[row.pk])
    notify(people, kind="paper", title=title[:120], body=body, link=address, at=now, bureau_code=row.bureau_code)


def _record(row: FormProposal, verb: str, by: User, now: datetime, **detail: str) -> None:
    told = {"valid_from": row.valid_from.isoformat(), "document": row.document, **detail}
    told["content"] = row.read().fingerprint
    audit.record(
        by=by, verb=verb, on=("documents.form_proposal", str(row.pk), row.name), at=now, bureau_code=row.bureau_code, detail=told
    )  # fmt: skip
