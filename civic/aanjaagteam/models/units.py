"""Parts of an organisation, and who works there. Seeing what waits on a unit hangs on this, not on a role."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from civic.db import Base

UNIT_NAME_LENGTH = 120
DISCRETION_LENGTH = 2_000


class Unit(Base):
    """A department of one municipality, or of the region (`municipality_id` empty).

    `headcount` is how many people work there: in a small unit a report can be traced to its writer.
    `discretion` is what everybody there may just do, in plain words (S10).
    """

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"), index=True)
    name: Mapped[str] = mapped_column(String(UNIT_NAME_LENGTH))
    headcount: Mapped[int | None]
    discretion: Mapped[str] = mapped_column(String(DISCRETION_LENGTH), default="")
    is_active: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (CheckConstraint("headcount IS NULL OR headcount > 0", name="headcount_positive"),)


class UnitMember(Base):
    """Who works at a unit, since when and until when; `is_manager` answers for it."""

    __tablename__ = "unit_member"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    is_manager: Mapped[bool] = mapped_column(default=False)
    from_on: Mapped[date]
    until_on: Mapped[date | None]

    __table_args__ = (
        UniqueConstraint("unit_id", "user_id"),
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="order"),
    )
