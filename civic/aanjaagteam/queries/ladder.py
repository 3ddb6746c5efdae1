"""Reading the ladder: who stands where, what runs, what is due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import lazyload

from civic.aanjaagteam.models import (
    Escalation,
    EscalationPerson,
    EscalationRung,
    LadderHours,
    LadderPerson,
    LadderRung,
    LadderTableDay,
    ReportWait,
    Unit,
)
from civic.aanjaagteam.queries.waits import managers_of
from civic.aanjaagteam.states.facts import WaitKind
from civic.aanjaagteam.states.ladder import (
    DEFAULT_TERMS,
    HAS_IT,
    LEVELS,
    MANAGEMENT,
    TOP,
)
from civic.accounts.models import RoleGrant, User
from civic.accounts.queries import reachable_staff, reachable_staff_by_id
from civic.accounts.states import STAFF_ROLES
from civic.calendar import ZONE, OwnHours
from civic.db import db

WEEK = 7


@dataclass(frozen=True)
class Place:
    """Where a ladder stands: a unit, a municipality, or (both empty) the region."""

    unit_id: int | None = None
    municipality_id: int | None = None

    @property
    def scope(self) -> str:
        if self.unit_id is not None:
            return f"u{self.unit_id}"
        return "r" if self.municipality_id is None else f"m{self.municipality_id}"


@dataclass(frozen=True)
class Rung:
    """A rung as it works out for one place: its own people, or those of the place above it."""

    level: int
    people: list[User]
    accept_hours: int
    answer_days: int
    table_weekday: int | None = None
    table_days: tuple[date, ...] = ()
    scope: str = ""  # who named the people; "" is nobody, "unit" are the managers of the unit


def scopes_for(place: Place) -> list[str]:
    """The nearest first."""
    scopes = [place.scope] if place.unit_id is not None else []
    if place.municipality_id is not None:
        scopes.append(Place(municipality_id=place.municipality_id).scope)
    return [*scopes, "r"]


def ladder_for(place: Place, on: date) -> dict[int, Rung]:
    """All rungs of a place, with what it takes from the place above; a fixed number of statements."""
    scopes = scopes_for(place)
    rows = _rows_of(scopes)
    people = _people_of([row.id for row in rows.values()])
    days = _table_days([row.id for row in rows.values() if row.level == TOP])
    managers = [one for one in managers_of(place.unit_id, on) if one.email] if place.unit_id else []
    return {level: _rung(level, scopes, rows, (people, days, managers)) for level in LEVELS}


def _rung(
    level: int,
    scopes: list[str],
    rows: dict[tuple[str, int], LadderRung],
    known: tuple[dict[int, list[User]], dict[int, list[date]], list[User]],
) -> Rung:
    people, days, managers = known
    said = [row for scope in scopes if (row := rows.get((scope, level))) is not None]
    accept, answer = (said[0].accept_hours, said[0].answer_days) if said else DEFAULT_TERMS[level]
    named = next((row for row in said if people.get(row.id)), None)
    if level == MANAGEMENT and managers and (named is None or named.unit_id is None):
        return Rung(level, managers, accept, answer, scope="unit")
    if named is None:
        return Rung(level, [], accept, answer)
    sits = tuple(sorted(days.get(named.id, [])))
    return Rung(level, people[named.id], accept, answer, named.table_weekday, sits, named.scope)


def _rows_of(scopes: list[str]) -> dict[tuple[str, int], LadderRung]:
    found = db.session.scalars(select(LadderRung).where(LadderRung.scope.in_(scopes)))
    return {(row.scope, row.level): row for row in found}


def _people_of(rung_ids: list[int]) -> dict[int, list[User]]:
    if not rung_ids:
        return {}
    pairs = db.session.execute(
        select(LadderPerson.rung_id, LadderPerson.user_id)
        .where(LadderPerson.rung_id.in_(rung_ids))
        .order_by(LadderPerson.id)
    ).all()
    known = reachable_staff_by_id(user_id for _rung_id, user_id in pairs)
    people: dict[int, list[User]] = defaultdict(list)
    for rung_id, user_id in pairs:
        if user_id in known:
            people[rung_id].append(known[user_id])
    return people


def _table_days(rung_ids: list[int]) -> dict[int, list[date]]:
    if not rung_ids:
        return {}
    days: dict[int, list[date]] = defaultdict(list)
    for row in db.session.scalars(select(LadderTableDay).where(LadderTableDay.rung_id.in_(rung_ids))):
        days[row.rung_id].append(row.held_on)
    return days


def own_rungs(place: Place) -> dict[int, LadderRung]:
    """What this place says itself."""
    found = db.session.scalars(select(LadderRung).where(LadderRung.scope == place.scope))
    return {row.level: row for row in found}


def own_people(place: Place) -> dict[int, list[int]]:
    """Ids of the people this place named itself, per level."""
    rows = db.session.execute(
        select(LadderRung.level, LadderPerson.user_id)
        .join(LadderPerson, LadderPerson.rung_id == LadderRung.id)
        .where(LadderRung.scope == place.scope)
        .order_by(LadderPerson.id)
    )
    named: dict[int, list[int]] = defaultdict(list)
    for level, user_id in rows:
        named[level].append(user_id)
    return named


def own_table_days(place: Place) -> list[date]:
    return list(
        db.session.scalars(
            select(LadderTableDay.held_on)
            .join(LadderRung, LadderRung.id == LadderTableDay.rung_id)
            .where(LadderRung.scope == place.scope)
            .order_by(LadderTableDay.held_on)
        )
    )


def staff_to_choose(municipality_id: int | None) -> list[User]:
    """Officials of this municipality and of the whole region (of every place when it is empty), by name."""
    statement = reachable_staff()
    if municipality_id is not None:
        here = or_(RoleGrant.municipality_id.is_(None), RoleGrant.municipality_id == municipality_id)
        grants = select(RoleGrant.user_id).where(RoleGrant.role.in_(STAFF_ROLES), here)
        statement = statement.where(User.id.in_(grants))
    return sorted(db.session.scalars(statement), key=lambda one: (one.display_name, one.id))


def hours_of(user_ids: Iterable[int]) -> dict[int, OwnHours]:
    """When these people are there; who said nothing has the office hours. One statement."""
    ids = set(user_ids)
    weeks: dict[int, list[tuple[time, time] | None]] = {one: [None] * WEEK for one in ids}
    if ids:
        for row in db.session.scalars(select(LadderHours).where(LadderHours.user_id.in_(ids))):
            weeks[row.user_id][row.weekday] = (_clock(row.from_minute), _clock(row.until_minute))
    return {one: OwnHours(week=tuple(week)) for one, week in weeks.items()}


def _clock(minute: int) -> time:
    return time(minute // 60, minute % 60) if minute < 24 * 60 else time.max


# what runs


def open_run(report_id: int) -> Escalation | None:
    return db.session.scalar(
        select(Escalation).where(Escalation.report_id == report_id, Escalation.ended_at.is_(None))
    )


def last_run(report_id: int) -> Escalation | None:
    return db.session.scalar(
        select(Escalation).where(Escalation.report_id == report_id).order_by(Escalation.round.desc()).limit(1)
    )


def rungs_of(run: Escalation) -> list[EscalationRung]:
    rows = select(EscalationRung).where(EscalationRung.escalation_id == run.id)
    return list(db.session.scalars(rows.order_by(EscalationRung.level)))


def rung_in_hand(run: Escalation) -> EscalationRung | None:
    """The rung that has it now; None when the run ended, or when nobody is named anywhere."""
    return db.session.scalar(
        select(EscalationRung).where(EscalationRung.escalation_id == run.id, EscalationRung.state.in_(HAS_IT))
    )


def asked_on(rungs: Iterable[EscalationRung]) -> dict[int, list[User]]:
    """Per rung who was asked, in the order of asking. Two statements."""
    ids = [one.id for one in rungs]
    if not ids:
        return {}
    pairs = db.session.execute(
        select(EscalationPerson.rung_id, EscalationPerson.user_id)
        .where(EscalationPerson.rung_id.in_(ids))
        .order_by(EscalationPerson.id)
    ).all()
    people = select(User).where(User.id.in_({user_id for _one, user_id in pairs}))
    known = {one.id: one for one in db.session.scalars(people.options(lazyload(User.grants)))}
    asked: dict[int, list[User]] = defaultdict(list)
    for rung_id, user_id in pairs:
        asked[rung_id].append(known[user_id])
    return asked


def was_asked(run: Escalation, user: User) -> frozenset[int]:
    """The levels of this run on which this person was asked."""
    levels = (
        select(EscalationRung.level)
        .join(EscalationPerson, EscalationPerson.rung_id == EscalationRung.id)
        .where(EscalationRung.escalation_id == run.id, EscalationPerson.user_id == user.id)
    )
    return frozenset(db.session.scalars(levels))


def reporter_waits(report_id: int) -> list[tuple[datetime, datetime | None]]:
    """The intervals in which the report waited for the reporter: then the ladder's clock stands still.

    Never longer than the reporter was given: who does not answer stops nothing for ever. A wait from before
    each got a day stops nothing until the answer is there.
    """
    has_end = or_(ReportWait.ended_at.is_not(None), ReportWait.due_on.is_not(None))
    rows = db.session.execute(
        select(ReportWait.began_at, ReportWait.ended_at, ReportWait.due_on)
        .where(ReportWait.report_id == report_id, ReportWait.kind == WaitKind.REPORTER, has_end)
        .order_by(ReportWait.began_at)
    )
    return [(row.began_at, _until(row.ended_at, row.due_on)) for row in rows]


def _until(ended_at: datetime | None, due_on: date | None) -> datetime | None:
    if due_on is None:
        return ended_at
    midnight = datetime.combine(due_on + timedelta(days=1), time.min, tzinfo=ZONE)
    return midnight if ended_at is None else min(ended_at, midnight)


def next_table_day(rung: Rung, after: date) -> date | None:
    """The first day after `after` on which the crew sits; a weekly day that is no working day is skipped."""
    listed = [day for day in rung.table_days if day > after]
    if rung.table_weekday is not None:
        ahead = (after + timedelta(days=n) for n in range(1, 8 * WEEK))
        weekly = (d for d in ahead if d.weekday() == rung.table_weekday and OwnHours().is_working_day(d))
        listed += [first] if (first := next(weekly, None)) else []
    return min(listed, default=None)


def unit_place(unit_id: int | None, municipality_id: int | None) -> Place:
    """The ladder for a report: of its unit, with the municipality of the report or else of the unit."""
    if unit_id is not None and municipality_id is None:
        unit = db.session.get(Unit, unit_id)
        municipality_id = unit.municipality_id if unit is not None else None
    return Place(unit_id, municipality_id)
