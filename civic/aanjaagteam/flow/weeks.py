"""Flow over days and weeks: what comes in, what goes out, what is under way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from civic.aanjaagteam.flow.cases import Cases
from civic.aanjaagteam.flow.clock import DAY, Flags, Numbers, start_of
from civic.aanjaagteam.flow.codes import DECLINED, DONE, NEVER
from civic.aanjaagteam.flow.measures import FEWEST, Period

WEEKS = 12
MOST_OUT_OF_BALANCE = 4  # the two sides of Little's law may differ by one part in four


@dataclass(frozen=True)
class Week:
    """An ISO week, from its Monday. `net` is negative when more came in than went out."""

    monday: date
    arrived: int
    done: int
    declined: int

    @property
    def net(self) -> int:
        return self.done + self.declined - self.arrived


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def last_weeks(until: date, count: int = WEEKS) -> list[date]:
    """The Mondays of the whole weeks before the week of `until`, or with it when `until` is a Sunday."""
    last = monday_of(until + timedelta(days=1)) - timedelta(weeks=1)
    return [last - timedelta(weeks=back) for back in range(count - 1, -1, -1)]


def period_of(first: date, last: date) -> Period:
    """Both days included."""
    return Period(start_of(first), start_of(last + timedelta(days=1)))


def week_window(until: date, count: int = WEEKS) -> tuple[date, date]:
    mondays = last_weeks(until, count)
    return mondays[0], mondays[-1] + timedelta(days=6)


def weeks_of(cases: Cases, mondays: list[date]) -> list[Week]:
    arrived = _per_week(cases.in_at, mondays)
    done = _per_week(cases.ended_at[cases.state == DONE], mondays)
    declined = _per_week(cases.ended_at[cases.state == DECLINED], mondays)
    return [Week(*one) for one in zip(mondays, arrived, done, declined, strict=True)]


def _per_week(moments: Numbers, mondays: list[date]) -> list[int]:
    edges = [start_of(monday) for monday in (*mondays, mondays[-1] + timedelta(weeks=1))]
    places = np.searchsorted(np.sort(moments), edges, side="left")
    return [int(count) for count in np.diff(places)]


def under_way(cases: Cases, days: list[date]) -> list[int]:
    """WIP(d): taken up on that day or before, and not ended by the end of it."""
    taken_up, ended = cases.taken_up_at, cases.ended_at
    started = _up_to(taken_up[taken_up != NEVER], days)
    stopped = _up_to(ended[(taken_up != NEVER) & (ended != NEVER)], days)
    return [int(count) for count in started - stopped]


def _up_to(moments: Numbers, days: list[date]) -> Numbers:
    """How many moments lie before the end of each day."""
    ends = np.array([start_of(day + timedelta(days=1)) for day in days], dtype=np.int64)
    return np.searchsorted(np.sort(moments), ends, side="left").astype(np.int64)


def cumulative_flow(cases: Cases, days: list[date]) -> list[list[int]]:
    """Per day and rank: how many cases reached that state, or one further on, by the end of that day."""
    columns = [
        _up_to(reached[reached != NEVER], days) for reached in (cases.reached[:, n] for n in range(DONE + 1))
    ]
    return [[int(column[row]) for column in columns] for row in range(len(days))]


@dataclass(frozen=True)
class Balance:
    """Little's law over whole weeks: mean WIP = throughput · mean cycle time, when in and out are even.

    Both sides times the working days, so that they stay whole numbers: the work that was under way at the
    end of each working day, and the cycle times of what ended, in office seconds.
    """

    ended: int
    under_way: int
    cycles: int

    @property
    def is_known(self) -> bool:
        return self.ended >= FEWEST and self.cycles > 0

    @property
    def is_off(self) -> bool:
        """abs(mean(WIP) / (X · mean(C)) − 1) > 0.25"""
        return self.is_known and MOST_OUT_OF_BALANCE * abs(self.under_way - self.cycles) > self.cycles


def balance(cases: Cases, first: date, last: date) -> Balance:
    """What was declined after it was taken up left the work too, so it counts on both sides."""
    chosen = _ended_work(cases) & period_of(first, last).has(cases.ended_at)
    cycles = cases.clock.between(cases.taken_up_at[chosen], cases.ended_at[chosen])
    days = cases.clock.work_days(first, last)
    return Balance(
        int(np.count_nonzero(chosen)), sum(under_way(cases, days)) * DAY if days else 0, int(cycles.sum())
    )


def _ended_work(cases: Cases) -> Flags:
    found: Flags = (cases.taken_up_at != NEVER) & (cases.ended_at != NEVER)
    return found
