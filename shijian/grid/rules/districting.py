"""Proposing balanced, connected grids from workload: recombination of neighbours along random spanning trees.

Two neighbouring grids are joined, a random spanning tree is laid through their blocks, and the tree is cut where the two
parts weigh most alike: both parts are connected by construction. Then single blocks on a border move over when that
helps and leaves both sides connected. After DeFord, Duchin, Solomon, Recombination: A Family of Markov Chains for
Redistricting, Harvard Data Science Review 3(1), 2021. See docs/algorithms/partition-sandbox.md.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from .area import A

MOST_BLOCKS = 1500
Links = list[dict[int, float]]


@dataclass(frozen=True, slots=True)
class Aims:
    """How much each aim counts against the balance of work (1.0): short borders, and few people changing their grid."""

    short_borders: float = 0.3
    few_changes: float = 0.1


@dataclass(frozen=True, slots=True)
class Blocks:
    """What grids are put together from: connected faces, the work in each, whom each touches and over how many metres."""

    faces: list[BaseGeometry]
    work: NDArray[np.float64]
    links: Links
    owner: NDArray[np.int32]  # the grid each lies in now


def cut_into_blocks(
    grids: Sequence[BaseGeometry], points: NDArray[np.float64], weights: NDArray[np.float64], *, wanted: int, seed: int
) -> Blocks:
    """Faces between the present boundaries and the Voronoi cells of `wanted` sites, denser where the work is.

    Present boundaries are kept as lines, so the present division is one of the possible ones.
    """
    random = np.random.default_rng(seed)
    whole = shapely.union_all(list(grids))
    sites = _sites(whole, points, weights, min(wanted, MOST_BLOCKS), random)
    lines = [shapely.boundary(grid) for grid in grids]
    cells = shapely.voronoi_polygons(shapely.MultiPoint(sites), extend_to=whole, only_edges=True)
    network = shapely.union_all([*lines, shapely.intersection(cells, whole)])
    faces = [face for face in shapely.get_parts(shapely.polygonize([network])) if face.area > 0]
    inner = shapely.point_on_surface(np.array(faces, dtype=object))
    tree = shapely.STRtree(np.array(grids, dtype=object))
    at, grid = tree.query(inner, predicate="intersects")
    owner = np.full(len(faces), -1, dtype=np.int32)
    owner[at[::-1]] = grid[::-1]
    kept = np.flatnonzero(owner >= 0)
    faces, owner = [faces[index] for index in kept], owner[kept]
    faces, owner = _without_slivers(faces, owner)
    at, face = shapely.STRtree(np.array(faces, dtype=object)).query(shapely.points(points), predicate="intersects")
    first = np.full(len(points), -1)
    first[at[::-1]] = face[::-1]
    inside = first >= 0
    work = np.bincount(first[inside], weights=weights[inside], minlength=len(faces)).astype(np.float64)
    return Blocks(faces, work, _links(faces), owner)


def propose(
    blocks: Blocks, count: int, *, rounds: int = 400, aims: Aims | None = None, seed: int = 0
) -> NDArray[np.int32]:
    """The grid of every block, `count` grids, each connected; the same input and seed give the same answer."""
    aims, random = aims or Aims(), np.random.default_rng(seed)
    table = _Table(blocks, count, aims)
    table.take(_start(blocks, count, random))
    best, best_cost = table.part.copy(), table.cost()
    for number in range(rounds):
        table.recombine(random, heat=0.02 * (1 - number / rounds))
        if number % 10 == 9:
            table.polish()
        if (cost := table.cost()) < best_cost - 1e-12:
            best, best_cost = table.part.copy(), cost
    table.take(best)
    table.polish()
    return table.part


def dissolve(blocks: Blocks, part: NDArray[np.int32]) -> dict[int, BaseGeometry]:
    """The outline of each grid; blocks share their sides exactly, so the union has neither gaps nor overlaps."""
    faces = np.array(blocks.faces, dtype=object)
    return {int(grid): shapely.coverage_union_all(faces[part == grid]) for grid in np.unique(part)}


def is_connected(links: Links, members: set[int]) -> bool:
    """Whether the blocks hang together over shared sides."""
    return len(_pieces(links, members)) == 1


def spread(work: NDArray[np.float64]) -> float:
    """How far the heaviest grid lies above the average, 0.25 for a quarter more."""
    mean = float(work.mean())
    return float(work.max()) / mean - 1 if mean > 0 else 0.0


class _Table:
    """A division in the making: the grid of every block, the work of every grid."""

    def __init__(self, blocks: Blocks, count: int, aims: Aims) -> None:
        self.blocks, self.count, self.aims = blocks, count, aims
        self.total = max(float(blocks.work.sum()), 1e-9)
        self.mean = self.total / count
        self.links = blocks.links
        sides = [(a, b, m) for a, near in enumerate(self.links) for b, m in near.items() if b > a]
        ends = np.array([side[:2] for side in sides], dtype=np.int64).reshape(-1, 2)
        self.one, self.other = ends[:, 0], ends[:, 1]
        self.metres = np.array([side[2] for side in sides], dtype=np.float64)
        self.length = max(float(self.metres.sum()), 1e-9)
        self.stays = len(set(blocks.owner.tolist())) == count

    def take(self, part: NDArray[np.int32]) -> None:
        self.part = part.astype(np.int32).copy()
        self.work = np.bincount(self.part, weights=self.blocks.work, minlength=self.count)

    def cost(self) -> float:
        """Balance first; the other aims as shares of what they can be at most."""
        away = np.abs(self.work / self.mean - 1)
        balance = float((away**2).mean() + 0.5 * away.max() ** 2)
        border = float(self.metres[self.part[self.one] != self.part[self.other]].sum()) / self.length
        moved = float(self.blocks.work[self.part != self.blocks.owner].sum()) / self.total if self.stays else 0.0
        return balance + self.aims.short_borders * border + self.aims.few_changes * moved

    def recombine(self, random: np.random.Generator, heat: float) -> None:
        """Join two neighbours and cut them anew; kept when it is better, or hardly worse while it is warm."""
        pairs = self._borders()
        if not pairs:
            return
        # Neighbours that differ most are joined most often.
        differ = np.array([abs(self.work[a] - self.work[b]) + 0.1 * self.mean for a, b in pairs])
        one, other = pairs[int(random.choice(len(pairs), p=differ / differ.sum()))]
        members = np.flatnonzero((self.part == one) | (self.part == other))
        side = self._cut(members, random)
        if side is None:
            return
        before, old = self.cost(), self.part.copy()
        rest = [block for block in members.tolist() if block not in side]
        # The half that keeps more of what it had keeps the name.
        if sum(self.blocks.owner[block] == one for block in side) < sum(
            self.blocks.owner[block] == one for block in rest
        ):
            one, other = other, one
        fresh = old.copy()
        fresh[list(side)], fresh[rest] = one, other
        self.take(fresh)
        if self.cost() > before + heat * random.random():
            self.take(old)

    def polish(self) -> None:
        """Move single border blocks to a neighbour while the cost falls and both grids stay connected."""
        for _ in range(3):
            moved = False
            for block in self._border_blocks():
                here = int(self.part[block])
                if self.work[here] < self.mean * 0.98:
                    continue  # a light grid gives nothing away
                members = set(np.flatnonzero(self.part == here).tolist()) - {block}
                if not members or not is_connected(self.links, members):
                    continue
                before = self.cost()
                for there in sorted({int(self.part[near]) for near in self.links[block]} - {here}):
                    fresh = self.part.copy()
                    fresh[block] = there
                    old = self.part
                    self.take(fresh)
                    if self.cost() < before - 1e-9:
                        moved = True
                        break
                    self.take(old)
            if not moved:
                return

    def _cut(self, members: NDArray[np.intp], random: np.random.Generator) -> set[int] | None:
        """One side of the best cut of a random spanning tree, or None when no cut is near the middle."""
        order, above = _random_tree(self.links, members.tolist(), random)
        load = {block: float(self.blocks.work[block]) for block in order}
        below: dict[int, list[int]] = {block: [] for block in order}
        for block in reversed(order[1:]):
            load[above[block]] += load[block]
            below[above[block]].append(block)
        total = load[order[0]]
        best = min(order[1:], key=lambda block: abs(load[block] - total / 2), default=None)
        if best is None:
            return None
        side, todo = set(), [best]
        while todo:
            here = todo.pop()
            side.add(here)
            todo += below[here]
        return side

    def _borders(self) -> list[tuple[int, int]]:
        across = self.part[self.one] != self.part[self.other]
        pairs = np.stack([self.part[self.one[across]], self.part[self.other[across]]], axis=1)
        return [(int(a), int(b)) for a, b in np.unique(np.sort(pairs, axis=1), axis=0)] if len(pairs) else []

    def _border_blocks(self) -> list[int]:
        across = self.part[self.one] != self.part[self.other]
        return [int(each) for each in np.unique(np.concatenate([self.one[across], self.other[across]]))]


def _random_tree(links: Links, members: list[int], random: np.random.Generator) -> tuple[list[int], dict[int, int]]:
    """A spanning tree by Prim with random weights: the blocks from the root on, and the block above each."""
    inside = set(members)
    root = members[int(random.integers(len(members)))]
    order: list[int] = []
    above: dict[int, int] = {}
    todo: list[tuple[float, int, int]] = [(0.0, root, root)]
    seen: set[int] = set()
    while todo:
        _, block, origin = heapq.heappop(todo)
        if block in seen:
            continue
        seen.add(block)
        order.append(block)
        above[block] = origin
        for near in links[block]:
            if near in inside and near not in seen:
                heapq.heappush(todo, (float(random.random()), near, block))
    return order, above


def _start(blocks: Blocks, count: int, random: np.random.Generator) -> NDArray[np.int32]:
    """The present division where it has the right number of grids; ground cut off from the rest gets its own share.

    A unit may lie in several pieces; no grid spans two of them unless there are more pieces than grids.
    """
    pieces = _pieces(blocks.links, set(range(len(blocks.faces))))
    shares = _shares(
        [float(blocks.work[list(piece)].sum()) for piece in pieces], [len(piece) for piece in pieces], count
    )
    part = np.full(len(blocks.faces), -1, dtype=np.int32)
    present = _connected(blocks, blocks.owner, int(blocks.owner.max()) + 1)
    fresh = int(blocks.owner.max()) + 1
    for piece, share in zip(pieces, shares, strict=True):
        members = sorted(piece)
        if share == 0:
            continue
        own = present[members]
        if len(set(own.tolist())) == share:
            part[members] = own
        else:
            part[members] = _grown(blocks, members, share, random) + fresh
            fresh += share
    # Pieces too light for a grid of their own belong to the one that had them, else to the lightest.
    named = _renamed(part, blocks, count)
    for piece, share in zip(pieces, shares, strict=True):
        if share == 0:
            work = np.bincount(named[named >= 0], weights=blocks.work[named >= 0], minlength=count)
            had = int(np.bincount(blocks.owner[list(piece)]).argmax())
            named[list(piece)] = had if had < count else int(work.argmin())
    return named


def _renamed(part: NDArray[np.int32], blocks: Blocks, count: int) -> NDArray[np.int32]:
    """Numbers 0 to count - 1, each grid by the number it shares most work with, the greatest share first."""
    labels = [label for label in np.unique(part).tolist() if label >= 0]
    shared = sorted(
        (-float(blocks.work[(part == label) & (blocks.owner == owner)].sum()) - 1e-9, label, owner)
        for label in labels
        for owner in range(count)
        if ((part == label) & (blocks.owner == owner)).any()
    )
    name: dict[int, int] = {}
    for _, label, owner in shared:
        if label not in name and owner not in name.values():
            name[label] = owner
    free = [number for number in range(count) if number not in name.values()]
    for label in labels:
        if label not in name:
            name[label] = free.pop(0)
    made = np.full(len(part), -1, dtype=np.int32)
    for label, number in name.items():
        made[part == label] = number
    return made


def _shares(work: list[float], sizes: list[int], count: int) -> list[int]:
    """How many grids each piece gets: each next one goes where a grid would carry most, never more than it has blocks."""
    shares = [0] * len(work)
    for _ in range(count):
        open_ = [at for at in range(len(work)) if shares[at] < sizes[at]]
        if not open_:
            break
        best = max(open_, key=lambda at: (work[at] / (shares[at] + 0.5), sizes[at]))
        shares[best] += 1
    return shares


def _pieces(links: Links, members: set[int]) -> list[set[int]]:
    todo, found = set(members), []
    while todo:
        piece, queue = set(), [next(iter(todo))]
        while queue:
            here = queue.pop()
            if here in todo:
                todo.discard(here)
                piece.add(here)
                queue += [near for near in links[here] if near in todo]
        found.append(piece)
    return sorted(found, key=lambda piece: (-len(piece), min(piece)))


def _grown(blocks: Blocks, members: list[int], count: int, random: np.random.Generator) -> NDArray[np.int32]:
    """A first division of some blocks: the lightest grid takes the next free block beside it."""
    chosen = random.choice(members, size=count, replace=False)
    part = dict.fromkeys(members, -1)
    part.update({int(block): grid for grid, block in enumerate(chosen)})
    work = blocks.work[chosen].copy()
    edge: list[set[int]] = [{near for near in blocks.links[block] if part.get(near) == -1} for block in chosen.tolist()]
    while any(edge):
        grid = min((each for each in range(count) if edge[each]), key=lambda each: work[each])
        block = min(edge[grid])
        part[block], work[grid] = grid, work[grid] + blocks.work[block]
        for each in edge:
            each.discard(block)
        edge[grid] |= {near for near in blocks.links[block] if part.get(near) == -1}
    return np.array([max(part[block], 0) for block in members], dtype=np.int32)


def _connected(blocks: Blocks, part: NDArray[np.int32], count: int) -> NDArray[np.int32]:
    """Islands of a grid go to the neighbour they touch longest, until every grid hangs together as far as it can."""
    part = part.astype(np.int32).copy()
    for grid in range(count):
        pieces = _pieces(blocks.links, set(np.flatnonzero(part == grid).tolist()))
        pieces.sort(key=lambda piece: -float(blocks.work[list(piece)].sum()) - len(piece) * 1e-9)
        for piece in pieces[1:]:
            touching: dict[int, float] = {}
            for block in piece:
                for near, metres in blocks.links[block].items():
                    if near not in piece:
                        touching[int(part[near])] = touching.get(int(part[near]), 0.0) + metres
            if touching:
                part[list(piece)] = max(touching, key=lambda each: touching[each])
    return part


def _sites(
    whole: BaseGeometry, points: Any, weights: Any, wanted: int, random: np.random.Generator
) -> NDArray[np.float64]:
    """Half of the sites where the work is, half evenly over the ground, none closer than 1e-5 degrees."""
    west, south, east, north = whole.bounds
    even = random.uniform((west, south), (east, north), (max(wanted, 8) * 2, 2))
    shapely.prepare(whole)
    even = even[shapely.contains_xy(whole, even[:, 0], even[:, 1])][: max(wanted // 2, 4)]
    dense = np.empty((0, 2))
    if len(points) and weights.sum() > 0:
        inside = shapely.contains_xy(whole, points[:, 0], points[:, 1])
        if inside.any():
            chance = weights[inside] / weights[inside].sum()
            dense = points[inside][random.choice(int(inside.sum()), size=max(wanted // 2, 1), p=chance)]
    _, index = np.unique(np.round(np.vstack([even, dense]), 5), axis=0, return_index=True)
    return np.vstack([even, dense])[np.sort(index)]


def _without_slivers(faces: list[Any], owner: NDArray[np.int32]) -> tuple[list[Any], NDArray[np.int32]]:
    """Faces far smaller than the average join the neighbour of the same grid they touch longest."""
    least = 0.02 * float(np.mean(shapely.area(faces)))
    while True:
        links, sizes = _links(faces), shapely.area(faces)
        small = [
            index
            for index in np.argsort(sizes).tolist()
            if sizes[index] < least and any(owner[near] == owner[index] for near in links[index])
        ]
        if not small:
            return faces, owner
        gone: set[int] = set()
        fresh = list(faces)
        for index in small:
            into = max(
                (near for near in links[index] if owner[near] == owner[index] and near not in gone),
                key=lambda near: links[index][near],
                default=None,
            )
            if into is None or index in gone:
                continue
            fresh[into] = shapely.coverage_union_all([fresh[into], fresh[index]])
            gone.add(index)
        if not gone:
            return faces, owner
        kept = [index for index in range(len(faces)) if index not in gone]
        faces, owner = [fresh[index] for index in kept], owner[kept]


def _links(faces: Sequence[Any]) -> Links:
    """Which faces share sides, and over how many metres: sides are equal because the faces come from one network."""
    parts, face_of = shapely.get_parts(np.array(faces, dtype=object), return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    side = np.flatnonzero(ring[:-1] == ring[1:])
    owner = face_of[part[ring[side]]]
    ends = np.stack([points[side], points[side + 1]], axis=1)
    turned = (ends[:, 0, 0] > ends[:, 1, 0]) | ((ends[:, 0, 0] == ends[:, 1, 0]) & (ends[:, 0, 1] > ends[:, 1, 1]))
    ends[turned] = ends[turned][:, ::-1]
    key = ends.reshape(-1, 4)
    order = np.lexsort(key.T)
    same = np.flatnonzero((key[order][1:] == key[order][:-1]).all(axis=1))
    one, other = owner[order[same]], owner[order[same + 1]]
    delta = np.radians(key[order[same], 2:] - key[order[same], :2])
    delta[:, 0] *= np.cos(np.radians(key[order[same], 1]))
    metres = A * np.hypot(delta[:, 0], delta[:, 1])
    links: Links = [{} for _ in faces]
    for a, b, length in zip(one.tolist(), other.tolist(), metres.tolist(), strict=True):
        if a != b:
            links[a][b] = links[a].get(b, 0.0) + length
            links[b][a] = links[b].get(a, 0.0) + length
    return links
