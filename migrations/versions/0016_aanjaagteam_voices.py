"""The conversation with a reporter, whether it is solved for them, and who counts once in a group."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
OPEN_MESSAGE = "author_id IS NULL AND handled_on IS NULL"
VIA = "via_id IS NULL OR via_id NOT IN (report_id, head_id)"
UNIQUE = "uq_report_follower_token_hash"


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
    _create_report_message()
    _create_report_verdict()
    _create_decision_share()
    _create_pattern_setting()
    with op.batch_alter_table("report_cluster_item", copy_from=_whole("report_cluster_item")) as batch_op:
        batch_op.add_column(sa.Column("via_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("is_double", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.create_foreign_key(
            op.f("fk_report_cluster_item_via_id_report"), "report", ["via_id"], ["id"]
        )
        batch_op.create_check_constraint(op.f("ck_report_cluster_item_via_another"), VIA)
    with op.batch_alter_table("report_follower", copy_from=_whole("report_follower")) as batch_op:
        batch_op.add_column(sa.Column("is_double", sa.Boolean(), server_default=sa.false(), nullable=False))
        # links to confirm and to stop prove themselves: nothing is kept for them
        batch_op.drop_constraint(op.f(UNIQUE), type_="unique")
        batch_op.drop_column("token_hash")


def _create_report_message() -> None:
    op.create_table(
        "report_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("read_on", sa.Date(), nullable=True),
        sa.Column("handled_on", sa.Date(), nullable=True),
        sa.Column("post_hash", sa.String(length=64), nullable=False),
        sa.Column("text_sealed", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "author_id IS NULL OR sent_at IS NOT NULL", name=op.f("ck_report_message_officials_have_a_moment")
        ),
        sa.CheckConstraint(
            "author_id IS NULL OR handled_on IS NULL",
            name=op.f("ck_report_message_only_reporters_are_answered"),
        ),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_report_message_author_id_user")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_report_message_report_id_report")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_message")),
        sa.UniqueConstraint("post_hash", name=op.f("uq_report_message_post_hash")),
        sa.UniqueConstraint("uid", name=op.f("uq_report_message_uid")),
    )
    op.create_index("ix_report_message_report", "report_message", ["report_id", "id"])
    op.create_index(
        "ix_report_message_open",
        "report_message",
        ["report_id"],
        sqlite_where=sa.text(OPEN_MESSAGE),
        postgresql_where=sa.text(OPEN_MESSAGE),
    )


def _create_report_verdict() -> None:
    op.create_table(
        "report_verdict",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("is_solved", sa.Boolean(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_report_verdict_report_id_report")
        ),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_report_verdict")),
    )


def _create_decision_share() -> None:
    op.create_table(
        "decision_share",
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("shared_at", MOMENT, nullable=False),
        sa.Column("shared_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_decision_share_decision_id_decision")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_decision_share_report_id_report")
        ),
        sa.ForeignKeyConstraint(
            ["shared_by_id"], ["user.id"], name=op.f("fk_decision_share_shared_by_id_user")
        ),
        sa.PrimaryKeyConstraint("decision_id", "report_id", name=op.f("pk_decision_share")),
    )
    op.create_index(op.f("ix_decision_share_report_id"), "decision_share", ["report_id"])


def _create_pattern_setting() -> None:
    op.create_table(
        "pattern_setting",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.CheckConstraint("threshold BETWEEN 2 AND 100", name=op.f("ck_pattern_setting_threshold_range")),
        sa.ForeignKeyConstraint(
            ["region_id"], ["region.id"], name=op.f("fk_pattern_setting_region_id_region")
        ),
        sa.PrimaryKeyConstraint("region_id", name=op.f("pk_pattern_setting")),
    )


def downgrade() -> None:
    with op.batch_alter_table("report_follower", copy_from=_whole("report_follower")) as batch_op:
        batch_op.add_column(sa.Column("token_hash", sa.String(length=64), nullable=True))
        batch_op.create_unique_constraint(op.f(UNIQUE), ["token_hash"])
        batch_op.drop_column("is_double")
    with op.batch_alter_table("report_cluster_item", copy_from=_whole("report_cluster_item")) as batch_op:
        batch_op.drop_constraint(op.f("ck_report_cluster_item_via_another"), type_="check")
        batch_op.drop_constraint(op.f("fk_report_cluster_item_via_id_report"), type_="foreignkey")
        batch_op.drop_column("is_double")
        batch_op.drop_column("via_id")
    for table in ("pattern_setting", "decision_share", "report_verdict", "report_message"):
        op.drop_table(table)
