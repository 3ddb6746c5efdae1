"""Draws in public: the commitment, its files, and the seats of who was drawn."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _draws(*more: sa.SchemaItem) -> sa.Table:
    """The table in full: on SQLite it is copied, and a copy from what can be read back loses its checks."""
    return sa.Table(
        "panel_draw",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("files_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("requested_by_id", sa.Integer(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("progress_phase", sa.String(length=40), nullable=True),
        sa.Column("progress_done", sa.Integer(), nullable=True),
        sa.Column("progress_total", sa.Integer(), nullable=True),
        sa.Column("progress_value_ppm", sa.Integer(), nullable=True),
        sa.Column("progress_bound_ppm", sa.Integer(), nullable=True),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("members_sealed", sa.Text(), nullable=True),
        sa.Column("members_deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error_code", sa.String(length=60), nullable=True),
        sa.Column("error_details", sa.JSON(), nullable=False),
        sa.Column("claimed_by", sa.String(length=80), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'done') = (result IS NOT NULL)", name=op.f("ck_panel_draw_done_has_result")
        ),
        sa.CheckConstraint(
            "(state = 'failed') = (error_code IS NOT NULL)", name=op.f("ck_panel_draw_failed_has_code")
        ),
        sa.CheckConstraint(
            "(state IN ('done', 'failed', 'cancelled')) = (finished_at IS NOT NULL)",
            name=op.f("ck_panel_draw_ended_has_moment"),
        ),
        sa.ForeignKeyConstraint(
            ["files_id"], ["panel_files.id"], name=op.f("fk_panel_draw_files_id_panel_files")
        ),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_panel_draw_panel_id_panel")),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["user.id"], name=op.f("fk_panel_draw_requested_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_draw")),
        sa.UniqueConstraint("panel_id", "number", name=op.f("uq_panel_draw_panel_id_number")),
        sa.UniqueConstraint("uid", name=op.f("uq_panel_draw_uid")),
        sa.Index(op.f("ix_panel_draw_files_id"), "files_id"),
        sa.Index(op.f("ix_panel_draw_panel_id"), "panel_id"),
        sa.Index(op.f("ix_panel_draw_requested_by_id"), "requested_by_id"),
        sa.Index("ix_panel_draw_state_id", "state", "id"),
        sa.Index(
            "uq_panel_draw_open",
            "panel_id",
            unique=True,
            sqlite_where=sa.text("state IN ('requested', 'computing')"),
            postgresql_where=sa.text("state IN ('requested', 'computing')"),
        ),
        *more,
    )


def _practice_only() -> sa.CheckConstraint:
    return sa.CheckConstraint("kind = 'practice'", name=op.f("ck_panel_draw_practice_only"))


def upgrade() -> None:
    with op.batch_alter_table("panel_draw", copy_from=_draws(_practice_only())) as batch_op:
        batch_op.drop_constraint(op.f("ck_panel_draw_practice_only"), type_="check")
        batch_op.add_column(sa.Column("options", sa.JSON(), server_default="{}", nullable=False))
    op.create_table(
        "witness_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("email_sealed", sa.Text(), nullable=True),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_agreed", sa.Boolean(), nullable=True),
        sa.Column("witness_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(is_agreed IS NULL) = (decided_at IS NULL) AND (is_agreed IS NULL) = (decided_by_id IS NULL)",
            name=op.f("ck_witness_proposal_decision_is_whole"),
        ),
        sa.CheckConstraint(
            "(witness_id IS NOT NULL) = (is_agreed IS NOT NULL AND is_agreed)",
            name=op.f("ck_witness_proposal_agreed_is_published"),
        ),
        sa.CheckConstraint(
            "is_agreed IS NULL OR NOT is_agreed OR decided_by_id <> proposed_by_id",
            name=op.f("ck_witness_proposal_four_eyes"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user.id"], name=op.f("fk_witness_proposal_decided_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["user.id"], name=op.f("fk_witness_proposal_proposed_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["witness_id"], ["witness.id"], name=op.f("fk_witness_proposal_witness_id_witness")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_witness_proposal")),
        sa.UniqueConstraint("uid", name=op.f("uq_witness_proposal_uid")),
        sa.UniqueConstraint("witness_id", name=op.f("uq_witness_proposal_witness_id")),
    )
    with op.batch_alter_table("witness_proposal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_witness_proposal_decided_by_id"), ["decided_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_witness_proposal_proposed_by_id"), ["proposed_by_id"], unique=False
        )
        batch_op.create_index(
            "uq_witness_proposal_open_name",
            ["name"],
            unique=True,
            sqlite_where=sa.text("decided_at IS NULL"),
            postgresql_where=sa.text("decided_at IS NULL"),
        )
        batch_op.create_index(
            "uq_witness_proposal_open_public_key",
            ["public_key"],
            unique=True,
            sqlite_where=sa.text("decided_at IS NULL"),
            postgresql_where=sa.text("decided_at IS NULL"),
        )

    op.create_table(
        "seat_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("meetings", sa.String(length=600), nullable=False),
        sa.Column("honorarium", sa.String(length=300), nullable=False),
        sa.Column("answer_days", sa.Integer(), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("answer_days BETWEEN 5 AND 30", name=op.f("ck_seat_text_answer_days_range")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["user.id"], name=op.f("fk_seat_text_changed_by_id_user")),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_seat_text_panel_id_panel")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_text")),
        sa.UniqueConstraint("panel_id", name=op.f("uq_seat_text_panel_id")),
    )
    with op.batch_alter_table("seat_text", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seat_text_changed_by_id"), ["changed_by_id"], unique=False)

    op.create_table(
        "public_draw",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("freeze_id", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(30), nullable=False),
        sa.Column("is_rehearsal", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("identifier", sa.String(length=64), nullable=False),
        sa.Column("pool", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("panels", sa.Integer(), nullable=False),
        sa.Column("ball_digits", sa.Integer(), nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.Column("round", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fallback_chain", sa.String(length=64), nullable=True),
        sa.Column("fallback_round", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("commitment", sa.String(length=64), nullable=True),
        sa.Column("pool_sealed", sa.Text(), nullable=True),
        sa.Column("pool_deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("balls", sa.String(length=9), nullable=True),
        sa.Column("balls_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("balls_by_id", sa.Integer(), nullable=True),
        sa.Column("fallback_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signature", sa.String(length=192), nullable=True),
        sa.Column("previous_signature", sa.String(length=192), nullable=True),
        sa.Column("signature_source", sa.String(length=20), nullable=True),
        sa.Column("used_fallback", sa.Boolean(), nullable=False),
        sa.Column("index", sa.Integer(), nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_codes", sa.String(length=400), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_code", sa.String(length=60), nullable=True),
        sa.Column("claimed_by", sa.String(length=80), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('superseded', 'voided', 'failed', 'cancelled')) = (ended_at IS NOT NULL)",
            name=op.f("ck_public_draw_ended_has_moment"),
        ),
        sa.CheckConstraint(
            "state <> 'committed' OR committed_at IS NOT NULL", name=op.f("ck_public_draw_state_committed")
        ),
        sa.CheckConstraint(
            "state <> 'drawn' OR drawn_at IS NOT NULL", name=op.f("ck_public_draw_state_drawn")
        ),
        sa.CheckConstraint(
            "(approved_by_id IS NULL) = (approved_at IS NULL)",
            name=op.f("ck_public_draw_approval_has_moment"),
        ),
        sa.CheckConstraint(
            "(balls IS NULL) = (balls_at IS NULL)", name=op.f("ck_public_draw_balls_have_moment")
        ),
        sa.CheckConstraint(
            "(committed_at IS NULL) = (commitment IS NULL) AND (committed_at IS NULL) = (sequence IS NULL)",
            name=op.f("ck_public_draw_committed_whole"),
        ),
        sa.CheckConstraint(
            '(drawn_at IS NULL) = (signature IS NULL) AND (drawn_at IS NULL) = ("index" IS NULL)',
            name=op.f("ck_public_draw_drawn_whole"),
        ),
        sa.CheckConstraint(
            "(refused_at IS NULL) = (refused_codes IS NULL)", name=op.f("ck_public_draw_refusal_has_codes")
        ),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id <> proposed_by_id",
            name=op.f("ck_public_draw_four_eyes"),
        ),
        sa.CheckConstraint(
            "balls_at IS NULL OR balls_at < round_at", name=op.f("ck_public_draw_balls_before_round")
        ),
        sa.CheckConstraint(
            "committed_at IS NULL OR approved_at IS NOT NULL",
            name=op.f("ck_public_draw_committed_is_approved"),
        ),
        sa.CheckConstraint(
            "drawn_at IS NULL OR committed_at IS NOT NULL", name=op.f("ck_public_draw_drawn_is_committed")
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["user.id"], name=op.f("fk_public_draw_approved_by_id_user")
        ),
        sa.ForeignKeyConstraint(["balls_by_id"], ["user.id"], name=op.f("fk_public_draw_balls_by_id_user")),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["panel_draw.id"], name=op.f("fk_public_draw_draw_id_panel_draw")
        ),
        sa.ForeignKeyConstraint(
            ["freeze_id"], ["panel_freeze.id"], name=op.f("fk_public_draw_freeze_id_panel_freeze")
        ),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_public_draw_panel_id_panel")),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["user.id"], name=op.f("fk_public_draw_proposed_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_draw")),
        sa.UniqueConstraint("draw_id", name=op.f("uq_public_draw_draw_id")),
        sa.UniqueConstraint(
            "panel_id", "is_rehearsal", "sequence", name=op.f("uq_public_draw_panel_id_is_rehearsal_sequence")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_public_draw_uid")),
    )
    with op.batch_alter_table("public_draw", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_public_draw_approved_by_id"), ["approved_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_public_draw_balls_by_id"), ["balls_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_public_draw_freeze_id"), ["freeze_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_public_draw_panel_id"), ["panel_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_public_draw_proposed_by_id"), ["proposed_by_id"], unique=False)
        batch_op.create_index("ix_public_draw_state_id", ["state", "id"], unique=False)
        batch_op.create_index(
            "uq_public_draw_open",
            ["panel_id", "is_rehearsal"],
            unique=True,
            sqlite_where=sa.text("state IN ('computing', 'proposed', 'approved', 'committed')"),
            postgresql_where=sa.text("state IN ('computing', 'proposed', 'approved', 'committed')"),
        )

    op.create_table(
        "public_draw_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_draw_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["public_draw_id"],
            ["public_draw.id"],
            name=op.f("fk_public_draw_file_public_draw_id_public_draw"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_draw_file")),
        sa.UniqueConstraint("public_draw_id", "name", name=op.f("uq_public_draw_file_public_draw_id_name")),
    )
    op.create_table(
        "public_draw_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_draw_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["public_draw_id"],
            ["public_draw.id"],
            name=op.f("fk_public_draw_note_public_draw_id_public_draw"),
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["user.id"], name=op.f("fk_public_draw_note_written_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_draw_note")),
    )
    with op.batch_alter_table("public_draw_note", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_public_draw_note_public_draw_id"), ["public_draw_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_public_draw_note_written_by_id"), ["written_by_id"], unique=False
        )

    op.create_table(
        "reserve_offer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_index", sa.String(length=64), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_available", sa.Boolean(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(is_available IS NULL) = (answered_at IS NULL)", name=op.f("ck_reserve_offer_answer_has_moment")
        ),
        sa.CheckConstraint(
            "recorded_by_id IS NULL OR answered_at IS NOT NULL",
            name=op.f("ck_reserve_offer_recorded_is_answer"),
        ),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_reserve_offer_panel_id_panel")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user.id"], name=op.f("fk_reserve_offer_recorded_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["panel_registration.id"],
            name=op.f("fk_reserve_offer_registration_id_panel_registration"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reserve_offer")),
        sa.UniqueConstraint(
            "panel_id", "registration_id", name=op.f("uq_reserve_offer_panel_id_registration_id")
        ),
        sa.UniqueConstraint("token_index", name=op.f("uq_reserve_offer_token_index")),
    )
    with op.batch_alter_table("reserve_offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reserve_offer_panel_id"), ["panel_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reserve_offer_recorded_by_id"), ["recorded_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_reserve_offer_registration_id"), ["registration_id"], unique=False
        )

    op.create_table(
        "seat",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("public_draw_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("token_index", sa.String(length=64), nullable=True),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(30), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_code", sa.String(length=40), nullable=True),
        sa.CheckConstraint("(state = 'left') = (left_at IS NOT NULL)", name=op.f("ck_seat_left_has_moment")),
        sa.CheckConstraint(
            "state <> 'accepted' OR answered_at IS NOT NULL", name=op.f("ck_seat_accepted_was_answered")
        ),
        sa.CheckConstraint("state <> 'lapsed' OR told_at IS NOT NULL", name=op.f("ck_seat_lapsed_was_told")),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL)", name=op.f("ck_seat_answer_has_channel")
        ),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_seat_panel_id_panel")),
        sa.ForeignKeyConstraint(
            ["public_draw_id"], ["public_draw.id"], name=op.f("fk_seat_public_draw_id_public_draw")
        ),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user.id"], name=op.f("fk_seat_recorded_by_id_user")),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["panel_registration.id"],
            name=op.f("fk_seat_registration_id_panel_registration"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat")),
        sa.UniqueConstraint("panel_id", "registration_id", name=op.f("uq_seat_panel_id_registration_id")),
        sa.UniqueConstraint("token_index", name=op.f("uq_seat_token_index")),
        sa.UniqueConstraint("uid", name=op.f("uq_seat_uid")),
    )
    with op.batch_alter_table("seat", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seat_panel_id"), ["panel_id"], unique=False)
        batch_op.create_index("ix_seat_panel_state", ["panel_id", "state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_seat_public_draw_id"), ["public_draw_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_seat_recorded_by_id"), ["recorded_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_seat_registration_id"), ["registration_id"], unique=False)

    with op.batch_alter_table("cosignature", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_cosignature_checkpoint_id"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_cosignature_checkpoint_id_witness_id"), ["checkpoint_id", "witness_id"]
        )

    with op.batch_alter_table("panel_flag", schema=None) as batch_op:
        batch_op.create_index(
            "uq_panel_flag_alone",
            ["kind", "registration_id"],
            unique=True,
            sqlite_where=sa.text("other_id IS NULL"),
            postgresql_where=sa.text("other_id IS NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("panel_flag", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_panel_flag_alone",
            sqlite_where=sa.text("other_id IS NULL"),
            postgresql_where=sa.text("other_id IS NULL"),
        )

    with op.batch_alter_table("cosignature", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_cosignature_checkpoint_id_witness_id"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_cosignature_checkpoint_id"), ["checkpoint_id", "witness_id"]
        )

    with op.batch_alter_table("seat", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seat_registration_id"))
        batch_op.drop_index(batch_op.f("ix_seat_recorded_by_id"))
        batch_op.drop_index(batch_op.f("ix_seat_public_draw_id"))
        batch_op.drop_index("ix_seat_panel_state")
        batch_op.drop_index(batch_op.f("ix_seat_panel_id"))

    op.drop_table("seat")
    with op.batch_alter_table("reserve_offer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reserve_offer_registration_id"))
        batch_op.drop_index(batch_op.f("ix_reserve_offer_recorded_by_id"))
        batch_op.drop_index(batch_op.f("ix_reserve_offer_panel_id"))

    op.drop_table("reserve_offer")
    with op.batch_alter_table("public_draw_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_public_draw_note_written_by_id"))
        batch_op.drop_index(batch_op.f("ix_public_draw_note_public_draw_id"))

    op.drop_table("public_draw_note")
    op.drop_table("public_draw_file")
    with op.batch_alter_table("public_draw", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_public_draw_open",
            sqlite_where=sa.text("state IN ('computing', 'proposed', 'approved', 'committed')"),
            postgresql_where=sa.text("state IN ('computing', 'proposed', 'approved', 'committed')"),
        )
        batch_op.drop_index("ix_public_draw_state_id")
        batch_op.drop_index(batch_op.f("ix_public_draw_proposed_by_id"))
        batch_op.drop_index(batch_op.f("ix_public_draw_panel_id"))
        batch_op.drop_index(batch_op.f("ix_public_draw_freeze_id"))
        batch_op.drop_index(batch_op.f("ix_public_draw_balls_by_id"))
        batch_op.drop_index(batch_op.f("ix_public_draw_approved_by_id"))

    op.drop_table("public_draw")
    with op.batch_alter_table("seat_text", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seat_text_changed_by_id"))

    op.drop_table("seat_text")
    with op.batch_alter_table("witness_proposal", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_witness_proposal_open_public_key",
            sqlite_where=sa.text("decided_at IS NULL"),
            postgresql_where=sa.text("decided_at IS NULL"),
        )
        batch_op.drop_index(
            "uq_witness_proposal_open_name",
            sqlite_where=sa.text("decided_at IS NULL"),
            postgresql_where=sa.text("decided_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_witness_proposal_proposed_by_id"))
        batch_op.drop_index(batch_op.f("ix_witness_proposal_decided_by_id"))

    op.drop_table("witness_proposal")
    op.execute("DELETE FROM panel_draw WHERE kind <> 'practice'")
    options = sa.Column("options", sa.JSON(), server_default="{}", nullable=False)
    with op.batch_alter_table("panel_draw", copy_from=_draws(options)) as batch_op:
        batch_op.drop_column("options")
        batch_op.create_check_constraint(op.f("ck_panel_draw_practice_only"), "kind = 'practice'")
