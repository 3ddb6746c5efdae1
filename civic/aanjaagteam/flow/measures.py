"""What is measured per case, and percentiles over cases.

Each measure gives, for the cases it is about, a value in seconds and the moment at which it was settled:
a figure over a period is about what was settled in that period.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date

import numpy as np

from civic.aanjaagteam.flow.cases import Cases
from civic.aanjaagteam.flow.clock import CALENDAR_DAY, DAY, Flags, Numbers, start_of
from civic.aanjaagteam.flow.codes import NEVER

FEWEST = 10  # below this a percentile says nothing, and may betray a single case
PROMISED_PERCENT = 85


class Measure(enum.Enum):
    REACTION = "reaction"
    KNOT = "knot"
    TABLE = "table"
    LEAD = "lead"  # in calendar days: what a resident feels
    WORK = "work"  # the same in working days
    CYCLE = "cycle"
    WAIT = "wait"


CALENDAR_MEASURES = frozenset({Measure.LEAD, Measure.TABLE})


def day_length(measure: Measure) -> int:
    """Seconds in one day of this measure."""
    return CALENDAR_DAY if measure in CALENDAR_MEASURES else DAY


@dataclass(frozen=True)
class Period:
    """From the first second of one day up to the first second after another."""

    start: int
    end: int

    def has(self, moments: Numbers) -> Flags:
        return (moments >= self.start) & (moments < self.end)


@dataclass(frozen=True)
class Values:
    """`place` is the row of the case in `Cases`."""

    place: Numbers
    seconds: Numbers
    settled_at: Numbers

    def within(self, period: Period) -> Values:
        kept = period.has(self.settled_at)
        return Values(self.place[kept], self.seconds[kept], self.settled_at[kept])


def values_of(cases: Cases, measure: Measure) -> Values:
    """Of every case that has this measure, whenever it was settled."""
    if measure is Measure.TABLE:
        return _until_table(cases)
    done_at = np.where(cases.is_done, cases.ended_at, NEVER)
    if measure is Measure.WAIT:
        return _values(done_at, cases.waited.together)
    if measure is Measure.LEAD:
        return _values(done_at, done_at - cases.in_at)
    begin, end = {
        Measure.REACTION: (cases.in_at, cases.answered_at),
        Measure.KNOT: (cases.in_at, cases.decided_at),
        Measure.WORK: (cases.in_at, done_at),
        Measure.CYCLE: (cases.taken_up_at, done_at),
    }[measure]
    return _values(np.where(begin == NEVER, NEVER, end), cases.clock.between(begin, end))


def _values(settled_at: Numbers, seconds: Numbers) -> Values:
    place = np.flatnonzero(settled_at != NEVER)
    return Values(place, seconds[place], settled_at[place])


def dwell_of(cases: Cases, state: int) -> Values:
    """Office time in one state, over all visits, of the done cases that spent time there."""
    place = np.flatnonzero(cases.is_done & (cases.dwell[:, state] > 0))
    return Values(place, cases.dwell[place, state], cases.ended_at[place])


def _until_table(cases: Cases) -> Values:
    """Whole days from the day of the report to that of the table: a meeting has no hour."""
    place = np.flatnonzero(cases.table_day != NEVER)
    days = cases.table_day[place] - cases.clock.day_numbers(cases.in_at[place])
    unique = {int(day): start_of(date.fromordinal(int(day))) for day in np.unique(cases.table_day[place])}
    settled = np.array([unique[int(day)] for day in cases.table_day[place]], dtype=np.int64)
    return Values(place, days * CALENDAR_DAY, settled)


def percentile(values: Numbers, percent: int) -> int | None:
    """Nearest rank: of the values from small to large, the one at place ceil(p · n). None without values."""
    if not len(values):
        return None
    rank = max(1, -(-percent * len(values) // 100))
    return int(np.partition(values, rank - 1)[rank - 1])


@dataclass(frozen=True)
class Spread:
    """The three percentiles in seconds; None when there are fewer than `FEWEST` values."""

    count: int
    p50: int | None
    p85: int | None
    p95: int | None


def spread(values: Numbers) -> Spread:
    if len(values) < FEWEST:
        return Spread(len(values), None, None, None)
    return Spread(len(values), percentile(values, 50), percentile(values, 85), percentile(values, 95))


@dataclass(frozen=True)
class Promise:
    """ "85 % within D working days": D of a year, and how many of the last weeks kept to it."""

    days: int
    counted: int
    met: int


def promise(cases: Cases, year: Period, lately: Period) -> Promise | None:
    """None below `FEWEST` cases in either period. D is the P85 in whole working days, rounded up."""
    cycles = values_of(cases, Measure.CYCLE)
    found = spread(cycles.within(year).seconds)
    recent = cycles.within(lately).seconds
    if found.p85 is None or len(recent) < FEWEST:
        return None
    days = max(1, -(-found.p85 // DAY))
    return Promise(days, len(recent), int(np.count_nonzero(recent <= days * DAY)))


@dataclass(frozen=True)
class WaitShare:
    """Of the whole office time of the cases that were done, how much was waiting, and for whom."""

    cases: int
    total: int
    together: int
    on_reporter: int
    inside: int
    outside: int


def wait_share(cases: Cases, period: Period) -> WaitShare:
    chosen = cases.is_done & period.has(cases.ended_at)
    waited = cases.waited
    parts = (cases.lead, waited.together, waited.on_reporter, waited.inside, waited.outside)
    return WaitShare(int(np.count_nonzero(chosen)), *(int(part[chosen].sum()) for part in parts))
