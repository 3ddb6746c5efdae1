"""Reading panels and draws."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import defer

from civic.db import db
from civic.panels.models import Draw, Panel, PanelFiles, UploadErrors
from civic.panels.states import OPEN_DRAWS, DrawKind, PanelState, Stage

MOST_DRAWS = 50


def current_files(panel_id: int) -> PanelFiles | None:
    """The newest version, without the sealed file (reading that is a privileged act)."""
    return db.session.scalar(
        select(PanelFiles)
        .where(PanelFiles.panel_id == panel_id)
        .order_by(PanelFiles.version.desc())
        .options(defer(PanelFiles.respondents_sealed), defer(PanelFiles.categories))
        .limit(1)
    )


def public_title(panel_id: int) -> str:
    """What anyone may read of a panel; "" while nothing of it is public."""
    is_public = or_(Panel.state != PanelState.DRAFT, Panel.stage != Stage.MANDATE)
    return db.session.scalar(select(Panel.title).where(Panel.id == panel_id, is_public)) or ""


def files_of(files_id: int) -> PanelFiles:
    """A version by its id, without the sealed file."""
    return db.session.scalars(
        select(PanelFiles)
        .where(PanelFiles.id == files_id)
        .options(defer(PanelFiles.respondents_sealed), defer(PanelFiles.categories))
    ).one()


def draws_of(panel_id: int, most: int = MOST_DRAWS) -> list[Draw]:
    """The newest practice draws, without who was drawn. Draws in public have a page of their own."""
    return list(
        db.session.scalars(
            select(Draw)
            .where(Draw.panel_id == panel_id, Draw.kind == DrawKind.PRACTICE)
            .order_by(Draw.number.desc())
            .options(defer(Draw.members_sealed))
            .limit(most)
        )
    )


def draw_of(panel_id: int, draw_id: int) -> Draw | None:
    """A practice draw under its own panel's address only; without who was drawn."""
    return db.session.scalar(
        select(Draw)
        .where(Draw.id == draw_id, Draw.panel_id == panel_id, Draw.kind == DrawKind.PRACTICE)
        .options(defer(Draw.members_sealed))
    )


def open_draw_of(panel_id: int) -> Draw | None:
    """What the engine is asked for or busy with, of any kind: one at a time per panel."""
    return db.session.scalar(
        select(Draw)
        .where(Draw.panel_id == panel_id, Draw.state.in_(OPEN_DRAWS))
        .options(defer(Draw.members_sealed))
    )


def open_practice_draw_of(panel_id: int) -> Draw | None:
    found = open_draw_of(panel_id)
    return found if found is not None and found.kind is DrawKind.PRACTICE else None


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
