"""The permission decision: who may do what, to which row, on which day. Pure; asked by every page, API and job."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from shijian.core.scope import Scope


@dataclass(frozen=True, slots=True)
class GrantFact:
    """One role held today, with the part of the bureau it reaches.

    `area_prefix` is a prefix of grid codes and `unit_path` a prefix of unit paths; "" reaches the whole bureau.
    """

    permissions: frozenset[str]
    bureau_code: str
    area_prefix: str
    unit_path: str
    role: str = ""
    lane: str = "business"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row belongs: area rows have an `area_code`, rows owned by a unit have a `unit_path`."""

    bureau_code: str
    area_code: str | None = None
    unit_path: str | None = None


def permits(grants: Iterable[GrantFact], permission: str, place: Place | None = None) -> bool:
    """Whether any one grant holds the permission and reaches the place.

    A grant never lends its reach to the permission of another: both must come from the same one.
    Without a place the question is "anywhere at all", as a menu asks it.
    """
    return any(permission in grant.permissions and (place is None or _reaches(grant, place)) for grant in grants)


def scope_of(grants: Iterable[GrantFact], permission: str, bureau_code: str) -> Scope:
    """The reach of a permission within one bureau, as prefixes for a database filter."""
    holding = [grant for grant in grants if permission in grant.permissions and grant.bureau_code == bureau_code]
    return Scope(
        bureau_code,
        shortest(grant.area_prefix for grant in holding),
        shortest(grant.unit_path for grant in holding),
    )


def delegated(grants: Iterable[GrantFact], roles: Collection[str], area_prefix: str) -> list[GrantFact]:
    """What a deputy holds: the business grants of the principal in the named roles, cut to the named area.

    Never more than the principal has today, and nothing of the three administrators.
    """
    made = []
    for grant in grants:
        if grant.lane != "business" or grant.role not in roles:
            continue
        if area_prefix.startswith(grant.area_prefix):
            made.append(replace(grant, area_prefix=area_prefix))
        elif grant.area_prefix.startswith(area_prefix):
            made.append(grant)
    return made


def _reaches(grant: GrantFact, place: Place) -> bool:
    if grant.bureau_code != place.bureau_code:
        return False
    if place.area_code is not None and not place.area_code.startswith(grant.area_prefix):
        return False
    return place.unit_path is None or place.unit_path.startswith(grant.unit_path)


def shortest(prefixes: Iterable[str]) -> tuple[str, ...]:
    """The prefixes that no other one contains: fewer conditions for the same rows."""
    kept: list[str] = []
    for prefix in sorted(prefixes):  # what contains others comes before them
        if not prefix.startswith(tuple(kept)):
            kept.append(prefix)
    return tuple(kept)
