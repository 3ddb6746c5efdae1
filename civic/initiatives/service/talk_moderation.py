"""Looking at comments: keep or hide, with a reason. An objection is for someone else to judge."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from civic.accounts.models import User
from civic.db import db, move
from civic.errors import NotAllowedNow
from civic.events import service as events
from civic.events.models import Deadline, Visibility
from civic.initiatives.models import Initiative
from civic.initiatives.models.talk import Comment
from civic.initiatives.policy import talk as policy
from civic.initiatives.queries import talk as queries
from civic.initiatives.service.talk import keep_promises
from civic.initiatives.service.talk_letters import tell_author
from civic.initiatives.states.talk import (
    COMMENT_TRANSITIONS,
    CommentAction,
    CommentState,
    HideReason,
    WaitReason,
)


def keep(comment: Comment, *, actor: User, at: datetime) -> None:
    """It stays, or comes back."""
    if comment.waits_since is None:
        raise NotAllowedNow("not_in_this_state")
    old = comment.state
    _take(comment, CommentAction.KEEP, {"hide_reason": None, "hide_text": ""}, actor=actor, at=at)
    if old is not CommentState.SHOWN:
        tell_author(comment, _initiative(comment), "comment_shown", at, was_hidden=old is CommentState.HIDDEN)


def hide(comment: Comment, reason: HideReason, text: str, *, actor: User, at: datetime) -> None:
    """Take it off the page. A moderator may also do so without a report."""
    if comment.state is CommentState.HIDDEN and comment.waits_since is None:
        raise NotAllowedNow("not_in_this_state")
    facts = {"hide_reason": reason, "hide_text": text}
    _take(comment, CommentAction.HIDE, facts, actor=actor, at=at, reason_code=reason.value)
    is_final = comment.objected_at is not None
    tell_author(comment, _initiative(comment), "comment_hidden", at, is_final=is_final)


def needs_another(comment: Comment, actor: User) -> bool:
    """An objection is not for who decided before, where there is somebody else."""
    if comment.wait_reason is not WaitReason.OBJECTION or comment.decided_by_id != actor.id:
        return False
    people = queries.moderators_of(_initiative(comment))
    return any(one.id not in (actor.id, comment.author_id) for one in people)


def ladder(row: Deadline) -> list[list[User]]:
    """Who takes over when nobody looked in time: others of those griffies, then the region."""
    comment = db.session.get(Comment, row.subject_id)
    if comment is None:
        return [[], []]
    people = queries.moderators_of(_initiative(comment))
    free = [one for one in people if one.id not in (comment.author_id, comment.decided_by_id)]
    return [
        [one for one in free if not policy.is_administrator(one)],
        [one for one in free if policy.is_administrator(one)],
    ]


def _take(
    comment: Comment,
    action: CommentAction,
    facts: dict[str, Any],
    *,
    actor: User,
    at: datetime,
    reason_code: str | None = None,
) -> None:
    old = comment.state
    new = COMMENT_TRANSITIONS.get((old, action))
    if new is None:
        raise NotAllowedNow("not_in_this_state")
    if needs_another(comment, actor):
        raise NotAllowedNow("own_decision")
    data = {"initiative": comment.initiative_id, "looked_at": _code(comment.wait_reason)}
    move(
        comment, old, new, waits_since=None, wait_reason=None,
        decided_by_id=actor.id, decided_at=at, **facts,
    )  # fmt: skip
    keep_promises(comment, at)
    what = events.What(
        action.value, from_state=old, to_state=new, reason_code=reason_code,
        visibility=Visibility.PUBLIC, data=data,
    )  # fmt: skip
    events.record(comment, what, actor=actor, at=at)


def _code(reason: WaitReason | None) -> str:
    return reason.value if reason else "found"


def _initiative(comment: Comment) -> Initiative:
    return db.session.get_one(Initiative, comment.initiative_id)
