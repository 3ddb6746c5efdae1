"""Figures of the aanjaagteam: the moves from state to state can be read from an index alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_event_moves",
        "event",
        ["subject_type", "subject_id", "id", "to_state", "action", "at"],
        sqlite_where=sa.text("to_state IS NOT NULL"),
        postgresql_where=sa.text("to_state IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_event_moves", table_name="event")
