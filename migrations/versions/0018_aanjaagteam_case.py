"""Disputes between municipalities about a report; waits that were a mistake; versions of an incentive."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "report_wait", sa.Column("is_mistake", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("report_wait", sa.Column("reminded_of", sa.Date(), nullable=True))
    op.add_column("incentive", sa.Column("revision", sa.Integer(), server_default="0", nullable=False))
    _create_dispute()
    _create_claim()
    # who may decide was not asked before: that is "unknown", and counted from the triage
    op.execute(
        "UPDATE report SET decision_owner = 'unknown', decision_owner_unknown_since = triaged_at "
        "WHERE decision_owner IS NULL AND triaged_at IS NOT NULL"
    )


def _create_dispute() -> None:
    op.create_table(
        "dispute",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("law_basis", sa.String(30), nullable=False),
        sa.Column("law_explanation", sa.String(500), nullable=False),
        sa.Column("interim_municipality_id", sa.Integer(), nullable=False),
        sa.Column("interim_unit_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("resolver", sa.String(200), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(500), nullable=False),
        sa.Column("resolved_at", MOMENT, nullable=True),
        sa.Column("resolved_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(resolved_at IS NULL) = (municipality_id IS NULL)", name=op.f("ck_dispute_resolved_says_who")
        ),
        sa.CheckConstraint(
            "resolved_at IS NULL OR resolver <> ''", name=op.f("ck_dispute_resolver_is_named")
        ),
        sa.CheckConstraint("resolved_at IS NULL OR outcome <> ''", name=op.f("ck_dispute_resolved_says_why")),
        sa.CheckConstraint(
            "law_basis <> 'other' OR law_explanation <> ''", name=op.f("ck_dispute_other_law_is_named")
        ),
        sa.ForeignKeyConstraint(
            ["interim_municipality_id"],
            ["municipality.id"],
            name=op.f("fk_dispute_interim_municipality_id_municipality"),
        ),
        sa.ForeignKeyConstraint(
            ["interim_unit_id"], ["unit.id"], name=op.f("fk_dispute_interim_unit_id_unit")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_dispute_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["opened_by_id"], ["user.id"], name=op.f("fk_dispute_opened_by_id_user")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_dispute_report_id_report")),
        sa.ForeignKeyConstraint(["resolved_by_id"], ["user.id"], name=op.f("fk_dispute_resolved_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
    )
    op.create_index(op.f("ix_dispute_report_id"), "dispute", ["report_id"])
    op.create_index(
        "uq_dispute_open",
        "dispute",
        ["report_id"],
        unique=True,
        sqlite_where=sa.text("resolved_at IS NULL"),
        postgresql_where=sa.text("resolved_at IS NULL"),
    )


def _create_claim() -> None:
    op.create_table(
        "dispute_claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dispute_id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("stance", sa.String(30), nullable=False),
        sa.Column("basis", sa.String(500), nullable=False),
        sa.CheckConstraint("basis <> ''", name=op.f("ck_dispute_claim_has_basis")),
        sa.ForeignKeyConstraint(
            ["dispute_id"], ["dispute.id"], name=op.f("fk_dispute_claim_dispute_id_dispute")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_dispute_claim_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_claim")),
        sa.UniqueConstraint(
            "dispute_id", "municipality_id", name=op.f("uq_dispute_claim_dispute_id_municipality_id")
        ),
    )


def downgrade() -> None:
    op.drop_table("dispute_claim")
    op.drop_index("uq_dispute_open", "dispute")
    op.drop_table("dispute")
    op.drop_column("incentive", "revision")
    op.drop_column("report_wait", "reminded_of")
    op.drop_column("report_wait", "is_mistake")
