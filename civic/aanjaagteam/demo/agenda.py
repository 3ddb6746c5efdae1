"""A year of work, done in the order of time: what people did on a day, and each morning what goes by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from civic.calendar import OFFICE_OPENS, ZONE, Calendar, today

Step = Callable[[datetime], None]
MOMENTS_A_DAY = 8  # so that not everything happens at nine
MORNING = time(8, 45)


class Agenda:
    """Steps to do, each some days before `at`. The demo knows no future."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self._steps: list[tuple[datetime, int, Step]] = []

    def office(self, days_ago: int, step: Step) -> None:
        """On that day, or on the working day before it: officials work in office hours."""
        number = len(self._steps)
        minutes = 35 + number % MOMENTS_A_DAY * 55
        day = self.working_day(days_ago)
        moment = datetime.combine(day, OFFICE_OPENS, tzinfo=ZONE) + timedelta(minutes=minutes)
        self._steps.append((min(moment, self.at), number, step))

    def any_time(self, days_ago: int, step: Step) -> None:
        """Residents write when it suits them."""
        self._steps.append((self.at - timedelta(days=days_ago), len(self._steps), step))

    def working_day(self, days_ago: int) -> date:
        return working_day_before(today(self.at) - timedelta(days=days_ago))

    def run(self, each_morning: Step) -> None:
        """Every step, and `each_morning` before the first step of a working day and at the very end."""
        morning = datetime.min.replace(tzinfo=ZONE)
        for moment, _number, step in sorted(self._steps, key=lambda one: one[:2]):
            if morning == datetime.min.replace(tzinfo=ZONE):
                morning = next_morning(moment)
            while morning <= moment:
                each_morning(morning)
                morning = next_morning(morning)
            step(moment)
        while morning < self.at:
            each_morning(morning)
            morning = next_morning(morning)
        each_morning(self.at)


def working_day_before(day: date) -> date:
    """This day, or the last working day before it."""
    while not Calendar().is_working_day(day):
        day -= timedelta(days=1)
    return day


def next_morning(moment: datetime) -> datetime:
    day = Calendar().next_working_day(today(moment) + timedelta(days=1))
    return datetime.combine(day, MORNING, tzinfo=ZONE)
