"""Weights for known panels that reach the wanted seats, without a simplex: affine scaling.

Find x >= 0 with  Σ_P x_P m_t(P) = q*_t  for every type t (the seats add up, so Σ x = 1 follows). From equal
weights, repeat: with the shortfall r = q* - M'x and D = diag(x), take the smallest step in the metric of D
that would mend it, dx = D M (M' D M)^-1 r, and keep every weight at a share of what it was at least.
I. I. Dikin, *Iterative solution of problems of linear and quadratic programming*, Soviet Math. Doklady 8
(1967), for the metric; M. R. Hestenes and E. Stiefel, *Methods of conjugate gradients*, J. Res. Nat. Bur.
Stand. 49 (1952), for the inner system, with the diagonal as preconditioner.

It takes a second or two where the master linear program takes half a minute (like_sf_e_110), but proves
nothing: where it does not get near, the master has to say why. Sums run in a fixed order, so that the same
weights come out on every machine.
"""

from __future__ import annotations

import numpy as np

from .grouping import Floats, Ints
from .master import Panels

NEAR = 1e-7  # probability per head
ROUNDS, STEPS = 40, 250
KEPT = 0.1  # a weight keeps at least this share in a round
INNER_SHARE = 0.1  # how far the inner system is solved, as a share of the shortfall
# Rounds without a new best (by this factor) before it is given up.
PATIENCE, GAIN = 6, 0.8
LARGEST = 1e12


class Scales:
    """Panels (P, T) as a sparse matrix, and what is wanted of them: seats per type (T)."""

    def __init__(self, panels: Panels, wanted: Floats, counts: Ints) -> None:
        self._panel, self._kind = panels.nonzero()
        self._seats = panels[self._panel, self._kind].astype(np.float64)
        self._wanted = wanted
        self._per_head = 1.0 / counts
        self._shape = panels.shape

    def weigh(self) -> tuple[Floats, float]:
        """The best weights found (P, Σ = 1) and how far anyone falls short with them, per head."""
        weights = np.full(self._shape[0], 1.0 / self._shape[0])
        best, least, waited = weights, np.inf, 0
        for _round in range(ROUNDS):
            missing = self._wanted - self._sum(weights)
            short = float(np.abs(missing * self._per_head).max())
            waited = 0 if short < GAIN * least else waited + 1
            if short < least:
                best, least = weights, short
            if short < NEAR or waited > PATIENCE:
                break
            prices = self._solve(weights, missing, max(INNER_SHARE * short, NEAR / 2))
            weights = np.maximum(weights * (1.0 + self._worth(prices)), KEPT * weights)
        best = best / best.sum()
        return best, self.shortfall(best, self._wanted)

    def shortfall(self, weights: Floats, needed: Floats) -> float:
        """The most that anybody stays below `needed` seats per type (T), per head."""
        return float(((needed - self._sum(weights)) * self._per_head).max())

    def _sum(self, weights: Floats) -> Floats:
        """Seats per type (T)."""
        return _added(self._kind, self._seats * weights[self._panel], self._shape[1])

    def _worth(self, prices: Floats) -> Floats:
        """What each panel is worth at a price per seat (P)."""
        return _added(self._panel, self._seats * prices[self._kind], self._shape[0])

    def _solve(self, weights: Floats, missing: Floats, near: float) -> Floats:
        """Prices y with M' D M y = missing, by conjugate gradients."""
        diagonal = _added(self._kind, self._seats * self._seats * weights[self._panel], self._shape[1])
        scale = np.where(diagonal > 0, 1.0 / np.maximum(diagonal, 1e-300), 0.0)
        prices, rest = np.zeros(len(missing)), missing.copy()
        ahead = scale * rest
        size = _dot(rest, ahead)
        for _step in range(STEPS):
            moved = self._sum(weights * self._worth(ahead))
            curve = _dot(ahead, moved)
            if not curve > 0 or size / curve > LARGEST:
                break
            prices = prices + size / curve * ahead
            rest = rest - size / curve * moved
            if np.abs(rest * self._per_head).max() < near:
                break
            scaled = scale * rest
            before, size = size, _dot(rest, scaled)
            ahead = scaled + size / before * ahead
        return prices


def _added(place: Ints, values: Floats, number: int) -> Floats:
    """Sums of the values that go to the same place, added in their order."""
    return np.bincount(place, values, number).astype(np.float64)


def _dot(one: Floats, other: Floats) -> float:
    return float(np.bincount(np.zeros(len(one), dtype=np.int64), one * other)[0])
