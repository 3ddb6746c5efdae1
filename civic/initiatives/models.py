"""Initiatives and the ledger of their supports (W5): supporting never touches the initiative's row."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from civic.crypto import Sealed, personal_column, sealed_column, uid_column
from civic.db import Base
from civic.initiatives.states import SolutionOwner, State, SupportState
from civic.regions.rules import Scope
from civic.retention import Retention, mark

TITLE_LENGTH = 100
WISH_LENGTH = 1000
PLAN_LENGTH = 10_000
DISTRICT_LENGTH = 80
NAME_LENGTH = 80


class Initiative(Base):
    """What residents ask of their council.

    While it is a draft, `revision` and `edited_in` keep two tabs from overwriting each other. From
    publication on it keeps a snapshot of the rules it was published under, and the threshold of that day.
    `support_count` is written by the counting job only.
    """

    __tablename__ = "initiative"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    author_name_sealed: Mapped[str | None] = sealed_column()
    author_postcode_sealed: Mapped[str | None] = sealed_column()
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"), index=True)
    scope: Mapped[Scope] = mapped_column(default=Scope.MUNICIPALITY)
    district_name: Mapped[str] = mapped_column(String(DISTRICT_LENGTH), default="")
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    wish: Mapped[str] = mapped_column(default="")
    plan: Mapped[str] = mapped_column(default="")
    solution_owner: Mapped[SolutionOwner | None]
    confirmed_rules: Mapped[list[Any]] = mapped_column(default=list)
    state: Mapped[State] = mapped_column(default=State.DRAFT)
    revision: Mapped[int] = mapped_column(default=1)
    edited_in: Mapped[str] = mapped_column(String(32), default="")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    rule_set_id: Mapped[int | None] = mapped_column(ForeignKey("rule_set.id"))
    rules_snapshot: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    threshold: Mapped[int | None]
    support_count: Mapped[int] = mapped_column(default=0)
    counted_at: Mapped[datetime | None]
    threshold_reached_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    author_name = Sealed("author_name_sealed")
    author_postcode = Sealed("author_postcode_sealed")

    __table_args__ = (
        Index("ix_initiative_state_published_at", "state", "published_at", "id"),
        Index("ix_initiative_state_support_count", "state", "support_count", "id"),
        CheckConstraint("(state = 'draft') = (published_at IS NULL)", name="published_at"),
        CheckConstraint(
            "state = 'draft' OR (municipality_id IS NOT NULL AND rule_set_id IS NOT NULL "
            "AND rules_snapshot IS NOT NULL AND threshold IS NOT NULL AND solution_owner IS NOT NULL)",
            name="published_facts",
        ),
        CheckConstraint(
            "state <> 'threshold_reached' OR threshold_reached_at IS NOT NULL", name="threshold_reached_at"
        ),
        CheckConstraint("(state IN ('withdrawn', 'expired')) = (closed_at IS NOT NULL)", name="closed_at"),
        CheckConstraint("threshold IS NULL OR threshold > 0", name="threshold_positive"),
        CheckConstraint("support_count >= 0", name="support_count_positive"),
        # a discarded draft's number must never return: the log knows initiatives by it
        {"sqlite_autoincrement": True},
    )


class Support(Base):
    """One person's support of one initiative. `person_key` is unique; `review_key` only asks for a look.

    `is_dirty` says that the initiative must be counted again; the counting job finds it by its index.
    The token itself is never stored: it is derived from `uid` with the site's pepper.
    """

    __tablename__ = "support"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiative.id"))
    person_key: Mapped[str | None] = personal_column(String(64))
    review_key: Mapped[str | None] = personal_column(String(64))
    name_sealed: Mapped[str | None] = sealed_column()
    email_sealed: Mapped[str | None] = sealed_column()
    postcode_sealed: Mapped[str | None] = sealed_column()
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    code_hash: Mapped[str | None] = mapped_column(String(64))
    code_tries: Mapped[int] = mapped_column(default=0)
    mails: Mapped[int] = mapped_column(default=0)
    mailed_at: Mapped[datetime | None]
    state: Mapped[SupportState] = mapped_column(default=SupportState.PENDING)
    requested_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    is_dirty: Mapped[bool] = mapped_column(default=False)

    name = Sealed("name_sealed")
    email = Sealed("email_sealed")
    postcode = Sealed("postcode_sealed")

    __table_args__ = (
        UniqueConstraint("initiative_id", "person_key"),
        Index("ix_support_initiative_id_state", "initiative_id", "state"),
        Index("ix_support_review", "initiative_id", "review_key"),
        Index(
            "ix_support_dirty",
            "initiative_id",
            sqlite_where=text("is_dirty = 1"),  # as SQLAlchemy writes the condition there
            postgresql_where=text("is_dirty"),
        ),
        # the key goes with the rest of the person; until then nobody counts twice
        CheckConstraint("state = 'confirmed' OR person_key IS NOT NULL", name="person_key"),
        CheckConstraint("state <> 'confirmed' OR confirmed_at IS NOT NULL", name="confirmed_at"),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_at"),
    )


RETENTION = [
    Retention(
        model=Initiative,
        basis=mark("Een concept dat een jaar niet is veranderd, heeft de schrijver niet meer nodig."),
        after=timedelta(days=365),
        since="changed_at",
        action="delete",
        only=Initiative.state == State.DRAFT,
    ),
    Retention(
        model=Initiative,
        basis=mark("De postcode van de schrijver is na de toets aan de regels niet meer nodig."),
        after=timedelta(days=365),
        since="published_at",
        action="blank",
        blank_columns=("author_postcode_sealed",),
    ),
    Retention(
        model=Initiative,
        basis=mark("Twee jaar na het einde hoeft de naam van de schrijver niet meer op de site te staan."),
        after=timedelta(days=2 * 365),
        since="closed_at",
        action="blank",
        blank_columns=("author_name_sealed",),
    ),
    Retention(
        model=Initiative,
        basis=mark("Vijf jaar na de publicatie gaat de naam van de schrijver in elk geval van de site."),
        after=timedelta(days=5 * 365),
        since="published_at",
        action="blank",
        blank_columns=("author_name_sealed",),
    ),
    Retention(
        model=Support,
        basis=mark("Steun die na 30 dagen niet is bevestigd, telt niet en gaat weg."),
        after=timedelta(days=30),
        since="requested_at",
        action="delete",
        only=Support.state == SupportState.PENDING,
    ),
    Retention(
        model=Support,
        basis=mark("Ingetrokken steun is na 30 dagen nergens meer voor nodig."),
        after=timedelta(days=30),
        since="withdrawn_at",
        action="delete",
        only=Support.state == SupportState.WITHDRAWN,
    ),
    Retention(
        model=Support,
        basis=mark("De gemeente kan steun een jaar lang controleren. Daarna blijft alleen het aantal over."),
        after=timedelta(days=365),
        since="confirmed_at",
        action="blank",
        blank_columns=("name_sealed", "email_sealed", "postcode_sealed", "person_key", "review_key"),
    ),
]
