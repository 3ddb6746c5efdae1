"""What a panel may say, who promised what, and the question of an initiative that asked for it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.db import Base
from civic.panels.states import ParticipationLevel, PolicyPhase
from civic.regions.models import Municipality

RESPONSE_WEEKS = 13


class Mandate(Base):
    """One per panel, for everybody to read; `level` was declared at `published_at`.

    The answer of the municipalities is due `response_weeks` after the day the advice is expected; that
    promise is a deadline of the panel (W3).
    """

    __tablename__ = "panel_mandate"

    id: Mapped[int] = mapped_column(primary_key=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), unique=True)
    client: Mapped[str] = mapped_column(String(120), default="")
    frame: Mapped[str] = mapped_column(default="")
    out_of_scope: Mapped[str] = mapped_column(default="")
    phase: Mapped[PolicyPhase | None]
    level: Mapped[ParticipationLevel | None]
    response_weeks: Mapped[int] = mapped_column(default=RESPONSE_WEEKS)
    advice_on: Mapped[date | None]
    changed_at: Mapped[datetime]
    published_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("response_weeks BETWEEN 1 AND 52", name="response_weeks_range"),
        CheckConstraint(
            "published_at IS NULL OR (phase IS NOT NULL AND level IS NOT NULL AND advice_on IS NOT NULL)",
            name="published_is_complete",
        ),
    )


class LevelChange(Base):
    """A declared level that changed later: both levels and the reason stay for everybody to read."""

    __tablename__ = "panel_level_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), index=True)
    from_level: Mapped[ParticipationLevel]
    to_level: Mapped[ParticipationLevel]
    reason: Mapped[str] = mapped_column(String(1000))
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    changed_at: Mapped[datetime]


class StageNote(Base):
    """The words behind a step back or a stop. The event holds the step, this row the reason."""

    __tablename__ = "panel_stage_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), index=True)
    action: Mapped[str] = mapped_column(String(30))
    reason: Mapped[str] = mapped_column(String(1000))
    written_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    written_at: Mapped[datetime]


class MandateAgreement(Base):
    """The convenant of one municipality: what its executive promises to do with the advice."""

    __tablename__ = "panel_agreement"

    id: Mapped[int] = mapped_column(primary_key=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), index=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    promise: Mapped[str] = mapped_column(default="")
    signed_by_role: Mapped[str] = mapped_column(String(120))
    signed_on: Mapped[date]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    recorded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    municipality: Mapped[Municipality] = relationship()

    __table_args__ = (
        Index(
            "uq_panel_agreement_in_force",
            "panel_id",
            "municipality_id",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )


class PanelRequest(Base):
    """An initiative whose question is too big asks for a panel."""

    __tablename__ = "panel_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiative.id"), index=True)
    reason: Mapped[str] = mapped_column(String(1000))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    asked_at: Mapped[datetime]
    panel_id: Mapped[int | None] = mapped_column(ForeignKey("panel.id"), index=True)
    answer: Mapped[str] = mapped_column(String(1000), default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    answered_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("initiative_id"),
        CheckConstraint("panel_id IS NULL OR answered_at IS NOT NULL", name="panel_is_an_answer"),
    )
