"""The way in: from the first question to a draft, and back to that draft later.

Nothing is stored while somebody looks round. Only who has to sign in first leaves the answers here, sealed,
for a day. A mailed link shows the way back; it signs nobody in.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from civic.accounts.models import User
from civic.crypto import token_hash
from civic.db import db
from civic.errors import NotAllowedNow
from civic.initiatives.models import Initiative, InitiativePlace, KeptStart, ResumeLink
from civic.initiatives.service.drafts import scope_of, start
from civic.initiatives.states import InitiativeKind, SolutionOwner
from civic.initiatives.states.desk import EDITABLE
from civic.limits import Limit, hit
from civic.links import absolute
from civic.mail import service as mail

KEPT_FOR = timedelta(days=1)
LINK_LIFE = timedelta(days=7)
KEPT_PER_NETWORK = Limit("kept-start", 30, 3600)
LINKS_PER_PERSON = Limit("resume-link", 10, 24 * 3600)


@dataclass(frozen=True)
class Beginning:
    """What somebody answered before writing."""

    wish: str
    kind: InitiativeKind = InitiativeKind.CITIZEN_INITIATIVE
    place_ids: tuple[int, ...] = ()
    confirmed: tuple[str, ...] = ()

    def to_text(self) -> str:
        facts = {"kind": self.kind.value, "place_ids": self.place_ids, "confirmed": self.confirmed}
        return f"{json.dumps(facts)}\n{self.wish}"

    @classmethod
    def from_text(cls, text: str) -> Beginning:
        """What holds no facts of ours is all text of theirs."""
        facts, _, wish = text.partition("\n")
        try:
            known = json.loads(facts)
            kind = InitiativeKind(known["kind"])
        except (ValueError, KeyError, TypeError):
            return cls(text)
        return cls(wish, kind, tuple(known["place_ids"]), tuple(known["confirmed"]))


def begin(answers: Beginning, *, actor: User, at: datetime) -> Initiative:
    """The draft, with everything that was answered already."""
    initiative = start("", answers.wish, actor=actor, at=at)
    initiative.kind = answers.kind
    initiative.confirmed_rules = list(answers.confirmed)
    initiative.places = [InitiativePlace(municipality_id=number) for number in sorted(set(answers.place_ids))]
    initiative.scope = scope_of(answers.place_ids, is_district=False)
    if answers.kind is InitiativeKind.RESIDENT_PROJECT:
        initiative.solution_owner = SolutionOwner.RESIDENTS
    db.session.flush()
    return initiative


# --- signing in comes in between ------------------------------------------------------------------------


def keep(answers: Beginning, *, network: str, at: datetime) -> str:
    """Keep the answers for who signs in now; returns the secret of the page that brings them back."""
    hit(KEPT_PER_NETWORK, network, at)
    token = secrets.token_urlsafe(32)
    row = KeptStart(token_hash=token_hash(token), kept_at=at)
    row.answers = answers.to_text()
    db.session.add(row)
    return token


def find_kept(token: str, at: datetime) -> KeptStart | None:
    return db.session.scalar(
        select(KeptStart).where(KeptStart.token_hash == token_hash(token), KeptStart.kept_at > at - KEPT_FOR)
    )


def answers_of(row: KeptStart) -> Beginning:
    return Beginning.from_text(row.answers or "")


def go_on(row: KeptStart, *, actor: User, at: datetime) -> Initiative:
    """Make the draft and forget the kept answers; who presses twice is told that it is done."""
    answers = answers_of(row)
    result: Any = db.session.execute(
        delete(KeptStart).where(KeptStart.id == row.id).execution_options(synchronize_session=False)
    )
    if result.rowcount != 1:
        raise NotAllowedNow("changed_meanwhile")
    db.session.expunge(row)
    return begin(answers, actor=actor, at=at)


# --- a link to go on later ------------------------------------------------------------------------------


def send_link(initiative: Initiative, *, actor: User, at: datetime) -> None:
    """Mail this writer a link to the draft. The newest link works; older ones stop."""
    if initiative.state not in EDITABLE:
        raise NotAllowedNow("not_in_this_state")
    hit(LINKS_PER_PERSON, str(actor.id), at)
    old = (ResumeLink.initiative_id == initiative.id, ResumeLink.user_id == actor.id)
    db.session.execute(delete(ResumeLink).where(*old).execution_options(synchronize_session=False))
    token = secrets.token_urlsafe(32)
    row = ResumeLink(
        initiative_id=initiative.id,
        user_id=actor.id,
        token_hash=token_hash(token),
        created_at=at,
        expires_at=at + LINK_LIFE,
    )
    db.session.add(row)
    db.session.flush()
    if actor.email is None:
        return
    context = {
        "title": initiative.title,
        "url": absolute("initiatives.resume", token=token),
        "expires_on": row.expires_at,
    }
    # not the row's id as key: numbers of deleted rows come back
    key = f"resume-link:{row.token_hash[:32]}"
    mail.queue(mail.Letter(actor.email, "initiative_resume", key, context), at=at)


def find_link(token: str, at: datetime) -> ResumeLink | None:
    return db.session.scalar(
        select(ResumeLink).where(ResumeLink.token_hash == token_hash(token), ResumeLink.expires_at > at)
    )
