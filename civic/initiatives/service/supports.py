"""Supporting without an account: ask, confirm by mail, withdraw.

Nobody learns from the site who supports what: a new, a known and a repeated request get the same
answer, and only the owner of the mailbox reads the difference. Only the support's own row is written.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from civic.calendar import today
from civic.crypto import blind_index, canonical_email, token_hash
from civic.db import add_first, db, move
from civic.errors import Invalid, NotAllowedNow
from civic.initiatives import policy, queries
from civic.initiatives.models import Initiative, Support
from civic.initiatives.service.ledger_trace import NO_TRACE, Trace, domain_key_of, domain_of, network_key_of
from civic.initiatives.service.mail_room import Room, may_mail
from civic.initiatives.states import SUPPORT_TRANSITIONS, SupportAction, SupportState
from civic.limits import Limit
from civic.links import absolute
from civic.mail import service as mail
from civic.regions import queries as regions
from civic.regions.rules import Residence

LAPSES_AFTER = timedelta(days=30)
MAILS_PER_SUPPORT = 5
MAILS_PER_ADDRESS = Limit("support-mail", 20, 24 * 3600)
CODE_TRIES = 10
TOKEN = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(frozen=True)
class Supporter:
    """What someone fills in: `postcode` as "1315 AB"."""

    name: str
    email: str
    postcode: str
    shows_name: bool = False
    trace: Trace = NO_TRACE


def person_key_of(initiative_id: int, email: str) -> str:
    """One key per mailbox per initiative, so that keys cannot be compared between initiatives."""
    return blind_index(f"support:{initiative_id}", canonical_email(email))


def review_key_of(initiative_id: int, name: str, postcode: str) -> str:
    """Equal for who may be one person, online or on paper: it asks for a look, and refuses nobody."""
    return blind_index(f"support-review:{initiative_id}", f"{folded(name)}\0{postcode}")


def folded(name: str) -> str:
    return " ".join(name.casefold().split())


def token_of(support: Support) -> str:
    """The secret of the links in the mails: 256 bits, the same in every mail, nowhere stored."""
    return blind_index("support-token", support.uid)


def _code_hash(support: Support, code: str) -> str:
    return blind_index("support-code", f"{support.uid}:{code}")


def ask(initiative: Initiative, supporter: Supporter, *, at: datetime) -> str:
    """Someone wants to support: keep that, and mail the mailbox what to do. Returns the person's key.

    Raises `NotAllowedNow` when the collection is over and `Invalid` when the rules refuse the postcode.
    """
    require_open(initiative, at)
    place_id = counts_for(initiative, supporter.postcode)
    support = find_or_insert(initiative, supporter, place_id, at=at)
    if support.state is SupportState.CONFIRMED:
        _mail_known(initiative, support, at)
    elif support.state is SupportState.INVALIDATED:
        _mail_invalidated(initiative, support, at)
    else:
        take_again(support, supporter, place_id, at)
        _mail_confirm(initiative, support, supporter, at)
    return person_key_of(initiative.id, supporter.email)


def find_or_insert(initiative: Initiative, supporter: Supporter, place_id: int, *, at: datetime) -> Support:
    """The one row of this mailbox, new or known."""
    key = person_key_of(initiative.id, supporter.email)
    support = _find(initiative.id, key)
    if support is None:
        support = _insert(initiative, supporter, place_id, at) or _find(initiative.id, key)
    if support is None:
        raise NotAllowedNow("changed_meanwhile")
    return support


def require_open(initiative: Initiative, at: datetime) -> None:
    if initiative.paused_at is not None:
        raise NotAllowedNow("signing_paused")
    ends_on = queries.collection_ends_on(initiative)
    if not policy.is_open_for_support(initiative) or ends_on is None or today(at) > ends_on:
        raise NotAllowedNow("collection_over")


def counts_for(initiative: Initiative, postcode: str) -> int:
    """The municipality this support counts for: one's own, or one whose rules welcome people from outside.

    Raises `Invalid` for `postcode` when no place of the initiative may count it.
    """
    home = regions.municipality_of_postcode(postcode)
    places = {one.municipality_id: one for one in initiative.places}
    if home is not None and home.id in places:
        return home.id
    welcoming = [number for number, one in places.items() if _welcomes(one.rules.residence, home is not None)]
    if welcoming:
        return welcoming[0]
    raise Invalid({"postcode": [_outside(initiative)]})


def _welcomes(residence: Residence, lives_in_region: bool) -> bool:
    return residence is Residence.ANYONE or (residence is Residence.REGION and lives_in_region)


def _outside(initiative: Initiative) -> str:
    if any(one.rules.residence is Residence.REGION for one in initiative.places):
        return str(_("Deze postcode ligt niet in deze regio. Alleen inwoners kunnen steunen."))
    names = queries.place_names(initiative, is_choice=True)
    return str(_("Deze postcode ligt niet in %(place)s. Alleen inwoners kunnen steunen.", place=names))


def _find(initiative_id: int, person_key: str) -> Support | None:
    return db.session.scalar(
        select(Support)
        .where(Support.initiative_id == initiative_id, Support.person_key == person_key)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _new(initiative: Initiative, supporter: Supporter, place_id: int, at: datetime) -> Support:
    support = Support(
        initiative_id=initiative.id,
        municipality_id=place_id,
        person_key=person_key_of(initiative.id, supporter.email),
        state=SupportState.PENDING,
        requested_at=at,
        mails=0,
        code_tries=0,
        is_dirty=False,
    )
    _fill(support, supporter)
    give_token(support)
    return support


def give_token(support: Support) -> None:
    """A row that has its uid can have its secret."""
    support.token_hash = token_hash(token_of(support))


def _fill(support: Support, supporter: Supporter) -> None:
    support.name, support.email, support.postcode = supporter.name, supporter.email, supporter.postcode
    support.review_key = review_key_of(support.initiative_id, supporter.name, supporter.postcode)
    support.shows_name = supporter.shows_name
    _keep_trace(support, supporter)


def _keep_trace(support: Support, supporter: Supporter) -> None:
    """Salted hashes that differ per initiative: enough to see what belongs together, nothing to find back."""
    trace, number = supporter.trace, support.initiative_id
    support.network_key = network_key_of(number, trace.network) if trace.network else None
    support.domain_key = domain_key_of(number, domain_of(supporter.email)) if supporter.email else None
    support.form_seconds = trace.form_seconds


def _insert(initiative: Initiative, supporter: Supporter, place_id: int, at: datetime) -> Support | None:
    """None when someone with the same key was faster: the unique constraint decides, not a look before."""
    support = _new(initiative, supporter, place_id, at)
    if not add_first(support):
        return None
    return support


def take_again(support: Support, supporter: Supporter, place_id: int, at: datetime) -> None:
    """Asked again before confirming, or after withdrawing: the newest answers count."""
    if support.state is SupportState.WITHDRAWN:
        new = SUPPORT_TRANSITIONS[support.state, SupportAction.ASK_AGAIN]
        facts: dict[str, Any] = {"withdrawn_at": None, "confirmed_at": None, "mails": 0, "mailed_at": None}
        move(support, support.state, new, **facts)
    _fill(support, supporter)
    support.municipality_id = place_id
    support.requested_at = at
    db.session.flush()


def _mail_confirm(initiative: Initiative, support: Support, supporter: Supporter, at: datetime) -> None:
    if not _may_mail(support, at):
        return
    code = f"{secrets.randbelow(1_000_000):06d}"
    support.code_hash, support.code_tries = _code_hash(support, code), 0
    token = token_of(support)
    context = {
        **_mail_context(initiative),
        "code": code,
        "confirm_url": absolute("initiatives.confirm", token=token),
        "code_url": absolute("initiatives.confirm_code", initiative_id=initiative.id),
        "lapses_on": today(at + LAPSES_AFTER),
    }
    key = f"support-confirm:{support.uid}:{int(at.timestamp())}"
    mail.queue(mail.Letter(supporter.email, "support_confirm", key, context), at=at)


def _mail_known(initiative: Initiative, support: Support, at: datetime) -> None:
    """To the address that confirmed, never to what was typed now: another mailbox can look the same to us.

    After the retention time there is no address left, and then there is no mail.
    """
    address = support.email
    if not address or not _may_mail(support, at):
        return
    token = token_of(support)
    context = {
        **_mail_context(initiative),
        "withdraw_url": absolute("initiatives.withdraw_support", token=token),
        "own_url": absolute("initiatives.own_support", token=token),
    }
    key = f"support-known:{support.uid}:{int(at.timestamp())}"
    mail.queue(mail.Letter(address, "support_known", key, context), at=at)


def _mail_invalidated(initiative: Initiative, support: Support, at: datetime) -> None:
    """Asking again does not put it back: the mailbox hears where to read why, and whom to call."""
    address = support.email
    if not address or not _may_mail(support, at):
        return
    context = {
        **_mail_context(initiative),
        "own_url": absolute("initiatives.confirm", token=token_of(support)),
    }
    key = f"support-invalidated:{support.uid}:{int(at.timestamp())}"
    mail.queue(mail.Letter(address, "support_invalidated", key, context), at=at)


def _mail_context(initiative: Initiative) -> dict[str, object]:
    return {
        "title": initiative.title,
        "municipality": queries.place_names(initiative),
        "url": absolute("initiatives.show", initiative_id=initiative.id),
    }


def _may_mail(support: Support, at: datetime) -> bool:
    mailbox = canonical_email(support.email or "")
    return may_mail(support, Room(MAILS_PER_ADDRESS, mailbox, MAILS_PER_SUPPORT), at)


def find_by_token(token: str, *, at: datetime) -> Support | None:
    """The support behind a link in a mail; None when it is unknown, lapsed or blanked."""
    if not TOKEN.match(token):
        return None
    support = db.session.scalar(select(Support).where(Support.token_hash == token_hash(token)))
    if support is None:
        return None
    has_lapsed = support.state is SupportState.PENDING and support.requested_at < at - LAPSES_AFTER
    is_forgotten = support.person_key is None  # after the retention time nobody is behind it any more
    return None if has_lapsed or is_forgotten else support


def confirm(support: Support, *, at: datetime) -> None:
    """Count me in. A second time, or two at once, is the same success."""
    if support.state is SupportState.CONFIRMED:
        return
    new = SUPPORT_TRANSITIONS.get((support.state, SupportAction.CONFIRM))
    if new is None:
        is_invalid = support.state is SupportState.INVALIDATED
        raise NotAllowedNow("support_invalidated" if is_invalid else "support_withdrawn")
    require_open(db.session.get_one(Initiative, support.initiative_id), at)
    _move_once(support, new, confirmed_at=at, is_dirty=True)


def _move_once(support: Support, new: SupportState, **facts: Any) -> None:
    """Someone (the same person, in another tab) who was faster to the same end did it for us."""
    try:
        move(support, support.state, new, **facts)
    except NotAllowedNow:
        db.session.refresh(support)
        if support.state is not new:
            raise


def confirm_with_code(initiative: Initiative, person_key: str, code: str, *, at: datetime) -> bool:
    """Confirm with the six figures from the mail; False when they are wrong, used up or lapsed."""
    support = _find(initiative.id, person_key)
    if support is None or support.code_hash is None or support.code_tries >= CODE_TRIES:
        return False
    if support.requested_at < at - LAPSES_AFTER and support.state is SupportState.PENDING:
        return False
    if not hmac.compare_digest(support.code_hash, _code_hash(support, code)):
        support.code_tries += 1
        db.session.flush()
        return False
    confirm(support, at=at)
    return True


def withdraw_support(support: Support, *, at: datetime) -> None:
    """Take one's support back; name, address and postcode go at once."""
    if support.state is SupportState.WITHDRAWN:
        return
    _move_once(
        support,
        SUPPORT_TRANSITIONS[support.state, SupportAction.WITHDRAW],
        withdrawn_at=at,
        confirmed_at=None,  # a year after that moment the key would be blanked, and this row needs one
        is_dirty=support.is_dirty or support.state is SupportState.CONFIRMED,
        # after a year there is no key left; a row that does not count needs one, and this one fits nobody
        person_key=support.person_key or blind_index("support-gone", support.uid),
        invalidation_id=None,
        shows_name=False,
        network_key=None,
        domain_key=None,
        form_seconds=None,
        code_hash=None,
        review_key=None,
        name_sealed=None,
        email_sealed=None,
        postcode_sealed=None,
    )


def add_confirmed(initiative: Initiative, supporters: Iterable[Supporter], *, at: datetime) -> int:
    """Many supports that need no mail: the demo, and tests."""
    rows = [_new(initiative, one, counts_for(initiative, one.postcode), at) for one in supporters]
    for row in rows:
        row.state, row.confirmed_at, row.is_dirty = SupportState.CONFIRMED, at, True
    db.session.add_all(rows)
    db.session.flush()
    return len(rows)


def show_name(support: Support, wanted: bool, *, at: datetime) -> None:
    """May the first name stand on the page? The person can think again at any moment."""
    if support.state not in {SupportState.PENDING, SupportState.CONFIRMED}:
        raise NotAllowedNow("support_withdrawn")
    support.shows_name = wanted
