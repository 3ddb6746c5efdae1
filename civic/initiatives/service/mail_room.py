"""Nobody can be flooded through us: is there room for a mail to an address that somebody typed?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from civic.initiatives.models import Follow, Support
from civic.initiatives.models.joining import JoinRequest
from civic.limits import Limit, has_room

MAIL_PAUSE = timedelta(minutes=1)  # a double click is one mail


@dataclass(frozen=True)
class Room:
    """How many mails a mailbox may have: of this kind, and (with `most`) about this one row."""

    limit: Limit
    mailbox: str
    most: int | None = None


def may_mail(row: Support | Follow | JoinRequest, room: Room, at: datetime) -> bool:
    """Count this mail, unless the row or the mailbox has had enough."""
    is_just_sent = row.mailed_at is not None and at - row.mailed_at < MAIL_PAUSE
    if is_just_sent or (room.most is not None and row.mails >= room.most):
        return False
    if not has_room(room.limit, room.mailbox, at):
        return False
    row.mails, row.mailed_at = row.mails + 1, at
    return True
