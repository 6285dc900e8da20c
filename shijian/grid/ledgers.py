"""四本台账: codes, areas, supervised entities, staff. One definition for the screen, the export and the API.

Source: 灞桥区市场监管网格化管理实施方案 (2022-06-15) 三(六).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from shijian.core.personal import mask_phone

from . import hooks, queries
from .choices import Duty
from .models import Boundary, Node, Staffing

Cells = Callable[[str, date], list[tuple[str, Callable[[Any], Any]]]]


@dataclass(frozen=True, slots=True)
class Ledger:
    """`rows` in the order of the code; `cells` are the columns, made ready for a bureau and a day."""

    key: str
    name: str
    rows: Callable[[str, date], QuerySet[Any]]
    cells: Cells


def _codes(bureau: str, on: date) -> list[tuple[str, Callable[[Any], Any]]]:
    return [
        ("网格编码", lambda node: node.area_code),
        ("名称", lambda node: node.name),
        ("层级", lambda node: node.level.name),
        ("上级", lambda node: str(node.parent or "")),
        ("状态", lambda node: node.get_status_display()),
        ("提出人", lambda node: node.proposed_by.name if node.proposed_by else ""),
        ("提出时间", lambda node: node.proposed_at),
        ("审定人", lambda node: node.decided_by.name if node.decided_by else ""),
        ("审定时间", lambda node: node.decided_at),
    ]


def _areas(bureau: str, on: date) -> list[tuple[str, Callable[[Any], Any]]]:
    found = {
        code: (area, valid, source)
        for code, area, valid, source in Boundary.objects.filter(bureau_code=bureau, valid__contains=on).values_list(
            "area_code", "area_m2", "valid", "source"
        )
    }
    return [
        ("网格编码", lambda node: node.area_code),
        ("名称", lambda node: node.name),
        ("层级", lambda node: node.level.name),
        ("管理机构", lambda node: node.unit.name if node.unit else ""),
        ("四至", lambda node: node.extent_text),
        ("面积（平方公里）", lambda node: f"{found[node.area_code][0] / 1e6:.3f}" if node.area_code in found else ""),
        ("边界生效", lambda node: found[node.area_code][1].lower if node.area_code in found else ""),
        ("划定依据", lambda node: found[node.area_code][2] if node.area_code in found else "尚未划定"),
    ]


def _entities(bureau: str, on: date) -> list[tuple[str, Callable[[Any], Any]]]:
    people = queries.people_by_code(bureau, on=on)
    counted = [(counter.label, counter.count(bureau, "")) for counter in hooks.counters]

    def number(found: dict[str, int]) -> Callable[[Any], int]:
        return lambda node: found.get(node.area_code, 0)

    return [
        ("网格编码", lambda node: node.area_code),
        ("名称", lambda node: node.name),
        *((label, number(found)) for label, found in counted),
        ("网格长", lambda node: _held(people.get(node.area_code, []), Duty.CHIEF) or "空缺"),
    ]


def _staff(bureau: str, on: date) -> list[tuple[str, Callable[[Any], Any]]]:
    return [
        ("网格编码", lambda post: post.area_code),
        ("网格", lambda post: post.node.name),
        ("职责", queries.title_of),
        ("姓名", lambda post: post.person.name),
        ("工号", lambda post: post.person.employee_no),
        ("单位", lambda post: post.person.unit.name),
        ("职务", lambda post: post.person.post),
        ("联系电话", lambda post: mask_phone(post.person.phone)),
        ("任期起", lambda post: post.valid.lower),
        ("任期止", lambda post: post.valid.upper or "长期"),
    ]


def _nodes(bureau: str, on: date) -> QuerySet[Node]:
    return Node.objects.filter(bureau_code=bureau).select_related(
        "level", "parent", "unit", "proposed_by", "decided_by"
    )


def _held(posts: list[Staffing], duty: str) -> str:
    return "、".join(post.person.name for post in posts if post.duty == duty)


LEDGERS = {
    each.key: each
    for each in (
        Ledger("codes", "网格编码台账", _nodes, _codes),
        Ledger("areas", "网格区域台账", lambda bureau, on: _nodes(bureau, on).approved(), _areas),  # type: ignore[attr-defined]
        Ledger(
            "entities",
            "监管对象台账",
            lambda bureau, on: (
                _nodes(bureau, on).approved().filter(level__depth=queries.lowest_depth(bureau))  # type: ignore[attr-defined]
            ),
            _entities,
        ),
        Ledger(
            "staff",
            "网格人员台账",
            lambda bureau, on: Staffing.objects.filter(bureau_code=bureau, valid__contains=on).select_related(
                "node__level", "person__unit"
            ),
            _staff,
        ),
    )
}
