"""A small world for the tests across modules: the grid of two stations, one entity, one event, a certificate."""

import io
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.core.management import call_command
from shapely import box

from shijian.accounts.testing import BUREAU, Cast
from shijian.core.ids import new_id
from shijian.events import services as events
from shijian.events.models import Event, Kind
from shijian.grid import services as grid
from shijian.grid.models import Node, Staffing
from shijian.subjects.models import Entity
from shijian.workflow import testing as workflow
from shijian.workflow.models import Process

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
SINCE = date(2025, 1, 1)
PLACE = (109.005, 34.205)
OTHER_PLACE = (109.025, 34.205)
SQUARES = {
    "05": box(109.0, 34.2, 109.04, 34.21),
    "0501": box(109.0, 34.2, 109.02, 34.21),
    "0502": box(109.02, 34.2, 109.04, 34.21),
    "050101": box(109.0, 34.2, 109.01, 34.21),
    "050102": box(109.01, 34.2, 109.02, 34.21),
    "050201": box(109.02, 34.2, 109.04, 34.21),
}


@dataclass
class World:
    cast: Cast
    nodes: dict[str, Node]
    entity: Entity
    event: Event
    process: Process

    def report(self, by: Any, *, place: tuple[float, float] = PLACE, kind: str = "WZ02", **more: Any) -> Event:
        return events.report(
            id=more.pop("id", new_id()),
            kind=Kind.objects.get(code=kind),
            source="daily_check",
            description="营业执照未悬挂",
            place=place,
            by=by,
            now=more.pop("now", NOW),
            **more,
        )


def build(cast: Cast) -> World:
    call_command("load_kinds", stdout=io.StringIO())
    office = cast.grid_office
    grid.define_levels(
        BUREAU,
        [("area", "管理片区", "片区长", 2), ("unit", "管理单元", "单元长", 2), ("grid", "管理网格", "网格长", 2)],
    )
    nodes: dict[str, Node] = {}
    for code, square in SQUARES.items():
        node = grid.propose_node(
            bureau_code=BUREAU, parent=nodes.get(code[:-2]), name=f"{code}网格", code=code,
            unit=cast.units.get(code[:4]), in_sequence=False, by=office, now=NOW,
        )  # fmt: skip
        nodes[code] = grid.approve_node(node, by=office, now=NOW)
        grid.set_boundary(nodes[code], square, valid_from=SINCE, source="测试", by=office, now=NOW)
    for code, person in {
        "05": cast.leader, "0501": cast.station_head, "0502": cast.other_head,
        "050101": cast.chief, "050102": cast.other_grid_chief, "050201": cast.other_chief,
    }.items():  # fmt: skip
        Staffing.objects.create(
            node=nodes[code], bureau_code=BUREAU, area_code=code, person=person, duty="chief", valid=(SINCE, None)
        )
    entity = Entity.objects.create(
        bureau_code=BUREAU, area_code="050101", identity="t1", kind="enterprise", name="西安安柏便利店有限公司",
        address="纺东街1号", location_wgs84=PLACE, location_source="imported", source="测试", content_hash="x", updated_at=NOW,
    )  # fmt: skip
    world = World(cast, nodes, entity, None, workflow.publish("small", workflow.steps()))  # type: ignore[arg-type]
    world.event = world.report(cast.informant, entity=entity)
    return world
