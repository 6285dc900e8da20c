"""The Merkle tree of RFC 6962: roots, inclusion and consistency proofs, and how to check them. Pure; SHA-256.

A subtree [start, end) of draft-ietf-plants-merkle-tree-certs is any run of leaves that a complete subtree could begin
with; the tree itself is the subtree [0, size). Proofs for subtrees are those of the RFC where start is 0.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
NodeReader = Callable[[int, int], bytes]


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The roots of the complete subtrees of a growing tree, largest first: all that appending and the root need."""

    def __init__(self, size: int = 0, roots: Sequence[tuple[int, bytes]] = ()) -> None:
        self.size = size
        self.roots = list(roots)  # (level, hash): a subtree of 2**level leaves

    def append(self, digest: bytes, level: int = 0) -> list[tuple[int, int, bytes]]:
        """Add a leaf, or a complete subtree where one may begin; returns the nodes made: (level, index, hash)."""
        index, made = self.size >> level, []
        self.size += 1 << level
        while self.roots and self.roots[-1][0] == level:
            digest = node_hash(self.roots.pop()[1], digest)
            level, index = level + 1, index >> 1
            made.append((level, index, digest))
        self.roots.append((level, digest))
        return made

    def grown(self, levels: Sequence[Sequence[bytes]], count: int) -> "Frontier":
        """This tree and the first `count` leaves below `levels` (see `subtrees`), a part smaller than any before it."""
        roots = list(self.roots)
        begin = 0
        for level in reversed(range(count.bit_length())):
            if count >> level & 1:
                roots.append((level, levels[level][begin >> level]))
                begin += 1 << level
        return Frontier(self.size + count, roots)

    def root(self) -> bytes:
        if not self.roots:
            return EMPTY_ROOT
        digest = self.roots[-1][1]
        for _, left in reversed(self.roots[:-1]):
            digest = node_hash(left, digest)
        return digest


def frontier_at(size: int, node: NodeReader) -> Frontier:
    """The frontier of the first `size` leaves, read from complete subtrees."""
    levels = [level for level in reversed(range(size.bit_length())) if size >> level & 1]
    roots, begin = [], 0
    for level in levels:
        roots.append((level, node(level, begin >> level)))
        begin += 1 << level
    return Frontier(size, roots)


def subtrees(leaves: Sequence[bytes]) -> list[Sequence[bytes]]:
    """All complete subtrees of these leaves by level, level 0 being the leaves. The tight loop of a verification."""
    hashed, levels = sha256, [leaves]
    while len(below := levels[-1]) > 1:
        levels.append([hashed(b"\x01" + left + right).digest() for left, right in zip(below[::2], below[1::2])])  # noqa: B905 - an odd last one waits
    return levels


def root_of(leaves: Iterable[bytes]) -> bytes:
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def range_root(begin: int, end: int, node: NodeReader) -> bytes:
    """The hash of the subtree [begin, end)."""
    width = end - begin
    if width & (width - 1) == 0:
        level = width.bit_length() - 1
        return node(level, begin >> level)
    half = 1 << (width - 1).bit_length() - 1
    return node_hash(range_root(begin, begin + half, node), range_root(begin + half, end, node))


def inclusion_proof(index: int, size: int, node: NodeReader) -> list[bytes]:
    """The audit path of leaf `index` in the tree of `size` leaves (RFC 6962 2.1.1), from the leaf upwards."""
    if not 0 <= index < size:
        raise ValueError("no such leaf in a tree of this size")
    path, begin, end = [], 0, size
    while end - begin > 1:
        middle = begin + (1 << (end - begin - 1).bit_length() - 1)
        if index < middle:
            path.append(range_root(middle, end, node))
            end = middle
        else:
            path.append(range_root(begin, middle, node))
            begin = middle
    return path[::-1]


def consistency_proof(old: int, new: int, node: NodeReader) -> list[bytes]:
    """That the tree of `old` leaves is the beginning of the tree of `new` leaves (RFC 6962 2.1.2)."""
    if not 0 < old <= new:
        raise ValueError("the old tree is neither empty nor larger")
    path, begin, end, is_whole = [], 0, new, True
    while old != end:
        middle = begin + (1 << (end - begin - 1).bit_length() - 1)
        if old <= middle:
            path.append(range_root(middle, end, node))
            end = middle
        else:
            path.append(range_root(begin, middle, node))
            begin, is_whole = middle, False
    if not is_whole:
        path.append(range_root(begin, end, node))
    return path[::-1]


def is_subtree(start: int, end: int) -> bool:
    """Whether [start, end) is empty, or begins where a complete subtree of at least its width begins."""
    return 0 <= start <= end and (start == end or start % (1 << (end - start - 1).bit_length()) == 0)


def includes(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes, *, start: int = 0) -> bool:
    """Whether the path shows the leaf at `index` of the tree with this size and root (RFC 9162 2.1.3.2).

    With `start`, of the subtree [start, size).
    """
    if not is_subtree(start, size) or not start <= index < size or len(leaf) != HASH_BYTES:
        return False
    position, last, digest = index - start, size - start - 1, leaf
    for step in path:
        if last == 0:
            return False
        if position & 1 or position == last:
            digest = node_hash(step, digest)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            digest = node_hash(digest, step)
        position, last = position >> 1, last >> 1
    return last == 0 and digest == root


def consistent(
    old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes], *, start: int | None = None
) -> bool:
    """Whether the path shows that the old tree is the beginning of the new one (RFC 9162 2.1.4.2).

    With `start`, that the subtree [start, old) is part of the new tree; of an empty one there is nothing to show,
    while an empty old tree is refused.
    """
    if start is None:
        start = 0 if old else -1
    if not is_subtree(start, old) or old > new:
        return False
    if start == old:
        return not path and old_root == EMPTY_ROOT
    position, inner, last = start, old - 1, new - 1
    # Up to the root of the largest complete subtree that ends where the old one ends: there the path begins.
    while position != inner and (inner & 1 or old == new):
        position, inner, last = position >> 1, inner >> 1, last >> 1
    steps = list(path)
    if position == inner:
        from_old = from_new = old_root
    elif steps:
        from_old = from_new = steps.pop(0)
    else:
        return False
    for step in steps:
        if last == 0:
            return False
        if inner & 1 or inner == last:
            if position < inner:
                from_old = node_hash(step, from_old)
            from_new = node_hash(step, from_new)
            while not inner & 1 and inner:
                position, inner, last = position >> 1, inner >> 1, last >> 1
        else:
            from_new = node_hash(from_new, step)
        position, inner, last = position >> 1, inner >> 1, last >> 1
    return last == 0 and from_old == old_root and from_new == new_root
