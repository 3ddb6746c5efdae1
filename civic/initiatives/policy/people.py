"""Who writes: the author, and those who accepted to write along. Only the author decides on the whole."""

from __future__ import annotations

from civic.accounts.models import User
from civic.initiatives.models import CoInitiator, Initiative
from civic.initiatives.states.people import CO_TRANSITIONS, CoAction, CoState


def is_author(user: User | None, initiative: Initiative) -> bool:
    return user is not None and initiative.author_id == user.id


def is_co_initiator(user: User | None, initiative: Initiative) -> bool:
    return user is not None and any(
        one.user_id == user.id and one.state is CoState.ACCEPTED for one in initiative.co_initiators
    )


def is_writer(user: User | None, initiative: Initiative) -> bool:
    """May change the draft, send it to the council, and answer its questions."""
    return is_author(user, initiative) or is_co_initiator(user, initiative)


may_invite = is_author
may_leave = is_co_initiator


def may_remove(user: User | None, initiative: Initiative, one: CoInitiator) -> bool:
    return is_author(user, initiative) and (one.state, CoAction.REMOVE) in CO_TRANSITIONS


def may_hand_over(user: User | None, initiative: Initiative, one: CoInitiator) -> bool:
    return is_author(user, initiative) and one.state is CoState.ACCEPTED


def may_take_over(user: User | None, one: CoInitiator) -> bool:
    """Only who was asked; nobody becomes the author without wanting it."""
    return user is not None and one.user_id == user.id and one.handover_asked_at is not None
