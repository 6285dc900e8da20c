"""执法任务登记: a number before anybody goes out, two officers with certificates before it begins (E-13)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import localdate

from shijian.accounts.models import EnforcementCertificate, User
from shijian.audit import services as audit
from shijian.core.errors import Refused
from shijian.core.numbering import next_number
from shijian.notices import services as notices

from ..choices import TaskKind, TaskState, Verb
from ..models import Event, FieldTask
from ..permissions import TASK_REGISTER

LEAST_OFFICERS = 2
ENFORCING = {TaskKind.INSPECTION, TaskKind.VERIFICATION, TaskKind.SAMPLING, TaskKind.MEASURE}


class TaskRefused(Refused):
    code = "events.task_refused"


class TwoOfficers(Refused):
    code = "events.task_two_officers"
    article = "行政处罚法（2021）第四十二条"


@transaction.atomic
def register_task(
    *, kind: str, title: str, place: str = "", basis: str = "", area_code: str = "", officers: Sequence[User], begins_on: date,
    ends_on: date, event: Event | None = None, by: User, now: datetime,
) -> FieldTask:  # fmt: skip
    """Give a field task its number, before it begins. Raises TaskRefused, TwoOfficers."""
    if not by.may(TASK_REGISTER):
        raise TaskRefused("您没有登记执法任务的权限。")
    if begins_on < localdate(now):
        raise TaskRefused("任务须在出发前登记，开始日期不能早于今天。")
    if ends_on < begins_on:
        raise TaskRefused("结束日期不能早于开始日期。")
    _check_officers(kind, officers, begins_on, by.bureau_code)
    year = localdate(now).year
    number = next_number(name="field_task", bureau_code=by.bureau_code, year=year)
    try:
        with transaction.atomic():
            task = FieldTask.objects.create(
                number=f"RW{year}-{number:05d}", bureau_code=by.bureau_code, area_code=event.area_code if event else area_code,
                kind=kind, title=title, place=place, basis=basis, unit=by.unit, event=event, begins_on=begins_on, ends_on=ends_on,
                registered_by=by, registered_at=now,
            )  # fmt: skip
    except IntegrityError as error:
        raise TaskRefused("这个事件已有未结束的执法任务，请先完成或取消。") from error
    task.officers.set(officers)
    _record(Verb.TASK_REGISTERED, task, by, now, officers=[each.employee_no for each in officers])
    told = [each for each in officers if each.pk != by.pk]
    body = f"{task.number}，{begins_on} 至 {ends_on} {place}"
    link = reverse("events:task", args=[task.pk])
    notices.notify(
        told, kind="events.task", title=f"执法任务：{title}", body=body, link=link, at=now, bureau_code=task.bureau_code
    )
    return task


def _check_officers(kind: str, officers: Sequence[User], on: date, bureau_code: str) -> None:
    if not officers or any(each.bureau_code != bureau_code or not each.is_active for each in officers):
        raise TaskRefused("请选择本局在岗的执行人员。")
    if kind not in ENFORCING:
        return
    certified = EnforcementCertificate.objects.filter(
        user__in=officers, valid_from__lte=on, valid_until__gte=on, status="valid"
    ).values_list("user", flat=True)
    lacking = [each.name for each in officers if each.pk not in set(certified)]
    if lacking:
        raise TwoOfficers(f"{'、'.join(lacking)}没有在有效期内的执法证，不能执行这类任务。")
    if len(officers) < LEAST_OFFICERS:
        raise TwoOfficers("执法人员不得少于两人，请再选一名持证人员。")


@transaction.atomic
def start_task(task: FieldTask, *, by: User, now: datetime) -> FieldTask:
    """Whoever carries it out sets off; certificates are asked again on the day."""
    task = _locked(task, TaskState.REGISTERED)
    _require_own(task, by)
    if not task.begins_on <= localdate(now) <= task.ends_on:
        raise TaskRefused(f"任务登记的日期是 {task.begins_on} 至 {task.ends_on}，今天不在其内。请取消后重新登记。")
    _check_officers(task.kind, list(task.officers.all()), localdate(now), task.bureau_code)
    task.state, task.started_at = TaskState.RUNNING, now
    task.save(update_fields=["state", "started_at"])
    _record(Verb.TASK_STARTED, task, by, now)
    return task


@transaction.atomic
def end_task(task: FieldTask, *, result: str, by: User, now: datetime) -> FieldTask:
    """What came of it."""
    return _end(task, TaskState.RUNNING, TaskState.DONE, Verb.TASK_ENDED, result, by, now)


@transaction.atomic
def cancel_task(task: FieldTask, *, reason: str, by: User, now: datetime) -> FieldTask:
    """It does not take place; the number stays with the reason."""
    return _end(task, TaskState.REGISTERED, TaskState.CANCELLED, Verb.TASK_CANCELLED, reason, by, now)


def _end(task: FieldTask, before: str, after: str, verb: str, text: str, by: User, now: datetime) -> FieldTask:
    if not text.strip():
        raise TaskRefused("请写明结果或取消的原因。")
    task = _locked(task, before)
    _require_own(task, by)
    task.state, task.ended_at, task.result = after, now, text.strip()
    task.save(update_fields=["state", "ended_at", "result"])
    _record(verb, task, by, now)
    return task


def _locked(task: FieldTask, state: str) -> FieldTask:
    found = FieldTask.objects.select_for_update(no_key=True).get(pk=task.pk)
    if found.state != state:
        raise TaskRefused(f"这项任务{found.get_state_display()}，不能这样办理。")
    return found


def _require_own(task: FieldTask, by: User) -> None:
    if task.registered_by_id not in by.hats and not task.officers.filter(pk__in=by.hats).exists():
        raise TaskRefused("由任务的执行人员或登记人办理。")


def _record(verb: str, task: FieldTask, by: User, now: datetime, **detail: Any) -> None:
    audit.record(
        by=by, verb=verb, on=("events.task", str(task.pk), task.number), at=now, detail=detail, bureau_code=task.bureau_code,
        area_code=task.area_code,
    )  # fmt: skip
