"""Consistency proofs, against the recursion of RFC 6962 written out, for every pair of small trees."""

from __future__ import annotations

import hashlib
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civic import merkle

MOST = 300
LEAVES = [merkle.leaf_hash(number.to_bytes(2, "big")) for number in range(MOST)]
STORED = merkle.subtrees_of(LEAVES)
sizes = st.integers(1, MOST)


@cache
def slow_root(start: int, end: int) -> bytes:
    """MTH of RFC 6962 section 2.1, word for word."""
    if end - start == 0:
        return hashlib.sha256(b"").digest()
    if end - start == 1:
        return LEAVES[start]
    split = largest_power_below(end - start)
    return hashlib.sha256(b"\x01" + slow_root(start, start + split) + slow_root(start + split, end)).digest()


def largest_power_below(number: int) -> int:
    power = 1
    while power * 2 < number:
        power *= 2
    return power


def slow_inclusion(place: int, start: int, end: int) -> list[bytes]:
    """PATH of section 2.1.1."""
    if end - start == 1:
        return []
    middle = start + largest_power_below(end - start)
    if place < middle:
        return [*slow_inclusion(place, start, middle), slow_root(middle, end)]
    return [*slow_inclusion(place, middle, end), slow_root(start, middle)]


def slow_subproof(first: int, start: int, end: int, whole: bool) -> list[bytes]:
    """SUBPROOF of section 2.1.2; `first` counts from `start`."""
    if first == end - start:
        return [] if whole else [slow_root(start, end)]
    split = largest_power_below(end - start)
    if first <= split:
        return [*slow_subproof(first, start, start + split, whole), slow_root(start + split, end)]
    return [
        *slow_subproof(first - split, start + split, end, False),
        slow_root(start, start + split),
    ]


def test_the_root_over_stored_subtrees() -> None:
    for size in range(MOST + 1):
        assert merkle.root_over(STORED, size) == slow_root(0, size) == merkle.root_of(LEAVES[:size])


@settings(max_examples=400, deadline=None)
@given(sizes, st.data())
def test_inclusion_three_ways(size: int, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_over(STORED, place, size)
    assert proof == slow_inclusion(place, 0, size) == merkle.inclusion_proof(LEAVES[:size], place)
    assert merkle.is_included(LEAVES[place], place, size, proof, slow_root(0, size))


def test_every_pair_of_small_trees() -> None:
    for second in range(1, 70):
        for first in range(1, second + 1):
            proof = merkle.consistency_proof(LEAVES[:second], first, second)
            assert proof == slow_subproof(first, 0, second, True)
            assert merkle.is_consistent(first, second, proof, slow_root(0, first), slow_root(0, second))


@settings(max_examples=600, deadline=None)
@given(sizes, sizes)
def test_pairs_up_to_three_hundred(one: int, other: int) -> None:
    first, second = sorted((one, other))
    proof = merkle.consistency_over(STORED, first, second)
    assert proof == slow_subproof(first, 0, second, True)
    assert merkle.is_consistent(first, second, proof, slow_root(0, first), slow_root(0, second))


@settings(max_examples=600, deadline=None)
@given(sizes, sizes, st.data())
def test_nothing_else_is_taken_for_a_proof(one: int, other: int, data: st.DataObject) -> None:
    """A changed root, a changed, missing or extra step, another pair of sizes: none leads there."""
    first, second = sorted((one, other))
    old, new = slow_root(0, first), slow_root(0, second)
    proof = merkle.consistency_over(STORED, first, second)
    strange = merkle.leaf_hash(b"strange")
    assert not merkle.is_consistent(first, second, proof, strange, new)
    assert not merkle.is_consistent(first, second, proof, old, strange)
    assert not merkle.is_consistent(first, second, [*proof, strange], old, new)
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        assert not merkle.is_consistent(first, second, proof[:place] + proof[place + 1 :], old, new)
        changed = [*proof[:place], strange, *proof[place + 1 :]]
        assert not merkle.is_consistent(first, second, changed, old, new)


@settings(max_examples=200, deadline=None)
@given(st.integers(1, MOST - 1), st.data())
def test_a_fork_has_no_proof(first: int, data: st.DataObject) -> None:
    """Whoever changes one of the first leaves cannot use the honest proof, nor make one of the same kind."""
    second = data.draw(st.integers(first + 1, MOST))
    place = data.draw(st.integers(0, first - 1))
    forged = [*LEAVES[:place], merkle.leaf_hash(b"forged"), *LEAVES[place + 1 : second]]
    proof = merkle.consistency_proof(forged, first, second)
    old, new = slow_root(0, first), merkle.root_of(forged)
    assert not merkle.is_consistent(first, second, proof, old, new)
    assert not merkle.is_consistent(first, second, merkle.consistency_over(STORED, first, second), old, new)


def test_the_edges() -> None:
    root = slow_root(0, 7)
    assert merkle.consistency_over(STORED, 0, 7) == merkle.consistency_over(STORED, 7, 7) == []
    assert merkle.is_consistent(0, 7, [], merkle.EMPTY_ROOT, root)
    assert merkle.is_consistent(7, 7, [], root, root)
    assert not merkle.is_consistent(7, 7, [root], root, root)
    assert not merkle.is_consistent(0, 7, [], root, root)
    assert not merkle.is_consistent(0, 7, [root], merkle.EMPTY_ROOT, root)
    assert not merkle.is_consistent(7, 4, [], root, slow_root(0, 4))
    assert not merkle.is_consistent(8, 7, [root], slow_root(0, 8), root)
    assert not merkle.is_consistent(-1, 7, [root], root, root)
    for first, second in ((5, 4), (-1, 4)):
        with pytest.raises(IndexError):
            merkle.consistency_over(STORED, first, second)
    with pytest.raises(IndexError):
        merkle.consistency_proof(LEAVES[:4], 2, 5)
    with pytest.raises(IndexError):
        merkle.inclusion_over(STORED, 4, 4)
