"""Outside the region or the house: in a dispute, and in the chain of handovers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from migrating import swap_check, whole

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


WHO = "(resolved_at IS NULL) = (municipality_id IS NULL AND party = '')"


def upgrade() -> None:
    op.create_table(
        "handover_party",
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("party", sa.String(120), nullable=False),
        sa.CheckConstraint("party <> ''", name=op.f("ck_handover_party_is_named")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_handover_party_event_id_event")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_handover_party")),
    )
    for table in ("dispute", "dispute_claim"):
        op.add_column(table, sa.Column("party", sa.String(120), server_default="", nullable=False))
    swap_check("dispute", "resolved_says_who", WHO)
    with op.batch_alter_table("dispute", copy_from=whole("dispute")) as batch_op:
        batch_op.create_check_constraint(
            op.f("ck_dispute_inside_or_outside"), "municipality_id IS NULL OR party = ''"
        )
    with op.batch_alter_table("dispute_claim", copy_from=whole("dispute_claim")) as batch_op:
        batch_op.alter_column("municipality_id", existing_type=sa.Integer(), nullable=True)
        batch_op.create_check_constraint(
            op.f("ck_dispute_claim_inside_or_outside"), "(municipality_id IS NULL) = (party <> '')"
        )


def downgrade() -> None:
    """What lies outside has no place in the older tables: then it stays with who looked after it."""
    op.execute("DELETE FROM dispute_claim WHERE municipality_id IS NULL")
    op.execute("UPDATE dispute SET party = '', municipality_id = interim_municipality_id WHERE party <> ''")
    with op.batch_alter_table("dispute_claim", copy_from=whole("dispute_claim")) as batch_op:
        batch_op.drop_constraint(op.f("ck_dispute_claim_inside_or_outside"), type_="check")
        batch_op.alter_column("municipality_id", existing_type=sa.Integer(), nullable=False)
        batch_op.drop_column("party")
    with op.batch_alter_table("dispute", copy_from=whole("dispute")) as batch_op:
        batch_op.drop_constraint(op.f("ck_dispute_inside_or_outside"), type_="check")
    swap_check("dispute", "resolved_says_who", "(resolved_at IS NULL) = (municipality_id IS NULL)")
    with op.batch_alter_table("dispute", copy_from=whole("dispute")) as batch_op:
        batch_op.drop_column("party")
    op.drop_table("handover_party")
