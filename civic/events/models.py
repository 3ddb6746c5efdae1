"""The event log (W1) and promises with a date (W3).

An event is never changed or deleted: a trigger on both databases refuses it. The only columns that may
be filled later, once, are those of the seal. No personal data and no free text: ids, codes and numbers.
"""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import DDL, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, event, text
from sqlalchemy.orm import Mapped, mapped_column

from civic.db import Base, BigId


class Visibility(enum.Enum):
    PUBLIC = "public"
    INTERNAL = "internal"
    PRIVATE = "private"


class Event(Base):
    __tablename__ = "event"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int] = mapped_column(BigId)
    action: Mapped[str] = mapped_column(String(60))
    from_state: Mapped[str | None] = mapped_column(String(30))
    to_state: Mapped[str | None] = mapped_column(String(30))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    actor_kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    reason_code: Mapped[str | None] = mapped_column(String(60))
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    visibility: Mapped[Visibility]
    salt: Mapped[str] = mapped_column(String(32))
    sealed_seq: Mapped[int | None] = mapped_column(BigId, unique=True)
    leaf_hash: Mapped[str | None] = mapped_column(String(64))

    __table_args__ = (
        Index("ix_event_subject", "subject_type", "subject_id", "id"),
        Index("ix_event_action_at", "action", "at"),
        # moves from state to state, read from the index alone: the figures read all of them at once
        Index(
            "ix_event_moves",
            "subject_type",
            "subject_id",
            "id",
            "to_state",
            "action",
            "at",
            sqlite_where=text("to_state IS NOT NULL"),
            postgresql_where=text("to_state IS NOT NULL"),
        ),
        # the next to be sealed, found without passing those that are
        Index(
            "ix_event_unsealed",
            "id",
            sqlite_where=text("sealed_seq IS NULL"),
            postgresql_where=text("sealed_seq IS NULL"),
        ),
        CheckConstraint("actor_kind IN ('user', 'system', 'anonymous')", name="actor_kind"),
        CheckConstraint("(actor_kind = 'user') = (actor_id IS NOT NULL)", name="actor_matches_kind"),
    )


SEAL_ONCE = (
    "OLD.sealed_seq IS NULL AND NEW.sealed_seq IS NOT NULL AND NEW.leaf_hash IS NOT NULL AND NEW.id = OLD.id "
    "AND NEW.subject_type = OLD.subject_type AND NEW.subject_id = OLD.subject_id "
    "AND NEW.action = OLD.action AND NEW.at = OLD.at AND NEW.salt = OLD.salt "
    "AND NEW.actor_kind = OLD.actor_kind AND NEW.visibility = OLD.visibility "
    "AND CAST(NEW.data AS TEXT) = CAST(OLD.data AS TEXT) "
    "AND COALESCE(NEW.from_state, '') = COALESCE(OLD.from_state, '') "
    "AND COALESCE(NEW.to_state, '') = COALESCE(OLD.to_state, '') "
    "AND COALESCE(NEW.reason_code, '') = COALESCE(OLD.reason_code, '') "
    "AND COALESCE(NEW.actor_id, -1) = COALESCE(OLD.actor_id, -1)"
)
SQLITE_TRIGGERS = (
    f"CREATE TRIGGER event_no_update BEFORE UPDATE ON event WHEN NOT ({SEAL_ONCE}) "
    "BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END",
    "CREATE TRIGGER event_no_delete BEFORE DELETE ON event "
    "BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END",
    # INSERT OR REPLACE deletes the old row without firing the trigger above
    "CREATE TRIGGER event_no_replace BEFORE INSERT ON event "
    "WHEN EXISTS (SELECT 1 FROM event WHERE id = NEW.id OR sealed_seq = NEW.sealed_seq) "
    "BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END",
)
POSTGRESQL_TRIGGERS = (
    "CREATE FUNCTION event_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"IF TG_OP = 'UPDATE' AND ({SEAL_ONCE}) THEN RETURN NEW; END IF; "
    "RAISE EXCEPTION 'the event log is append-only'; END $$",
    "CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON event "
    "FOR EACH ROW EXECUTE FUNCTION event_append_only()",
    "CREATE TRIGGER event_no_truncate BEFORE TRUNCATE ON event "
    "FOR EACH STATEMENT EXECUTE FUNCTION event_append_only()",
)
for _statement in SQLITE_TRIGGERS:
    event.listen(Event.__table__, "after_create", DDL(_statement).execute_if(dialect="sqlite"))  # type: ignore[no-untyped-call]  # DDL has no types
for _statement in POSTGRESQL_TRIGGERS:
    # DDL() treats % as formatting; the statements hold none
    event.listen(Event.__table__, "after_create", DDL(_statement).execute_if(dialect="postgresql"))  # type: ignore[no-untyped-call]  # DDL has no types


class Deadline(Base):
    """A promise: what, to whom, by when, and why that date. Passing it makes work, never silence."""

    __tablename__ = "deadline"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int] = mapped_column(BigId)
    kind: Mapped[str] = mapped_column(String(40))
    starts_on: Mapped[date]
    term: Mapped[str] = mapped_column(String(40))
    due_on: Mapped[date]
    explanation: Mapped[str]
    is_public: Mapped[bool] = mapped_column(default=False)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    met_at: Mapped[datetime | None]
    passed_at: Mapped[datetime | None]
    # who was asked to take it over, and how high up that person stands: 1 a colleague, 2 the region
    escalated_to_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    escalated_at: Mapped[datetime | None]
    escalation: Mapped[int] = mapped_column(default=0, server_default="0")

    __table_args__ = (
        UniqueConstraint("subject_type", "subject_id", "kind"),
        # the nearest open promise of one subject, without reading the row
        Index(
            "ix_deadline_of_subject",
            "subject_type",
            "subject_id",
            "due_on",
            "id",
            "kind",
            sqlite_where=text("met_at IS NULL"),
            postgresql_where=text("met_at IS NULL"),
        ),
        Index("ix_deadline_open", "met_at", "passed_at", "due_on"),
        CheckConstraint("due_on >= starts_on", name="order"),
        CheckConstraint(
            "(escalation = 0) = (escalated_at IS NULL) AND (escalation = 0) = (escalated_to_id IS NULL)",
            name="escalated",
        ),
    )


class DeadlineExtension(Base):
    """More time for a promise, once per round (Awb: verdagen): why, and who is answerable for it."""

    __tablename__ = "deadline_extension"

    id: Mapped[int] = mapped_column(primary_key=True)
    deadline_id: Mapped[int] = mapped_column(ForeignKey("deadline.id"))
    starts_on: Mapped[date]  # of the round that it belongs to
    days: Mapped[int]
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(40))
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    __table_args__ = (
        UniqueConstraint("deadline_id", "starts_on"),
        CheckConstraint("days > 0", name="days"),
    )


class DeadlinePause(Base):
    """A time in which a clock stood still: why, and who is answerable for it. It moves the date."""

    __tablename__ = "deadline_pause"

    id: Mapped[int] = mapped_column(primary_key=True)
    deadline_id: Mapped[int] = mapped_column(ForeignKey("deadline.id"), index=True)
    from_at: Mapped[datetime]
    until_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(40))
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    __table_args__ = (
        CheckConstraint("until_at IS NULL OR until_at >= from_at", name="order"),
        Index(
            "uq_deadline_pause_open",
            "deadline_id",
            unique=True,
            sqlite_where=text("until_at IS NULL"),
            postgresql_where=text("until_at IS NULL"),
        ),
    )
