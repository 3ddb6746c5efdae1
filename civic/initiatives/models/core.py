"""Initiatives and the ledger of their supports (W5): supporting never touches the initiative's row."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.crypto import Sealed, personal_column, sealed_column, uid_column
from civic.db import Base
from civic.initiatives.models.kinds import InitiativeChallenge, InitiativeProject
from civic.initiatives.models.people import CoInitiator, GuardianConsent
from civic.initiatives.states import (
    CouncilOutcome,
    InitiativeKind,
    PlaceState,
    RefuseReason,
    SolutionOwner,
    State,
    SupportChannel,
    SupportState,
    Verdict,
)
from civic.initiatives.states.people import AgeBand
from civic.regions.models import Municipality
from civic.regions.rules import Rules, Scope

TITLE_LENGTH = 100
WISH_LENGTH = 1000
PLAN_LENGTH = 10_000
DISTRICT_LENGTH = 80
NAME_LENGTH = 80
ANSWER_LENGTH = 4000


class Initiative(Base):
    """What residents ask of their council, or of several: `places` says of which.

    While it is a draft, `revision` and `edited_in` keep two tabs from overwriting each other. `threshold`
    is what all places ask together; `threshold_reached_at` is when the first place had enough.
    `support_count` is written by the counting job only.
    """

    __tablename__ = "initiative"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    author_name_sealed: Mapped[str | None] = sealed_column()
    author_postcode_sealed: Mapped[str | None] = sealed_column()
    age_band: Mapped[AgeBand | None] = personal_column()
    kind: Mapped[InitiativeKind] = mapped_column(
        default=InitiativeKind.CITIZEN_INITIATIVE, server_default=InitiativeKind.CITIZEN_INITIATIVE.value
    )
    scope: Mapped[Scope] = mapped_column(default=Scope.MUNICIPALITY)
    district_name: Mapped[str] = mapped_column(String(DISTRICT_LENGTH), default="")
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    wish: Mapped[str] = mapped_column(default="")
    plan: Mapped[str] = mapped_column(default="")
    solution_owner: Mapped[SolutionOwner | None]
    confirmed_rules: Mapped[list[Any]] = mapped_column(default=list)
    kept_words: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")  # vague, and meant so
    state: Mapped[State] = mapped_column(default=State.DRAFT)
    revision: Mapped[int] = mapped_column(default=1)
    edited_in: Mapped[str] = mapped_column(String(32), default="")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    # the desk of the first of its municipalities looks at it before publication, where a by-law says so
    desk_place_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"))
    offered_at: Mapped[datetime | None]
    desk_reason: Mapped[RefuseReason | None]
    desk_text: Mapped[str] = mapped_column(String(ANSWER_LENGTH), default="", server_default="")
    published_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]  # taken off the site for a reason in the log; can be undone
    paused_at: Mapped[datetime | None]  # nobody can support until the pause is over
    author_hidden_at: Mapped[datetime | None]  # the writer no longer wants the name on the page
    # one named contact of the municipality, and who stands in; and one buddy who helps
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    buddy_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("initiative.id"))
    threshold: Mapped[int | None]
    support_count: Mapped[int] = mapped_column(default=0)
    counted_at: Mapped[datetime | None]
    threshold_reached_at: Mapped[datetime | None]
    together_reached_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    places: Mapped[list[InitiativePlace]] = relationship(
        order_by="InitiativePlace.municipality_id", cascade="all, delete-orphan", passive_deletes=True
    )
    co_initiators: Mapped[list[CoInitiator]] = relationship(
        order_by="CoInitiator.id", cascade="all, delete-orphan", passive_deletes=True
    )
    consent: Mapped[GuardianConsent | None] = relationship(cascade="all, delete-orphan", passive_deletes=True)
    challenge: Mapped[InitiativeChallenge | None] = relationship(
        cascade="all, delete-orphan", passive_deletes=True
    )
    project: Mapped[InitiativeProject | None] = relationship(
        cascade="all, delete-orphan", passive_deletes=True
    )

    author_name = Sealed("author_name_sealed")
    author_postcode = Sealed("author_postcode_sealed")

    __table_args__ = (
        Index("ix_initiative_state_published_at", "state", "published_at", "id"),
        Index("ix_initiative_state_support_count", "state", "support_count", "id"),
        # the order of the public lists, of what is_shown() says
        *(
            Index(
                f"ix_initiative_shown_{column}",
                column,
                "id",
                sqlite_where=text("published_at IS NOT NULL AND hidden_at IS NULL"),
                postgresql_where=text("published_at IS NOT NULL AND hidden_at IS NULL"),
            )
            for column in ("published_at", "support_count")
        ),
        CheckConstraint(
            "(state IN ('draft', 'offered', 'returned', 'refused')) = (published_at IS NULL)",
            name="published_at",
        ),
        CheckConstraint(
            "published_at IS NULL OR solution_owner IS NOT NULL "
            "AND (threshold IS NOT NULL OR kind = 'resident_project')",
            name="published_facts",
        ),
        CheckConstraint(
            "state NOT IN ('offered', 'returned', 'refused') "
            "OR (offered_at IS NOT NULL AND desk_place_id IS NOT NULL)",
            name="offered_at",
        ),
        CheckConstraint("(state = 'refused') = (desk_reason IS NOT NULL)", name="refused_has_reason"),
        CheckConstraint("(state = 'merged') = (merged_into_id IS NOT NULL)", name="merged_into"),
        CheckConstraint(
            "state <> 'threshold_reached' OR threshold_reached_at IS NOT NULL", name="threshold_reached_at"
        ),
        CheckConstraint(
            "(state IN ('withdrawn', 'expired', 'refused', 'merged', 'finished')) = (closed_at IS NOT NULL)",
            name="closed_at",
        ),
        CheckConstraint("threshold IS NULL OR threshold > 0", name="threshold_positive"),
        CheckConstraint("support_count >= 0", name="support_count_positive"),
        # a discarded draft's number must never return: the log knows initiatives by it
        {"sqlite_autoincrement": True},
    )

    @property
    def shown_author(self) -> str | None:
        """The name that may stand on a page; None once the writer took it off, or it was blanked."""
        return None if self.author_hidden_at else self.author_name


class InitiativePlace(Base):
    """One municipality that is asked. From publication on with the rules and the threshold of that day (W2).

    `support_count` is written by the counting job only, like the count of the initiative.
    """

    __tablename__ = "initiative_place"

    id: Mapped[int] = mapped_column(primary_key=True)
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiative.id", ondelete="CASCADE"))
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    rule_set_id: Mapped[int | None] = mapped_column(ForeignKey("rule_set.id"))
    rules_snapshot: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    threshold: Mapped[int | None]
    support_count: Mapped[int] = mapped_column(default=0)
    threshold_reached_at: Mapped[datetime | None]
    state: Mapped[PlaceState] = mapped_column(default=PlaceState.COLLECTING)
    submitted_at: Mapped[datetime | None]
    submitted_count: Mapped[int | None]
    repair_text: Mapped[str] = mapped_column(String(ANSWER_LENGTH), default="")
    repair_answer: Mapped[str] = mapped_column(String(ANSWER_LENGTH), default="")
    refuse_reason: Mapped[RefuseReason | None]
    committee_on: Mapped[date | None]
    council_on: Mapped[date | None]
    outcome: Mapped[CouncilOutcome | None]
    answer: Mapped[str] = mapped_column(String(ANSWER_LENGTH), default="")
    decided_on: Mapped[date | None]

    municipality: Mapped[Municipality] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (
        UniqueConstraint("initiative_id", "municipality_id"),
        CheckConstraint(
            "(threshold IS NULL) = (rule_set_id IS NULL) AND (threshold IS NULL) = (rules_snapshot IS NULL)",
            name="fixed_together",
        ),
        CheckConstraint("threshold IS NULL OR threshold > 0", name="threshold_positive"),
        CheckConstraint("support_count >= 0", name="support_count_positive"),
        CheckConstraint("threshold_reached_at IS NULL OR threshold IS NOT NULL", name="threshold_reached_at"),
        CheckConstraint("(state = 'collecting') = (threshold_reached_at IS NULL)", name="enough_has_moment"),
        CheckConstraint("(state IN ('collecting', 'enough')) = (submitted_at IS NULL)", name="submitted_at"),
        CheckConstraint("(submitted_at IS NULL) = (submitted_count IS NULL)", name="submitted_count"),
        CheckConstraint("state <> 'repair' OR repair_text <> ''", name="repair_has_text"),
        CheckConstraint("(state = 'refused') = (refuse_reason IS NOT NULL)", name="refused_has_reason"),
        CheckConstraint("state <> 'scheduled' OR council_on IS NOT NULL", name="scheduled_has_day"),
        CheckConstraint("(state = 'decided') = (outcome IS NOT NULL)", name="decided_has_outcome"),
        CheckConstraint("(outcome IS NULL) = (decided_on IS NULL)", name="decided_on"),
        CheckConstraint("state NOT IN ('decided', 'refused') OR answer <> ''", name="end_has_answer"),
        Index("ix_initiative_place_state", "state", "municipality_id"),
    )

    @property
    def rules(self) -> Rules:
        """The rules of the day of publication."""
        return Rules.from_data(self.rules_snapshot or {})


class Support(Base):
    """One person's support of one initiative, counted for one municipality. `person_key` is unique;
    `review_key` only asks for a look.

    `is_dirty` says that the initiative must be counted again; the counting job finds it by its index.
    The token itself is never stored: it is derived from `uid` with the site's pepper.
    """

    __tablename__ = "support"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiative.id"))
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    channel: Mapped[SupportChannel] = mapped_column(
        default=SupportChannel.ONLINE, server_default=SupportChannel.ONLINE.value
    )
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
    no_news_at: Mapped[datetime | None]  # wants no more mail about what becomes of it
    shows_name: Mapped[bool] = mapped_column(default=False, server_default=false())
    # for who looks for fraud: salted hashes that differ per initiative, and how long the form was open
    network_key: Mapped[str | None] = personal_column(String(64))
    domain_key: Mapped[str | None] = personal_column(String(64))
    form_seconds: Mapped[int | None]
    invalidation_id: Mapped[int | None] = mapped_column(ForeignKey("invalidation.id"))
    sheet_id: Mapped[int | None] = mapped_column(ForeignKey("support_sheet.id"))

    name = Sealed("name_sealed")
    email = Sealed("email_sealed")
    postcode = Sealed("postcode_sealed")

    __table_args__ = (
        UniqueConstraint("initiative_id", "person_key"),
        Index("ix_support_initiative_id_state", "initiative_id", "state", "municipality_id"),
        Index("ix_support_review", "initiative_id", "review_key"),
        Index(
            "ix_support_shows_name",
            "initiative_id",
            "confirmed_at",
            sqlite_where=text("shows_name = 1"),  # as SQLAlchemy writes the condition there
            postgresql_where=text("shows_name"),
        ),
        Index(
            "ix_support_dirty",
            "initiative_id",
            sqlite_where=text("is_dirty = 1"),  # as SQLAlchemy writes the condition there
            postgresql_where=text("is_dirty"),
        ),
        # the key goes with the rest of the person; until then nobody counts twice
        CheckConstraint("state IN ('confirmed', 'invalidated') OR person_key IS NOT NULL", name="person_key"),
        CheckConstraint("state <> 'confirmed' OR confirmed_at IS NOT NULL", name="confirmed_at"),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_at"),
        CheckConstraint("(state = 'invalidated') = (invalidation_id IS NOT NULL)", name="invalidation"),
        CheckConstraint("(channel = 'paper') = (sheet_id IS NOT NULL)", name="paper_has_sheet"),
    )


class InitiativeNews(Base):
    """Something to tell everyone who supported: a row that the jobs process works through (W6)."""

    __tablename__ = "initiative_news"

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("initiative_place.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(30))
    created_at: Mapped[datetime]
    last_support_id: Mapped[int] = mapped_column(default=0)
    told: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]

    place: Mapped[InitiativePlace] = relationship()

    __table_args__ = (
        UniqueConstraint("place_id", "kind"),
        Index("ix_initiative_news_open", "done_at", "id"),
    )


class AnswerOpinion(Base):
    """Does the decision answer the question, for one who supported it? One row each, changeable."""

    __tablename__ = "answer_opinion"

    place_id: Mapped[int] = mapped_column(
        ForeignKey("initiative_place.id", ondelete="CASCADE"), primary_key=True
    )
    support_id: Mapped[int] = mapped_column(ForeignKey("support.id", ondelete="CASCADE"), primary_key=True)
    verdict: Mapped[Verdict]
    given_at: Mapped[datetime]


class InitiativeReport(Base):
    """What got stuck at a municipality is a report to the aanjaagteam: one per place."""

    __tablename__ = "initiative_report"

    place_id: Mapped[int] = mapped_column(
        ForeignKey("initiative_place.id", ondelete="CASCADE"), primary_key=True
    )
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), unique=True)
    reported_at: Mapped[datetime]
