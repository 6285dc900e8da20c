"""Builders other tests may use: a bureau with its grid office and its levels, files of boundaries."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from shapely.geometry import mapping

from shijian.accounts.models import Grant, Role, User
from shijian.accounts.testing import SINCE, build_units

from . import services

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "geo"
LEVELS = [("area", "管理片区", "片区长", 2), ("unit", "管理单元", "单元长", 2), ("grid", "管理网格", "网格长", 2)]


def office_of(bureau_code: str, name: str, employee_no: str) -> User:
    """A second bureau with one person in its grid office; needs the roles in place."""
    units = build_units(bureau_code, name)
    user = User(
        employee_no=employee_no, name="网格办", unit=units["grid-office"], bureau_code=bureau_code, kind="officer"
    )
    user.set_unusable_password()
    user.save()
    role = Role.objects.get(pk="grid_office")
    Grant.objects.create(
        user=user, role=role, lane=role.lane, bureau_code=bureau_code, unit_path=units[bureau_code].path,
        valid=(SINCE, None),
    )  # fmt: skip
    return user


def set_levels(bureau_code: str, grid_digits: int = 2) -> None:
    services.define_levels(bureau_code, [*LEVELS[:2], ("grid", "管理网格", "网格长", grid_digits)])


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    shape = geometry if geometry is None or isinstance(geometry, Mapping) else mapping(geometry)
    return {"type": "Feature", "properties": properties, "geometry": shape}


def write_features(path: Path, features: Iterable[dict[str, Any]], *, encoding: str = "utf-8", **more: Any) -> Path:
    data = {"type": "FeatureCollection", **more, "features": list(features)}
    path.write_bytes(json.dumps(data, ensure_ascii=False).encode(encoding))
    return path
