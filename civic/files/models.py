"""One row per file. Its bytes stand in the row, or in a directory under a name that says nothing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from civic.crypto import uid_column
from civic.db import Base, BigId


class Upload(Base):
    """`owner_type` and `owner_id` say whose it is: the feature that asked for it. No file name is kept."""

    __tablename__ = "upload"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    owner_type: Mapped[str] = mapped_column(String(40))
    owner_id: Mapped[int] = mapped_column(BigId)
    media_type: Mapped[str] = mapped_column(String(60))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    width: Mapped[int | None]
    height: Mapped[int | None]
    # deferred: a list of files never reads the files
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    path: Mapped[str | None] = mapped_column(String(80))
    created_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_upload_owner", "owner_type", "owner_id"),
        CheckConstraint("(content IS NULL) <> (path IS NULL)", name="one_place"),
        CheckConstraint("size > 0", name="size_positive"),
        CheckConstraint("(width IS NULL) = (height IS NULL)", name="both_sides"),
    )
