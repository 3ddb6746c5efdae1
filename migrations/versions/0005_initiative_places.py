"""An initiative can ask several municipalities: rules, threshold and count stand per place."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ONE_PLACE = (
    "state = 'draft' OR (municipality_id IS NOT NULL AND rule_set_id IS NOT NULL "
    "AND rules_snapshot IS NOT NULL AND threshold IS NOT NULL AND solution_owner IS NOT NULL)"
)
PLACES = "state = 'draft' OR (threshold IS NOT NULL AND solution_owner IS NOT NULL)"
FACTS = "ck_initiative_published_facts"


def _initiatives(*more: sa.SchemaItem) -> sa.Table:
    """The table in full: on SQLite it is copied, and a copy from what can be read back loses its checks."""
    return sa.Table(
        "initiative",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("author_name_sealed", sa.Text(), nullable=True),
        sa.Column("author_postcode_sealed", sa.Text(), nullable=True),
        sa.Column("scope", sa.String(30), nullable=False),
        sa.Column("district_name", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("solution_owner", sa.String(30), nullable=True),
        sa.Column("confirmed_rules", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("edited_in", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("threshold", sa.Integer(), nullable=True),
        sa.Column("support_count", sa.Integer(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("threshold_reached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'draft') = (published_at IS NULL)", name=op.f("ck_initiative_published_at")
        ),
        sa.CheckConstraint(
            "(state IN ('withdrawn', 'expired')) = (closed_at IS NOT NULL)",
            name=op.f("ck_initiative_closed_at"),
        ),
        sa.CheckConstraint(
            "state <> 'threshold_reached' OR threshold_reached_at IS NOT NULL",
            name=op.f("ck_initiative_threshold_reached_at"),
        ),
        sa.CheckConstraint("support_count >= 0", name=op.f("ck_initiative_support_count_positive")),
        sa.CheckConstraint(
            "threshold IS NULL OR threshold > 0", name=op.f("ck_initiative_threshold_positive")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_initiative_author_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_initiative")),
        sa.UniqueConstraint("uid", name=op.f("uq_initiative_uid")),
        sa.Index(op.f("ix_initiative_author_id"), "author_id"),
        sa.Index("ix_initiative_state_published_at", "state", "published_at", "id"),
        sa.Index("ix_initiative_state_support_count", "state", "support_count", "id"),
        *more,
        sqlite_autoincrement=True,
    )


def _of_one_place() -> list[sa.SchemaItem]:
    return [
        sa.Column("municipality_id", sa.Integer(), nullable=True),
        sa.Column("rule_set_id", sa.Integer(), nullable=True),
        sa.Column("rules_snapshot", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_initiative_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(
            ["rule_set_id"], ["rule_set.id"], name=op.f("fk_initiative_rule_set_id_rule_set")
        ),
        sa.CheckConstraint(ONE_PLACE, name=op.f(FACTS)),
        sa.Index(op.f("ix_initiative_municipality_id"), "municipality_id"),
    ]


def _supports(*more: sa.SchemaItem) -> sa.Table:
    dirty = {"sqlite_where": sa.text("is_dirty = 1"), "postgresql_where": sa.text("is_dirty")}
    return sa.Table(
        "support",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("initiative_id", sa.Integer(), nullable=False),
        sa.Column("person_key", sa.String(length=64), nullable=True),
        sa.Column("review_key", sa.String(length=64), nullable=True),
        sa.Column("name_sealed", sa.Text(), nullable=True),
        sa.Column("email_sealed", sa.Text(), nullable=True),
        sa.Column("postcode_sealed", sa.Text(), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("code_tries", sa.Integer(), nullable=False),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_dirty", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name=op.f("ck_support_withdrawn_at")
        ),
        sa.CheckConstraint(
            "state <> 'confirmed' OR confirmed_at IS NOT NULL", name=op.f("ck_support_confirmed_at")
        ),
        sa.CheckConstraint(
            "state = 'confirmed' OR person_key IS NOT NULL", name=op.f("ck_support_person_key")
        ),
        sa.ForeignKeyConstraint(
            ["initiative_id"], ["initiative.id"], name=op.f("fk_support_initiative_id_initiative")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support")),
        sa.UniqueConstraint("initiative_id", "person_key", name=op.f("uq_support_initiative_id_person_key")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_support_token_hash")),
        sa.UniqueConstraint("uid", name=op.f("uq_support_uid")),
        sa.Index("ix_support_dirty", "initiative_id", **dirty),
        sa.Index("ix_support_review", "initiative_id", "review_key"),
        *more,
    )


def _no_news() -> sa.Column[Any]:
    return sa.Column("no_news_at", sa.DateTime(timezone=True), nullable=True)


def _of_state() -> sa.Index:
    return sa.Index("ix_support_initiative_id_state", "initiative_id", "state")


def _checks() -> list[sa.SchemaItem]:
    """A state and its facts go together (W4)."""
    rules = {
        "enough_has_moment": "(state = 'collecting') = (threshold_reached_at IS NULL)",
        "submitted_at": "(state IN ('collecting', 'enough')) = (submitted_at IS NULL)",
        "submitted_count": "(submitted_at IS NULL) = (submitted_count IS NULL)",
        "repair_has_text": "state <> 'repair' OR repair_text <> ''",
        "refused_has_reason": "(state = 'refused') = (refuse_reason IS NOT NULL)",
        "scheduled_has_day": "state <> 'scheduled' OR council_on IS NOT NULL",
        "decided_has_outcome": "(state = 'decided') = (outcome IS NOT NULL)",
        "decided_on": "(outcome IS NULL) = (decided_on IS NULL)",
        "end_has_answer": "state NOT IN ('decided', 'refused') OR answer <> ''",
    }
    return [
        sa.CheckConstraint(rule, name=op.f(f"ck_initiative_place_{name}")) for name, rule in rules.items()
    ]


def upgrade() -> None:
    op.create_table(
        "initiative_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("initiative_id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("rule_set_id", sa.Integer(), nullable=True),
        sa.Column("rules_snapshot", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("threshold", sa.Integer(), nullable=True),
        sa.Column("support_count", sa.Integer(), nullable=False),
        sa.Column("threshold_reached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_count", sa.Integer(), nullable=True),
        sa.Column("repair_text", sa.String(length=4000), nullable=False),
        sa.Column("repair_answer", sa.String(length=4000), nullable=False),
        sa.Column("refuse_reason", sa.String(30), nullable=True),
        sa.Column("committee_on", sa.Date(), nullable=True),
        sa.Column("council_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(30), nullable=True),
        sa.Column("answer", sa.String(length=4000), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        *_checks(),
        sa.CheckConstraint(
            "(threshold IS NULL) = (rule_set_id IS NULL) AND (threshold IS NULL) = (rules_snapshot IS NULL)",
            name=op.f("ck_initiative_place_fixed_together"),
        ),
        sa.CheckConstraint("support_count >= 0", name=op.f("ck_initiative_place_support_count_positive")),
        sa.CheckConstraint(
            "threshold IS NULL OR threshold > 0", name=op.f("ck_initiative_place_threshold_positive")
        ),
        sa.CheckConstraint(
            "threshold_reached_at IS NULL OR threshold IS NOT NULL",
            name=op.f("ck_initiative_place_threshold_reached_at"),
        ),
        sa.ForeignKeyConstraint(
            ["initiative_id"],
            ["initiative.id"],
            name=op.f("fk_initiative_place_initiative_id_initiative"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_initiative_place_municipality_id_municipality"),
        ),
        sa.ForeignKeyConstraint(
            ["rule_set_id"], ["rule_set.id"], name=op.f("fk_initiative_place_rule_set_id_rule_set")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_initiative_place")),
        sa.UniqueConstraint(
            "initiative_id", "municipality_id", name=op.f("uq_initiative_place_initiative_id_municipality_id")
        ),
    )
    op.create_index(op.f("ix_initiative_place_municipality_id"), "initiative_place", ["municipality_id"])
    op.create_index("ix_initiative_place_state", "initiative_place", ["state", "municipality_id"])
    op.execute(
        "INSERT INTO initiative_place (initiative_id, municipality_id, rule_set_id, rules_snapshot, "
        "threshold, support_count, threshold_reached_at, state, repair_text, repair_answer, answer) "
        "SELECT id, municipality_id, rule_set_id, rules_snapshot, "
        "CASE WHEN rule_set_id IS NULL THEN NULL ELSE threshold END, support_count, threshold_reached_at, "
        "CASE WHEN threshold_reached_at IS NULL THEN 'collecting' ELSE 'enough' END, '', '', '' "
        "FROM initiative WHERE municipality_id IS NOT NULL"
    )
    _upgrade_supports()
    _add_what_follows()
    with op.batch_alter_table("initiative", copy_from=_initiatives(*_of_one_place())) as batch_op:
        batch_op.drop_constraint(op.f(FACTS), type_="check")
        batch_op.drop_constraint(op.f("fk_initiative_municipality_id_municipality"), type_="foreignkey")
        batch_op.drop_constraint(op.f("fk_initiative_rule_set_id_rule_set"), type_="foreignkey")
        batch_op.drop_index(op.f("ix_initiative_municipality_id"))
        batch_op.drop_column("rules_snapshot")
        batch_op.drop_column("rule_set_id")
        batch_op.drop_column("municipality_id")
        batch_op.add_column(sa.Column("together_reached_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_check_constraint(op.f(FACTS), PLACES)


def _upgrade_supports() -> None:
    with op.batch_alter_table("support", copy_from=_supports(_of_state())) as batch_op:
        batch_op.add_column(sa.Column("municipality_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("no_news_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE support SET municipality_id = "
        "(SELECT municipality_id FROM initiative WHERE initiative.id = support.initiative_id)"
    )
    column = sa.Column("municipality_id", sa.Integer(), nullable=True)
    with op.batch_alter_table("support", copy_from=_supports(_of_state(), column, _no_news())) as batch_op:
        batch_op.alter_column("municipality_id", existing_type=sa.Integer(), nullable=False)
        batch_op.create_foreign_key(
            op.f("fk_support_municipality_id_municipality"), "municipality", ["municipality_id"], ["id"]
        )
        batch_op.drop_index("ix_support_initiative_id_state")
        batch_op.create_index("ix_support_initiative_id_state", ["initiative_id", "state", "municipality_id"])


def _add_what_follows() -> None:
    """News to tell, opinions on the answer, and reports of what got stuck."""
    cascade = {"ondelete": "CASCADE"}
    op.create_table(
        "initiative_news",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_support_id", sa.Integer(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["place_id"],
            ["initiative_place.id"],
            name=op.f("fk_initiative_news_place_id_initiative_place"),
            **cascade,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_initiative_news")),
        sa.UniqueConstraint("place_id", "kind", name=op.f("uq_initiative_news_place_id_kind")),
    )
    op.create_index("ix_initiative_news_open", "initiative_news", ["done_at", "id"])
    op.create_table(
        "answer_opinion",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("support_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(30), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["place_id"],
            ["initiative_place.id"],
            name=op.f("fk_answer_opinion_place_id_initiative_place"),
            **cascade,
        ),
        sa.ForeignKeyConstraint(
            ["support_id"], ["support.id"], name=op.f("fk_answer_opinion_support_id_support"), **cascade
        ),
        sa.PrimaryKeyConstraint("place_id", "support_id", name=op.f("pk_answer_opinion")),
    )
    op.create_table(
        "initiative_report",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["place_id"],
            ["initiative_place.id"],
            name=op.f("fk_initiative_report_place_id_initiative_place"),
            **cascade,
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_initiative_report_report_id_report")
        ),
        sa.PrimaryKeyConstraint("place_id", name=op.f("pk_initiative_report")),
        sa.UniqueConstraint("report_id", name=op.f("uq_initiative_report_report_id")),
    )


def downgrade() -> None:
    """Of a regional initiative only the first place is kept: the schema before knew one."""
    for name in ("initiative_report", "answer_opinion", "initiative_news"):
        op.drop_table(name)
    together = sa.Column("together_reached_at", sa.DateTime(timezone=True), nullable=True)
    facts = sa.CheckConstraint(PLACES, name=op.f(FACTS))
    with op.batch_alter_table("initiative", copy_from=_initiatives(together, facts)) as batch_op:
        batch_op.drop_constraint(op.f(FACTS), type_="check")
        batch_op.drop_column("together_reached_at")
        batch_op.add_column(sa.Column("municipality_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("rule_set_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("rules_snapshot", sa.JSON(none_as_null=True), nullable=True))
    for column in ("municipality_id", "rule_set_id", "rules_snapshot"):
        op.execute(
            f"UPDATE initiative SET {column} = (SELECT {column} FROM initiative_place "  # noqa: S608  # fixed names
            "WHERE initiative_id = initiative.id ORDER BY municipality_id LIMIT 1)"
        )
    op.execute("UPDATE initiative SET scope = 'municipality' WHERE scope = 'region'")
    plain = [one for one in _of_one_place() if isinstance(one, sa.Column)]
    with op.batch_alter_table("initiative", copy_from=_initiatives(*plain)) as batch_op:
        batch_op.create_check_constraint(op.f(FACTS), ONE_PLACE)
        batch_op.create_foreign_key(
            op.f("fk_initiative_municipality_id_municipality"), "municipality", ["municipality_id"], ["id"]
        )
        batch_op.create_foreign_key(
            op.f("fk_initiative_rule_set_id_rule_set"), "rule_set", ["rule_set_id"], ["id"]
        )
        batch_op.create_index(op.f("ix_initiative_municipality_id"), ["municipality_id"])
    _downgrade_supports()
    op.drop_table("initiative_place")


def _downgrade_supports() -> None:
    column = sa.Column("municipality_id", sa.Integer(), nullable=False)
    key = sa.ForeignKeyConstraint(
        ["municipality_id"], ["municipality.id"], name=op.f("fk_support_municipality_id_municipality")
    )
    new = sa.Index("ix_support_initiative_id_state", "initiative_id", "state", "municipality_id")
    with op.batch_alter_table("support", copy_from=_supports(column, key, new, _no_news())) as batch_op:
        batch_op.drop_index("ix_support_initiative_id_state")
        batch_op.drop_constraint(op.f("fk_support_municipality_id_municipality"), type_="foreignkey")
        batch_op.drop_column("no_news_at")
        batch_op.drop_column("municipality_id")
        batch_op.create_index("ix_support_initiative_id_state", ["initiative_id", "state"])
