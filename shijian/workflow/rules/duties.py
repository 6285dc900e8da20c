"""Who may act at a step: role, place, certificate, qualification, and who acted before (四分离、审查分离).

Asked when a step is given to somebody and once more when he acts: a certificate may have run out in between, a role
been taken back, a colleague have acted.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from .diagram import Node


@dataclass(frozen=True, slots=True)
class Reach:
    """A role held today and the part of the bureau it covers."""

    role: str
    area_prefix: str = ""
    unit_path: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever is to act. `hats` are his own key and that of whom he stands in for: both count as having acted."""

    hats: frozenset[UUID]
    name: str
    is_active: bool = True
    is_officer: bool = True
    reaches: tuple[Reach, ...] = ()
    has_certificate: bool = False
    qualifications: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Place:
    """Where the work belongs."""

    area_code: str = ""
    unit_path: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    code: str
    text: str
    article: str = ""


@dataclass(frozen=True, slots=True)
class Past:
    """Who did which step of this instance so far; `starter` is a step of its own."""

    doers: Mapping[str, frozenset[UUID]] = field(default_factory=dict)

    def of(self, nodes: Collection[str]) -> frozenset[UUID]:
        return frozenset().union(*(self.doers.get(node, frozenset()) for node in nodes))


def apart_from(node: Node, nodes: Mapping[str, Node]) -> frozenset[str]:
    """The steps whose doers may not do this one. It works both ways: who reviewed may not investigate afterwards."""
    named_by = {other.id for other in nodes.values() if node.id in other.differs_from}
    return frozenset({*node.differs_from, *named_by} - {node.id})


def barred(node: Node, nodes: Mapping[str, Node], past: Past) -> frozenset[UUID]:
    return past.of(apart_from(node, nodes))


def fault(
    node: Node, nodes: Mapping[str, Node], person: Person, past: Past, place: Place, *, by_role: bool = True
) -> Fault | None:
    """Why this person may not do this step; None when he may.

    `by_role=False` is for who was named by a colleague (转办、加签): he needs no role, all else holds.
    Sources: 行政处罚法 (2021) art. 42 (two certified officers), 58 (legal review, qualification); 市场监督管理行政处罚程序
    规定 art. 49, 51 (reviewer is not a case officer), 听证办法 art. 4 (host is not a case officer).
    """
    if not person.is_active:
        return Fault("inactive", f"{person.name}的账号已停用，请改派他人。")
    for other in sorted(apart_from(node, nodes)):
        if person.hats & past.doers.get(other, frozenset()):
            done = (
                "发起本流程"
                if other == "starter"
                else f"办理“{nodes[other].title}”"
                if other in nodes
                else "办理前一环节"
            )
            return Fault(
                "apart",
                f"{person.name}（或者其所代的人）已经{done}，按职责分离不能再办理“{node.title}”，请由其他人员办理。",
                "行政处罚程序规定（2022）第四十九条" if not node.cite else node.cite,
            )
    if node.needs_certificate and not (person.is_officer and person.has_certificate):
        return Fault(
            "certificate",
            f"“{node.title}”须由持有有效执法证的人员办理，{person.name}没有有效的执法证。请换人办理，或者先到人员页登记执法证。",
            "行政处罚法（2021）第四十二条",
        )
    if node.qualification and node.qualification not in person.qualifications:
        return Fault(
            "qualification",
            f"“{node.title}”须由取得法律职业资格的人员办理，{person.name}没有登记该资格。请换人办理，或者先登记资格。",
            "行政处罚法（2021）第五十八条第二款",
        )
    if node.needs_permission and node.needs_permission not in person.permissions:
        return Fault("permission", f"{person.name}没有办理“{node.title}”所需的权限，请换人办理。")
    if by_role and node.roles and not holds_role(node, person, place):
        return Fault(
            "role", f"{person.name}不担任“{node.title}”要求的角色，或者角色不覆盖这件事所在的网格，请由有权人员办理。"
        )
    return None


def holds_role(node: Node, person: Person, place: Place) -> bool:
    """Whether one of his roles is asked for here and reaches the place."""
    return any(reach.role in node.roles and covers(node, reach, place) for reach in person.reaches)


def covers(node: Node, reach: Reach, place: Place) -> bool:
    if node.unit == "starter":
        return place.unit_path.startswith(reach.unit_path)
    if node.unit == "record":
        return place.area_code.startswith(reach.area_prefix)
    return True
