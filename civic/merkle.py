"""The Merkle tree of RFC 6962 section 2.1, and checking what somebody claims to be in it.

    hash of a leaf    SHA-256(0x00 ‖ entry)
    hash of a node    SHA-256(0x01 ‖ left ‖ right)
    hash of nothing   SHA-256 of no bytes

A tree of n > 1 leaves is split at the largest power of two below n. That is the same as pairing neighbours
level by level, where one without a neighbour moves up as it is; so it is built here.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence

EMPTY_ROOT = hashlib.sha256(b"").digest()


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
