"""月报告、季检查、半年小结、全年考评: drafts from what was recorded, every figure with its rows (G-19; 方案 九(二))."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, F, QuerySet, Subquery, Sum, Value
from django.urls import reverse
from django.utils.timezone import get_current_timezone

from . import hooks, queries
from .choices import RecutStatus, TaskState
from .hooks import Line
from .models import GridTask, Level, Meeting, Node, Opinion, PointVisit, Recut, RoutineDuty, RoutineRecord
from .rules.cycles import Cycle, period, period_name

TITLES = {
    Cycle.MONTH: "月报告",
    Cycle.QUARTER: "季检查",
    Cycle.HALF_YEAR: "半年小结",
    Cycle.YEAR: "全年考评",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A report of one area and period: sections of figures, and the same as sentences to go on from."""

    title: str
    first: date
    last: date
    sections: list[tuple[str, list[Line]]]

    @property
    def text(self) -> str:
        paragraphs = []
        for number, (name, lines) in enumerate(self.sections):
            said = "，".join(f"{line.label} {line.number}" for line in lines)
            paragraphs.append(f"{'一二三四五六七八'[number]}、{name}。{said}。")
        return "\n".join([self.title, *paragraphs])


def draft(bureau_code: str, prefix: str, cycle: Cycle, *, on: date, today: date) -> Draft:
    """The report of the period that holds a day, for an area and everything below it."""
    first, last = period(cycle, on)
    n = _numbers(_counted(bureau_code, prefix, first, last, today))
    faults = queries.staffing_faults(bureau_code, on=min(last, today), prefix=prefix)
    tasks, opinions, points = reverse("grid:tasks"), reverse("grid:opinions"), reverse("grid:points")
    duties, check = reverse("grid:duties"), reverse("grid:check")
    sections = [
        (
            "网格划分和人员",
            [
                Line("管理网格", n["grids"], reverse("grid:ledgers", args=["areas"])),
                Line("负责人空缺", sum(fault.kind == "no_chief" for fault in faults), check),
                Line("监督员不足", sum(fault.kind == "no_monitor" for fault in faults), check),
                Line("审定边界调整", n["recuts"], f"{reverse('grid:recuts')}?status=approved"),
            ],
        )
    ]
    found = [line for lines in hooks.report_lines for line in lines(bureau_code, prefix, first, last)]
    if found:
        sections.append(("事件处置", found))
    sections += [
        (
            "日常职责",
            [
                Line("应登记", n["grids"] * _periods_due(bureau_code, first, last), duties),
                Line("已登记", n["records"], duties),
            ],
        ),
        (
            "例会和交办事项",
            [
                Line("召开例会", n["meetings"], reverse("grid:meetings")),
                Line("交办事项", n["given"], tasks),
                Line("完成事项", n["done"], tasks),
                Line("超期未完成", n["late"], f"{tasks}?overdue=1"),
            ],
        ),
        (
            "意见建议和消费维权",
            [
                Line("收到意见建议", n["opinions"], opinions),
                Line("已答复", n["answered"], opinions),
                Line("超期答复", n["answered_late"], opinions),
                Line("指导消费维权服务站（次）", n["visits"], points),
                Line("服务站自行和解（件）", n["settled"], points),
            ],
        ),
    ]
    node = Node.objects.filter(bureau_code=bureau_code, area_code=prefix).first()
    return Draft(f"{node or '全局'} {period_name(cycle, first)}网格化管理{TITLES[cycle]}", first, last, sections)


def _counted(bureau: str, prefix: str, first: date, last: date, today: date) -> dict[str, QuerySet[Any]]:
    """What each figure counts."""
    zone = get_current_timezone()
    since = datetime.combine(first, time(), tzinfo=zone)
    until = datetime.combine(last + timedelta(days=1), time(), tzinfo=zone)
    here: dict[str, Any] = {"bureau_code": bureau, "area_code__startswith": prefix}
    tasks = GridTask.objects.filter(**here)
    opinions = Opinion.objects.filter(**here, received_on__range=(first, last))
    visits = PointVisit.objects.filter(
        point__bureau_code=bureau, point__area_code__startswith=prefix, on__range=(first, last)
    )
    lowest = Level.objects.filter(bureau_code=bureau).order_by("-depth").values("depth")[:1]
    return {
        "grids": Node.objects.approved().filter(**here, level__depth=Subquery(lowest)),
        "recuts": Recut.objects.filter(
            **here, status=RecutStatus.APPROVED, decided_at__gte=since, decided_at__lt=until
        ),
        "records": RoutineRecord.objects.filter(**here, done_on__range=(first, last)),
        "meetings": Meeting.objects.filter(**here, held_on__range=(first, last)),
        "given": tasks.filter(set_at__gte=since, set_at__lt=until),
        "done": tasks.filter(done_at__gte=since, done_at__lt=until),
        "late": tasks.filter(state=TaskState.OPEN, due_on__lt=min(today, last + timedelta(days=1))),
        "opinions": opinions,
        "answered": opinions.exclude(answer=""),
        "answered_late": opinions.filter(answered_at__date__gt=F("due_on")),
        "visits": visits,
        "settled": visits,
    }


def _numbers(counted: dict[str, QuerySet[Any]]) -> dict[str, int]:
    """All figures with one statement; `settled` is a sum, the others are counts."""
    parts = [
        rows.order_by()
        .annotate(figure=Value(name))
        .values("figure")
        .annotate(number=Sum("settled") if name == "settled" else Count("pk"))
        .values_list("figure", "number")
        for name, rows in counted.items()
    ]
    found = dict(parts[0].union(*parts[1:], all=True))
    return {name: int(found.get(name) or 0) for name in counted}


def _periods_due(bureau: str, first: date, last: date) -> int:
    """How many records a grid owes: the periods of every duty that end within the report's."""
    due = 0
    for duty in RoutineDuty.objects.filter(bureau_code=bureau, is_active=True):
        day = first
        while day <= last:
            _, end = period(duty.every, day)
            due += end <= last
            day = end + timedelta(days=1)
    return due
