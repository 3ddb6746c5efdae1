"""Two initiatives that go on as one: the joint text, the mail to supporters, and their answers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.db import Base
from civic.initiatives.states.merge import MergeState, MoveAnswer

TITLE_LENGTH = 100


class MergeProposal(Base):
    """The writer of `source` asks the writer of `target` to go on with this text.

    Who agrees, agrees to one `revision`; a change of the text makes both agreements void.
    """

    __tablename__ = "merge_proposal"

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("initiative.id"))
    target_id: Mapped[int] = mapped_column(ForeignKey("initiative.id"))
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    wish: Mapped[str]
    plan: Mapped[str]
    revision: Mapped[int] = mapped_column(default=1)
    source_agreed: Mapped[int | None]
    target_agreed: Mapped[int | None]
    state: Mapped[MergeState] = mapped_column(default=MergeState.OPEN)
    proposed_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    new_id: Mapped[int | None] = mapped_column(ForeignKey("initiative.id"), unique=True)

    news: Mapped[list[MergeNews]] = relationship(order_by="MergeNews.initiative_id")

    __table_args__ = (
        CheckConstraint("source_id <> target_id", name="two"),
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed_at"),
        CheckConstraint("(state = 'agreed') = (new_id IS NOT NULL)", name="agreed_has_new"),
        Index(
            "uq_merge_proposal_source_open",
            "source_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index(
            "uq_merge_proposal_target_open",
            "target_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_merge_proposal_source", "source_id", "id"),
        Index("ix_merge_proposal_target", "target_id", "id"),
        Index("ix_merge_proposal_state", "state", "id"),
    )


class MergeNews(Base):
    """How far the jobs process is with asking the supporters of one of the two (W6)."""

    __tablename__ = "merge_news"

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("merge_proposal.id", ondelete="CASCADE"))
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiative.id"))
    created_at: Mapped[datetime]
    last_support_id: Mapped[int] = mapped_column(default=0)
    told: Mapped[int] = mapped_column(default=0)
    unreachable: Mapped[int] = mapped_column(default=0)  # on paper, address gone, or wants no mail
    done_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("proposal_id", "initiative_id"),
        Index("ix_merge_news_open", "done_at", "id"),
    )


class SupportMove(Base):
    """What one supporter of an old text answered. `new_support_id` goes when that support goes."""

    __tablename__ = "support_move"

    support_id: Mapped[int] = mapped_column(ForeignKey("support.id", ondelete="CASCADE"), primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("merge_proposal.id", ondelete="CASCADE"), index=True)
    answer: Mapped[MoveAnswer]
    answered_at: Mapped[datetime]
    new_support_id: Mapped[int | None] = mapped_column(ForeignKey("support.id", ondelete="SET NULL"))
