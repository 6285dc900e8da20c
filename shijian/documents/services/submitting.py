"""A paper before its approver: submitted, taken back, returned with the reason; or settled on the spot to be signed."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.notices.services import notify

from .. import queries
from ..choices import State, Verb
from ..models import Paper
from ..permissions import PAPER_APPROVE, PAPER_WRITE
from .papers import NotADraft, NotAllowed, ReasonMissing, _locked, _record, finish, require_complete


@transaction.atomic
def submit(paper: Paper, *, by: User, now: datetime) -> Paper:
    """Lay a complete draft before those who may approve it; nobody fills it meanwhile. Raises NotComplete."""
    paper = _locked(paper, by, PAPER_WRITE)
    require_complete(paper)
    paper.state, paper.submitted_by, paper.submitted_at, paper.return_reason = State.SUBMITTED, by, now, ""
    paper.save(update_fields=["state", "submitted_by", "submitted_at", "return_reason"])
    _record(Verb.SUBMITTED, paper, by, now)
    approvers = queries.approvers_of(paper, on=localdate(now))
    _tell(approvers, paper, f"待审批：{paper.form_version.name}", f"{by.name}送审，{paper.record_title}", now)
    return paper


@transaction.atomic
def recall(paper: Paper, *, by: User, now: datetime) -> Paper:
    """Take a paper back that nobody has decided yet, by who submitted or made it."""
    paper = _locked(paper, by, PAPER_WRITE, states=(State.SUBMITTED,))
    if not {paper.submitted_by_id, paper.drafted_by_id} & by.hats:
        raise NotAllowed("只有送审人或者制作人能撤回送审。")
    paper.state = State.DRAFT
    paper.save(update_fields=["state"])
    _record(Verb.RECALLED, paper, by, now)
    return paper


@transaction.atomic
def send_back(paper: Paper, *, reason: str, by: User, now: datetime) -> Paper:
    """Return a submitted paper to who made it, with what must be mended."""
    paper = _locked(paper, by, PAPER_APPROVE, states=(State.SUBMITTED,))
    if not reason.strip():
        raise ReasonMissing("请写明退回的理由，制作人要照着修改。")
    paper.state, paper.returned_by, paper.return_reason = State.DRAFT, by, reason.strip()[:200]
    paper.save(update_fields=["state", "returned_by", "return_reason"])
    _record(Verb.RETURNED, paper, by, now, reason=paper.return_reason)
    people = [paper.drafted_by] + ([paper.submitted_by] if paper.submitted_by else [])
    _tell(people, paper, f"已退回：{paper.form_version.name}", paper.return_reason, now)
    return paper


@transaction.atomic
def settle(paper: Paper, *, by: User, now: datetime) -> Paper:
    """Fix a record made on the spot (笔录, 清单, 回证) so that those present sign these very bytes; no approval stands
    between them and the paper. Raises NotComplete, NotADraft for a form that a leader approves or a seal goes on."""
    paper = _locked(paper, by, PAPER_WRITE)
    content = paper.form_version.read()
    if not content.is_signed_on_the_spot:
        raise NotADraft(f"《{content.name}》须经审批，不能自行定稿。请点“送审”。")
    paper = finish(paper, State.SETTLED, approver=None, by=by, now=now)
    _record(Verb.SETTLED, paper, by, now, number=paper.number, sha256=paper.pdf.sha256 if paper.pdf else "")
    return paper


def _tell(people: list[User], paper: Paper, title: str, body: str, now: datetime) -> None:
    address = reverse("documents:paper", args=[paper.pk])
    notify(people, kind="paper", title=title, body=body, link=address, at=now, bureau_code=paper.bureau_code)
