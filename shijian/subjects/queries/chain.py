"""Entities per link of the chain (生产、流通、消费) and area below one."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count
from django.db.models.functions import Left

from shijian.accounts.models import User
from shijian.grid import queries as grid
from shijian.grid.models import Node

from ..choices import ChainLink
from ..models import Industry
from .registry import visible_to


@dataclass(frozen=True, slots=True)
class Links:
    """One row: an area ("" = in none) with its numbers in the order of `ChainLink`, and whether there is more below."""

    code: str
    name: str
    numbers: list[int]
    opens: bool


def links_by_area(user: User, above: str = "") -> list[Links]:
    """Active entities the person sees below a code, area by area of the next level."""
    scheme = [0]
    for level in grid.levels(user.bureau_code):
        scheme.append(scheme[-1] + level.digits)
    width = next((each for each in scheme if each > len(above)), scheme[-1])
    rows = visible_to(user).active()
    if above:
        rows = rows.filter(area_code__startswith=above)
    grouped = rows.order_by().annotate(part=Left("area_code", max(width, 1)))
    counted = grouped.values_list("part", "chain_link", "industry_code").annotate(Count("pk"))
    linked = Industry.objects.exclude(chain_link=ChainLink.NONE)
    links = dict(linked.values_list("code", "chain_link"))
    found: dict[str, Counter[str]] = {}
    for code, told, industry, number in counted:
        found.setdefault(code, Counter())[told or links.get(industry, ChainLink.NONE.value)] += number
    nodes = Node.objects.filter(bureau_code=user.bureau_code, area_code__in=list(found))
    names = dict(nodes.values_list("area_code", "name"))
    return [
        Links(code, names.get(code, "") if code else "未落格", [found[code][link] for link in ChainLink.values], bool(code) and width < scheme[-1])
        for code in sorted(found, key=lambda code: (not code, code))
    ]  # fmt: skip
