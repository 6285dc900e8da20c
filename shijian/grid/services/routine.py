"""Routine duties, 消费维权服务站, the implementation plan (G-18, G-21, G-22)."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from shijian.accounts.models import Unit, User
from shijian.audit import services as audit
from shijian.core import burden
from shijian.core.errors import Refused

from ..choices import Verb
from ..models import Milestone, Node, PointVisit, RoutineDuty, RoutineRecord, ServicePoint
from ..rules.cycles import period, period_name


class AlreadyRecorded(Refused):
    code = "grid.already_recorded"


class InTheFuture(Refused):
    code = "grid.in_the_future"


@transaction.atomic
def set_duty(
    bureau_code: str, *, title: str, detail: str, duty: str, cycle: str, is_active: bool = True, by: User, now: datetime
) -> RoutineDuty:
    """Set a duty of every grid, or change the one of this title. Raises Burdensome (五个不得)."""
    burden.check(title, detail)
    made, _ = RoutineDuty.objects.update_or_create(
        bureau_code=bureau_code, title=title,
        defaults={"detail": detail, "duty": duty, "cycle": cycle, "is_active": is_active},
    )  # fmt: skip
    _record(Verb.ROUTINE_SET, made, "", by, now, {"title": title, "cycle": cycle, "active": is_active})
    return made


@transaction.atomic
def record_duty(duty: RoutineDuty, node: Node, *, done_on: date, text: str, by: User, now: datetime) -> RoutineRecord:
    """Say that a duty was done in a grid: one record per period. Raises AlreadyRecorded, InTheFuture."""
    if done_on > localdate(now):
        raise InTheFuture("完成日期不能晚于今天。")
    first, _ = period(duty.every, done_on)
    try:
        with transaction.atomic():
            made = RoutineRecord.objects.create(
                bureau_code=node.bureau_code, area_code=node.area_code, duty=duty, node=node, period_start=first,
                done_on=done_on, text=text, by=by, at=now,
            )  # fmt: skip
    except IntegrityError as error:
        raise AlreadyRecorded(f"{node} {period_name(duty.every, first)}的“{duty}”已经登记。") from error
    _record(Verb.ROUTINE_DONE, made, node.area_code, by, now, {"duty": duty.title, "period": str(first)})
    return made


@transaction.atomic
def set_point(node: Node, *, name: str, host: str, by: User, now: datetime) -> ServicePoint:
    """Set up a 消费维权服务站 in a grid."""
    if ServicePoint.objects.filter(bureau_code=node.bureau_code, name=name).exists():
        raise AlreadyRecorded(f"已有名为“{name}”的服务站。")
    made = ServicePoint.objects.create(bureau_code=node.bureau_code, area_code=node.area_code, name=name, host=host)
    _record(Verb.POINT_SET, made, node.area_code, by, now, {"name": name})
    return made


@transaction.atomic
def visit_point(point: ServicePoint, *, on: date, settled: int, text: str, by: User, now: datetime) -> PointVisit:
    """Put a visit with guidance on record."""
    made = PointVisit.objects.create(point=point, on=on, settled=settled, text=text, by=by)
    _record(Verb.POINT_VISITED, point, point.area_code, by, now, {"on": str(on), "settled": settled})
    return made


@transaction.atomic
def set_milestone(
    bureau_code: str, *, stage: str, title: str, lead: Unit, due_on: date, by: User, now: datetime
) -> Milestone:
    burden.check(title)
    made = Milestone.objects.create(bureau_code=bureau_code, stage=stage, title=title, lead=lead, due_on=due_on)
    _record(Verb.MILESTONE_SET, made, "", by, now, {"title": title, "due_on": str(due_on)})
    return made


@transaction.atomic
def finish_milestone(milestone: Milestone, *, on: date, by: User, now: datetime) -> Milestone:
    if milestone.done_on:
        raise AlreadyRecorded("该任务已经完成。")
    milestone.done_on = on
    milestone.save(update_fields=["done_on"])
    _record(Verb.MILESTONE_DONE, milestone, "", by, now, {"on": str(on)})
    return milestone


def _record(verb: str, row: Any, area_code: str, by: User, now: datetime, detail: dict[str, Any]) -> None:
    audit.record(
        by=by, verb=verb, on=(row._meta.label_lower, str(row.pk), str(row._meta.verbose_name)), at=now,
        bureau_code=row.bureau_code, area_code=area_code, detail=detail,
    )  # fmt: skip
