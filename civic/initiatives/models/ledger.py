"""What the ledger of support knows beside a support itself: paper sheets, samples, what was made invalid."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.crypto import Sealed, personal_column, sealed_column, uid_column
from civic.db import Base
from civic.initiatives.states.ledger import InvalidReason, ItemVerdict, LineVerdict, SampleState, SheetState
from civic.retention import Retention, mark

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

    lines: Mapped[list[SupportSheetLine]] = relationship(
        order_by="SupportSheetLine.number", cascade="all, delete-orphan", passive_deletes=True
    )

    __table_args__ = (
        CheckConstraint("checked_by_id IS NULL OR checked_by_id <> entered_by_id", name="four_eyes"),
        CheckConstraint("(state = 'entered') = (checked_by_id IS NULL)", name="checked_by"),
        CheckConstraint("(checked_by_id IS NULL) = (checked_at IS NULL)", name="checked_at"),
        Index("ix_support_sheet_state", "state", "initiative_id"),
    )


class SupportSheetLine(Base):
    """One line of a sheet, as the first official read it. What counts of it is a support of its own.

    `person_key` is made of name, birth date and postcode; `review_key` of name and postcode, like online.
    """

    __tablename__ = "support_sheet_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    sheet_id: Mapped[int] = mapped_column(ForeignKey("support_sheet.id", ondelete="CASCADE"))
    number: Mapped[int]
    name_sealed: Mapped[str | None] = sealed_column()
    birth_date_sealed: Mapped[str | None] = sealed_column()
    postcode_sealed: Mapped[str | None] = sealed_column()
    person_key: Mapped[str | None] = personal_column(String(64))
    review_key: Mapped[str | None] = personal_column(String(64))
    verdict: Mapped[LineVerdict] = mapped_column(default=LineVerdict.WAITING)
    support_id: Mapped[int | None] = mapped_column(ForeignKey("support.id", ondelete="SET NULL"))
    entered_at: Mapped[datetime]

    name = Sealed("name_sealed")
    birth_date = Sealed("birth_date_sealed")
    postcode = Sealed("postcode_sealed")

    __table_args__ = (
        UniqueConstraint("sheet_id", "number"),
        Index("ix_support_sheet_line_support_id", "support_id"),
        CheckConstraint("support_id IS NULL OR verdict = 'accepted'", name="support_was_accepted"),
    )


class SupportHome(Base):
    """The postcode of somebody with an account, asked once: the next support is one click."""

    __tablename__ = "support_home"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    uid: Mapped[str] = uid_column()
    postcode_sealed: Mapped[str | None] = sealed_column()
    changed_at: Mapped[datetime]

    postcode = Sealed("postcode_sealed")


class SupportSample(Base):
    """A simple random sample of the confirmed supports of one place, to be compared with the register.

    `seed` makes the choice repeatable: the supports with the lowest SHA-256 of seed and number.
    """

    __tablename__ = "support_sample"

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("initiative_place.id", ondelete="CASCADE"), index=True)
    state: Mapped[SampleState] = mapped_column(default=SampleState.OPEN)
    seed: Mapped[str] = mapped_column(String(64))
    population: Mapped[int]
    size: Mapped[int]
    drawn_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    drawn_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    valid: Mapped[int | None]
    low: Mapped[int | None]
    high: Mapped[int | None]

    __table_args__ = (
        CheckConstraint("size > 0 AND size <= population", name="size"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended_at"),
        CheckConstraint(
            "(state = 'finished') = (valid IS NOT NULL) AND (valid IS NULL) = (low IS NULL) "
            "AND (valid IS NULL) = (high IS NULL)",
            name="finished_has_result",
        ),
        CheckConstraint("low IS NULL OR low <= high", name="interval"),
        Index(
            "uq_support_sample_open",
            "place_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )


class SupportSampleItem(Base):
    """One support in a sample, and what the register says of it."""

    __tablename__ = "support_sample_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    sample_id: Mapped[int] = mapped_column(ForeignKey("support_sample.id", ondelete="CASCADE"))
    position: Mapped[int]
    support_id: Mapped[int | None] = mapped_column(ForeignKey("support.id", ondelete="SET NULL"), index=True)
    verdict: Mapped[ItemVerdict | None]
    judged_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    drawn_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("sample_id", "position"),
        CheckConstraint("(verdict IS NULL) = (judged_by_id IS NULL)", name="judged_by"),
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


RETENTION = [
    Retention(
        model=SupportSheetLine,
        basis=mark("De gemeente kan een papieren lijst een jaar lang controleren."),
        after=timedelta(days=365),
        since="entered_at",
        action="blank",
        blank_columns=(
            "name_sealed",
            "birth_date_sealed",
            "postcode_sealed",
            "person_key",
            "review_key",
        ),
    ),
    Retention(
        model=SupportHome,
        basis=mark("Wie een jaar niet steunt, geeft bij de volgende keer de postcode opnieuw."),
        after=timedelta(days=365),
        since="changed_at",
        action="delete",
    ),
    Retention(
        model=SupportSampleItem,
        basis=mark("Van een steekproef blijft na een jaar alleen de uitslag over."),
        after=timedelta(days=365),
        since="drawn_at",
        action="delete",
    ),
]
