"""Is an open case older than others were in its state? Its age beside the history of that state."""

from __future__ import annotations

import enum
from dataclasses import dataclass

import numpy as np

from civic.aanjaagteam.flow.cases import Cases
from civic.aanjaagteam.flow.clock import Numbers
from civic.aanjaagteam.flow.codes import DONE, NEVER, TAKEN_UP
from civic.aanjaagteam.flow.measures import Period, Spread, spread

OPEN_STATES = tuple(range(DONE))


class Colour(enum.Enum):
    GREEN = "green"  # younger than half of them were
    AMBER = "amber"
    RED = "red"  # older than 85 of 100
    UNKNOWN = "unknown"  # too little history


@dataclass(frozen=True)
class Age:
    """Of one open case: its row, its state, and its age in office seconds."""

    place: int
    state: int
    seconds: int
    colour: Colour


def ages(cases: Cases, until: Numbers) -> Numbers:
    """Item age for what is taken up, queue age for what is not: up to `until`, per case and its state."""
    begin = np.where(cases.state >= TAKEN_UP, cases.taken_up_at, cases.in_at)
    return cases.clock.between(np.where(begin == NEVER, cases.in_at, begin), until)


def history(cases: Cases, period: Period) -> list[Spread]:
    """Per open state the ages at which cases left it for good, in this period; on the clock of that state."""
    found = []
    for state in OPEN_STATES:
        left = cases.left[:, state]
        chosen = (left != NEVER) & period.has(left)
        begin = cases.taken_up_at if state >= TAKEN_UP else cases.in_at
        found.append(spread(cases.clock.between(begin[chosen], left[chosen])))
    return found


def open_ages(cases: Cases, known: list[Spread]) -> list[Age]:
    """Of every open case, oldest first."""
    places = np.flatnonzero(cases.is_open)
    seconds = ages(cases, np.full(len(cases.ids), cases.now, dtype=np.int64))
    rows = zip(places.tolist(), cases.state[places].tolist(), seconds[places].tolist(), strict=True)
    found = [Age(place, state, age, colour_of(age, known[state])) for place, state, age in rows]
    return sorted(found, key=lambda one: (-one.seconds, one.place))


def colour_of(age: int, known: Spread) -> Colour:
    if known.p50 is None or known.p85 is None:
        return Colour.UNKNOWN
    if age < known.p50:
        return Colour.GREEN
    return Colour.AMBER if age < known.p85 else Colour.RED
