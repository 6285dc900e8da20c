"""Running instances go over to the version in use: first as a dry run, then those that can."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from shijian.accounts.models import User

from .. import queries
from ..choices import Act, TaskState
from ..models import Instance, ProcessVersion, Task
from . import engine
from .steps import begin
from .times import functions


@dataclass(frozen=True, slots=True)
class Prospect:
    """Where one instance stands, and what would become of it: the faults that keep it there, or the steps after the move."""

    instance: Instance
    before: tuple[str, ...]
    faults: tuple[str, ...]
    steps: tuple[str, ...]


def dry_run(version: ProcessVersion, *, now: datetime) -> list[Prospect]:
    """What a migration would do, instance by instance; nothing is written."""
    rows = queries.running(version.process.key).exclude(version=version).select_related("version__process")
    return [_try(instance, version, now) for instance in rows]


def migrate(version: ProcessVersion, keys: Sequence[UUID], *, by: User, now: datetime) -> list[Prospect]:
    """Move those of these instances that can; each in its own transaction, each on record. Gives all, with the faults."""
    rows = queries.running(version.process.key).filter(pk__in=keys).exclude(version=version)
    return [_move(instance, version, by, now) for instance in rows]


@transaction.atomic
def _move(instance: Instance, version: ProcessVersion, by: User, now: datetime) -> Prospect:
    doing = begin(instance.pk, by=by, now=now)
    found = _try(doing.instance, version, now)
    if found.faults:
        return found
    before = doing.instance.version
    spec = engine.spec_of(version.pk, lambda: version.spec)
    doing.run.move_to(spec, queries.diagram_of(version))
    doing.instance.version, doing.diagram = version, queries.diagram_of(version)
    doing.advance()
    for task in Task.objects.filter(instance=doing.instance, state__in=(TaskState.READY, TaskState.WAITING)):
        node = doing.diagram.nodes[task.node_id]
        task.name, task.roles = node.title[:120], list(node.roles) if not task.turn else []
        task.save(update_fields=["name", "roles"])
    doing.keep(Act.MIGRATE, text=f"第{before.number}版→第{version.number}版", version=version.number)
    return found


def _try(instance: Instance, version: ProcessVersion, now: datetime) -> Prospect:
    old, new = instance.version, version
    run = engine.restore(
        dict(instance.engine),
        engine.spec_of(old.pk, lambda: old.spec),
        queries.diagram_of(old),
        now=now,
        functions=functions(now),
    )
    before = tuple(node.title for _, node in run.waiting())
    faults = run.move_to(engine.spec_of(new.pk, lambda: new.spec), queries.diagram_of(new))
    steps = () if faults else tuple(node.title for _, node in run.waiting())
    return Prospect(instance, before, tuple(faults), steps)
