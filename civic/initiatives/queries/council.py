"""What the councils do with initiatives: the inbox of a griffie, clocks, opinions, reports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, or_, select

from civic.accounts import queries as accounts
from civic.accounts.models import User
from civic.accounts.states import Role
from civic.db import db
from civic.events.models import Deadline, Event, Visibility
from civic.initiatives.models import (
    AnswerOpinion,
    Initiative,
    InitiativeNews,
    InitiativePlace,
    InitiativeReport,
)
from civic.initiatives.states import WITH_COUNCIL, PlaceState, State, Verdict

PLACES = InitiativePlace.__tablename__
INBOX_SIZE = 200


@dataclass(frozen=True)
class Waiting:
    """One line of the inbox: what lies where, since when, and what was promised."""

    place_id: int
    initiative_id: int
    title: str
    municipality: str
    state: PlaceState
    since: datetime
    due_on: date | None

    def is_late(self, day: date) -> bool:
        return self.due_on is not None and self.due_on < day


def inbox(municipality_ids: Iterable[int]) -> list[Waiting]:
    """Everything that waits for these councils, what is due first; one statement."""
    due = (
        select(func.min(Deadline.due_on))
        .where(
            Deadline.subject_type == PLACES,
            Deadline.subject_id == InitiativePlace.id,
            Deadline.met_at.is_(None),
        )
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(InitiativePlace, Initiative.title, due.label("due_on"))
        .join(Initiative, Initiative.id == InitiativePlace.initiative_id)
        .where(
            InitiativePlace.municipality_id.in_(list(municipality_ids)),
            InitiativePlace.state.in_(WITH_COUNCIL),
            Initiative.state != State.WITHDRAWN,
        )
        .order_by(due.is_(None), due, InitiativePlace.id)
        .limit(INBOX_SIZE)
    )
    return [_waiting(row[0], row[1], row[2]) for row in rows]


def _waiting(place: InitiativePlace, title: str, due_on: date | None) -> Waiting:
    since = place.submitted_at
    if since is None:
        raise ValueError("what lies with a council was handed in")
    return Waiting(place.id, place.initiative_id, title, place.municipality.name, place.state, since, due_on)


def clocks_of(initiative: Initiative) -> dict[int, Deadline]:
    """The open promise per place (by its id); one statement."""
    ids = [place.id for place in initiative.places]
    rows = db.session.scalars(
        select(Deadline)
        .where(Deadline.subject_type == PLACES, Deadline.subject_id.in_(ids), Deadline.met_at.is_(None))
        .order_by(Deadline.due_on.desc())
    )
    return {row.subject_id: row for row in rows}


def timeline_of(initiative: Initiative) -> list[Event]:
    """What everybody may see of the initiative and of all its places, the oldest first."""
    ids = [place.id for place in initiative.places]
    own = and_(Event.subject_type == Initiative.__tablename__, Event.subject_id == initiative.id)
    at_places = and_(Event.subject_type == PLACES, Event.subject_id.in_(ids))
    statement = select(Event).where(or_(own, at_places), Event.visibility == Visibility.PUBLIC)
    return list(db.session.scalars(statement.order_by(Event.at, Event.id)))


def offices_of(municipality_id: int) -> list[User]:
    """The people of the griffie of one municipality who can be mailed, the first of them first."""
    return accounts.people_with(Role.COUNCIL_OFFICE, municipality_id=municipality_id)


def who_acts_for(municipality_id: int) -> list[User]:
    """The griffie, or where nobody there has an account yet: who can give them one."""
    return offices_of(municipality_id) or accounts.people_with(Role.ADMINISTRATOR, in_region=True)


def opinions_of(initiative: Initiative) -> dict[int, dict[Verdict, int]]:
    """Per place how many said that the decision answers the question."""
    ids = [place.id for place in initiative.places if place.state is PlaceState.DECIDED]
    if not ids:
        return {}
    rows = db.session.execute(
        select(AnswerOpinion.place_id, AnswerOpinion.verdict, func.count())
        .where(AnswerOpinion.place_id.in_(ids))
        .group_by(AnswerOpinion.place_id, AnswerOpinion.verdict)
    )
    found: dict[int, dict[Verdict, int]] = {number: dict.fromkeys(Verdict, 0) for number in ids}
    for place_id, verdict, count in rows:
        found[place_id][verdict] = count
    return found


def reports_of(initiative: Initiative) -> dict[int, InitiativeReport]:
    ids = [place.id for place in initiative.places]
    rows = db.session.scalars(select(InitiativeReport).where(InitiativeReport.place_id.in_(ids)))
    return {row.place_id: row for row in rows}


def open_news(limit: int) -> list[InitiativeNews]:
    statement = select(InitiativeNews).where(InitiativeNews.done_at.is_(None)).order_by(InitiativeNews.id)
    return list(db.session.scalars(statement.limit(limit)))


def left_behind(day: date) -> list[InitiativePlace]:
    """Places with enough support that nobody handed in before the collection ended."""
    statement = (
        select(InitiativePlace)
        .join(Initiative, Initiative.id == InitiativePlace.initiative_id)
        .join(
            Deadline,
            and_(
                Deadline.subject_type == Initiative.__tablename__,
                Deadline.subject_id == Initiative.id,
                Deadline.kind == "collection",
            ),
        )
        .where(
            InitiativePlace.state == PlaceState.ENOUGH,
            Initiative.state == State.THRESHOLD_REACHED,
            Deadline.due_on < day,
        )
        .order_by(InitiativePlace.id)
        .limit(100)
    )
    return list(db.session.scalars(statement))
