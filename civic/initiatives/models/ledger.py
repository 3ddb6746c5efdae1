"""What the ledger of support knows beside a support itself: paper sheets, and what was made invalid."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from civic.db import Base
from civic.initiatives.states.ledger import InvalidReason, SheetState

NOTE_LENGTH = 1000
SHEET_CODE_LENGTH = 16


class SupportSheet(Base):
    """One paper sheet with signatures: typed over by one official, checked by another."""

    __tablename__ = "support_sheet"

    id: Mapped[int] = mapped_column(primary_key=True)
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiative.id"), index=True)
    code: Mapped[str] = mapped_column(String(SHEET_CODE_LENGTH), unique=True)  # printed on it, also as QR
    state: Mapped[SheetState] = mapped_column(default=SheetState.ENTERED)
    revision: Mapped[int] = mapped_column(default=1)
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    entered_at: Mapped[datetime]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    checked_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(String(NOTE_LENGTH), default="")

    __table_args__ = (
        CheckConstraint("checked_by_id IS NULL OR checked_by_id <> entered_by_id", name="four_eyes"),
        CheckConstraint("(state = 'entered') = (checked_by_id IS NULL)", name="checked_by"),
        CheckConstraint("(checked_by_id IS NULL) = (checked_at IS NULL)", name="checked_at"),
        Index("ix_support_sheet_state", "state", "initiative_id"),
    )


class Invalidation(Base):
    """One act by which an official took supports out of the count, with its reason; can be undone once."""

    __tablename__ = "invalidation"

    id: Mapped[int] = mapped_column(primary_key=True)
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiative.id"), index=True)
    reason: Mapped[InvalidReason]
    note: Mapped[str] = mapped_column(String(NOTE_LENGTH), default="")
    supports: Mapped[int]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    undone_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("(undone_by_id IS NULL) = (undone_at IS NULL)", name="undone"),
        CheckConstraint("supports > 0", name="supports_positive"),
    )
