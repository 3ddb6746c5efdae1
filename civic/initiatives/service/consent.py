"""The consent of a parent or guardian. Light: one mail, one button; the young author stays the owner."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select, update

from civic.accounts.models import User
from civic.crypto import blind_index, email_index, token_hash
from civic.db import db, move
from civic.errors import Invalid, NotAllowedNow, TooMany
from civic.events import service as events
from civic.events.models import Visibility
from civic.initiatives.models import CoInitiator, GuardianConsent, Initiative
from civic.initiatives.service.letters import tell_author
from civic.initiatives.states import CLOSED, PUBLISHED
from civic.initiatives.states.people import CONSENT_TRANSITIONS, MINORS, ConsentAction, ConsentState
from civic.limits import Limit, hit
from civic.links import absolute
from civic.mail import service as mail

MOST_MAILS = 5
MAILS_PER_ADDRESS = Limit("guardian-mail", 5, 24 * 3600)


def lacks_consent(initiative: Initiative) -> bool:
    """Younger than 18, and nobody who may do so said yes."""
    if initiative.age_band not in MINORS:
        return False
    return initiative.consent is None or initiative.consent.state is not ConsentState.GIVEN


def ask(initiative: Initiative, address: str, *, actor: User, at: datetime) -> GuardianConsent:
    """Mail the parent or guardian. Another address asks anew: the first answer was somebody else's."""
    _refuse_own_address(address, actor)
    # locked: two clicks take turns
    db.session.get_one(Initiative, initiative.id, with_for_update={"key_share": True})
    db.session.refresh(initiative, ["consent"])
    row = initiative.consent
    if row is None:
        row = initiative.consent = _new(initiative, at)
    elif row.email is None or email_index(row.email) != email_index(address):
        _refuse_another(initiative, row)
        new = CONSENT_TRANSITIONS[row.state, ConsentAction.ASK_OTHER]
        move(row, row.state, new, answered_at=None, asked_at=at)
    if row.state is ConsentState.GIVEN:
        raise NotAllowedNow("consent_given")
    row.email = address
    row.token_hash = token_hash(token_of(row))  # a link that went to another address stops working
    _mail(initiative, row, actor, at)
    what = events.What("ask_consent", visibility=Visibility.PRIVATE)
    events.record(initiative, what, actor=actor, at=at)
    return row


def _refuse_another(initiative: Initiative, row: GuardianConsent) -> None:
    """Once it is online, who answered keeps the link to say something else."""
    if initiative.state in PUBLISHED and row.state is not ConsentState.ASKED:
        is_given = row.state is ConsentState.GIVEN
        raise NotAllowedNow("consent_given" if is_given else "not_in_this_state")


def _refuse_own_address(address: str, actor: User) -> None:
    if actor.email is not None and email_index(actor.email) == email_index(address):
        raise Invalid({"email": [_("Dit is uw eigen mailadres. Vul dat van uw ouder of voogd in.")]})


def _new(initiative: Initiative, at: datetime) -> GuardianConsent:
    row = GuardianConsent(initiative_id=initiative.id, state=ConsentState.ASKED, asked_at=at, mails=0)
    row.email = None
    row.token_hash = token_hash(token_of(row))
    return row


def _mail(initiative: Initiative, row: GuardianConsent, actor: User, at: datetime) -> None:
    if row.mails >= MOST_MAILS or row.email is None:
        raise TooMany("too_many", minutes=24 * 60)
    hit(MAILS_PER_ADDRESS, email_index(row.email), at)
    row.mails += 1
    db.session.flush()
    context = {
        "title": initiative.title,
        "name": initiative.author_name or actor.display_name,
        "url": absolute("initiatives.guardian", token=token_of(row)),
    }
    key = f"guardian-consent:{row.id}:{row.mails}"
    mail.queue(mail.Letter(row.email, "guardian_consent", key, context), at=at)


def token_of(row: GuardianConsent) -> str:
    """The secret of the link, the same in every mail, nowhere stored. Another address: another secret."""
    return blind_index("consent-token", f"{row.uid}:{row.email or ''}")


def find_by_token(token: str) -> GuardianConsent | None:
    return db.session.scalar(select(GuardianConsent).where(GuardianConsent.token_hash == token_hash(token)))


def give(row: GuardianConsent, *, at: datetime) -> None:
    """Twice is once."""
    if row.state is not ConsentState.GIVEN:
        _take(row, ConsentAction.GIVE, "give_consent", at)


def withdraw(row: GuardianConsent, *, at: datetime) -> None:
    """No, or no longer. What is online already stays there, without the name."""
    if row.state is ConsentState.WITHDRAWN:
        return
    _take(row, ConsentAction.WITHDRAW, "withdraw_consent", at)
    initiative = db.session.get_one(Initiative, row.initiative_id)
    for one in (initiative, *_merged_from(initiative)):
        if one.state in PUBLISHED and one.author_hidden_at is None:
            one.author_hidden_at = at
    db.session.execute(  # where it went on in a text of somebody else
        update(CoInitiator)
        .where(
            CoInitiator.initiative_id == initiative.merged_into_id,
            CoInitiator.user_id == initiative.author_id,
        )
        .values(shows_name=False)
    )


def _merged_from(initiative: Initiative) -> list[Initiative]:
    """The older pages of the same author: the consent went along from there."""
    is_older = Initiative.merged_into_id == initiative.id
    is_theirs = Initiative.author_id == initiative.author_id
    return list(db.session.scalars(select(Initiative).where(is_older, is_theirs)))


def take_along(old: Initiative, new: Initiative) -> None:
    """The same author goes on with another text: who gave consent can take it back there."""
    new.age_band = old.age_band
    row = old.consent
    if row is not None:
        db.session.execute(
            update(GuardianConsent).where(GuardianConsent.id == row.id).values(initiative_id=new.id)
        )
        for one in (row, old, new):
            db.session.refresh(one)


def _take(row: GuardianConsent, action: ConsentAction, name: str, at: datetime) -> None:
    initiative = db.session.get_one(Initiative, row.initiative_id)
    new = CONSENT_TRANSITIONS.get((row.state, action))
    if new is None or (action is ConsentAction.GIVE and initiative.state in CLOSED):
        raise NotAllowedNow("not_in_this_state")
    move(row, row.state, new, answered_at=at)
    what = events.What(name, visibility=Visibility.PRIVATE)
    events.record(initiative, what, actor=None, at=at, anonymous=True)
    is_given = new is ConsentState.GIVEN
    endpoint = "initiatives.check" if initiative.published_at is None else "initiatives.show"
    url = absolute(endpoint, initiative_id=initiative.id)
    once = f":{row.id}:{int(at.timestamp())}"
    tell_author(initiative, "consent_answered", at=at, once=once, is_given=is_given, page=url)
