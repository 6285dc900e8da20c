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
    with pytest.raises(ValueError, match="no such leaf"):
        merkle.inclusion_proof(index, size, lambda level, at: b"")


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3)])
def test_an_empty_or_larger_old_tree_has_no_consistency_proof(old, new):
    with pytest.raises(ValueError, match="old tree"):
        merkle.consistency_proof(old, new, lambda level, at: b"")
