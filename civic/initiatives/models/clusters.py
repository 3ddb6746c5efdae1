"""Groups of people with like needs. Who is in one is known to the members only."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from civic.crypto import Sealed, personal_column, sealed_column, uid_column
from civic.db import Base
from civic.initiatives.states.clusters import MemberState
from civic.retention import Retention, mark

TOPIC_LENGTH = 120
TEXT_LENGTH = 2000
MEMBER_NAME_LENGTH = 80


class Cluster(Base):
    """What an official saw coming together. It started when two people said yes."""

    __tablename__ = "cluster"

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(String(TOPIC_LENGTH))
    text: Mapped[str] = mapped_column(String(TEXT_LENGTH))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_cluster_closed_at", "closed_at", "id"),)


class ClusterItem(Base):
    """One initiative or one report that belongs to the topic."""

    __tablename__ = "cluster_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    cluster_id: Mapped[int] = mapped_column(ForeignKey("cluster.id"))
    initiative_id: Mapped[int | None] = mapped_column(ForeignKey("initiative.id"))
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"))
    added_at: Mapped[datetime]
    invited_at: Mapped[datetime | None]  # who said no is not asked again

    __table_args__ = (
        UniqueConstraint("cluster_id", "initiative_id"),
        UniqueConstraint("cluster_id", "report_id"),
        CheckConstraint("(initiative_id IS NULL) <> (report_id IS NULL)", name="is_one_thing"),
    )


class ClusterMember(Base):
    """One person who was asked. The link in the mail is derived from `uid` and stored as a hash only."""

    __tablename__ = "cluster_member"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    cluster_id: Mapped[int] = mapped_column(ForeignKey("cluster.id"))
    person_key: Mapped[str] = personal_column(String(64))
    email_sealed: Mapped[str | None] = sealed_column()
    name_sealed: Mapped[str | None] = sealed_column()
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[MemberState] = mapped_column(default=MemberState.INVITED)
    is_contact: Mapped[bool] = mapped_column(default=False, server_default=false())
    invited_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    email = Sealed("email_sealed")
    name = Sealed("name_sealed")

    __table_args__ = (
        UniqueConstraint("cluster_id", "person_key"),
        Index("ix_cluster_member_state", "cluster_id", "state", "id"),
        CheckConstraint("(state = 'invited') = (answered_at IS NULL)", name="answered_at"),
        CheckConstraint("(state = 'member') = (name_sealed IS NOT NULL)", name="member_has_name"),
        CheckConstraint("is_contact = false OR state = 'member'", name="contact_is_member"),
    )


RETENTION = [
    Retention(
        model=ClusterMember,
        basis=mark("Een uitnodiging voor een groep zonder antwoord is na 60 dagen niet meer nodig."),
        after=timedelta(days=60),
        since="invited_at",
        action="delete",
        only=ClusterMember.state == MemberState.INVITED,
    ),
    Retention(
        model=ClusterMember,
        basis=mark("Wie nee zei of een groep verliet, is na 30 dagen vergeten."),
        after=timedelta(days=30),
        since="answered_at",
        action="delete",
        only=ClusterMember.state.in_([MemberState.DECLINED, MemberState.LEFT]),
    ),
    Retention(
        model=ClusterMember,
        basis=mark("Een groep mag twee jaar weten wie erin zit. Daarna vraagt de gemeente het opnieuw."),
        after=timedelta(days=2 * 365),
        since="invited_at",
        action="delete",
    ),
]
