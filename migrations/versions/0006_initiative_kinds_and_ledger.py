"""Kinds, the desk, one ledger for online and paper: the columns that all rooms of initiatives share."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
OLD_INITIATIVE = {
    "published_at": "(state = 'draft') = (published_at IS NULL)",
    "published_facts": "state = 'draft' OR (threshold IS NOT NULL AND solution_owner IS NOT NULL)",
    "closed_at": "(state IN ('withdrawn', 'expired')) = (closed_at IS NOT NULL)",
}
NEW_INITIATIVE = {
    "published_at": "(state IN ('draft', 'offered', 'returned', 'refused')) = (published_at IS NULL)",
    "published_facts": "published_at IS NULL OR solution_owner IS NOT NULL "
    "AND (threshold IS NOT NULL OR kind = 'resident_project')",
    "closed_at": "(state IN ('withdrawn', 'expired', 'refused', 'merged', 'finished')) "
    "= (closed_at IS NOT NULL)",
    "offered_at": "state NOT IN ('offered', 'returned', 'refused') "
    "OR (offered_at IS NOT NULL AND desk_place_id IS NOT NULL)",
    "refused_has_reason": "(state = 'refused') = (desk_reason IS NOT NULL)",
    "merged_into": "(state = 'merged') = (merged_into_id IS NOT NULL)",
}
OLD_SUPPORT = {"person_key": "state = 'confirmed' OR person_key IS NOT NULL"}
NEW_SUPPORT = {
    "person_key": "state IN ('confirmed', 'invalidated') OR person_key IS NOT NULL",
    "invalidation": "(state = 'invalidated') = (invalidation_id IS NOT NULL)",
    "paper_has_sheet": "(channel = 'paper') = (sheet_id IS NOT NULL)",
}
REFERS = {
    "desk_place_id": "municipality",
    "contact_id": "user",
    "deputy_id": "user",
    "buddy_id": "user",
    "merged_into_id": "initiative",
}
SHOWN_BY = ("published_at", "support_count")
SUPPORT_REFERS = {"invalidation_id": "invalidation", "sheet_id": "support_sheet"}


def _whole(name: str, **options: Any) -> sa.Table:
    """The table as it is, with its checks: reading it back for a copy (SQLite) would leave those out."""
    bind = op.get_bind()
    table = sa.Table(name, sa.MetaData(), autoload_with=bind, resolve_fks=False, **options)
    known = {one.name for one in table.constraints}
    for check in sa.inspect(bind).get_check_constraints(name):
        if check["name"] not in known:
            table.append_constraint(sa.CheckConstraint(check["sqltext"], name=op.f(str(check["name"]))))
    return table


def _initiative() -> Any:
    return op.batch_alter_table("initiative", copy_from=_whole("initiative", sqlite_autoincrement=True))


def _new_columns() -> list[sa.Column[Any]]:
    moments = ("offered_at", "hidden_at", "paused_at", "author_hidden_at")
    return [
        sa.Column("kind", sa.String(30), nullable=False, server_default="citizen_initiative"),
        sa.Column("desk_reason", sa.String(30), nullable=True),
        sa.Column("desk_text", sa.String(length=4000), nullable=False, server_default=""),
        *(sa.Column(name, MOMENT, nullable=True) for name in moments),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in REFERS),
    ]


def _support_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("channel", sa.String(30), nullable=False, server_default="online"),
        sa.Column("shows_name", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("network_key", sa.String(length=64), nullable=True),
        sa.Column("domain_key", sa.String(length=64), nullable=True),
        sa.Column("form_seconds", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in SUPPORT_REFERS),
    ]


def _swap(batch_op: Any, table: str, old: dict[str, str], new: dict[str, str]) -> None:
    for name in old:
        batch_op.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
    for name, rule in new.items():
        batch_op.create_check_constraint(op.f(f"ck_{table}_{name}"), rule)


def upgrade() -> None:
    _create_sheets()
    _create_invalidations()
    with _initiative() as batch_op:
        for column in _new_columns():
            batch_op.add_column(column)
        _swap(batch_op, "initiative", OLD_INITIATIVE, NEW_INITIATIVE)
        for name, other in REFERS.items():
            batch_op.create_foreign_key(op.f(f"fk_initiative_{name}_{other}"), other, [name], ["id"])
    with op.batch_alter_table("support", copy_from=_whole("support")) as batch_op:
        for column in _support_columns():
            batch_op.add_column(column)
        _swap(batch_op, "support", OLD_SUPPORT, NEW_SUPPORT)
        for name, other in SUPPORT_REFERS.items():
            batch_op.create_foreign_key(op.f(f"fk_support_{name}_{other}"), other, [name], ["id"])
    _create_indexes()


def _create_indexes() -> None:
    shown = sa.text("published_at IS NOT NULL AND hidden_at IS NULL")
    for column in SHOWN_BY:
        op.create_index(
            f"ix_initiative_shown_{column}",
            "initiative",
            [column, "id"],
            sqlite_where=shown,
            postgresql_where=shown,
        )


def _create_sheets() -> None:
    op.create_table(
        "support_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("initiative_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("checked_by_id", sa.Integer(), nullable=True),
        sa.Column("checked_at", MOMENT, nullable=True),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.CheckConstraint(
            "checked_by_id IS NULL OR checked_by_id <> entered_by_id", name=op.f("ck_support_sheet_four_eyes")
        ),
        sa.CheckConstraint(
            "(state = 'entered') = (checked_by_id IS NULL)", name=op.f("ck_support_sheet_checked_by")
        ),
        sa.CheckConstraint(
            "(checked_by_id IS NULL) = (checked_at IS NULL)", name=op.f("ck_support_sheet_checked_at")
        ),
        sa.ForeignKeyConstraint(
            ["initiative_id"], ["initiative.id"], name=op.f("fk_support_sheet_initiative_id_initiative")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user.id"], name=op.f("fk_support_sheet_entered_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["checked_by_id"], ["user.id"], name=op.f("fk_support_sheet_checked_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_sheet")),
        sa.UniqueConstraint("code", name=op.f("uq_support_sheet_code")),
    )
    op.create_index(op.f("ix_support_sheet_initiative_id"), "support_sheet", ["initiative_id"])
    op.create_index("ix_support_sheet_state", "support_sheet", ["state", "initiative_id"])


def _create_invalidations() -> None:
    op.create_table(
        "invalidation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("initiative_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(30), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("supports", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(undone_by_id IS NULL) = (undone_at IS NULL)", name=op.f("ck_invalidation_undone")
        ),
        sa.CheckConstraint("supports > 0", name=op.f("ck_invalidation_supports_positive")),
        sa.ForeignKeyConstraint(
            ["initiative_id"], ["initiative.id"], name=op.f("fk_invalidation_initiative_id_initiative")
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["user.id"], name=op.f("fk_invalidation_made_by_id_user")),
        sa.ForeignKeyConstraint(
            ["undone_by_id"], ["user.id"], name=op.f("fk_invalidation_undone_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invalidation")),
    )
    op.create_index(op.f("ix_invalidation_initiative_id"), "invalidation", ["initiative_id"])


def downgrade() -> None:
    """What the schema before cannot hold goes back to the nearest state that it knows."""
    op.execute("UPDATE initiative SET state = 'draft' WHERE state IN ('offered', 'returned')")
    op.execute(
        "UPDATE initiative SET state = 'draft', closed_at = NULL, desk_reason = NULL WHERE state = 'refused'"
    )
    op.execute(
        "UPDATE initiative SET state = 'withdrawn', merged_into_id = NULL "
        "WHERE state IN ('merged', 'finished')"
    )
    op.execute("UPDATE initiative SET state = 'withdrawn', closed_at = published_at WHERE state = 'running'")
    op.execute("UPDATE initiative SET threshold = 1 WHERE threshold IS NULL AND published_at IS NOT NULL")
    op.execute("DELETE FROM support WHERE channel = 'paper' OR state = 'invalidated'")
    with op.batch_alter_table("support", copy_from=_whole("support")) as batch_op:
        for name, other in SUPPORT_REFERS.items():
            batch_op.drop_constraint(op.f(f"fk_support_{name}_{other}"), type_="foreignkey")
        _swap(batch_op, "support", NEW_SUPPORT, OLD_SUPPORT)
        for column in _support_columns():
            batch_op.drop_column(column.name)
    for column in SHOWN_BY:
        op.drop_index(f"ix_initiative_shown_{column}", table_name="initiative")
    with _initiative() as batch_op:
        for name, other in REFERS.items():
            batch_op.drop_constraint(op.f(f"fk_initiative_{name}_{other}"), type_="foreignkey")
        _swap(batch_op, "initiative", NEW_INITIATIVE, OLD_INITIATIVE)
        for column in _new_columns():
            batch_op.drop_column(column.name)
    op.drop_table("invalidation")
    op.drop_table("support_sheet")
