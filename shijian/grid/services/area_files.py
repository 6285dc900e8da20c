"""Reading a GeoJSON file of boundaries: its text, its reference system, the names and codes of its features."""

import json
from pathlib import Path
from typing import Any

from shijian.core.errors import InvalidInput

CODE_NAMES = ("code", "area_code", "grid_code", "编码", "网格编码", "代码")
NAME_NAMES = ("name", "名称", "网格名称")
PARENT_NAMES = ("parent", "parent_code", "上级", "上级编码")
MAX_BYTES = 200 * 2**20
# Longitude and latitude in WGS 84 or CGCS2000, which are the same within a metre.
LONLAT_SYSTEMS = ("CRS84", ":4326", "::4326", ":4490", "::4490")


def read_features(path: Path) -> list[dict[str, Any]]:
    """The features of a GeoJSON file in UTF-8 (with or without BOM) or GB 18030. Raises InvalidInput."""
    if path.stat().st_size > MAX_BYTES:
        raise InvalidInput(f"文件超过 {MAX_BYTES >> 20} MB", field=path.name, remedy="请按街道拆分后导入。")
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            data = json.loads(raw.decode(encoding))
        except (UnicodeDecodeError, ValueError, RecursionError):
            continue
        features = data.get("features") if isinstance(data, dict) else None
        if isinstance(features, list) and all(isinstance(each, dict) for each in features):
            _refuse_projected(data, path.name)
            return features
        break
    raise InvalidInput("不是 GeoJSON 要素集合", field=path.name, remedy="请导出为 FeatureCollection，编码用 UTF-8。")


def text_of(feature: dict[str, Any], names: tuple[str, ...]) -> str:
    """The first of these properties that says something, as text."""
    properties = feature.get("properties")
    if not isinstance(properties, dict):
        return ""
    found = next((properties[name] for name in names if properties.get(name) not in (None, "")), "")
    return str(found).strip()


def _refuse_projected(data: dict[str, Any], file_name: str) -> None:
    """Old GeoJSON names its reference system; anything but degrees of WGS 84 or CGCS2000 is refused by name."""
    told = data.get("crs")
    properties = told.get("properties") if isinstance(told, dict) else None
    name = str(properties.get("name", "")) if isinstance(properties, dict) else ""
    if name and not name.endswith(LONLAT_SYSTEMS):
        raise InvalidInput(
            f"坐标系是 {name[:60]}", field=file_name[-80:], remedy="请导出为 CGCS2000 或 WGS-84 经纬度。"
        )
