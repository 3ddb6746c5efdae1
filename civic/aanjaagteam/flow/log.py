"""The part of the event log that the figures read, as columns of whole numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

import numpy as np

from civic.aanjaagteam.flow.clock import Flags, Numbers
from civic.aanjaagteam.flow.codes import NEVER, NEW, REPORTED


@dataclass(frozen=True)
class Log:
    """One row per event; per case in the order of time, and of the log where the second is the same.

    case, number   the report and the id of the event
    at             whole seconds since 1970
    action, state  codes; NEVER where no state was set
    wait, detail   which wait and whom it is for; for a table its day, as an ordinal
    """

    case: Numbers
    number: Numbers
    at: Numbers
    action: Numbers
    state: Numbers
    wait: Numbers
    detail: Numbers

    def only(self, wanted: Flags | Numbers) -> Log:
        return Log(*(getattr(self, column.name)[wanted] for column in fields(self)))


Row = tuple[int, int, int, int, int, int, int]


def log_of(parts: Iterable[Numbers], until: int) -> Log:
    """Tables with the seven columns of `Log`, together the log in any order.

    What happened after `until` is left out, and so is what lies before a case was reported.
    """
    table = np.concatenate([np.zeros((0, 7), dtype=np.int64), *parts])
    log = Log(*table[table[:, 2] <= until].T)
    return _from_the_report_on(log.only(np.lexsort((log.number, log.at, log.case))))


def table_of(rows: Iterable[Row]) -> Numbers:
    return np.array(list(rows), dtype=np.int64).reshape(-1, 7)


def table_from(text: str, columns: tuple[int, ...]) -> Numbers:
    """From numbers as text, row after row; they are the columns with these places, the rest is NEVER."""
    numbers = np.fromstring(text, dtype=np.int64, sep=" ").reshape(-1, len(columns))
    table = np.full((len(numbers), 7), NEVER, dtype=np.int64)
    table[:, columns] = numbers
    return table


def _from_the_report_on(log: Log) -> Log:
    reports = np.flatnonzero(log.action == REPORTED)
    if not len(reports):
        return log.only(reports)
    cases, place = np.unique(log.case[reports], return_index=True)
    where = np.minimum(np.searchsorted(cases, log.case), len(cases) - 1)
    is_known = cases[where] == log.case
    log = log.only(is_known & (np.arange(len(log.case)) >= reports[place][where]))
    log.state[log.action == REPORTED] = NEW
    return log
