"""Reads of the conversation: one page of comments, what waits for a look, what the municipality promised."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased, lazyload

from civic.accounts import queries as accounts
from civic.accounts.models import User
from civic.accounts.states import Role
from civic.calendar import today
from civic.db import db
from civic.events.models import Deadline
from civic.initiatives.models import Initiative, InitiativePlace
from civic.initiatives.models.talk import Comment, CommentReport, InitiativeConversation
from civic.initiatives.presentation.talk import WAIT_REASONS
from civic.initiatives.queries import SEPARATOR, place_list
from civic.initiatives.queries.inbox import SOURCES, Item
from civic.initiatives.states import OPEN_FOR_SUPPORT, PUBLISHED, State
from civic.initiatives.states.talk import CommentState, Level, ReportReason, WaitReason
from civic.keyset import Cursor, Order, Page, Part, Place, fetch, page_of, parse_moment
from civic.regions.models import Municipality

PAGE_SIZE = 20
INBOX_SIZE = 100
MOST_REPLIES = 100
# without a word from the municipality the conversation opens by itself: it cannot die of silence
OPENS_BY_ITSELF = timedelta(days=7)


# --- what the public reads ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Thread:
    """A comment with what was answered to it, the oldest first."""

    comment: Comment
    replies: tuple[Comment, ...]


def threads(initiative_id: int, viewer_id: int | None, cursor: Cursor) -> Part[Thread]:
    """The newest first; two statements, however many comments there are."""
    top = select(Comment).where(
        Comment.initiative_id == initiative_id, Comment.parent_id.is_(None), _is_seen_by(viewer_id)
    )
    part = fetch(top, Comment.id, cursor, PAGE_SIZE)
    replies = _replies([one.id for one in part.rows], viewer_id)
    rows = [Thread(one, tuple(replies.get(one.id, ()))) for one in part.rows]
    return Part(rows, part.has_newer, part.has_older)


def _is_seen_by(viewer_id: int | None) -> ColumnElement[bool]:
    """What waits is for its writer only; what was deleted leaves a line only where others answered."""
    answer = aliased(Comment)
    is_answered = select(answer.id).where(answer.parent_id == Comment.id, _is_there(answer)).exists()
    return or_(
        Comment.state.in_([CommentState.SHOWN, CommentState.HIDDEN]),
        and_(Comment.state == CommentState.WAITING, Comment.author_id == (viewer_id or 0)),
        and_(Comment.state == CommentState.DELETED, is_answered),
    )


def _is_there(comment: Any) -> ColumnElement[bool]:
    found: ColumnElement[bool] = comment.state.in_([CommentState.SHOWN, CommentState.HIDDEN])
    return found


def _replies(ids: list[int], viewer_id: int | None) -> dict[int, list[Comment]]:
    found: dict[int, list[Comment]] = {}
    if not ids:
        return found
    mine = and_(Comment.state == CommentState.WAITING, Comment.author_id == (viewer_id or 0))
    statement = select(Comment).where(Comment.parent_id.in_(ids), or_(_is_there(Comment), mine))
    for one in db.session.scalars(statement.order_by(Comment.id)):
        found.setdefault(one.parent_id or 0, []).append(one)
    return found


@dataclass(frozen=True)
class Talk:
    """What stands about the conversation on the page of an initiative."""

    level: Level | None
    declared_at: datetime | None
    listening_since: datetime | None
    comments: int
    opens_at: datetime | None

    def is_open(self, at: datetime) -> bool:
        return self.opens_at is not None and self.opens_at <= at


def talk_of(initiative: Initiative) -> Talk:
    """One statement."""
    mine = Comment.initiative_id == initiative.id
    count = select(func.count()).where(mine, Comment.state == CommentState.SHOWN).scalar_subquery()
    row = db.session.execute(
        select(
            InitiativeConversation.level,
            InitiativeConversation.declared_at,
            InitiativeConversation.listening_since,
            count.label("comments"),
        )
        .select_from(Initiative)
        .outerjoin(InitiativeConversation, InitiativeConversation.initiative_id == Initiative.id)
        .where(Initiative.id == initiative.id)
    ).one()
    return Talk(**row._asdict(), opens_at=_opens_at(initiative, row.declared_at))


def _opens_at(initiative: Initiative, declared_at: datetime | None) -> datetime | None:
    """None where nobody can comment (any more): what merged is talked about under the new text."""
    is_here = initiative.state in PUBLISHED and initiative.state is not State.MERGED
    if initiative.published_at is None or not is_here:
        return None
    by_itself = initiative.published_at + OPENS_BY_ITSELF
    return min(by_itself, declared_at) if declared_at is not None else by_itself


# --- what waits for a look ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Waiting:
    """One line for a moderator; `due_on` is the promise that is still open."""

    id: int
    initiative_id: int
    title: str
    municipality: str
    wait_reason: WaitReason
    waits_since: datetime
    due_on: date | None


LONGEST_WAITING = Order(Comment.waits_since, Comment.id, "waits_since", parse_moment)


def _waiting(municipality_ids: Iterable[int] | None) -> Any:
    """Everything for None: administrators look where no griffie does."""
    due = (
        select(func.min(Deadline.due_on))
        .where(
            Deadline.subject_type == Comment.__tablename__,
            Deadline.subject_id == Comment.id,
            Deadline.met_at.is_(None),
        )
        .scalar_subquery()
    )
    statement = (
        select(
            Comment.id,
            Comment.initiative_id,
            Initiative.title,
            _names(Comment.initiative_id).label("municipality"),
            Comment.wait_reason,
            Comment.waits_since,
            due.label("due_on"),
        )
        .join(Initiative, Initiative.id == Comment.initiative_id)
        .where(Comment.waits_since.is_not(None))
    )
    return statement if municipality_ids is None else statement.where(_is_asked(municipality_ids))


def _is_asked(municipality_ids: Iterable[int]) -> ColumnElement[bool]:
    places = select(InitiativePlace.id).where(
        InitiativePlace.initiative_id == Initiative.id,
        InitiativePlace.municipality_id.in_(list(municipality_ids)),
    )
    return places.exists()


def _names(initiative_id: Any) -> Any:
    return (
        select(func.aggregate_strings(Municipality.name, SEPARATOR))
        .join(InitiativePlace, InitiativePlace.municipality_id == Municipality.id)
        .where(InitiativePlace.initiative_id == initiative_id)
        .scalar_subquery()
    )


def _line(row: Any) -> Waiting:
    values = row._asdict()
    names = (row.municipality or "").split(SEPARATOR)
    return Waiting(**values | {"municipality": place_list(names)})


def moderation_page(municipality_ids: Iterable[int] | None, place: Place | None) -> Page:
    """What waits longest on top; two statements."""
    page = page_of(_waiting(municipality_ids), LONGEST_WAITING, place, PAGE_SIZE)
    return replace(page, rows=[_line(row) for row in page.rows])


def waiting_comments(municipality_ids: frozenset[int]) -> list[Item]:
    rows = db.session.execute(
        _waiting(municipality_ids).order_by(Comment.waits_since, Comment.id).limit(INBOX_SIZE)
    )
    return [_comment_item(_line(row)) for row in rows]


def _comment_item(line: Waiting) -> Item:
    return Item(
        kind="comment",
        title=line.title,
        municipality=line.municipality,
        badge=("warning", WAIT_REASONS[line.wait_reason]),
        since=line.waits_since,
        due_on=line.due_on,
        endpoint="initiatives.comment_judge",
        arguments={"comment_id": line.id},
    )


def undeclared(municipality_ids: frozenset[int]) -> list[Item]:
    """Initiatives of which the municipality did not say yet what it does with comments."""
    rows = db.session.execute(
        select(
            Initiative.id,
            Initiative.title,
            Initiative.published_at,
            _names(Initiative.id).label("municipality"),
        )
        .outerjoin(InitiativeConversation, InitiativeConversation.initiative_id == Initiative.id)
        .where(
            Initiative.state.in_(OPEN_FOR_SUPPORT),
            InitiativeConversation.level.is_(None),
            _is_asked(municipality_ids),
        )
        .order_by(Initiative.published_at)
        .limit(INBOX_SIZE)
    )
    return [_level_item(row) for row in rows]


def _level_item(row: Any) -> Item:
    return Item(
        kind="conversation",
        title=row.title,
        municipality=place_list((row.municipality or "").split(SEPARATOR)),
        badge=("info", _l("Zeg wat u met reacties doet")),
        since=row.published_at,
        due_on=today(row.published_at + OPENS_BY_ITSELF),
        endpoint="initiatives.conversation",
        arguments={"initiative_id": row.id},
    )


SOURCES.extend([waiting_comments, undeclared])


def moderators_of(initiative: Initiative) -> list[User]:
    """Everybody who may look at its comments, the griffies first."""
    found = [
        user
        for place in initiative.places
        for user in accounts.people_with(Role.COUNCIL_OFFICE, municipality_id=place.municipality_id)
    ]
    found += accounts.people_with(Role.ADMINISTRATOR, in_region=True)
    return list({user.id: user for user in found}.values())


def author_of(comment: Comment) -> User:
    return db.session.scalars(
        select(User).where(User.id == comment.author_id).options(lazyload(User.grants))
    ).one()


def reports_of(comment: Comment) -> dict[ReportReason, int]:
    """How often each reason was given; who reported is for nobody to see."""
    rows = db.session.execute(
        select(CommentReport.reason, func.count())
        .where(CommentReport.comment_id == comment.id)
        .group_by(CommentReport.reason)
    )
    return {row[0]: row[1] for row in rows}
