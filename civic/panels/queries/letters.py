"""Reading letter texts and the typesetting of letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, undefer

from civic.db import db, exists
from civic.events.models import Event
from civic.panels.models import (
    InvitationCode,
    InvitationShare,
    InvitationWave,
    LetterBatch,
    LetterInsert,
    LetterOrder,
    LetterText,
    Mandate,
)
from civic.panels.states import OPEN_ORDERS, OrderState

READ = "letters_read"


def letter_text_of(panel_id: int) -> LetterText | None:
    return db.session.scalar(select(LetterText).where(LetterText.panel_id == panel_id))


def inserts_of(panel_id: int) -> list[LetterInsert]:
    return list(
        db.session.scalars(
            select(LetterInsert).where(LetterInsert.panel_id == panel_id).order_by(LetterInsert.language)
        )
    )


def insert_of(panel_id: int, language: str) -> LetterInsert | None:
    return db.session.scalar(
        select(LetterInsert).where(LetterInsert.panel_id == panel_id, LetterInsert.language == language)
    )


def mandate_for_letter(panel_id: int) -> Mandate | None:
    return db.session.scalar(select(Mandate).where(Mandate.panel_id == panel_id))


def share_in(panel_id: int, share_id: int) -> InvitationShare | None:
    """A share under the address of its own panel only, with its wave and municipality."""
    return db.session.scalar(
        select(InvitationShare)
        .join(InvitationWave)
        .where(InvitationShare.id == share_id, InvitationWave.panel_id == panel_id)
        .options(joinedload(InvitationShare.wave), joinedload(InvitationShare.municipality))
    )


def last_day_of(panel_id: int) -> date | None:
    """The last day of the newest wave; None while no letters are planned."""
    return db.session.scalar(
        select(InvitationWave.closes_on)
        .where(InvitationWave.panel_id == panel_id)
        .order_by(InvitationWave.number.desc())
        .limit(1)
    )


def live_order_of(share_id: int) -> LetterOrder | None:
    """The order whose letters still exist; one per share at most. Without the addresses."""
    return db.session.scalar(
        select(LetterOrder)
        .where(LetterOrder.share_id == share_id, LetterOrder.state != OrderState.DESTROYED)
        .order_by(LetterOrder.id.desc())
        .limit(1)
    )


def orders_of(share_id: int) -> list[LetterOrder]:
    return list(
        db.session.scalars(
            select(LetterOrder).where(LetterOrder.share_id == share_id).order_by(LetterOrder.id)
        )
    )


def blocked_numbers(share_id: int) -> frozenset[int]:
    """The places in the share of codes that may be on no letter."""
    return frozenset(
        db.session.scalars(
            select(InvitationCode.number).where(
                InvitationCode.share_id == share_id, InvitationCode.blocked_at.is_not(None)
            )
        )
    )


def next_code_of(share_id: int) -> int:
    """The number after the last code that is on a letter somebody downloaded; 0 when nobody did."""
    was_read = (
        select(Event.id)
        .where(
            Event.subject_type == LetterOrder.__tablename__,
            Event.subject_id == LetterOrder.id,
            Event.action == READ,
        )
        .exists()
    )
    return (
        db.session.scalar(
            select(func.max(LetterOrder.next_code)).where(LetterOrder.share_id == share_id, was_read)
        )
        or 0
    )


def is_typesetting(panel_id: int) -> bool:
    """Letters of this panel are being made now."""
    return exists(
        select(LetterOrder.id)
        .join(InvitationShare, InvitationShare.id == LetterOrder.share_id)
        .join(InvitationWave, InvitationWave.id == InvitationShare.wave_id)
        .where(InvitationWave.panel_id == panel_id, LetterOrder.state.in_(OPEN_ORDERS))
    )


def due_orders(stale_before: datetime) -> Select[int]:
    """Ids of orders to typeset: asked for, or claimed by a process that went silent."""
    return (
        select(LetterOrder.id)
        .where(
            LetterOrder.state.in_(OPEN_ORDERS),
            LetterOrder.claimed_by.is_(None) | (LetterOrder.claimed_at < stale_before),
        )
        .order_by(LetterOrder.id)
    )


def expired_orders(before: datetime, most: int = 50) -> list[LetterOrder]:
    return list(
        db.session.scalars(
            select(LetterOrder)
            .where(LetterOrder.state != OrderState.DESTROYED, LetterOrder.requested_at < before)
            .order_by(LetterOrder.id)
            .limit(most)
        )
    )


@dataclass(frozen=True)
class BatchLine:
    """What a page shows of a batch; `number` counts from 0."""

    number: int
    letters: int
    downloaded_at: datetime | None


def batch_lines(order: LetterOrder) -> list[BatchLine]:
    """Two statements, however many batches there are."""
    rows = db.session.execute(
        select(LetterBatch.number, LetterBatch.letters)
        .where(LetterBatch.order_id == order.id)
        .order_by(LetterBatch.number)
    )
    seen = _downloads(order)
    return [BatchLine(row.number, row.letters, seen.get(row.number, seen.get(None))) for row in rows]


def _downloads(order: LetterOrder) -> dict[int | None, datetime]:
    """{number of the batch (None: all at once): when it was last fetched}."""
    rows: Sequence[tuple[dict[str, object], datetime]] = [
        (row.data, row.at)
        for row in db.session.execute(
            select(Event.data, Event.at)
            .where(
                Event.subject_type == LetterOrder.__tablename__,
                Event.subject_id == order.id,
                Event.action == READ,
            )
            .order_by(Event.id)
        )
    ]
    return {_number(data.get("batch")): at for data, at in rows}


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None


def batch_numbers(order_id: int) -> list[int]:
    return list(
        db.session.scalars(
            select(LetterBatch.number).where(LetterBatch.order_id == order_id).order_by(LetterBatch.number)
        )
    )


def batch_content(order_id: int, number: int) -> bytes | None:
    return db.session.scalar(
        select(LetterBatch.content).where(LetterBatch.order_id == order_id, LetterBatch.number == number)
    )


def order_with_addresses(order_id: int) -> LetterOrder:
    return db.session.scalars(
        select(LetterOrder)
        .where(LetterOrder.id == order_id)
        .options(
            undefer(LetterOrder.addresses), joinedload(LetterOrder.share).joinedload(InvitationShare.wave)
        )
        .execution_options(populate_existing=True)
    ).one()


def made_count(order_id: int) -> int:
    return (
        db.session.scalar(
            select(func.coalesce(func.sum(LetterBatch.letters), 0)).where(LetterBatch.order_id == order_id)
        )
        or 0
    )
