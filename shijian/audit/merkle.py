"""The Merkle tree of RFC 6962: roots, inclusion and consistency proofs, and how to check them. Pure; SHA-256."""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

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

    def append(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Add a leaf; returns the complete subtrees this finishes as (level, index, hash), the leaf not included."""
        level, made = 0, []
        digest, index = leaf, self.size
        while self.roots and self.roots[-1][0] == level:
            digest = node_hash(self.roots.pop()[1], digest)
            level, index = level + 1, index >> 1
            made.append((level, index, digest))
        self.roots.append((level, digest))
        self.size += 1
        return made

    def root(self) -> bytes:
        if not self.roots:
            return EMPTY_ROOT
        digest = self.roots[-1][1]
        for _, left in reversed(self.roots[:-1]):
            digest = node_hash(left, digest)
        return digest


def frontier_at(size: int, node: NodeReader) -> Frontier:
    """The frontier of the first `size` leaves, read from stored complete subtrees."""
    levels = [level for level in reversed(range(size.bit_length())) if size >> level & 1]
    roots, begin = [], 0
    for level in levels:
        roots.append((level, node(level, begin >> level)))
        begin += 1 << level
    return Frontier(size, roots)


def root_of(leaves: Iterable[bytes]) -> bytes:
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def range_root(begin: int, end: int, node: NodeReader) -> bytes:
    """The hash of leaves [begin, end), where begin is a multiple of the largest power of two below the width."""
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


def includes(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the path shows the leaf at `index` of the tree with this size and root (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    position, last, digest = index, size - 1, leaf
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


def consistent(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the path shows that the old tree is the beginning of the new one (RFC 9162 2.1.4.2)."""
    if old == new:
        return not path and old_root == new_root
    if not 0 < old < new or not path:
        return False
    steps = [old_root, *path] if old & (old - 1) == 0 else [*path]
    position, last = old - 1, new - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    from_old = from_new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            from_old, from_new = node_hash(step, from_old), node_hash(step, from_new)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            from_new = node_hash(from_new, step)
        position, last = position >> 1, last >> 1
    return last == 0 and from_old == old_root and from_new == new_root
