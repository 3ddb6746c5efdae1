"""Yes or no: was a promised day kept, and does the reporter say that it is solved?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from civic.aanjaagteam.flow.clock import Flags, Numbers
from civic.aanjaagteam.flow.codes import NOT_SOLVED, OTHER, PROMISE_BROKEN, PROMISE_KEPT, SOLVED
from civic.aanjaagteam.flow.log import Log
from civic.aanjaagteam.flow.measures import Period


@dataclass(frozen=True)
class Answers:
    """Each yes or no: its case (a row of `Cases`), when it came, and which of the two."""

    place: Numbers
    at: Numbers
    is_yes: Flags

    def within(self, period: Period) -> Answers:
        return self.only(period.has(self.at))

    def only(self, wanted: Flags | Numbers) -> Answers:
        return Answers(self.place[wanted], self.at[wanted], self.is_yes[wanted])

    @property
    def count(self) -> int:
        return len(self.place)

    @property
    def yes(self) -> int:
        return int(np.count_nonzero(self.is_yes))


@dataclass(frozen=True)
class Told:
    promises: Answers
    verdicts: Answers


def told_of(log: Log, ids: Numbers) -> Told:
    """`ids` are the cases of the log, in order."""
    told = log.only(np.flatnonzero(log.action > OTHER))
    return Told(_promises(told, ids), _verdicts(told, ids))


def _promises(log: Log, ids: Numbers) -> Answers:
    """Every promise that came to its end: kept, or broken. One that still runs is neither."""
    return _answers(log, ids, PROMISE_KEPT, PROMISE_BROKEN)


def _verdicts(log: Log, ids: Numbers) -> Answers:
    """What each reporter said last."""
    found = _answers(log, ids, SOLVED, NOT_SOLVED)
    is_last = np.append(found.place[1:] != found.place[:-1], True)[: found.count]
    return found.only(is_last)


def _answers(log: Log, ids: Numbers, yes: int, no: int) -> Answers:
    found = log.only((log.action == yes) | (log.action == no))
    return Answers(np.searchsorted(ids, found.case), found.at, found.action == yes)
