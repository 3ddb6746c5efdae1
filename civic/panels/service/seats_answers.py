"""Answering an invitation: yes, no, thinking again, dropping out, and letting the date pass.

The same verbs for a link, a letter code and a telephone call. Doing the same twice is doing it once.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from civic.accounts.models import User
from civic.calendar import today
from civic.db import db, move
from civic.errors import NotAllowedNow
from civic.events import service as events
from civic.events.models import Visibility
from civic.limits import Limit, hit
from civic.panels.models import Panel, PublicDraw, Registration, ReserveOffer, Seat
from civic.panels.policy import seats as policy
from civic.panels.queries import seats as queries
from civic.panels.service import seats, seats_mail
from civic.panels.states import SEAT_TRANSITIONS, RegistrationState, SeatAction, SeatAnswer, SeatState

ANSWERS_PER_SEAT = Limit("seat-answer", 30, 24 * 3600)
EVENTS = {
    SeatAction.ACCEPT: "seat_accepted",
    SeatAction.DECLINE: "seat_declined",
    SeatAction.LAPSE: "seat_lapsed",
}


class Told(enum.Enum):
    """How staff told somebody who cannot be mailed. Dutch, because it comes from a button."""

    CALLED = "gebeld"
    WRITTEN = "brief"


TOLD_EVENTS = {Told.CALLED: "seat_called", Told.WRITTEN: "seat_written"}


@dataclass(frozen=True)
class Act:
    """How an answer came in. `actor` is the official who typed it in, None for the person's own answer."""

    by: SeatAnswer
    actor: User | None
    at: datetime


def accept(seat: Seat, act: Act) -> None:
    """Yes. Late, or after a no, as long as nobody was drawn for the seat."""
    _hold(seat, act.at)
    if seat.state is SeatState.ACCEPTED:
        return
    if not policy.yes(seat, is_free=queries.is_free(seat)):
        raise NotAllowedNow("seat_given_away")
    _apply(seat, SeatAction.ACCEPT, act)


def decline(seat: Seat, act: Act) -> None:
    """No. After the date to answer this is dropping out, which cannot be taken back."""
    _hold(seat, act.at)
    if seat.state in (SeatState.DECLINED, SeatState.LEFT):
        return
    action = policy.no(seat, today(act.at))
    if action is None:
        raise NotAllowedNow("seat_given_away")
    if action is SeatAction.LEAVE:
        _leave(seat, act)
    else:
        _apply(seat, action, act)


def drop_out(seat: Seat, act: Act) -> None:
    """Somebody who said yes cannot come after all."""
    _hold(seat, act.at)
    if seat.state is SeatState.LEFT:
        return
    if seat.state is not SeatState.ACCEPTED:
        raise NotAllowedNow("not_in_this_state")
    _leave(seat, act)


def _hold(seat: Seat, at: datetime) -> None:
    """The seat as it is now, and nobody else's until we are done; refused where it no longer counts."""
    hit(ANSWERS_PER_SEAT, seat.uid, at)
    # the size of the panel is counted under this lock: two people cannot take the last seat
    panel = db.session.scalars(select(Panel).where(Panel.id == seat.panel_id).with_for_update()).one()
    db.session.refresh(panel)
    db.session.refresh(seat, with_for_update={"of": Seat})
    registration = db.session.get_one(Registration, seat.registration_id)
    if not policy.is_open(panel) or policy.is_void(seat):
        raise NotAllowedNow("seats_closed")
    if registration.state is not RegistrationState.CONFIRMED:
        raise NotAllowedNow("seats_closed")


def _apply(seat: Seat, action: SeatAction, act: Act) -> None:
    old, new = seat.state, SEAT_TRANSITIONS[seat.state, action]
    facts: dict[str, Any] = {"answered_at": act.at, "answered_by": act.by}
    facts["recorded_by_id"] = _recorder(act.actor)
    if seat.told_at is None:  # who answers knows of it
        facts |= {"told_at": act.at, "answer_by": seats_mail.last_day(seat, act.at)}
    move(seat, old, new, **facts)
    what = events.What(
        EVENTS[action],
        from_state=old,
        to_state=new,
        visibility=Visibility.PRIVATE,
        data={"by": act.by.value},
    )
    events.record(seat, what, actor=act.actor, at=act.at, anonymous=act.actor is None)
    _after(seat, act)


def _leave(seat: Seat, act: Act) -> None:
    seats.leave(seat, policy.DROPPED_OUT, actor=act.actor, at=act.at)
    seat.recorded_by_id = _recorder(act.actor)
    _after(seat, act)


def _recorder(actor: User | None) -> int | None:
    return actor.id if actor is not None else None


def _after(seat: Seat, act: Act) -> None:
    seats_mail.send_answered(seat, act.at, is_recorded=act.actor is not None)
    _keep_promise(seat.public_draw_id, act.at)


def _keep_promise(public_draw_id: int, at: datetime) -> None:
    """Everybody answered: nothing is left to pass."""
    waiting = (
        select(func.count())
        .select_from(Seat)
        .where(Seat.public_draw_id == public_draw_id, Seat.state == SeatState.INVITED)
    )
    if not db.session.scalar(waiting):
        events.keep_promise(db.session.get_one(PublicDraw, public_draw_id), seats.ANSWER, at)


def tell(seat: Seat, how: Told, *, actor: User, at: datetime) -> None:
    """Somebody without a usable mail address was told: from now their days to answer run. Once."""
    _hold(seat, at)
    if seat.told_at is not None:
        return
    if seat.state is not SeatState.INVITED:
        raise NotAllowedNow("not_in_this_state")
    move(seat, seat.state, seat.state, told_at=at, answer_by=seats_mail.last_day(seat, at))
    data = {"how": how.value, "answer_by": seat.answer_by.isoformat()}
    what = events.What(TOLD_EVENTS[how], visibility=Visibility.PRIVATE, data=data)
    events.record(seat, what, actor=actor, at=at)


def lapse_overdue(at: datetime) -> int:
    """A batch of those who let the date pass; each gets a mail that says so."""
    found = seats_mail.overdue(at)
    for seat in found:
        old, new = seat.state, SEAT_TRANSITIONS[seat.state, SeatAction.LAPSE]
        move(seat, old, new)
        what = events.What("seat_lapsed", from_state=old, to_state=new, visibility=Visibility.PRIVATE)
        events.record(seat, what, actor=None, at=at)
        seats_mail.send_lapsed(seat, at)
    return len(found)


def give_up(registration: Registration, *, actor: User | None, at: datetime) -> None:
    """Somebody takes their registration back: their seat is empty, their links stop, their mail is gone."""
    if registration.frozen_at is None:
        return
    seat = queries.seat_of_registration(registration.id)
    if seat is not None:
        if seat.state in policy.LIVING:
            seats.leave(seat, policy.WITHDRAWN, actor=actor, at=at)
        seat.token_index = None
    offer = queries.offer_of_registration(registration.id)
    if offer is not None:
        offer.token_index = None
    seats_mail.forget(seat, registration)
    if seat is not None:
        db.session.flush()
        _keep_promise(seat.public_draw_id, at)


# --- the reserve list ------------------------------------------------------------------------------------


def answer_offer(offer: ReserveOffer, *, is_available: bool, actor: User | None, at: datetime) -> None:
    """Whether somebody who was not drawn can be drawn for an empty seat. No answer means yes.

    What staff notes (`actor`) is mailed to the person, so that nobody empties the reserve list unseen.
    """
    hit(ANSWERS_PER_SEAT, f"offer-{offer.id}", at)
    panel = db.session.get_one(Panel, offer.panel_id)
    db.session.refresh(offer, with_for_update={"of": ReserveOffer})
    if not policy.is_open(panel):
        raise NotAllowedNow("seats_closed")
    if offer.is_available is is_available:
        return
    offer.is_available, offer.answered_at, offer.recorded_by_id = is_available, at, _recorder(actor)
    action = "reserve_accepted" if is_available else "reserve_declined"
    what = events.What(action, visibility=Visibility.PRIVATE)
    events.record(offer, what, actor=actor, at=at, anonymous=actor is None)
    if actor is not None:
        seats_mail.send_offer_recorded(offer, at)
