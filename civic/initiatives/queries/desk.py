"""Reads for the desk: what waits for it, one case, who looks after an initiative, help and hours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from civic.accounts import queries as accounts
from civic.accounts.models import User
from civic.accounts.states import Role
from civic.crypto import email_index
from civic.db import db
from civic.events.models import Deadline, DeadlinePause, Event
from civic.initiatives.models import Initiative, InitiativePlace
from civic.initiatives.models.desk import (
    DeskRound,
    InitiativeBuddy,
    InitiativeHelp,
    InitiativeHiding,
    InitiativeHours,
)
from civic.initiatives.queries import COLLECTION, SEPARATOR, _place_names, place_list
from civic.initiatives.states import OPEN_FOR_SUPPORT, InitiativeKind, State
from civic.initiatives.states.desk import HoursKind, PauseReason
from civic.keyset import Order, Page, Place, page_of, parse_moment
from civic.regions import queries as regions
from civic.regions.models import Municipality
from civic.regions.rules import Rules

DESK_CHECK, DESK_REPAIR = "desk_check", "desk_repair"
INBOX_SIZE = 200
REFUSED_SIZE = 25
NEWEST_REFUSED = Order(Initiative.closed_at, Initiative.id, "closed_at", parse_moment, is_descending=True)


def open_clock(subject: type[Initiative] | type[InitiativePlace], *kinds: str) -> ColumnElement[bool]:
    is_ours = and_(
        Deadline.subject_type == subject.__tablename__,
        Deadline.subject_id == subject.id,
        Deadline.met_at.is_(None),
    )
    return and_(is_ours, Deadline.kind.in_(kinds)) if kinds else is_ours


def names_of(ids: Iterable[int | None]) -> dict[int, str]:
    """The names of these people; one statement, or none when nobody is asked for."""
    wanted = {number for number in ids if number is not None}
    if not wanted:
        return {}
    people = db.session.scalars(select(User).where(User.id.in_(wanted), User.erased_at.is_(None)))
    return {person.id: person.display_name for person in people}


# --- who works at a desk --------------------------------------------------------------------------------


def people_of(municipality_id: int) -> list[User]:
    """The griffie of this municipality first, then the initiatives desk for it or for the region."""
    office = accounts.people_with(Role.COUNCIL_OFFICE, municipality_id=municipality_id)
    desk = accounts.people_with(Role.INITIATIVE_DESK, municipality_id=municipality_id)
    regional = accounts.people_with(Role.INITIATIVE_DESK, in_region=True)
    return list({one.id: one for one in (*office, *desk, *regional)}.values())


def who_acts_for(municipality_id: int) -> list[User]:
    """Nothing may lie where nobody looks: without a desk the administrators hear it."""
    return people_of(municipality_id) or administrators()


def administrators() -> list[User]:
    return accounts.people_with(Role.ADMINISTRATOR, in_region=True)


def people_around(initiative: Initiative) -> dict[int, tuple[User, Municipality]]:
    """Everybody at the desks of its municipalities, with the place they work for."""
    found: dict[int, tuple[User, Municipality]] = {}
    for place in initiative.places:
        for one in people_of(place.municipality_id):
            found.setdefault(one.id, (one, place.municipality))
    return found


# --- one initiative -------------------------------------------------------------------------------------


def rounds_of(initiative: Initiative) -> list[DeskRound]:
    statement = select(DeskRound).where(DeskRound.initiative_id == initiative.id).order_by(DeskRound.id)
    return list(db.session.scalars(statement))


def person_with_email(email: str) -> User | None:
    found = select(User).where(User.email_index == email_index(email), User.erased_at.is_(None))
    return db.session.scalar(found)


def open_round(initiative: Initiative) -> DeskRound | None:
    return db.session.scalar(
        select(DeskRound)
        .where(DeskRound.initiative_id == initiative.id, DeskRound.answered_at.is_(None))
        .order_by(DeskRound.id.desc())
        .limit(1)
    )


def last_event(initiative: Initiative) -> Event | None:
    """What somebody did last with it."""
    return db.session.scalar(
        select(Event)
        .where(Event.subject_type == Initiative.__tablename__, Event.subject_id == initiative.id)
        .order_by(Event.id.desc())
        .limit(1)
    )


def hiding_of(initiative: Initiative) -> InitiativeHiding | None:
    """Why it is off the site now."""
    return db.session.scalar(
        select(InitiativeHiding).where(
            InitiativeHiding.initiative_id == initiative.id, InitiativeHiding.ended_at.is_(None)
        )
    )


def buddy_of(initiative: Initiative) -> InitiativeBuddy | None:
    """The search that is going on, or the buddy that is there."""
    return db.session.scalar(
        select(InitiativeBuddy).where(
            InitiativeBuddy.initiative_id == initiative.id, InitiativeBuddy.ended_at.is_(None)
        )
    )


def help_of(initiative: Initiative) -> list[InitiativeHelp]:
    mine = InitiativeHelp.initiative_id == initiative.id
    return list(
        db.session.scalars(
            select(InitiativeHelp).where(mine).order_by(InitiativeHelp.given_on, InitiativeHelp.id)
        )
    )


def hours_of(initiative: Initiative) -> list[InitiativeHours]:
    mine = InitiativeHours.initiative_id == initiative.id
    newest = select(InitiativeHours).where(mine).order_by(InitiativeHours.worked_on.desc())
    return list(db.session.scalars(newest.limit(INBOX_SIZE)))


def minutes_of(initiative: Initiative) -> dict[HoursKind, int]:
    rows = db.session.execute(
        select(InitiativeHours.kind, func.sum(InitiativeHours.minutes))
        .where(InitiativeHours.initiative_id == initiative.id)
        .group_by(InitiativeHours.kind)
    )
    return {kind: int(minutes) for kind, minutes in rows}


@dataclass(frozen=True)
class Care:
    """What everybody may know of how an initiative is looked after."""

    contact: str = ""
    deputy: str = ""
    office: str = ""
    contact_since: datetime | None = None
    buddy: str = ""
    help: list[InitiativeHelp] = field(default_factory=list)
    minutes: dict[HoursKind, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.contact or self.buddy or self.help or self.minutes)


def care_of(initiative: Initiative) -> Care:
    """At most four statements, whatever there is."""
    found = Care(help=help_of(initiative), minutes=minutes_of(initiative))
    names = names_of((initiative.contact_id, initiative.deputy_id, initiative.buddy_id))
    found = replace(
        found,
        deputy=names.get(initiative.deputy_id or 0, ""),
        buddy=names.get(initiative.buddy_id or 0, ""),
    )
    if initiative.contact_id is None:
        return found
    event = _contact_event(initiative)
    data = (event.data if event else None) or {}
    office = next(
        (p.municipality.name for p in initiative.places if p.municipality.code == data.get("place")), ""
    )
    since = event.at if event else None
    return replace(found, contact=names.get(initiative.contact_id, ""), office=office, contact_since=since)


def _contact_event(initiative: Initiative) -> Event | None:
    """When this contact was named; another deputy since then does not count."""
    return db.session.scalar(
        select(Event)
        .where(
            Event.subject_type == Initiative.__tablename__,
            Event.subject_id == initiative.id,
            Event.action == "name_contact",
        )
        .order_by(Event.id.desc())
        .limit(1)
    )


# --- lists and jobs -------------------------------------------------------------------------------------


def refused_page(place: Place | None) -> Page:
    """What desks did not place, the newest first; two statements."""
    statement = select(
        Initiative.id,
        Initiative.title,
        Initiative.desk_reason,
        Initiative.closed_at,
        _place_names().label("municipality"),
    ).where(Initiative.state == State.REFUSED, Initiative.hidden_at.is_(None))
    page = page_of(statement, NEWEST_REFUSED, place, REFUSED_SIZE)
    return replace(page, rows=[_refused(row) for row in page.rows])


def _refused(row: Any) -> dict[str, Any]:
    return {**row._asdict(), "municipality": place_list((row.municipality or "").split(SEPARATOR))}


def open_and_running() -> list[Initiative]:
    """Everything that people can sign now."""
    is_open = (Initiative.state.in_(OPEN_FOR_SUPPORT), Initiative.paused_at.is_(None))
    found = select(Initiative).join(Deadline, _clock_of_collection()).where(*is_open)
    return list(db.session.scalars(found.order_by(Initiative.id)))


def paused_with(reason: PauseReason) -> list[Initiative]:
    found = (
        select(Initiative)
        .join(Deadline, _clock_of_collection())
        .join(DeadlinePause, DeadlinePause.deadline_id == Deadline.id)
        .where(DeadlinePause.until_at.is_(None), DeadlinePause.reason == reason.value)
    )
    return list(db.session.scalars(found.order_by(Initiative.id)))


def _clock_of_collection() -> ColumnElement[bool]:
    is_ours = Deadline.subject_type == Initiative.__tablename__
    return and_(is_ours, Deadline.subject_id == Initiative.id, Deadline.kind == COLLECTION)


def repairs_due(day: date) -> list[tuple[Initiative, Deadline]]:
    """Asked back, and not offered again before the date."""
    rows = db.session.execute(
        select(Initiative, Deadline)
        .join(Deadline, open_clock(Initiative, DESK_REPAIR))
        .where(Initiative.state == State.RETURNED, Deadline.due_on < day)
        .order_by(Initiative.id)
        .limit(100)
    )
    return [(row[0], row[1]) for row in rows]


EXTRA_TIME = timedelta(days=7)  # after the reminder, before it becomes a draft again


def desk_place_of(initiative: Initiative, day: date) -> InitiativePlace | None:
    """Where it has to be looked at first: where the writer lives, or else the first place that wants it.

    The desk that asked something back gets the answer, also when the by-law changed meanwhile.
    """
    if initiative.kind is InitiativeKind.RESIDENT_PROJECT:
        return None
    asked = [one for one in initiative.places if one.municipality_id == initiative.desk_place_id]
    if initiative.state is State.RETURNED and asked:
        return asked[0]
    demanding = [
        one for one in initiative.places if rules_on(one.municipality_id, day).checks_before_publication
    ]
    home = regions.municipality_of_postcode(initiative.author_postcode or "") if demanding else None
    at_home = [one for one in demanding if home is not None and one.municipality_id == home.id]
    return next(iter((*at_home, *demanding)), None)


@dataclass(frozen=True)
class DeskFirst:
    """Which desk looks at it before it goes online, and within how many weeks."""

    name: str
    weeks: int


def desk_first(initiative: Initiative, day: date) -> DeskFirst | None:
    place = desk_place_of(initiative, day)
    if place is None:
        return None
    return DeskFirst(place.municipality.name, rules_on(place.municipality_id, day).desk_weeks)


def rules_on(municipality_id: int, day: date) -> Rules:
    return Rules.from_data(regions.rule_set_on(municipality_id, day).rules)
