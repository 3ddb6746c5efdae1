"""Writing together: invite by mail, accept or decline, leave, and hand the whole over by consent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from civic.accounts.models import User
from civic.crypto import blind_index, email_index, token_hash
from civic.db import db, move
from civic.errors import Invalid, NotAllowedNow, TooMany
from civic.events import service as events
from civic.events.models import Visibility
from civic.initiatives.models import CoInitiator, Initiative
from civic.initiatives.queries.merge import open_proposals
from civic.initiatives.service.letters import tell_author
from civic.initiatives.states import CLOSED, State
from civic.initiatives.states.people import CO_TRANSITIONS, CoAction, CoState
from civic.limits import Limit, hit
from civic.links import absolute
from civic.mail import service as mail

MOST = 10  # the author and nine others
MOST_MAILS = 3
INVITATIONS = Limit("co-initiator", 30, 24 * 3600)
MAILS_PER_ADDRESS = Limit("co-initiator-mail", 10, 24 * 3600)
HAND_OVERS = Limit("hand-over", 5, 24 * 3600)  # each asking is a mail
BUSY = frozenset({CoState.INVITED, CoState.ACCEPTED})


def invite(initiative: Initiative, name: str, address: str, *, actor: User, at: datetime) -> CoInitiator:
    """Ask somebody to write along. The same mailbox again is the same invitation, mailed once more."""
    # locked: two clicks take turns
    db.session.get_one(Initiative, initiative.id, with_for_update={"key_share": True})
    db.session.refresh(initiative, ["co_initiators"])
    _refuse_closed(initiative)
    index = email_index(address)
    known = next((one for one in initiative.co_initiators if one.email_index == index), None)
    _check(initiative, index, known, actor)
    hit(INVITATIONS, str(actor.id), at)
    row = known or _new(initiative, index, at)
    if row.state is not CoState.INVITED:
        _take(row, CoAction.INVITE_AGAIN, user_id=None, invited_at=at, ended_at=None, shows_name=False)
    row.name, row.email = name, address
    _mail(initiative, row, actor, at)
    _record(initiative, "invite", row, actor=actor, at=at)
    return row


def _check(initiative: Initiative, index: str, known: CoInitiator | None, actor: User) -> None:
    if actor.email_index == index:
        raise Invalid({"email": [_("Dit is uw eigen mailadres.")]})
    if known is not None and known.state is CoState.ACCEPTED:
        raise Invalid({"email": [_("Deze persoon schrijft al mee.")]})
    others = sum(one.state in BUSY for one in initiative.co_initiators if one is not known)
    if others + 2 > MOST:
        raise Invalid({"email": [_("U kunt met hoogstens %(most)s mensen samen schrijven.", most=MOST)]})


def _new(initiative: Initiative, index: str, at: datetime) -> CoInitiator:
    row = CoInitiator(
        initiative_id=initiative.id, email_index=index, state=CoState.INVITED, invited_at=at, mails=0
    )
    row.name = None
    row.token_hash = token_hash(token_of(row))
    initiative.co_initiators.append(row)
    return row


def _mail(initiative: Initiative, row: CoInitiator, actor: User, at: datetime) -> None:
    if row.mails >= MOST_MAILS or row.email is None:
        raise TooMany("too_many", minutes=24 * 60)
    hit(MAILS_PER_ADDRESS, row.email_index or "", at)
    row.mails += 1
    db.session.flush()
    context = {
        "title": initiative.title or _("een voorstel zonder titel"),
        "name": row.name,
        "inviter": initiative.author_name or actor.display_name,
        "url": absolute("initiatives.invitation", token=token_of(row)),
    }
    key = f"co-initiator:{row.id}:{row.mails}"
    mail.queue(mail.Letter(row.email, "co_initiator_invited", key, context), at=at)


def token_of(row: CoInitiator) -> str:
    """The secret of the link in the mail, nowhere stored."""
    return blind_index("co-initiator-token", row.uid)


def find_by_token(token: str) -> CoInitiator | None:
    return db.session.scalar(select(CoInitiator).where(CoInitiator.token_hash == token_hash(token)))


def initiative_of(row: CoInitiator) -> Initiative:
    return db.session.get_one(Initiative, row.initiative_id)


def is_of(row: CoInitiator, user: User | None) -> bool:
    """Signed in with the mailbox that was invited."""
    return user is not None and user.email_index is not None and user.email_index == row.email_index


def accept(row: CoInitiator, name: str, shows_name: bool, *, actor: User, at: datetime) -> None:
    """Write along. Twice is once; only the name that is given with a yes may stand on the page."""
    if row.state is CoState.ACCEPTED and row.user_id == actor.id:
        return
    if not is_of(row, actor):
        raise NotAllowedNow("other_mailbox")
    initiative = initiative_of(row)
    _refuse_closed(initiative)
    _take(row, CoAction.ACCEPT, user_id=actor.id, answered_at=at, shows_name=shows_name)
    row.name = name
    _record(initiative, "co_accept", row, actor=actor, at=at)
    _tell(initiative, row, "co_initiator_accepted", at)


def decline(row: CoInitiator, *, actor: User | None, at: datetime) -> None:
    """Whoever reads the mail may say no without an account."""
    if row.state is CoState.DECLINED:
        return
    _take(row, CoAction.DECLINE, ended_at=at)
    _record(initiative_of(row), "co_decline", row, actor=actor, at=at)


def leave(row: CoInitiator, *, actor: User, at: datetime) -> None:
    _end(row, CoAction.LEAVE, "co_leave", actor, at)
    _tell(initiative_of(row), row, "co_initiator_left", at)


def remove(row: CoInitiator, *, actor: User, at: datetime) -> None:
    """The author takes an invitation back, or goes on without somebody. Twice is once."""
    if row.state in BUSY:
        _end(row, CoAction.REMOVE, "co_remove", actor, at)


def _end(row: CoInitiator, action: CoAction, name: str, actor: User, at: datetime) -> None:
    facts = {"ended_at": at, "answered_at": None, "handover_asked_at": None, "shows_name": False}
    _take(row, action, **facts)
    _record(initiative_of(row), name, row, actor=actor, at=at)


def show_name(row: CoInitiator, shows_name: bool) -> None:
    row.shows_name = shows_name


# --- another author -------------------------------------------------------------------------------------


def ask_hand_over(row: CoInitiator, *, actor: User, at: datetime) -> None:
    """Ask; nothing changes until the other says yes. Only one is asked at a time."""
    if row.state is not CoState.ACCEPTED:
        raise NotAllowedNow("not_in_this_state")
    hit(HAND_OVERS, str(row.id), at)
    initiative = initiative_of(row)
    for other in initiative.co_initiators:
        other.handover_asked_at = None
    row.handover_asked_at = at
    _record(initiative, "ask_hand_over", row, actor=actor, at=at)
    if row.email is not None:
        context = {
            "title": initiative.title or _("een voorstel zonder titel"),
            "inviter": initiative.author_name or actor.display_name,
            "url": absolute("initiatives.take_over", initiative_id=initiative.id, co_id=row.id),
        }
        key = f"hand-over:{row.id}:{int(at.timestamp())}"
        mail.queue(mail.Letter(row.email, "hand_over_asked", key, context), at=at)


def keep_author(row: CoInitiator, *, actor: User, at: datetime) -> None:
    """No: everything stays as it is."""
    if row.handover_asked_at is not None:
        row.handover_asked_at = None
        _record(initiative_of(row), "keep_author", row, actor=actor, at=at)


def take_over(row: CoInitiator, *, actor: User, at: datetime) -> None:
    """The two change places. The age, the postcode and the consent were those of the other."""
    initiative = initiative_of(row)
    is_judged = initiative.state is State.OFFERED  # with the age and the postcode of the author
    if row.handover_asked_at is None or row.user_id != actor.id or is_judged:
        raise NotAllowedNow("not_in_this_state")
    former = db.session.get_one(User, initiative.author_id)
    name = row.name or actor.display_name
    former_name = initiative.author_name or former.display_name
    row.user_id, row.handover_asked_at, row.shows_name = former.id, None, False
    row.email, row.email_index, row.name = former.email, former.email_index, former_name
    initiative.author_id, initiative.author_name = actor.id, name
    initiative.author_postcode = initiative.age_band = initiative.author_hidden_at = None
    initiative.consent = None
    initiative.revision += 1
    _agree_anew(initiative)
    db.session.flush()
    _record(initiative, "hand_over", row, actor=actor, at=at)


def _agree_anew(initiative: Initiative) -> None:
    """What the former author agreed to with the writer of another initiative, the new one did not."""
    for proposal in open_proposals([initiative.id]):
        side = "source_agreed" if proposal.source_id == initiative.id else "target_agreed"
        setattr(proposal, side, None)


# --- the rest -------------------------------------------------------------------------------------------


def _refuse_closed(initiative: Initiative) -> None:
    if initiative.state in CLOSED:
        raise NotAllowedNow("not_in_this_state")


def _take(row: CoInitiator, action: CoAction, **facts: Any) -> None:
    new = CO_TRANSITIONS.get((row.state, action))
    if new is None:
        raise NotAllowedNow("not_in_this_state")
    move(row, row.state, new, **facts)


def _record(initiative: Initiative, name: str, row: CoInitiator, *, actor: User | None, at: datetime) -> None:
    what = events.What(name, visibility=Visibility.PRIVATE, data={"co_initiator": row.id})
    events.record(initiative, what, actor=actor, at=at, anonymous=actor is None)


def _tell(initiative: Initiative, row: CoInitiator, template: str, at: datetime) -> None:
    once = f":{row.id}:{int(at.timestamp())}"
    page = absolute("initiatives.people", initiative_id=initiative.id)
    tell_author(initiative, template, at=at, once=once, name=row.name, page=page)
