"""Work lists, and the doors to a task and to an instance."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from shijian.accounts.models import User
from shijian.core import records

from ..choices import InstanceState, TaskState
from ..models import Instance, Task
from ..permissions import INSTANCE_CANCEL

# Read only where they are used: the state of the engine, the file and its parse are large.
LARGE_OF = ("engine", "version__bpmn", "version__spec")
LARGE = tuple(f"instance__{name}" for name in LARGE_OF)


def todo(user: User, on: date) -> QuerySet[Task]:
    """What this person has taken, was given, or may take: by role and place, without what he is kept out of."""
    hats = list(user.hats)
    mine = Q(claimed_by__in=hats) | Q(state=TaskState.READY, assignee__in=hats)
    pool = Q(pk__in=[])
    for grant in user.grants_on(on):
        if not grant.role or grant.bureau_code != user.bureau_code:
            continue
        reaches = Q(reach="bureau")
        reaches |= Q(reach="record", area_code__startswith=grant.area_prefix)
        reaches |= Q(reach="starter", unit_path__startswith=grant.unit_path)
        pool |= Q(roles__contains=[grant.role]) & reaches
    free = Q(state=TaskState.READY, assignee=None) & pool & ~Q(barred__overlap=hats)
    rows = Task.objects.filter(
        mine | free, bureau_code=user.bureau_code, state__in=(TaskState.READY, TaskState.CLAIMED)
    )
    return rows.select_related("instance__version__process").defer(*LARGE)


def done(user: User) -> QuerySet[Task]:
    hats = list(user.hats)
    return (
        Task.objects.filter(done_by__in=hats, state=TaskState.DONE)
        .select_related("instance__version__process")
        .defer(*LARGE)
    )


def filled_before(task: Task) -> dict[str, Any]:
    """What was filled in when this step was done the last time, before it was returned or withdrawn."""
    rows = Task.objects.filter(instance=task.instance_id, node_id=task.node_id, turn="", done_at__isnull=False)
    return rows.exclude(pk=task.pk).order_by("-done_at").values_list("data", flat=True).first() or {}


def started(user: User) -> QuerySet[Instance]:
    return Instance.objects.filter(started_by__in=list(user.hats)).select_related("version__process").defer(*LARGE_OF)


def in_charge(user: User) -> QuerySet[Instance]:
    """The instances of the areas a person answers for: whoever may end them."""
    rows = Instance.objects.within(user.scope(INSTANCE_CANCEL)).select_related("version__process", "started_by")
    return rows.defer(*LARGE_OF)


def task_for(user: User, key: UUID, on: date) -> Task:
    """The door to a task: who may do it, did it, was asked for it, or sees its instance; else 404."""
    rows = Task.objects.select_related(
        "instance__version__process", "instance__started_by__unit", "claimed_by", "assignee", "done_by", "beside"
    )
    task = rows.defer(*LARGE).filter(pk=key, bureau_code=user.bureau_code).first()
    if task is None:
        raise Http404
    people = {task.claimed_by_id, task.done_by_id, task.assignee_id}
    if people & user.hats or todo(user, on).filter(pk=key).exists():
        return task
    instance_for(user, task.instance_id)
    return task


def instance_for(user: User, key: UUID) -> Instance:
    """The door to an instance: who took part or may act in it, and who sees its record; else 404."""
    rows = Instance.objects.select_related("version__process", "started_by__unit")
    instance = rows.defer("engine", "version__spec").filter(pk=key, bureau_code=user.bureau_code).first()
    if instance is None:
        raise Http404
    hats = list(user.hats)
    if instance.started_by_id in user.hats:
        return instance
    took_part = Q(claimed_by__in=hats) | Q(done_by__in=hats) | Q(assignee__in=hats)
    if Task.objects.filter(took_part, instance=instance).exists():
        return instance
    kind = records.kinds.get(instance.record_kind)
    if kind is None or kind.find(user, instance.record_id) is None:
        raise Http404
    return instance


def of_record(record: records.Record) -> QuerySet[Instance]:
    rows = Instance.objects.filter(record_kind=record.kind, record_id=record.id)
    return rows.select_related("version__process", "started_by").defer(*LARGE_OF).order_by("-started_at")


def running(process_key: str) -> QuerySet[Instance]:
    rows = Instance.objects.filter(version__process__key=process_key, state=InstanceState.RUNNING)
    return rows.select_related("version", "started_by")
