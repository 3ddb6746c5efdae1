"""Known panels, as the type of each seat: many of them weighed at once, without a matrix of zeros.

A panel of k seats is a row of k types, ascending, a type with two seats twice. With thousands of types that
is a twentieth of the work of seats per type. Everything that is added up is a whole number below 2^53, so
that sums are the same in any order and on every machine.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .grouping import Floats, Ints


class Seatings:
    """N panels of k seats over T types. Only to grow."""

    def __init__(self, types: int, size: int) -> None:
        self._types = types
        self._kinds = np.zeros((64, size), dtype=np.int32)
        # how often the type came before in the same panel: 0 for its first seat
        self._ranks = np.zeros((64, size), dtype=np.int32)
        self._seen: set[bytes] = set()
        self._number = 0

    def __len__(self) -> int:
        return self._number

    def knows(self, seats: Ints) -> bool:
        """Is this panel (seats per type, T) among them?"""
        return self._listed(seats).tobytes() in self._seen

    def add(self, seats: Ints) -> None:
        """One more panel, as seats per type (T)."""
        if len(self) == len(self._kinds):
            self._kinds = np.concatenate([self._kinds, np.zeros_like(self._kinds)])
            self._ranks = np.concatenate([self._ranks, np.zeros_like(self._ranks)])
        kinds = self._listed(seats)
        self._kinds[len(self)] = kinds
        self._ranks[len(self)] = np.arange(len(kinds)) - np.searchsorted(kinds, kinds)
        self._seen.add(kinds.tobytes())
        self._number += 1

    def _listed(self, seats: Ints) -> NDArray[np.int32]:
        return np.repeat(np.arange(self._types, dtype=np.int32), seats)

    def seats(self, number: int) -> Floats:
        """Seats per type of one panel (T)."""
        return np.bincount(self._kinds[number], minlength=self._types).astype(np.float64)

    def total(self, times: Floats) -> Floats:
        """Seats per type when panel P is taken times[P] times (T)."""
        weights = np.repeat(times, self._kinds.shape[1])
        return np.bincount(self._kinds[: len(self)].ravel(), weights, minlength=self._types).astype(
            np.float64
        )

    def value(self, panels: Ints, worth: Floats) -> Floats:
        """Σ over the seats of each panel of what a seat of that type is worth (whole numbers, T)."""
        found: Floats = worth[self._kinds[panels]].sum(axis=1)
        return found

    def relief(self, panels: Ints, missing: Floats, price: Floats) -> Floats:
        """By how much Σ_t price_t · max(0, missing_t)² changes when each panel comes (at most 0)."""
        kinds = self._kinds[panels]
        before = missing[kinds] - self._ranks[panels]
        return _priced(before - 1.0, before, price[kinds])

    def regret(self, panels: Ints, missing: Floats, price: Floats) -> Floats:
        """By how much that sum changes when each panel goes (at least 0)."""
        kinds = self._kinds[panels]
        before = missing[kinds] + self._ranks[panels]
        return _priced(before + 1.0, before, price[kinds])


def _priced(after: Floats, before: Floats, price: Floats) -> Floats:
    """Seat by seat: the squares in between cancel out."""
    change = np.maximum(0.0, after) ** 2 - np.maximum(0.0, before) ** 2
    found: Floats = (change * price).sum(axis=1)
    return found
