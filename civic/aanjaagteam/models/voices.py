"""The conversation with a reporter, also one whom nobody knows; and whether it is solved, in their eyes."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy import text as sql_text
from sqlalchemy.orm import Mapped, mapped_column

from civic.crypto import Sealed, sealed_column, uid_column
from civic.db import Base
from civic.retention import Retention, mark

MESSAGE_LENGTH = 4_000
REASON_LENGTH = 1_000


class ReportMessage(Base):
    """One message, of an official (`author_id`) or of the reporter (no author).

    Of an anonymous reporter only the day is kept: who was at a keyboard at 14:32 can be found out. For the
    same reason reading is noted by the day. `handled_on` says when the team did something with a message of
    the reporter: an answer, or "no answer needed". `post_hash` makes a repeated post recognisable.
    """

    __tablename__ = "report_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    sent_on: Mapped[date]
    sent_at: Mapped[datetime | None]
    read_on: Mapped[date | None]
    handled_on: Mapped[date | None]
    post_hash: Mapped[str] = mapped_column(String(64), unique=True)
    text_sealed: Mapped[str | None] = sealed_column()

    text = Sealed("text_sealed")

    __table_args__ = (
        Index("ix_report_message_report", "report_id", "id"),
        Index(
            "ix_report_message_open",
            "report_id",
            sqlite_where=sql_text("author_id IS NULL AND handled_on IS NULL"),
            postgresql_where=sql_text("author_id IS NULL AND handled_on IS NULL"),
        ),
        CheckConstraint("author_id IS NULL OR sent_at IS NOT NULL", name="officials_have_a_moment"),
        CheckConstraint("author_id IS NULL OR handled_on IS NULL", name="only_reporters_are_answered"),
    )

    @property
    def is_from_reporter(self) -> bool:
        return self.author_id is None


class ReportVerdict(Base):
    """Closed is not the same as solved: what the reporter says. The last answer counts.

    `reason` is why not, where the reporter said so: for the team alone.
    """

    __tablename__ = "report_verdict"

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), primary_key=True)
    uid: Mapped[str] = uid_column()
    is_solved: Mapped[bool]
    given_on: Mapped[date]
    reason_sealed: Mapped[str | None] = sealed_column()

    reason = Sealed("reason_sealed")


RETENTION = [
    Retention(
        model=ReportMessage,
        basis=mark("Berichten tussen een melder en het aanjaagteam bewaren we hooguit drie jaar."),
        after=timedelta(days=3 * 365),
        since="sent_on",
        action="delete",
    ),
    Retention(
        model=ReportVerdict,
        basis=mark("Waarom een melder zegt dat het niet is opgelost, bewaren we hooguit een jaar."),
        after=timedelta(days=365),
        since="given_on",
        action="blank",
        blank_columns=("reason_sealed",),
    ),
]
