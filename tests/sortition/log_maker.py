"""A place in a log that is long enough to have every entry of a test at its own hour."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from civic.sortition.publication import encoding

LEVELS = 14
ENTRIES = 2**LEVELS
BEGAN = 1_687_000_000  # two months before the round of the tests


def placed(entry: bytes, at: int) -> dict[str, Any]:
    """{checkpoint, index, proof} of an entry that came at the time `at`: one place for every hour. A few
    entries follow after the last hour, so that not every proof has the same shape."""
    index = min(max(0, at - BEGAN) // 3600, ENTRIES - 1)
    found, proof = encoding.leaf(entry), []
    for level in range(LEVELS):
        other = hashlib.sha256(f"{at}/{level}".encode()).digest()
        found = encoding.node(other, found) if index >> level & 1 else encoding.node(found, other)
        proof.append(other)
    tail = [encoding.leaf(f"{at}/after/{number}".encode()) for number in range(at % 4)]
    if tail:
        proof.append(encoding.Tree(tail).root)
        found = encoding.node(found, proof[-1])
    root = base64.b64encode(found).decode()
    return {
        "checkpoint": f"civic.example/log\n{ENTRIES + len(tail)}\n{root}\n",
        "index": index,
        "proof": [one.hex() for one in proof],
    }
