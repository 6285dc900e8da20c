"""The fixed cast of the tests: one bureau, two stations, everybody with a name."""

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.test import Client

from . import services
from .choices import UnitKind, UserKind
from .models import Grant, Role, Unit, User

BUREAU = "610111"
SINCE = date(2020, 1, 1)
THEN = datetime(2020, 1, 1, 1, tzinfo=UTC)
PASSWORD = "Gewu-2026-zhizhi"

# attribute: (employee number, name, kind, post, unit code, role, area prefix)
PEOPLE: dict[str, tuple[str, str, str, str, str, str, str]] = {
    "chief": ("T1001", "程网一", UserKind.OFFICER, "副所长", "0501", "grid_chief", "050101"),
    "other_grid_chief": ("T1002", "程网二", UserKind.OFFICER, "科员", "0501", "grid_chief", "050102"),
    "manager": ("T1003", "管理一", UserKind.AUXILIARY, "协管员", "0501", "grid_manager", "050101"),
    "informant": ("T1004", "信息一", UserKind.AUXILIARY, "协管员", "0501", "grid_informant", "050101"),
    "monitor": ("T1005", "监督一", UserKind.EXTERNAL, "社区干部", "0501", "grid_monitor", "050101"),
    "station_head": ("T1000", "单元一", UserKind.OFFICER, "所长", "0501", "station_head", "0501"),
    "other_chief": ("T2001", "席网一", UserKind.OFFICER, "科员", "0502", "grid_chief", "050201"),
    "other_head": ("T2000", "单元二", UserKind.OFFICER, "所长", "0502", "station_head", "0502"),
    "grid_office": ("T0001", "网格办", UserKind.OFFICER, "网格办副主任", "grid-office", "grid_office", ""),
    "dispatcher": ("T0002", "指挥员", UserKind.OFFICER, "值班员", "grid-office", "dispatcher", ""),
    "leader": ("T0003", "局领导", UserKind.OFFICER, "副局长", "610111", "leader", ""),
    "clerk": ("T0004", "数据员", UserKind.OFFICER, "信用科科员", "610111", "registry_clerk", ""),
    "keeper": ("T0010", "印章员", UserKind.OFFICER, "办公室科员", "610111", "seal_keeper", ""),
    "source": ("T9000", "城管平台", UserKind.SYSTEM, "", "610111", "api_source", ""),
    "sysadmin": ("T0005", "系统员", UserKind.OFFICER, "系统管理员", "610111", "sysadmin", ""),
    "secadmin": ("T0006", "安全员", UserKind.OFFICER, "安全管理员", "610111", "secadmin", ""),
    "auditor": ("T0007", "审计员", UserKind.OFFICER, "审计管理员", "610111", "auditor", ""),
}


@dataclass(slots=True)
class Cast:
    """People by their part (`cast.chief`), and clients logged in as them."""

    people: dict[str, User]
    units: dict[str, Unit]

    def __getattr__(self, part: str) -> User:
        try:
            return self.people[part]
        except KeyError:
            raise AttributeError(part) from None

    def client(self, user: User) -> Client:
        client = Client()
        client.force_login(user, backend="shijian.accounts.backends.WithUnit")
        return client

    def confirmed_client(self, user: User) -> Client:
        """A client whose person has just proved again who he is, as grave acts ask."""
        client = self.client(user)
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()
        return client


def build_units(bureau_code: str = BUREAU, name: str = "灞桥区市场监督管理局") -> dict[str, Unit]:
    bureau = services.create_unit(
        bureau_code=bureau_code,
        code=bureau_code,
        name=name,
        kind=UnitKind.BUREAU,
        parent=None,
        by=None,
        now=THEN,
    )
    rows = [
        ("grid-office", "网格化管理办公室", UnitKind.DIVISION, ""),
        ("0501", "纺织城市场监督管理所", UnitKind.STATION, "0501"),
        ("0502", "席王市场监督管理所", UnitKind.STATION, "0502"),
    ]
    below = [
        services.create_unit(
            bureau_code=bureau_code,
            code=code,
            name=title,
            kind=kind,
            parent=bureau,
            area_code=area,
            by=None,
            now=THEN,
        )
        for code, title, kind, area in rows
    ]
    return {unit.code: unit for unit in (bureau, *below)}


def build_cast() -> Cast:
    """Units, people and grants of the cast; needs the roles (`sync_roles`) in place."""
    units = build_units()
    bureau = units[BUREAU]
    roles = Role.objects.in_bulk()
    people = {}
    for part, (number, name, kind, post, unit_code, role, area) in PEOPLE.items():
        unit = units[unit_code]
        user = User(employee_no=number, name=name, unit=unit, bureau_code=BUREAU, kind=kind, post=post)
        user.set_password(PASSWORD)
        people[part] = user
        user.save()
        Grant.objects.create(
            user=user,
            role=roles[role],
            lane=roles[role].lane,
            bureau_code=BUREAU,
            area_prefix=area,
            unit_path=unit.path if area else bureau.path,
            valid=(SINCE, None),
        )
    return Cast(people, units)
