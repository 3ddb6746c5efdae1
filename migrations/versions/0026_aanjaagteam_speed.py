"""PostgreSQL keeps the words of every public text in a column: weighing a text takes it apart no more."""

from __future__ import annotations

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

WORDS = "to_tsvector('dutch', words)"
INDEX = "CREATE INDEX ix_search_text_words ON search_text USING gin"


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("DROP INDEX ix_search_text_words")
    op.execute(
        f"ALTER TABLE search_text ADD COLUMN search_vector tsvector GENERATED ALWAYS AS ({WORDS}) STORED"
    )
    op.execute(f"{INDEX} (search_vector)")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("DROP INDEX ix_search_text_words")
    op.execute("ALTER TABLE search_text DROP COLUMN search_vector")
    op.execute(f"{INDEX} ({WORDS})")
