"""The ladder: rungs with people, their hours, and each run of it for a report."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
TABLES = (
    "ladder_rung",
    "ladder_person",
    "ladder_hours",
    "ladder_table_day",
    "escalation",
    "escalation_rung",
    "escalation_person",
)


def upgrade() -> None:
    _create_ladder_rung()
    _create_ladder_person()
    _create_ladder_hours()
    _create_ladder_table_day()
    _create_escalation()
    _create_escalation_rung()
    _create_escalation_person()


def _create_ladder_rung() -> None:
    op.create_table(
        "ladder_rung",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("municipality_id", sa.Integer(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("accept_hours", sa.Integer(), nullable=False),
        sa.Column("answer_days", sa.Integer(), nullable=False),
        sa.Column("table_weekday", sa.Integer(), nullable=True),
        sa.CheckConstraint("accept_hours > 0 AND answer_days > 0", name=op.f("ck_ladder_rung_terms")),
        sa.CheckConstraint("level BETWEEN 1 AND 4", name=op.f("ck_ladder_rung_level")),
        sa.CheckConstraint(
            "table_weekday IS NULL OR (level = 4 AND table_weekday BETWEEN 0 AND 6)",
            name=op.f("ck_ladder_rung_table_weekday"),
        ),
        sa.CheckConstraint("unit_id IS NULL OR level <= 2", name=op.f("ck_ladder_rung_unit_level")),
        sa.CheckConstraint(
            "unit_id IS NULL OR municipality_id IS NULL", name=op.f("ck_ladder_rung_one_place")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_ladder_rung_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_ladder_rung_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ladder_rung")),
        sa.UniqueConstraint("scope", "level", name=op.f("uq_ladder_rung_scope_level")),
    )


def _create_ladder_person() -> None:
    op.create_table(
        "ladder_person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rung_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["rung_id"], ["ladder_rung.id"], name=op.f("fk_ladder_person_rung_id_ladder_rung")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_ladder_person_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ladder_person")),
        sa.UniqueConstraint("rung_id", "user_id", name=op.f("uq_ladder_person_rung_id_user_id")),
    )
    op.create_index(op.f("ix_ladder_person_user_id"), "ladder_person", ["user_id"])


def _create_ladder_hours() -> None:
    op.create_table(
        "ladder_hours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("from_minute", sa.Integer(), nullable=False),
        sa.Column("until_minute", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "from_minute >= 0 AND from_minute < until_minute AND until_minute <= 1440",
            name=op.f("ck_ladder_hours_order"),
        ),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_ladder_hours_weekday")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_ladder_hours_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ladder_hours")),
        sa.UniqueConstraint("user_id", "weekday", name=op.f("uq_ladder_hours_user_id_weekday")),
    )


def _create_ladder_table_day() -> None:
    op.create_table(
        "ladder_table_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rung_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["rung_id"], ["ladder_rung.id"], name=op.f("fk_ladder_table_day_rung_id_ladder_rung")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ladder_table_day")),
        sa.UniqueConstraint("rung_id", "held_on", name=op.f("uq_ladder_table_day_rung_id_held_on")),
    )


def _create_escalation() -> None:
    op.create_table(
        "escalation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("reason", sa.String(30), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("asked_sealed", sa.Text(), nullable=True),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("deadline_id", sa.Integer(), nullable=True),
        sa.Column("deadline_due_on", sa.Date(), nullable=True),
        sa.Column("wait_id", sa.Integer(), nullable=True),
        sa.Column("table_on", sa.Date(), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("end_reason_sealed", sa.Text(), nullable=True),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name=op.f("ck_escalation_ended")),
        sa.CheckConstraint(
            "(deadline_id IS NULL) = (deadline_due_on IS NULL)", name=op.f("ck_escalation_deadline")
        ),
        sa.CheckConstraint("level BETWEEN 1 AND 4", name=op.f("ck_escalation_level")),
        sa.CheckConstraint("table_on IS NULL OR level = 4", name=op.f("ck_escalation_table_on_top")),
        sa.ForeignKeyConstraint(
            ["deadline_id"], ["deadline.id"], name=op.f("fk_escalation_deadline_id_deadline")
        ),
        sa.ForeignKeyConstraint(["ended_by_id"], ["user.id"], name=op.f("fk_escalation_ended_by_id_user")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["user.id"], name=op.f("fk_escalation_opened_by_id_user")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_escalation_report_id_report")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_escalation_unit_id_unit")),
        sa.ForeignKeyConstraint(
            ["wait_id"], ["report_wait.id"], name=op.f("fk_escalation_wait_id_report_wait")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation")),
        sa.UniqueConstraint(
            "deadline_id", "deadline_due_on", name=op.f("uq_escalation_deadline_id_deadline_due_on")
        ),
        sa.UniqueConstraint("report_id", "round", name=op.f("uq_escalation_report_id_round")),
        sa.UniqueConstraint("uid", name=op.f("uq_escalation_uid")),
        sa.UniqueConstraint("wait_id", name=op.f("uq_escalation_wait_id")),
    )
    op.create_index(op.f("ix_escalation_report_id"), "escalation", ["report_id"])
    op.create_index("ix_escalation_state", "escalation", ["state", "id"])
    op.create_index(op.f("ix_escalation_unit_id"), "escalation", ["unit_id"])
    op.create_index(
        "uq_escalation_open",
        "escalation",
        ["report_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _create_escalation_rung() -> None:
    op.create_table(
        "escalation_rung",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("escalation_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("accept_hours", sa.Integer(), nullable=False),
        sa.Column("answer_days", sa.Integer(), nullable=False),
        sa.Column("tried_sealed", sa.Text(), nullable=True),
        sa.Column("misses_meeting", sa.Boolean(), nullable=False),
        sa.Column("reached_at", MOMENT, nullable=False),
        sa.Column("starts_at", MOMENT, nullable=True),
        sa.Column("accept_by", MOMENT, nullable=True),
        sa.Column("answer_by", MOMENT, nullable=True),
        sa.Column("accepted_at", MOMENT, nullable=True),
        sa.Column("accepted_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("answer_sealed", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(state IN ('asked', 'accepted')) = (ended_at IS NULL)", name=op.f("ck_escalation_rung_ended")
        ),
        sa.CheckConstraint(
            "state <> 'accepted' OR accepted_at IS NOT NULL", name=op.f("ck_escalation_rung_accepted")
        ),
        sa.CheckConstraint(
            "state = 'nobody' OR (starts_at IS NOT NULL AND accept_by IS NOT NULL AND answer_by IS NOT NULL)",
            name=op.f("ck_escalation_rung_has_clock"),
        ),
        sa.CheckConstraint(
            "(accepted_at IS NULL) = (accepted_by_id IS NULL)", name=op.f("ck_escalation_rung_accepted_by")
        ),
        sa.CheckConstraint(
            "accept_by IS NULL OR (accept_by > starts_at AND accept_by <= answer_by)",
            name=op.f("ck_escalation_rung_clock_order"),
        ),
        sa.CheckConstraint("level BETWEEN 1 AND 4", name=op.f("ck_escalation_rung_level")),
        sa.ForeignKeyConstraint(
            ["accepted_by_id"], ["user.id"], name=op.f("fk_escalation_rung_accepted_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["user.id"], name=op.f("fk_escalation_rung_ended_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["escalation_id"], ["escalation.id"], name=op.f("fk_escalation_rung_escalation_id_escalation")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_escalation_rung_report_id_report")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation_rung")),
        sa.UniqueConstraint(
            "report_id", "round", "level", name=op.f("uq_escalation_rung_report_id_round_level")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_escalation_rung_uid")),
    )
    op.create_index(
        "ix_escalation_rung_due",
        "escalation_rung",
        ["accept_by"],
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(op.f("ix_escalation_rung_escalation_id"), "escalation_rung", ["escalation_id"])


def _create_escalation_person() -> None:
    op.create_table(
        "escalation_person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rung_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["user.id"], name=op.f("fk_escalation_person_asked_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["rung_id"], ["escalation_rung.id"], name=op.f("fk_escalation_person_rung_id_escalation_rung")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_escalation_person_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation_person")),
        sa.UniqueConstraint("rung_id", "user_id", name=op.f("uq_escalation_person_rung_id_user_id")),
    )
    op.create_index(op.f("ix_escalation_person_user_id"), "escalation_person", ["user_id"])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
