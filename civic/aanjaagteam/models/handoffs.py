"""Somebody outside the units who had a report: a provider, an alderman, another organisation (S16b)."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from civic.aanjaagteam.models.disputes import PARTY_LENGTH
from civic.db import Base


class HandoverParty(Base):
    """To whom a report was handed over in this event of the log, which itself holds no words.

    A function or an organisation, never a person.
    """

    __tablename__ = "handover_party"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    party: Mapped[str] = mapped_column(String(PARTY_LENGTH))

    __table_args__ = (CheckConstraint("party <> ''", name="is_named"),)
