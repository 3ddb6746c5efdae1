"""Everything that the page with figures shows, from one log: no list depends on another page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from civic.aanjaagteam.flow import ageing, measures, weeks
from civic.aanjaagteam.flow.cases import Cases, cases_of
from civic.aanjaagteam.flow.clock import Clock, Numbers
from civic.aanjaagteam.flow.codes import DISCUSSED, NEVER
from civic.aanjaagteam.flow.log import log_of, table_of
from civic.aanjaagteam.flow.survival import Survival, cycle_survival
from civic.aanjaagteam.flow.told import Answers, Told, told_of

CFD_DAYS = 84


@dataclass(frozen=True)
class Wait:
    """A wait that runs: of which case, whom for (a code), since when, and its office seconds."""

    place: int
    wait: int
    kind: int
    since: int
    seconds: int


@dataclass(frozen=True)
class Board:
    """The figures over a period, and how things stand at its end (or now)."""

    cases: Cases
    first: date
    last: date
    told: Told

    @property
    def period(self) -> measures.Period:
        return weeks.period_of(self.first, self.last)

    @property
    def year(self) -> measures.Period:
        """Twelve months up to the end of the period: what a promise and a history are based on."""
        return weeks.period_of(self.last - timedelta(days=364), self.last)

    def values(self, measure: measures.Measure) -> measures.Values:
        return measures.values_of(self.cases, measure).within(self.period)

    def spread(self, measure: measures.Measure) -> measures.Spread:
        return measures.spread(self.values(measure).seconds)

    def dwell(self, state: int) -> measures.Values:
        return measures.dwell_of(self.cases, state).within(self.period)

    def share(self) -> measures.WaitShare:
        return measures.wait_share(self.cases, self.period)

    def promise(self) -> measures.Promise | None:
        return measures.promise(self.cases, self.year, weeks.period_of(*weeks.week_window(self.last)))

    def balance(self) -> weeks.Balance:
        return weeks.balance(self.cases, *weeks.week_window(self.last))

    def weeks(self) -> list[weeks.Week]:
        return weeks.weeks_of(self.cases, weeks.last_weeks(self.last))

    def promises(self) -> Answers:
        return self.told.promises.within(self.period)

    def verdicts(self) -> Answers:
        return self.told.verdicts.within(self.period)

    def survival(self) -> Survival:
        return cycle_survival(self.cases, self.period)

    def history(self) -> list[measures.Spread]:
        return ageing.history(self.cases, self.year)

    def ages(self) -> list[ageing.Age]:
        return ageing.open_ages(self.cases, self.history())

    def under_way(self) -> int:
        return int(np.count_nonzero(self.cases.is_open & (self.cases.taken_up_at != NEVER)))

    def days(self) -> list[date]:
        """Of the flow chart: the period, at most twelve weeks of it."""
        start = max(self.first, self.last - timedelta(days=CFD_DAYS - 1))
        return [start + timedelta(days=n) for n in range((self.last - start).days + 1)]

    def flow(self) -> list[list[int]]:
        return weeks.cumulative_flow(self.cases, self.days())

    def work_per_day(self) -> list[int]:
        return weeks.under_way(self.cases, self.days())

    def waits(self) -> list[Wait]:
        """The waits of open cases, longest first."""
        cases, edges = self.cases, self.cases.open_waits
        now = np.full(len(edges.at), cases.now, dtype=np.int64)
        lasted = cases.clock.between(edges.at, now)
        places = np.searchsorted(cases.ids, edges.case)
        rows = zip(
            places.tolist(),
            edges.wait.tolist(),
            edges.kind.tolist(),
            edges.at.tolist(),
            lasted.tolist(),
            strict=True,
        )
        return sorted((Wait(*row) for row in rows), key=lambda one: (-one.seconds, one.since, one.wait))


def board_of(parts: Iterable[Numbers], first: date, last: date, now: int) -> Board:
    """The log as it was at the end of `last`, or as it is now when that is earlier."""
    until = min(now, weeks.period_of(first, last).end - 1)
    log = log_of(parts, until)
    begin = int(log.at.min()) if len(log.at) else until
    cases = cases_of(log, Clock(begin, until), until)
    return Board(cases, first, last, told_of(log, cases.ids))


def tables_from(rows: Iterable[tuple[int, int, int, str]]) -> Numbers:
    """Of events (case, number, second, day as text): when the management talked about a case."""
    return table_of(
        (case, number, at, DISCUSSED, NEVER, NEVER, _day_number(day)) for case, number, at, day in rows
    )


def _day_number(text: str) -> int:
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        return NEVER
