"""Following by mail, overviews, mails that can be stopped with one click, and requests to be erased."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("outgoing_mail", sa.Column("unsubscribe_sealed", sa.Text(), nullable=True))
    _create_followers()
    _create_follows()
    _create_digests()
    _create_erasures()


def _create_followers() -> None:
    op.create_table(
        "follower",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("person_key", sa.String(length=64), nullable=False),
        sa.Column("email_sealed", sa.Text(), nullable=True),
        sa.Column("rhythm", sa.String(30), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("renewed_at", MOMENT, nullable=True),
        sa.Column("looked_on", sa.Date(), nullable=True),
        sa.Column("told_until", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) = (told_until IS NULL)", name=op.f("ck_follower_told_until")
        ),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) = (renewed_at IS NULL)", name=op.f("ck_follower_renewed_at")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follower")),
        sa.UniqueConstraint("person_key", name=op.f("uq_follower_person_key")),
        sa.UniqueConstraint("uid", name=op.f("uq_follower_uid")),
    )
    op.create_index("ix_follower_due", "follower", ["rhythm", "looked_on", "id"])


def _create_follows() -> None:
    op.create_table(
        "follow",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("follower_id", sa.Integer(), nullable=False),
        sa.Column("subject_key", sa.String(length=40), nullable=False),
        sa.Column("scope", sa.String(30), nullable=False),
        sa.Column("initiative_id", sa.Integer(), nullable=True),
        sa.Column("municipality_id", sa.Integer(), nullable=True),
        sa.Column("rhythm", sa.String(30), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("mailed_at", MOMENT, nullable=True),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(scope = 'initiative') = (initiative_id IS NOT NULL)", name=op.f("ck_follow_initiative")
        ),
        sa.CheckConstraint(
            "(scope = 'municipality') = (municipality_id IS NOT NULL)", name=op.f("ck_follow_municipality")
        ),
        sa.ForeignKeyConstraint(
            ["follower_id"],
            ["follower.id"],
            name=op.f("fk_follow_follower_id_follower"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["initiative_id"],
            ["initiative.id"],
            name=op.f("fk_follow_initiative_id_initiative"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_follow_municipality_id_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow")),
        sa.UniqueConstraint("follower_id", "subject_key", name=op.f("uq_follow_follower_id_subject_key")),
        sa.UniqueConstraint("uid", name=op.f("uq_follow_uid")),
    )
    op.create_index(op.f("ix_follow_initiative_id"), "follow", ["initiative_id"])
    op.create_index(op.f("ix_follow_municipality_id"), "follow", ["municipality_id"])


def _create_digests() -> None:
    op.create_table(
        "digest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("follower_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("from_at", MOMENT, nullable=False),
        sa.Column("until_at", MOMENT, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.CheckConstraint("lines > 0", name=op.f("ck_digest_never_empty")),
        sa.ForeignKeyConstraint(
            ["follower_id"],
            ["follower.id"],
            name=op.f("fk_digest_follower_id_follower"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest")),
        sa.UniqueConstraint("follower_id", "period", name=op.f("uq_digest_follower_id_period")),
    )
    op.create_table(
        "follow_news",
        sa.Column("news_id", sa.Integer(), nullable=False),
        sa.Column("last_follower_id", sa.Integer(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["news_id"],
            ["initiative_news.id"],
            name=op.f("fk_follow_news_news_id_initiative_news"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("news_id", name=op.f("pk_follow_news")),
    )


def _create_erasures() -> None:
    op.create_table(
        "erasure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("email_sealed", sa.Text(), nullable=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("rooms_done", sa.JSON(), nullable=False),
        sa.Column("erased_at", MOMENT, nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "closed_at IS NULL OR email_sealed IS NULL", name=op.f("ck_erasure_closed_is_blank")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_erasure_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sa.UniqueConstraint("uid", name=op.f("uq_erasure_uid")),
        sa.UniqueConstraint("user_id", name=op.f("uq_erasure_user_id")),
    )
    op.create_index("ix_erasure_open", "erasure", ["closed_at", "asked_at"])


def downgrade() -> None:
    for table in ("erasure", "follow_news", "digest", "follow", "follower"):
        op.drop_table(table)
    op.drop_column("outgoing_mail", "unsubscribe_sealed")
