"""RFC 6962 by its own definition, and by the test vectors of Certificate Transparency (inputs and hashes are facts)."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shijian.audit import merkle

INPUTS = [bytes.fromhex(text) for text in ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]]
INPUTS.append(bytes.fromhex("606162636465666768696a6b6c6d6e6f"))
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [merkle.leaf_hash(data) for data in INPUTS]


def reference(leaves):
    """MTH of RFC 6962 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return merkle.node_hash(reference(leaves[:k]), reference(leaves[k:]))


def tree(leaves):
    nodes = {(0, index): leaf for index, leaf in enumerate(leaves)}
    frontier = merkle.Frontier()
    for leaf in leaves:
        nodes |= {(level, index): made for level, index, made in frontier.append(leaf)}
    return frontier, lambda level, index: nodes[level, index]


@pytest.mark.parametrize("size", range(1, 9))
def test_the_roots_are_those_of_the_certificate_transparency_vectors(size):
    assert merkle.root_of(LEAVES[:size]).hex() == ROOTS[size - 1]


def test_an_empty_tree_has_the_hash_of_nothing():
    assert merkle.root_of([]) == merkle.EMPTY_ROOT == reference([])


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=70), st.data())
def test_every_leaf_and_every_older_tree_is_proven_and_nothing_else(data, draw):
    leaves = [merkle.leaf_hash(item + bytes([index])) for index, item in enumerate(data)]
    frontier, node = tree(leaves)
    size, root = len(leaves), reference(leaves)
    assert frontier.root() == root == merkle.frontier_at(size, node).root()
    assert (frontier.size, merkle.frontier_at(size, node).size) == (size, size)
    index = draw.draw(st.integers(0, size - 1))
    path = merkle.inclusion_proof(index, size, node)
    assert merkle.includes(leaves[index], index, size, path, root)
    assert not merkle.includes(merkle.leaf_hash(b"other, forged"), index, size, path, root)
    assert not merkle.includes(leaves[index], index, size, [*path, root], root)
    assert not merkle.includes(leaves[index], size, size, path, root)
    old = draw.draw(st.integers(1, size))
    proof = merkle.consistency_proof(old, size, node)
    assert merkle.consistent(old, size, reference(leaves[:old]), root, proof)
    assert not merkle.consistent(old, size, merkle.leaf_hash(b"?"), root, proof)
    if old < size:
        assert not merkle.consistent(old, size, reference(leaves[:old]), root, [])
        assert not merkle.consistent(old, size, reference(leaves[:old]), root, [*proof, root])


@pytest.mark.parametrize(("index", "size"), [(3, 3), (-1, 3), (0, 0)])
def test_a_leaf_that_is_not_there_has_no_proof(index, size):
    with pytest.raises(ValueError, match=r"^no such leaf in a tree of this size$"):
        merkle.inclusion_proof(index, size, lambda level, at: b"")


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3)])
def test_an_empty_or_larger_old_tree_has_no_consistency_proof(old, new):
    with pytest.raises(ValueError, match=r"^the old tree is neither empty nor larger$"):
        merkle.consistency_proof(old, new, lambda level, at: b"")


def subtree_proof(start, end, leaves, is_known=True):
    """SUBTREE_PROOF of draft-ietf-plants-merkle-tree-certs 4.4.2, word for word."""
    if (start, end) == (0, len(leaves)):
        return [] if is_known else [reference(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if end <= k:
        return [*subtree_proof(start, end, leaves[:k], is_known), reference(leaves[k:])]
    if k <= start:
        return [*subtree_proof(start - k, end - k, leaves[k:], is_known), reference(leaves[:k])]
    return [*subtree_proof(0, end - k, leaves[k:], False), reference(leaves[:k])]


@given(st.integers(1, 40), st.data())
def test_every_subtree_is_proven_and_nothing_else(size, draw):
    leaves = [merkle.leaf_hash(bytes([index])) for index in range(size)]
    runs = [(a, b) for a in range(size) for b in range(a + 1, size + 1) if merkle.is_subtree(a, b)]
    start, end = draw.draw(st.sampled_from(runs))
    inside, root = reference(leaves[start:end]), reference(leaves)
    path = subtree_proof(start, end, leaves)
    assert merkle.consistent(end, size, inside, root, path, start=start)
    assert not merkle.consistent(end, size, merkle.leaf_hash(b"?"), root, path, start=start)
    assert not merkle.consistent(end, size, inside, root, [*path, root], start=start)
    if path:
        assert not merkle.consistent(end, size, inside, root, path[:-1], start=start)
    index = draw.draw(st.integers(start, end - 1))
    _, node = tree(leaves[start:end])
    way = merkle.inclusion_proof(index - start, end - start, node)
    assert merkle.includes(leaves[index], index, end, way, inside, start=start)
    assert not merkle.includes(leaves[index], start - 1, end, way, inside, start=start)


@pytest.mark.parametrize(("start", "end"), [(1, 3), (2, 6), (3, 2), (-1, 1)])
def test_a_run_that_is_no_subtree_has_no_proof(start, end):
    root = reference(LEAVES)
    assert not merkle.is_subtree(start, end)
    assert not merkle.consistent(end, 8, root, root, [], start=start)
    assert not merkle.includes(LEAVES[0], start, end, [], root, start=start)


def test_an_empty_subtree_is_in_every_tree_but_an_empty_tree_proves_nothing():
    root = reference(LEAVES)
    assert merkle.consistent(4, 8, merkle.EMPTY_ROOT, root, [], start=4)
    assert not merkle.consistent(4, 8, root, root, [], start=4)
    assert not merkle.consistent(4, 8, merkle.EMPTY_ROOT, root, [root], start=4)
    assert not merkle.consistent(0, 8, merkle.EMPTY_ROOT, root, [])
    assert not merkle.consistent(9, 8, root, root, [])


def test_a_run_is_a_subtree_when_it_begins_at_a_multiple_of_the_power_of_two_that_holds_it():
    """By the draft's own words, for every run of a tree of 33 leaves."""
    for start in range(33):
        assert merkle.is_subtree(start, start)
        for end in range(start + 1, 34):
            holds = next(power for power in (1, 2, 4, 8, 16, 32, 64) if power >= end - start)
            assert merkle.is_subtree(start, end) == (start % holds == 0), (start, end)


def test_an_old_tree_larger_than_the_new_one_is_not_its_beginning():
    assert not merkle.consistent(8, 4, reference(LEAVES), reference(LEAVES[:4]), [])


def test_a_leaf_is_a_hash():
    assert not merkle.includes(b"", 0, 1, [], b"")


@given(st.integers(0, 70), st.integers(0, 7))
def test_complete_subtrees_give_the_same_root_as_leaves_one_by_one(size, blocks):
    whole = [merkle.leaf_hash(index.to_bytes(2)) for index in range(blocks * 128)]
    rest = [merkle.leaf_hash(b"rest" + bytes([index])) for index in range(size)]
    frontier = merkle.Frontier()
    for begin in range(0, len(whole), 128):
        frontier.append(merkle.subtrees(whole[begin : begin + 128])[7][0], 7)
        assert frontier.size == begin + 128
    grown = frontier.grown(merkle.subtrees(rest), size)
    assert grown.root() == merkle.root_of([*whole, *rest])
    assert (grown.size, frontier.size) == (len(whole) + size, len(whole))


SIBLING_OF_0 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
LEAVES_2_AND_3 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
LEAVES_4_TO_7 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"


def test_the_path_of_the_first_of_eight_leaves_is_the_known_one():
    _, node = tree(LEAVES)
    path = merkle.inclusion_proof(0, 8, node)
    assert [step.hex() for step in path] == [SIBLING_OF_0, LEAVES_2_AND_3, LEAVES_4_TO_7]
    assert merkle.includes(LEAVES[0], 0, 8, path, bytes.fromhex(ROOTS[7]))


def test_the_path_from_one_to_eight_leaves_is_the_known_one():
    _, node = tree(LEAVES)
    path = merkle.consistency_proof(1, 8, node)
    assert [step.hex() for step in path] == [SIBLING_OF_0, LEAVES_2_AND_3, LEAVES_4_TO_7]
    assert merkle.consistent(1, 8, bytes.fromhex(ROOTS[0]), bytes.fromhex(ROOTS[7]), path)
