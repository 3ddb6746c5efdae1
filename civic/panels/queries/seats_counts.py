"""The drawn, counted: seats per draw, cell and state, and what stands beside them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, case, func, select

from civic.db import db
from civic.panels.models import (
    Constituency,
    Panel,
    PublicDraw,
    Registration,
    ReserveOffer,
    Seat,
    SeatCell,
    SeatText,
)
from civic.panels.policy.seats import DROPPED_OUT, WITHDRAWN
from civic.panels.states import OPEN_PUBLIC_DRAWS, RegistrationState, SeatState
from civic.regions.models import Municipality


class Group(NamedTuple):
    """Seats of one draw in one cell and one state; `cell_seats` is what the cell must have."""

    public_draw_id: int
    constituency_id: int
    number: int
    constituency: str
    municipality_id: int
    municipality: str
    state: SeatState
    seats: int
    without_mail: int
    untold: int
    unreached: int
    answer_by: date
    cell_seats: int | None


def groups_of(panel_id: int) -> list[Group]:
    """All seats of a panel, counted; one statement, however many there are."""
    has_no_mail = Registration.email_sealed.is_(None) & Registration.name_sealed.is_not(None)
    is_unreached = Seat.token_index.is_not(None) & Seat.told_at.is_(None)
    is_unreached &= Registration.name_sealed.is_not(None)
    cell = (SeatCell.constituency_id == Constituency.id) & (SeatCell.municipality_id == Municipality.id)
    columns = (
        Seat.public_draw_id,
        Constituency.id,
        Constituency.number,
        Constituency.name,
        Municipality.id,
        Municipality.name,
        Seat.state,
    )
    rows = db.session.execute(
        select(
            *columns,
            func.count(Seat.id),
            func.sum(case((has_no_mail, 1), else_=0)),
            func.sum(case((Seat.token_index.is_(None), 1), else_=0)),
            func.sum(case((is_unreached, 1), else_=0)),
            func.max(Seat.answer_by),
            func.max(SeatCell.seats),
        )
        .select_from(Seat)
        .join(Registration, Registration.id == Seat.registration_id)
        .join(Constituency, Constituency.id == Registration.constituency_id)
        .join(Municipality, Municipality.id == Registration.municipality_id)
        .outerjoin(SeatCell, cell)
        .where(Seat.panel_id == panel_id)
        .group_by(*columns)
        .order_by(Constituency.number, Municipality.name, Seat.state)
    )
    return [Group(*row) for row in rows]


@dataclass(frozen=True)
class Head:
    """What stands beside the seats: the words of the invitation, the reserve list, a draw under way."""

    text: SeatText | None
    reserve: int
    said_no: int
    open_draw_id: int | None
    is_prepared: bool


def head_of(panel_id: int) -> Head:
    """One statement. On the reserve list are those whom a replacement draw could draw: still registered, not
    holding or having held a seat."""
    mine = (
        select(func.count())
        .select_from(ReserveOffer)
        .join(Registration, Registration.id == ReserveOffer.registration_id)
        .where(
            ReserveOffer.panel_id == panel_id,
            Registration.state == RegistrationState.CONFIRMED,
            ~_has_had_seat(),
        )
    )
    busy = select(func.max(PublicDraw.id)).where(
        PublicDraw.panel_id == panel_id,
        PublicDraw.is_rehearsal.is_(False),
        PublicDraw.state.in_(OPEN_PUBLIC_DRAWS),
    )
    row = db.session.execute(
        select(
            SeatText,
            mine.where(ReserveOffer.is_available.is_not(False)).scalar_subquery(),
            mine.where(ReserveOffer.is_available.is_(False)).scalar_subquery(),
            busy.scalar_subquery(),
        )
        .select_from(Panel)
        .outerjoin(SeatText, SeatText.panel_id == Panel.id)
        .where(Panel.id == panel_id)
    ).one()
    return Head(row[0], row[1], row[2], row[3], is_prepared=row[0] is not None)


def _has_had_seat() -> ColumnElement[bool]:
    """Of whom an offer is; the seat of a void draw never was."""
    was_real = Seat.left_code.is_(None) | Seat.left_code.in_((DROPPED_OUT, WITHDRAWN))
    return select(Seat.id).where(Seat.registration_id == ReserveOffer.registration_id, was_real).exists()
