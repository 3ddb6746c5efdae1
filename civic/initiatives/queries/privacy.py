"""Everything of one person in this room, found by the account or by its mailbox."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from sqlalchemy import or_, select, tuple_

from civic.accounts.models import User
from civic.crypto import canonical_email
from civic.db import db
from civic.initiatives.models import (
    ClusterMember,
    CoInitiator,
    Comment,
    Initiative,
    Support,
)
from civic.initiatives.states import NOT_PUBLISHED

BATCH = 400


def initiatives_by(user: User) -> list[Initiative]:
    return list(
        db.session.scalars(select(Initiative).where(Initiative.author_id == user.id).order_by(Initiative.id))
    )


def numbers_with_support() -> list[int]:
    """Of every initiative that somebody may have supported."""
    statement = select(Initiative.id).where(Initiative.state.not_in(NOT_PUBLISHED))
    return list(db.session.scalars(statement.order_by(Initiative.id)))


def supports_with(keys: Iterable[tuple[int, str]]) -> Iterator[Support]:
    """Supports by (initiative, key of the person): a key differs per initiative, so all are tried."""
    rest = iter(keys)
    while some := list(islice(rest, BATCH)):
        is_mine = tuple_(Support.initiative_id, Support.person_key).in_(some)
        yield from db.session.scalars(select(Support).where(is_mine).order_by(Support.id))


def co_writing_of(user: User) -> list[CoInitiator]:
    is_mine = CoInitiator.user_id == user.id
    if user.email_index is not None:
        is_mine = or_(is_mine, CoInitiator.email_index == user.email_index)
    return list(db.session.scalars(select(CoInitiator).where(is_mine).order_by(CoInitiator.id)))


def comments_by(user: User) -> list[Comment]:
    return list(db.session.scalars(select(Comment).where(Comment.author_id == user.id).order_by(Comment.id)))


def memberships_of(user: User) -> list[ClusterMember]:
    """Groups are few and small: their sealed addresses are opened to look."""
    if user.email is None:
        return []
    wanted = canonical_email(user.email)
    rows = db.session.scalars(select(ClusterMember).where(ClusterMember.email_sealed.is_not(None)))
    return [one for one in rows if canonical_email(one.email or "") == wanted]
