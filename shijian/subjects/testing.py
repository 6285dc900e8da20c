"""Builders for tests: imports as a bureau runs them, and everything an import may change, counted."""

import csv
import hashlib
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from PIL import Image
from shapely import box

from shijian.accounts.testing import BUREAU, Cast
from shijian.grid import services as grid
from shijian.grid.models import Node
from shijian.grid.queries import forget_partitions

from .models import Entity

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # Friday 10:00 in Beijing
SINCE = date(2025, 1, 1)
INSIDE, NEXT_GRID = (109.005, 34.205), (109.015, 34.205)
SQUARES = {
    "05": box(109.0, 34.2, 109.04, 34.21),
    "0501": box(109.0, 34.2, 109.02, 34.21),
    "0502": box(109.02, 34.2, 109.04, 34.21),
    "050101": box(109.0, 34.2, 109.01, 34.21),
    "050102": box(109.01, 34.2, 109.02, 34.21),
    "050201": box(109.02, 34.2, 109.04, 34.21),
}
HEAD = ["名称", "统一社会信用代码", "住所", "经度", "纬度", "来源编号"]


def build_grid(cast: Cast) -> dict[str, Node]:
    """Two stations and their three grids, in force since 2025."""
    forget_partitions()
    levels = [("area", "管理片区", "片区长", 2), ("unit", "管理单元", "单元长", 2), ("grid", "管理网格", "网格长", 2)]
    grid.define_levels(BUREAU, levels)
    nodes: dict[str, Node] = {}
    by, now = cast.grid_office, NOW
    for code, square in SQUARES.items():
        facts: dict[str, Any] = {"name": f"{code}网格", "code": code, "unit": cast.units.get(code[:4])}
        parent = nodes.get(code[:-2])
        node = grid.propose_node(bureau_code=BUREAU, parent=parent, in_sequence=False, by=by, now=now, **facts)
        nodes[code] = grid.approve_node(node, by=by, now=now)
        grid.set_boundary(nodes[code], square, valid_from=SINCE, source="测试", by=by, now=now)
    return nodes


def an_entity(**facts: Any) -> Entity:
    """An entity in grid 050101, with the facts given."""
    given = {"identity": f"t{Entity.objects.count()}", "name": "西安安柏便利店有限公司", "area_code": "050101"}
    place = {"location_wgs84": INSIDE, "location_source": "imported", "address": "纺东街1号"}
    rest = {"kind": "enterprise", "source": "测试", "content_hash": "x", "updated_at": NOW, "bureau_code": BUREAU}
    return Entity.objects.create(**{**given, **place, **rest, **facts})


def run_command(path: Path, *options: str) -> dict[str, Any]:
    """`shijian import entities FILE --json`, and its answer."""
    out = io.StringIO()
    call_command("import_entities", str(path), "--json", *options, stdout=out)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def report_of(answer: dict[str, Any]) -> list[dict[str, str]]:
    with Path(answer["report"]).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write_csv(path: Path, rows: list[list[Any]], *, head: list[str] | None = None, encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD if head is None else head)
        writer.writerows(rows)
    return path


def versions() -> str:
    """A fingerprint of every row version of the registry and its history: a row written again has another."""
    with connection.cursor() as cursor:
        found = []
        for table in ("subjects_entity", "subjects_entitychange"):
            cursor.execute(f"SELECT xmin::text, ctid::text FROM {table} ORDER BY ctid")  # noqa: S608
            found.append(cursor.fetchall())
    return hashlib.sha256(repr(found).encode()).hexdigest()


def credit_code(serial: int, authority: str = "91", region: str = "610111") -> str:
    """An invented code with the right check character (GB 32100-2015)."""
    from stdnum.cn import uscc

    body = f"{authority}{region}Y{serial:08d}"
    return body + str(uscc.calc_check_digit(body))


def a_photo(name: str = "门头.jpg", colour: tuple[int, int, int] = (200, 120, 80)) -> SimpleUploadedFile:
    buffer = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(buffer, "JPEG")
    return SimpleUploadedFile(name, buffer.getvalue(), content_type="image/jpeg")
