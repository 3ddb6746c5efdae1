"""Waiting: how long somebody was waited for. Two waits at once count once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from civic.aanjaagteam.flow.clock import Flags, Numbers
from civic.aanjaagteam.flow.codes import WAIT_ENDED, WAIT_STARTED, WAIT_WITHDRAWN
from civic.aanjaagteam.flow.log import Log


@dataclass(frozen=True)
class Edges:
    """Where waits really begin and end, in the order of time: `step` is +1 or -1, `kind` whom for."""

    case: Numbers
    at: Numbers
    wait: Numbers
    kind: Numbers
    step: Numbers


def edges_of(log: Log) -> Edges:
    """A wait that is begun twice was begun once; the end of a wait that does not run is nothing.

    A wait that was withdrawn is gone, and so is its begin.
    """
    waits = log.only(np.isin(log.action, (WAIT_STARTED, WAIT_ENDED, WAIT_WITHDRAWN)))
    order = np.lexsort((waits.wait, waits.case))  # stable: in time within a wait
    waits = waits.only(order)
    starts = waits.action == WAIT_STARTED
    is_first = np.ones(len(starts), dtype=bool)
    is_first[1:] = (waits.case[1:] != waits.case[:-1]) | (waits.wait[1:] != waits.wait[:-1])
    before = np.concatenate(([False], starts[:-1])) & ~is_first  # was it running?
    kept = starts != before
    waits, order, starts = waits.only(kept), order[kept], starts[kept]
    withdrawn = np.flatnonzero(waits.action == WAIT_WITHDRAWN)
    counts = np.ones(len(starts), dtype=bool)
    counts[withdrawn] = counts[withdrawn - 1] = False
    waits, order, starts = waits.only(counts), order[counts], starts[counts]
    # starts and ends take turns now: an end is of the kind of the start before it
    kind = waits.detail.copy()
    ends = np.flatnonzero(~starts)
    kind[ends] = kind[ends - 1]
    in_time = np.argsort(order, kind="stable")
    return Edges(
        waits.case[in_time],
        waits.at[in_time],
        waits.wait[in_time],
        kind[in_time],
        np.where(starts, 1, -1)[in_time],
    )


def union(edges: Edges, wanted: Flags, place: Numbers, limit: Numbers, until: Numbers) -> Numbers:
    """Per case the office time in which at least one wanted wait ran.

    `place` is the case of each edge, `until` the office time up to it, `limit` that up to the case's end.
    """
    place, until, step = place[wanted], until[wanted], edges.step[wanted]
    if not len(place):
        return np.zeros(len(limit), dtype=np.int64)
    running = np.cumsum(step)
    is_last = np.append(place[1:] != place[:-1], True)
    ends = np.flatnonzero(is_last)
    # what a case left running must not run on in the next one
    left = np.concatenate(([0], running[ends[:-1]]))
    running = running - np.repeat(left, np.diff(ends, prepend=-1))
    following = np.append(until[1:], 0)
    stops = np.minimum(np.where(is_last, limit[place], following), limit[place])
    lasted = np.where(running > 0, np.maximum(stops - until, 0), 0)
    return np.bincount(place, weights=lasted, minlength=len(limit)).astype(np.int64)
