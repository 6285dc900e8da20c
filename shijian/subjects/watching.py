"""What the watch looks for in the registry: key entities nobody has seen, entities in no grid, pairs undecided."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, Q
from django.urls import reverse

from shijian.watch.choices import Fault, Severity
from shijian.watch.hooks import MOST, Finding, Parameter, Question, Rule, register

from .choices import EntityStatus, PairState
from .models import Entity, Pair

PLAN = "网格化管理实施方案"


def _entity(entity: Entity, reason: str) -> Finding:
    url = reverse("subjects:entity", args=[entity.pk])
    return Finding("entity", str(entity.pk), entity.name, reason, entity.area_code, url)


def stale(question: Question) -> Iterator[Finding]:
    """One hit for a grid, not one for each of its shops: what is to be done is one walk."""
    before = question.today - timedelta(days=question.numbers["days"])
    rows = Entity.objects.filter(
        Q(checked_on=None) | Q(checked_on__lt=before),
        bureau_code=question.bureau_code,
        status=EntityStatus.OPERATING,
        merged_into=None,
        tags__len__gt=0,
    ).exclude(area_code="")
    for code, count, seen in rows.values_list("area_code").annotate(Count("pk"), Count("checked_on"))[: MOST + 1]:
        never = f"，其中 {count - seen} 户从未核实" if seen < count else ""
        url = f"{reverse('subjects:list')}?area={code}&stale=1"
        reason = f"{count} 户重点主体超过 {question.numbers['days']} 天没有现场核实{never}。"
        yield Finding("node", code, f"网格 {code}", reason, code, url)


def unplaced(question: Question) -> Iterator[Finding]:
    rows = Entity.objects.filter(
        bureau_code=question.bureau_code, status=EntityStatus.OPERATING, merged_into=None, area_code=""
    )
    for entity in rows.order_by("pk")[: MOST + 1]:
        yield _entity(entity, "没有落到网格，无人负责。")


def undecided(question: Question) -> Iterator[Finding]:
    rows = Pair.objects.filter(
        bureau_code=question.bureau_code,
        state=PairState.PROPOSED,
        found_at__lt=question.ago(days=question.numbers["days"]),
    )
    for pair in rows.select_related("first").order_by("pk")[: MOST + 1]:
        url = reverse("subjects:pair", args=[pair.pk])
        yield Finding("pair", str(pair.pk), pair.first.name, "疑似重复的主体一直没有核对。", pair.first.area_code, url)


def register_rules() -> None:
    """The rules of this module, at start."""
    register(
        Rule("entity-stale", "重点主体长期未核实", Fault.IDLE, f"{PLAN} 六(一)", Severity.MIDDLE, stale,
             (Parameter("days", "天数", 365),), group="主体"),
        Rule("entity-unplaced", "主体没有落格", Fault.IDLE, f"{PLAN} 四", Severity.LOW, unplaced, group="主体"),
        Rule("pair-undecided", "疑似重复主体未核对", Fault.IDLE, "本局内部管理要求（可配置）", Severity.LOW, undecided,
             (Parameter("days", "天数", 30, most=365),), group="主体"),
    )  # fmt: skip
