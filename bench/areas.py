"""A made-up district for measurements: wiggly cells with shared sides, some of them with an enclave in a hole."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

WEST, SOUTH, WIDTH, HEIGHT = 108.95, 34.15, 0.30, 0.24


def cells(count: int, *, vertices: int = 200, enclaves: float = 0.05, seed: int = 7) -> list[shapely.Polygon]:
    """About `count` polygons that tile a rectangle exactly; `enclaves` is the share that lies inside another one."""
    random = np.random.default_rng(seed)
    inner = int(count * enclaves)
    outer = count - inner
    across = max(1, round((outer * WIDTH / HEIGHT) ** 0.5))
    rows = max(1, round(outer / across))
    corners = np.stack(np.meshgrid(np.arange(across + 1), np.arange(rows + 1), indexing="xy"), axis=-1).astype(float)
    corners[1:-1, 1:-1] += random.uniform(-0.22, 0.22, corners[1:-1, 1:-1].shape)
    scale = np.array([WIDTH / across, HEIGHT / rows])
    corners = corners * scale + [WEST, SOUTH]
    steps = max(1, vertices // 4)
    flat = [
        _side(corners[row, col], corners[row, col + 1], steps, random, row in (0, rows))
        for row in range(rows + 1)
        for col in range(across)
    ]
    upright = [
        _side(corners[row, col], corners[row + 1, col], steps, random, col in (0, across))
        for row in range(rows)
        for col in range(across + 1)
    ]
    made: list[shapely.Polygon] = []
    for row in range(rows):
        for col in range(across):
            south, north = flat[row * across + col], flat[(row + 1) * across + col]
            west, east = upright[row * (across + 1) + col], upright[row * (across + 1) + col + 1]
            made.append(shapely.Polygon(np.vstack([south, east[1:], north[::-1][1:], west[::-1][1:]])))
    chosen = random.choice(len(made), size=min(inner, len(made)), replace=False)
    angles = np.linspace(0, 2 * np.pi, vertices // 2, endpoint=False)
    for index in sorted(chosen.tolist()):
        middle = shapely.get_coordinates(made[index].centroid)[0]
        radius = scale * 0.12 * (1 + 0.15 * np.sin(5 * angles))[:, None]
        ring = np.round(middle + radius * np.column_stack([np.cos(angles), np.sin(angles)]), 9)
        made[index] = shapely.Polygon(made[index].exterior, [ring])
        made.append(shapely.Polygon(ring))
    return made


def points(count: int, *, seed: int = 11) -> NDArray[np.float64]:
    """Uniform over the rectangle."""
    random = np.random.default_rng(seed)
    return np.column_stack([random.uniform(WEST, WEST + WIDTH, count), random.uniform(SOUTH, SOUTH + HEIGHT, count)])


def codes_for(polygons: Sequence[Any]) -> dict[str, Any]:
    return {f"05{index // 1000 + 1:02d}{index % 1000:03d}": polygon for index, polygon in enumerate(polygons)}


def _side(start: Any, end: Any, steps: int, random: np.random.Generator, straight: bool) -> Any:
    share = np.linspace(0, 1, steps + 1)[:, None]
    line = start + (end - start) * share
    if not straight:
        across = np.array([-(end - start)[1], (end - start)[0]])
        wave = sum(random.uniform(-1, 1) / order * np.sin(np.pi * order * share[:, 0]) for order in range(1, 7))
        line = line + across * 0.04 * wave[:, None]  # type: ignore[index]
    line = np.round(line, 9)
    line[0], line[-1] = np.round(start, 9), np.round(end, 9)
    return line
