"""Working time and days for many moments at once. Moments are whole seconds since 1970, UTC.

W(a, b) is the office time between a and b: `civic.calendar.working_time_between`, here with a table. Every
working day has the same length (no clock change falls in office hours), so the office time up to a moment is
the number of earlier working days times that length, plus the part of its own day.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import numpy.typing as npt

from civic.calendar import OFFICE_DAY, OFFICE_OPENS, ZONE, Calendar

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

DAY = int(OFFICE_DAY.total_seconds())
CALENDAR_DAY = 86_400


class Clock:
    """Knows the days from the one of `first` up to and including the one of `last`."""

    def __init__(self, first: int, last: int, calendar: Calendar | None = None) -> None:
        calendar = calendar or Calendar()
        begin = day_of(first) - timedelta(days=1)
        count = max(1, (day_of(last) - begin).days + 2)
        self.days = [begin + timedelta(days=n) for n in range(count)]
        self.works = np.array([calendar.is_working_day(day) for day in self.days])
        self._begin = begin.toordinal()
        self._midnights = _moments(self.days, time.min)
        self._opens = _moments([day for day in self.days if calendar.is_working_day(day)], OFFICE_OPENS)

    def until(self, moments: Numbers) -> Numbers:
        """Office seconds from the first day of this clock up to each moment."""
        if not len(self._opens):
            return np.zeros(moments.shape, dtype=np.int64)
        place = np.searchsorted(self._opens, moments, side="right") - 1
        whole = np.maximum(place, 0) * DAY
        part = np.clip(moments - self._opens[np.maximum(place, 0)], 0, DAY)
        return np.where(place < 0, 0, whole + part).astype(np.int64)

    def between(self, start: Numbers, end: Numbers) -> Numbers:
        """W(a, b); 0 where the end is not later."""
        passed: Numbers = np.maximum(self.until(end) - self.until(start), 0)
        return passed

    def day_numbers(self, moments: Numbers) -> Numbers:
        """The Dutch day of each moment, as `date.toordinal()`."""
        place = np.searchsorted(self._midnights, moments, side="right") - 1
        return (place + self._begin).astype(np.int64)

    def work_days(self, start: date, end: date) -> list[date]:
        """The working days from `start` up to and including `end` that this clock knows."""
        return [
            day for day, works in zip(self.days, self.works, strict=True) if works and start <= day <= end
        ]


def _moments(days: list[date], at: time) -> Numbers:
    return np.array([int(datetime.combine(day, at, tzinfo=ZONE).timestamp()) for day in days], dtype=np.int64)


def day_of(moment: int) -> date:
    return datetime.fromtimestamp(moment, UTC).astimezone(ZONE).date()


def start_of(day: date) -> int:
    """The first second of a Dutch day."""
    return int(datetime.combine(day, time.min, tzinfo=ZONE).timestamp())
