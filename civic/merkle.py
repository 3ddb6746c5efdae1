"""The Merkle tree of RFC 6962 section 2.1, and checking what somebody claims to be in it.

    hash of a leaf    SHA-256(0x00 ‖ entry)
    hash of a node    SHA-256(0x01 ‖ left ‖ right)
    hash of nothing   SHA-256 of no bytes

A tree of n > 1 leaves is split at the largest power of two below n. That is the same as pairing neighbours
level by level, where one without a neighbour moves up as it is; so it is built here.

A long log is not read whole for each proof: `root_over`, `inclusion_over` and `consistency_over` ask for the
complete subtrees they need, which never change once they are complete and so can be stored.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Iterator, Sequence

EMPTY_ROOT = hashlib.sha256(b"").digest()

# (level, number) -> the root over leaves number * 2^level up to (number + 1) * 2^level, all of them there
Subtree = Callable[[int, int], bytes]


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes, in the order given."""
    level = list(leaves)
    while len(level) > 1:
        level = _above(level)
    return level[0] if level else EMPTY_ROOT


def inclusion_proof(leaves: Sequence[bytes], place: int) -> list[bytes]:
    """The neighbours on the way up from leaf number `place` (RFC 6962 section 2.1.1), lowest first.

    Raises IndexError when there is no such leaf.
    """
    if not 0 <= place < len(leaves):
        raise IndexError(place)
    level, proof = list(leaves), []
    while len(level) > 1:
        neighbour = place ^ 1
        if neighbour < len(level):
            proof.append(level[neighbour])
        level, place = _above(level), place // 2
    return proof


def is_included(leaf: bytes, place: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Does the proof lead from this leaf, as number `place` of `size`, to the root? Refuses odd shapes."""
    found = root_of_proof(leaf, place, size, proof)
    return found is not None and hmac.compare_digest(found, root)


def root_of_proof(leaf: bytes, place: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """Where the proof leads to; None when it is too long or too short for this place (RFC 9162 2.1.3.2)."""
    if not 0 <= place < size:
        return None
    last, found, steps = size - 1, leaf, iter(proof)
    while last:
        if place % 2 or place < last:  # otherwise it has no neighbour and moves up as it is
            step = next(steps, None)
            if step is None:
                return None
            found = node_hash(step, found) if place % 2 else node_hash(found, step)
        place, last = place // 2, last // 2
    return found if next(steps, None) is None else None


def _above(level: Sequence[bytes]) -> list[bytes]:
    pairs = [node_hash(level[place], level[place + 1]) for place in range(0, len(level) - 1, 2)]
    return pairs + list(level[len(level) - len(level) % 2 :])


# Over complete subtrees -------------------------------------------------------------------------------


def root_over(subtree: Subtree, size: int) -> bytes:
    """The root of the first `size` leaves."""
    return _range_root(subtree, 0, size) if size else EMPTY_ROOT


def inclusion_over(subtree: Subtree, place: int, size: int) -> list[bytes]:
    """As `inclusion_proof`, among the first `size` leaves."""
    if not 0 <= place < size:
        raise IndexError(place)
    start, end, path = 0, size, []
    while end - start > 1:
        middle = _split(start, end)
        if place < middle:
            path.append(_range_root(subtree, middle, end))
            end = middle
        else:
            path.append(_range_root(subtree, start, middle))
            start = middle
    return path[::-1]


def consistency_over(subtree: Subtree, first: int, second: int) -> list[bytes]:
    """That the first `second` leaves begin with the first `first` (RFC 6962 section 2.1.2).

    Empty when there is nothing to prove: the same size, or an empty tree before. Raises IndexError when the
    second is no longer tree.
    """
    if not 0 <= first <= second:
        raise IndexError(first)
    if first in (0, second):
        return []
    start, end, path = 0, second, []
    while first < end:
        middle = _split(start, end)
        if first <= middle:
            path.append(_range_root(subtree, middle, end))
            end = middle
        else:
            path.append(_range_root(subtree, start, middle))
            start = middle
    if start:  # otherwise it is the first tree itself, whose root the reader has
        path.append(_range_root(subtree, start, end))
    return path[::-1]


def consistency_proof(leaves: Sequence[bytes], first: int, second: int) -> list[bytes]:
    """The same, from the leaf hashes themselves."""
    if second > len(leaves):
        raise IndexError(second)
    return consistency_over(subtrees_of(leaves), first, second)


def subtrees_of(leaves: Sequence[bytes]) -> Subtree:
    """The complete subtrees over these leaf hashes."""
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([node_hash(below[place], below[place + 1]) for place in range(0, len(below) - 1, 2)])
    return lambda level, number: levels[level][number]


def is_consistent(first: int, second: int, proof: Sequence[bytes], old: bytes, new: bytes) -> bool:
    """Is the tree of `first` leaves with root `old` the beginning of that of `second` leaves with `new`?

    RFC 9162 section 2.1.4.2; also True for an empty tree before, and for the same tree.
    """
    if first == 0 or first == second:
        known = EMPTY_ROOT if first == 0 else new
        return not proof and first <= second and hmac.compare_digest(old, known)
    if not 0 < first < second or not proof:
        return False
    steps = [old, *proof] if first & (first - 1) == 0 else list(proof)
    found = _roots_of_consistency(first - 1, second - 1, steps)
    return found is not None and hmac.compare_digest(found[0], old) and hmac.compare_digest(found[1], new)


def _roots_of_consistency(place: int, last: int, steps: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """(old root, new root) where the steps lead to, from the last leaf of either tree."""
    while place % 2:
        place, last = place // 2, last // 2
    older = newer = steps[0]
    for step in steps[1:]:
        if last == 0:
            return None
        if place % 2 or place == last:
            older, newer = node_hash(step, older), node_hash(step, newer)
            while place and not place % 2:
                place, last = place // 2, last // 2
        else:
            newer = node_hash(newer, step)
        place, last = place // 2, last // 2
    return None if last else (older, newer)


def complete_subtrees(start: int, end: int) -> Iterator[tuple[int, int]]:
    """(level, number) of the complete subtrees that make up these leaves, the widest first.

    `start` is a multiple of the widest, as it is wherever a tree is split.
    """
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level


def _range_root(subtree: Subtree, start: int, end: int) -> bytes:
    parts = [subtree(level, number) for level, number in complete_subtrees(start, end)]
    found = parts.pop()
    while parts:
        found = node_hash(parts.pop(), found)
    return found


def _split(start: int, end: int) -> int:
    """Where RFC 6962 splits these leaves: the largest power of two below their number."""
    return start + (1 << ((end - start - 1).bit_length() - 1))
