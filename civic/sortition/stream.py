"""Chance that can be replayed anywhere: SHA-256 in counter mode, no library's generator and no floats.

Python's own `random` promises the same numbers for the same seed, but not the same `sample` in every version.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

Thing = TypeVar("Thing")

WORD_BYTES = 8
WORDS = 2 ** (8 * WORD_BYTES)


class Stream:
    """Whole numbers from a text: the same text gives the same numbers on every machine."""

    def __init__(self, text: str) -> None:
        self._text = text.encode()
        self._counter = 0

    def below(self, limit: int) -> int:
        """Uniform over 0 … limit - 1; words that would favour the low numbers are thrown away."""
        ceiling = WORDS - WORDS % limit
        while True:
            block = hashlib.sha256(self._text + b"/" + str(self._counter).encode()).digest()
            self._counter += 1
            word = int.from_bytes(block[:WORD_BYTES], "big")
            if word < ceiling:
                return word % limit

    def sample(self, people: Sequence[Thing], number: int) -> list[Thing]:
        """`number` different ones in chance order, each such list equally likely (Fisher and Yates)."""
        left = list(people)
        for place in range(number):
            other = place + self.below(len(left) - place)
            left[place], left[other] = left[other], left[place]
        return left[:number]
