"""Papers, evidence, measures and process tasks."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from shijian.accounts.choices import CertificateStatus
from shijian.accounts.models import EnforcementCertificate
from shijian.documents.choices import State as PaperState
from shijian.documents.models import Paper
from shijian.evidence.choices import MeasureState
from shijian.evidence.models import Item, Measure
from shijian.workflow.choices import TaskState
from shijian.workflow.models import Task

from ..choices import Fault, Severity
from ..hooks import Finding, Parameter, Question, Rule, register


def _paper(paper: Paper, reason: str) -> Finding:
    label = f"{paper.record_number} {paper}"
    return Finding("paper", str(paper.pk), label, reason, paper.area_code, reverse("documents:paper", args=[paper.pk]))


def unsealed(question: Question) -> Iterator[Finding]:
    before = question.ago(days=question.numbers["days"])
    rows = Paper.objects.filter(bureau_code=question.bureau_code, state=PaperState.APPROVED, approved_at__lt=before)
    for paper in rows.select_related("form_version"):
        yield _paper(paper, "已审批，一直没有签章。")


def unnumbered(question: Question) -> Iterator[Finding]:
    rows = Paper.objects.filter(
        bureau_code=question.bureau_code, state__in=[PaperState.APPROVED, PaperState.SEALED], number=""
    ).exclude(form_version__word="")
    for paper in rows.select_related("form_version"):
        yield _paper(paper, f"已审批，没有编号，应编“{paper.form_version.word}”字号。")


def forgotten_drafts(question: Question) -> Iterator[Finding]:
    before = question.ago(days=question.numbers["days"])
    rows = Paper.objects.filter(bureau_code=question.bureau_code, state=PaperState.DRAFT, changed_at__lt=before)
    for paper in rows.select_related("form_version"):
        yield _paper(paper, "草稿长期没有审批。")


def _measure(measure: Measure, reason: str) -> Finding:
    url = reverse("evidence:record", args=[measure.record_kind, measure.record_id])
    return Finding("measure", str(measure.pk), str(measure), reason, measure.area_code, url)


def measures_overdue(question: Question) -> Iterator[Finding]:
    rows = Measure.objects.filter(
        bureau_code=question.bureau_code, state=MeasureState.IN_FORCE, clock__due_on__lt=question.today
    )
    for measure in rows.select_related("clock"):
        yield _measure(measure, f"{measure.due_on} 期满，没有处理、解除或者延长。")


def urgent_unapproved(question: Question) -> Iterator[Finding]:
    rows = Measure.objects.filter(
        bureau_code=question.bureau_code,
        state=MeasureState.IN_FORCE,
        decided_at=None,
        approval_clock__due_at__lt=question.now,
    )
    for measure in rows:
        yield _measure(measure, "当场实施后 24 小时内没有补办批准手续。")


def self_approved(question: Question) -> Iterator[Finding]:
    own = Q(decided_by=F("officer")) | Q(decided_by=F("second_officer")) | Q(decided_by=F("applied_by"))
    for measure in Measure.objects.filter(own, bureau_code=question.bureau_code):
        yield _measure(measure, "批准人就是申请人或者执法人员。")


def uncertified_measures(question: Question) -> Iterator[Finding]:
    """Measures whose officers held no valid certificate on the day. Source: 行政强制法 art. 17, 18."""
    valid = EnforcementCertificate.objects.filter(
        status=CertificateStatus.VALID, valid_from__lte=OuterRef("started_on"), valid_until__gte=OuterRef("started_on")
    )
    rows = Measure.objects.filter(bureau_code=question.bureau_code, started_on__isnull=False)
    first, second = (
        Exists(valid.filter(user=OuterRef("officer"))),
        Exists(valid.filter(user=OuterRef("second_officer"))),
    )
    for measure in rows.exclude(first & second):
        yield _measure(measure, f"{measure.started_on} 实施时，执法人员中有人没有有效的执法证。")


def single_officer(question: Question) -> Iterator[Finding]:
    rows = Item.objects.filter(
        bureau_code=question.bureau_code,
        second_officer=None,
        captured_at__gte=question.ago(days=question.numbers["days"]),
    )
    for item in rows:
        url = reverse("evidence:item", args=[item.pk])
        yield Finding("evidence", str(item.pk), str(item), "取证只登记了一名执法人员。", item.area_code, url)


def _task(task: Task, reason: str) -> Finding:
    label = f"{task.instance.record_number} {task.name}"
    return Finding("task", str(task.pk), label, reason, task.area_code, task.instance.record_url)


def tasks_overdue(question: Question) -> Iterator[Finding]:
    rows = Task.objects.filter(
        bureau_code=question.bureau_code, state__in=[TaskState.READY, TaskState.CLAIMED], due_on__lt=question.today
    )
    for task in rows.select_related("instance"):
        yield _task(task, f"流程步骤 {task.due_on} 到期，没有办理。")


def tasks_unclaimed(question: Question) -> Iterator[Finding]:
    before = question.now - timedelta(days=question.numbers["days"])
    rows = Task.objects.filter(bureau_code=question.bureau_code, state=TaskState.READY, made_at__lt=before)
    for task in rows.select_related("instance"):
        yield _task(task, "流程步骤到达后，一直无人领取。")


register(
    Rule("paper-unsealed", "文书审批后未签章", Fault.MISSING, "市场监督管理行政处罚程序规定 62", Severity.MIDDLE, unsealed,
         (Parameter("days", "天数", 3, most=60),), group="文书"),
    Rule("paper-unnumbered", "文书没有编号", Fault.MISSING, "市场监督管理行政处罚文书格式范本", Severity.MIDDLE, unnumbered, group="文书"),
    Rule("paper-forgotten", "文书草稿长期搁置", Fault.IDLE, "市场监督管理行政处罚程序规定 79", Severity.LOW, forgotten_drafts,
         (Parameter("days", "天数", 30, most=365),), group="文书"),
    Rule("measure-overdue", "强制措施期满未处理", Fault.LATE, "行政强制法 25、28；行政处罚法 56", Severity.HIGH, measures_overdue, group="强制措施"),
    Rule("measure-unapproved", "紧急措施未补办批准", Fault.BEYOND, "行政强制法 19；市场监督管理行政处罚程序规定 33、36", Severity.HIGH,
         urgent_unapproved, group="强制措施"),
    Rule("measure-self-approved", "措施由本人批准", Fault.WRONG_ACTOR, "行政强制法 18", Severity.HIGH, self_approved, group="强制措施"),
    Rule("measure-uncertified", "无证人员实施措施", Fault.BEYOND, "行政强制法 17、18", Severity.HIGH, uncertified_measures, group="强制措施"),
    Rule("evidence-one-officer", "一人取证", Fault.WRONG_ACTOR, "行政处罚法 42；市场监督管理行政处罚程序规定 22", Severity.MIDDLE,
         single_officer, (Parameter("days", "最近天数", 90, most=365),), group="证据"),
    Rule("task-overdue", "流程步骤超期", Fault.LATE, "各流程步骤的期限", Severity.MIDDLE, tasks_overdue, group="流程"),
    Rule("task-unclaimed", "流程步骤无人领取", Fault.IDLE, "本局内部时限（可配置）", Severity.LOW, tasks_unclaimed,
         (Parameter("days", "天数", 2, most=60),), group="流程"),
)  # fmt: skip
