"""Municipalities that disagree whose task a report is (S16c), and who looks after it until then.

One of them may lie outside the region or be another organisation: it has a name (`party`) and no number.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from civic.aanjaagteam.states.facts import LawBasis, Stance
from civic.db import Base

BASIS_LENGTH = 500
RESOLVER_LENGTH = 200
PARTY_LENGTH = 120


class Dispute(Base):
    """A report has at most one open dispute. Somebody looks after it from the first moment."""

    __tablename__ = "dispute"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    law_basis: Mapped[LawBasis]
    law_explanation: Mapped[str] = mapped_column(String(BASIS_LENGTH), default="")
    interim_municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    interim_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    revision: Mapped[int] = mapped_column(default=0)
    # who settled it ("college van Lelystad"), which municipality it is, and why
    resolver: Mapped[str] = mapped_column(String(RESOLVER_LENGTH), default="")
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"))
    party: Mapped[str] = mapped_column(String(PARTY_LENGTH), default="", server_default="")
    outcome: Mapped[str] = mapped_column(String(BASIS_LENGTH), default="")
    resolved_at: Mapped[datetime | None]
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    __table_args__ = (
        CheckConstraint(
            "(resolved_at IS NULL) = (municipality_id IS NULL AND party = '')", name="resolved_says_who"
        ),
        CheckConstraint("municipality_id IS NULL OR party = ''", name="inside_or_outside"),
        CheckConstraint("resolved_at IS NULL OR resolver <> ''", name="resolver_is_named"),
        CheckConstraint("resolved_at IS NULL OR outcome <> ''", name="resolved_says_why"),
        CheckConstraint("law_basis <> 'other' OR law_explanation <> ''", name="other_law_is_named"),
        Index(
            "uq_dispute_open",
            "report_id",
            unique=True,
            sqlite_where=text("resolved_at IS NULL"),
            postgresql_where=text("resolved_at IS NULL"),
        ),
    )


class DisputeClaim(Base):
    """What one municipality or organisation says, and on what it bases that."""

    __tablename__ = "dispute_claim"

    id: Mapped[int] = mapped_column(primary_key=True)
    dispute_id: Mapped[int] = mapped_column(ForeignKey("dispute.id"))
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"))
    party: Mapped[str] = mapped_column(String(PARTY_LENGTH), default="", server_default="")
    stance: Mapped[Stance]
    basis: Mapped[str] = mapped_column(String(BASIS_LENGTH))

    __table_args__ = (
        UniqueConstraint("dispute_id", "municipality_id"),
        CheckConstraint("(municipality_id IS NULL) = (party <> '')", name="inside_or_outside"),
        CheckConstraint("basis <> ''", name="has_basis"),
    )
