"""The ledger of support: lines of paper sheets, samples, and the postcode of who supports with an account."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def _refers(table: str, column: str, other: str, **options: Any) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, **options)


def upgrade() -> None:
    op.create_index(
        "ix_support_shows_name",
        "support",
        ["initiative_id", "confirmed_at"],
        sqlite_where=sa.text("shows_name = 1"),
        postgresql_where=sa.text("shows_name"),
    )
    _create_lines()
    _create_homes()
    _create_samples()
    _create_items()


def _create_lines() -> None:
    table = "support_sheet_line"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name_sealed", sa.Text(), nullable=True),
        sa.Column("birth_date_sealed", sa.Text(), nullable=True),
        sa.Column("postcode_sealed", sa.Text(), nullable=True),
        sa.Column("person_key", sa.String(length=64), nullable=True),
        sa.Column("review_key", sa.String(length=64), nullable=True),
        sa.Column("verdict", sa.String(30), nullable=False),
        sa.Column("support_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "support_id IS NULL OR verdict = 'accepted'", name=op.f(f"ck_{table}_support_was_accepted")
        ),
        _refers(table, "sheet_id", "support_sheet", ondelete="CASCADE"),
        _refers(table, "support_id", "support", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("uid", name=op.f(f"uq_{table}_uid")),
        sa.UniqueConstraint("sheet_id", "number", name=op.f(f"uq_{table}_sheet_id_number")),
    )
    op.create_index(f"ix_{table}_support_id", table, ["support_id"])


def _create_homes() -> None:
    op.create_table(
        "support_home",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("postcode_sealed", sa.Text(), nullable=True),
        sa.Column("changed_at", MOMENT, nullable=False),
        _refers("support_home", "user_id", "user", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_support_home")),
        sa.UniqueConstraint("uid", name=op.f("uq_support_home_uid")),
    )


def _create_samples() -> None:
    table = "support_sample"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("drawn_by_id", sa.Integer(), nullable=False),
        sa.Column("drawn_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("valid", "low", "high")),
        sa.CheckConstraint("size > 0 AND size <= population", name=op.f(f"ck_{table}_size")),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name=op.f(f"ck_{table}_ended_at")),
        sa.CheckConstraint(
            "(state = 'finished') = (valid IS NOT NULL) AND (valid IS NULL) = (low IS NULL) "
            "AND (valid IS NULL) = (high IS NULL)",
            name=op.f(f"ck_{table}_finished_has_result"),
        ),
        sa.CheckConstraint("low IS NULL OR low <= high", name=op.f(f"ck_{table}_interval")),
        _refers(table, "place_id", "initiative_place", ondelete="CASCADE"),
        _refers(table, "drawn_by_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_place_id"), table, ["place_id"])
    op.create_index(
        "uq_support_sample_open",
        table,
        ["place_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def _create_items() -> None:
    table = "support_sample_item"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sample_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("support_id", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.String(30), nullable=True),
        sa.Column("judged_by_id", sa.Integer(), nullable=True),
        sa.Column("drawn_at", MOMENT, nullable=False),
        sa.CheckConstraint("(verdict IS NULL) = (judged_by_id IS NULL)", name=op.f(f"ck_{table}_judged_by")),
        _refers(table, "sample_id", "support_sample", ondelete="CASCADE"),
        _refers(table, "support_id", "support", ondelete="SET NULL"),
        _refers(table, "judged_by_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("sample_id", "position", name=op.f(f"uq_{table}_sample_id_position")),
    )
    op.create_index(op.f(f"ix_{table}_support_id"), table, ["support_id"])


def downgrade() -> None:
    for table in ("support_sample_item", "support_sample", "support_home", "support_sheet_line"):
        op.drop_table(table)
    op.drop_index("ix_support_shows_name", "support")
