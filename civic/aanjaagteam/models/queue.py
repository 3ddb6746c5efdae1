"""Ways to look at the queue that somebody kept: for themselves, or for the whole team."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from civic.db import Base

VIEW_NAME_LENGTH = 60
VIEW_QUERY_LENGTH = 500


class SavedView(Base):
    """A filter under a name. `query` is the part of the address after the question mark, as we write it.

    It goes with its owner: nobody else uses it, unless it is shared with the team.
    """

    __tablename__ = "saved_view"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    name: Mapped[str] = mapped_column(String(VIEW_NAME_LENGTH))
    query: Mapped[str] = mapped_column(String(VIEW_QUERY_LENGTH), default="")
    is_shared: Mapped[bool] = mapped_column(default=False)
    is_default: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("owner_id", "name"),
        CheckConstraint("name <> ''", name="has_name"),
        # one view opens by itself
        Index(
            "uq_saved_view_default",
            "owner_id",
            unique=True,
            sqlite_where=text("is_default = true"),
            postgresql_where=text("is_default = true"),
        ),
    )
