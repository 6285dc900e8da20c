"""What the watch looks for in grids: nobody in charge, the wrong person in charge, work left undone."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.urls import reverse

from shijian.accounts.choices import UserKind
from shijian.watch.choices import Fault, Severity
from shijian.watch.hooks import Finding, Question, Rule, register

from .choices import Duty, NodeStatus, TaskState
from .models import GridTask, Node, Opinion, Staffing

PLAN = "网格化管理实施方案"


def _node(code: str, label: str, reason: str) -> Finding:
    return Finding("node", code, label, reason, code, reverse("grid:node", args=[code]))


def vacant(question: Question) -> Iterator[Finding]:
    chiefs = Staffing.objects.filter(node=OuterRef("pk"), duty=Duty.CHIEF, valid__contains=question.today)
    rows = Node.objects.filter(bureau_code=question.bureau_code, status=NodeStatus.APPROVED).exclude(Exists(chiefs))
    for node in rows.exclude(area_code=""):
        yield _node(node.area_code, str(node), "没有在任的负责人。")


def chief_not_officer(question: Question) -> Iterator[Finding]:
    rows = Staffing.objects.filter(bureau_code=question.bureau_code, duty=Duty.CHIEF, valid__contains=question.today)
    for row in rows.exclude(person__kind=UserKind.OFFICER).exclude(area_code="").select_related("person", "node"):
        yield _node(row.area_code, str(row.node), f"负责人{row.person.name}是{row.person.get_kind_display()}。")


def tasks_late(question: Question) -> Iterator[Finding]:
    rows = GridTask.objects.filter(bureau_code=question.bureau_code, state=TaskState.OPEN, due_on__lt=question.today)
    for task in rows:
        url = reverse("grid:task", args=[task.pk])
        yield Finding("grid-task", str(task.pk), task.title, f"完成期限 {task.due_on} 已过。", task.area_code, url)


def opinions_late(question: Question) -> Iterator[Finding]:
    rows = Opinion.objects.filter(bureau_code=question.bureau_code, answer="", due_on__lt=question.today)
    for row in rows:
        url = reverse("grid:opinion", args=[row.pk])
        yield Finding("opinion", str(row.pk), str(row), f"答复期限 {row.due_on} 已过。", row.area_code, url)


def register_rules() -> None:
    """The rules of this module, at start."""
    register(
        Rule("grid-vacant", "网格无人负责", Fault.IDLE, f"{PLAN} 五", Severity.HIGH, vacant, group="网格"),
        Rule("grid-chief-not-officer", "网格负责人不是监管人员", Fault.WRONG_ACTOR, f"{PLAN} 五", Severity.HIGH,
             chief_not_officer, group="网格"),
        Rule("grid-task-late", "网格事项逾期", Fault.LATE, f"{PLAN} 六(三)4", Severity.MIDDLE, tasks_late, group="网格"),
        Rule("opinion-late", "意见建议逾期未答复", Fault.LATE, f"{PLAN} 六(一)5", Severity.MIDDLE, opinions_late, group="网格"),
    )  # fmt: skip
