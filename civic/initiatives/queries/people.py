"""Who writes along: invitations that wait, and the names that may be shown."""

from __future__ import annotations

from sqlalchemy import select

from civic.accounts.models import User
from civic.db import db
from civic.initiatives.models import CoInitiator, Initiative
from civic.initiatives.states.people import CoState

MOST_SHOWN = 20


def invitations_of(user: User) -> list[CoInitiator]:
    """Invitations to this person's mailbox that wait for an answer."""
    if user.email_index is None:
        return []
    found = select(CoInitiator).where(
        CoInitiator.email_index == user.email_index, CoInitiator.state == CoState.INVITED
    )
    return list(db.session.scalars(found.order_by(CoInitiator.id.desc()).limit(MOST_SHOWN)))


def names_shown(initiative: Initiative) -> list[str]:
    """Only of who said yes to it."""
    return [
        one.name or ""
        for one in initiative.co_initiators
        if one.state is CoState.ACCEPTED and one.shows_name and one.name
    ]


def of_user(initiative: Initiative, user: User | None) -> CoInitiator | None:
    return next(
        (
            one
            for one in initiative.co_initiators
            if user is not None and one.user_id == user.id and one.state is CoState.ACCEPTED
        ),
        None,
    )


def hand_overs_of(user: User) -> list[CoInitiator]:
    """Where this person is asked to become the author."""
    found = select(CoInitiator).where(
        CoInitiator.user_id == user.id, CoInitiator.handover_asked_at.is_not(None)
    )
    return list(db.session.scalars(found.order_by(CoInitiator.id)))
