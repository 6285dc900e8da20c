"""Uses of seals: who asked, when it was pressed, and what became of the paper afterwards.

When and by whom a seal may be used is the bureau's own rule, so the numbers are settings.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localtime

from shijian.core import deadlines
from shijian.documents.choices import State as PaperState
from shijian.documents.models import Paper
from shijian.seals.choices import SealState, UseState
from shijian.seals.models import SealKey, Use

from ..choices import Fault, Severity
from ..hooks import Finding, Parameter, Question, Rule, register


def _use(use: Use, reason: str) -> Finding:
    label = f"{use.number} {use.title}{use.subject}"
    return Finding("seal_use", str(use.pk), label, reason, use.area_code, reverse("seals:use", args=[use.pk]))


def _uses(question: Question) -> Iterable[Use]:
    """What was pressed in the days the rule looks back."""
    since = question.ago(days=question.numbers["days"])
    rows = Use.objects.filter(bureau_code=question.bureau_code, state=UseState.STAMPED, stamped_at__gte=since)
    return rows.select_related("applied_by", "stamped_by", "seal")


def _papers(question: Question, uses: Iterable[Use]) -> dict[str, Paper]:
    """The papers these uses were of, by the hash of the file before the seal."""
    hashes = [use.hash_before for use in uses]
    rows = Paper.objects.filter(Q(pdf__sha256__in=hashes) | Q(signed_pdf__sha256__in=hashes))
    found: dict[str, Paper] = {}
    for paper in rows.filter(bureau_code=question.bureau_code).select_related("pdf", "signed_pdf", "superseded_by"):
        for file in (paper.pdf, paper.signed_pdf):
            if file is not None:
                found[file.sha256] = paper
    return found


def other_applicant(question: Question) -> Iterator[Finding]:
    uses = list(_uses(question))
    papers = _papers(question, uses)
    for use in uses:
        paper = papers.get(use.hash_before)
        if paper is not None and use.applied_by_id not in {paper.drafted_by_id, paper.submitted_by_id}:
            yield _use(use, f"申请用印的{use.applied_by.name}不是文书的制作人或者送审人。")


def out_of_hours(question: Question) -> Iterator[Finding]:
    calendar = deadlines.calendar.current()
    for use in _uses(question):
        if use.stamped_at is None:
            continue
        at = localtime(use.stamped_at)
        if not calendar.is_working(at.date()):
            yield _use(use, f"{at:%Y-%m-%d %H:%M} 用印，当天不是工作日。")
        elif not question.numbers["opens"] <= at.hour < question.numbers["closes"]:
            yield _use(use, f"{at:%Y-%m-%d %H:%M} 用印，不在工作时间内。")


def changed_after(question: Question) -> Iterator[Finding]:
    uses = list(_uses(question))
    papers = _papers(question, uses)
    for use in uses:
        paper = papers.get(use.hash_before)
        if paper is None:
            continue
        if paper.state == PaperState.VOID:
            yield _use(use, "用印以后文书作废，请核查已经送达的是否收回。")
        elif getattr(paper, "superseded_by", None) is not None:
            yield _use(use, "用印以后又制作了新版本，请核查以哪一版为准。")


def undecided(question: Question) -> Iterator[Finding]:
    before = question.ago(days=question.numbers["days"])
    rows = Use.objects.filter(bureau_code=question.bureau_code, state=UseState.APPLIED, applied_at__lt=before)
    for use in rows:
        yield _use(use, f"{localtime(use.applied_at):%Y-%m-%d} 申请用印，一直没有审批。")


def unpressed(question: Question) -> Iterator[Finding]:
    before = question.ago(days=question.numbers["days"])
    rows = Use.objects.filter(bureau_code=question.bureau_code, state=UseState.APPROVED, decided_at__lt=before)
    for use in rows:
        yield _use(use, "同意用印以后，一直没有盖章。")


def certificates_ending(question: Question) -> Iterator[Finding]:
    until = question.now + timedelta(days=question.numbers["days"])
    rows = SealKey.objects.filter(seal__bureau_code=question.bureau_code, seal__state=SealState.ACTIVE)
    for key in rows.filter(retired_at=None, valid_until__lt=until).select_related("seal"):
        reason = f"印章证书有效期至 {localtime(key.valid_until):%Y-%m-%d}，请及时更换。"
        yield Finding("seal", str(key.seal_id), str(key.seal), reason, "", reverse("seals:seal", args=[key.seal_id]))


def papers_waiting(question: Question) -> Iterator[Finding]:
    before = question.ago(days=question.numbers["days"])
    rows = Paper.objects.filter(
        bureau_code=question.bureau_code, state=PaperState.SUBMITTED, submitted_at__lt=before
    ).select_related("form_version")
    for paper in rows:
        label = f"{paper.record_number} {paper}"
        url = reverse("documents:paper", args=[paper.pk])
        yield Finding("paper", str(paper.pk), label, "送审以后，一直没有审批。", paper.area_code, url)


DAYS = Parameter("days", "最近天数", 90, most=365)
WAIT = Parameter("days", "天数", 3, most=60)
OWN = "本局用印管理规定（可配置）"
register(
    Rule("seal-other-applicant", "申请用印人不是文书制作人", Fault.WRONG_ACTOR, OWN, Severity.MIDDLE, other_applicant, (DAYS,), group="印章"),
    Rule("seal-out-of-hours", "非工作时间用印", Fault.BEYOND, OWN, Severity.MIDDLE, out_of_hours,
         (DAYS, Parameter("opens", "开始（时）", 8, least=0, most=23), Parameter("closes", "结束（时）", 19, least=1, most=24)), group="印章"),
    Rule("seal-paper-changed", "用印以后文书有变动", Fault.BEYOND, OWN, Severity.HIGH, changed_after, (DAYS,), group="印章"),
    Rule("seal-undecided", "用印申请久未审批", Fault.IDLE, OWN, Severity.LOW, undecided, (WAIT,), group="印章"),
    Rule("seal-unpressed", "同意用印后久未盖章", Fault.IDLE, OWN, Severity.LOW, unpressed, (WAIT,), group="印章"),
    Rule("seal-certificate-ending", "印章证书即将到期", Fault.MISSING, "电子签名法 13", Severity.MIDDLE, certificates_ending,
         (Parameter("days", "提前天数", 30, most=180),), group="印章"),
    Rule("paper-waiting", "文书送审后久未审批", Fault.IDLE, "本局内部时限（可配置）", Severity.MIDDLE, papers_waiting, (WAIT,), group="文书"),
)  # fmt: skip
