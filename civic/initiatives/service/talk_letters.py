"""Mail about comments: to who has to look, and to the author about what was decided and why."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from civic.accounts.models import User
from civic.initiatives.models import Initiative
from civic.initiatives.models.talk import Comment
from civic.initiatives.presentation.talk import HIDE_REASONS, WAIT_REASONS
from civic.initiatives.queries import talk as queries
from civic.initiatives.states.talk import WaitReason
from civic.limits import DAY_SECONDS, Limit, has_room
from civic.links import absolute
from civic.mail import service as mail

LOOKS_TOLD = Limit("comment-looks-told", 10, DAY_SECONDS)  # of one initiative
TOLD_AT_ONCE = 10  # people at one griffie; the rest reads the list


def tell_moderators(comment: Comment, initiative: Initiative, people: Iterable[User], at: datetime) -> None:
    reason = comment.wait_reason
    if reason is None or not _has_room(comment, at):
        return
    context = {
        "title": initiative.title,
        "reason": WAIT_REASONS[reason],
        "url": absolute("initiatives.comment_judge", comment_id=comment.id),
    }
    for person in list(people)[:TOLD_AT_ONCE]:
        key = f"comment-waits:{comment.id}:{int(at.timestamp())}:{person.id}"
        letter = mail.Letter(person.email or "", "comment_waits", key, context)
        mail.queue_reminder(letter, at=at)


def _has_room(comment: Comment, at: datetime) -> bool:
    """Whoever writes or reports much fills the list, not the mailboxes. An objection is always told."""
    if comment.wait_reason is WaitReason.OBJECTION:
        return True
    return has_room(LOOKS_TOLD, str(comment.initiative_id), at)


def tell_author(comment: Comment, initiative: Initiative, template: str, at: datetime, **more: Any) -> None:
    """Nothing where the account is gone."""
    author = queries.author_of(comment)
    if author.email is None:
        return
    reason = comment.hide_reason
    context = {
        "title": initiative.title,
        "text": comment.text or "",
        "reason": HIDE_REASONS[reason] if reason else "",
        "explanation": comment.hide_text,
        "url": absolute("initiatives.comment", comment_id=comment.id),
        **more,
    }
    key = f"{template.replace('_', '-')}:{comment.id}:{int(at.timestamp())}"
    mail.queue(mail.Letter(author.email, template, key, context), at=at)
