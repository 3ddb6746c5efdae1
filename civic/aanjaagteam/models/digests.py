"""Who wants what waits for them in one mail, and how often."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from civic.aanjaagteam.states.queue import Rhythm
from civic.db import Base


class WorkDigest(Base):
    """Only who asked for it has a row. `sent_on` is the day that was looked at, also where nothing waited."""

    __tablename__ = "work_digest"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    rhythm: Mapped[Rhythm]
    sent_on: Mapped[date | None]
