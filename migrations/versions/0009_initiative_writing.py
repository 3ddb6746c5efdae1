"""Writing: young authors, co-initiators, what some kinds have of their own, links to go on later."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def _of_initiative(table: str, name: str = "initiative_id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [name], ["initiative.id"], name=op.f(f"fk_{table}_{name}_initiative"), ondelete="CASCADE"
    )


def _of_user(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f(f"fk_{table}_user_id_user"))


def _known_once(table: str, *names: str) -> list[sa.UniqueConstraint]:
    return [sa.UniqueConstraint(name, name=op.f(f"uq_{table}_{name}")) for name in names]


def _id(table: str) -> list[Any]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _uid() -> sa.Column[Any]:
    return sa.Column("uid", sa.String(length=32), nullable=False)


def _token() -> sa.Column[Any]:
    return sa.Column("token_hash", sa.String(length=64), nullable=False)


def upgrade() -> None:
    op.add_column("initiative", sa.Column("age_band", sa.String(30), nullable=True))
    op.add_column("initiative", sa.Column("kept_words", sa.JSON(), nullable=False, server_default="[]"))
    _create_co_initiators()
    _create_consents()
    _create_kinds()
    _create_links()


def _create_co_initiators() -> None:
    table = "co_initiator"
    op.create_table(
        table,
        *_id(table),
        _uid(),
        sa.Column("initiative_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("name_sealed", sa.Text(), nullable=True),
        sa.Column("email_sealed", sa.Text(), nullable=True),
        sa.Column("email_index", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("shows_name", sa.Boolean(), nullable=False, server_default=sa.false()),
        _token(),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.Column("invited_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("handover_asked_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "state <> 'accepted' OR user_id IS NOT NULL", name=op.f("ck_co_initiator_accepted_has_user")
        ),
        sa.CheckConstraint(
            "(state = 'accepted') = (answered_at IS NOT NULL)", name=op.f("ck_co_initiator_answered_at")
        ),
        sa.CheckConstraint(
            "(state IN ('declined', 'left')) = (ended_at IS NOT NULL)", name=op.f("ck_co_initiator_ended_at")
        ),
        sa.CheckConstraint(
            "handover_asked_at IS NULL OR state = 'accepted'", name=op.f("ck_co_initiator_handover")
        ),
        _of_initiative(table),
        _of_user(table),
        sa.UniqueConstraint(
            "initiative_id", "email_index", name=op.f("uq_co_initiator_initiative_id_email_index")
        ),
        *_known_once(table, "uid", "token_hash"),
    )
    op.create_index("ix_co_initiator_user_id_state", table, ["user_id", "state", "initiative_id"])


def _create_consents() -> None:
    table = "guardian_consent"
    op.create_table(
        table,
        *_id(table),
        _uid(),
        sa.Column("initiative_id", sa.Integer(), nullable=False),
        sa.Column("email_sealed", sa.Text(), nullable=True),
        sa.Column("state", sa.String(30), nullable=False),
        _token(),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(state = 'asked') = (answered_at IS NULL)", name=op.f("ck_guardian_consent_answered_at")
        ),
        _of_initiative(table),
        *_known_once(table, "uid", "initiative_id", "token_hash"),
    )


def _create_kinds() -> None:
    op.create_table(
        "initiative_challenge",
        sa.Column("initiative_id", sa.Integer(), nullable=False),
        _uid(),
        sa.Column("task", sa.String(length=500), nullable=False),
        sa.Column("current_cost", sa.Integer(), nullable=True),
        sa.Column("asked_cost", sa.Integer(), nullable=True),
        sa.Column("basis", sa.String(length=2000), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column("contact_sealed", sa.Text(), nullable=True),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "current_cost IS NULL OR current_cost >= 0", name=op.f("ck_initiative_challenge_current_cost")
        ),
        sa.CheckConstraint(
            "asked_cost IS NULL OR asked_cost >= 0", name=op.f("ck_initiative_challenge_asked_cost")
        ),
        sa.CheckConstraint("months IS NULL OR months > 0", name=op.f("ck_initiative_challenge_months")),
        _of_initiative("initiative_challenge"),
        sa.PrimaryKeyConstraint("initiative_id", name=op.f("pk_initiative_challenge")),
        *_known_once("initiative_challenge", "uid"),
    )
    op.create_table(
        "initiative_project",
        sa.Column("initiative_id", sa.Integer(), nullable=False),
        sa.Column("wants_buddy", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("lesson", sa.String(length=2000), nullable=False, server_default=""),
        _of_initiative("initiative_project"),
        sa.PrimaryKeyConstraint("initiative_id", name=op.f("pk_initiative_project")),
    )


def _create_links() -> None:
    op.create_table(
        "kept_start",
        *_id("kept_start"),
        _uid(),
        _token(),
        sa.Column("answers_sealed", sa.Text(), nullable=True),
        sa.Column("kept_at", MOMENT, nullable=False),
        *_known_once("kept_start", "uid", "token_hash"),
    )
    op.create_index("ix_kept_start_kept_at", "kept_start", ["kept_at"])
    op.create_table(
        "resume_link",
        *_id("resume_link"),
        sa.Column("initiative_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        _token(),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        _of_initiative("resume_link"),
        _of_user("resume_link"),
        *_known_once("resume_link", "token_hash"),
    )
    op.create_index(op.f("ix_resume_link_initiative_id"), "resume_link", ["initiative_id"])
    op.create_index("ix_resume_link_expires_at", "resume_link", ["expires_at"])


def downgrade() -> None:
    for table in (
        "resume_link",
        "kept_start",
        "initiative_project",
        "initiative_challenge",
        "guardian_consent",
        "co_initiator",
    ):
        op.drop_table(table)
    op.drop_column("initiative", "kept_words")
    op.drop_column("initiative", "age_band")
