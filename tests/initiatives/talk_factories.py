"""Comments and the people round them, for tests. Inside an app context; they commit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from civic.accounts.models import User
from civic.accounts.states import Role
from civic.db import db, now
from civic.initiatives.models import Initiative
from civic.initiatives.models.talk import Comment
from civic.initiatives.service import talk, talk_moderation, talk_rules
from civic.initiatives.states.talk import HideReason, Level
from tests.factories import make_user
from tests.initiatives.factories import author, published

GRIFFIER, COLLEAGUE = "griffie@example.nl", "collega@example.nl"
WHY = "Er staat een telefoonnummer van iemand anders in."


def official(email: str = GRIFFIER, role: Role = Role.COUNCIL_OFFICE) -> User:
    user = make_user(email=email)
    code = "GM0995" if role is Role.COUNCIL_OFFICE else None
    return user if user.grants else make_user(role, email=email, code=code)


def talked_about(at: datetime | None = None, **changes: Any) -> Initiative:
    """An initiative where people can comment: the municipality said what it does with that."""
    at = at or now()
    initiative = published(at, **changes)
    talk_rules.declare(initiative, Level.CONSULT, None, actor=official(), at=at)
    db.session.commit()
    return initiative


def commented(
    initiative: Initiative,
    text: str = "Goed plan.",
    *,
    by: User | None = None,
    parent: Comment | None = None,
    at: datetime | None = None,
) -> Comment:
    said = talk.Words("Kees", text)
    comment = talk.post(initiative, said, parent, actor=by or author(), at=at or now())
    db.session.commit()
    return comment


def hidden(comment: Comment, at: datetime | None = None) -> Comment:
    talk_moderation.hide(comment, HideReason.PRIVACY, WHY, actor=official(), at=at or now())
    db.session.commit()
    return comment
