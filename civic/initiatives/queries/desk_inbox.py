"""What waits for a griffie: councils, the check before publication, writers who ask for a buddy."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, func, select

from civic.db import db
from civic.events import queries as events
from civic.events.models import Deadline
from civic.initiatives import presentation
from civic.initiatives.models import Initiative, InitiativePlace
from civic.initiatives.models.desk import InitiativeBuddy
from civic.initiatives.queries import SEPARATOR, _place_names, place_list
from civic.initiatives.queries.desk import DESK_CHECK, INBOX_SIZE, open_clock
from civic.initiatives.queries.inbox import SOURCES, Item
from civic.initiatives.states import CLOSED, WITH_COUNCIL, State
from civic.initiatives.states.desk import BuddyState
from civic.regions.models import Municipality


def waiting_for_councils(municipality_ids: frozenset[int]) -> list[Item]:
    """What lies with these councils; one statement."""
    rows = db.session.execute(
        select(
            InitiativePlace.id,
            InitiativePlace.initiative_id,
            InitiativePlace.state,
            InitiativePlace.submitted_at,
            Initiative.title,
            Municipality.name,
            func.min(Deadline.due_on).label("due_on"),
            func.max(Deadline.escalated_to_id).label("escalated_to_id"),
        )
        .join(Initiative, Initiative.id == InitiativePlace.initiative_id)
        .join(Municipality, Municipality.id == InitiativePlace.municipality_id)
        .outerjoin(Deadline, and_(open_clock(InitiativePlace), ~events.stands_still()))
        .where(
            InitiativePlace.municipality_id.in_(municipality_ids),
            InitiativePlace.state.in_(WITH_COUNCIL),
            Initiative.state != State.WITHDRAWN,
        )
        .group_by(InitiativePlace.id, Initiative.title, Municipality.name)
        .order_by(func.min(Deadline.due_on).is_(None), func.min(Deadline.due_on), InitiativePlace.id)
        .limit(INBOX_SIZE)
    )
    return [
        Item(
            kind="council",
            title=row.title,
            municipality=row.name,
            badge=(presentation.PLACE_KINDS[row.state], presentation.PLACE_STATES[row.state]),
            since=row.submitted_at,
            due_on=row.due_on,
            endpoint="initiatives.council_case",
            arguments={"initiative_id": row.initiative_id, "place_id": row.id},
            escalated_to_id=row.escalated_to_id,
        )
        for row in rows
    ]


def waiting_for_desk(municipality_ids: frozenset[int]) -> list[Item]:
    """What has to be looked at before publication; one statement."""
    rows = db.session.execute(
        select(
            Initiative.id,
            Initiative.title,
            Initiative.offered_at,
            Municipality.name,
            Deadline.due_on,
            Deadline.escalated_to_id,
        )
        .join(Municipality, Municipality.id == Initiative.desk_place_id)
        .outerjoin(Deadline, and_(open_clock(Initiative, DESK_CHECK), ~events.stands_still()))
        .where(Initiative.state == State.OFFERED, Initiative.desk_place_id.in_(municipality_ids))
        .order_by(Initiative.offered_at, Initiative.id)
        .limit(INBOX_SIZE)
    )
    return [
        Item(
            kind="desk",
            title=row.title,
            municipality=row.name,
            badge=("info", _l("Controle vooraf")),
            since=row.offered_at,
            due_on=row.due_on,
            endpoint="initiatives.desk_case",
            arguments={"initiative_id": row.id},
            escalated_to_id=row.escalated_to_id,
        )
        for row in rows
    ]


def waiting_for_buddy(municipality_ids: frozenset[int]) -> list[Item]:
    """Writers who would like somebody to help them; one statement."""
    of_this_one = InitiativePlace.initiative_id == Initiative.id
    is_ours = (
        select(InitiativePlace.id)
        .where(of_this_one, InitiativePlace.municipality_id.in_(municipality_ids))
        .exists()
    )
    rows = db.session.execute(
        select(
            Initiative.id, Initiative.title, InitiativeBuddy.opened_at, _place_names().label("municipality")
        )
        .join(Initiative, Initiative.id == InitiativeBuddy.initiative_id)
        .where(InitiativeBuddy.state == BuddyState.ASKED, Initiative.state.not_in(CLOSED), is_ours)
        .order_by(InitiativeBuddy.opened_at)
        .limit(INBOX_SIZE)
    )
    return [
        Item(
            kind="buddy",
            title=row.title,
            municipality=place_list((row.municipality or "").split(SEPARATOR)),
            badge=("info", _l("Vraagt een maatje")),
            since=row.opened_at,
            due_on=None,
            endpoint="initiatives.care",
            arguments={"initiative_id": row.id},
        )
        for row in rows
    ]


SOURCES += [waiting_for_councils, waiting_for_desk, waiting_for_buddy]
