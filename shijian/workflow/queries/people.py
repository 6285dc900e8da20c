"""People as the rules of duty see them, and who may be given a step."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Prefetch

from shijian.accounts.choices import CertificateStatus, Lane, UserKind
from shijian.accounts.models import EnforcementCertificate, Grant, User
from shijian.core.permissions import registry

from ..choices import TaskState
from ..models import Instance, Qualification, Task
from ..rules import duties
from ..rules.diagram import Diagram, Node


def person_of(user: User, on: date, node: Node) -> duties.Person:
    """The facts the rules ask for at this node; who stands in for somebody has that person's roles, not his certificate."""
    asks = node.needs_permission
    return duties.Person(
        hats=user.hats,
        name=user.name,
        is_active=user.is_active,
        is_officer=user.kind == UserKind.OFFICER,
        reaches=tuple(duties.Reach(each.role, each.area_prefix, each.unit_path) for each in user.grants_on(on)),
        has_certificate=node.needs_certificate and user.has_certificate(on),
        qualifications=_qualifications(user, on) if node.qualification else frozenset(),
        permissions=frozenset({asks}) if asks in registry and user.may(registry[asks]) else frozenset(),
    )


def place_of(instance: Instance) -> duties.Place:
    return duties.Place(instance.area_code, instance.started_by.unit_path)


def past_of(instance: Instance, tasks: Iterable[Task] | None = None, *, besides: Any = None) -> duties.Past:
    """Who did what so far; who was stood in for counts as well. `besides` leaves out one task, the one asked about."""
    doers: defaultdict[str, set[UUID]] = defaultdict(set)
    doers["starter"].add(instance.started_by_id)
    for task in Task.objects.filter(instance=instance, state=TaskState.DONE) if tasks is None else tasks:
        if task.state == TaskState.DONE and task.pk != besides:
            doers[task.node_id] |= {key for key in (task.done_by_id, task.done_for_id) if key}
    return duties.Past({node: frozenset(people) for node, people in doers.items()})


def candidates(node: Node, diagram: Diagram, instance: Instance, past: duties.Past, on: date) -> list[User]:
    """Active people whose role reaches the place and whom nothing keeps out, in five statements at most."""
    holders = (
        User.objects.filter(bureau_code=instance.bureau_code, is_active=True)
        .filter(grants__role__in=node.roles, grants__valid__contains=on)
        .distinct()
    )
    return fitting(holders, node, diagram, instance, past, on)


def colleagues(node: Node, diagram: Diagram, instance: Instance, past: duties.Past, on: date) -> list[User]:
    """Whom a step may be handed to by name: no role is asked, everything else is; the three administrators do no business."""
    administrators = Grant.objects.filter(valid__contains=on).exclude(lane=Lane.BUSINESS).values("user")
    people = User.objects.filter(bureau_code=instance.bureau_code, is_active=True, kind=UserKind.OFFICER)
    people = people.exclude(pk__in=administrators)
    return fitting(people, node, diagram, instance, past, on, by_role=False)


def fitting(
    people: Iterable[User],
    node: Node,
    diagram: Diagram,
    instance: Instance,
    past: duties.Past,
    on: date,
    *,
    by_role: bool = True,
) -> list[User]:
    certified = EnforcementCertificate.objects.filter(
        status=CertificateStatus.VALID, valid_from__lte=on, valid_until__gte=on
    )
    held = Prefetch("grants", Grant.objects.filter(valid__contains=on).select_related("role"), to_attr="held")
    rows = people.select_related("unit").prefetch_related(held) if hasattr(people, "select_related") else people
    keys = set(certified.values_list("user_id", flat=True)) if node.needs_certificate else set()
    qualified = _qualified(node.qualification, on) if node.qualification else set()
    place, found = place_of(instance), []
    for user in rows:
        grants = getattr(user, "held", [])
        person = duties.Person(
            hats=frozenset({user.pk}),
            name=user.name,
            is_active=user.is_active,
            is_officer=user.kind == UserKind.OFFICER,
            reaches=tuple(duties.Reach(each.role_id, each.area_prefix, each.unit_path) for each in grants),
            has_certificate=user.pk in keys,
            qualifications=frozenset({node.qualification}) if user.pk in qualified else frozenset(),
            permissions=frozenset(code for each in grants for code in each.role.permissions),
        )
        if duties.fault(node, diagram.nodes, person, past, place, by_role=by_role) is None:
            found.append(user)
    return found


def _qualifications(user: User, on: date) -> frozenset[str]:
    rows = Qualification.objects.holding(on).filter(user=user)
    return frozenset(rows.values_list("kind", flat=True))


def _qualified(kind: str, on: date) -> set[UUID]:
    rows = Qualification.objects.holding(on).filter(kind=kind)
    return set(rows.values_list("user_id", flat=True))
