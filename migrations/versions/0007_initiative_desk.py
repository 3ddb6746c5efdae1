"""The desk: rounds before publication, taking off the site, helpers and hours; pauses and escalations."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def _whole(name: str) -> sa.Table:
    """The table as it is, with its checks: reading it back for a copy (SQLite) would leave those out."""
    bind = op.get_bind()
    table = sa.Table(name, sa.MetaData(), autoload_with=bind, resolve_fks=False)
    known = {one.name for one in table.constraints}
    for check in sa.inspect(bind).get_check_constraints(name):
        if check["name"] not in known:
            table.append_constraint(sa.CheckConstraint(check["sqltext"], name=op.f(str(check["name"]))))
    return table


def _refers(table: str, column: str, other: str, **options: Any) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, **options)


def _of_initiative(table: str, *parts: Any) -> None:
    """A table whose rows go with their initiative (a draft can be thrown away)."""
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("initiative_id", sa.Integer(), nullable=False),
        *parts,
        _refers(table, "initiative_id", "initiative", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_initiative_id"), table, ["initiative_id"])


def _only_one(name: str, table: str, column: str, condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, [column], unique=True, sqlite_where=where, postgresql_where=where)


def upgrade() -> None:
    with op.batch_alter_table("deadline", copy_from=_whole("deadline")) as batch_op:
        batch_op.add_column(sa.Column("escalated_to_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("escalated_at", MOMENT, nullable=True))
        batch_op.add_column(sa.Column("escalation", sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_foreign_key(
            op.f("fk_deadline_escalated_to_id_user"), "user", ["escalated_to_id"], ["id"]
        )
        batch_op.create_check_constraint(
            op.f("ck_deadline_escalated"),
            "(escalation = 0) = (escalated_at IS NULL) AND (escalation = 0) = (escalated_to_id IS NULL)",
        )
    _create_pauses()
    _create_rounds()
    _create_hidings()
    _create_buddies()
    _create_help()
    _create_hours()


def _create_pauses() -> None:
    table = "deadline_pause"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deadline_id", sa.Integer(), nullable=False),
        sa.Column("from_at", MOMENT, nullable=False),
        sa.Column("until_at", MOMENT, nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("until_at IS NULL OR until_at >= from_at", name=op.f("ck_deadline_pause_order")),
        _refers(table, "deadline_id", "deadline"),
        _refers(table, "owner_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline_pause")),
    )
    op.create_index(op.f("ix_deadline_pause_deadline_id"), table, ["deadline_id"])
    _only_one("uq_deadline_pause_open", table, "deadline_id", "until_at IS NULL")


def _create_rounds() -> None:
    _of_initiative(
        "desk_round",
        sa.Column("question", sa.String(length=4000), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        _refers("desk_round", "asked_by_id", "user"),
    )


def _create_hidings() -> None:
    table = "initiative_hiding"
    _of_initiative(
        table,
        sa.Column("reason", sa.String(30), nullable=False),
        sa.Column("explanation", sa.String(length=4000), nullable=False),
        sa.Column("hidden_by_id", sa.Integer(), nullable=False),
        sa.Column("hidden_at", MOMENT, nullable=False),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(ended_by_id IS NULL) = (ended_at IS NULL)", name=op.f("ck_initiative_hiding_ended")
        ),
        _refers(table, "hidden_by_id", "user"),
        _refers(table, "ended_by_id", "user"),
    )
    _only_one("uq_initiative_hiding_open", table, "initiative_id", "ended_at IS NULL")


def _create_buddies() -> None:
    table = "initiative_buddy"
    _of_initiative(
        table,
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("invited_id", sa.Integer(), nullable=True),
        sa.Column("invited_by_id", sa.Integer(), nullable=True),
        sa.Column("invited_at", MOMENT, nullable=True),
        sa.Column("accepted_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "state NOT IN ('invited', 'accepted') OR (invited_id IS NOT NULL AND invited_at IS NOT NULL)",
            name=op.f("ck_initiative_buddy_invited"),
        ),
        sa.CheckConstraint(
            "state <> 'accepted' OR accepted_at IS NOT NULL", name=op.f("ck_initiative_buddy_accepted")
        ),
        sa.CheckConstraint(
            "(state = 'ended') = (ended_at IS NOT NULL)", name=op.f("ck_initiative_buddy_ended")
        ),
        _refers(table, "invited_id", "user"),
        _refers(table, "invited_by_id", "user"),
    )
    _only_one("uq_initiative_buddy_open", table, "initiative_id", "ended_at IS NULL")


def _create_help() -> None:
    table = "initiative_help"
    _of_initiative(
        table,
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.Column("amount_eur", sa.Integer(), nullable=True),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "amount_eur IS NULL OR amount_eur > 0", name=op.f("ck_initiative_help_amount_positive")
        ),
        _refers(table, "added_by_id", "user"),
    )


def _create_hours() -> None:
    table = "initiative_hours"
    _of_initiative(
        table,
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("worked_on", sa.Date(), nullable=False),
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.Column("logged_by_id", sa.Integer(), nullable=False),
        sa.Column("logged_at", MOMENT, nullable=False),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_initiative_hours_minutes_positive")),
        _refers(table, "logged_by_id", "user"),
    )


def downgrade() -> None:
    tables = ("hours", "help", "buddy", "hiding")
    for table in (*(f"initiative_{one}" for one in tables), "desk_round", "deadline_pause"):
        op.drop_table(table)
    with op.batch_alter_table("deadline", copy_from=_whole("deadline")) as batch_op:
        batch_op.drop_constraint(op.f("ck_deadline_escalated"), type_="check")
        batch_op.drop_constraint(op.f("fk_deadline_escalated_to_id_user"), type_="foreignkey")
        for name in ("escalation", "escalated_at", "escalated_to_id"):
            batch_op.drop_column(name)
