"""The partition sandbox: what a unit's grids would look like if their work were even. Nothing is written (W12)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import mapping

from shijian.core.errors import Refused

from . import hooks, queries
from .models import Node
from .rules import districting
from .rules.area import area_m2
from .rules.assignment import Partition
from .rules.coverage import Fault, coverage_faults

BLOCKS_PER_GRID = 40
NOISE_M2 = 10.0  # rounding where old boundaries do not meet exactly


class NothingToDivide(Refused):
    code = "grid.nothing_to_divide"


@dataclass(frozen=True, slots=True)
class Row:
    """One grid before and after; a new one has no before."""

    code: str
    name: str
    work_before: float
    work_after: float
    area_before: str
    area_after: str
    counts: list[tuple[str, int, int]]  # per kind of work: its name, before, after


@dataclass(frozen=True, slots=True)
class Proposal:
    """Before and after, with the proof."""

    rows: list[Row]
    labels: list[str]
    spread_before: float
    spread_after: float
    moved_share: float
    blocks: int
    faults: list[Fault]
    before: dict[str, Any]
    after: dict[str, Any]

    @property
    def is_proven(self) -> bool:
        return not self.faults


def propose(unit: Node, *, count: int, hours: dict[str, float], changes: float, seed: int, on: date) -> Proposal:
    """Divide a unit's ground into `count` connected grids of even work; the same question has the same answer."""
    lowest = queries.lowest_depth(unit.bureau_code)
    grids = queries.shapes(unit.bureau_code, on=on, depth=lowest, prefix=unit.area_code)
    if not grids or not 1 <= count <= 60:
        raise NothingToDivide("该单元还没有划定边界的网格，或数量不在 1 至 60 之间。")
    codes = sorted(grids)
    names = dict(
        Node.objects.filter(bureau_code=unit.bureau_code, area_code__in=codes).values_list("area_code", "name")
    )
    kinds = [(kind, kind.points(unit.bureau_code, codes)) for kind in hooks.workloads]
    points = np.vstack([places for _, places in kinds] or [np.empty((0, 2))])
    weights = np.concatenate(
        [np.full(len(places), hours.get(kind.key, kind.hours)) for kind, places in kinds] or [np.empty(0)]
    )
    if not len(points) or weights.sum() <= 0:
        raise NothingToDivide("该单元内没有可以计算工作量的主体和事件。")
    outlines = [grids[code] for code in codes]
    blocks = districting.cut_into_blocks(outlines, points, weights, wanted=max(BLOCKS_PER_GRID * count, 60), seed=seed)
    aims = districting.Aims(few_changes=changes)
    part = districting.propose(blocks, count, rounds=60 * min(count, 12), aims=aims, seed=seed)
    shapes = districting.dissolve(blocks, part)
    labels = [codes[grid] if grid < len(codes) else f"新网格{grid - len(codes) + 1}" for grid in range(count)]
    fresh = {labels[grid]: shape for grid, shape in shapes.items()}
    old, new = _counts(kinds, dict(zip(codes, outlines, strict=True))), _counts(kinds, fresh)
    work = {
        side: {label: sum(number * hours.get(kind.key, kind.hours) for number, (kind, _) in zip(row, kinds, strict=True)) for label, row in found.items()}
        for side, found in (("before", old), ("after", new))
    }  # fmt: skip
    none = [0] * len(kinds)
    titles = [kind.label for kind, _ in kinds]
    rows = [
        Row(
            label,
            names.get(label, ""),
            work["before"].get(label, 0.0),
            work["after"].get(label, 0.0),
            _km2(grids.get(label)),
            _km2(fresh.get(label)),
            list(zip(titles, old.get(label, none), new.get(label, none), strict=True)),
        )
        for label in sorted({*codes, *labels})
    ]
    moved = float(blocks.work[part != blocks.owner].sum() / max(blocks.work.sum(), 1e-9))
    return Proposal(
        rows,
        titles,
        districting.spread(np.array([*work["before"].values()])),
        districting.spread(np.array([*work["after"].values()])),
        moved,
        len(blocks.faces),
        coverage_faults(fresh, shapely.union_all(outlines), tolerance_m2=NOISE_M2, parent_code=unit.area_code),
        _collection(grids, names),
        _collection(fresh, names),
    )


def _km2(shape: Any) -> str:
    return "—" if shape is None else f"{area_m2(shape) / 1e6:.2f}"


def _counts(kinds: list[tuple[hooks.Workload, NDArray[np.float64]]], shapes: dict[str, Any]) -> dict[str, list[int]]:
    partition = Partition(shapes)
    found = {code: [0] * len(kinds) for code in shapes}
    for place, (_, points) in enumerate(kinds):
        codes, numbers = np.unique(partition.assign(points).astype(str), return_counts=True)
        for code, number in zip(codes.tolist(), numbers.tolist(), strict=True):
            if code:
                found[code][place] = number
    return found


def _collection(shapes: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"code": code, "name": names.get(code, "")}, "geometry": mapping(shape)}
            for code, shape in sorted(shapes.items())
        ],
    }
