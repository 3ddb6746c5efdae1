"""What keeps somebody's words between two visits: before signing in, and until they go on writing."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from civic.crypto import Sealed, sealed_column, uid_column
from civic.db import Base
from civic.retention import Retention, mark


class KeptStart(Base):
    """The answers of somebody who has to sign in first. Gone after a day, or when the draft is made."""

    __tablename__ = "kept_start"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    answers_sealed: Mapped[str | None] = sealed_column()
    kept_at: Mapped[datetime]

    answers = Sealed("answers_sealed")

    __table_args__ = (Index("ix_kept_start_kept_at", "kept_at"),)


class ResumeLink(Base):
    """A mailed link back to a draft. It shows the way, it signs nobody in; only its hash is here."""

    __tablename__ = "resume_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiative.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    __table_args__ = (Index("ix_resume_link_expires_at", "expires_at"),)


RETENTION = [
    Retention(
        model=KeptStart,
        basis=mark("Wat u schreef voor u inlogde, bewaren we één dag."),
        after=timedelta(days=1),
        since="kept_at",
        action="delete",
    ),
    Retention(
        model=ResumeLink,
        basis=mark("Een link om verder te schrijven is na een week niet meer nodig."),
        after=timedelta(days=1),
        since="expires_at",
        action="delete",
    ),
]
