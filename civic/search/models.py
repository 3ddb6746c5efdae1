"""One table with the public text of every subject, and the full-text index that each database can make.

PostgreSQL keeps `words` taken apart in a column that it fills itself; SQLite keeps an FTS5 table beside it,
in step by triggers.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DDL, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from civic.db import Base, BigId

TITLE_LENGTH = 200
INDEX = "search_index"  # on SQLite; FTS5 makes tables of its own whose names begin with it
POSTGRESQL_INDEX = "ix_search_text_words"
POSTGRESQL_COLUMN = "search_vector"


class SearchText(Base):
    """What anyone may find. `words` is title and body without accents, with the stems of their words."""

    __tablename__ = "search_text"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int] = mapped_column(BigId)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    body: Mapped[str]
    words: Mapped[str]
    changed_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("subject_type", "subject_id"),)


SQLITE_INDEX = (
    "CREATE VIRTUAL TABLE search_index USING fts5(words, content='search_text', content_rowid='id', "
    "tokenize='unicode61 remove_diacritics 2')",
    "CREATE TRIGGER search_text_insert AFTER INSERT ON search_text BEGIN "
    "INSERT INTO search_index (rowid, words) VALUES (NEW.id, NEW.words); END",
    "CREATE TRIGGER search_text_delete AFTER DELETE ON search_text BEGIN "
    "INSERT INTO search_index (search_index, rowid, words) VALUES ('delete', OLD.id, OLD.words); END",
    "CREATE TRIGGER search_text_update AFTER UPDATE ON search_text BEGIN "
    "INSERT INTO search_index (search_index, rowid, words) VALUES ('delete', OLD.id, OLD.words); "
    "INSERT INTO search_index (rowid, words) VALUES (NEW.id, NEW.words); END",
)
# kept, not worked out in the index only: taking a text apart to weigh it costs more than finding it
POSTGRESQL_WORDS = (
    f"ALTER TABLE search_text ADD COLUMN {POSTGRESQL_COLUMN} tsvector "
    "GENERATED ALWAYS AS (to_tsvector('dutch', words)) STORED",
    f"CREATE INDEX {POSTGRESQL_INDEX} ON search_text USING gin ({POSTGRESQL_COLUMN})",
)

for _statement in SQLITE_INDEX:
    event.listen(SearchText.__table__, "after_create", DDL(_statement).execute_if(dialect="sqlite"))  # type: ignore[no-untyped-call]  # DDL has no types
for _statement in POSTGRESQL_WORDS:
    event.listen(SearchText.__table__, "after_create", DDL(_statement).execute_if(dialect="postgresql"))  # type: ignore[no-untyped-call]  # DDL has no types


def is_own_index(name: str | None) -> bool:
    """What stands beside the models (tables, an index, a column): comparing schemas leaves it out."""
    is_postgresql = name in {POSTGRESQL_INDEX, POSTGRESQL_COLUMN}
    return is_postgresql or (bool(name) and str(name).split("_")[:2] == INDEX.split("_"))
