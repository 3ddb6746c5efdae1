"""Following by mail: ask, say yes, change, stop. Nobody follows anything without having said so.

As with support the site gives one answer to everyone; only the owner of the mailbox reads the difference.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select

from civic.accounts.models import User
from civic.calendar import today
from civic.crypto import blind_index, canonical_email
from civic.db import add_first, db
from civic.errors import NotAllowedNow
from civic.initiatives.models import Follow, Follower, Initiative
from civic.initiatives.policy.follow import can_be_followed
from civic.initiatives.queries.follow import title_now
from civic.initiatives.service.mail_room import Room, may_mail
from civic.initiatives.states.follow import Rhythm, Subject
from civic.limits import DAY_SECONDS, Limit, has_room, hit
from civic.links import absolute
from civic.mail import service as mail
from civic.regions.models import Municipality
from civic.tickets import holder, ticket

LAPSES_AFTER = timedelta(days=30)
MANAGE_DAYS = timedelta(days=90)
STOP_DAYS = timedelta(days=400)  # an old mail must still be able to stop the next one
MAILS_PER_FOLLOW = 5
MAILS_PER_ADDRESS = Limit("follow-mail", 10, DAY_SECONDS)
FOLLOWS_PER_PERSON = Limit("follow-person", 50, DAY_SECONDS)
CONFIRM, MANAGE, STOP = "follow-confirm", "follow-manage", "follow-stop"


def person_key_of(email: str) -> str:
    """One key per mailbox, so that one page can show all that it follows."""
    return blind_index("follower", canonical_email(email))


def find_follower(email: str) -> Follower | None:
    return db.session.scalar(select(Follower).where(Follower.person_key == person_key_of(email)))


# --- asking ---------------------------------------------------------------------------------------------


def ask(subject: Subject, email: str, rhythm: Rhythm, *, at: datetime) -> None:
    """Somebody typed an address: mail it, and wait for a yes. A known follow gets a link to change it."""
    _require_followable(subject)
    follower = _follower(email, at)
    follow = _follow(follower, subject, rhythm, at)
    if not _may_mail(follow, at):
        return
    if follow.confirmed_at is None:
        _mail_confirm(follow, at)
    else:
        _mail_link(follower, at)


def follow_at_once(subject: Subject, rhythm: Rhythm, *, actor: User, at: datetime) -> Follower:
    """Signed in: the address is known to be theirs, so one click is enough."""
    hit(FOLLOWS_PER_PERSON, str(actor.id), at)
    _require_followable(subject)
    if actor.email is None:
        raise NotAllowedNow("not_in_this_state")
    follower = _follower(actor.email, at)
    confirm(_follow(follower, subject, rhythm, at), at=at)
    return follower


def _require_followable(subject: Subject) -> None:
    if subject.initiative_id is None:
        return
    if not can_be_followed(db.session.get_one(Initiative, subject.initiative_id)):
        raise NotAllowedNow("not_in_this_state")


def _follower(email: str, at: datetime) -> Follower:
    """The row of this mailbox. Until it said yes the newest spelling counts, after that the one that did."""
    follower = find_follower(email) or _insert(
        Follower(person_key=person_key_of(email), asked_at=at, rhythm=Rhythm.WEEKLY)
    )
    if follower is None:
        follower = find_follower(email)
    if follower is None:
        raise NotAllowedNow("changed_meanwhile")
    if follower.confirmed_at is None:
        follower.email, follower.asked_at = email, at
    return follower


def _follow(follower: Follower, subject: Subject, rhythm: Rhythm, at: datetime) -> Follow:
    found = _find(follower, subject) or _insert(
        Follow(
            follower_id=follower.id,
            subject_key=subject.key,
            scope=subject.scope,
            initiative_id=subject.initiative_id,
            municipality_id=subject.municipality_id,
            rhythm=rhythm,
            asked_at=at,
            mails=0,
        )
    )
    follow = found or _find(follower, subject)
    if follow is None:
        raise NotAllowedNow("changed_meanwhile")
    if follow.confirmed_at is None:
        follow.rhythm, follow.asked_at = rhythm, at
    return follow


def _find(follower: Follower, subject: Subject) -> Follow | None:
    is_it = (Follow.follower_id == follower.id, Follow.subject_key == subject.key)
    return db.session.scalar(select(Follow).where(*is_it))


def _insert(row: Any) -> Any:
    """None when somebody was faster: the unique key decides, not a look before."""
    if not add_first(row):
        return None
    return row


def _may_mail(follow: Follow, at: datetime) -> bool:
    """Only for a yes that never came there is a most: who follows may ask for the link again."""
    most = MAILS_PER_FOLLOW if follow.confirmed_at is None else None
    return may_mail(follow, Room(MAILS_PER_ADDRESS, follow.follower.person_key, most), at)


# --- mails ----------------------------------------------------------------------------------------------


def name_of(subject: Subject) -> str:
    """What is followed, for a mail or a page. Titles are the words of the writer."""
    if subject.initiative_id is not None:
        known = db.session.get_one(Initiative, subject.initiative_id)
        return title_now(known.id, known.title, known.hidden_at)
    if subject.municipality_id is not None:
        place = db.session.get_one(Municipality, subject.municipality_id).name
        return str(_("alle initiatieven in %(place)s", place=place))
    return str(_("alle initiatieven in de regio"))


def _mail_confirm(follow: Follow, at: datetime) -> None:
    until = today(at + LAPSES_AFTER)
    context = {
        "title": name_of(follow.subject),
        "is_daily": follow.rhythm is Rhythm.DAILY,
        "confirm_url": absolute("initiatives.follow_confirm", token=ticket(CONFIRM, follow.uid, until)),
        "lapses_on": until,
    }
    _queue(follow.follower, "follow_confirm", context, at)


def mail_link(email: str, *, at: datetime) -> None:
    """A fresh link to "Wat ik volg", for who follows something. Nobody else gets a mail."""
    follower = find_follower(email)
    if follower is None or follower.confirmed_at is None:
        return
    if has_room(MAILS_PER_ADDRESS, follower.person_key, at):
        _mail_link(follower, at)


def _mail_link(follower: Follower, at: datetime) -> None:
    context = {"manage_url": manage_url(follower, at), "until": today(at + MANAGE_DAYS)}
    _queue(follower, "follow_link", context, at)


def _queue(follower: Follower, template: str, context: dict[str, Any], at: datetime) -> None:
    """To the address on file: a look-alike spelling must not receive the links of the owner."""
    key = f"{mail_prefix(follower)}{template}:{int(at.timestamp() * 1000)}"
    mail.queue(mail.Letter(follower.email or "", template, key, context), at=at)


def mail_prefix(follower: Follower) -> str:
    return f"follow:{follower.uid}:"


def manage_token(follower: Follower, at: datetime) -> str:
    return ticket(MANAGE, follower.uid, today(at + MANAGE_DAYS))


def stop_token(follower: Follower, at: datetime) -> str:
    return ticket(STOP, follower.uid, today(at + STOP_DAYS))


def manage_url(follower: Follower, at: datetime) -> str:
    return absolute("initiatives.follow_manage", token=manage_token(follower, at))


def stop_url(follower: Follower, at: datetime) -> str:
    return absolute("initiatives.follow_stop", token=stop_token(follower, at))


# --- links ----------------------------------------------------------------------------------------------


def follow_of(token: str, *, at: datetime) -> Follow | None:
    """Behind a link to confirm; None when it is not ours, over, or stopped."""
    uid = holder(CONFIRM, token, today(at))
    return db.session.scalar(select(Follow).where(Follow.uid == uid)) if uid else None


def follower_of(purpose: str, token: str, *, at: datetime) -> Follower | None:
    uid = holder(purpose, token, today(at))
    return db.session.scalar(select(Follower).where(Follower.uid == uid)) if uid else None


# --- saying yes, changing, stopping ---------------------------------------------------------------------


def confirm(follow: Follow, *, at: datetime) -> None:
    """Yes, mail me. A second time is the same success."""
    if follow.confirmed_at is not None:
        return
    follow.confirmed_at = at
    follower = follow.follower
    follower.rhythm, follower.renewed_at = follow.rhythm, at
    if follower.confirmed_at is None:
        follower.confirmed_at = follower.told_until = at
        follower.looked_on = today(at)  # the first mail comes with the next turn, not with the first click


def change_rhythm(follower: Follower, rhythm: Rhythm, *, at: datetime) -> None:
    """Choosing again also says: I still want this."""
    follower.rhythm, follower.renewed_at = rhythm, at


def stop(follow: Follow) -> None:
    """One thing less. The last one takes the address with it."""
    follower = follow.follower
    _delete(Follow, Follow.id == follow.id)
    if db.session.scalar(select(Follow.id).where(Follow.follower_id == follower.id).limit(1)) is None:
        stop_everything(follower)


def stop_everything(follower: Follower) -> None:
    """No more mail: the address goes, and so do the mails that were made for it."""
    mail.forget(mail_prefix(follower))
    _delete(Follower, Follower.id == follower.id)


def _delete(kind: type[Any], condition: Any) -> None:
    db.session.execute(delete(kind).where(condition).execution_options(synchronize_session="fetch"))
