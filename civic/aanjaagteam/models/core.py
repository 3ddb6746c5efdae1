"""Reports of processes that got stuck, and the decisions on them.

What a reporter writes is sealed and never public; the public reads a title that an official wrote.
No address of a computer, no browser and no account is kept with a report. The receipt code is not kept
either: only a keyed hash of it, so nobody who reads the database can follow somebody's report.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from civic.aanjaagteam.states import Channel, DeclineReason, Outcome, State, Waiting
from civic.aanjaagteam.states.facts import Cause, DecisionOwner, ReportKind
from civic.crypto import Sealed, sealed_column, uid_column
from civic.db import Base

TITLE_LENGTH = 120
STORY_LENGTH = 10_000
TEXT_LENGTH = 2_000
LINE_LENGTH = 200
MOST_WAITING = 1_000_000


class Report(Base):
    """`since_on` is the first day of the month since when it drags on, or the day of the report.

    Waiting counts from there, not from the report. `revision` rises with every change, so that two
    officials at once do not overwrite each other.
    """

    __tablename__ = "report"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    created_at: Mapped[datetime]
    channel: Mapped[Channel]
    is_anonymous: Mapped[bool]
    receipt_code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    story_sealed: Mapped[str | None] = sealed_column()
    contact_sealed: Mapped[str | None] = sealed_column()
    since_on: Mapped[date]
    is_since_known: Mapped[bool]
    waiting: Mapped[Waiting] = mapped_column(default=Waiting.UNKNOWN)
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"), index=True)

    state: Mapped[State] = mapped_column(default=State.NEW)
    revision: Mapped[int] = mapped_column(default=0)
    public_title: Mapped[str] = mapped_column(String(TITLE_LENGTH), default="")
    is_public: Mapped[bool] = mapped_column(default=False)
    process_guess: Mapped[str] = mapped_column(String(TITLE_LENGTH), default="")
    decide_now: Mapped[bool] = mapped_column(default=False)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    process_change: Mapped[str] = mapped_column(String(TEXT_LENGTH), default="")
    outcome: Mapped[Outcome | None]
    outcome_text: Mapped[str] = mapped_column(String(TEXT_LENGTH), default="")
    decline_reason: Mapped[DeclineReason | None]
    decline_text: Mapped[str] = mapped_column(String(TEXT_LENGTH), default="")
    decline_where: Mapped[str] = mapped_column(String(TEXT_LENGTH), default="")

    triaged_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    taken_up_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    kind: Mapped[ReportKind] = mapped_column(default=ReportKind.SLUGGISH, server_default="sluggish")
    # from where the reporter came: "initiative", "panel" or "page", never who
    origin_type: Mapped[str | None] = mapped_column(String(20))
    origin_id: Mapped[int | None]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    # what units read instead of the story, and the one plan that everybody sees
    summary: Mapped[str] = mapped_column(String(TEXT_LENGTH), default="", server_default="")
    plan: Mapped[str] = mapped_column(String(TEXT_LENGTH), default="", server_default="")
    waiting_people: Mapped[int | None]
    decision_owner: Mapped[DecisionOwner | None]
    decision_owner_name: Mapped[str] = mapped_column(String(LINE_LENGTH), default="", server_default="")
    decision_owner_unknown_since: Mapped[datetime | None]
    cause: Mapped[Cause | None]
    cause_note: Mapped[str] = mapped_column(String(TEXT_LENGTH), default="", server_default="")
    incentive_id: Mapped[int | None] = mapped_column(ForeignKey("incentive.id"), index=True)
    adopter_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    adopted_at: Mapped[datetime | None]
    adopter_is_public: Mapped[bool] = mapped_column(default=False, server_default=false())

    story = Sealed("story_sealed")
    contact = Sealed("contact_sealed")

    __table_args__ = (
        Index("ix_report_queue", "state", "since_on", "id"),
        # what is open, longest waiting first: also the rights and the usual filters come from the index alone
        Index(
            "ix_report_open",
            "since_on",
            "id",
            "municipality_id",
            "state",
            "unit_id",
            "owner_id",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_report_public", "is_public", "published_at", "id"),
        Index("ix_report_public_since", "is_public", "since_on", "id"),
        CheckConstraint("(adopter_id IS NULL) = (adopted_at IS NULL)", name="adopted_at"),
        CheckConstraint("(origin_type IS NULL) = (origin_id IS NULL)", name="origin"),
        CheckConstraint(
            "(decision_owner = 'unknown') "
            "= (decision_owner_unknown_since IS NOT NULL) OR decision_owner IS NULL",
            name="unknown_is_counted",
        ),
        CheckConstraint("waiting_people IS NULL OR waiting_people > 0", name="waiting_people"),
        CheckConstraint("is_public = false OR public_title <> ''", name="public_has_title"),
        CheckConstraint("is_public = false OR published_at IS NOT NULL", name="public_has_date"),
        CheckConstraint("state IN ('new', 'declined') OR triaged_at IS NOT NULL", name="triaged_has_date"),
        CheckConstraint("state <> 'taken_up' OR owner_id IS NOT NULL", name="taken_up_has_owner"),
        CheckConstraint(
            "state NOT IN ('decided', 'process_changed', 'measuring') OR decided_at IS NOT NULL",
            name="decided_has_date",
        ),
        CheckConstraint("(state = 'done') = (outcome IS NOT NULL)", name="done_has_outcome"),
        CheckConstraint("(state = 'declined') = (decline_reason IS NOT NULL)", name="declined_has_reason"),
        CheckConstraint("(state IN ('done', 'declined')) = (closed_at IS NOT NULL)", name="final_has_date"),
    )


class InternalNote(Base):
    """What officials write for each other. Only added to, never changed; may hold personal data."""

    __tablename__ = "internal_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
    text_sealed: Mapped[str | None] = sealed_column()

    text = Sealed("text_sealed")
