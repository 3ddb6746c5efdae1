"""The Merkle tree: known trees, every proof of every small tree, and two other implementations."""

from __future__ import annotations

import hashlib

import pytest

from civic import merkle
from civic.sortition.publication import encoding, verify_draw

# the reference entries and roots of Certificate Transparency (RFC 6962)
ENTRIES = [
    bytes.fromhex(one)
    for one in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
SIZES = range(1, 34)


def leaves(size: int) -> list[bytes]:
    return [merkle.leaf_hash(bytes([number])) for number in range(size)]


@pytest.mark.parametrize("size", range(1, len(ROOTS) + 1))
def test_known_roots(size: int) -> None:
    hashes = [merkle.leaf_hash(entry) for entry in ENTRIES[:size]]
    assert merkle.root_of(hashes).hex() == ROOTS[size - 1]


def test_a_known_proof() -> None:
    """By hand: leaf 5 of seven has leaf 4, the node over 6, and the root of the first four beside it."""
    hashes = [merkle.leaf_hash(entry) for entry in ENTRIES[:7]]
    proof = merkle.inclusion_proof(hashes, 5)
    assert proof == [hashes[4], hashes[6], bytes.fromhex(ROOTS[3])]
    assert merkle.is_included(hashes[5], 5, 7, proof, bytes.fromhex(ROOTS[6]))


def test_nothing_has_the_hash_of_nothing() -> None:
    assert merkle.root_of([]) == hashlib.sha256(b"").digest()


def test_a_leaf_is_not_taken_for_a_node() -> None:
    left, right = leaves(2)
    assert merkle.leaf_hash(left + right) != merkle.node_hash(left, right)


@pytest.mark.parametrize("size", SIZES)
def test_every_proof_holds(size: int) -> None:
    hashes = leaves(size)
    root = merkle.root_of(hashes)
    for place, leaf in enumerate(hashes):
        assert merkle.is_included(leaf, place, size, merkle.inclusion_proof(hashes, place), root)


@pytest.mark.parametrize("size", [2, 3, 7, 8, 13])
def test_a_changed_proof_fails(size: int) -> None:
    hashes = leaves(size)
    root, other = merkle.root_of(hashes), merkle.leaf_hash(b"somebody else")
    for place, leaf in enumerate(hashes):
        proof = merkle.inclusion_proof(hashes, place)
        assert not merkle.is_included(other, place, size, proof, root)
        assert not merkle.is_included(leaf, place, size, proof[:-1], root)
        assert not merkle.is_included(leaf, place, size, [*proof, other], root)
        for step in range(len(proof)):
            assert not merkle.is_included(leaf, place, size, [*proof[:step], other, *proof[step + 1 :]], root)
        assert not any(
            merkle.is_included(leaf, elsewhere, size, proof, root)
            for elsewhere in range(size)
            if elsewhere != place
        )


@pytest.mark.parametrize("place", [-1, 5, 10**9])
def test_no_such_place(place: int) -> None:
    hashes = leaves(5)
    assert not merkle.is_included(hashes[0], place, 5, [], merkle.root_of(hashes))
    with pytest.raises(IndexError):
        merkle.inclusion_proof(hashes, place)


@pytest.mark.parametrize("size", SIZES)
def test_the_writer_and_the_script_of_a_draw_agree(size: int) -> None:
    """Three implementations, written apart: this one, that of the draw, and that of its public script."""
    hashes = leaves(size)
    tree, root = encoding.Tree(hashes), merkle.root_of(hashes)
    assert tree.root == root == verify_draw.merkle_root(hashes)
    for place, leaf in enumerate(hashes):
        proof = merkle.inclusion_proof(hashes, place)
        assert proof == tree.proof(place)
        assert verify_draw.root_of_proof(leaf, place, size, proof) == root
