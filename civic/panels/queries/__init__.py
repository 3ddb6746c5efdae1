"""Reading panels and draws."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import defer

from civic.db import db
from civic.keyset import Cursor, Part, fetch
from civic.panels.models import Draw, Panel, PanelFiles, UploadErrors
from civic.panels.states import OPEN_DRAWS, DrawState, PanelState

PAGE_SIZE = 20
MOST_DRAWS = 50


@dataclass(frozen=True)
class PanelLine:
    """What a list shows of a panel."""

    id: int
    title: str
    question: str
    size: int
    state: PanelState
    registrants: int | None
    draws: int


def panels_part(cursor: Cursor, *, with_drafts: bool, size: int = PAGE_SIZE) -> Part[PanelLine]:
    """One page of panels, newest first; three statements, however many panels there are."""
    statement = select(Panel)
    if not with_drafts:
        statement = statement.where(Panel.state != PanelState.DRAFT)
    part = fetch(statement, Panel.id, cursor, size)
    ids = [panel.id for panel in part.rows]
    registrants, draws = _registrants_of(ids), _finished_draws_of(ids)
    lines = [_line(panel, registrants.get(panel.id), draws.get(panel.id, 0)) for panel in part.rows]
    return Part(lines, part.has_newer, part.has_older)


def _line(panel: Panel, registrants: int | None, draws: int) -> PanelLine:
    return PanelLine(panel.id, panel.title, panel.question, panel.size, panel.state, registrants, draws)


def _registrants_of(ids: list[int]) -> dict[int, int]:
    rows = db.session.execute(
        select(PanelFiles.panel_id, PanelFiles.registrants)
        .where(PanelFiles.panel_id.in_(ids))
        .order_by(PanelFiles.version)
    )
    return {row.panel_id: row.registrants for row in rows}  # the newest version comes last and stays


def _finished_draws_of(ids: list[int]) -> dict[int, int]:
    rows = db.session.execute(
        select(Draw.panel_id, func.count().label("draws"))
        .where(Draw.panel_id.in_(ids), Draw.state == DrawState.DONE)
        .group_by(Draw.panel_id)
    )
    return {row.panel_id: row.draws for row in rows}


def current_files(panel_id: int) -> PanelFiles | None:
    """The newest version, without the sealed file (reading that is a privileged act)."""
    return db.session.scalar(
        select(PanelFiles)
        .where(PanelFiles.panel_id == panel_id)
        .order_by(PanelFiles.version.desc())
        .options(defer(PanelFiles.respondents_sealed), defer(PanelFiles.categories))
        .limit(1)
    )


def files_of(files_id: int) -> PanelFiles:
    """A version by its id, without the sealed file."""
    return db.session.scalars(
        select(PanelFiles)
        .where(PanelFiles.id == files_id)
        .options(defer(PanelFiles.respondents_sealed), defer(PanelFiles.categories))
    ).one()


def draws_of(panel_id: int, most: int = MOST_DRAWS) -> list[Draw]:
    """The newest draws, without who was drawn."""
    return list(
        db.session.scalars(
            select(Draw)
            .where(Draw.panel_id == panel_id)
            .order_by(Draw.number.desc())
            .options(defer(Draw.members_sealed))
            .limit(most)
        )
    )


def draw_of(panel_id: int, draw_id: int) -> Draw | None:
    """A draw under its own panel's address only; without who was drawn."""
    return db.session.scalar(
        select(Draw).where(Draw.id == draw_id, Draw.panel_id == panel_id).options(defer(Draw.members_sealed))
    )


def open_draw_of(panel_id: int) -> Draw | None:
    return db.session.scalar(
        select(Draw)
        .where(Draw.panel_id == panel_id, Draw.state.in_(OPEN_DRAWS))
        .options(defer(Draw.members_sealed))
    )


def upload_errors_of(panel_id: int) -> UploadErrors | None:
    return db.session.scalar(select(UploadErrors).where(UploadErrors.panel_id == panel_id))


def due_draws(stale_before: datetime) -> Select[int]:
    """Ids of draws to compute: asked for, or claimed by a process that went silent."""
    return (
        select(Draw.id)
        .where(Draw.state.in_(OPEN_DRAWS), Draw.claimed_by.is_(None) | (Draw.claimed_at < stale_before))
        .order_by(Draw.id)
    )


def panels_without_data() -> list[Panel]:
    """Panels that say READY although the retention rule has taken the newest file away."""
    newest = (
        select(PanelFiles.panel_id, func.max(PanelFiles.version).label("version"))
        .group_by(PanelFiles.panel_id)
        .subquery()
    )
    return list(
        db.session.scalars(
            select(Panel)
            .join(newest, newest.c.panel_id == Panel.id)
            .join(PanelFiles, (PanelFiles.panel_id == Panel.id) & (PanelFiles.version == newest.c.version))
            .where(Panel.state == PanelState.READY, PanelFiles.deleted_at.is_not(None))
        )
    )
