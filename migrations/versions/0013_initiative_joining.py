"""Joining an initiative of others, and extending the term of a council once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_join_requests()
    _create_extensions()


def _create_join_requests() -> None:
    op.create_table(
        "join_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("initiative_id", sa.Integer(), nullable=False),
        sa.Column("person_key", sa.String(length=64), nullable=True),
        sa.Column("name_sealed", sa.Text(), nullable=True),
        sa.Column("email_sealed", sa.Text(), nullable=True),
        sa.Column("message_sealed", sa.Text(), nullable=True),
        sa.Column("source_channel", sa.String(30), nullable=True),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("mailed_at", MOMENT, nullable=True),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("handled_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(state = 'asked') = (confirmed_at IS NULL)", name=op.f("ck_join_request_confirmed_at")
        ),
        sa.CheckConstraint(
            "(state = 'handled') = (handled_at IS NOT NULL)", name=op.f("ck_join_request_handled_at")
        ),
        sa.ForeignKeyConstraint(
            ["initiative_id"],
            ["initiative.id"],
            name=op.f("fk_join_request_initiative_id_initiative"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_request")),
        sa.UniqueConstraint(
            "initiative_id", "person_key", name=op.f("uq_join_request_initiative_id_person_key")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_join_request_uid")),
    )
    op.create_index(op.f("ix_join_request_person_key"), "join_request", ["person_key"])
    op.create_index("ix_join_request_list", "join_request", ["initiative_id", "state", "id"])


def _create_extensions() -> None:
    op.create_table(
        "deadline_extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deadline_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("days > 0", name=op.f("ck_deadline_extension_days")),
        sa.ForeignKeyConstraint(
            ["deadline_id"], ["deadline.id"], name=op.f("fk_deadline_extension_deadline_id_deadline")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_deadline_extension_owner_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline_extension")),
        sa.UniqueConstraint(
            "deadline_id", "starts_on", name=op.f("uq_deadline_extension_deadline_id_starts_on")
        ),
    )


def downgrade() -> None:
    for table in ("deadline_extension", "join_request"):
        op.drop_table(table)
