"""From expected seats to a lottery over panels that reaches them, where one does.

A *chase* first (`chase`), then weights for the panels it found: by the *master* linear program, or by affine
scaling where there are many types (`weigh`). What stays short after a few further stages is for `closing`:
then probably no lottery reaches the relaxation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .chase import MANY_TYPES, Chase
from .grouping import Ints
from .master import Master, Mix
from .weigh import Scales

CLOSE = 1e-7  # probability per head: nearer than this to the target is there
SCALED_CLOSE = 1e-6  # a tenth of the gap that is called optimal
STAGES = 10
# Three stages that together take off less than 40 % are no progress.
STALL_STAGES, STALL_SHARE = 3, 0.6
SMALL = np.int16  # seats are at most 30,000; thousands of panels over thousands of types take gigabytes
UNPRICED_STAGES = 2  # further ones before the prices of the master join in


@dataclass(frozen=True, slots=True)
class Reached:
    """The best weights, and how far anyone falls short with them (probability per head)."""

    mix: Mix
    shortfall: float


def decompose(chase: Chase, panels: list[Ints]) -> Reached:
    """Weights over `panels`, and further panels that are added to it, until every head is near its level or
    it stalls. With MANY_TYPES the master would take half a minute."""
    if chase.types.number > MANY_TYPES:
        return _scaled(chase, panels)
    return _mastered(chase, panels)


def _scaled(chase: Chase, panels: list[Ints]) -> Reached:
    history: list[float] = []
    while True:
        unique = np.unique(np.array(panels, dtype=SMALL), axis=0)
        scales = Scales(unique, chase.followed, chase.types.counts)
        weights, _short = scales.weigh()
        short = scales.shortfall(weights, chase.wanted)
        history.append(short)
        if short < SCALED_CLOSE or _is_over(history):
            return Reached(Mix.of(unique, weights), short)
        panels += chase.further(None, _teller(chase, history))


def _mastered(chase: Chase, panels: list[Ints]) -> Reached:
    master = Master(chase.types.counts.astype(np.float64), chase.wanted)
    master.add(panels)
    history: list[float] = []
    while True:
        short, weights, prices = master.solve()
        history.append(short)
        if short < CLOSE or _is_over(history):
            panels[:] = master.panels
            return Reached(Mix.of(np.array(panels), weights), short)
        wish = None if len(history) <= UNPRICED_STAGES else prices
        master.add(chase.further(wish, _teller(chase, history)))


def _is_over(history: list[float]) -> bool:
    """Enough stages, or no real gain in the last ones."""
    is_stalled = len(history) > STALL_STAGES and history[-1] > STALL_SHARE * history[-1 - STALL_STAGES]
    return is_stalled or len(history) > STAGES


def _teller(chase: Chase, history: list[float]) -> Callable[[int], None]:
    aim = chase.aim
    value = min(aim.bound, max(0.0, aim.bound - history[-1]))
    return lambda _step: aim.progress("weights", len(history), STAGES, value, aim.bound)
