"""Comments under an initiative, reports of them, and what the municipality promised about them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from civic.crypto import Sealed, personal_column, sealed_column, uid_column
from civic.db import Base
from civic.initiatives.states.talk import CommentState, HideReason, Level, ReportReason, WaitReason
from civic.retention import Retention, mark

COMMENT_LENGTH = 2000
REASON_LENGTH = 1000
COMMENT_NAME_LENGTH = 80


class InitiativeConversation(Base):
    """What the municipality does with comments (S38a), and whether it only listens (S23a)."""

    __tablename__ = "initiative_conversation"

    initiative_id: Mapped[int] = mapped_column(
        ForeignKey("initiative.id", ondelete="CASCADE"), primary_key=True
    )
    level: Mapped[Level | None]
    declared_at: Mapped[datetime | None]
    listening_since: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("(level IS NULL) = (declared_at IS NULL)", name="declared_at"),)


class Comment(Base):
    """`waits_since` is when somebody had to look at it; the inbox finds it by that.

    `hide_reason` and `hide_text` are the newest decision to hide. Deleting blanks text and name at once.
    """

    __tablename__ = "comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiative.id", ondelete="CASCADE"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"))
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    name_sealed: Mapped[str | None] = sealed_column()
    text: Mapped[str | None] = personal_column(String(COMMENT_LENGTH))
    is_official: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_question: Mapped[bool] = mapped_column(default=False, server_default=false())
    state: Mapped[CommentState] = mapped_column(default=CommentState.SHOWN)
    posted_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    waits_since: Mapped[datetime | None]
    wait_reason: Mapped[WaitReason | None]
    hide_reason: Mapped[HideReason | None]
    hide_text: Mapped[str] = mapped_column(String(REASON_LENGTH), default="", server_default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None]
    objection: Mapped[str | None] = personal_column(String(REASON_LENGTH))
    objected_at: Mapped[datetime | None]

    name = Sealed("name_sealed")

    __table_args__ = (
        CheckConstraint("(waits_since IS NULL) = (wait_reason IS NULL)", name="wait_reason"),
        CheckConstraint("state <> 'waiting' OR waits_since IS NOT NULL", name="waiting_since"),
        CheckConstraint("(state = 'hidden') = (hide_reason IS NOT NULL)", name="hidden_has_reason"),
        CheckConstraint("state <> 'hidden' OR hide_text <> ''", name="hidden_has_text"),
        CheckConstraint("(decided_by_id IS NULL) = (decided_at IS NULL)", name="decided_at"),
        CheckConstraint("is_question = false OR is_official = true", name="question_is_official"),
        Index("ix_comment_page", "initiative_id", "parent_id", "id"),
        Index("ix_comment_parent_id", "parent_id", "id"),
        Index("ix_comment_waits_since", "waits_since", "id"),
    )


class CommentReport(Base):
    """Somebody says that a comment should be looked at. Without an account nobody is remembered."""

    __tablename__ = "comment_report"

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), index=True)
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    reason: Mapped[ReportReason]
    reported_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("comment_id", "reporter_id"),)


RETENTION = [
    Retention(
        model=Comment,
        basis=mark("Wat is weggehaald, hoeft na een jaar niemand meer te kunnen lezen."),
        after=timedelta(days=365),
        since="decided_at",
        action="blank",
        blank_columns=("text",),
        only=Comment.state == CommentState.HIDDEN,
    ),
    Retention(
        model=Comment,
        basis=mark("Een jaar na een besluit over een reactie is de uitleg van de schrijver niet meer nodig."),
        after=timedelta(days=365),
        since="objected_at",
        action="blank",
        blank_columns=("objection",),
    ),
    Retention(
        model=Comment,
        basis=mark("Twee jaar na een reactie hoeft de naam van de schrijver niet meer op de site te staan."),
        after=timedelta(days=2 * 365),
        since="posted_at",
        action="blank",
        blank_columns=("name_sealed",),
    ),
    Retention(
        model=Comment,
        basis=mark(
            "Vijf jaar na een reactie is de tekst niet meer nodig. Dat er een reactie was, blijft staan."
        ),
        after=timedelta(days=5 * 365),
        since="posted_at",
        action="blank",
        blank_columns=("text",),
    ),
    Retention(
        model=CommentReport,
        basis=mark("Wie een reactie meldde, is na een jaar niet meer van belang."),
        after=timedelta(days=365),
        since="reported_at",
        action="delete",
    ),
]
