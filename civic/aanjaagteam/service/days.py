"""Days that somebody promises: a working day that is still to come, and as a term for the clock."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import gettext as _

from civic.calendar import Calendar, add_months, today

FURTHEST_MONTHS = 24


def is_too_far(day: date, at: datetime) -> bool:
    return day > add_months(today(at), FURTHEST_MONTHS)


def refuse_bad_day(day: date | None, at: datetime) -> list[str]:
    """The sentences why this cannot be promised; none for a good day, or for no day."""
    if day is None:
        return []
    if day <= today(at):
        return [_("Kies een dag die nog komt.")]
    if is_too_far(day, at):
        return [_("Kies een dag binnen twee jaar.")]
    if not Calendar().is_working_day(day):
        return [_("Kies een werkdag. In het weekend en op feestdagen werkt niemand.")]
    return []


def term_until(day: date, at: datetime) -> str:
    """As the calendar writes it; the day itself is a working day, so it does not move."""
    days = (day - today(at)).days
    return "1 dag" if days == 1 else f"{days} dagen"
