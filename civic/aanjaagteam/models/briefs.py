"""One page for an alderman: what was tried, what it costs, what is asked (S16f)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from civic.db import Base

PART_LENGTH = 700
FUNCTION_LENGTH = 200


class AldermanBrief(Base):
    """One version of the page: a change is a new version. What was sent never changes."""

    __tablename__ = "alderman_brief"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    version: Mapped[int]
    heading: Mapped[str] = mapped_column(String(FUNCTION_LENGTH))
    situation: Mapped[str] = mapped_column(String(PART_LENGTH))
    tried: Mapped[str] = mapped_column(String(PART_LENGTH))
    cost: Mapped[int | None]
    cost_basis: Mapped[str] = mapped_column(String(PART_LENGTH))
    asked: Mapped[str] = mapped_column(String(PART_LENGTH))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    sent_to: Mapped[str] = mapped_column(String(FUNCTION_LENGTH), default="")
    sent_on: Mapped[date | None]
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    acknowledged_on: Mapped[date | None]

    __table_args__ = (
        UniqueConstraint("report_id", "version"),
        CheckConstraint("cost IS NULL OR cost >= 0", name="cost"),
        CheckConstraint("(sent_on IS NULL) = (sent_to = '')", name="sent_to"),
        CheckConstraint("(sent_on IS NULL) = (sent_by_id IS NULL)", name="sent_by"),
        CheckConstraint(
            "acknowledged_on IS NULL OR (sent_on IS NOT NULL AND acknowledged_on >= sent_on)",
            name="acknowledged",
        ),
    )
