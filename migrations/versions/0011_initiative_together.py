"""Together: merging by consent, groups of people with like needs, comments and their moderation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
TABLES = (
    "merge_proposal",
    "merge_news",
    "support_move",
    "cluster",
    "cluster_item",
    "cluster_member",
    "initiative_conversation",
    "comment",
    "comment_report",
)


def upgrade() -> None:
    _merge_proposal()
    _merge_news()
    _support_move()
    _cluster()
    _cluster_item()
    _cluster_member()
    _initiative_conversation()
    _comment()
    _comment_report()


def downgrade() -> None:
    """What is in these tables goes; a merged initiative points to another in its own column."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _merge_proposal() -> None:
    op.create_table(
        "merge_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("source_agreed", sa.Integer(), nullable=True),
        sa.Column("target_agreed", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("new_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'agreed') = (new_id IS NOT NULL)", name=op.f("ck_merge_proposal_agreed_has_new")
        ),
        sa.CheckConstraint(
            "(state = 'open') = (closed_at IS NULL)", name=op.f("ck_merge_proposal_closed_at")
        ),
        sa.CheckConstraint("source_id <> target_id", name=op.f("ck_merge_proposal_two")),
        sa.ForeignKeyConstraint(
            ["new_id"], ["initiative.id"], name=op.f("fk_merge_proposal_new_id_initiative")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["initiative.id"], name=op.f("fk_merge_proposal_source_id_initiative")
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["initiative.id"], name=op.f("fk_merge_proposal_target_id_initiative")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge_proposal")),
        sa.UniqueConstraint("new_id", name=op.f("uq_merge_proposal_new_id")),
    )
    op.create_index("ix_merge_proposal_source", "merge_proposal", ["source_id", "id"])
    op.create_index("ix_merge_proposal_state", "merge_proposal", ["state", "id"])
    op.create_index("ix_merge_proposal_target", "merge_proposal", ["target_id", "id"])
    op.create_index(
        "uq_merge_proposal_source_open",
        "merge_proposal",
        ["source_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "uq_merge_proposal_target_open",
        "merge_proposal",
        ["target_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def _merge_news() -> None:
    op.create_table(
        "merge_news",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("initiative_id", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_support_id", sa.Integer(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("unreachable", sa.Integer(), nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["initiative_id"], ["initiative.id"], name=op.f("fk_merge_news_initiative_id_initiative")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["merge_proposal.id"],
            name=op.f("fk_merge_news_proposal_id_merge_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge_news")),
        sa.UniqueConstraint(
            "proposal_id", "initiative_id", name=op.f("uq_merge_news_proposal_id_initiative_id")
        ),
    )
    op.create_index("ix_merge_news_open", "merge_news", ["done_at", "id"])


def _support_move() -> None:
    op.create_table(
        "support_move",
        sa.Column("support_id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(30), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=False),
        sa.Column("new_support_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["new_support_id"],
            ["support.id"],
            name=op.f("fk_support_move_new_support_id_support"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["merge_proposal.id"],
            name=op.f("fk_support_move_proposal_id_merge_proposal"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["support_id"],
            ["support.id"],
            name=op.f("fk_support_move_support_id_support"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("support_id", name=op.f("pk_support_move")),
    )
    op.create_index(op.f("ix_support_move_proposal_id"), "support_move", ["proposal_id"])


def _cluster() -> None:
    op.create_table(
        "cluster",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=120), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["user.id"], name=op.f("fk_cluster_made_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cluster")),
    )
    op.create_index("ix_cluster_closed_at", "cluster", ["closed_at", "id"])


def _cluster_item() -> None:
    op.create_table(
        "cluster_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cluster_id", sa.Integer(), nullable=False),
        sa.Column("initiative_id", sa.Integer(), nullable=True),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("invited_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(initiative_id IS NULL) <> (report_id IS NULL)", name=op.f("ck_cluster_item_is_one_thing")
        ),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["cluster.id"], name=op.f("fk_cluster_item_cluster_id_cluster")
        ),
        sa.ForeignKeyConstraint(
            ["initiative_id"], ["initiative.id"], name=op.f("fk_cluster_item_initiative_id_initiative")
        ),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_cluster_item_report_id_report")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cluster_item")),
        sa.UniqueConstraint(
            "cluster_id", "initiative_id", name=op.f("uq_cluster_item_cluster_id_initiative_id")
        ),
        sa.UniqueConstraint("cluster_id", "report_id", name=op.f("uq_cluster_item_cluster_id_report_id")),
    )


def _cluster_member() -> None:
    op.create_table(
        "cluster_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("cluster_id", sa.Integer(), nullable=False),
        sa.Column("person_key", sa.String(length=64), nullable=False),
        sa.Column("email_sealed", sa.Text(), nullable=True),
        sa.Column("name_sealed", sa.Text(), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("is_contact", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("invited_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(state = 'invited') = (answered_at IS NULL)", name=op.f("ck_cluster_member_answered_at")
        ),
        sa.CheckConstraint(
            "(state = 'member') = (name_sealed IS NOT NULL)", name=op.f("ck_cluster_member_member_has_name")
        ),
        sa.CheckConstraint(
            "is_contact = false OR state = 'member'", name=op.f("ck_cluster_member_contact_is_member")
        ),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["cluster.id"], name=op.f("fk_cluster_member_cluster_id_cluster")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cluster_member")),
        sa.UniqueConstraint("cluster_id", "person_key", name=op.f("uq_cluster_member_cluster_id_person_key")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_cluster_member_token_hash")),
        sa.UniqueConstraint("uid", name=op.f("uq_cluster_member_uid")),
    )
    op.create_index("ix_cluster_member_state", "cluster_member", ["cluster_id", "state", "id"])


def _initiative_conversation() -> None:
    op.create_table(
        "initiative_conversation",
        sa.Column("initiative_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(30), nullable=True),
        sa.Column("declared_at", MOMENT, nullable=True),
        sa.Column("listening_since", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(level IS NULL) = (declared_at IS NULL)", name=op.f("ck_initiative_conversation_declared_at")
        ),
        sa.ForeignKeyConstraint(
            ["initiative_id"],
            ["initiative.id"],
            name=op.f("fk_initiative_conversation_initiative_id_initiative"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("initiative_id", name=op.f("pk_initiative_conversation")),
    )


def _comment() -> None:
    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("initiative_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("name_sealed", sa.Text(), nullable=True),
        sa.Column("text", sa.String(length=2000), nullable=True),
        sa.Column("is_official", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_question", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("posted_at", MOMENT, nullable=False),
        sa.Column("edited_at", MOMENT, nullable=True),
        sa.Column("waits_since", MOMENT, nullable=True),
        sa.Column("wait_reason", sa.String(30), nullable=True),
        sa.Column("hide_reason", sa.String(30), nullable=True),
        sa.Column("hide_text", sa.String(length=1000), server_default="", nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("objection", sa.String(length=1000), nullable=True),
        sa.Column("objected_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(state = 'hidden') = (hide_reason IS NOT NULL)", name=op.f("ck_comment_hidden_has_reason")
        ),
        sa.CheckConstraint("state <> 'hidden' OR hide_text <> ''", name=op.f("ck_comment_hidden_has_text")),
        sa.CheckConstraint(
            "state <> 'waiting' OR waits_since IS NOT NULL", name=op.f("ck_comment_waiting_since")
        ),
        sa.CheckConstraint(
            "(decided_by_id IS NULL) = (decided_at IS NULL)", name=op.f("ck_comment_decided_at")
        ),
        sa.CheckConstraint(
            "(waits_since IS NULL) = (wait_reason IS NULL)", name=op.f("ck_comment_wait_reason")
        ),
        sa.CheckConstraint(
            "is_question = false OR is_official = true", name=op.f("ck_comment_question_is_official")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_comment_author_id_user")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name=op.f("fk_comment_decided_by_id_user")),
        sa.ForeignKeyConstraint(
            ["initiative_id"],
            ["initiative.id"],
            name=op.f("fk_comment_initiative_id_initiative"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["comment.id"], name=op.f("fk_comment_parent_id_comment"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sa.UniqueConstraint("uid", name=op.f("uq_comment_uid")),
    )
    op.create_index(op.f("ix_comment_author_id"), "comment", ["author_id"])
    op.create_index("ix_comment_page", "comment", ["initiative_id", "parent_id", "id"])
    op.create_index("ix_comment_parent_id", "comment", ["parent_id", "id"])
    op.create_index("ix_comment_waits_since", "comment", ["waits_since", "id"])


def _comment_report() -> None:
    op.create_table(
        "comment_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(30), nullable=False),
        sa.Column("reported_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["comment.id"],
            name=op.f("fk_comment_report_comment_id_comment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["reporter_id"], ["user.id"], name=op.f("fk_comment_report_reporter_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_report")),
        sa.UniqueConstraint(
            "comment_id", "reporter_id", name=op.f("uq_comment_report_comment_id_reporter_id")
        ),
    )
    op.create_index(op.f("ix_comment_report_comment_id"), "comment_report", ["comment_id"])
