"""The name of the writer on the page, and what one support holds about who gave it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import update

from civic.accounts.models import User
from civic.accounts.my_data import Section
from civic.db import db
from civic.errors import NotAllowedNow
from civic.events import service as events
from civic.events.models import Visibility
from civic.initiatives import queries
from civic.initiatives.models import AnswerOpinion, Initiative, Support
from civic.initiatives.policy.privacy import can_hide_author
from civic.initiatives.presentation.privacy import word
from civic.initiatives.states.people import AgeBand, ConsentState

UNDO = timedelta(days=30)


def hide_author(initiative: Initiative, *, actor: User, at: datetime) -> None:
    """Take the name off the page; it is kept for a while, in case they think again. Twice is once."""
    if initiative.author_hidden_at is not None:
        return
    if not can_hide_author(initiative, is_collecting=is_collecting(initiative, at)):
        raise NotAllowedNow("not_in_this_state")
    if _set(initiative, Initiative.author_hidden_at.is_(None), at):
        events.record(initiative, events.What("hide_author"), actor=actor, at=at)


def show_author(initiative: Initiative, *, actor: User, at: datetime) -> None:
    """Put the name back, as long as it is there."""
    if initiative.author_hidden_at is None:
        return
    if not can_show_again(initiative, at):
        raise NotAllowedNow("not_in_this_state")
    if _set(initiative, Initiative.author_hidden_at == initiative.author_hidden_at, None):
        events.record(initiative, events.What("show_author"), actor=actor, at=at)


def _set(initiative: Initiative, condition: Any, value: datetime | None) -> bool:
    """One conditional update: of two clicks one is first."""
    result: Any = db.session.execute(
        update(Initiative)
        .where(Initiative.id == initiative.id, condition)
        .values(author_hidden_at=value)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(initiative)
    return bool(result.rowcount == 1)


def is_collecting(initiative: Initiative, at: datetime) -> bool:
    ends_on = queries.collection_ends_on(initiative)
    return queries.days_left(initiative, ends_on, at) is not None


def can_show_again(initiative: Initiative, at: datetime) -> bool:
    hidden_at = initiative.author_hidden_at
    is_kept = hidden_at is not None and at - hidden_at < UNDO and initiative.author_name_sealed is not None
    return is_kept and _may_be_named(initiative)


def _may_be_named(initiative: Initiative) -> bool:
    """Not where a parent or guardian took the consent back: then they decide."""
    consent = initiative.consent
    is_given = consent is None or consent.state is ConsentState.GIVEN
    return is_given or initiative.age_band is AgeBand.ADULT


# --- one support ----------------------------------------------------------------------------------------


def facts_of(support: Support, initiative: Initiative) -> dict[str, Any]:
    """Everything we know by one support, in words, for the person who gave it."""
    opinions = db.session.scalars(db.select(AnswerOpinion).where(AnswerOpinion.support_id == support.id))
    return {
        _("Initiatief"): initiative.title,
        _("Telt mee voor"): _place_name(support, initiative),
        _("Naam"): support.name,
        _("Mailadres"): support.email,
        _("Postcode"): support.postcode,
        _("Stand"): word(support.state),
        _("Manier"): word(support.channel),
        _("Naam op de pagina"): support.shows_name,
        _("Gevraagd"): support.requested_at,
        _("Bevestigd"): support.confirmed_at,
        _("Ingetrokken"): support.withdrawn_at,
        _("Geen mail meer sinds"): support.no_news_at,
        _("Uw mening over het besluit"): [word(one.verdict) for one in opinions],
        _("Seconden tussen openen en versturen"): support.form_seconds,
        _("Onleesbare codes tegen dubbel tellen en misbruik"): _kept_keys(support),
    }


def _kept_keys(support: Support) -> list[str]:
    """Salted hashes: nobody reads back what they were made of, but they are about this person."""
    kept = {
        _("van uw mailadres"): support.person_key,
        _("van uw naam en postcode"): support.review_key,
        _("van uw netwerk"): support.network_key,
        _("van uw mailaanbieder"): support.domain_key,
    }
    return [name for name, key in kept.items() if key]


def _place_name(support: Support, initiative: Initiative) -> str:
    names = {one.municipality_id: one.municipality.name for one in initiative.places}
    return names.get(support.municipality_id, "")


def export_support(support: Support, initiative: Initiative, *, at: datetime) -> list[Section]:
    """Hand over what we hold by one support, to who has its link; that it was done is in the log."""
    reference = events.Reference(Support.__tablename__, support.id)
    what = events.What("data_exported", visibility=Visibility.PRIVATE)
    events.record(reference, what, actor=None, at=at, anonymous=True)
    return [Section("support", _("Uw gegevens bij deze steun"), [facts_of(support, initiative)])]
