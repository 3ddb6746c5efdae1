"""Reading who a panel must look like."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from civic.db import db
from civic.panels.models import (
    Composition,
    Constituency,
    Feature,
    InvitationShare,
    InvitationWave,
    SeatCell,
)
from civic.panels.states import ShareState


def composition_of(panel_id: int) -> Composition | None:
    return db.session.scalar(select(Composition).where(Composition.panel_id == panel_id))


def constituencies_of(panel_id: int) -> list[Constituency]:
    """With their sources, by number."""
    return list(
        db.session.scalars(
            select(Constituency)
            .where(Constituency.panel_id == panel_id)
            .order_by(Constituency.number)
            .options(selectinload(Constituency.sources))
        )
    )


def features_of(panel_id: int) -> list[Feature]:
    """With their values, by number."""
    return list(
        db.session.scalars(
            select(Feature)
            .where(Feature.panel_id == panel_id)
            .order_by(Feature.number)
            .options(selectinload(Feature.values))
        )
    )


def feature_of(panel_id: int, feature_id: int) -> Feature | None:
    """A feature under its own panel's address only."""
    return db.session.scalar(select(Feature).where(Feature.id == feature_id, Feature.panel_id == panel_id))


def cells_of(panel_id: int) -> dict[tuple[int, int], int]:
    """Seats per (constituency id, municipality id): the table that is public before any draw."""
    rows = db.session.execute(
        select(SeatCell.constituency_id, SeatCell.municipality_id, SeatCell.seats)
        .join(Constituency, Constituency.id == SeatCell.constituency_id)
        .where(Constituency.panel_id == panel_id)
    )
    return {(row.constituency_id, row.municipality_id): row.seats for row in rows}


def has_codes(panel_id: int) -> bool:
    """Letters carry a code from here on: people were asked with this composition."""
    found = db.session.scalar(
        select(InvitationShare.id)
        .join(InvitationWave, InvitationWave.id == InvitationShare.wave_id)
        .where(InvitationWave.panel_id == panel_id, InvitationShare.state != ShareState.PLANNED)
        .limit(1)
    )
    return found is not None


def sources_with_letters(panel_id: int) -> set[int]:
    """Ids of sources that letters are planned for: those rows must stay."""
    rows = db.session.scalars(
        select(InvitationShare.source_id)
        .join(InvitationWave, InvitationWave.id == InvitationShare.wave_id)
        .where(InvitationWave.panel_id == panel_id)
    )
    return set(rows)
