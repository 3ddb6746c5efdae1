"""How many joined, how they heard of it, and who they are (for the writers)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select

from civic.db import db
from civic.initiatives.models import Initiative
from civic.initiatives.models.joining import JoinRequest
from civic.initiatives.states.joining import COUNTS, JoinState, SourceChannel
from civic.keyset import Cursor, Part, fetch

PAGE_SIZE = 25


def number_of(initiative_id: int) -> int:
    """Everybody who said yes and did not stop."""
    statement = select(func.count()).where(
        JoinRequest.initiative_id == initiative_id, JoinRequest.state.in_(COUNTS)
    )
    return db.session.scalar(statement) or 0


def joiners(initiative_id: int, cursor: Cursor) -> Part[JoinRequest]:
    """The newest first; whose data is gone stands in the number only."""
    statement = select(JoinRequest).where(
        JoinRequest.initiative_id == initiative_id,
        JoinRequest.state.in_(COUNTS),
        JoinRequest.person_key.is_not(None),
    )
    return fetch(statement, JoinRequest.id, cursor, PAGE_SIZE)


def channels_of(initiative_id: int) -> dict[SourceChannel | None, int]:
    """How people heard of it: demand that nobody expected shows here."""
    rows = db.session.execute(
        select(JoinRequest.source_channel, func.count())
        .where(JoinRequest.initiative_id == initiative_id, JoinRequest.state.in_(COUNTS))
        .group_by(JoinRequest.source_channel)
    )
    return {row[0]: row[1] for row in rows}


def waiting_number(initiative_id: int) -> int:
    statement = select(func.count()).where(
        JoinRequest.initiative_id == initiative_id, JoinRequest.state == JoinState.JOINED
    )
    return db.session.scalar(statement) or 0


def requests_with(person_key: str) -> list[JoinRequest]:
    statement = select(JoinRequest).where(JoinRequest.person_key == person_key)
    return list(db.session.scalars(statement.order_by(JoinRequest.id)))


def titles_of(numbers: Iterable[int]) -> dict[int, str]:
    rows = db.session.execute(select(Initiative.id, Initiative.title).where(Initiative.id.in_(list(numbers))))
    return {row[0]: row[1] for row in rows}
