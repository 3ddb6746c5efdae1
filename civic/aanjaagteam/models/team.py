"""Who is in the aanjaagteam, with which mandate, since when and until when (S15c)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, false
from sqlalchemy.orm import Mapped, mapped_column

from civic.db import Base

FUNCTION_LENGTH = 120
MANDATE_LENGTH = 200


class TeamMember(Base):
    """A member for a period. It gives no rights: those come from the role of the account.

    The name is on the site only when the member agreed to that.
    """

    __tablename__ = "team_member"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    function: Mapped[str] = mapped_column(String(FUNCTION_LENGTH))
    mandate: Mapped[str] = mapped_column(String(MANDATE_LENGTH))
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    is_name_public: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    __table_args__ = (
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="order"),
        CheckConstraint("function <> '' AND mandate <> ''", name="is_complete"),
    )
