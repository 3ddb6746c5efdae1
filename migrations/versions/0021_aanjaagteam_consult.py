"""Consults and improvements."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_specialist()
    _create_consult()
    _create_improvement()
    _create_improvement_thanks()
    op.create_index("ix_report_public_since", "report", ["is_public", "since_on", "id"])


def _create_specialist() -> None:
    op.create_table(
        "specialist",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("domain", sa.String(30), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("hours", sa.String(length=120), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_specialist_unit_id_unit")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_specialist_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_specialist")),
        sa.UniqueConstraint("user_id", "domain", name=op.f("uq_specialist_user_id_domain")),
    )
    op.create_index(op.f("ix_specialist_user_id"), "specialist", ["user_id"])


def _create_consult() -> None:
    op.create_table(
        "consult",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("domain", sa.String(30), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("question_sealed", sa.Text(), nullable=True),
        sa.Column("answer_sealed", sa.Text(), nullable=True),
        sa.Column("thanks_sealed", sa.Text(), nullable=True),
        sa.Column("passed_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("next_step", sa.String(30), nullable=True),
        sa.Column("call_on", sa.Date(), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(state IN ('closed', 'withdrawn')) = (ended_at IS NOT NULL)", name=op.f("ck_consult_ended_at")
        ),
        sa.CheckConstraint(
            "next_step IS NULL OR (next_step = 'call_later') = (call_on IS NOT NULL)",
            name=op.f("ck_consult_call_on"),
        ),
        sa.CheckConstraint(
            "state <> 'answered' OR answered_at IS NOT NULL", name=op.f("ck_consult_answered_at")
        ),
        sa.CheckConstraint(
            "state <> 'closed' OR minutes IS NULL OR next_step IS NOT NULL",
            name=op.f("ck_consult_quick_has_next_step"),
        ),
        sa.CheckConstraint(
            "state <> 'taken' OR user_id IS NOT NULL", name=op.f("ck_consult_taken_by_somebody")
        ),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by_id IS NULL)", name=op.f("ck_consult_answered_by")
        ),
        sa.CheckConstraint(
            "(report_id IS NULL) = (minutes IS NOT NULL)", name=op.f("ck_consult_case_or_quick")
        ),
        sa.CheckConstraint(
            "user_id IS NOT NULL OR unit_id IS NOT NULL OR domain IS NOT NULL",
            name=op.f("ck_consult_asked_somebody"),
        ),
        sa.ForeignKeyConstraint(["answered_by_id"], ["user.id"], name=op.f("fk_consult_answered_by_id_user")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user.id"], name=op.f("fk_consult_asked_by_id_user")),
        sa.ForeignKeyConstraint(["passed_by_id"], ["user.id"], name=op.f("fk_consult_passed_by_id_user")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_consult_report_id_report")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_consult_unit_id_unit")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_consult_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consult")),
        sa.UniqueConstraint("uid", name=op.f("uq_consult_uid")),
    )
    op.create_index(op.f("ix_consult_asked_by_id"), "consult", ["asked_by_id"])
    op.create_index("ix_consult_domain", "consult", ["domain", "state"])
    op.create_index(op.f("ix_consult_report_id"), "consult", ["report_id"])
    op.create_index(op.f("ix_consult_unit_id"), "consult", ["unit_id"])
    op.create_index(op.f("ix_consult_user_id"), "consult", ["user_id"])


def _create_improvement() -> None:
    op.create_table(
        "improvement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("proposer_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("process", sa.String(length=120), nullable=False),
        sa.Column("proposal", sa.String(length=2000), nullable=False),
        sa.Column("costs_money", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("changes_rule", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("touches_others", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("touches_rights", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("mandate", sa.String(30), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("tell_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.String(length=2000), server_default="", nullable=False),
        sa.Column("result", sa.String(length=2000), server_default="", nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(state IN ('done', 'refused', 'withdrawn')) = (ended_at IS NOT NULL)",
            name=op.f("ck_improvement_ended_at"),
        ),
        sa.CheckConstraint("process <> '' AND proposal <> ''", name=op.f("ck_improvement_is_complete")),
        sa.CheckConstraint("state <> 'done' OR result <> ''", name=op.f("ck_improvement_done_has_result")),
        sa.CheckConstraint(
            "state <> 'on_table' OR report_id IS NOT NULL", name=op.f("ck_improvement_on_table_has_report")
        ),
        sa.CheckConstraint(
            "state <> 'refused' OR answer <> ''", name=op.f("ck_improvement_refused_has_answer")
        ),
        sa.CheckConstraint(
            "state <> 'started' OR started_at IS NOT NULL", name=op.f("ck_improvement_started_at")
        ),
        sa.CheckConstraint(
            "started_at IS NULL OR tell_on IS NOT NULL", name=op.f("ck_improvement_tells_how_it_went")
        ),
        sa.ForeignKeyConstraint(["proposer_id"], ["user.id"], name=op.f("fk_improvement_proposer_id_user")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_improvement_report_id_report")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_improvement_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_improvement")),
        sa.UniqueConstraint("report_id", name=op.f("uq_improvement_report_id")),
    )
    op.create_index(op.f("ix_improvement_proposer_id"), "improvement", ["proposer_id"])
    op.create_index(op.f("ix_improvement_unit_id"), "improvement", ["unit_id"])


def _create_improvement_thanks() -> None:
    op.create_table(
        "improvement_thanks",
        sa.Column("improvement_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("thanked_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["improvement_id"],
            ["improvement.id"],
            name=op.f("fk_improvement_thanks_improvement_id_improvement"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_improvement_thanks_user_id_user")),
        sa.PrimaryKeyConstraint("improvement_id", "user_id", name=op.f("pk_improvement_thanks")),
    )
    op.create_index(op.f("ix_improvement_thanks_user_id"), "improvement_thanks", ["user_id"])


def downgrade() -> None:
    op.drop_index("ix_report_public_since", table_name="report")
    for table in ("improvement_thanks", "improvement", "consult", "specialist"):
        op.drop_table(table)
