"""Building the demo bureau with the product's own services: units, people, grid, entities, a past of events."""

import csv
import json
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from shijian.accounts import services as accounts
from shijian.accounts.choices import UserKind
from shijian.accounts.models import EnforcementCertificate, Grant, Role, Unit, User
from shijian.core import background
from shijian.core.errors import Refused
from shijian.grid import services as grid
from shijian.grid.models import Node
from shijian.grid.rules.datum import Datum
from shijian.subjects.services import importing

from . import (
    bulk,
    clocks,
    depth,
    dossier,
    entities,
    evidence,
    finished,
    history,
    laws,
    leads,
    office,
    organisation,
    papers,
    processes,
    recordings,
    seals,
    sheets,
    typed,
)
from .city import city_town
from .people import Plan, city_plan, district_plan, people
from .places import DATA, Town, district_town

SINCE = date(2025, 1, 1)
THEN = datetime(2025, 1, 1, 1, tzinfo=UTC)
PASSWORD = "Shijian@2026"  # noqa: S105 - told to everybody who starts the demo
SIZES = {"small": (3_000, 240, 90), "district": (150_000, 6_000, 365), "city": (3_000_000, 10_000_000, 730)}
# entities, events, days of history
LEVELS = [("area", "管理片区", "片区长", 2), ("unit", "管理单元", "单元长", 2), ("grid", "管理网格", "网格长", 2)]
Say = Callable[[str], None]


class AlreadyLoaded(Refused):
    code = "demo.already_loaded"


def load(size: str, *, seed: int, now: datetime, say: Say, share: float = 1.0) -> None:
    """Fill an empty database; the same size and seed give the same bureau. Raises AlreadyLoaded otherwise.

    `share` takes that part of the entities and events only, to try the city on a small disk.
    """
    if User.objects.exists():
        raise AlreadyLoaded("数据库里已有人员。演示数据只能装入空的数据目录，请换一个 SHIJIAN_HOME。")
    count, events, days = SIZES[size]
    count, events = round(count * share), round(events * share)
    town = city_town(seed=seed) if size == "city" else district_town()
    plan = _plan(size, town)
    say("机构和人员 …")
    with transaction.atomic():
        actor, staff = _organisation(plan, town, seed)
    say(f"  {len(staff):,} 人")
    background.write(DATA / "roads.geojson", attribution="道路 © OpenStreetMap contributors")
    say("网格 …")
    with transaction.atomic():
        _grid(plan.bureau, town, staff["B001"])
    sizes = Counter(area.level for area in town.areas)
    say(f"  {sizes['area']} 个片区，{sizes['unit']} 个单元，{sizes['grid']:,} 个网格")
    say("网格人员 …")
    with transaction.atomic():
        _duties(plan, town, staff, actor, seed)
    say(f"经营主体 {count:,} 户 …")
    _entities(town, count, seed, staff["D001"], now, say)
    dossier.play(staff["D001"], now=now)
    say(f"近 {days} 天的事件 {events:,} 件 …")
    if size == "city":
        bulk.play(staff, bureau_code=plan.bureau, count=events, days=days, seed=seed, now=now, say=say)
    else:
        history.play(staff, count=events, days=days, seed=seed, now=now, say=say)
        depth.play(staff, now=now)
        clocks.play(staff, now=now)
        evidence.play(staff, now=now)
        seals.play(staff, now=now)
        papers.play(staff, now=now)
        finished.play(staff, now=now)
        recordings.play(staff, now=now)
        say("网格例会、职责、意见建议 …")
        office.play(staff, seed=seed, now=now)
        sheets.play(staff, now=now)
        organisation.play(staff, now=now)
        typed.play(plan.bureau, seed=seed, now=now)
        say("法规、权力清单、事权清单 …")
        laws.play(staff, now=now)
        say("流程 …")
        processes.play(staff, now=now)
        leads.play(staff, now=now)


def told_accounts() -> list[tuple[str, str, str]]:
    """The accounts a newcomer is told about: what for, number, name."""
    known = dict(User.objects.values_list("employee_no", "name"))
    plan = _plan("city" if "P05" in known else "small", district_town())
    rows = [person for person in people(plan, district_town(), seed=1) if person.account]
    told = [(each.account, each.employee_no) for each in rows] + [(row[2], row[0]) for row in processes.PEOPLE]
    return [(use, number, known[number]) for use, number in told if number in known]


def _plan(size: str, town: Town) -> Plan:
    if size == "city":
        return city_plan(town)
    return district_plan(town, copies=1 if size == "small" else 2, clerks=0 if size == "small" else 21)


def _organisation(plan: Plan, town: Town, seed: int) -> tuple[User, dict[str, User]]:
    units: dict[str, Unit] = {}
    for each in plan.units:
        units[each.code] = accounts.create_unit(
            bureau_code=plan.bureau, code=each.code, name=each.name, kind=each.kind,
            parent=units[each.parent] if each.parent else None, area_code=each.area_code, by=None, now=THEN,
        )  # fmt: skip
    secret = make_password(PASSWORD)  # one hash for all: the password is public, and hashing 500 takes minutes
    actor = User(
        employee_no="INIT", name="系统初始化", unit=units[plan.bureau], bureau_code=plan.bureau, kind=UserKind.SYSTEM
    )
    actor.set_unusable_password()
    actor.save()
    roles, staff, grants, certificates = Role.objects.in_bulk(), {}, [], []
    for number, person in enumerate(people(plan, town, seed=seed)):
        unit = units[person.unit]
        phone = f"155000{number:05d}"  # a range that is not given out
        user = User(
            employee_no=person.employee_no, name=person.name, unit=unit, bureau_code=plan.bureau, kind=person.kind,
            post=person.post, phone=phone, password=secret,
        )  # fmt: skip
        staff[person.employee_no] = user
        for role, area in person.grants:
            grants.append(
                Grant(
                    user=user, role=roles[role], lane=roles[role].lane, bureau_code=plan.bureau, area_prefix=area,
                    unit_path=unit.path if area else units[plan.bureau].path, valid=DateRange(SINCE, None, "[)"),
                )
            )  # fmt: skip
        if person.certified:
            certificates.append(
                EnforcementCertificate(
                    user=user, number=f"演示{number:06d}", organ="演示发证机关", field="市场监管",
                    valid_from=SINCE, valid_until=date(2029, 12, 31),
                )
            )  # fmt: skip
    User.objects.bulk_create(staff.values())
    Grant.objects.bulk_create(grants)
    EnforcementCertificate.objects.bulk_create(certificates)
    return actor, staff


def _grid(bureau: str, town: Town, by: User) -> None:
    grid.define_levels(bureau, LEVELS)
    for key, _, _, _ in LEVELS:
        rows = [area for area in town.areas if area.level == key]
        features = [
            {
                "type": "Feature",
                "properties": {"code": area.code, "name": area.name},
                "geometry": area.geometry.__geo_interface__,
            }
            for area in rows
        ]
        with tempfile.NamedTemporaryFile("w", suffix=".geojson") as file:
            json.dump({"type": "FeatureCollection", "features": features}, file)
            file.flush()
            grid.import_areas(
                Path(file.name), bureau_code=bureau, level_key=key, valid_from=SINCE,
                source="演示边界（非官方）", by=by, now=THEN,
            )  # fmt: skip


def _duties(plan: Plan, town: Town, staff: dict[str, User], actor: User, seed: int) -> None:
    nodes = {node.area_code: node for node in Node.objects.filter(bureau_code=plan.bureau).select_related("level")}
    for person in people(plan, town, seed=seed):
        for code, duty in person.duties:
            grid.appoint(nodes[code], staff[person.employee_no], duty, valid_from=SINCE, by=actor, now=THEN)


def _entities(town: Town, count: int, seed: int, clerk: User, now: datetime, say: Say) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".csv", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(entities.HEADERS)
        for rows in entities.rows(town, count, seed=seed, chunk=20_000 if count < 1_000_000 else 200_000):
            writer.writerows(rows)
        file.flush()
        run = importing.start_import(
            Path(file.name), file_name="演示主体.csv", source="演示数据", datum=Datum.WGS84, by=clerk, now=now
        )
        run = importing.run_import(run)
    say(f"  新增 {run.created:,}，退回 {run.rejected}")


__all__ = ["AlreadyLoaded", "load", "told_accounts"]
