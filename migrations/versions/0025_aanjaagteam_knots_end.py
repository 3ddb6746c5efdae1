"""The end of a decision: moved, or let come, with a reason. And why a reporter says it is not solved."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from alembic import op
from migrating import MOMENT, whole

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

ENDS = "(valid_until IS NULL) = (ends_on IS NULL)"


def upgrade() -> None:
    _create_decision_term()
    with op.batch_alter_table("decision", copy_from=whole("decision")) as batch_op:
        for column in _new_columns():
            batch_op.add_column(column)
    op.execute("UPDATE decision SET ends_on = valid_until")
    with op.batch_alter_table("decision", copy_from=whole("decision")) as batch_op:
        batch_op.create_check_constraint(op.f("ck_decision_ends"), ENDS)
    op.create_index("ix_decision_decided_on", "decision", ["decided_on", "id"])
    _give_verdicts_a_reason()


def _new_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("term_number", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("reminded_of", sa.Date(), nullable=True),
        sa.Column("expired_of", sa.Date(), nullable=True),
    ]


def _create_decision_term() -> None:
    op.create_table(
        "decision_term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("choice", sa.String(30), nullable=False),
        sa.Column("was_until", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("chosen_at", MOMENT, nullable=False),
        sa.Column("chosen_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_decision_term_is_explained")),
        sa.CheckConstraint(
            "(choice = 'prolonged') = (until > was_until)", name=op.f("ck_decision_term_only_later")
        ),
        sa.CheckConstraint("until >= was_until", name=op.f("ck_decision_term_order")),
        sa.ForeignKeyConstraint(
            ["chosen_by_id"], ["user.id"], name=op.f("fk_decision_term_chosen_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_decision_term_decision_id_decision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_term")),
        sa.UniqueConstraint("decision_id", "number", name=op.f("uq_decision_term_decision_id_number")),
    )


def _give_verdicts_a_reason() -> None:
    """Every row gets the name that its sealed text is bound to."""
    with op.batch_alter_table("report_verdict", copy_from=whole("report_verdict")) as batch_op:
        batch_op.add_column(sa.Column("uid", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("reason_sealed", sa.Text(), nullable=True))
    verdict = sa.table("report_verdict", sa.column("report_id"), sa.column("uid"))
    bind = op.get_bind()
    for number in bind.scalars(sa.select(verdict.c.report_id)).all():
        bind.execute(verdict.update().where(verdict.c.report_id == number).values(uid=uuid4().hex))
    with op.batch_alter_table("report_verdict", copy_from=whole("report_verdict")) as batch_op:
        batch_op.alter_column("uid", existing_type=sa.String(length=32), nullable=False)
        batch_op.create_unique_constraint(op.f("uq_report_verdict_uid"), ["uid"])


def downgrade() -> None:
    with op.batch_alter_table("report_verdict", copy_from=whole("report_verdict")) as batch_op:
        batch_op.drop_constraint(op.f("uq_report_verdict_uid"), type_="unique")
        batch_op.drop_column("reason_sealed")
        batch_op.drop_column("uid")
    op.drop_index("ix_decision_decided_on", table_name="decision")
    with op.batch_alter_table("decision", copy_from=whole("decision")) as batch_op:
        batch_op.drop_constraint(op.f("ck_decision_ends"), type_="check")
        for column in _new_columns():
            batch_op.drop_column(str(column.name))
    op.drop_table("decision_term")
