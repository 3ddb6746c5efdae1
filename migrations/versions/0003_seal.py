"""The sealed log: stored nodes, checkpoints, witnesses and their signatures, and checks of the log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_index(
        "ix_event_unsealed",
        "event",
        ["id"],
        unique=False,
        sqlite_where=sa.text("sealed_seq IS NULL"),
        postgresql_where=sa.text("sealed_seq IS NULL"),
    )
    op.create_table(
        "log_node",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("level > 0 AND level % 8 = 0", name=op.f("ck_log_node_whole_tiles")),
        sa.PrimaryKeyConstraint("level", "number", name=op.f("pk_log_node")),
    )
    op.create_table(
        "checkpoint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("size", BIG_ID, nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.String(length=200), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_size", BIG_ID, nullable=False),
        sa.CheckConstraint(
            "size > 0 AND public_size >= 0 AND public_size <= size", name=op.f("ck_checkpoint_sizes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkpoint")),
        sa.UniqueConstraint("size", name=op.f("uq_checkpoint_size")),
    )
    op.create_table(
        "witness",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("email_sealed", sa.Text(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("retired_at >= published_at", name=op.f("ck_witness_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_witness")),
        sa.UniqueConstraint("name", name=op.f("uq_witness_name")),
        sa.UniqueConstraint("public_key", name=op.f("uq_witness_public_key")),
        sa.UniqueConstraint("uid", name=op.f("uq_witness_uid")),
    )
    op.create_table(
        "cosignature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("checkpoint_id", sa.Integer(), nullable=False),
        sa.Column("witness_id", sa.Integer(), nullable=False),
        sa.Column("time", BIG_ID, nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["checkpoint_id"], ["checkpoint.id"], name=op.f("fk_cosignature_checkpoint_id_checkpoint")
        ),
        sa.ForeignKeyConstraint(
            ["witness_id"], ["witness.id"], name=op.f("fk_cosignature_witness_id_witness")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cosignature")),
        sa.UniqueConstraint("checkpoint_id", "witness_id", name=op.f("uq_cosignature_checkpoint_id")),
    )
    op.create_index(op.f("ix_cosignature_witness_id"), "cosignature", ["witness_id"], unique=False)
    op.create_table(
        "log_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("size", BIG_ID, nullable=False),
        sa.Column("again_to", BIG_ID, nullable=False),
        sa.Column("problem", sa.String(length=40), nullable=True),
        sa.Column("place", BIG_ID, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_check")),
    )


def downgrade() -> None:
    for table in ("log_check", "cosignature", "witness", "checkpoint", "log_node"):
        op.drop_table(table)
    op.drop_index(
        "ix_event_unsealed",
        table_name="event",
        sqlite_where=sa.text("sealed_seq IS NULL"),
        postgresql_where=sa.text("sealed_seq IS NULL"),
    )
