"""The ladder: who stands on which rung, and each run of it for one report.

A run (`Escalation`) has at most one row per rung (`EscalationRung`): the unique key makes that a job that
runs twice, or two jobs at once, ask nobody twice. Who was asked is kept with the rung, so that a change of
the ladder takes no right away from who has the question now.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from civic.aanjaagteam.states.ladder import EscalationReason, RungState, RunState
from civic.crypto import Sealed, sealed_column, uid_column
from civic.db import Base
from civic.retention import Retention, mark

SCOPE_LENGTH = 20


class LadderRung(Base):
    """One rung of the ladder of a unit ("u7"), a municipality ("m3") or the region ("r").

    What a unit or municipality does not say, the one above it says.
    """

    __tablename__ = "ladder_rung"

    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(String(SCOPE_LENGTH))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"))
    level: Mapped[int]
    accept_hours: Mapped[int]
    answer_days: Mapped[int]
    table_weekday: Mapped[int | None]  # 0 is Monday: the day of the week on which the crew sits

    __table_args__ = (
        UniqueConstraint("scope", "level"),
        CheckConstraint("level BETWEEN 1 AND 4", name="level"),
        CheckConstraint("unit_id IS NULL OR level <= 2", name="unit_level"),
        CheckConstraint("unit_id IS NULL OR municipality_id IS NULL", name="one_place"),
        CheckConstraint("accept_hours > 0 AND answer_days > 0", name="terms"),
        CheckConstraint(
            "table_weekday IS NULL OR (level = 4 AND table_weekday BETWEEN 0 AND 6)", name="table_weekday"
        ),
    )


class LadderPerson(Base):
    __tablename__ = "ladder_person"

    id: Mapped[int] = mapped_column(primary_key=True)
    rung_id: Mapped[int] = mapped_column(ForeignKey("ladder_rung.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)

    __table_args__ = (UniqueConstraint("rung_id", "user_id"),)


class LadderHours(Base):
    """When somebody is there: a weekday (0 is Monday) and minutes since midnight, in Dutch time."""

    __tablename__ = "ladder_hours"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    weekday: Mapped[int]
    from_minute: Mapped[int]
    until_minute: Mapped[int]

    __table_args__ = (
        UniqueConstraint("user_id", "weekday"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint(
            "from_minute >= 0 AND from_minute < until_minute AND until_minute <= 1440", name="order"
        ),
    )


class LadderTableDay(Base):
    """A day on which the crew sits, beside its fixed day of the week."""

    __tablename__ = "ladder_table_day"

    id: Mapped[int] = mapped_column(primary_key=True)
    rung_id: Mapped[int] = mapped_column(ForeignKey("ladder_rung.id"))
    held_on: Mapped[date]

    __table_args__ = (UniqueConstraint("rung_id", "held_on"),)


class Escalation(Base):
    """One run of the ladder for one report. `deadline_id` or `wait_id` is what set it off by itself."""

    __tablename__ = "escalation"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    round: Mapped[int]
    state: Mapped[RunState] = mapped_column(default=RunState.OPEN)
    reason: Mapped[EscalationReason]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    level: Mapped[int]
    asked_sealed: Mapped[str | None] = sealed_column()
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    deadline_id: Mapped[int | None] = mapped_column(ForeignKey("deadline.id"))
    deadline_due_on: Mapped[date | None]
    wait_id: Mapped[int | None] = mapped_column(ForeignKey("report_wait.id"), unique=True)
    table_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    end_reason_sealed: Mapped[str | None] = sealed_column()

    asked = Sealed("asked_sealed")
    end_reason = Sealed("end_reason_sealed")

    __table_args__ = (
        UniqueConstraint("report_id", "round"),
        UniqueConstraint("deadline_id", "deadline_due_on"),
        Index(
            "uq_escalation_open",
            "report_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_escalation_state", "state", "id"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended"),
        CheckConstraint("(deadline_id IS NULL) = (deadline_due_on IS NULL)", name="deadline"),
        CheckConstraint("level BETWEEN 1 AND 4", name="level"),
        CheckConstraint("table_on IS NULL OR level = 4", name="table_on_top"),
    )


class EscalationRung(Base):
    """One rung in one run. `starts_at` is when its first mail could go out: from then its time counts.

    `misses_meeting`: it came above management by itself, without a content meeting (S16e).
    """

    __tablename__ = "escalation_rung"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), index=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    round: Mapped[int]
    level: Mapped[int]
    state: Mapped[RungState]
    accept_hours: Mapped[int]
    answer_days: Mapped[int]
    tried_sealed: Mapped[str | None] = sealed_column()
    misses_meeting: Mapped[bool] = mapped_column(default=False)
    reached_at: Mapped[datetime]
    starts_at: Mapped[datetime | None]
    accept_by: Mapped[datetime | None]
    answer_by: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    answer_sealed: Mapped[str | None] = sealed_column()

    tried = Sealed("tried_sealed")
    answer = Sealed("answer_sealed")

    __table_args__ = (
        UniqueConstraint("report_id", "round", "level"),
        CheckConstraint("level BETWEEN 1 AND 4", name="level"),
        CheckConstraint("(state IN ('asked', 'accepted')) = (ended_at IS NULL)", name="ended"),
        CheckConstraint("(accepted_at IS NULL) = (accepted_by_id IS NULL)", name="accepted_by"),
        CheckConstraint("state <> 'accepted' OR accepted_at IS NOT NULL", name="accepted"),
        CheckConstraint(
            "state = 'nobody' OR (starts_at IS NOT NULL AND accept_by IS NOT NULL AND answer_by IS NOT NULL)",
            name="has_clock",
        ),
        CheckConstraint(
            "accept_by IS NULL OR (accept_by > starts_at AND accept_by <= answer_by)", name="clock_order"
        ),
        Index(
            "ix_escalation_rung_due",
            "accept_by",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )


class EscalationPerson(Base):
    """Somebody who was asked on a rung, by the ladder or by who had the question before."""

    __tablename__ = "escalation_person"

    id: Mapped[int] = mapped_column(primary_key=True)
    rung_id: Mapped[int] = mapped_column(ForeignKey("escalation_rung.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    __table_args__ = (UniqueConstraint("rung_id", "user_id"),)


WHY = mark("Wat bij het opschalen is geschreven, is na drie jaar niet meer nodig.")
RETENTION = [
    Retention(
        model=Escalation,
        basis=WHY,
        after=timedelta(days=3 * 365),
        since="ended_at",
        action="blank",
        blank_columns=("asked_sealed", "end_reason_sealed"),
    ),
    Retention(
        model=EscalationRung,
        basis=WHY,
        after=timedelta(days=3 * 365),
        since="ended_at",
        action="blank",
        blank_columns=("tried_sealed", "answer_sealed"),
    ),
]
