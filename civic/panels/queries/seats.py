"""Reading seats: by somebody's own link, the list for staff, counts, and what a replacement draw needs."""

from __future__ import annotations

import enum
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from civic.calendar import ZONE
from civic.crypto import blind_index
from civic.db import db
from civic.keyset import Cursor, Part, fetch
from civic.panels.models import Panel, PublicDraw, Registration, ReserveOffer, Seat, SeatText
from civic.panels.policy.seats import LIVING, is_void_code
from civic.panels.service.codes import make_code, normalised
from civic.panels.states import (
    OPEN_PUBLIC_DRAWS,
    DrawPurpose,
    PublicDrawState,
    RegistrationState,
    SeatState,
    Stage,
)

TOKEN = re.compile(r"[0-9a-f]{64}\Z")
PAGE_SIZE = 20
MOST_LETTERS = 5000  # on the list for letters and telephone calls


# --- one seat ------------------------------------------------------------------------------------------


def seat_token(seat: Seat) -> str:
    """The secret of the link in an invitation: 256 bits, the same in every mail, nowhere stored."""
    return blind_index("panel-seat-token", seat.uid)


def offer_token(registration: Registration) -> str:
    """The same for who was not drawn: a registration has one offer at most."""
    return blind_index("panel-reserve-token", registration.uid)


def seat_index(token: str) -> str:
    return blind_index("panel-seat-access", token)


def offer_index(token: str) -> str:
    return blind_index("panel-reserve-access", token)


def seat_of_token(token: str) -> Seat | None:
    """The seat behind the link of an invitation; None when there is none (any more)."""
    if not TOKEN.match(token):
        return None
    return db.session.scalar(_seats().where(Seat.token_index == seat_index(token)))


def offer_of_token(token: str) -> ReserveOffer | None:
    if not TOKEN.match(token):
        return None
    return db.session.scalar(_offers().where(ReserveOffer.token_index == offer_index(token)))


def seat_code(uid: str) -> str:
    """What somebody types who was invited by letter: the same in every letter, nowhere stored."""
    return make_code(bytes.fromhex(blind_index("panel-seat-code", uid)), 0)


def seat_of_code(text: str, birth_date: date) -> Seat | None:
    """The seat of an invitation by letter, for somebody who also knows the date of birth.

    Codes are worked out again: of a few panels at a time that is a few hundred, a few milliseconds.
    """
    code = normalised(text)
    if code is None:
        return None
    told = select(Seat.id, Seat.uid).join(Panel, Panel.id == Seat.panel_id)
    rows = db.session.execute(told.where(Panel.stage == Stage.DRAWN, Seat.token_index.is_not(None)))
    seat_id = next((row.id for row in rows if hmac.compare_digest(seat_code(row.uid), code)), None)
    if seat_id is None:
        return None
    found = db.session.scalars(_seats().where(Seat.id == seat_id)).one()
    return found if found.registration.birth_date == birth_date.isoformat() else None


def seat_of(panel_id: int, seat_id: int) -> Seat | None:
    """Under its own panel's address only."""
    return db.session.scalar(_seats().where(Seat.id == seat_id, Seat.panel_id == panel_id))


def offer_of(panel_id: int, offer_id: int) -> ReserveOffer | None:
    return db.session.scalar(_offers().where(ReserveOffer.id == offer_id, ReserveOffer.panel_id == panel_id))


def seat_of_registration(registration_id: int) -> Seat | None:
    """A person has one seat per panel, and so has a registration."""
    return db.session.scalar(_seats().where(Seat.registration_id == registration_id))


def offer_of_registration(registration_id: int) -> ReserveOffer | None:
    return db.session.scalar(_offers().where(ReserveOffer.registration_id == registration_id))


def _seats() -> Select[Seat]:
    return select(Seat).options(
        joinedload(Seat.public_draw),
        joinedload(Seat.registration).joinedload(Registration.constituency),
        joinedload(Seat.registration).joinedload(Registration.municipality),
    )


def _offers() -> Select[ReserveOffer]:
    return select(ReserveOffer).options(
        joinedload(ReserveOffer.registration).joinedload(Registration.constituency),
        joinedload(ReserveOffer.registration).joinedload(Registration.municipality),
    )


class Chosen(NamedTuple):
    """What somebody is, after the draw: of the two at most one is there, and only once they were told."""

    seat: Seat | None
    offer: ReserveOffer | None


def chosen(registration: Registration) -> Chosen:
    if registration.frozen_at is None:
        return Chosen(None, None)
    seat = seat_of_registration(registration.id)
    if seat is not None and seat.token_index is not None:
        return Chosen(seat, None)
    offer = offer_of_registration(registration.id)
    return Chosen(None, offer if offer is not None and offer.token_index is not None else None)


def is_free(seat: Seat) -> bool:
    """Whether nobody was drawn, or is being drawn, for this seat since it fell empty."""
    panel_size = select(Panel.size).where(Panel.id == seat.panel_id).scalar_subquery()
    living = (
        select(func.count())
        .select_from(Seat)
        .where(Seat.panel_id == seat.panel_id, Seat.state.in_(LIVING))
        .scalar_subquery()
    )
    refilled = (
        select(PublicDraw.id)
        .where(
            PublicDraw.panel_id == seat.panel_id,
            PublicDraw.id != seat.public_draw_id,
            PublicDraw.purpose == DrawPurpose.REPLACEMENT,
            PublicDraw.is_rehearsal.is_(False),
            PublicDraw.state.in_((*OPEN_PUBLIC_DRAWS, PublicDrawState.DRAWN)),
            PublicDraw.proposed_at >= _fell_empty(seat),
        )
        .exists()
    )
    row = db.session.execute(select(panel_size, living, refilled)).one()
    return bool(row[1] < row[0] and not row[2])


def _fell_empty(seat: Seat) -> datetime:
    if seat.state is SeatState.DECLINED and seat.answered_at is not None:
        return seat.answered_at
    return datetime.combine(seat.answer_by + timedelta(days=1), datetime.min.time(), tzinfo=ZONE)


# --- the list ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wanted:
    """What the list shows; None is everything."""

    state: SeatState | None = None
    municipality_id: int | None = None
    without_mail: bool = False


def seats_part(panel_id: int, wanted: Wanted, cursor: Cursor, size: int = PAGE_SIZE) -> Part[Seat]:
    """One page, newest first, no names opened: one statement."""
    return fetch(_matching(panel_id, wanted), Seat.id, cursor, size)


def all_seats(panel_id: int, wanted: Wanted) -> Sequence[Seat]:
    return db.session.scalars(_matching(panel_id, wanted).order_by(Seat.id)).all()


def _matching(panel_id: int, wanted: Wanted) -> Select[Seat]:
    statement = _seats().join(Registration, Registration.id == Seat.registration_id)
    statement = statement.where(Seat.panel_id == panel_id)
    if wanted.state is not None:
        statement = statement.where(Seat.state == wanted.state)
    if wanted.municipality_id is not None:
        statement = statement.where(Registration.municipality_id == wanted.municipality_id)
    if wanted.without_mail:
        # or an address that no mail could go to: it was this seat's turn, and still nobody told them
        is_missed = Seat.token_index.is_not(None) & Seat.told_at.is_(None)
        is_missed &= Seat.state == SeatState.INVITED
        statement = statement.where(
            Registration.email_sealed.is_(None) | is_missed, Registration.name_sealed.is_not(None)
        )
    return statement


def seats_without_mail(panel_id: int) -> Sequence[Seat]:
    """Who waits for a letter or a call: drawn, invited, no mail address."""
    return all_seats(panel_id, Wanted(SeatState.INVITED, without_mail=True))


def offers_without_mail(panel_id: int) -> Sequence[ReserveOffer]:
    """Who was not drawn, is to be told so, and has no mail address."""
    has_seat = select(Seat.id).where(Seat.registration_id == ReserveOffer.registration_id).exists()
    return db.session.scalars(
        _offers()
        .join(Registration, Registration.id == ReserveOffer.registration_id)
        .where(
            ReserveOffer.panel_id == panel_id,
            ReserveOffer.answered_at.is_(None),
            Registration.email_sealed.is_(None),
            Registration.name_sealed.is_not(None),
            ~has_seat,
        )
        .order_by(ReserveOffer.id)
        .limit(MOST_LETTERS)
    ).all()


# --- what an invitation says ---------------------------------------------------------------------------


def text_of(panel_id: int) -> SeatText | None:
    return db.session.scalar(select(SeatText).where(SeatText.panel_id == panel_id))


# --- found by staff --------------------------------------------------------------------------------------


def seats_of_registrations(panel_id: int, ids: Sequence[int]) -> list[Seat]:
    statement = _seats().where(Seat.panel_id == panel_id, Seat.registration_id.in_(ids))
    return list(db.session.scalars(statement.order_by(Seat.id)))


def offers_of_registrations(panel_id: int, ids: Sequence[int]) -> list[ReserveOffer]:
    statement = _offers().where(ReserveOffer.panel_id == panel_id, ReserveOffer.registration_id.in_(ids))
    return list(db.session.scalars(statement.order_by(ReserveOffer.id)))


# --- vacancies -------------------------------------------------------------------------------------------


class Why(enum.Enum):
    """Why somebody of the frozen pool cannot be drawn for an empty seat."""

    SAID_NO = "said_no"  # with their own link or code
    NOTED = "noted"  # an official typed it in
    SILENT = "silent"
    STOPPED = "stopped"
    REMOVED = "removed"


GONE_CODES = {RegistrationState.REMOVED: "removed", RegistrationState.WITHDRAWN: "withdrawn"}


class Standing(NamedTuple):
    """Somebody in the frozen pool, and how they stand towards the panel."""

    uid: str
    registration: RegistrationState
    seat: SeatState | None
    left_code: str | None
    is_available: bool | None
    is_seat_recorded: bool = False  # the last answer was noted by staff
    is_offer_recorded: bool = False

    @property
    def is_fixed(self) -> bool:
        return self.seat in LIVING and self.registration is RegistrationState.CONFIRMED

    @property
    def is_excluded(self) -> bool:
        """Said no, did not answer, dropped out, is gone. The seat of a void draw never was."""
        if self.is_fixed:
            return False
        is_over = self.seat is not None and not is_void_code(self.left_code)
        return is_over or self.is_available is False or self.registration is not RegistrationState.CONFIRMED

    @property
    def code(self) -> str:
        """Why somebody is in every panel of a replacement draw, or in none; "" for who can be drawn."""
        if self.is_fixed:
            return "sits" if self.seat is SeatState.ACCEPTED else "invited"
        if not self.is_excluded:
            return ""
        if self.registration is not RegistrationState.CONFIRMED:
            return GONE_CODES.get(self.registration, "withdrawn")
        if self.seat is None or is_void_code(self.left_code):
            return "no_reserve"
        return self.seat.value

    @property
    def why(self) -> Why | None:
        """What somebody did last who cannot be drawn, and whether that is known from themselves."""
        if not self.is_excluded:
            return None
        if self.registration is not RegistrationState.CONFIRMED:
            return Why.REMOVED if self.registration is RegistrationState.REMOVED else Why.STOPPED
        if self.seat is None or is_void_code(self.left_code):
            return Why.NOTED if self.is_offer_recorded else Why.SAID_NO
        if self.seat is SeatState.LAPSED:
            return Why.SILENT
        if self.is_seat_recorded:
            return Why.NOTED
        return Why.STOPPED if self.seat is SeatState.LEFT else Why.SAID_NO


def standings(panel_id: int) -> list[Standing]:
    """Everybody in the frozen pool, by the order of registering; one statement."""
    rows: Any = db.session.execute(
        select(
            Registration.uid,
            Registration.state,
            Seat.state,
            Seat.left_code,
            ReserveOffer.is_available,
            Seat.recorded_by_id.is_not(None),
            ReserveOffer.recorded_by_id.is_not(None),
        )
        .outerjoin(Seat, Seat.registration_id == Registration.id)
        .outerjoin(ReserveOffer, ReserveOffer.registration_id == Registration.id)
        .where(Registration.panel_id == panel_id, Registration.frozen_at.is_not(None))
        .order_by(Registration.id)
    )
    return [Standing(*row) for row in rows]
