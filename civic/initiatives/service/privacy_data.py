"""What this room hands over about somebody, and what is left of it when they erase themselves.

Counts stay: of a support that counts only who gave it goes. Its key stays until the retention date, or the
same mailbox could count twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from civic.accounts.models import User
from civic.accounts.my_data import Room, Section, register
from civic.db import db
from civic.events import queries as event_queries
from civic.events import service as events
from civic.files import service as files
from civic.initiatives import queries as initiatives
from civic.initiatives.models import (
    CoInitiator,
    CommentReport,
    GuardianConsent,
    Initiative,
    InitiativeChallenge,
    ResumeLink,
    Support,
    SupportHome,
)
from civic.initiatives.presentation import STATES
from civic.initiatives.presentation.kinds import KIND_NAMES
from civic.initiatives.presentation.privacy import word
from civic.initiatives.queries import follow as follow_queries
from civic.initiatives.queries import privacy as queries
from civic.initiatives.queries.merge import open_proposals
from civic.initiatives.service import merge, talk
from civic.initiatives.service.follow import find_follower, stop_everything
from civic.initiatives.service.privacy import facts_of
from civic.initiatives.service.supports import person_key_of, withdraw_support
from civic.initiatives.states import NOT_PUBLISHED, OPEN_FOR_SUPPORT, State, SupportState
from civic.initiatives.states.talk import CommentState

WHO = ("name_sealed", "email_sealed", "postcode_sealed", "review_key", "network_key", "domain_key")


# --- what one wrote -------------------------------------------------------------------------------------


def _export_written(user: User) -> list[Section]:
    written = [_row(one) for one in queries.initiatives_by(user)]
    together = [_co_row(one) for one in queries.co_writing_of(user)]
    return [
        Section("initiatives", _("Uw initiatieven en concepten"), written),
        Section("co_writing", _("Waar u aan meeschrijft"), together),
        Section("home", _("Postcode bij uw account"), _home_of(user)),
    ]


def _row(one: Initiative) -> dict[str, Any]:
    consent = db.session.scalar(select(GuardianConsent).where(GuardianConsent.initiative_id == one.id))
    challenge = db.session.get(InitiativeChallenge, one.id)
    return {
        _("Nummer"): one.id,
        _("Titel"): one.title,
        _("Soort"): str(KIND_NAMES[one.kind]),
        _("Stand"): str(STATES.get(one.state, one.state.value)),
        _("Gemeente"): initiatives.place_names(one),
        _("Wijk"): one.district_name,
        _("Uw naam erbij"): one.author_name,
        _("Uw naam is van de pagina sinds"): one.author_hidden_at,
        _("Uw postcode"): one.author_postcode,
        _("Wat u wilt bereiken"): one.wish,
        _("Uw plan"): one.plan,
        _("Wat u verklaarde"): list(one.confirmed_rules),
        _("Mailadres van uw ouder of voogd"): consent.email if consent else None,
        _("Hoe de gemeente u kan bereiken"): challenge.contact if challenge else None,
        _("Begonnen"): one.created_at,
        _("Online sinds"): one.published_at,
        _("Gestopt"): one.closed_at,
    }


def _co_row(one: CoInitiator) -> dict[str, Any]:
    return {
        _("Initiatief"): one.initiative_id,
        _("Naam"): one.name,
        _("Mailadres"): one.email,
        _("Stand"): word(one.state),
        _("Gevraagd"): one.invited_at,
        _("Gestopt"): one.ended_at,
    }


def _home_of(user: User) -> list[dict[str, Any]]:
    home = db.session.get(SupportHome, user.id)
    return [{_("Postcode"): home.postcode}] if home else []


def _erase_written(user: User, at: datetime) -> None:
    written = queries.initiatives_by(user)
    for proposal in open_proposals(one.id for one in written):
        merge.stop(proposal, actor=user, at=at)
    for one in written:
        _forget_guardian(one)
        if one.state in NOT_PUBLISHED:
            _erase_draft(one, user, at)
        else:
            one.author_name = one.author_postcode = None
            one.author_hidden_at = one.author_hidden_at or at
    for row in queries.co_writing_of(user):
        reference = events.Reference(Initiative.__tablename__, row.initiative_id)
        events.record(reference, events.What("co_erased", data={"row": row.id}), actor=user, at=at)
        db.session.delete(row)
    for kind in (SupportHome, ResumeLink):
        _delete(kind, kind.user_id == user.id)


def _forget_guardian(initiative: Initiative) -> None:
    for kind, column in ((GuardianConsent, "email_sealed"), (InitiativeChallenge, "contact_sealed")):
        db.session.execute(
            update(kind)
            .where(kind.initiative_id == initiative.id)
            .values({column: None})
            .execution_options(synchronize_session="fetch")
        )


def _erase_draft(initiative: Initiative, user: User, at: datetime) -> None:
    """Also what lies at the desk: nobody but the writer and the desk ever saw it."""
    what = events.What("erase_draft", from_state=initiative.state)
    events.record(initiative, what, actor=user, at=at)
    for promise in event_queries.deadlines_of(initiative):  # nobody waits for it any more
        promise.met_at = promise.met_at or at
    db.session.flush()
    files.erase_all_of(initiative)
    try:
        with db.session.begin_nested():
            _delete(Initiative, Initiative.id == initiative.id)
    except IntegrityError:  # something refers to it: then it stays, empty
        initiative.title, initiative.wish, initiative.plan = _("Gewist"), "", ""
        initiative.author_name = initiative.author_postcode = None
        initiative.author_hidden_at = at


def _delete(kind: type[Any], condition: Any) -> None:
    db.session.execute(delete(kind).where(condition).execution_options(synchronize_session="fetch"))


def _still_collecting(user: User) -> list[str]:
    return [
        _("“%(title)s” loopt nog. Zonder u beantwoordt niemand vragen.", title=one.title)
        + " "
        + _("Wilt u dat het stopt? Trek het dan eerst in.")
        for one in queries.initiatives_by(user)
        if one.state in OPEN_FOR_SUPPORT or one.state is State.RUNNING
    ]


# --- supports -------------------------------------------------------------------------------------------


def supports_of(user: User) -> Iterator[Support]:
    """Given with the mailbox of this account, also before the account was there."""
    email = user.email
    if email is None:
        return iter(())
    numbers = queries.numbers_with_support()
    return queries.supports_with((number, person_key_of(number, email)) for number in numbers)


def _export_supports(user: User) -> list[Section]:
    rows = [facts_of(one, db.session.get_one(Initiative, one.initiative_id)) for one in supports_of(user)]
    return [Section("supports", _("Uw steun"), rows)]


def _erase_supports(user: User, at: datetime) -> None:
    for one in list(supports_of(user)):
        if one.state is SupportState.PENDING:
            withdraw_support(one, at=at)
        for column in WHO:
            setattr(one, column, None)
        one.shows_name, one.no_news_at = False, one.no_news_at or at


# --- following ------------------------------------------------------------------------------------------


def _export_follows(user: User) -> list[Section]:
    follower = find_follower(user.email) if user.email else None
    if follower is None:
        return []
    rows = [
        {
            _("Wat"): line.title or _("Alle initiatieven in de regio"),
            _("Sinds"): line.follow.confirmed_at,
            _("Mailadres"): follower.email,
            _("Hoe vaak"): word(follower.rhythm),
        }
        for line in follow_queries.followed_by(follower)
    ]
    return [Section("follows", _("Wat u volgt"), rows)]


def _erase_follows(user: User, _at: datetime) -> None:
    follower = find_follower(user.email) if user.email else None
    if follower is not None:
        stop_everything(follower)


# --- talking --------------------------------------------------------------------------------------------


def _export_talk(user: User) -> list[Section]:
    comments = [
        {
            _("Initiatief"): one.initiative_id,
            _("Naam"): one.name,
            _("Tekst"): one.text,
            _("Stand"): word(one.state),
            _("Geplaatst"): one.posted_at,
            _("Uw bezwaar"): one.objection,
        }
        for one in queries.comments_by(user)
    ]
    groups = [
        {
            _("Groep"): one.cluster_id,
            _("Naam"): one.name,
            _("Mailadres"): one.email,
            _("Stand"): word(one.state),
        }
        for one in queries.memberships_of(user)
    ]
    return [Section("comments", _("Uw reacties"), comments), Section("groups", _("Groepen"), groups)]


def _erase_talk(user: User, at: datetime) -> None:
    """The words of an official stay, as the municipality spoke; the name goes."""
    for one in queries.comments_by(user):
        if one.is_official:
            one.name = None
        elif one.state is not CommentState.DELETED:
            talk.delete(one, actor=user, at=at)
    for member in queries.memberships_of(user):
        db.session.delete(member)
    db.session.execute(
        update(CommentReport).where(CommentReport.reporter_id == user.id).values(reporter_id=None)
    )


register(
    Room(
        "initiatives",
        export=_export_written,
        erase=_erase_written,
        goes=(
            _l("Uw concepten, en voorstellen die nog niet online staan."),
            _l("Uw naam en postcode bij initiatieven die online staan of stonden."),
        ),
        stays=(_l("Initiatieven die online stonden, met bijlagen. Er staat dan: “De schrijver”."),),
        warns=_still_collecting,
    )
)
register(
    Room(
        "supports",
        export=_export_supports,
        erase=_erase_supports,
        goes=(_l("Uw naam, mailadres en postcode bij elke steun die u gaf."),),
        stays=(
            _l("Uw steun telt mee als getal. Wilt u dat niet? Trek die dan eerst in."),
            _l("Bij elke steun een code die niemand kan lezen. Zo kan niemand twee keer meetellen."),
        ),
        not_here=(
            _l("Steun die u met een ander mailadres gaf. Gebruik de link in de mail die u toen kreeg."),
            _l("Steun op papier. Die hoort bij geen account. Vraag ernaar bij de griffie van uw gemeente."),
        ),
    )
)
register(Room("follows", export=_export_follows, erase=_erase_follows, goes=(_l("Alles wat u volgt."),)))
register(
    Room(
        "talk",
        export=_export_talk,
        erase=_erase_talk,
        goes=(_l("De tekst van uw reacties, en groepen waar u bij zit."),),
        stays=(_l("Dat er een reactie stond, als anderen erop antwoordden."),),
    )
)
