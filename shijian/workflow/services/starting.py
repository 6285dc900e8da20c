"""A process is started for a record, and ended before its time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from shijian.accounts.models import User
from shijian.core.records import Record

from .. import queries
from ..choices import OPEN_TASKS, Act, InstanceState, TaskState, VersionState
from ..models import Instance, Process, ProcessVersion, Task
from . import engine
from .refusals import NotPublished, RunsAlready, needs_reason
from .steps import Doing, begin, has_open
from .times import functions


@transaction.atomic
def start(
    process: Process, record: Record, *, by: User, now: datetime, values: Mapping[str, Any] | None = None
) -> Instance:
    """Begin a process for a record, on the version in use; the same one runs once at a time for a record."""
    process = Process.objects.select_for_update(no_key=True).get(pk=process.pk)
    rows = ProcessVersion.objects.filter(process=process, state=VersionState.PUBLISHED)
    version = rows.defer("bpmn", "spec").first()
    if version is None or not process.in_use:
        raise NotPublished(f"“{process.name}”还没有发布的版本，或者已停用，请联系流程管理员。")
    if has_open(process, record.kind, record.id):
        raise RunsAlready(f"{record.number} 的“{process.name}”正在办理，不能重复发起。")
    version.process = process
    diagram = queries.diagram_of(version)
    spec = engine.spec_of(version.pk, lambda: version.spec)
    run = engine.start(spec, diagram, now=now, functions=functions(now), values=values or {})
    instance = Instance(
        version=version,
        record_kind=record.kind,
        record_id=record.id,
        record_number=record.number[:60],
        record_title=record.title[:200],
        record_url=record.url[:200],
        bureau_code=record.bureau_code,
        area_code=record.area_code,
        engine={},
        started_by=by.on_behalf_of or by,
        started_at=now,
    )
    instance.save(force_insert=True)
    doing = Doing(instance, by, now)
    doing.run = run
    doing.advance()
    doing.keep(Act.START, text=str(version), version=version.number, process=process.key)
    return instance


@transaction.atomic
def cancel(instance: Instance, *, reason: str, by: User, now: datetime) -> Instance:
    """End an instance before its time; what was open is dropped."""
    needs_reason(reason)
    doing = begin(instance.pk, by=by, now=now)
    current = doing.instance
    doing.run.cancel()
    people = [each.claimed_by or each.assignee for each in _open(current)]
    _open(current).update(state=TaskState.DROPPED)
    current.state, current.ended_at = InstanceState.CANCELLED, now
    doing.store()
    doing.keep(Act.CANCEL, note=reason)
    doing.tell([each for each in [*people, current.started_by] if each], f"{current.version.process.name}已终止")
    return current


def _open(instance: Instance) -> Any:
    rows = Task.objects.filter(instance=instance, state__in=OPEN_TASKS)
    return rows.select_related("claimed_by", "assignee")
