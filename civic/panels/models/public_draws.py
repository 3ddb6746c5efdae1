"""A draw in public (W7): what was committed to, what chose the panel, and who answers the invitation.

The lottery itself is a `Draw` of kind REAL: a list of equally likely panels from which nothing is picked.
What the public sees stands in `PublicDrawFile`, byte for byte, from the commitment on. `log.json` and
`SHA256SUMS` are not kept: they follow from the sealed log and from the files.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from civic.crypto import Sealed, personal_column, uid_column
from civic.db import Base, BigId, Claimable
from civic.panels.models.draws import Draw, Panel
from civic.panels.models.registrations import KEEP_AT_MOST, Registration
from civic.panels.states import DrawPurpose, PublicDrawState, SeatAnswer, SeatState
from civic.retention import Retention, mark

KEEP_POOL_FILE = timedelta(days=365)  # the auditor's list: an objection can take a year
LONGEST_CODES = 400
OPEN_STATES = "state IN ('computing', 'proposed', 'approved', 'committed')"


class PublicDraw(Claimable, Base):
    """One manifest and at most one result. `sequence` has no gaps: it is given out when committing."""

    __tablename__ = "public_draw"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), index=True)
    freeze_id: Mapped[int] = mapped_column(ForeignKey("panel_freeze.id"), index=True)
    draw_id: Mapped[int] = mapped_column(ForeignKey("panel_draw.id"), unique=True)
    purpose: Mapped[DrawPurpose] = mapped_column(default=DrawPurpose.PANEL)
    is_rehearsal: Mapped[bool] = mapped_column(default=False)
    state: Mapped[PublicDrawState] = mapped_column(default=PublicDrawState.COMPUTING)
    identifier: Mapped[str] = mapped_column(String(64))  # "panel-7", or "oefenloting-…" on the practice chain
    pool: Mapped[str] = mapped_column(String(64))  # what the leaves are bound to
    sequence: Mapped[int | None]
    size: Mapped[int]
    panels: Mapped[int]  # M
    ball_digits: Mapped[int] = mapped_column(default=0)
    chain: Mapped[str] = mapped_column(String(64))
    round: Mapped[int] = mapped_column(BigId)
    round_at: Mapped[datetime]
    fallback_chain: Mapped[str | None] = mapped_column(String(64))
    fallback_round: Mapped[int | None] = mapped_column(BigId)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    proposed_at: Mapped[datetime]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    approved_at: Mapped[datetime | None]
    committed_at: Mapped[datetime | None]
    commitment: Mapped[str | None] = mapped_column(String(64))
    # the openings of all leaves, for the auditor (canonical JSON, packed)
    pool_sealed: Mapped[str | None] = deferred(mapped_column(Text, info={"personal": True, "sealed": True}))
    pool_deleted_at: Mapped[datetime | None]
    balls: Mapped[str | None] = mapped_column(String(9))
    balls_at: Mapped[datetime | None]
    balls_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    fallback_at: Mapped[datetime | None]
    signature: Mapped[str | None] = mapped_column(String(192))
    previous_signature: Mapped[str | None] = mapped_column(String(192))
    signature_source: Mapped[str | None] = mapped_column(String(20))  # relay, form, practice
    used_fallback: Mapped[bool] = mapped_column(default=False)
    index: Mapped[int | None]
    drawn_at: Mapped[datetime | None]
    # a right signature came, and the public script refused what followed from it: its codes say why
    refused_at: Mapped[datetime | None]
    refused_codes: Mapped[str | None] = mapped_column(String(LONGEST_CODES))
    ended_at: Mapped[datetime | None]  # superseded, voided, failed or cancelled
    end_code: Mapped[str | None] = mapped_column(String(60))

    panel: Mapped[Panel] = relationship()
    draw: Mapped[Draw] = relationship()
    pool_packed = Sealed("pool_sealed")

    __table_args__ = (
        UniqueConstraint("panel_id", "is_rehearsal", "sequence"),
        CheckConstraint("approved_by_id IS NULL OR approved_by_id <> proposed_by_id", name="four_eyes"),
        CheckConstraint("(approved_by_id IS NULL) = (approved_at IS NULL)", name="approval_has_moment"),
        CheckConstraint(
            "(committed_at IS NULL) = (commitment IS NULL) AND (committed_at IS NULL) = (sequence IS NULL)",
            name="committed_whole",
        ),
        CheckConstraint("committed_at IS NULL OR approved_at IS NOT NULL", name="committed_is_approved"),
        CheckConstraint("state <> 'committed' OR committed_at IS NOT NULL", name="state_committed"),
        CheckConstraint(
            '(drawn_at IS NULL) = (signature IS NULL) AND (drawn_at IS NULL) = ("index" IS NULL)',
            name="drawn_whole",
        ),
        CheckConstraint("drawn_at IS NULL OR committed_at IS NOT NULL", name="drawn_is_committed"),
        CheckConstraint("state <> 'drawn' OR drawn_at IS NOT NULL", name="state_drawn"),
        CheckConstraint("(balls IS NULL) = (balls_at IS NULL)", name="balls_have_moment"),
        CheckConstraint("balls_at IS NULL OR balls_at < round_at", name="balls_before_round"),
        CheckConstraint("(refused_at IS NULL) = (refused_codes IS NULL)", name="refusal_has_codes"),
        CheckConstraint(
            "(state IN ('superseded', 'voided', 'failed', 'cancelled')) = (ended_at IS NOT NULL)",
            name="ended_has_moment",
        ),
        # one open manifest per panel; a rehearsal beside it is another draw
        Index(
            "uq_public_draw_open",
            "panel_id",
            "is_rehearsal",
            unique=True,
            sqlite_where=text(OPEN_STATES),
            postgresql_where=text(OPEN_STATES),
        ),
        Index("ix_public_draw_state_id", "state", "id"),
    )


class PublicDrawFile(Base):
    """A file of the public folder. Written once; the commitment and the result hold its hash."""

    __tablename__ = "public_draw_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_draw_id: Mapped[int] = mapped_column(ForeignKey("public_draw.id"))
    name: Mapped[str] = mapped_column(String(40))
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]

    __table_args__ = (UniqueConstraint("public_draw_id", "name"),)


class DrawNote(Base):
    """Why a public draw was refused, replaced, declared void or fell back: in words that everybody reads."""

    __tablename__ = "public_draw_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_draw_id: Mapped[int] = mapped_column(ForeignKey("public_draw.id"), index=True)
    action: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(1000))
    written_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    written_at: Mapped[datetime]


class Seat(Base):
    """Somebody who was drawn, and what they answer. One row per person per panel.

    `token_index` is a keyed hash of the token in the invitation. `told_at`: when a mail was queued, or when
    staff noted that they called or wrote; until then the days to answer do not run. A seat that was left is
    filled by a replacement draw: a seat of its own, with `public_draw_id` of that draw.
    """

    __tablename__ = "seat"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str] = uid_column()
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), index=True)
    public_draw_id: Mapped[int] = mapped_column(ForeignKey("public_draw.id"), index=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("panel_registration.id"), index=True)
    state: Mapped[SeatState] = mapped_column(default=SeatState.INVITED)
    token_index: Mapped[str | None] = personal_column(String(64), unique=True)
    answer_by: Mapped[date]
    invited_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[SeatAnswer | None]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    left_at: Mapped[datetime | None]
    left_code: Mapped[str | None] = mapped_column(String(40))

    public_draw: Mapped[PublicDraw] = relationship()
    registration: Mapped[Registration] = relationship()

    __table_args__ = (
        UniqueConstraint("panel_id", "registration_id"),
        CheckConstraint("(answered_at IS NULL) = (answered_by IS NULL)", name="answer_has_channel"),
        CheckConstraint("state <> 'accepted' OR answered_at IS NOT NULL", name="accepted_was_answered"),
        CheckConstraint("(state = 'left') = (left_at IS NOT NULL)", name="left_has_moment"),
        CheckConstraint("state <> 'lapsed' OR told_at IS NOT NULL", name="lapsed_was_told"),
        Index("ix_seat_panel_state", "panel_id", "state", "id"),
    )


class ReserveOffer(Base):
    """Somebody who was not drawn: told so, and asked whether they stay available for a replacement draw."""

    __tablename__ = "reserve_offer"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), index=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("panel_registration.id"), index=True)
    token_index: Mapped[str | None] = personal_column(String(64), unique=True)
    told_at: Mapped[datetime]
    is_available: Mapped[bool | None]  # None: no answer, which means yes: the person registered to take part
    answered_at: Mapped[datetime | None]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)

    registration: Mapped[Registration] = relationship()

    __table_args__ = (
        UniqueConstraint("panel_id", "registration_id"),
        CheckConstraint("(is_available IS NULL) = (answered_at IS NULL)", name="answer_has_moment"),
        CheckConstraint("recorded_by_id IS NULL OR answered_at IS NOT NULL", name="recorded_is_answer"),
    )


class SeatText(Base):
    """What an invitation says that the panel itself does not know, and how long people have to answer.

    Written by a lottery administrator before the draw; what is empty gets a general sentence.
    """

    __tablename__ = "seat_text"

    id: Mapped[int] = mapped_column(primary_key=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), unique=True)
    meetings: Mapped[str] = mapped_column(String(600), default="")
    honorarium: Mapped[str] = mapped_column(String(300), default="")
    answer_days: Mapped[int] = mapped_column(default=10)
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    changed_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("answer_days BETWEEN 5 AND 30", name="answer_days_range"),)


RETENTION = [
    Retention(
        model=PublicDraw,
        basis=mark("De lijst voor de controleur verdwijnt een jaar na het vastleggen van de loting."),
        after=KEEP_POOL_FILE,
        since="committed_at",
        action="blank",
        blank_columns=("pool_sealed",),
        blanked_at="pool_deleted_at",
    ),
    Retention(
        model=Seat,
        basis=mark("De link in een uitnodiging verdwijnt als het panel klaar is."),
        after=KEEP_AT_MOST,
        since="invited_at",
        action="blank",
        blank_columns=("token_index",),
    ),
    Retention(
        model=ReserveOffer,
        basis=mark("De link in een bericht over de reservelijst verdwijnt als het panel klaar is."),
        after=KEEP_AT_MOST,
        since="told_at",
        action="blank",
        blank_columns=("token_index",),
    ),
]
