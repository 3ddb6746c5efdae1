"""What the councils do with initiatives: clocks, opinions, reports."""

from __future__ import annotations

from datetime import date

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
from civic.initiatives.states import PlaceState, State, Verdict

PLACES = InitiativePlace.__tablename__


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
            Initiative.paused_at.is_(None),
            Deadline.due_on < day,
        )
        .order_by(InitiativePlace.id)
        .limit(100)
    )
    return list(db.session.scalars(statement))
