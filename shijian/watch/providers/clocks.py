"""Legal clocks, worksheets and benchmarks."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import F
from django.urls import reverse

from shijian.deadlines.choices import OPEN as OPEN_CLOCKS
from shijian.deadlines.choices import State as ClockState
from shijian.deadlines.models import Clock, Span
from shijian.discretion.choices import State as BenchmarkState
from shijian.discretion.models import Benchmark, Worksheet

from ..choices import Fault, Severity
from ..hooks import Finding, Parameter, Question, Rule, register


def _clock(clock: Clock, reason: str) -> Finding:
    label = f"{clock.record_number} {clock.name}"
    return Finding("clock", str(clock.pk), label, reason, clock.area_code, reverse("deadlines:clock", args=[clock.pk]))


def overdue(question: Question) -> Iterator[Finding]:
    rows = Clock.objects.filter(bureau_code=question.bureau_code, state=ClockState.RUNNING, due_on__lt=question.today)
    for clock in rows.order_by("due_on"):
        yield _clock(
            clock, f"期限 {clock.due_on}，已超期 {(question.today - clock.due_on).days} 天（{clock.citation}）。"
        )


def finished_late(question: Question) -> Iterator[Finding]:
    since = question.today - timedelta(days=question.numbers["days"])
    rows = Clock.objects.filter(
        bureau_code=question.bureau_code, state=ClockState.DONE, ended_on__gt=F("due_on"), ended_on__gte=since
    )
    for clock in rows:
        yield _clock(clock, f"期限 {clock.due_on}，{clock.ended_on} 才办结。")


def nobody_responsible(question: Question) -> Iterator[Finding]:
    rows = Clock.objects.filter(bureau_code=question.bureau_code, state__in=OPEN_CLOCKS, responsible=None)
    for clock in rows:
        yield _clock(clock, "正在计时，没有承办人。")


def long_pauses(question: Question) -> Iterator[Finding]:
    since = question.today - timedelta(days=question.numbers["days"])
    rows = Span.objects.filter(
        clock__bureau_code=question.bureau_code,
        clock__state=ClockState.PAUSED,
        last=None,
        removed_at=None,
        first__lt=since,
    )
    for span in rows.select_related("clock"):
        yield _clock(span.clock, f"自 {span.first} 起{span.get_kind_display()}，至今没有恢复计时。")


def deviating(question: Question) -> Iterator[Finding]:
    rows = Worksheet.objects.filter(
        bureau_code=question.bureau_code, at__gte=question.ago(days=question.numbers["days"])
    ).exclude(deviation="")
    for sheet in rows:
        url = reverse("discretion:worksheet", args=[sheet.pk])
        reason = f"拟处 {sheet.chosen:,.0f} 元，偏离类案：{sheet.deviation}"
        yield Finding("worksheet", str(sheet.pk), f"{sheet.number} {sheet.name}", reason, sheet.area_code, url)


def benchmarks_waiting(question: Question) -> Iterator[Finding]:
    rows = Benchmark.objects.filter(
        region_code=question.bureau_code,
        state=BenchmarkState.SUBMITTED,
        proposed_at__lt=question.ago(days=question.numbers["days"]),
    )
    for row in rows:
        url = reverse("discretion:draft", args=[row.pk])
        yield Finding("benchmark", str(row.pk), str(row), "裁量基准送审后一直没有审定。", "", url)


register(
    Rule("clock-overdue", "法定期限超期", Fault.LATE, "各期限的条文", Severity.HIGH, overdue, group="办理时限"),
    Rule("clock-finished-late", "超期办结", Fault.LATE, "各期限的条文", Severity.MIDDLE, finished_late,
         (Parameter("days", "最近天数", 90, most=365),), group="办理时限"),
    Rule("clock-unassigned", "计时没有承办人", Fault.IDLE, "市场监督管理行政执法责任制规定", Severity.MIDDLE, nobody_responsible, group="办理时限"),
    Rule("clock-paused-long", "中止后长期不恢复", Fault.IDLE, "市场监督管理行政处罚程序规定 64", Severity.MIDDLE, long_pauses,
         (Parameter("days", "天数", 60, most=730),), group="办理时限"),
    Rule("discretion-deviates", "裁量偏离类案", Fault.BEYOND, "行政处罚法 5、34", Severity.LOW, deviating,
         (Parameter("days", "最近天数", 90, most=365),), group="裁量"),
    Rule("benchmark-waiting", "裁量基准长期未审定", Fault.IDLE, "行政处罚法 34", Severity.LOW, benchmarks_waiting,
         (Parameter("days", "天数", 30, most=365),), group="裁量"),
)  # fmt: skip
