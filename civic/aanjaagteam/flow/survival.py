"""How long it takes, counted with what is not done yet (Kaplan and Meier, 1958).

A mean over finished cases forgets those that are stuck. Here an open case counts for as long as it is known:
S(t) = Π over t_i ≤ t of (1 − d_i / r_i), with d_i done after exactly t_i and r_i not done before t_i.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from civic.aanjaagteam.flow.cases import Cases
from civic.aanjaagteam.flow.clock import Numbers
from civic.aanjaagteam.flow.codes import NEVER
from civic.aanjaagteam.flow.measures import FEWEST, Period

# a product of thousands of fractions is off by some 1e-12; without this a half would not be a half
HAIR = 1e-9


@dataclass(frozen=True)
class Survival:
    """`shares[i]` is the part that takes longer than `times[i]`; `done` of `count` cases are finished."""

    count: int
    done: int
    times: Numbers
    shares: npt.NDArray[np.float64]

    def at(self, time: int) -> float:
        """S(t)."""
        place = int(np.searchsorted(self.times, time, side="right")) - 1
        return float(self.shares[place]) if place >= 0 else 1.0

    @property
    def median(self) -> int | None:
        """The smallest t with S(t) ≤ ½; None when so few are done that there is none."""
        return self.first_below(0.5)

    def first_below(self, share: float) -> int | None:
        place = np.flatnonzero(self.shares <= share + HAIR)
        return int(self.times[place[0]]) if len(place) else None

    def more(self, age: int, percent: int) -> int | None:
        """How much longer until `percent` % of what reached this age is done: 1 − S(a+x)/S(a) ≥ p.

        None when no finished case took that long, or fewer than `FEWEST` did so or are known.
        """
        if self.done < FEWEST or self.at(age) <= HAIR:
            return None
        time = self.first_below(self.at(age) * (100 - percent) / 100)
        return None if time is None else max(0, time - age)


def survival(seconds: Numbers, is_done: npt.NDArray[np.bool_]) -> Survival:
    """What is not done counts as long as it lasted; at the same time, done goes before not done."""
    times, finished = np.unique(seconds[is_done], return_counts=True)
    everything = np.sort(seconds)
    at_risk = len(seconds) - np.searchsorted(everything, times, side="left")
    shares = np.cumprod(1.0 - finished / np.maximum(at_risk, 1))
    count = int(np.count_nonzero(is_done))
    return Survival(len(seconds), count, times.astype(np.int64), shares.astype(np.float64))


def cycle_survival(cases: Cases, period: Period) -> Survival:
    """Over the cases that were taken up in this period: the office time since then.

    A case that was declined afterwards counts as not done: it left before anybody knew how long.
    """
    chosen = (cases.taken_up_at != NEVER) & period.has(cases.taken_up_at)
    seconds = cases.clock.between(cases.taken_up_at, cases.age_end)
    return survival(seconds[chosen], cases.is_done[chosen])
