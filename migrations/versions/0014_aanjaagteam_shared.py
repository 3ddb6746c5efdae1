"""Units, waits, clusters and followers: what the rooms of the aanjaagteam share."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
REFERS = {"deputy_id": "user", "incentive_id": "incentive", "unit_id": "unit", "adopter_id": "user"}
CHECKS = {
    "adopted_at": "(adopter_id IS NULL) = (adopted_at IS NULL)",
    "origin": "(origin_type IS NULL) = (origin_id IS NULL)",
    "unknown_is_counted": "(decision_owner = 'unknown') "
    "= (decision_owner_unknown_since IS NOT NULL) OR decision_owner IS NULL",
    "waiting_people": "waiting_people IS NULL OR waiting_people > 0",
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
    _create_incentive()
    _create_unit()
    _create_unit_member()
    _create_report_cluster_item()
    _create_report_follower()
    _create_report_wait()
    with op.batch_alter_table("report", copy_from=_whole("report")) as batch_op:
        for column in _new_columns():
            batch_op.add_column(column)
        for name, other in REFERS.items():
            batch_op.create_foreign_key(op.f(f"fk_report_{name}_{other}"), other, [name], ["id"])
        for name, rule in CHECKS.items():
            batch_op.create_check_constraint(op.f(f"ck_report_{name}"), rule)
    op.create_index(op.f("ix_report_incentive_id"), "report", ["incentive_id"])
    op.create_index(op.f("ix_report_unit_id"), "report", ["unit_id"])


def _create_incentive() -> None:
    op.create_table(
        "incentive",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("description", sa.String(length=1000), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("retired_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_incentive_created_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incentive")),
    )


def _create_unit() -> None:
    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=True),
        sa.Column("discretion", sa.String(length=2000), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("headcount IS NULL OR headcount > 0", name=op.f("ck_unit_headcount_positive")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_unit_municipality_id_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
    )
    op.create_index(op.f("ix_unit_municipality_id"), "unit", ["municipality_id"])


def _create_unit_member() -> None:
    op.create_table(
        "unit_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("is_manager", sa.Boolean(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.CheckConstraint("until_on IS NULL OR until_on >= from_on", name=op.f("ck_unit_member_order")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_member_unit_id_unit")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_unit_member_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_member")),
        sa.UniqueConstraint("unit_id", "user_id", name=op.f("uq_unit_member_unit_id_user_id")),
    )
    op.create_index(op.f("ix_unit_member_user_id"), "unit_member", ["user_id"])


def _create_report_cluster_item() -> None:
    op.create_table(
        "report_cluster_item",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("head_id", sa.Integer(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("report_id <> head_id", name=op.f("ck_report_cluster_item_not_itself")),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["user.id"], name=op.f("fk_report_cluster_item_added_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["head_id"], ["report.id"], name=op.f("fk_report_cluster_item_head_id_report")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_report_cluster_item_report_id_report")
        ),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_report_cluster_item")),
    )
    op.create_index(op.f("ix_report_cluster_item_head_id"), "report_cluster_item", ["head_id"])


def _create_report_follower() -> None:
    op.create_table(
        "report_follower",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("person_key", sa.String(length=64), nullable=True),
        sa.Column("email_sealed", sa.Text(), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("since_on", sa.Date(), nullable=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_report_follower_report_id_report")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_follower")),
        sa.UniqueConstraint("report_id", "person_key", name=op.f("uq_report_follower_report_id_person_key")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_report_follower_token_hash")),
        sa.UniqueConstraint("uid", name=op.f("uq_report_follower_uid")),
    )
    op.create_index(op.f("ix_report_follower_person_key"), "report_follower", ["person_key"])


def _create_report_wait() -> None:
    op.create_table(
        "report_wait",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("party", sa.String(length=200), nullable=False),
        sa.Column("question", sa.String(length=1000), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("began_by_id", sa.Integer(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.CheckConstraint(
            "kind <> 'unit' OR unit_id IS NOT NULL", name=op.f("ck_report_wait_unit_is_named")
        ),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= began_at", name=op.f("ck_report_wait_order")),
        sa.ForeignKeyConstraint(["began_by_id"], ["user.id"], name=op.f("fk_report_wait_began_by_id_user")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["user.id"], name=op.f("fk_report_wait_ended_by_id_user")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_report_wait_report_id_report")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_report_wait_unit_id_unit")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_report_wait_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_wait")),
    )
    op.create_index(
        "ix_report_wait_open",
        "report_wait",
        ["unit_id", "report_id"],
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(op.f("ix_report_wait_report_id"), "report_wait", ["report_id"])


def _new_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("kind", sa.String(30), server_default="sluggish", nullable=False),
        sa.Column("origin_type", sa.String(length=20), nullable=True),
        sa.Column("origin_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("deputy_id", sa.Integer(), nullable=True),
        sa.Column("summary", sa.String(length=2000), server_default="", nullable=False),
        sa.Column("plan", sa.String(length=2000), server_default="", nullable=False),
        sa.Column("waiting_people", sa.Integer(), nullable=True),
        sa.Column("decision_owner", sa.String(30), nullable=True),
        sa.Column("decision_owner_name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("decision_owner_unknown_since", MOMENT, nullable=True),
        sa.Column("cause", sa.String(30), nullable=True),
        sa.Column("cause_note", sa.String(length=2000), server_default="", nullable=False),
        sa.Column("incentive_id", sa.Integer(), nullable=True),
        sa.Column("adopter_id", sa.Integer(), nullable=True),
        sa.Column("adopted_at", MOMENT, nullable=True),
        sa.Column("adopter_is_public", sa.Boolean(), server_default=sa.false(), nullable=False),
    ]


def downgrade() -> None:
    for index in ("ix_report_unit_id", "ix_report_incentive_id"):
        op.drop_index(op.f(index), table_name="report")
    with op.batch_alter_table("report", copy_from=_whole("report")) as batch_op:
        for name in CHECKS:
            batch_op.drop_constraint(op.f(f"ck_report_{name}"), type_="check")
        for name, other in REFERS.items():
            batch_op.drop_constraint(op.f(f"fk_report_{name}_{other}"), type_="foreignkey")
        for column in _new_columns():
            batch_op.drop_column(str(column.name))
    for table in (
        "report_wait",
        "report_follower",
        "report_cluster_item",
        "unit_member",
        "unit",
        "incentive",
    ):
        op.drop_table(table)
