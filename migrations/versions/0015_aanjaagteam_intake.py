"""Intake: the same question twice, and what a report resembles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "double_question",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("step_a_sealed", sa.Text(), nullable=True),
        sa.Column("step_b_sealed", sa.Text(), nullable=True),
        sa.Column("pair_key", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_double_question_report_id_report")
        ),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_double_question")),
        sa.UniqueConstraint("uid", name=op.f("uq_double_question_uid")),
    )
    op.create_index(op.f("ix_double_question_pair_key"), "double_question", ["pair_key"])
    op.create_table(
        "report_likeness",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.CheckConstraint("report_id <> other_id", name=op.f("ck_report_likeness_not_itself")),
        sa.CheckConstraint("score BETWEEN 1 AND 100", name=op.f("ck_report_likeness_score")),
        sa.ForeignKeyConstraint(["other_id"], ["report.id"], name=op.f("fk_report_likeness_other_id_report")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_report_likeness_report_id_report")
        ),
        sa.PrimaryKeyConstraint("report_id", "other_id", name=op.f("pk_report_likeness")),
    )
    op.create_index(op.f("ix_report_likeness_other_id"), "report_likeness", ["other_id"])


def downgrade() -> None:
    op.drop_table("report_likeness")
    op.drop_table("double_question")
