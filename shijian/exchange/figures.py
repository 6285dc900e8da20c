"""What a superior's form may be filled from: figures of an area and a period, and rows of registers, all defined elsewhere."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.timezone import get_current_timezone

from shijian.accounts.models import User
from shijian.core.pages.exports import plain
from shijian.events import queries as events
from shijian.events.metrics import ALL
from shijian.events.models import Event
from shijian.events.permissions import EVENT_VIEW
from shijian.grid import hooks
from shijian.grid import queries as grid
from shijian.grid.choices import Duty
from shijian.grid.ledgers import LEDGERS
from shijian.grid.models import Node
from shijian.subjects import queries as subjects
from shijian.subjects.models import Entity
from shijian.subjects.permissions import ENTITY_VIEW

MOST_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose form, of which area ("" = the bureau) and which days, both included."""

    user: User
    area: str
    first: date
    last: date
    at: datetime


def figure_names() -> dict[str, str]:
    """Figures by key: metrics of events within the days, live numbers of the grids, lines of the periodic reports."""
    made = {f"metric:{each.key}": f"事件{each.label}" for each in ALL}
    made |= {f"counter:{each.name}": each.label for each in hooks.counters}
    return made | {"grids": "网格数", "people": "网格人员数"}


UNIT_NAMES = {"unit:name": "单元名称", "unit:code": "网格编码", "unit:chief": "负责人", "unit:number": "序号"}


def figures(asked: Asked, keys: set[str], prefixes: list[str]) -> dict[str, dict[str, Any]]:
    """The asked figures of each area prefix; what the person may not see stays out."""
    made: dict[str, dict[str, Any]] = {prefix: {} for prefix in prefixes}
    bureau = asked.user.bureau_code
    if any(key.startswith("metric:") for key in keys) and asked.user.may(EVENT_VIEW):
        found = _events(asked)
        for prefix in prefixes:
            sums: Counter[str] = Counter()
            for code, numbers in found.items():
                if code.startswith(prefix):
                    sums.update(numbers)
            for metric in ALL:
                made[prefix][f"metric:{metric.key}"] = metric.figure(sums).value
    for counter in hooks.counters:
        if f"counter:{counter.name}" in keys:
            counted = counter.count(bureau, asked.area)
            for prefix in prefixes:
                made[prefix][f"counter:{counter.name}"] = sum(
                    n for code, n in counted.items() if code.startswith(prefix)
                )
    if keys & {"grids", "people"}:
        lowest = grid.lowest_depth(bureau)
        codes = (
            Node.objects.approved().filter(bureau_code=bureau, level__depth=lowest).values_list("area_code", flat=True)
        )
        people = grid.people_by_code(bureau, on=asked.last)
        for prefix in prefixes:
            made[prefix]["grids"] = sum(1 for code in codes if code.startswith(prefix))
            made[prefix]["people"] = sum(len(posts) for code, posts in people.items() if code.startswith(prefix))
    return made


def _events(asked: Asked) -> dict[str, Counter[str]]:
    zone = get_current_timezone()
    first = datetime.combine(asked.first, time(), zone)
    end = datetime.combine(asked.last + timedelta(days=1), time(), zone)
    rows = events.visible_to(asked.user).filter(
        reported_at__gte=first, reported_at__lt=end, area_code__startswith=asked.area
    )
    found = rows.order_by().values_list("area_code").annotate(**{each.key: each.expression(asked.at) for each in ALL})
    return {code: Counter(dict(zip((each.key for each in ALL), row, strict=True))) for code, *row in found}


def unit_rows(asked: Asked, keys: set[str]) -> list[tuple[str, dict[str, Any]]]:
    """One row per unit (单元) of the area: its name and its figures."""
    bureau = asked.user.bureau_code
    levels = grid.levels(bureau)
    if len(levels) < 2:
        return []
    nodes = Node.objects.approved().filter(bureau_code=bureau, level=levels[-2], area_code__startswith=asked.area)
    units = list(nodes.order_by("area_code"))
    found = figures(asked, keys, [node.area_code for node in units])
    people = grid.people_by_code(bureau, on=asked.last)
    made = []
    for number, node in enumerate(units, 1):
        chiefs = "、".join(post.person.name for post in people.get(node.area_code, []) if post.duty == Duty.CHIEF)
        own = {"unit:name": node.name, "unit:code": node.area_code, "unit:chief": chiefs, "unit:number": number}
        made.append((node.name, own | found[node.area_code]))
    return made


@dataclass(frozen=True, slots=True)
class Register:
    """Rows a roster may be filled with, in the columns of the register."""

    key: str
    name: str
    columns: Callable[[str, date], list[tuple[str, Callable[[Any], Any]]]]
    rows: Callable[[Asked], Any]


def _entity_columns(bureau: str, on: date) -> list[tuple[str, Callable[[Any], Any]]]:
    return [
        ("主体名称", lambda row: row.name), ("统一社会信用代码", lambda row: row.credit_code or row.registration_no),
        ("主体类型", lambda row: row.get_kind_display()), ("经营状态", lambda row: row.get_status_display()),
        ("住所（经营场所）", lambda row: row.address), ("网格编码", lambda row: row.area_code), ("成立日期", lambda row: row.established_on),
        ("重点类别", lambda row: "、".join(row.tag_names)), ("经营范围", lambda row: row.scope_text), ("最近核实", lambda row: row.checked_on),
    ]  # fmt: skip


def _event_columns(bureau: str, on: date) -> list[tuple[str, Callable[[Any], Any]]]:
    return [
        ("事件号", lambda row: row.number), ("事项", lambda row: str(row.kind)), ("涉及主体", lambda row: row.entity.name if row.entity else ""),
        ("地点", lambda row: row.address), ("情况说明", lambda row: row.description), ("上报时间", lambda row: row.reported_at),
        ("办理期限", lambda row: row.due_on), ("状态", lambda row: row.get_state_display()), ("办结时间", lambda row: row.closed_at),
        ("处置人", lambda row: row.handler.name if row.handler else ""), ("网格编码", lambda row: row.area_code),
    ]  # fmt: skip


def _entities(asked: Asked) -> Any:
    rows = subjects.visible_to(asked.user) if asked.user.may(ENTITY_VIEW) else Entity.objects.none()
    return rows.filter(area_code__startswith=asked.area).order_by("area_code", "name")


def _event_rows(asked: Asked) -> Any:
    rows = events.visible_to(asked.user) if asked.user.may(EVENT_VIEW) else Event.objects.none()
    rows = rows.filter(area_code__startswith=asked.area, reported_at__date__range=(asked.first, asked.last))
    return rows.select_related("kind", "entity", "handler").order_by("reported_at")


def registers() -> dict[str, Register]:
    made = {
        f"ledger:{each.key}": Register(
            f"ledger:{each.key}", each.name, each.cells,
            lambda asked, each=each: (  # type: ignore[misc]
                each.rows(asked.user.bureau_code, asked.last).filter(area_code__startswith=asked.area).order_by("area_code")
            ),
        )
        for each in LEDGERS.values()
    }  # fmt: skip
    own = [
        Register("entities", "经营主体名册", _entity_columns, _entities),
        Register("events", "事件名册", _event_columns, _event_rows),
    ]
    return {each.key: each for each in own} | made


def register_rows(asked: Asked, key: str) -> list[tuple[str, dict[str, Any]]]:
    """Rows of a register by column label, each with its number; at most a thousand."""
    register = registers()[key]
    cells = register.columns(asked.user.bureau_code, asked.last)
    return [
        ("", {"序号": number} | {label: _value(value(row)) for label, value in cells})
        for number, row in enumerate(register.rows(asked)[:MOST_ROWS], 1)
    ]


def _value(value: Any) -> Any:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else plain(value)


def column_names(key: str, bureau: str, on: date) -> dict[str, str]:
    return {"序号": "序号"} | {label: label for label, _ in registers()[key].columns(bureau, on)}
