"""The rows that every panel obeys, as one matrix over the types: seats, quotas, household classes.

    row 0            Σ m_t = k
    rows 1 … F       l_f <= Σ A_ft m_t <= u_f
    rows F+1 … F+H   Σ_{t in class h} m_t <= N_h
    then the cuts    Σ weight_t m_t <= bound, divided by its largest weight: the solver's tolerance is
                     absolute, and weights go up to 100,000

All but the class rows are dense and few; a class row holds a handful of types and there may be thousands.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .grouping import Floats, Ints, Types
from .highs import INFINITY, Entries
from .lottery import Cut


class Rows:
    """Built once for `Types` and cuts; `lower`, `upper` and `units` (what a row is divided by) have one entry
    per row."""

    def __init__(self, types: Types, cuts: Sequence[Cut] = ()) -> None:
        self.head: Floats = np.vstack([np.ones(types.number), types.incidence])
        self._cuts: Floats = np.zeros((len(cuts), types.number))
        for number, cut in enumerate(cuts):
            for kind, weight in cut.weights:
                self._cuts[number, kind] = weight
        largest = np.abs(self._cuts).max(axis=1, initial=1.0)
        self._cuts /= largest[:, None]
        self._household = types.household
        self._classes = len(types.homes)
        at_most = np.array([float(cut.bound) for cut in cuts]) / largest
        none = np.full(len(cuts), -INFINITY)
        self.lower: Floats = np.concatenate([[types.size], types.lower, np.zeros(self._classes), none])
        self.upper: Floats = np.concatenate([[types.size], types.upper, types.homes, at_most])
        self.units: Floats = np.concatenate([np.ones(len(self) - len(cuts)), largest])

    def __len__(self) -> int:
        return len(self.lower)

    @property
    def quotas(self) -> int:
        """Rows of the head: 1 + F."""
        return len(self.head)

    def times(self, seats: Floats) -> Floats:
        """Row activities of seats per type (T)."""
        shared = self._household >= 0
        classes = np.bincount(self._household[shared], weights=seats[shared], minlength=self._classes)
        return np.concatenate([self.head @ seats, classes, self._cuts @ seats])

    def entries(self, scale: Floats) -> Entries:
        """The whole matrix with column t times `scale[t]` (T)."""
        columns = np.arange(self.head.shape[1])
        row, column, value, _kept = self._part(columns)
        return Entries(row, column, value * scale[column])

    def part(self, columns: NDArray[np.int64]) -> tuple[Entries, Ints]:
        """Some columns, numbered from 0, with the rows they need; and which rows these are."""
        row, column, value, kept = self._part(columns)
        return Entries(row, column, value), kept

    def _part(self, columns: NDArray[np.int64]) -> tuple[Ints, Ints, Floats, Ints]:
        head = self.head[:, columns]
        row, column = head.nonzero()
        values = head[row, column]
        mine = self._household[columns]
        shared = np.flatnonzero(mine >= 0)
        order = shared[np.argsort(mine[shared], kind="stable")]
        classes, number = np.unique(mine[order], return_inverse=True)
        cut_row, cut_column = self._cuts[:, columns].nonzero()
        above = len(head) + len(classes)
        return (
            np.concatenate([row, len(head) + number, above + cut_row]),
            np.concatenate([column, order, cut_column]),
            np.concatenate([values, np.ones(len(order)), self._cuts[:, columns][cut_row, cut_column]]),
            np.concatenate(
                [
                    np.arange(len(head)),
                    len(head) + classes,
                    len(self) - len(self._cuts) + np.arange(len(self._cuts)),
                ]
            ),
        )
