"""Who answers for a place on a date."""

from dataclasses import dataclass
from datetime import date

from shijian.accounts.models import User

from ..choices import Duty
from ..models import Node, Staffing
from .nodes import scheme
from .partitions import code_at


@dataclass(frozen=True, slots=True)
class Responsible:
    """One link of the chain that answers for a place: the node and its chief on the day asked."""

    node: Node
    chief: User | None


def chain_of(bureau_code: str, code: str, *, on: date) -> list[Responsible]:
    """Who answers for an area code, from the grid up: one statement, and one more for nodes without a chief."""
    codes = scheme(bureau_code).chain(code) if code else []
    posts = Staffing.objects.filter(
        bureau_code=bureau_code, area_code__in=codes, duty=Duty.CHIEF, valid__contains=on
    ).select_related("person__unit", "node__level", "node__unit")
    found = [Responsible(post.node, post.person) for post in posts]
    if vacant := set(codes) - {link.node.area_code for link in found}:
        nodes = Node.objects.filter(bureau_code=bureau_code, area_code__in=vacant).select_related("level", "unit")
        found += [Responsible(node, None) for node in nodes]
    return sorted(found, key=lambda link: -len(link.node.area_code))


def responsible_for(bureau_code: str, lon: float, lat: float, *, on: date) -> list[Responsible]:
    """Who answered for a point on a day; empty when no grid held it."""
    code = code_at(bureau_code, lon, lat, on=on)
    return chain_of(bureau_code, code, on=on) if code else []


CHIEF = """
    SELECT person.id, person.name, person.employee_no, person.kind, person.is_active, person.bureau_code
    FROM grid_staffing post JOIN accounts_user person ON person.id = post.person_id
    WHERE post.bureau_code = %s AND post.area_code = %s AND post.duty = %s AND post.valid @> %s::date
"""


def chief_of(bureau_code: str, code: str, *, on: date) -> User | None:
    """Who answers for a node on a day; asked at every intake, so without building a query."""
    return next(iter(User.objects.raw(CHIEF, [bureau_code, code, Duty.CHIEF, on])), None)
