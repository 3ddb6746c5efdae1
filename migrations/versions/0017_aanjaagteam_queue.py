"""Saved views of the queue, and the indexes that keep it fast."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", sa.String(length=500), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_saved_view_has_name")),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_saved_view_owner_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("owner_id", "name", name=op.f("uq_saved_view_owner_id_name")),
    )
    op.create_index(
        "uq_saved_view_default",
        "saved_view",
        ["owner_id"],
        unique=True,
        sqlite_where=sa.text("is_default = true"),
        postgresql_where=sa.text("is_default = true"),
    )
    for name, columns, rule in _indexes():
        op.create_index(name, *columns, sqlite_where=sa.text(rule), postgresql_where=sa.text(rule))


def _indexes() -> list[tuple[str, tuple[str, list[str]], str]]:
    return [
        (
            "ix_report_open",
            ("report", ["since_on", "id", "municipality_id", "state", "unit_id", "owner_id"]),
            "closed_at IS NULL",
        ),
        ("ix_report_wait_of_report", ("report_wait", ["report_id", "began_at", "id"]), "ended_at IS NULL"),
        (
            "ix_deadline_of_subject",
            ("deadline", ["subject_type", "subject_id", "due_on", "id", "kind"]),
            "met_at IS NULL",
        ),
    ]


def downgrade() -> None:
    op.drop_index("ix_deadline_of_subject", table_name="deadline")
    op.drop_index("ix_report_wait_of_report", table_name="report_wait")
    op.drop_index("ix_report_open", table_name="report")
    op.drop_index("uq_saved_view_default", table_name="saved_view")
    op.drop_table("saved_view")
