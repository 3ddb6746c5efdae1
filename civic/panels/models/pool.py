"""Looking at the pool before it is drawn from: figures, flags, checks, freezing and objections."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, mapped_column

from civic.crypto import Sealed, personal_column, sealed_column, uid_column
from civic.db import Base, BigId, Claimable
from civic.panels.models.registrations import KEEP_AT_MOST, Registration
from civic.panels.states import CheckState, FlagDecision, FlagKind
from civic.retention import Retention, mark

KEEP_OBJECTIONS = timedelta(days=365)


class PoolSummary(Base):
    """Counts of a pool, made by a job whenever a registration changed. Never a combination of answers.

    `figures`: `{"registrations": n, "features": {feature id: {value or "": n}}, "cells": {"constituency id":
    {"municipality id": n}}, "sources": …, "waves": …, "channels": …, "needs": {…}, "honorarium": {…}}`.
    """

    __tablename__ = "panel_pool_summary"

    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), primary_key=True)
    figures: Mapped[dict[str, Any]]
    counted_at: Mapped[datetime]


class PoolFlag(Base):
    """Something about one registration, or two, that a person decides on, with a reason."""

    __tablename__ = "panel_flag"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), index=True)
    kind: Mapped[FlagKind]
    registration_id: Mapped[int] = mapped_column(ForeignKey("panel_registration.id"), index=True)
    other_id: Mapped[int | None] = mapped_column(ForeignKey("panel_registration.id"), index=True)
    raised_at: Mapped[datetime]
    decision: Mapped[FlagDecision | None]
    reason: Mapped[str] = personal_column(String(300), default="")  # words of an official about somebody
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    decided_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("kind", "registration_id", "other_id"),
        # a NULL is never equal to another: flags about one person need an index of their own
        Index(
            "uq_panel_flag_alone",
            "kind",
            "registration_id",
            unique=True,
            sqlite_where=text("other_id IS NULL"),
            postgresql_where=text("other_id IS NULL"),
        ),
        Index("ix_panel_flag_open", "panel_id", "decided_at", "id"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decision_has_moment"),
    )


class PoolCheck(Claimable, Base):
    """The engine's look at a pool (W6).

    `result`: `{"is_possible": bool, "shortages": […], "proposal": […]}`.
    """

    __tablename__ = "panel_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), index=True)
    state: Mapped[CheckState] = mapped_column(default=CheckState.REQUESTED)
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    requested_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)

    __table_args__ = (
        CheckConstraint("(state = 'done') = (result IS NOT NULL)", name="done_has_result"),
        Index(
            "uq_panel_check_open",
            "panel_id",
            unique=True,
            sqlite_where=text("state IN ('requested', 'checking')"),
            postgresql_where=text("state IN ('requested', 'checking')"),
        ),
    )


class Freeze(Base):
    """A version of the pool: proposed by one administrator, agreed to or refused by another (four eyes).

    `checklist` holds the codes and counts of what was open when it was proposed. `pool_root` is the Merkle
    root over the leaves of the registrants.
    """

    __tablename__ = "panel_freeze"

    id: Mapped[int] = mapped_column(primary_key=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), index=True)
    version: Mapped[int]
    checklist: Mapped[list[Any]] = mapped_column(default=list)
    objections_until: Mapped[date]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    proposed_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    decided_at: Mapped[datetime | None]
    is_agreed: Mapped[bool | None]
    files_id: Mapped[int | None] = mapped_column(ForeignKey("panel_files.id"), index=True)
    pool_root: Mapped[str | None] = mapped_column(String(64))
    superseded_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("panel_id", "version"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> proposed_by_id", name="four_eyes"),
        CheckConstraint("(is_agreed IS NULL) = (decided_at IS NULL)", name="decision_has_moment"),
        CheckConstraint(
            "is_agreed IS NULL OR NOT is_agreed OR (files_id IS NOT NULL AND pool_root IS NOT NULL)",
            name="agreed_has_pool",
        ),
    )


class Objection(Base):
    """Somebody says that the frozen pool is wrong."""

    __tablename__ = "panel_objection"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    freeze_id: Mapped[int] = mapped_column(ForeignKey("panel_freeze.id"), index=True)
    text_sealed: Mapped[str | None] = sealed_column()
    contact_sealed: Mapped[str | None] = sealed_column()
    made_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(String(1000), default="")
    is_upheld: Mapped[bool | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    answered_at: Mapped[datetime | None]

    text = Sealed("text_sealed")
    contact = Sealed("contact_sealed")

    __table_args__ = (
        CheckConstraint("(is_upheld IS NULL) = (answered_at IS NULL)", name="answer_has_moment"),
    )


_BLANKED = select(Registration.id).where(Registration.name_sealed.is_(None))

RETENTION = [
    Retention(
        model=PoolFlag,
        basis=mark("Een besluit over een aanmelding gaat weg als de aanmelding gewist is."),
        after=timedelta(days=1),
        since="decided_at",
        action="delete",
        only=PoolFlag.registration_id.in_(_BLANKED)
        | (PoolFlag.other_id.in_(_BLANKED) & (PoolFlag.decision == FlagDecision.REMOVE)),
    ),
    Retention(
        model=PoolFlag,
        basis=mark("Twee jaar na het signaal gaat het besluit over een aanmelding in elk geval weg."),
        after=KEEP_AT_MOST,
        since="raised_at",
        action="delete",
    ),
    Retention(
        model=Objection,
        basis=mark("Een bezwaar over de groep is een jaar later niet meer nodig."),
        after=KEEP_OBJECTIONS,
        since="made_at",
        action="blank",
        blank_columns=("text_sealed", "contact_sealed"),
    ),
]
