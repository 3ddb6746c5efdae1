"""Supporting with an account: the mailbox was proved at sign-in, so one click is enough.

The key is that of the mailbox, as without an account: who supported online and then signs in is one person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from civic.accounts.models import User
from civic.db import add_first, db
from civic.errors import NotAllowedNow
from civic.initiatives.models import Initiative, Support, SupportHome
from civic.initiatives.service import supports
from civic.initiatives.service.ledger_trace import NO_TRACE, Trace
from civic.initiatives.states import SupportChannel, SupportState


@dataclass(frozen=True)
class Click:
    """What comes with the click; name and postcode only where we did not know them."""

    name: str
    postcode: str
    shows_name: bool = False
    trace: Trace = NO_TRACE


def support_of(initiative: Initiative, user: User | None) -> Support | None:
    """This person's own support, also where it was given without the account; one statement."""
    if user is None or user.email is None:
        return None
    key = supports.person_key_of(initiative.id, user.email)
    return db.session.scalar(
        select(Support).where(Support.initiative_id == initiative.id, Support.person_key == key)
    )


def postcode_of(user: User) -> str | None:
    home = db.session.get(SupportHome, user.id)
    return home.postcode if home is not None else None


def support_with_account(initiative: Initiative, click: Click, *, actor: User, at: datetime) -> Support:
    """Count this person in at once. A second click is the same success.

    Raises `Invalid` when the rules refuse the postcode, `NotAllowedNow` when the collection is over or the
    support was made invalid.
    """
    supports.require_open(initiative, at)
    place_id = supports.counts_for(initiative, click.postcode)
    given = supports.Supporter(
        click.name, actor.email or "", click.postcode, shows_name=click.shows_name, trace=click.trace
    )
    support = supports.find_or_insert(initiative, given, place_id, at=at)
    if support.state is SupportState.CONFIRMED:
        return support
    if support.state is SupportState.INVALIDATED:
        raise NotAllowedNow("support_invalidated")
    supports.take_again(support, given, place_id, at)
    support.channel = SupportChannel.ACCOUNT
    supports.confirm(support, at=at)
    _remember_home(actor, click.postcode, at)
    return support


def _remember_home(user: User, postcode: str, at: datetime) -> None:
    home = db.session.get(SupportHome, user.id) or _new_home(user, at)
    home.postcode, home.changed_at = postcode, at


def _new_home(user: User, at: datetime) -> SupportHome:
    home = SupportHome(user_id=user.id, changed_at=at)
    if not add_first(home):  # two tabs at once
        return db.session.get_one(SupportHome, user.id)
    return home
