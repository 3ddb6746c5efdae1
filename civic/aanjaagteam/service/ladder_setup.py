"""Setting up the ladder: who stands on a rung, how long a rung has, when somebody is there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from flask_babel import gettext as _
from sqlalchemy import delete

from civic.aanjaagteam.models import LadderHours, LadderPerson, LadderRung, LadderTableDay
from civic.aanjaagteam.queries import ladder as queries
from civic.aanjaagteam.states.ladder import CREW_SIZE, LEVELS, TOP, UNIT_LEVELS
from civic.accounts.models import User
from civic.calendar import today
from civic.db import db
from civic.errors import Invalid
from civic.events import service as events

MOST_HOURS, MOST_DAYS = 80, 60
MOST_TABLE_DAYS = 60


@dataclass(frozen=True)
class RungWanted:
    """A rung as somebody sets it. Nobody named: the people of the place above it stand there."""

    people: tuple[User, ...]
    accept_hours: int
    answer_days: int
    table_weekday: int | None = None
    table_days: tuple[date, ...] = ()


def set_rung(
    place: queries.Place, level: int, wanted: RungWanted, *, actor: User, at: datetime
) -> LadderRung:
    """Say who stands on this rung. Runs that are open there keep the people who were asked."""
    _check(place, level, wanted, at)
    row = queries.own_rungs(place).get(level)
    if row is None:
        is_unit = place.unit_id is not None
        row = LadderRung(
            scope=place.scope,
            level=level,
            unit_id=place.unit_id,
            municipality_id=None if is_unit else place.municipality_id,
        )
    row.accept_hours, row.answer_days = wanted.accept_hours, wanted.answer_days
    row.table_weekday = wanted.table_weekday if level == TOP else None
    db.session.add(row)
    db.session.flush()
    _replace_people(row, wanted)
    _replace_days(row, wanted if level == TOP else None)
    what = events.What("ladder_changed", data={"level": level, "people": len(wanted.people)})
    events.record(row, what, actor=actor, at=at)
    return row


def _check(place: queries.Place, level: int, wanted: RungWanted, at: datetime) -> None:
    if level not in (UNIT_LEVELS if place.unit_id is not None else LEVELS):
        raise ValueError("no such rung")
    errors: dict[str, list[str]] = {}
    if any(not one.is_staff or not one.email for one in wanted.people):
        errors["people"] = [_("Kies alleen medewerkers die een mailadres hebben.")]
    elif level == TOP and len(wanted.people) not in (0, CREW_SIZE):
        errors["people"] = [_("De enabling crew heeft precies vier leden. Kies er vier.")]
    if not 1 <= wanted.accept_hours <= MOST_HOURS:
        errors["accept_hours"] = [_("Kies een getal van 1 tot en met 80.")]
    if not 1 <= wanted.answer_days <= MOST_DAYS:
        errors["answer_days"] = [_("Kies een getal van 1 tot en met 60.")]
    if len(wanted.table_days) > MOST_TABLE_DAYS:
        errors["table_days"] = [_("Dit zijn te veel dagen. Vul er hooguit zestig in.")]
    elif any((day - today(at)).days > 3 * 366 for day in wanted.table_days):
        errors["table_days"] = [_("Een van deze dagen ligt te ver weg.")]
    if errors:
        raise Invalid(errors)


def _replace_people(row: LadderRung, wanted: RungWanted) -> None:
    db.session.execute(delete(LadderPerson).where(LadderPerson.rung_id == row.id))
    for user_id in dict.fromkeys(person.id for person in wanted.people):
        db.session.add(LadderPerson(rung_id=row.id, user_id=user_id))
    db.session.flush()


def _replace_days(row: LadderRung, wanted: RungWanted | None) -> None:
    db.session.execute(delete(LadderTableDay).where(LadderTableDay.rung_id == row.id))
    for day in sorted(set(wanted.table_days if wanted is not None else ())):
        db.session.add(LadderTableDay(rung_id=row.id, held_on=day))
    db.session.flush()


Week = dict[int, tuple[time, time]]  # per weekday, Monday is 0


def set_hours(person: User, week: Week, *, actor: User, at: datetime) -> None:
    """When this person is there. Nothing at all means: the office hours."""
    wrong = [day for day, (start, end) in week.items() if start >= end or day not in range(queries.WEEK)]
    if wrong:
        raise Invalid({f"until_{day}": [_("Deze tijd ligt niet na het begin.")] for day in wrong})
    db.session.execute(delete(LadderHours).where(LadderHours.user_id == person.id))
    for day, (start, end) in sorted(week.items()):
        db.session.add(
            LadderHours(
                user_id=person.id, weekday=day, from_minute=_minutes(start), until_minute=_minutes(end)
            )
        )
    db.session.flush()
    events.record(person, events.What("ladder_hours_changed", data={"days": len(week)}), actor=actor, at=at)


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute
