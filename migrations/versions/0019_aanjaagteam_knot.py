"""Options, checks, meetings and briefs round a decision."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
REFERS = {"member_id": "team_member", "process_owner_id": "user"}
CHECKS = {
    "check_on": "check_on IS NULL OR check_on >= decided_on",
    "is_checked": "(process_outcome IS NULL) = (check_on IS NULL)",
    "process_has_owner": "process_outcome <> 'follows' "
    "OR (process_owner_id IS NOT NULL AND process_due_on IS NOT NULL)",
    "process_is_said": "process_outcome IS NULL OR process_change <> ''",
    "valid_until": "valid_until IS NULL OR valid_until >= decided_on",
}


def _whole(name: str) -> sa.Table:
    """The table as it is, with its checks: reading it back for a copy (SQLite) would leave those out."""
    bind = op.get_bind()
    table = sa.Table(name, sa.MetaData(), autoload_with=bind, resolve_fks=False)
    known = {one.name for one in table.constraints}
    for check in sa.inspect(bind).get_check_constraints(name):
        if check["name"] not in known:
            table.append_constraint(sa.CheckConstraint(check["sqltext"], name=op.f(str(check["name"]))))
    return table


def upgrade() -> None:
    _create_team_member()
    _create_alderman_brief()
    _create_content_meeting()
    _create_table_item()
    _create_decision_option()
    _create_execution_check()
    with op.batch_alter_table("decision", copy_from=_whole("decision")) as batch_op:
        for column in _new_columns():
            batch_op.add_column(column)
        for name, other in REFERS.items():
            batch_op.create_foreign_key(op.f(f"fk_decision_{name}_{other}"), other, [name], ["id"])
        for name, rule in CHECKS.items():
            batch_op.create_check_constraint(op.f(f"ck_decision_{name}"), rule)


def _create_team_member() -> None:
    op.create_table(
        "team_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("function", sa.String(length=120), nullable=False),
        sa.Column("mandate", sa.String(length=200), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("is_name_public", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("function <> '' AND mandate <> ''", name=op.f("ck_team_member_is_complete")),
        sa.CheckConstraint("until_on IS NULL OR until_on >= from_on", name=op.f("ck_team_member_order")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user.id"], name=op.f("fk_team_member_created_by_id_user")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_team_member_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_member")),
    )
    op.create_index(op.f("ix_team_member_user_id"), "team_member", ["user_id"])


def _create_alderman_brief() -> None:
    op.create_table(
        "alderman_brief",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("heading", sa.String(length=200), nullable=False),
        sa.Column("situation", sa.String(length=700), nullable=False),
        sa.Column("tried", sa.String(length=700), nullable=False),
        sa.Column("cost", sa.Integer(), nullable=True),
        sa.Column("cost_basis", sa.String(length=700), nullable=False),
        sa.Column("asked", sa.String(length=700), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("sent_to", sa.String(length=200), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("sent_by_id", sa.Integer(), nullable=True),
        sa.Column("acknowledged_on", sa.Date(), nullable=True),
        sa.CheckConstraint("(sent_on IS NULL) = (sent_to = '')", name=op.f("ck_alderman_brief_sent_to")),
        sa.CheckConstraint(
            "(sent_on IS NULL) = (sent_by_id IS NULL)", name=op.f("ck_alderman_brief_sent_by")
        ),
        sa.CheckConstraint(
            "acknowledged_on IS NULL OR (sent_on IS NOT NULL AND acknowledged_on >= sent_on)",
            name=op.f("ck_alderman_brief_acknowledged"),
        ),
        sa.CheckConstraint("cost IS NULL OR cost >= 0", name=op.f("ck_alderman_brief_cost")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user.id"], name=op.f("fk_alderman_brief_created_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_alderman_brief_report_id_report")
        ),
        sa.ForeignKeyConstraint(["sent_by_id"], ["user.id"], name=op.f("fk_alderman_brief_sent_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alderman_brief")),
        sa.UniqueConstraint("report_id", "version", name=op.f("uq_alderman_brief_report_id_version")),
    )


def _create_content_meeting() -> None:
    op.create_table(
        "content_meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("attendees_sealed", sa.Text(), nullable=True),
        sa.Column("knows_case", sa.Boolean(), nullable=False),
        sa.Column("outcome_sealed", sa.Text(), nullable=True),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user.id"], name=op.f("fk_content_meeting_created_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_content_meeting_report_id_report")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_meeting")),
        sa.UniqueConstraint("token", name=op.f("uq_content_meeting_token")),
        sa.UniqueConstraint("uid", name=op.f("uq_content_meeting_uid")),
    )
    op.create_index(op.f("ix_content_meeting_report_id"), "content_meeting", ["report_id"])


def _create_table_item() -> None:
    op.create_table(
        "table_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("organ", sa.String(30), nullable=False),
        sa.Column("table_on", sa.Date(), nullable=False),
        sa.Column("asked", sa.String(length=300), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(30), nullable=True),
        sa.Column("said", sa.String(length=2000), nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_by_id IS NULL)", name=op.f("ck_table_item_closed_by")
        ),
        sa.CheckConstraint("(result IS NULL) = (closed_at IS NULL)", name=op.f("ck_table_item_closed")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["user.id"], name=op.f("fk_table_item_closed_by_id_user")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user.id"], name=op.f("fk_table_item_created_by_id_user")
        ),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_table_item_report_id_report")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_table_item")),
        sa.UniqueConstraint(
            "report_id", "organ", "table_on", name=op.f("uq_table_item_report_id_organ_table_on")
        ),
    )
    op.create_index("ix_table_item_agenda", "table_item", ["table_on", "id"])


def _create_decision_option() -> None:
    op.create_table(
        "decision_option",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("what", sa.String(length=300), nullable=False),
        sa.Column("cost_yes", sa.Integer(), nullable=True),
        sa.Column("cost_yes_basis", sa.String(length=300), nullable=False),
        sa.Column("cost_no", sa.Integer(), nullable=True),
        sa.Column("cost_no_basis", sa.String(length=300), nullable=False),
        sa.Column("payer", sa.String(length=200), nullable=False),
        sa.Column("is_chosen", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "cost_no IS NULL OR (cost_no >= 0 AND cost_no_basis <> '')",
            name=op.f("ck_decision_option_cost_no"),
        ),
        sa.CheckConstraint(
            "cost_yes IS NULL OR (cost_yes >= 0 AND cost_yes_basis <> '')",
            name=op.f("ck_decision_option_cost_yes"),
        ),
        sa.CheckConstraint("what <> ''", name=op.f("ck_decision_option_is_said")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_decision_option_decision_id_decision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_option")),
        sa.UniqueConstraint("decision_id", "position", name=op.f("uq_decision_option_decision_id_position")),
    )
    op.create_index(
        "uq_decision_option_chosen",
        "decision_option",
        ["decision_id"],
        unique=True,
        sqlite_where=sa.text("is_chosen"),
        postgresql_where=sa.text("is_chosen"),
    )


def _create_execution_check() -> None:
    op.create_table(
        "execution_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("checked_at", MOMENT, nullable=False),
        sa.Column("checked_by_id", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(30), nullable=False),
        sa.Column("explanation", sa.String(length=2000), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(result = 'done') = (next_on IS NULL)", name=op.f("ck_execution_check_looked_at_again")
        ),
        sa.CheckConstraint(
            "result = 'done' OR explanation <> ''", name=op.f("ck_execution_check_is_explained")
        ),
        sa.ForeignKeyConstraint(
            ["checked_by_id"], ["user.id"], name=op.f("fk_execution_check_checked_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_execution_check_decision_id_decision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_execution_check")),
        sa.UniqueConstraint("decision_id", "number", name=op.f("uq_execution_check_decision_id_number")),
    )


def _new_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("signer", sa.String(length=200), server_default="", nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("rule_use", sa.String(30), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("dissent", sa.String(length=2000), server_default="", nullable=False),
        sa.Column("reversal_reason", sa.String(length=2000), server_default="", nullable=False),
        sa.Column("process_outcome", sa.String(30), nullable=True),
        sa.Column("process_change", sa.String(length=2000), server_default="", nullable=False),
        sa.Column("process_owner_id", sa.Integer(), nullable=True),
        sa.Column("process_due_on", sa.Date(), nullable=True),
        sa.Column("execute_on", sa.Date(), nullable=True),
        sa.Column("check_on", sa.Date(), nullable=True),
        sa.Column("shows_costs", sa.Boolean(), server_default=sa.false(), nullable=False),
    ]


def downgrade() -> None:
    with op.batch_alter_table("decision", copy_from=_whole("decision")) as batch_op:
        for name in CHECKS:
            batch_op.drop_constraint(op.f(f"ck_decision_{name}"), type_="check")
        for name, other in REFERS.items():
            batch_op.drop_constraint(op.f(f"fk_decision_{name}_{other}"), type_="foreignkey")
        for column in _new_columns():
            batch_op.drop_column(str(column.name))
    for table in (
        "execution_check",
        "decision_option",
        "table_item",
        "content_meeting",
        "alderman_brief",
        "team_member",
    ):
        op.drop_table(table)
