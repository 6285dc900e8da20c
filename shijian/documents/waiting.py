"""What the desk and the one search show of this module."""

from datetime import date
from operator import attrgetter

from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localtime

from shijian.accounts.models import User
from shijian.core.desk import Hits, Section, Task

from . import queries
from .choices import Outcome, ProposalState, State
from .models import Delivery, Paper
from .permissions import FORM_APPROVE, PAPER_APPROVE, PAPER_VIEW, PAPER_WRITE

SHOWN, MOST = 6, 50
SHOWN_WITH = ("form_version", "submitted_by")


def papers(user: User, today: date) -> list[Section]:
    """Papers submitted where this person may approve, not his own, the longest waiting first; his drafts, the last touched first."""
    parts = []
    if user.may(PAPER_APPROVE):
        waiting = Paper.objects.within(user.scope(PAPER_APPROVE)).filter(state=State.SUBMITTED)
        waiting = waiting.exclude(drafted_by__in=user.hats).exclude(submitted_by__in=user.hats)
        parts.append(waiting.select_related(*SHOWN_WITH).order_by("submitted_at")[:MOST])
    if user.may(PAPER_WRITE):
        drafts = Paper.objects.within(user.scope(PAPER_VIEW)).filter(drafted_by__in=user.hats, state=State.DRAFT)
        parts.append(drafts.select_related(*SHOWN_WITH).order_by("-changed_at")[:MOST])
    rows = list(parts[0].union(*parts[1:], all=True)) if parts else []
    submitted = sorted((row for row in rows if row.state == State.SUBMITTED), key=attrgetter("submitted_at"))
    own = sorted((row for row in rows if row.state == State.DRAFT), key=attrgetter("changed_at"), reverse=True)
    return [
        _section("文书待审批", State.SUBMITTED, [_task(row, _asked(row)) for row in submitted]),
        _section("文书草稿", State.DRAFT, [_task(row, _left(row)) for row in own]),
    ]


def _section(title: str, state: State, tasks: list[Task]) -> Section:
    return Section(title, tasks[:SHOWN], f"{reverse('documents:list')}?state={state}", len(tasks))


def _task(row: Paper, why: str) -> Task:
    title = f"{row.form_version.name} · {row.record_number}"
    return Task(title, f"{row.record_title} · {why}", reverse("documents:paper", args=[row.pk]))


def _asked(row: Paper) -> str:
    by = row.submitted_by.name if row.submitted_by else ""
    return f"{by} {localtime(row.submitted_at):%m-%d %H:%M} 送审"


def _left(row: Paper) -> str:
    return f"已退回：{row.return_reason}" if row.return_reason else "草稿，请填写后送审"


def on_the_way(user: User, today: date) -> Section | None:
    """Papers this person sent by post, through others or by public notice whose result is not entered yet."""
    if not user.may(PAPER_WRITE):
        return None
    rows = Delivery.objects.filter(entered_by__in=user.hats, outcome=Outcome.OPEN).select_related("paper__form_version")
    tasks = [
        Task(
            f"{row.paper.form_version.name} {row.paper.number}",
            f"{row.get_way_display()}，请登记结果",
            reverse("documents:delivery", args=[row.pk]),
            row.due_on,
        )
        for row in rows.order_by("began_at")[:50]
    ]
    address = f"{reverse('documents:deliveries')}?outcome={Outcome.OPEN}"
    return Section("送达待登记结果", tasks[:SHOWN], address, len(tasks)) if tasks else None


def unfiled(user: User, today: date) -> Section | None:
    """Finished matters whose papers this person made and has not handed in to the archive (档案法 14)."""
    if not user.may(PAPER_WRITE):
        return None
    tasks = [
        Task(
            f"{paper.record_number} {paper.record_title}".strip(),
            "已办结，文书还没有立卷归档",
            reverse("documents:case_file", args=[paper.record_kind, paper.record_id]),
        )
        for paper in queries.unfiled(user)
    ]
    return Section("待立卷归档", tasks[:SHOWN], reverse("documents:case_files"), len(tasks)) if tasks else None


def forms_to_approve(user: User, today: date) -> Section | None:
    """Versions of forms somebody else drafted that wait for this person's decision."""
    if not user.may(FORM_APPROVE):
        return None
    rows = queries.proposals_of(user.bureau_code).filter(state=ProposalState.SUBMITTED)
    tasks = [
        Task(
            row.name,
            f"{row.proposed_by.name} 起草，{row.valid_from} 起启用，请审定或退回",
            reverse("documents:proposal", args=[row.pk]),
        )
        for row in rows.exclude(proposed_by__in=user.hats).order_by("submitted_at")[:50]
    ]
    address = f"{reverse('documents:proposals')}?state={ProposalState.SUBMITTED}"
    return Section("文书格式待审定", tasks[:SHOWN], address, len(tasks)) if tasks else None


def found(user: User, text: str) -> Hits | None:
    """Papers by number, by the record they belong to, by the form's name."""
    if not user.may(PAPER_VIEW):
        return None
    named = Q(number__contains=text) | Q(record_number__contains=text) | Q(record_title__contains=text)
    papers = queries.visible_to(user).filter(named | Q(form_version__name__contains=text)).order_by("-drafted_at")
    rows = [
        (
            f"{paper.form_version.name} {paper.number}",
            f"{paper.record_number} {paper.record_title}",
            reverse("documents:paper", args=[paper.pk]),
        )
        for paper in papers[:8]
    ]
    return Hits("执法文书", rows, f"{reverse('documents:list')}?q={text}")
