"""Search, files and attachments: the public text with its index, uploads, and what hangs on an initiative."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
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


def upgrade() -> None:
    """Run `flask search rebuild` once after this: it fills the text of what was published before."""
    _create_search()
    _create_uploads()
    _create_attachments()


def _create_search() -> None:
    op.create_table(
        "search_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_text")),
        sa.UniqueConstraint(
            "subject_type", "subject_id", name=op.f("uq_search_text_subject_type_subject_id")
        ),
    )
    if op.get_bind().dialect.name == "sqlite":
        for statement in SQLITE_INDEX:
            op.execute(statement)
    else:
        op.execute("CREATE INDEX ix_search_text_words ON search_text USING gin (to_tsvector('dutch', words))")


def _create_uploads() -> None:
    op.create_table(
        "upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("owner_type", sa.String(length=40), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("path", sa.String(length=80), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("(content IS NULL) <> (path IS NULL)", name=op.f("ck_upload_one_place")),
        sa.CheckConstraint("size > 0", name=op.f("ck_upload_size_positive")),
        sa.CheckConstraint("(width IS NULL) = (height IS NULL)", name=op.f("ck_upload_both_sides")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        sa.UniqueConstraint("uid", name=op.f("uq_upload_uid")),
    )
    op.create_index("ix_upload_owner", "upload", ["owner_type", "owner_id"])


def _create_attachments() -> None:
    op.create_table(
        "initiative_attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("initiative_id", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("description", sa.String(length=200), nullable=False),
        sa.CheckConstraint("description <> ''", name=op.f("ck_initiative_attachment_has_description")),
        sa.ForeignKeyConstraint(
            ["initiative_id"],
            ["initiative.id"],
            name=op.f("fk_initiative_attachment_initiative_id_initiative"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["upload_id"],
            ["upload.id"],
            name=op.f("fk_initiative_attachment_upload_id_upload"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_initiative_attachment")),
        sa.UniqueConstraint("upload_id", name=op.f("uq_initiative_attachment_upload_id")),
    )
    op.create_index(
        "ix_initiative_attachment_initiative_id", "initiative_attachment", ["initiative_id", "position"]
    )


def downgrade() -> None:
    op.drop_table("initiative_attachment")
    op.drop_table("upload")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_index")
    op.drop_table("search_text")
