"""B2: which grid each of three million points lies in, against PostGIS, geopandas and DuckDB spatial.

Every side gets the same points and cells in memory or in its own tables, indexed beforehand where it can be. Before any
clock starts all answers are compared point by point; one mismatch fails the run. Then the sides take turns, and the
median of five turns counts. Ours is measured with the partition made anew each time, as after a boundary changed.
"""

import platform
import statistics
import sys
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from shijian.grid.rules.assignment import Partition, recut

from . import areas
from .grid_peers import DuckDB, Geopandas, PostGIS

ROUNDS = 5
POSTGIS_TARGET, OTHERS_TARGET, SINGLE_MS, RECUT_SHARE, GROWTH = 15.0, 3.0, 1.0, 0.01, 1.3


class Ours:
    """The product's kernel: a fresh partition and then every point."""

    name = "Shijian"
    version = f"Python {platform.python_version()}, numpy {np.__version__}, shapely {shapely.__version__}"

    def __init__(self, cells: list[Any], points: Any) -> None:
        self.cells, self.points = areas.codes_for(cells), points

    def answer(self) -> Any:
        return Partition(self.cells).indices(self.points[:, 0], self.points[:, 1])

    def timed(self) -> float:
        begun = time.perf_counter()
        self.answer()
        return time.perf_counter() - begun

    def close(self) -> None: ...


def run(quick: bool = False) -> list[dict[str, Any]]:
    count, grids = (200_000, 300) if quick else (3_000_000, 2_000)
    cells, points = areas.cells(grids), areas.points(count)
    sides: list[Any] = [Ours(cells, points)]
    missing = []
    for peer in (PostGIS, Geopandas, DuckDB):
        try:
            sides.append(peer(cells, points))
        except (LookupError, ImportError) as error:
            missing.append(f"{peer.name}: {error}")
    try:
        return [*_against(sides, missing, count, len(cells)), *_alone(cells, points, quick)]
    finally:
        for side in sides:
            side.close()


def _against(sides: list[Any], missing: list[str], points: int, grids: int) -> list[dict[str, Any]]:
    ours, *peers = sides
    expected = ours.answer()
    mismatches = {}
    for peer in peers:
        mismatches[peer.name] = int((peer.answer() != expected).sum())
        sys.stderr.write(f"  {peer.name} ({peer.version}): {mismatches[peer.name]} mismatches\n")
    times: dict[str, list[float]] = {side.name: [] for side in sides}
    if not any(mismatches.values()):
        for _ in range(ROUNDS):
            for side in sides:
                times[side.name].append(side.timed())
    medians = {name: statistics.median(turns) if turns else float("nan") for name, turns in times.items()}
    others = [peer.name for peer in peers if peer.name != PostGIS.name]
    rows = []
    for label, rivals, target in (
        ("B2 grid against PostGIS", [PostGIS.name], POSTGIS_TARGET),
        ("B2 grid against the better of geopandas and DuckDB", others, OTHERS_TARGET),
    ):
        best = min((name for name in rivals if name in medians), key=lambda name: medians[name], default="")
        ratio = medians[best] / medians[ours.name] if best else 0.0
        rows.append(
            {
                "name": label,
                "ours": round(medians[ours.name], 3),
                "peer": round(medians[best], 3) if best else None,
                "unit": "s",
                "ratio": round(ratio, 2),
                "target": target,
                "ok": bool(best) and ratio >= target and not any(mismatches.values()),
                "n": points,
                "grids": grids,
                "rounds": ROUNDS,
                "mismatches": sum(mismatches.values()),
                "seconds": {name: round(value, 3) for name, value in medians.items() if name in (ours.name, *rivals)},
                "peer_is": best or "; ".join(missing),
                "versions": "; ".join(side.version for side in sides if side.name in (ours.name, *rivals)),
            }
        )
    return rows


def _alone(cells: list[Any], points: Any, quick: bool) -> list[dict[str, Any]]:
    codes = areas.codes_for(cells)
    partition = Partition(codes)
    return [
        _single(partition, points[: 5_000 if quick else 50_000]),
        _growth_in_points(partition, points),
        _growth_in_grids(points[: len(points) // 3], (100, 300, 900) if quick else (200, 2_000, 20_000)),
        _recut(codes, points),
    ]


def _single(partition: Partition, points: Any) -> dict[str, Any]:
    waits = []
    for lon, lat in points.tolist():
        begun = time.perf_counter()
        partition.code_at(lon, lat)
        waits.append(time.perf_counter() - begun)
    waits.sort()
    p99 = waits[int(len(waits) * 0.99)] * 1000
    return _row(
        "B2 single look-up p99", round(p99, 4), SINGLE_MS, p99 <= SINGLE_MS, "ms", len(waits),
        p50_us=round(waits[len(waits) // 2] * 1e6, 2),
    )  # fmt: skip


def _growth_in_points(partition: Partition, points: Any) -> dict[str, Any]:
    sizes = [len(points) // 9, len(points) // 3, len(points)]
    seconds = [_median(lambda size=size: partition.indices(points[:size, 0], points[:size, 1])) for size in sizes]
    exponent = float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])
    ok = exponent <= 1.05
    table = {str(size): round(each, 4) for size, each in zip(sizes, seconds, strict=True)}
    return _row("B2 growth in points (exponent)", round(exponent, 3), 1.05, ok, "", len(points), seconds=table,
        plot=_plot("grid-points", f"B2: assigning points to {len(partition.codes):,} grids", sizes, seconds),
    )  # fmt: skip


def _growth_in_grids(points: Any, sizes: tuple[int, ...]) -> dict[str, Any]:
    seconds, made = [], []
    for size in sizes:
        codes = areas.codes_for(areas.cells(size))
        begun = time.perf_counter()
        partition = Partition(codes)
        made.append(time.perf_counter() - begun)
        seconds.append(_median(lambda each=partition: each.indices(points[:, 0], points[:, 1])))
    ratio = seconds[-1] / seconds[0]
    return _row(
        "B2 growth in grids (last to first)", round(ratio, 2), GROWTH, ratio <= GROWTH, "", len(points),
        seconds={str(size): round(each, 4) for size, each in zip(sizes, seconds, strict=True)},
        partition_seconds={str(size): round(each, 4) for size, each in zip(sizes, made, strict=True)},
        plot=_plot("grid-grids", f"B2: {len(points):,} points, by number of grids", sizes, seconds),
    )  # fmt: skip


def _plot(name: str, title: str, sizes: Sequence[int], seconds: Sequence[float]) -> dict[str, Any]:
    points = list(zip(sizes, seconds, strict=True))
    return {"name": name, "title": title, "unit": "seconds", "series": {"Shijian": points}}


def _recut(codes: dict[str, Any], points: Any) -> dict[str, Any]:
    """One side between two neighbours moves: what that costs against a full assignment, and that both agree."""
    first = next(iter(codes))
    second = next(code for code, shape in codes.items() if code != first and shape.touches(codes[first]) and not shape.within(shapely.Polygon(codes[first].exterior)))  # fmt: skip
    ceded = codes[second].intersection(codes[first].buffer(0.002))
    after = {**codes, first: codes[first].union(ceded), second: codes[second].difference(ceded)}
    order = np.argsort(points[:, 0], kind="stable")  # as an index of the database keeps it
    full = _median(lambda: Partition(after).indices(points[:, 0], points[:, 1]))
    part = _median(lambda: recut(codes, after, points, order))
    at, new = recut(codes, after, points, order)
    whole = Partition(after)
    told = Partition(codes).assign(points)
    told[at] = new
    mismatches = int((told != whole.assign(points)).sum())
    share = part / full
    return _row(
        "B2 re-cut of one side, share of a full assignment", round(share, 5), RECUT_SHARE,
        share <= RECUT_SHARE and mismatches == 0, "", len(points), points_asked=len(at),
        milliseconds=round(part * 1000, 2), full_milliseconds=round(full * 1000, 1), mismatches=mismatches,
    )  # fmt: skip


def _median(act: Any) -> float:
    turns = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        act()
        turns.append(time.perf_counter() - begun)
    return statistics.median(turns)


def _row(name: str, ours: float, target: float, ok: bool, unit: str, n: int, **more: Any) -> dict[str, Any]:
    return {
        "name": name, "ours": ours, "peer": target, "unit": unit, "ratio": round(ours / target, 3), "target": target,
        "ok": ok, "n": n, **more,
    }  # fmt: skip
