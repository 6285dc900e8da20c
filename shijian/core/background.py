"""What lies under the grids on every map: lines with names (roads, rivers) the bureau imported, or tiles it may use.

A map without streets is a riddle, and an office network often reaches no tile server; so the lines are a file of the
product's home, compressed once, and the address carries its version.
"""

import gzip
import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings

from .errors import InvalidInput

LINES = {"LineString", "MultiLineString"}
MAX_BYTES = 8 * 2**20


@dataclass(frozen=True, slots=True)
class Background:
    """`version` changes with the content; `attribution` is shown on every map."""

    version: str
    attribution: str


def write(source: Path, *, attribution: str) -> int:
    """Take the named lines of a GeoJSON file (WGS 84, degrees) as the background of all maps; gives their number.

    Raises InvalidInput for a file that is no such thing; what was there before stays then.
    """
    try:
        read = json.loads(source.read_text(encoding="utf-8-sig"))["features"]
        lines = [_line(feature) for feature in read if feature["geometry"]["type"] in LINES]
    except (OSError, ValueError, KeyError, TypeError) as error:
        remedy = "请提供 UTF-8 编码的 GeoJSON FeatureCollection。"
        raise InvalidInput(f"文件 {source.name} 读不出道路", remedy=remedy) from error
    if not lines:
        raise InvalidInput(f"文件 {source.name} 中没有线要素", remedy="底图只用线要素，属性 name 为名称。")
    text = json.dumps({"type": "FeatureCollection", "features": lines}, ensure_ascii=False, separators=(",", ":"))
    packed = gzip.compress(text.encode(), mtime=0)
    if len(packed) > MAX_BYTES:
        raise InvalidInput(f"底图压缩后 {len(packed) // 2**20} MB，过大", remedy="请先简化线形或只留主要道路。")
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    about = {"version": sha256(packed).hexdigest()[:12], "attribution": attribution}
    for name, content in (("background.geojson.gz", packed), ("background.json", json.dumps(about).encode())):
        fresh = folder / f"{name}.new"
        fresh.write_bytes(content)
        fresh.replace(folder / name)
    return len(lines)


def current() -> Background | None:
    try:
        about = json.loads((_folder() / "background.json").read_text())
    except OSError:
        return None
    return Background(about["version"], about["attribution"])


def packed() -> bytes:
    """The lines as gzipped GeoJSON. Raises FileNotFoundError when none were imported."""
    return (_folder() / "background.geojson.gz").read_bytes()


def _line(feature: dict[str, Any]) -> dict[str, Any]:
    given = feature.get("properties") or {}
    kept = {name: str(given[name])[:60] for name in ("name", "class") if given.get(name)}
    return {"type": "Feature", "properties": kept, "geometry": feature["geometry"]}


def _folder() -> Path:
    return Path(settings.HOME) / "map"
