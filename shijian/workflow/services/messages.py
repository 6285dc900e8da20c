"""What a process waits for has come: a result, a statement, a reply. A handler tells of it, or a person registers it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.core.records import Record

from .. import queries
from ..choices import Act, InstanceState
from ..models import Instance
from ..rules import duties
from ..rules.diagram import Node
from .doing import entries
from .refusals import NotAllowed, NotAwaited
from .steps import SHORT, Doing, begin


def awaited(instance: Instance, *, by: User, now: datetime) -> list[tuple[Node, bool]]:
    """What a running instance waits for, and whether this person may register it."""
    if instance.state != InstanceState.RUNNING:
        return []
    doing = Doing(instance, by, now)
    if not any(node.message for node in doing.diagram.nodes.values()):
        return []
    return [(node, _fault(doing, node) is None) for node in doing.run.awaited()]


@transaction.atomic
def deliver_message(
    record: Record, name: str, *, values: Mapping[str, Any] | None = None, by: User, now: datetime
) -> int:
    """Tell the running processes of a record that a message of this name has come; how many waited for it.

    For handlers and other modules: who calls has done an act of his own, so no role of the step is asked.
    """
    rows = Instance.objects.filter(record_kind=record.kind, record_id=record.id, state=InstanceState.RUNNING)
    told = 0
    for key in list(rows.order_by("pk").values_list("pk", flat=True)):
        doing = begin(key, by=by, now=now)
        node = next((each for each in doing.run.awaited() if each.message == name), None)
        if node is not None:
            _deliver(doing, node, values or {}, note="")
            told += 1
    return told


@transaction.atomic
def register_message(
    instance: Instance, node_id: str, *, data: Mapping[str, Any], note: str = "", by: User, now: datetime
) -> Instance:
    """Somebody who holds a role of the step registers by hand that it has come. Raises NotAwaited, NotAllowed, NotFilled."""
    doing = begin(instance.pk, by=by, now=now)
    node = next((each for each in doing.run.awaited() if each.id == node_id), None)
    if node is None:
        raise NotAwaited("这个流程现在不等这一项了：可能已经登记过，或者时间已到。请刷新页面查看最新情况。")
    if fault := _fault(doing, node):
        raise NotAllowed(fault)
    _deliver(doing, node, entries(node, data), note=note)
    return doing.instance


def _fault(doing: Doing, node: Node) -> duties.Fault | None:
    person = queries.person_of(doing.by, localdate(doing.now), node)
    return duties.fault(node, doing.diagram.nodes, person, doing.past(), queries.place_of(doing.instance))


def _deliver(doing: Doing, node: Node, values: Mapping[str, Any], *, note: str) -> None:
    """The process goes on with the short entries; what was written stays in its history."""
    short = {each.name for each in node.fields if each.kind in SHORT}
    doing.run.deliver(node.message, {name: value for name, value in values.items() if name in short or not node.fields})
    doing.advance()
    lines = [f"{each.label}：{values[each.name]}" for each in node.fields if each.name in values]
    doing.keep(Act.MESSAGE, text=node.message, note="\n".join([*lines, note] if note else lines), node=node.id)
