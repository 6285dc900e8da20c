"""A diagram walked through on a sample: the path, the outcomes chosen, and who would act. Nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.utils.timezone import localdate

from shijian.accounts.models import User

from .. import queries
from ..models import Instance
from ..rules.diagram import Diagram, Node
from ..rules.duties import Past
from . import engine
from .refusals import NotPublishable
from .steps import SHORT
from .times import due_on, functions

MOST_STEPS = 200


@dataclass(frozen=True, slots=True)
class Walked:
    """One step of the walk; `people` are those who could do it, the first of them did."""

    node: Node
    choice: str
    people: tuple[User, ...] = ()
    due: Any = None


@dataclass(slots=True)
class Walk:
    """Where the sample stands."""

    diagram: Diagram
    done: list[Walked] = field(default_factory=list)
    open: list[Walked] = field(default_factory=list)
    timers: list[tuple[datetime, Node]] = field(default_factory=list)
    awaited: list[Node] = field(default_factory=list)
    is_over: bool = False


def walk(diagram: Diagram, choices: Sequence[str], *, starter: User, area_code: str, now: datetime) -> Walk:
    """Start anew and follow the choices, each `node=outcome` or `@node` for a time or a message that comes.

    Raises NotPublishable when the engine cannot run the diagram.
    """
    try:
        spec = engine.spec_of(None, lambda: engine.parse(diagram))
    except Exception as error:
        raise NotPublishable(f"这张图还不能试运行：{error}。请先点“检查”。") from error
    finally:
        engine.forget(None)
    found = Walk(diagram)
    sample = Instance(
        id=uuid4(), bureau_code=starter.bureau_code, area_code=area_code, started_by=starter, started_at=now
    )
    doers: dict[str, frozenset[Any]] = {"starter": frozenset({starter.pk})}
    run = engine.start(spec, diagram, now=now, functions=functions(now), values={})
    _handle(run)
    for choice in choices[:MOST_STEPS]:
        if choice.startswith("@"):
            due = next((due for due, node in run.timers() if node.id == choice[1:]), None)
            event = next((node for node in run.awaited() if node.id == choice[1:]), None)
            if due is not None:
                found.done.append(Walked(diagram.nodes[choice[1:]], "时间已到"))
                run.wait_until(due, functions(due))
            elif event is not None:
                found.done.append(Walked(event, "已到达"))
                run.deliver(event.message, {each.name: _example(each, ()) for each in event.fields})
            else:
                break
        else:
            key, _, outcome = choice.partition("=")
            token = next((token for token, node in run.waiting() if node.id == key), None)
            if token is None:
                break
            node = diagram.nodes[key]
            people = _people(node, found, sample, doers, run.now)
            doers[key] = doers.get(key, frozenset()) | {person.pk for person in people[:1]}
            found.done.append(Walked(node, node.outcome_label(outcome), people))
            values = {each.name: _example(each, people) for each in node.fields if each.kind in SHORT}
            run.finish(token, {**values, "outcome": outcome})
        _handle(run)
    for _, node in run.waiting():
        people = _people(node, found, sample, doers, run.now)
        found.open.append(Walked(node, "", people, due_on(node.limit, run.now)))
    found.timers, found.awaited, found.is_over = run.timers(), run.awaited(), run.is_over
    return found


def _people(node: Node, walk: Walk, sample: Instance, doers: dict[str, Any], now: datetime) -> tuple[User, ...]:
    kind, _, name = node.assign.partition(":")
    keys = doers.get("starter" if kind == "starter" else name if kind == "same" else "", frozenset())
    on, past = localdate(now), Past(doers)
    if keys:
        rows = User.objects.filter(pk__in=keys)
        return tuple(queries.fitting(rows, node, walk.diagram, sample, past, on, by_role=False))
    if kind == "field":
        return tuple(queries.colleagues(node, walk.diagram, sample, past, on)[:8])
    return tuple(queries.candidates(node, walk.diagram, sample, past, on))


def _example(each: Any, people: Sequence[User]) -> Any:
    if each.kind == "choice":
        return each.options[0] if each.options else ""
    return {"bool": True, "number": 1}.get(each.kind, "")


def _handle(run: engine.Run) -> None:
    """Handlers do nothing in a sample."""
    while handled := next((token for token, node in run.waiting() if not node.is_for_people), None):
        run.finish(handled, {})
