"""A year of work, in the order of time: what people did on a day, and each morning what goes by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import groupby

from civic.calendar import ZONE, Calendar, today

Step = Callable[[datetime], None]
MORNING, FIRST_STEP = time(8, 45), time(9, 10)
WORKING_MINUTES = 400  # the steps of a day are spread over these


class Agenda:
    """Steps to do, each some days before `at`. The demo knows no future."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self._steps: list[tuple[date, int, Step]] = []

    def on(self, days_ago: int, step: Step) -> None:
        """On that day, or on the working day before it: the log says that officials work in office hours."""
        day = working_day_before(today(self.at) - timedelta(days=days_ago))
        self._steps.append((day, -days_ago, step))

    def run(self, each_morning: Step) -> None:
        """Every step, with `each_morning` on each working day before them and once at the very end."""
        morning = None
        for moment, step in self._in_order():
            morning = morning or next_morning(moment)
            while morning <= moment:
                each_morning(morning)
                morning = next_morning(morning)
            step(moment)
        while morning and morning < self.at:
            each_morning(morning)
            morning = next_morning(morning)
        each_morning(self.at)

    def _in_order(self) -> Iterator[tuple[datetime, Step]]:
        """What was put on one day (also through the weekend before it) stays in its own order."""
        for day, found in groupby(sorted(self._steps, key=lambda one: one[:2]), key=lambda one: one[0]):
            steps = list(found)
            first = datetime.combine(day, FIRST_STEP, tzinfo=ZONE)
            for number, (_day, _ago, step) in enumerate(steps):
                minutes = WORKING_MINUTES * number // len(steps)
                yield min(first + timedelta(minutes=minutes), self.at), step


def working_day_before(day: date) -> date:
    """This day, or the last working day before it."""
    while not Calendar().is_working_day(day):
        day -= timedelta(days=1)
    return day


def next_morning(moment: datetime) -> datetime:
    day = Calendar().next_working_day(today(moment) + timedelta(days=1))
    return datetime.combine(day, MORNING, tzinfo=ZONE)
