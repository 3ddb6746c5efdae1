"""Who wants what waits for them in one mail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "work_digest",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("rhythm", sa.String(30), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_work_digest_user_id_user")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_work_digest")),
    )


def downgrade() -> None:
    op.drop_table("work_digest")
