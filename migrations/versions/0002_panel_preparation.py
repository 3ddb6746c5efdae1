"""The way from a mandate to a pool that can be drawn from: letters, registrations, checks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "panel_exclusion_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("key_sealed", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id"], ["region.id"], name=op.f("fk_panel_exclusion_list_region_id_region")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_exclusion_list")),
        sa.UniqueConstraint("region_id", name=op.f("uq_panel_exclusion_list_region_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_panel_exclusion_list_uid")),
    )
    op.create_table(
        "panel_agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("promise", sa.Text(), nullable=False),
        sa.Column("signed_by_role", sa.String(length=120), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_panel_agreement_municipality_id_municipality"),
        ),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_panel_agreement_panel_id_panel")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user.id"], name=op.f("fk_panel_agreement_recorded_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_agreement")),
    )
    with op.batch_alter_table("panel_agreement", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_panel_agreement_municipality_id"), ["municipality_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_panel_agreement_panel_id"), ["panel_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_panel_agreement_recorded_by_id"), ["recorded_by_id"], unique=False
        )
        batch_op.create_index(
            "uq_panel_agreement_in_force",
            ["panel_id", "municipality_id"],
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )

    op.create_table(
        "panel_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("requested_by_id", sa.Integer(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by_id", sa.Integer(), nullable=True),
        sa.Column("claimed_by", sa.String(length=80), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'done') = (result IS NOT NULL)", name=op.f("ck_panel_check_done_has_result")
        ),
        sa.ForeignKeyConstraint(
            ["accepted_by_id"], ["user.id"], name=op.f("fk_panel_check_accepted_by_id_user")
        ),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_panel_check_panel_id_panel")),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["user.id"], name=op.f("fk_panel_check_requested_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_check")),
    )
    with op.batch_alter_table("panel_check", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_panel_check_accepted_by_id"), ["accepted_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_panel_check_panel_id"), ["panel_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_panel_check_requested_by_id"), ["requested_by_id"], unique=False)
        batch_op.create_index(
            "uq_panel_check_open",
            ["panel_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('requested', 'checking')"),
            postgresql_where=sa.text("state IN ('requested', 'checking')"),
        )

    op.create_table(
        "panel_composition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("template", sa.String(length=40), nullable=False),
        sa.Column("spread", sa.String(30), nullable=False),
        sa.Column("floor", sa.Integer(), nullable=False),
        sa.Column("tolerance", sa.Integer(), nullable=False),
        sa.Column("minimum_age", sa.Integer(), nullable=False),
        sa.Column("one_per_address", sa.Boolean(), nullable=False),
        sa.Column("pool_ratio", sa.Integer(), nullable=False),
        sa.Column("response_per_mille", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fixed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("floor BETWEEN 0 AND 100", name=op.f("ck_panel_composition_floor_range")),
        sa.CheckConstraint(
            "minimum_age BETWEEN 0 AND 120", name=op.f("ck_panel_composition_minimum_age_range")
        ),
        sa.CheckConstraint("pool_ratio BETWEEN 1 AND 20", name=op.f("ck_panel_composition_pool_ratio_range")),
        sa.CheckConstraint(
            "response_per_mille BETWEEN 1 AND 1000", name=op.f("ck_panel_composition_response_range")
        ),
        sa.CheckConstraint("tolerance BETWEEN 0 AND 100", name=op.f("ck_panel_composition_tolerance_range")),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_panel_composition_panel_id_panel")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_composition")),
        sa.UniqueConstraint("panel_id", name=op.f("uq_panel_composition_panel_id")),
    )
    op.create_table(
        "panel_constituency",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("route", sa.String(30), nullable=False),
        sa.Column("is_sensitive", sa.Boolean(), nullable=False),
        sa.CheckConstraint("seats BETWEEN 0 AND 2000", name=op.f("ck_panel_constituency_seats_range")),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panel.id"], name=op.f("fk_panel_constituency_panel_id_panel")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_constituency")),
        sa.UniqueConstraint("panel_id", "name", name=op.f("uq_panel_constituency_panel_id_name")),
        sa.UniqueConstraint("panel_id", "number", name=op.f("uq_panel_constituency_panel_id_number")),
    )
    with op.batch_alter_table("panel_constituency", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_panel_constituency_panel_id"), ["panel_id"], unique=False)

    op.create_table(
        "panel_feature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("question", sa.String(length=200), nullable=False),
        sa.Column("is_sensitive", sa.Boolean(), nullable=False),
        sa.Column("consent_text", sa.String(length=600), nullable=False),
        sa.Column("constituencies", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "NOT is_sensitive OR consent_text <> ''", name=op.f("ck_panel_feature_sensitive_has_consent")
        ),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_panel_feature_panel_id_panel")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_feature")),
        sa.UniqueConstraint("panel_id", "name", name=op.f("uq_panel_feature_panel_id_name")),
        sa.UniqueConstraint("panel_id", "number", name=op.f("uq_panel_feature_panel_id_number")),
    )
    with op.batch_alter_table("panel_feature", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_panel_feature_panel_id"), ["panel_id"], unique=False)

    op.create_table(
        "panel_former_member",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("panel_id", sa.Integer(), nullable=True),
        sa.Column("person_hash", sa.String(length=64), nullable=False),
        sa.Column("excluded_until", sa.Date(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"],
            ["panel_exclusion_list.id"],
            name=op.f("fk_panel_former_member_list_id_panel_exclusion_list"),
        ),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panel.id"], name=op.f("fk_panel_former_member_panel_id_panel")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_former_member")),
        sa.UniqueConstraint(
            "list_id", "person_hash", name=op.f("uq_panel_former_member_list_id_person_hash")
        ),
    )
    with op.batch_alter_table("panel_former_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_panel_former_member_list_id"), ["list_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_panel_former_member_panel_id"), ["panel_id"], unique=False)

    op.create_table(
        "panel_letter_insert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("text", sa.String(length=1500), nullable=False),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panel.id"], name=op.f("fk_panel_letter_insert_panel_id_panel")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_letter_insert")),
        sa.UniqueConstraint("panel_id", "language", name=op.f("uq_panel_letter_insert_panel_id_language")),
    )
    with op.batch_alter_table("panel_letter_insert", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_panel_letter_insert_panel_id"), ["panel_id"], unique=False)

    op.create_table(
        "panel_letter_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("body", sa.String(length=4000), nullable=False),
        sa.Column("easy_read", sa.String(length=2000), nullable=False),
        sa.Column("signed_by", sa.String(length=200), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_panel_letter_text_panel_id_panel")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_letter_text")),
        sa.UniqueConstraint("panel_id", name=op.f("uq_panel_letter_text_panel_id")),
    )
    op.create_table(
        "panel_level_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("from_level", sa.String(30), nullable=False),
        sa.Column("to_level", sa.String(30), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["user.id"], name=op.f("fk_panel_level_change_changed_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panel.id"], name=op.f("fk_panel_level_change_panel_id_panel")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_level_change")),
    )
    with op.batch_alter_table("panel_level_change", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_panel_level_change_changed_by_id"), ["changed_by_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_panel_level_change_panel_id"), ["panel_id"], unique=False)

    op.create_table(
        "panel_mandate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("client", sa.String(length=120), nullable=False),
        sa.Column("frame", sa.Text(), nullable=False),
        sa.Column("out_of_scope", sa.Text(), nullable=False),
        sa.Column("phase", sa.String(30), nullable=True),
        sa.Column("level", sa.String(30), nullable=True),
        sa.Column("response_weeks", sa.Integer(), nullable=False),
        sa.Column("advice_on", sa.Date(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "published_at IS NULL OR (phase IS NOT NULL AND level IS NOT NULL AND advice_on IS NOT NULL)",
            name=op.f("ck_panel_mandate_published_is_complete"),
        ),
        sa.CheckConstraint(
            "response_weeks BETWEEN 1 AND 52", name=op.f("ck_panel_mandate_response_weeks_range")
        ),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_panel_mandate_panel_id_panel")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_mandate")),
        sa.UniqueConstraint("panel_id", name=op.f("uq_panel_mandate_panel_id")),
    )
    op.create_table(
        "panel_pool_summary",
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panel.id"], name=op.f("fk_panel_pool_summary_panel_id_panel")
        ),
        sa.PrimaryKeyConstraint("panel_id", name=op.f("pk_panel_pool_summary")),
    )
    op.create_table(
        "panel_stage_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=30), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_panel_stage_note_panel_id_panel")),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["user.id"], name=op.f("fk_panel_stage_note_written_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_stage_note")),
    )
    with op.batch_alter_table("panel_stage_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_panel_stage_note_panel_id"), ["panel_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_panel_stage_note_written_by_id"), ["written_by_id"], unique=False
        )

    op.create_table(
        "panel_wave",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number = 1 OR reason <> ''", name=op.f("ck_panel_wave_later_has_reason")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user.id"], name=op.f("fk_panel_wave_created_by_id_user")
        ),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_panel_wave_panel_id_panel")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_wave")),
        sa.UniqueConstraint("panel_id", "number", name=op.f("uq_panel_wave_panel_id_number")),
    )
    with op.batch_alter_table("panel_wave", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_panel_wave_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_panel_wave_panel_id"), ["panel_id"], unique=False)

    op.create_table(
        "panel_feature_value",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("feature_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(length=60), nullable=False),
        sa.Column("per_mille", sa.Integer(), nullable=True),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("maximum", sa.Integer(), nullable=False),
        sa.Column("from_age", sa.Integer(), nullable=True),
        sa.Column("to_age", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "minimum >= 0 AND maximum >= minimum", name=op.f("ck_panel_feature_value_quota_order")
        ),
        sa.CheckConstraint(
            "per_mille IS NULL OR per_mille BETWEEN 0 AND 1000",
            name=op.f("ck_panel_feature_value_per_mille_range"),
        ),
        sa.ForeignKeyConstraint(
            ["feature_id"], ["panel_feature.id"], name=op.f("fk_panel_feature_value_feature_id_panel_feature")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_feature_value")),
        sa.UniqueConstraint("feature_id", "number", name=op.f("uq_panel_feature_value_feature_id_number")),
        sa.UniqueConstraint("feature_id", "value", name=op.f("uq_panel_feature_value_feature_id_value")),
    )
    with op.batch_alter_table("panel_feature_value", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_panel_feature_value_feature_id"), ["feature_id"], unique=False)

    op.create_table(
        "panel_freeze",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("checklist", sa.JSON(), nullable=False),
        sa.Column("objections_until", sa.Date(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_agreed", sa.Boolean(), nullable=True),
        sa.Column("files_id", sa.Integer(), nullable=True),
        sa.Column("pool_root", sa.String(length=64), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(is_agreed IS NULL) = (decided_at IS NULL)", name=op.f("ck_panel_freeze_decision_has_moment")
        ),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> proposed_by_id", name=op.f("ck_panel_freeze_four_eyes")
        ),
        sa.CheckConstraint(
            "is_agreed IS NULL OR NOT is_agreed OR (files_id IS NOT NULL AND pool_root IS NOT NULL)",
            name=op.f("ck_panel_freeze_agreed_has_pool"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user.id"], name=op.f("fk_panel_freeze_decided_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["files_id"], ["panel_files.id"], name=op.f("fk_panel_freeze_files_id_panel_files")
        ),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_panel_freeze_panel_id_panel")),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["user.id"], name=op.f("fk_panel_freeze_proposed_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_freeze")),
        sa.UniqueConstraint("panel_id", "version", name=op.f("uq_panel_freeze_panel_id_version")),
    )
    with op.batch_alter_table("panel_freeze", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_panel_freeze_decided_by_id"), ["decided_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_panel_freeze_files_id"), ["files_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_panel_freeze_panel_id"), ["panel_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_panel_freeze_proposed_by_id"), ["proposed_by_id"], unique=False)

    op.create_table(
        "panel_seat_cell",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("constituency_id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.CheckConstraint("seats >= 0", name=op.f("ck_panel_seat_cell_seats_positive")),
        sa.ForeignKeyConstraint(
            ["constituency_id"],
            ["panel_constituency.id"],
            name=op.f("fk_panel_seat_cell_constituency_id_panel_constituency"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_panel_seat_cell_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_seat_cell")),
        sa.UniqueConstraint(
            "constituency_id",
            "municipality_id",
            name=op.f("uq_panel_seat_cell_constituency_id_municipality_id"),
        ),
    )
    with op.batch_alter_table("panel_seat_cell", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_panel_seat_cell_constituency_id"), ["constituency_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_panel_seat_cell_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "panel_source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("constituency_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["constituency_id"],
            ["panel_constituency.id"],
            name=op.f("fk_panel_source_constituency_id_panel_constituency"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_source")),
        sa.UniqueConstraint("constituency_id", "number", name=op.f("uq_panel_source_constituency_id_number")),
    )
    with op.batch_alter_table("panel_source", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_panel_source_constituency_id"), ["constituency_id"], unique=False
        )

    op.create_table(
        "panel_objection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("freeze_id", sa.Integer(), nullable=False),
        sa.Column("text_sealed", sa.Text(), nullable=True),
        sa.Column("contact_sealed", sa.Text(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("is_upheld", sa.Boolean(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(is_upheld IS NULL) = (answered_at IS NULL)", name=op.f("ck_panel_objection_answer_has_moment")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["user.id"], name=op.f("fk_panel_objection_answered_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["freeze_id"], ["panel_freeze.id"], name=op.f("fk_panel_objection_freeze_id_panel_freeze")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_objection")),
        sa.UniqueConstraint("uid", name=op.f("uq_panel_objection_uid")),
    )
    with op.batch_alter_table("panel_objection", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_panel_objection_answered_by_id"), ["answered_by_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_panel_objection_freeze_id"), ["freeze_id"], unique=False)

    op.create_table(
        "panel_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("initiative_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("panel_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "panel_id IS NULL OR answered_at IS NOT NULL", name=op.f("ck_panel_request_panel_is_an_answer")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["user.id"], name=op.f("fk_panel_request_answered_by_id_user")
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user.id"], name=op.f("fk_panel_request_asked_by_id_user")),
        sa.ForeignKeyConstraint(
            ["initiative_id"], ["initiative.id"], name=op.f("fk_panel_request_initiative_id_initiative")
        ),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_panel_request_panel_id_panel")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_request")),
        sa.UniqueConstraint("initiative_id", name=op.f("uq_panel_request_initiative_id")),
    )
    with op.batch_alter_table("panel_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_panel_request_answered_by_id"), ["answered_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_panel_request_asked_by_id"), ["asked_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_panel_request_initiative_id"), ["initiative_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_panel_request_panel_id"), ["panel_id"], unique=False)

    op.create_table(
        "panel_share",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("secret_sealed", sa.Text(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'planned') = (issued_at IS NULL)", name=op.f("ck_panel_share_issued_has_moment")
        ),
        sa.CheckConstraint(
            "(state = 'posted') = (posted_at IS NOT NULL)", name=op.f("ck_panel_share_posted_has_moment")
        ),
        sa.CheckConstraint(
            "state <> 'posted' OR secret_sealed IS NULL", name=op.f("ck_panel_share_posted_has_no_secret")
        ),
        sa.CheckConstraint("letters BETWEEN 1 AND 200000", name=op.f("ck_panel_share_letters_range")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_panel_share_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["panel_source.id"], name=op.f("fk_panel_share_source_id_panel_source")
        ),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["panel_wave.id"], name=op.f("fk_panel_share_wave_id_panel_wave")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_share")),
        sa.UniqueConstraint("uid", name=op.f("uq_panel_share_uid")),
        sa.UniqueConstraint(
            "wave_id",
            "municipality_id",
            "source_id",
            name=op.f("uq_panel_share_wave_id_municipality_id_source_id"),
        ),
    )
    with op.batch_alter_table("panel_share", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_panel_share_municipality_id"), ["municipality_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_panel_share_source_id"), ["source_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_panel_share_wave_id"), ["wave_id"], unique=False)

    op.create_table(
        "panel_code",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("share_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code_index", sa.String(length=64), nullable=False),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["share_id"], ["panel_share.id"], name=op.f("fk_panel_code_share_id_panel_share")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_code")),
        sa.UniqueConstraint("code_index", name=op.f("uq_panel_code_code_index")),
        sa.UniqueConstraint("share_id", "number", name=op.f("uq_panel_code_share_id_number")),
    )
    with op.batch_alter_table("panel_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_panel_code_share_id"), ["share_id"], unique=False)

    op.create_table(
        "panel_letter_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("share_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("first_code", sa.Integer(), nullable=False),
        sa.Column("next_code", sa.Integer(), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("key_sealed", sa.Text(), nullable=True),
        sa.Column("addresses", sa.LargeBinary(), nullable=True),
        sa.Column("requested_by_id", sa.Integer(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error_code", sa.String(length=60), nullable=True),
        sa.Column("claimed_by", sa.String(length=80), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'destroyed') = (destroyed_at IS NOT NULL)",
            name=op.f("ck_panel_letter_order_destroyed_has_moment"),
        ),
        sa.CheckConstraint(
            "state <> 'destroyed' OR (key_sealed IS NULL AND addresses IS NULL)",
            name=op.f("ck_panel_letter_order_destroyed_means_gone"),
        ),
        sa.CheckConstraint(
            "first_code >= 0 AND next_code >= first_code + letters",
            name=op.f("ck_panel_letter_order_code_range"),
        ),
        sa.CheckConstraint(
            "letters > 0 AND done BETWEEN 0 AND letters", name=op.f("ck_panel_letter_order_done_range")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["user.id"], name=op.f("fk_panel_letter_order_requested_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["share_id"], ["panel_share.id"], name=op.f("fk_panel_letter_order_share_id_panel_share")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_letter_order")),
        sa.UniqueConstraint("uid", name=op.f("uq_panel_letter_order_uid")),
    )
    with op.batch_alter_table("panel_letter_order", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_panel_letter_order_requested_by_id"), ["requested_by_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_panel_letter_order_share_id"), ["share_id"], unique=False)
        batch_op.create_index(
            "uq_panel_letter_order_open",
            ["share_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('requested', 'typesetting')"),
            postgresql_where=sa.text("state IN ('requested', 'typesetting')"),
        )

    op.create_table(
        "panel_extraction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("share_id", sa.Integer(), nullable=True),
        sa.Column("order_id", sa.Integer(), nullable=True),
        sa.Column("ground", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.String(length=300), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(length=200), nullable=False),
        sa.Column("extracted_on", sa.Date(), nullable=False),
        sa.Column("destroyed_on", sa.Date(), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "destroyed_on IS NULL OR destroyed_on >= extracted_on", name=op.f("ck_panel_extraction_order")
        ),
        sa.CheckConstraint("people >= 0", name=op.f("ck_panel_extraction_people_positive")),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_panel_extraction_municipality_id_municipality"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["panel_letter_order.id"],
            name=op.f("fk_panel_extraction_order_id_panel_letter_order"),
        ),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_panel_extraction_panel_id_panel")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user.id"], name=op.f("fk_panel_extraction_recorded_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["share_id"], ["panel_share.id"], name=op.f("fk_panel_extraction_share_id_panel_share")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_extraction")),
        sa.UniqueConstraint("order_id", name=op.f("uq_panel_extraction_order_id")),
    )
    with op.batch_alter_table("panel_extraction", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_panel_extraction_municipality_id"), ["municipality_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_panel_extraction_panel_id"), ["panel_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_panel_extraction_recorded_by_id"), ["recorded_by_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_panel_extraction_share_id"), ["share_id"], unique=False)

    op.create_table(
        "panel_letter_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["panel_letter_order.id"],
            name=op.f("fk_panel_letter_batch_order_id_panel_letter_order"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_letter_batch")),
        sa.UniqueConstraint("order_id", "number", name=op.f("uq_panel_letter_batch_order_id_number")),
    )
    with op.batch_alter_table("panel_letter_batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_panel_letter_batch_order_id"), ["order_id"], unique=False)

    op.create_table(
        "panel_registration",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("constituency_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("code_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("wave_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(30), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("is_nominated", sa.Boolean(), nullable=False),
        sa.Column("name_sealed", sa.Text(), nullable=True),
        sa.Column("birth_date_sealed", sa.Text(), nullable=True),
        sa.Column("address_sealed", sa.Text(), nullable=True),
        sa.Column("email_sealed", sa.Text(), nullable=True),
        sa.Column("phone_sealed", sa.Text(), nullable=True),
        sa.Column("answers_sealed", sa.Text(), nullable=True),
        sa.Column("needs_sealed", sa.Text(), nullable=True),
        sa.Column("secrets_sealed", sa.Text(), nullable=True),
        sa.Column("removed_note_sealed", sa.Text(), nullable=True),
        sa.Column("honorarium", sa.String(30), nullable=True),
        sa.Column("person_index", sa.String(length=64), nullable=True),
        sa.Column("address_index", sa.String(length=64), nullable=True),
        sa.Column("email_index", sa.String(length=64), nullable=True),
        sa.Column("access_index", sa.String(length=64), nullable=True),
        sa.Column("leaf", sa.String(length=64), nullable=True),
        sa.Column("is_dirty", sa.Boolean(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_reason", sa.String(length=60), nullable=True),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)",
            name=op.f("ck_panel_registration_withdrawn_at"),
        ),
        sa.CheckConstraint(
            "state <> 'removed' OR removed_at IS NOT NULL", name=op.f("ck_panel_registration_removed_at")
        ),
        sa.CheckConstraint(
            "state <> 'withdrawn' OR name_sealed IS NULL",
            name=op.f("ck_panel_registration_withdrawn_is_blank"),
        ),
        sa.ForeignKeyConstraint(
            ["code_id"], ["panel_code.id"], name=op.f("fk_panel_registration_code_id_panel_code")
        ),
        sa.ForeignKeyConstraint(
            ["constituency_id"],
            ["panel_constituency.id"],
            name=op.f("fk_panel_registration_constituency_id_panel_constituency"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_panel_registration_municipality_id_municipality"),
        ),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panel.id"], name=op.f("fk_panel_registration_panel_id_panel")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["panel_source.id"], name=op.f("fk_panel_registration_source_id_panel_source")
        ),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["panel_wave.id"], name=op.f("fk_panel_registration_wave_id_panel_wave")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_registration")),
        sa.UniqueConstraint("access_index", name=op.f("uq_panel_registration_access_index")),
        sa.UniqueConstraint("code_id", name=op.f("uq_panel_registration_code_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_panel_registration_uid")),
    )
    with op.batch_alter_table("panel_registration", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_panel_registration_address_index"), ["address_index"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_panel_registration_constituency_id"), ["constituency_id"], unique=False
        )
        batch_op.create_index(
            "ix_panel_registration_dirty",
            ["panel_id"],
            unique=False,
            sqlite_where=sa.text("is_dirty"),
            postgresql_where=sa.text("is_dirty"),
        )
        batch_op.create_index(batch_op.f("ix_panel_registration_email_index"), ["email_index"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_panel_registration_municipality_id"), ["municipality_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_panel_registration_panel_id"), ["panel_id"], unique=False)
        batch_op.create_index("ix_panel_registration_panel_state", ["panel_id", "state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_panel_registration_source_id"), ["source_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_panel_registration_wave_id"), ["wave_id"], unique=False)
        batch_op.create_index("uq_panel_registration_person", ["panel_id", "person_index"], unique=True)

    op.create_table(
        "panel_consent",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("registration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(length=600), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["panel_registration.id"],
            name=op.f("fk_panel_consent_registration_id_panel_registration"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_consent")),
        sa.UniqueConstraint(
            "registration_id", "subject", name=op.f("uq_panel_consent_registration_id_subject")
        ),
    )
    with op.batch_alter_table("panel_consent", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_panel_consent_registration_id"), ["registration_id"], unique=False
        )

    op.create_table(
        "panel_flag",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("registration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("other_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.String(30), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_at IS NULL)", name=op.f("ck_panel_flag_decision_has_moment")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user.id"], name=op.f("fk_panel_flag_decided_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["panel_registration.id"], name=op.f("fk_panel_flag_other_id_panel_registration")
        ),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_panel_flag_panel_id_panel")),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["panel_registration.id"],
            name=op.f("fk_panel_flag_registration_id_panel_registration"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_flag")),
        sa.UniqueConstraint(
            "kind", "registration_id", "other_id", name=op.f("uq_panel_flag_kind_registration_id_other_id")
        ),
    )
    with op.batch_alter_table("panel_flag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_panel_flag_decided_by_id"), ["decided_by_id"], unique=False)
        batch_op.create_index("ix_panel_flag_open", ["panel_id", "decided_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_panel_flag_other_id"), ["other_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_panel_flag_panel_id"), ["panel_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_panel_flag_registration_id"), ["registration_id"], unique=False)

    with op.batch_alter_table("panel", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stage", sa.String(30), server_default="mandate", nullable=False))

    with op.batch_alter_table("panel_files", schema=None) as batch_op:
        batch_op.add_column(sa.Column("columns", sa.JSON(), server_default="{}", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("panel_files", schema=None) as batch_op:
        batch_op.drop_column("columns")

    with op.batch_alter_table("panel", schema=None) as batch_op:
        batch_op.drop_column("stage")

    with op.batch_alter_table("panel_flag", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_panel_flag_registration_id"))
        batch_op.drop_index(batch_op.f("ix_panel_flag_panel_id"))
        batch_op.drop_index(batch_op.f("ix_panel_flag_other_id"))
        batch_op.drop_index("ix_panel_flag_open")
        batch_op.drop_index(batch_op.f("ix_panel_flag_decided_by_id"))

    op.drop_table("panel_flag")
    with op.batch_alter_table("panel_consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_panel_consent_registration_id"))

    op.drop_table("panel_consent")
    with op.batch_alter_table("panel_registration", schema=None) as batch_op:
        batch_op.drop_index("uq_panel_registration_person")
        batch_op.drop_index(batch_op.f("ix_panel_registration_wave_id"))
        batch_op.drop_index(batch_op.f("ix_panel_registration_source_id"))
        batch_op.drop_index("ix_panel_registration_panel_state")
        batch_op.drop_index(batch_op.f("ix_panel_registration_panel_id"))
        batch_op.drop_index(batch_op.f("ix_panel_registration_municipality_id"))
        batch_op.drop_index(batch_op.f("ix_panel_registration_email_index"))
        batch_op.drop_index(
            "ix_panel_registration_dirty",
            sqlite_where=sa.text("is_dirty"),
            postgresql_where=sa.text("is_dirty"),
        )
        batch_op.drop_index(batch_op.f("ix_panel_registration_constituency_id"))
        batch_op.drop_index(batch_op.f("ix_panel_registration_address_index"))

    op.drop_table("panel_registration")
    with op.batch_alter_table("panel_letter_batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_panel_letter_batch_order_id"))

    op.drop_table("panel_letter_batch")
    with op.batch_alter_table("panel_extraction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_panel_extraction_share_id"))
        batch_op.drop_index(batch_op.f("ix_panel_extraction_recorded_by_id"))
        batch_op.drop_index(batch_op.f("ix_panel_extraction_panel_id"))
        batch_op.drop_index(batch_op.f("ix_panel_extraction_municipality_id"))

    op.drop_table("panel_extraction")
    with op.batch_alter_table("panel_letter_order", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_panel_letter_order_open",
            sqlite_where=sa.text("state IN ('requested', 'typesetting')"),
            postgresql_where=sa.text("state IN ('requested', 'typesetting')"),
        )
        batch_op.drop_index(batch_op.f("ix_panel_letter_order_share_id"))
        batch_op.drop_index(batch_op.f("ix_panel_letter_order_requested_by_id"))

    op.drop_table("panel_letter_order")
    with op.batch_alter_table("panel_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_panel_code_share_id"))

    op.drop_table("panel_code")
    with op.batch_alter_table("panel_share", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_panel_share_wave_id"))
        batch_op.drop_index(batch_op.f("ix_panel_share_source_id"))
        batch_op.drop_index(batch_op.f("ix_panel_share_municipality_id"))

    op.drop_table("panel_share")
    with op.batch_alter_table("panel_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_panel_request_panel_id"))
        batch_op.drop_index(batch_op.f("ix_panel_request_initiative_id"))
        batch_op.drop_index(batch_op.f("ix_panel_request_asked_by_id"))
        batch_op.drop_index(batch_op.f("ix_panel_request_answered_by_id"))

    op.drop_table("panel_request")
    with op.batch_alter_table("panel_objection", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_panel_objection_freeze_id"))
        batch_op.drop_index(batch_op.f("ix_panel_objection_answered_by_id"))

    op.drop_table("panel_objection")
    with op.batch_alter_table("panel_source", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_panel_source_constituency_id"))

    op.drop_table("panel_source")
    with op.batch_alter_table("panel_seat_cell", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_panel_seat_cell_municipality_id"))
        batch_op.drop_index(batch_op.f("ix_panel_seat_cell_constituency_id"))

    op.drop_table("panel_seat_cell")
    with op.batch_alter_table("panel_freeze", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_panel_freeze_proposed_by_id"))
        batch_op.drop_index(batch_op.f("ix_panel_freeze_panel_id"))
        batch_op.drop_index(batch_op.f("ix_panel_freeze_files_id"))
        batch_op.drop_index(batch_op.f("ix_panel_freeze_decided_by_id"))

    op.drop_table("panel_freeze")
    with op.batch_alter_table("panel_feature_value", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_panel_feature_value_feature_id"))

    op.drop_table("panel_feature_value")
    with op.batch_alter_table("panel_wave", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_panel_wave_panel_id"))
        batch_op.drop_index(batch_op.f("ix_panel_wave_created_by_id"))

    op.drop_table("panel_wave")
    with op.batch_alter_table("panel_stage_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_panel_stage_note_written_by_id"))
        batch_op.drop_index(batch_op.f("ix_panel_stage_note_panel_id"))

    op.drop_table("panel_stage_note")
    op.drop_table("panel_pool_summary")
    op.drop_table("panel_mandate")
    with op.batch_alter_table("panel_level_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_panel_level_change_panel_id"))
        batch_op.drop_index(batch_op.f("ix_panel_level_change_changed_by_id"))

    op.drop_table("panel_level_change")
    op.drop_table("panel_letter_text")
    with op.batch_alter_table("panel_letter_insert", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_panel_letter_insert_panel_id"))

    op.drop_table("panel_letter_insert")
    with op.batch_alter_table("panel_former_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_panel_former_member_panel_id"))
        batch_op.drop_index(batch_op.f("ix_panel_former_member_list_id"))

    op.drop_table("panel_former_member")
    with op.batch_alter_table("panel_feature", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_panel_feature_panel_id"))

    op.drop_table("panel_feature")
    with op.batch_alter_table("panel_constituency", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_panel_constituency_panel_id"))

    op.drop_table("panel_constituency")
    op.drop_table("panel_composition")
    with op.batch_alter_table("panel_check", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_panel_check_open",
            sqlite_where=sa.text("state IN ('requested', 'checking')"),
            postgresql_where=sa.text("state IN ('requested', 'checking')"),
        )
        batch_op.drop_index(batch_op.f("ix_panel_check_requested_by_id"))
        batch_op.drop_index(batch_op.f("ix_panel_check_panel_id"))
        batch_op.drop_index(batch_op.f("ix_panel_check_accepted_by_id"))

    op.drop_table("panel_check")
    with op.batch_alter_table("panel_agreement", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_panel_agreement_in_force",
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_panel_agreement_recorded_by_id"))
        batch_op.drop_index(batch_op.f("ix_panel_agreement_panel_id"))
        batch_op.drop_index(batch_op.f("ix_panel_agreement_municipality_id"))

    op.drop_table("panel_agreement")
    op.drop_table("panel_exclusion_list")
