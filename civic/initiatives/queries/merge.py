"""Reads of merging: proposals, who can be asked, and how far the supporters are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, or_, select

from civic.db import db
from civic.events import queries as events
from civic.events.models import Deadline
from civic.initiatives.models import Initiative, Support
from civic.initiatives.models.merge import MergeNews, MergeProposal, SupportMove
from civic.initiatives.policy.merge import can_merge
from civic.initiatives.queries.visible import is_shown
from civic.initiatives.states import OPEN_FOR_SUPPORT
from civic.initiatives.states.merge import MergeState, MoveAnswer

AGREEMENT = "merge"  # the kind of the promise that says until when both can agree


def own_that_can_merge(user_id: int) -> list[Initiative]:
    """One's own initiatives that could go on together with another, the newest first."""
    statement = select(Initiative).where(
        Initiative.author_id == user_id, Initiative.state.in_(OPEN_FOR_SUPPORT)
    )
    found = db.session.scalars(statement.order_by(Initiative.id.desc()).limit(20))
    return [one for one in found if can_merge(one)]


def open_proposals(ids: Iterable[int]) -> list[MergeProposal]:
    """Those in which one of these initiatives takes part; locked for who is about to decide."""
    wanted = list(ids)
    takes_part = or_(MergeProposal.source_id.in_(wanted), MergeProposal.target_id.in_(wanted))
    statement = select(MergeProposal).where(MergeProposal.state == MergeState.OPEN, takes_part)
    return list(db.session.scalars(statement.order_by(MergeProposal.id)))


def was_refused(source_id: int, target_id: int) -> bool:
    row = select(MergeProposal.id).where(
        MergeProposal.source_id == source_id,
        MergeProposal.target_id == target_id,
        MergeProposal.state == MergeState.REFUSED,
    )
    return db.session.scalar(row.limit(1)) is not None


def merge_of_old(initiative_id: int) -> MergeProposal | None:
    """The agreement by which this initiative ended."""
    return db.session.scalar(
        select(MergeProposal).where(
            MergeProposal.state == MergeState.AGREED,
            or_(MergeProposal.source_id == initiative_id, MergeProposal.target_id == initiative_id),
        )
    )


@dataclass(frozen=True)
class Relative:
    """Another initiative that this one came from, or went on in."""

    id: int
    title: str
    is_next: bool


def relatives_of(initiative: Initiative) -> list[Relative]:
    """What it went on in, and what it came from, as far as that is on the site; one statement."""
    rows = db.session.execute(
        select(Initiative.id, Initiative.title, Initiative.merged_into_id)
        .where(
            or_(
                Initiative.id == (initiative.merged_into_id or 0), Initiative.merged_into_id == initiative.id
            ),
            is_shown(),
        )
        .order_by(Initiative.id)
    )
    return [Relative(row.id, row.title, row.id == initiative.merged_into_id) for row in rows]


def ends_on(proposal: MergeProposal) -> date | None:
    found = events.deadline_of(proposal, AGREEMENT)
    return found.due_on if found else None


def lapsed(day: date) -> list[MergeProposal]:
    """Open proposals whose last day was before `day`."""
    statement = (
        select(MergeProposal)
        .join(
            Deadline,
            and_(
                Deadline.subject_type == MergeProposal.__tablename__,
                Deadline.subject_id == MergeProposal.id,
                Deadline.kind == AGREEMENT,
            ),
        )
        .where(MergeProposal.state == MergeState.OPEN, Deadline.due_on < day)
    )
    return list(db.session.scalars(statement.order_by(MergeProposal.id).limit(100)))


def open_news() -> MergeNews | None:
    statement = select(MergeNews).where(MergeNews.done_at.is_(None)).order_by(MergeNews.id)
    return db.session.scalar(statement.limit(1))


@dataclass(frozen=True)
class Progress:
    """How far the supporters of one old initiative are, in numbers only."""

    title: str
    told: int
    unreachable: int
    moved: int
    stayed: int
    is_done: bool

    @property
    def silent(self) -> int:
        return max(0, self.told - self.moved - self.stayed)


def progress_of(proposal: MergeProposal) -> list[Progress]:
    """Per old initiative; two statements."""
    counts = {
        (row[0], row[1]): row[2]
        for row in db.session.execute(
            select(Support.initiative_id, SupportMove.answer, func.count())
            .join(Support, Support.id == SupportMove.support_id)
            .where(SupportMove.proposal_id == proposal.id)
            .group_by(Support.initiative_id, SupportMove.answer)
        )
    }
    rows = db.session.execute(
        select(MergeNews, Initiative.title)
        .join(Initiative, Initiative.id == MergeNews.initiative_id)
        .where(MergeNews.proposal_id == proposal.id)
        .order_by(MergeNews.initiative_id)
    )
    return [_progress(row[0], row[1], counts) for row in rows]


def _progress(news: MergeNews, title: str, counts: dict[tuple[int, MoveAnswer], int]) -> Progress:
    number = news.initiative_id
    return Progress(
        title=title,
        told=news.told,
        unreachable=news.unreachable,
        moved=counts.get((number, MoveAnswer.MOVED), 0),
        stayed=counts.get((number, MoveAnswer.STAYED), 0),
        is_done=news.done_at is not None,
    )
