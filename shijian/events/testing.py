"""A small grid with its people and kinds, and events in a given state: for the tests of this module and those above."""

import io
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from PIL import Image
from shapely import box

from shijian.accounts.models import User
from shijian.accounts.testing import BUREAU, Cast
from shijian.core.ids import new_id
from shijian.grid import services as grid
from shijian.grid.models import Node, Staffing
from shijian.grid.queries import forget_partitions
from shijian.subjects.models import Entity

from . import services
from .models import Event, Kind

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # Friday 10:00 in Beijing
SINCE = date(2025, 1, 1)
PLACE, NEXT_GRID, OTHER_STATION, NOWHERE = (109.005, 34.205), (109.015, 34.205), (109.025, 34.205), (109.5, 34.5)
SQUARES = {
    "05": box(109.0, 34.2, 109.04, 34.21),
    "0501": box(109.0, 34.2, 109.02, 34.21),
    "0502": box(109.02, 34.2, 109.04, 34.21),
    "050101": box(109.0, 34.2, 109.01, 34.21),
    "050102": box(109.01, 34.2, 109.02, 34.21),
    "050201": box(109.02, 34.2, 109.04, 34.21),
}
PLAIN, WITH_PHOTO, CLUE = "WZ02", "SP04", "WZ01"


@dataclass
class Scene:
    """The cast on its grid. `report` and the walks below act through the services, on the day NOW unless told."""

    cast: Cast
    nodes: dict[str, Node]

    def kind(self, code: str = PLAIN) -> Kind:
        return Kind.objects.current(BUREAU).get(code=code)

    def report(self, by: User | None = None, *, kind: str = PLAIN, now: datetime = NOW, **facts: Any) -> Event:
        given = {"source": "daily_check", "description": "营业执照未悬挂", "place": PLACE, "id": new_id(), **facts}
        return services.report(kind=self.kind(kind), by=by or self.cast.informant, now=now, **given)

    def accepted(self, **facts: Any) -> Event:
        event = self.report(**facts)
        return services.accept(event, by=self.cast.chief, now=event.reported_at)

    def fed_back(self, **facts: Any) -> Event:
        event = self.accepted(**facts)
        return services.feed_back(event, note="已悬挂", photos=[photo()], by=self.cast.chief, now=event.reported_at)

    def closed(self, **facts: Any) -> Event:
        event = self.fed_back(**facts)
        return services.close(event, by=self.cast.station_head, now=event.reported_at)

    def entity(self, **facts: Any) -> Entity:
        given = {"identity": f"t{Entity.objects.count()}", "name": "西安安柏便利店有限公司", "area_code": "050101"}
        place = {"location_wgs84": PLACE, "location_source": "imported", "address": "纺东街1号"}
        rest = {"kind": "enterprise", "source": "测试", "content_hash": "x", "updated_at": NOW, "bureau_code": BUREAU}
        return Entity.objects.create(**{**given, **place, **rest, **facts})


def build_scene(cast: Cast) -> Scene:
    """Two stations, three grids, their chiefs and heads, and the shipped catalogue of matters."""
    call_command("load_kinds", stdout=io.StringIO())
    forget_partitions()
    office = cast.grid_office
    levels = [("area", "管理片区", "片区长", 2), ("unit", "管理单元", "单元长", 2), ("grid", "管理网格", "网格长", 2)]
    grid.define_levels(BUREAU, levels)
    nodes: dict[str, Node] = {}
    for code, square in SQUARES.items():
        node = grid.propose_node(
            bureau_code=BUREAU,
            parent=nodes.get(code[:-2]),
            name=f"{code}网格",
            code=code,
            unit=cast.units.get(code[:4]),
            in_sequence=False,
            by=office,
            now=NOW,
        )
        nodes[code] = grid.approve_node(node, by=office, now=NOW)
        grid.set_boundary(nodes[code], square, valid_from=SINCE, source="测试", by=office, now=NOW)
    chiefs = {
        "0501": cast.station_head,
        "0502": cast.other_head,
        "050101": cast.chief,
        "050102": cast.other_grid_chief,
        "050201": cast.other_chief,
    }
    for code, person in chiefs.items():
        Staffing.objects.create(
            node=nodes[code], bureau_code=BUREAU, area_code=code, person=person, duty="chief", valid=(SINCE, None)
        )
    return Scene(cast, nodes)


def photo(name: str = "现场.jpg", colour: tuple[int, int, int] = (200, 120, 80)) -> SimpleUploadedFile:
    buffer = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(buffer, "JPEG")
    return SimpleUploadedFile(name, buffer.getvalue(), content_type="image/jpeg")
