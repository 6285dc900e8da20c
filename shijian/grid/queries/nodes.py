"""Nodes of the grid: the door to one, levels and codes, the tree."""

import time
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

import shapely
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404

from shijian.accounts.models import User
from shijian.core.permissions import Permission

from ..choices import NodeStatus
from ..models import Boundary, Level, Node
from ..permissions import GRID_VIEW
from ..rules.codes import Scheme

CHECK_EVERY_SECONDS = 1.0  # how long a process trusts its partition before it asks whether boundaries changed


def node_for(user: User, code: str, *, may: Permission = GRID_VIEW) -> Node:
    """The door to a node: 404 outside the bureau, 403 inside but not allowed.

    Everybody of the bureau may look at its grid tree; acting needs the permission for that place.
    """
    nodes = Node.objects.select_related("level", "parent", "unit")
    node = nodes.filter(bureau_code=user.bureau_code, area_code=code).first()
    if node is None:
        raise Http404
    if not user.may(may, None if may is GRID_VIEW else node):
        raise PermissionDenied
    return node


_levels: dict[str, tuple[float, list[Level]]] = {}


def levels(bureau_code: str) -> list[Level]:
    """From the top down; set once before any node exists, so a process asks only now and then."""
    read_at, known = _levels.get(bureau_code, (float("-inf"), []))
    if not known or time.monotonic() - read_at > CHECK_EVERY_SECONDS:
        known = list(Level.objects.filter(bureau_code=bureau_code).order_by("depth"))
        _levels[bureau_code] = (time.monotonic(), known)
    return known


def forget_levels() -> None:
    _levels.clear()


def scheme(bureau_code: str) -> Scheme:
    rows = levels(bureau_code)
    return Scheme(tuple(row.digits for row in rows), tuple(row.name for row in rows))


def shapes(bureau_code: str, *, on: date, depth: int | None = None, prefix: str = "") -> dict[str, Any]:
    """Outlines by code on a day: of one level (the lowest if None), below a prefix."""
    rows = Boundary.objects.filter(
        bureau_code=bureau_code,
        valid__contains=on,
        node__status=NodeStatus.APPROVED,
        area_code__startswith=prefix,
        node__level__depth=lowest_depth(bureau_code) if depth is None else depth,
    ).values_list("area_code", "geometry_wkb")
    return {code: shapely.from_wkb(bytes(wkb)) for code, wkb in rows}


def approved_codes(bureau_code: str) -> QuerySet[Node, str]:
    """The codes of all nodes there are today."""
    rows = Node.objects.filter(bureau_code=bureau_code, status=NodeStatus.APPROVED)
    return rows.values_list("area_code", flat=True)


def top_codes(bureau_code: str) -> QuerySet[Node, str]:
    """The codes of the topmost level, for use inside another query."""
    return Node.objects.filter(bureau_code=bureau_code, level__depth=0).values_list("area_code", flat=True)


def lowest_depth(bureau_code: str) -> int:
    return max((level.depth for level in levels(bureau_code)), default=0)


def tree(bureau_code: str, *, opened: str | None = None) -> list[Node]:
    """The nodes of a bureau by code; with `opened`, of the lowest level only those whose code begins with it."""
    nodes = Node.objects.filter(bureau_code=bureau_code).select_related("level").order_by("area_code")
    if opened is not None:
        below = Q(area_code__startswith=opened) if opened else Q(pk__in=[])
        nodes = nodes.filter(~Q(level__depth=lowest_depth(bureau_code)) | below)
    return list(nodes)


def sums_below(numbers: dict[str, int]) -> Counter[str]:
    """Numbers by grid code as sums for every code above them too."""
    sums: Counter[str] = Counter()
    for code, number in numbers.items():
        for length in range(1, len(code) + 1):
            sums[code[:length]] += number
    return sums


def own_codes(user: User, *, on: date) -> Sequence[str]:
    """The nodes a person is posted to on a day."""
    return list(user.staffing.filter(valid__contains=on).values_list("area_code", flat=True))


def nodes_for(user: User, permission: Permission) -> QuerySet[Node]:
    """The approved nodes for which a person may act, his own first."""
    return Node.objects.approved().within(user.scope(permission)).select_related("level").order_by("area_code")
