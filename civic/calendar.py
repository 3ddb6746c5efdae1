"""One calendar: Dutch working days, office hours, and deadlines that explain themselves.

The rule of Dutch administrative terms is the Algemene termijnenwet. Article 1: a term that ends on a
Saturday, Sunday or public holiday runs on to the next day that is none of these. Article 3: which days those
are. Article 4: not so for terms of more than 90 days, 12 weeks or 3 months, or in years; those end on the day
they end. A region can add its own closed days.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays.countries  # read when a process starts: all countries at once, which a visitor would wait for
from babel.dates import format_date
from flask_babel import gettext as _
from flask_babel import ngettext

ZONE = ZoneInfo("Europe/Amsterdam")
OFFICE_OPENS, OFFICE_CLOSES = time(8, 30), time(17, 0)
TERM = re.compile(r"([1-9]\d{0,2}) (werkdag|werkdagen|dag|dagen|week|weken|maand|maanden|jaar)\Z", re.ASCII)
OFFICE_DAY = datetime.combine(date.min, OFFICE_CLOSES) - datetime.combine(date.min, OFFICE_OPENS)
SATURDAY = 5
FURTHEST_DAY = 60  # who works on Mondays only has no free Mondays for so long
LONGEST_THAT_MOVES = {"dag": 90, "dagen": 90, "week": 12, "weken": 12, "maand": 3, "maanden": 3, "jaar": 0}


class UnknownTerm(ValueError):
    """A term must be written as a number and a unit: "8 weken", "10 werkdagen"."""


@lru_cache(maxsize=64)
def _public_holidays(year: int) -> dict[date, str]:
    """The days of article 3. The package has Good Friday, but the fifth of May only in a jubilee year."""
    days = {
        day: str(name) for day, name in holidays.country_holidays("NL", years=year, language="nl").items()
    }
    return {**days, date(year, 5, 5): "Bevrijdingsdag"}


@dataclass(frozen=True)
class Calendar:
    """Working days are Monday to Friday, without public holidays and the region's own closed days."""

    closed: frozenset[date] = frozenset()

    def is_free(self, day: date) -> bool:
        return day.weekday() >= SATURDAY or day in _public_holidays(day.year) or day in self.closed

    def is_working_day(self, day: date) -> bool:
        return not self.is_free(day)

    def next_working_day(self, day: date) -> date:
        """`day` itself when work is done on it, else the first one after."""
        while self.is_free(day):
            day += timedelta(days=1)
        return day

    def add_working_days(self, day: date, count: int) -> date:
        for _step in range(count):
            day = self.next_working_day(day + timedelta(days=1))
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; 0 when end is not later."""
        days = (end - start).days
        return sum(1 for n in range(1, days + 1) if self.is_working_day(start + timedelta(days=n)))

    def is_office_time(self, at: datetime) -> bool:
        local = at.astimezone(ZONE)
        return self.is_working_day(local.date()) and OFFICE_OPENS <= local.time() < OFFICE_CLOSES

    def next_office_time(self, at: datetime) -> datetime:
        """When a reminder may go out: `at` in office hours, else the next opening."""
        if self.is_office_time(at):
            return at
        local = at.astimezone(ZONE)
        day = local.date() if local.time() < OFFICE_OPENS else local.date() + timedelta(days=1)
        opening = datetime.combine(self.next_working_day(day), OFFICE_OPENS, tzinfo=ZONE)
        return opening.astimezone(UTC)


@dataclass(frozen=True)
class OwnHours(Calendar):
    """When one person is there: from and until per weekday (Monday first), None on a day off.

    Somebody who is never there gets the office hours: a mail may come at an odd time, but it comes.
    """

    week: tuple[tuple[time, time] | None, ...] = ()

    def is_office_time(self, at: datetime) -> bool:
        if not any(self.week):
            return super().is_office_time(at)
        local = at.astimezone(ZONE)
        hours = self.week[local.weekday()]
        if hours is None or self.is_free(local.date()):
            return False
        return hours[0] <= local.time() < hours[1]

    def next_office_time(self, at: datetime) -> datetime:
        if not any(self.week):
            return super().next_office_time(at)
        if self.is_office_time(at):
            return at
        local = at.astimezone(ZONE)
        for later in range(FURTHEST_DAY):
            day = local.date() + timedelta(days=later)
            hours = self.week[day.weekday()]
            if hours is None or self.is_free(day):
                continue
            opening = datetime.combine(day, hours[0], tzinfo=ZONE)
            if opening > local:
                return opening.astimezone(UTC)
        return super().next_office_time(at)


def working_time_between(start: datetime, end: datetime, calendar: Calendar | None = None) -> timedelta:
    """Office time in [start, end): W(a, b) of the figures. 0 when `end` is not later.

    Counts whole working days with a table per year, so its cost does not grow with the days between.
    Office hours never touch the hour that a clock change skips or repeats, so wall time is real time.
    """
    if end <= start:
        return timedelta(0)
    calendar = calendar or Calendar()
    first, last = start.astimezone(ZONE), end.astimezone(ZONE)
    days = _working_days_from_to(calendar.closed, first.date(), last.date())
    return days * OFFICE_DAY + _office_time_until(calendar, last) - _office_time_until(calendar, first)


def add_working_hours(start: datetime, hours: float, calendar: Calendar | None = None) -> datetime:
    """The earliest moment with so much office time between `start` and it: the inverse W⁻¹ of the figures.

    A term that is full when the office closes ends then, and not at the next opening.
    """
    if hours < 0:
        raise ValueError("time does not run backwards")
    if hours == 0:
        return start
    calendar, local = calendar or Calendar(), start.astimezone(ZONE)
    day = calendar.next_working_day(local.date())
    total = _office_time_until(calendar, local) + timedelta(hours=hours)
    days, rest = divmod(total, OFFICE_DAY)
    if not rest:
        days, rest = days - 1, OFFICE_DAY
    opening = datetime.combine(_working_day_after(calendar.closed, day, days), OFFICE_OPENS)
    return (opening + rest).replace(tzinfo=ZONE).astimezone(UTC)


def _office_time_until(calendar: Calendar, local: datetime) -> timedelta:
    """How much of that day's office time is over."""
    if calendar.is_free(local.date()):
        return timedelta(0)
    wall = local.replace(tzinfo=None)
    return max(timedelta(0), min(OFFICE_DAY, wall - datetime.combine(wall.date(), OFFICE_OPENS)))


@lru_cache(maxsize=256)
def _working_days_of(closed: frozenset[date], year: int) -> tuple[date, ...]:
    calendar, first = Calendar(closed), date(year, 1, 1)
    days = (first + timedelta(days=n) for n in range(366))
    return tuple(day for day in days if day.year == year and calendar.is_working_day(day))


def _working_days_from_to(closed: frozenset[date], start: date, end: date) -> int:
    """Working days from `start` up to, not including, `end`."""
    between = sum(len(_working_days_of(closed, year)) for year in range(start.year, end.year))
    return between + _place_in_year(closed, end) - _place_in_year(closed, start)


def _place_in_year(closed: frozenset[date], day: date) -> int:
    return bisect_left(_working_days_of(closed, day.year), day)


def _working_day_after(closed: frozenset[date], day: date, count: int) -> date:
    """The working day `count` after `day`, which is one itself."""
    year, place = day.year, _place_in_year(closed, day) + count
    while place >= (size := len(_working_days_of(closed, year))):
        year, place = year + 1, place - size
    return _working_days_of(closed, year)[place]


@dataclass(frozen=True)
class Pause:
    """An interval in which a clock stood still: from `starts_on` up to `ends_on` (not included)."""

    starts_on: date
    ends_on: date

    @property
    def days(self) -> int:
        return max(0, (self.ends_on - self.starts_on).days)


@dataclass(frozen=True)
class Answer:
    """The date a deadline falls on, and why, in a few plain sentences."""

    on: date
    explanation: str


@dataclass(frozen=True)
class _Term:
    """How a term ran: until `ends` with `paused` and `extra` days in it; until `due` because of free days."""

    start: date
    text: str
    paused: int
    extra: int
    ends: date
    due: date


def today(at: datetime) -> date:
    """The calendar day in the Netherlands at this moment."""
    return at.astimezone(ZONE).date()


def deadline(
    start: date,
    term: str,
    calendar: Calendar | None = None,
    pauses: Iterable[Pause] = (),
    extra: int = 0,
) -> Answer:
    """The date `term` after `start`, moved by pauses, `extra` days and past free days, with its explanation.

    Raises `UnknownTerm` when the term is not "<number> <unit>", with a number from 1 to 999.
    """
    calendar = calendar or Calendar()
    match = TERM.match(term)
    if match is None:
        raise UnknownTerm(term)
    count, unit = int(match[1]), match[2]
    full = _add(start, count, unit, calendar) + timedelta(days=extra)
    paused = _paused_days(start, full, pauses)
    ends = full + timedelta(days=paused)
    moves = count <= LONGEST_THAT_MOVES.get(unit, count)
    due = calendar.next_working_day(ends) if moves else ends
    answer = _Term(start, term, paused, extra, ends, due)
    return Answer(due, _explain(answer, is_free=calendar.is_free(ends)))


def _paused_days(start: date, ends: date, pauses: Iterable[Pause]) -> int:
    """Days on which the clock stood still while it ran; overlapping pauses count once."""
    paused, reached = 0, start
    for pause in sorted(pauses, key=lambda one: one.starts_on):
        if pause.starts_on > ends + timedelta(days=paused):
            break  # the term was over by then
        stretch = Pause(max(pause.starts_on, reached), pause.ends_on)
        paused += stretch.days
        reached = max(reached, pause.ends_on)
    return paused


def _add(start: date, count: int, unit: str, calendar: Calendar) -> date:
    if unit.startswith("werkdag"):
        return calendar.add_working_days(start, count)
    if unit.startswith("dag"):
        return start + timedelta(days=count)
    if unit.startswith("we"):
        return start + timedelta(weeks=count)
    return add_months(start, count * (12 if unit == "jaar" else 1))


def add_months(start: date, count: int) -> date:
    """The same day `count` months later, or the last day of that month when it is shorter."""
    month = start.month - 1 + count
    year, month = start.year + month // 12, month % 12 + 1
    for day in range(start.day, 0, -1):
        try:
            return date(year, month, day)
        except ValueError:
            continue
    raise AssertionError("every month has a first day")


def _explain(term: _Term, *, is_free: bool) -> str:
    text: str = _("%(term)s vanaf %(start)s", term=term.text, start=_written(term.start))
    if term.paused:
        text += ", " + ngettext("plus %(num)d dag opgeschort", "plus %(num)d dagen opgeschort", term.paused)
    if term.extra:
        text += ", " + ngettext("plus %(num)d dag verdaagd", "plus %(num)d dagen verdaagd", term.extra)
    text += "."
    if term.due != term.ends:
        text += " " + _(
            "%(ends)s is geen werkdag. Daarom is het %(due)s.",
            ends=_written(term.ends),
            due=_written(term.due),
        )
    elif is_free:
        text += " " + _(
            "%(ends)s is geen werkdag. Een lange termijn schuift niet op.", ends=_written(term.ends)
        )
    return text


def _written(day: date) -> str:
    return str(format_date(day, "d MMMM y", locale="nl"))
