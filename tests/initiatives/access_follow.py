"""Who may reach following, and the privacy of writers and supporters."""

from __future__ import annotations

from typing import Any

from civic.calendar import today
from civic.db import db, now
from civic.initiatives import service as initiatives
from civic.initiatives.models import Follow, Follower, Initiative, Support
from civic.initiatives.service import follow as service
from civic.initiatives.service.supports import token_of as support_token
from civic.initiatives.states import WithdrawReason
from civic.initiatives.states.follow import FollowScope, Rhythm, Subject
from civic.tickets import ticket
from tests.access import EVERYBODY, OWNER, Case
from tests.factories import make_user
from tests.initiatives.factories import author, published, supporter


def followed(email: str, number: int | None = None) -> Follower:
    """A mailbox that follows everything and one initiative."""
    person = make_user(email=email, name="Volger")
    one = Subject(FollowScope.INITIATIVE, initiative_id=number or published().id)
    for subject in (Subject(FollowScope.EVERYTHING), one):
        follower = service.follow_at_once(subject, Rhythm.WEEKLY, actor=person, at=now())
    db.session.commit()
    return follower


def token_of(purpose: str, uid: str) -> str:
    return ticket(purpose, uid, today(now()))


def _asked() -> Follow:
    service.ask(Subject(FollowScope.EVERYTHING), "vraagt@example.nl", Rhythm.WEEKLY, at=now())
    return db.session.scalars(db.select(Follow).order_by(Follow.id.desc())).first()  # type: ignore[return-value]  # made above


def build() -> dict[str, Case]:
    asked = {"email": "nieuw@example.nl", "rhythm": "weekly"}
    number = published().id
    keeps, stops = followed("beheert@example.nl", number), followed("stopt@example.nl", number)
    manage: dict[str, Any] = {"token": token_of(service.MANAGE, keeps.uid)}
    mine = db.session.scalars(db.select(Follow).where(Follow.follower_id == keeps.id)).first()
    cases = {
        "initiatives.follow_one": Case(EVERYBODY, {"initiative_id": number}, form=asked),
        "initiatives.follow_more": Case(EVERYBODY, form={**asked, "what": "everything"}),
        "initiatives.follow_sent": Case(EVERYBODY),
        "initiatives.follow_confirm": Case(EVERYBODY, {"token": token_of(service.CONFIRM, _asked().uid)}),
        "initiatives.follow_mine": Case(EVERYBODY, form={"email": "nieuw@example.nl"}),
        "initiatives.follow_manage": Case(EVERYBODY, manage, form={"rhythm": "daily"}),
        "initiatives.follow_stop_one": Case(EVERYBODY, {**manage, "follow_id": mine.id if mine else 0}),
        "initiatives.follow_stop": Case(EVERYBODY, {"token": token_of(service.STOP, stops.uid)}),
        "initiatives.follow_stopped": Case(EVERYBODY),
        **_privacy(number),
    }
    db.session.commit()
    return cases


def _privacy(number: int) -> dict[str, Case]:
    own = frozenset({OWNER})
    initiatives.ask(db.session.get_one(Initiative, number), supporter(77), at=now())
    given = db.session.scalars(db.select(Support).where(Support.initiative_id == number)).one()
    token = {"token": support_token(given)}
    stopped = published()
    initiatives.withdraw(stopped, WithdrawReason.SOLVED, actor=author(), at=now())
    stopped.author_hidden_at = now()
    return {
        "initiatives.hide_author": Case(own, {"initiative_id": stopped.id}),
        "initiatives.show_author": Case(own, {"initiative_id": stopped.id}),
        "initiatives.own_support": Case(EVERYBODY, token),
        "initiatives.own_support_file": Case(EVERYBODY, token),
    }
