"""Rights: who is confirmed as a specialist, whether the later call was made, and no guess in what all search.

Nobody in the register was confirmed by anybody, so the team does that once. In the search text `words`
becomes the title as it stands; `flask search rebuild` adds the stems again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from migrating import MOMENT, whole

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


CONFIRMED = "(confirmed_at IS NULL) = (confirmed_by_id IS NULL)"
CALLED = "called_at IS NULL OR call_on IS NOT NULL"


def upgrade() -> None:
    with op.batch_alter_table("specialist", copy_from=whole("specialist")) as table:
        table.add_column(sa.Column("confirmed_at", MOMENT, nullable=True))
        table.add_column(sa.Column("confirmed_by_id", sa.Integer(), nullable=True))
        name = op.f("fk_specialist_confirmed_by_id_user")
        table.create_foreign_key(name, "user", ["confirmed_by_id"], ["id"])
        table.create_check_constraint(op.f("ck_specialist_confirmed_by"), CONFIRMED)
    with op.batch_alter_table("consult", copy_from=whole("consult")) as table:
        table.add_column(sa.Column("called_at", MOMENT, nullable=True))
        table.create_check_constraint(op.f("ck_consult_called_at"), CALLED)
    op.execute(
        "UPDATE search_text SET body = '', words = lower(title) WHERE subject_type = 'report' AND body <> ''"
    )


def downgrade() -> None:
    with op.batch_alter_table("consult", copy_from=whole("consult")) as table:
        table.drop_constraint(op.f("ck_consult_called_at"), type_="check")
        table.drop_column("called_at")
    with op.batch_alter_table("specialist", copy_from=whole("specialist")) as table:
        table.drop_constraint(op.f("ck_specialist_confirmed_by"), type_="check")
        table.drop_constraint(op.f("fk_specialist_confirmed_by_id_user"), type_="foreignkey")
        table.drop_column("confirmed_by_id")
        table.drop_column("confirmed_at")
