"""From events to cases: when each came in, was taken up, decided and done, and where its time went."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from civic.aanjaagteam.flow.clock import Clock, Flags, Numbers
from civic.aanjaagteam.flow.codes import (
    ANSWERED,
    DECIDED,
    DECLINED,
    DISCUSSED,
    DONE,
    NEVER,
    STATES,
    TAKEN_UP,
    WAITS_INSIDE,
    WAITS_ON_REPORTER,
    WAITS_OUTSIDE,
)
from civic.aanjaagteam.flow.log import Log
from civic.aanjaagteam.flow.waits import Edges, edges_of, union

# how far a state is in the life of a case; declined leaves it as done does
RANKS = np.array([min(code, DONE) for code in range(len(STATES))], dtype=np.int64)


@dataclass(frozen=True)
class Waited:
    """Office time per case in which somebody was waited for. Together may be less than the sum."""

    together: Numbers
    on_reporter: Numbers
    inside: Numbers
    outside: Numbers


@dataclass(frozen=True)
class Cases:
    """One row per case, by number. A moment that was not (yet) there is NEVER.

    ended_at     the last time a final state was entered, of a case that is in one now
    taken_up_at  the first time the team worked on it: taken up, or decided at once
    table_day    the first day of a table (as an ordinal), not before it was reported
    dwell        office time per state over all visits; together the lead time
    reached      first time in this state or one further on, per rank
    left         last time each state was left, NEVER where the case is in it
    age_end      where the clock of the case stands: its end, or now
    """

    clock: Clock
    now: int
    ids: Numbers
    in_at: Numbers
    taken_up_at: Numbers
    answered_at: Numbers
    decided_at: Numbers
    table_day: Numbers
    ended_at: Numbers
    state: Numbers
    dwell: Numbers
    reached: Numbers
    left: Numbers
    entered: Numbers
    waited: Waited
    open_waits: Edges

    @property
    def is_open(self) -> Flags:
        found: Flags = self.ended_at == NEVER
        return found

    @property
    def is_done(self) -> Flags:
        found: Flags = self.state == DONE
        return found

    @property
    def age_end(self) -> Numbers:
        return np.where(self.is_open, self.now, self.ended_at)

    @property
    def lead(self) -> Numbers:
        """Office time from the report to the end, or to now."""
        return self.clock.between(self.in_at, self.age_end)


def cases_of(log: Log, clock: Clock, now: int) -> Cases:
    """`log` holds nothing after `now`, and begins each case with its report."""
    ids, first, place = np.unique(log.case, return_index=True, return_inverse=True)
    visits = _visits(log, place, clock, now)
    visits_of = _First(visits.place, len(ids))
    state = _last(visits.state, visits.place, len(ids))
    last_entered = _last(visits.at, visits.place, len(ids))
    ended_at = np.where((state == DONE) | (state == DECLINED), last_entered, NEVER)
    rank = RANKS[visits.state]
    works = (visits.state >= TAKEN_UP) & (visits.state != DECLINED)
    events_of = _First(place, len(ids))
    edges = edges_of(log)
    limit = clock.until(np.where(ended_at == NEVER, now, ended_at))
    return Cases(
        clock=clock,
        now=now,
        ids=ids,
        in_at=log.at[first],
        taken_up_at=visits_of.where(works, visits.at),
        answered_at=events_of.where(log.action == ANSWERED, log.at),
        decided_at=events_of.where(log.action == DECIDED, log.at),
        table_day=_table_days(log, events_of, clock, log.at[first]),
        ended_at=ended_at,
        state=state,
        dwell=visits.dwell(len(ids)),
        reached=np.stack([visits_of.where(rank >= one, visits.at) for one in range(DONE + 1)], axis=1),
        left=visits.left(state),
        entered=last_entered,
        waited=_waited(edges, clock, ids, limit),
        open_waits=_still_open(edges, ids, ended_at),
    )


class _First:
    """The first value per case among the wanted rows, in the order of the log."""

    def __init__(self, place: Numbers, count: int) -> None:
        self._place, self._count = place, count

    def where(self, wanted: Flags, values: Numbers) -> Numbers:
        found = np.full(self._count, NEVER, dtype=np.int64)
        rows = np.flatnonzero(wanted)[::-1]  # the first one is written last
        found[self._place[rows]] = values[rows]
        return found


def _last(values: Numbers, place: Numbers, count: int) -> Numbers:
    found = np.full(count, NEVER, dtype=np.int64)
    found[place] = values
    return found


@dataclass(frozen=True)
class _Visits:
    """Each stay in a state: its case, when it began, how long it took in office time, when it ended."""

    place: Numbers
    state: Numbers
    at: Numbers
    lasted: Numbers
    until: Numbers

    def dwell(self, count: int) -> Numbers:
        slot = self.place * len(STATES) + self.state
        total = np.bincount(slot, weights=self.lasted, minlength=count * len(STATES))
        return total.astype(np.int64).reshape(count, len(STATES))

    def left(self, now_in: Numbers) -> Numbers:
        found = np.full((len(now_in), len(STATES)), NEVER, dtype=np.int64)
        found[self.place, self.state] = self.until  # in the order of time: the last visit stays
        found[np.arange(len(now_in)), now_in] = NEVER
        return found


def _visits(log: Log, place: Numbers, clock: Clock, now: int) -> _Visits:
    sets = np.flatnonzero(log.state != NEVER)
    place, state, at = place[sets], log.state[sets], log.at[sets]
    is_new = np.ones(len(sets), dtype=bool)
    is_new[1:] = (place[1:] != place[:-1]) | (state[1:] != state[:-1])
    place, state, at = place[is_new], state[is_new], at[is_new]
    is_last = np.append(place[1:] != place[:-1], True) if len(place) else np.zeros(0, dtype=bool)
    is_final = (state == DONE) | (state == DECLINED)
    until = np.where(is_last, np.where(is_final, at, now), np.append(at[1:], now)[: len(at)])
    return _Visits(place, state, at, clock.between(at, until), until)


def _table_days(log: Log, events_of: _First, clock: Clock, in_at: Numbers) -> Numbers:
    """The day that the event names; where it names none, its own."""
    day = np.where(log.detail == NEVER, clock.day_numbers(log.at), log.detail)
    found = events_of.where(log.action == DISCUSSED, day)
    return np.where(found == NEVER, NEVER, np.maximum(found, clock.day_numbers(in_at)))


def _waited(edges: Edges, clock: Clock, ids: Numbers, limit: Numbers) -> Waited:
    place, until = np.searchsorted(ids, edges.case), clock.until(edges.at)
    everything = np.ones(len(place), dtype=bool)
    return Waited(
        union(edges, everything, place, limit, until),
        union(edges, edges.kind == WAITS_ON_REPORTER, place, limit, until),
        union(edges, edges.kind == WAITS_INSIDE, place, limit, until),
        union(edges, edges.kind == WAITS_OUTSIDE, place, limit, until),
    )


def _still_open(edges: Edges, ids: Numbers, ended_at: Numbers) -> Edges:
    """The waits of open cases that have begun and not ended."""
    order = np.lexsort((edges.wait, edges.case))
    case, wait, step = edges.case[order], edges.wait[order], edges.step[order]
    is_last = np.append((case[1:] != case[:-1]) | (wait[1:] != wait[:-1]), True)[: len(case)]
    runs = np.zeros(len(case), dtype=bool)
    runs[order] = is_last & (step > 0)
    runs &= ended_at[np.searchsorted(ids, edges.case)] == NEVER
    return Edges(edges.case[runs], edges.at[runs], edges.wait[runs], edges.kind[runs], edges.step[runs])
