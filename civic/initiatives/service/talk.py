"""Commenting: write, change, delete, report, and say that you disagree with what was decided."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from civic.accounts.models import User
from civic.calendar import today
from civic.crypto import Sealed, key_ring
from civic.db import add_first, db, exists, move
from civic.errors import Invalid, NotAllowedNow
from civic.events import queries as event_queries
from civic.events import service as events
from civic.events.models import Visibility
from civic.initiatives.models import Initiative
from civic.initiatives.models.talk import Comment, CommentReport
from civic.initiatives.policy import talk as policy
from civic.initiatives.queries import talk as queries
from civic.initiatives.service.talk_letters import tell_moderators
from civic.initiatives.states.talk import (
    COMMENT_TRANSITIONS,
    CommentAction,
    CommentState,
    ReportReason,
    WaitReason,
)
from civic.limits import Limit, hit

EDIT_TIME = timedelta(minutes=15)
SAME_AGAIN = timedelta(minutes=2)  # a form that is sent twice is one comment
COMMENTS = Limit("comment", 10, 600)
REPORTS = Limit("comment-report", 10, 3600)
LOOK, OBJECTION = "comment_look", "comment_objection"
LOOK_TERM, OBJECTION_TERM = "3 werkdagen", "10 werkdagen"
HOSTS = "com|net|org|nl|be|de|eu|info|ru|top|xyz|shop|online|site"
LINK = re.compile(rf"https?:|www\.|\b[\w-]{{2,}}\.(?:{HOSTS})\b", re.I)
STATEMENT = re.compile(r"[.!](?:\s|$)")


@dataclass(frozen=True)
class Words:
    """What somebody says, and under which name."""

    name: str
    text: str


def post(
    initiative: Initiative, words: Words, parent: Comment | None, *, actor: User, at: datetime
) -> Comment:
    """Put a comment under an initiative. The first one of a person waits for a look when it has a link."""
    talk = _require_open(initiative, at)
    _require_thread(initiative, parent)
    is_official = policy.is_official(actor)
    _refuse_statement(talk, words.text, is_official=is_official)
    known = _same_again(initiative, words, parent, actor, at)
    if known is not None:
        return known
    hit(COMMENTS, str(actor.id), at)
    comment = Comment(
        initiative_id=initiative.id,
        parent_id=parent.id if parent else None,
        author_id=actor.id,
        text=words.text,
        is_official=is_official,
        is_question=is_official and talk.listening_since is not None,
        posted_at=at,
    )
    comment.name = words.name
    db.session.add(comment)
    db.session.flush()
    if _must_wait(comment, words.text):
        comment.state, comment.waits_since = CommentState.WAITING, at
        comment.wait_reason = WaitReason.FIRST_LINK
    _record(comment, "comment", actor=actor, at=at)
    if comment.state is CommentState.WAITING:
        _ask_for_a_look(comment, initiative, at)
    return comment


def _require_open(initiative: Initiative, at: datetime) -> queries.Talk:
    talk = queries.talk_of(initiative)
    if not talk.is_open(at) or initiative.hidden_at is not None:
        raise NotAllowedNow("conversation_closed")
    return talk


def _require_thread(initiative: Initiative, parent: Comment | None) -> None:
    """One level of answers, to what stands there, and not without end."""
    if parent is None:
        return
    is_here = parent.initiative_id == initiative.id and parent.parent_id is None
    if not is_here or parent.state is not CommentState.SHOWN:
        raise NotAllowedNow("not_in_this_state")
    answers = select(func.count()).select_from(Comment).where(Comment.parent_id == parent.id)
    if (db.session.scalar(answers) or 0) >= queries.MOST_REPLIES:
        raise NotAllowedNow("thread_is_full")


def _refuse_statement(talk: queries.Talk, text: str, *, is_official: bool) -> None:
    """Listening (S23a): officials ask, and say nothing."""
    if talk.listening_since is None or not is_official:
        return
    if not text.endswith("?") or STATEMENT.search(text):
        raise Invalid({"text": [_("U luistert nu. Laat elke zin eindigen met een vraagteken.")]})


def _same_again(
    initiative: Initiative, words: Words, parent: Comment | None, actor: User, at: datetime
) -> Comment | None:
    return db.session.scalar(
        select(Comment).where(
            Comment.initiative_id == initiative.id,
            Comment.author_id == actor.id,
            Comment.parent_id == (parent.id if parent else None),
            Comment.text == words.text,
            Comment.posted_at > at - SAME_AGAIN,
        )
    )


def _must_wait(comment: Comment, text: str) -> bool:
    """Links of somebody whose words nobody read yet; officials are known."""
    if comment.is_official or not LINK.search(text):
        return False
    earlier = select(Comment.id).where(
        Comment.author_id == comment.author_id, Comment.state == CommentState.SHOWN, Comment.id != comment.id
    )
    return not exists(earlier)


def edit(comment: Comment, words: Words, *, actor: User, at: datetime) -> None:
    """Within a quarter of an hour, as long as nobody hid it."""
    if not can_edit(comment, at):
        raise NotAllowedNow("too_late_to_edit")
    initiative = db.session.get_one(Initiative, comment.initiative_id)
    talk = _require_open(initiative, at)
    _refuse_statement(talk, words.text, is_official=comment.is_official)
    facts: dict[str, Any] = {"text": words.text, "name_sealed": _sealed_name(comment, words.name)}
    facts |= {"edited_at": at}
    old = new = comment.state
    if old is CommentState.SHOWN and _must_wait(comment, words.text):
        new = CommentState.WAITING
        facts |= {"waits_since": at, "wait_reason": WaitReason.FIRST_LINK}
    move(comment, old, new, **facts)
    _record(comment, "edit", actor=actor, at=at)
    if new is not old:
        _ask_for_a_look(comment, initiative, at)


def can_edit(comment: Comment, at: datetime) -> bool:
    is_there = comment.state in (CommentState.SHOWN, CommentState.WAITING)
    return is_there and at < comment.posted_at + EDIT_TIME


def _sealed_name(comment: Comment, name: str) -> str:
    """Sealed for this row, without changing the row: the conditional UPDATE does that."""
    return key_ring().seal(name, Sealed("name_sealed").binding(comment))


DELETED: dict[str, Any] = {
    "text": None,
    "name_sealed": None,
    "objection": None,
    "hide_reason": None,
    "waits_since": None,
    "wait_reason": None,
}


def delete(comment: Comment, *, actor: User, at: datetime) -> None:
    """One's own words go at once; where others answered, a line stays."""
    if comment.state is CommentState.DELETED:
        return
    new = COMMENT_TRANSITIONS[comment.state, CommentAction.DELETE]
    move(comment, comment.state, new, **DELETED)
    keep_promises(comment, at)
    _record(comment, "delete", actor=actor, at=at)


def report(comment: Comment, reason: ReportReason, *, actor: User | None, network: str, at: datetime) -> None:
    """Ask for a look. The comment stays until somebody looked; a second report of one person is the same."""
    hit(REPORTS, f"user:{actor.id}" if actor else network, at)
    if comment.state is not CommentState.SHOWN or not _add_report(comment, reason, actor, at):
        return
    _record(comment, "report", actor=actor, at=at, reason_code=reason.value, anonymous=actor is None)
    if comment.waits_since is None:
        facts: dict[str, Any] = {"waits_since": at, "wait_reason": WaitReason.REPORTED}
        move(comment, CommentState.SHOWN, CommentState.SHOWN, **facts)
        _ask_for_a_look(comment, db.session.get_one(Initiative, comment.initiative_id), at)


def _add_report(comment: Comment, reason: ReportReason, actor: User | None, at: datetime) -> bool:
    row = CommentReport(comment_id=comment.id, reporter_id=actor.id if actor else None, reason=reason)
    row.reported_at = at
    return add_first(row)


def object_to(comment: Comment, text: str, *, actor: User, at: datetime) -> None:
    """The author says, once, why it should not have been hidden. Twice is once."""
    if comment.objected_at is not None:
        return
    if comment.state is not CommentState.HIDDEN:
        raise NotAllowedNow("not_in_this_state")
    facts: dict[str, Any] = {"objection": text, "objected_at": at, "waits_since": at}
    facts["wait_reason"] = WaitReason.OBJECTION
    move(comment, CommentState.HIDDEN, CommentState.HIDDEN, **facts)
    _record(comment, "object", actor=actor, at=at)
    _ask_for_a_look(comment, db.session.get_one(Initiative, comment.initiative_id), at)


def _ask_for_a_look(comment: Comment, initiative: Initiative, at: datetime) -> None:
    """A promise with an owner, and a mail: nothing waits where nobody looks (W3)."""
    is_objection = comment.wait_reason is WaitReason.OBJECTION
    kind, term = (OBJECTION, OBJECTION_TERM) if is_objection else (LOOK, LOOK_TERM)
    people = [one for one in queries.moderators_of(initiative) if one.id != comment.author_id]
    others = [one for one in people if one.id != comment.decided_by_id] or people
    known = event_queries.deadline_of(comment, kind)
    if known is None or known.met_at is not None:  # each look has its own clock
        owner_id = others[0].id if others else None
        events.promise_again(comment, events.Promise(kind, term, today(at), owner_id=owner_id))
    tell_moderators(comment, initiative, others, at)


def keep_promises(comment: Comment, at: datetime) -> None:
    for kind in (LOOK, OBJECTION):
        events.keep_promise(comment, kind, at)


def _record(comment: Comment, action: str, *, actor: User | None, at: datetime, **more: Any) -> None:
    anonymous = more.pop("anonymous", False)
    what = events.What(
        action, to_state=comment.state, visibility=Visibility.INTERNAL,
        data={"initiative": comment.initiative_id}, **more,
    )  # fmt: skip
    events.record(comment, what, actor=actor, at=at, anonymous=anonymous)
