"""Letters: waves, the share of each municipality, codes, texts, typesetting, and what left a registry.

The platform never holds a civil registry. A code says only: municipality, source, wave, expiry. It is a row
with a keyed hash; the codes are made from the secret of their share, which goes when the letters are posted.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from civic.crypto import Sealed, personal_column, sealed_column, uid_column
from civic.db import Base, BigId, Claimable
from civic.panels.models.composition import Source
from civic.panels.states import OrderState, ShareState
from civic.regions.models import Municipality
from civic.retention import Retention, mark

KEEP_ADDRESSES = timedelta(hours=24)
KEEP_SECRET = timedelta(days=30)


class InvitationWave(Base):
    """Letters that go out together; codes of the wave work until the end of `closes_on`.

    `reason` says why there is a second wave, for everybody to read; the first needs none.
    """

    __tablename__ = "panel_wave"

    id: Mapped[int] = mapped_column(primary_key=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), index=True)
    number: Mapped[int]
    closes_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(300), default="")
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    created_at: Mapped[datetime]

    shares: Mapped[list[InvitationShare]] = relationship(
        back_populates="wave", order_by="InvitationShare.id", cascade="all, delete-orphan"
    )

    __table_args__ = (
        UniqueConstraint("panel_id", "number"),
        CheckConstraint("number = 1 OR reason <> ''", name="later_has_reason"),
    )


class InvitationShare(Base):
    """The letters of one municipality to one source in one wave. Its codes are made from `secret`."""

    __tablename__ = "panel_share"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    wave_id: Mapped[int] = mapped_column(ForeignKey("panel_wave.id"), index=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("panel_source.id"), index=True)
    letters: Mapped[int]
    state: Mapped[ShareState] = mapped_column(default=ShareState.PLANNED)
    secret_sealed: Mapped[str | None] = sealed_column()
    issued_at: Mapped[datetime | None]
    posted_at: Mapped[datetime | None]

    secret = Sealed("secret_sealed")
    wave: Mapped[InvitationWave] = relationship(back_populates="shares")
    municipality: Mapped[Municipality] = relationship()
    source: Mapped[Source] = relationship()

    __table_args__ = (
        UniqueConstraint("wave_id", "municipality_id", "source_id"),
        CheckConstraint("letters BETWEEN 1 AND 200000", name="letters_range"),
        CheckConstraint("(state = 'planned') = (issued_at IS NULL)", name="issued_has_moment"),
        CheckConstraint("(state = 'posted') = (posted_at IS NOT NULL)", name="posted_has_moment"),
        CheckConstraint("state <> 'posted' OR secret_sealed IS NULL", name="posted_has_no_secret"),
    )


class InvitationCode(Base):
    """One letter. `number` is its place in the share (0, 1, …); who got it only the municipality knew."""

    __tablename__ = "panel_code"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    share_id: Mapped[int] = mapped_column(ForeignKey("panel_share.id"), index=True)
    number: Mapped[int]
    code_index: Mapped[str] = mapped_column(String(64), unique=True)
    blocked_at: Mapped[datetime | None]

    share: Mapped[InvitationShare] = relationship()

    __table_args__ = (UniqueConstraint("share_id", "number"),)


class LetterText(Base):
    """The invitation of a panel: plain text with blank lines; `easy_read` says it in short sentences."""

    __tablename__ = "panel_letter_text"

    id: Mapped[int] = mapped_column(primary_key=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), unique=True)
    subject: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(String(4000))
    easy_read: Mapped[str] = mapped_column(String(2000), default="")
    signed_by: Mapped[str] = mapped_column(String(200), default="")
    changed_at: Mapped[datetime]


class LetterInsert(Base):
    """A short text in another language that goes with every letter (tr, ar, pl, en, …)."""

    __tablename__ = "panel_letter_insert"

    id: Mapped[int] = mapped_column(primary_key=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), index=True)
    language: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(String(1500))

    __table_args__ = (UniqueConstraint("panel_id", "language"),)


class LetterOrder(Claimable, Base):
    """Typesetting the letters of one share from an address file (W6).

    Addresses and letters are encrypted with the order's own key. Destroying that key destroys them, also in
    every backup: at completion, by hand, or 24 hours after the request.
    """

    __tablename__ = "panel_letter_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    share_id: Mapped[int] = mapped_column(ForeignKey("panel_share.id"), index=True)
    state: Mapped[OrderState] = mapped_column(default=OrderState.REQUESTED)
    first_code: Mapped[int] = mapped_column(default=0)  # the number of the code on the first letter
    next_code: Mapped[int]  # the number after that on the last letter: blocked codes are passed over
    letters: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    key_sealed: Mapped[str | None] = sealed_column()
    addresses: Mapped[bytes | None] = deferred(personal_column(LargeBinary))
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    requested_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    destroyed_at: Mapped[datetime | None]
    error_code: Mapped[str | None] = mapped_column(String(60))

    key = Sealed("key_sealed")
    share: Mapped[InvitationShare] = relationship()

    __table_args__ = (
        CheckConstraint("letters > 0 AND done BETWEEN 0 AND letters", name="done_range"),
        CheckConstraint("first_code >= 0 AND next_code >= first_code + letters", name="code_range"),
        CheckConstraint("(state = 'destroyed') = (destroyed_at IS NOT NULL)", name="destroyed_has_moment"),
        CheckConstraint(
            "state <> 'destroyed' OR (key_sealed IS NULL AND addresses IS NULL)", name="destroyed_means_gone"
        ),
        Index(
            "uq_panel_letter_order_open",
            "share_id",
            unique=True,
            sqlite_where=text("state IN ('requested', 'typesetting')"),
            postgresql_where=text("state IN ('requested', 'typesetting')"),
        ),
    )


class LetterBatch(Base):
    """A hundred letters as one PDF, encrypted with the key of the order."""

    __tablename__ = "panel_letter_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("panel_letter_order.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    letters: Mapped[int]
    content: Mapped[bytes] = deferred(personal_column(LargeBinary))
    made_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("order_id", "number"),)


class Extraction(Base):
    """What was taken from a registry, on what ground, by whom, for whom, and when it was destroyed."""

    __tablename__ = "panel_extraction"

    id: Mapped[int] = mapped_column(primary_key=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), index=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    share_id: Mapped[int | None] = mapped_column(ForeignKey("panel_share.id"), index=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("panel_letter_order.id"), unique=True)
    ground: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(String(300))
    fields: Mapped[list[Any]] = mapped_column(default=list)
    people: Mapped[int]
    recipient: Mapped[str] = mapped_column(String(200))
    extracted_on: Mapped[date]
    destroyed_on: Mapped[date | None]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    recorded_at: Mapped[datetime]

    municipality: Mapped[Municipality] = relationship()

    __table_args__ = (
        CheckConstraint("people >= 0", name="people_positive"),
        CheckConstraint("destroyed_on IS NULL OR destroyed_on >= extracted_on", name="order"),
    )


RETENTION = [
    Retention(
        model=LetterBatch,
        basis=mark("Brieven met adressen verdwijnen uiterlijk 24 uur nadat ze gemaakt zijn."),
        after=KEEP_ADDRESSES,
        since="made_at",
        action="delete",
    ),
    Retention(
        model=LetterOrder,
        basis=mark("Een adresbestand voor brieven verdwijnt uiterlijk na 24 uur, met zijn eigen sleutel."),
        after=KEEP_ADDRESSES,
        since="requested_at",
        action="blank",
        blank_columns=("addresses", "key_sealed"),
    ),
    Retention(
        model=InvitationShare,
        basis=mark("Waarmee lotingscodes gemaakt zijn, verdwijnt uiterlijk na 30 dagen."),
        after=KEEP_SECRET,
        since="issued_at",
        action="blank",
        blank_columns=("secret_sealed",),
    ),
]
