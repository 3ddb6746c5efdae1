"""The foundation: every table of the first release.

The event log is append-only: triggers refuse to change or delete a row (only the seal is filled in, once).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SQLITE_TRIGGERS = (
    """\
CREATE TRIGGER event_no_update BEFORE UPDATE ON event WHEN NOT (OLD.sealed_seq IS NULL
    AND NEW.sealed_seq IS NOT NULL
    AND NEW.leaf_hash IS NOT NULL
    AND NEW.id = OLD.id
    AND NEW.subject_type = OLD.subject_type
    AND NEW.subject_id = OLD.subject_id
    AND NEW.action = OLD.action
    AND NEW.at = OLD.at
    AND NEW.salt = OLD.salt
    AND NEW.actor_kind = OLD.actor_kind
    AND NEW.visibility = OLD.visibility
    AND CAST(NEW.data AS TEXT) = CAST(OLD.data AS TEXT)
    AND COALESCE(NEW.from_state, '') = COALESCE(OLD.from_state, '')
    AND COALESCE(NEW.to_state, '') = COALESCE(OLD.to_state, '')
    AND COALESCE(NEW.reason_code, '') = COALESCE(OLD.reason_code, '')
    AND COALESCE(NEW.actor_id, -1) = COALESCE(OLD.actor_id, -1))
BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END
""",
    """\
CREATE TRIGGER event_no_delete BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END
""",
    """\
CREATE TRIGGER event_no_replace BEFORE INSERT ON event WHEN EXISTS (SELECT 1 FROM event WHERE id = NEW.id OR sealed_seq = NEW.sealed_seq)
BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END
""",
)
POSTGRESQL_TRIGGERS = (
    """\
CREATE FUNCTION event_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF TG_OP = 'UPDATE'
    AND (OLD.sealed_seq IS NULL
    AND NEW.sealed_seq IS NOT NULL
    AND NEW.leaf_hash IS NOT NULL
    AND NEW.id = OLD.id
    AND NEW.subject_type = OLD.subject_type
    AND NEW.subject_id = OLD.subject_id
    AND NEW.action = OLD.action
    AND NEW.at = OLD.at
    AND NEW.salt = OLD.salt
    AND NEW.actor_kind = OLD.actor_kind
    AND NEW.visibility = OLD.visibility
    AND CAST(NEW.data AS TEXT) = CAST(OLD.data AS TEXT)
    AND COALESCE(NEW.from_state, '') = COALESCE(OLD.from_state, '')
    AND COALESCE(NEW.to_state, '') = COALESCE(OLD.to_state, '')
    AND COALESCE(NEW.reason_code, '') = COALESCE(OLD.reason_code, '')
    AND COALESCE(NEW.actor_id, -1) = COALESCE(OLD.actor_id, -1)) THEN RETURN NEW; END IF;
RAISE EXCEPTION 'the event log is append-only'; END $$
""",
    """\
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON event
FOR EACH ROW EXECUTE FUNCTION event_append_only()
""",
    """\
CREATE TRIGGER event_no_truncate BEFORE TRUNCATE ON event
FOR EACH STATEMENT EXECUTE FUNCTION event_append_only()
""",
)


def upgrade() -> None:
    op.create_table(
        "job_run",
        sa.Column("job", sa.String(length=60), nullable=False),
        sa.Column("slot", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("error", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("job", "slot", name=op.f("pk_job_run")),
    )
    op.create_table(
        "login_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email_index", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_code")),
    )
    op.create_index(op.f("ix_login_code_email_index"), "login_code", ["email_index"], unique=False)
    op.create_index("ix_login_code_expires_at", "login_code", ["expires_at"], unique=False)
    op.create_table(
        "outgoing_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("dedup_key", sa.String(length=120), nullable=False),
        sa.Column("template", sa.String(length=60), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("address_sealed", sa.Text(), nullable=True),
        sa.Column("subject_sealed", sa.Text(), nullable=True),
        sa.Column("text_sealed", sa.Text(), nullable=True),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error_code", sa.String(length=60), nullable=True),
        sa.Column("claimed_by", sa.String(length=80), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_mail")),
        sa.UniqueConstraint("dedup_key", name=op.f("uq_outgoing_mail_dedup_key")),
        sa.UniqueConstraint("uid", name=op.f("uq_outgoing_mail_uid")),
    )
    op.create_index("ix_outgoing_mail_due", "outgoing_mail", ["state", "next_at"], unique=False)
    op.create_table(
        "rate_window",
        sa.Column("bucket", sa.String(length=64), nullable=False),
        sa.Column("window", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "window", name=op.f("pk_rate_window")),
    )
    op.create_table(
        "region",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("tagline", sa.String(length=200), nullable=False),
        sa.Column("brand_color", sa.String(length=7), nullable=False),
        sa.Column("contact_email", sa.String(length=200), nullable=False),
        sa.Column("contact_phone", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_region")),
        sa.UniqueConstraint("slug", name=op.f("uq_region_slug")),
    )
    op.create_table(
        "user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("name_sealed", sa.Text(), nullable=True),
        sa.Column("email_sealed", sa.Text(), nullable=True),
        sa.Column("email_index", sa.String(length=64), nullable=True),
        sa.Column("login_epoch", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_login_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_sealed", sa.Text(), nullable=True),
        sa.Column("totp_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_last_step", sa.Integer(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("email_index", name=op.f("uq_user_email_index")),
        sa.UniqueConstraint("uid", name=op.f("uq_user_uid")),
    )
    op.create_table(
        "deadline",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("term", sa.String(length=40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("passed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("due_on >= starts_on", name=op.f("ck_deadline_order")),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_deadline_owner_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline")),
        sa.UniqueConstraint(
            "subject_type", "subject_id", "kind", name=op.f("uq_deadline_subject_type_subject_id_kind")
        ),
    )
    op.create_index("ix_deadline_open", "deadline", ["met_at", "passed_at", "due_on"], unique=False)
    op.create_table(
        "event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("from_state", sa.String(length=30), nullable=True),
        sa.Column("to_state", sa.String(length=30), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_kind", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason_code", sa.String(length=60), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("visibility", sa.String(30), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("sealed_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("leaf_hash", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "(actor_kind = 'user') = (actor_id IS NOT NULL)", name=op.f("ck_event_actor_matches_kind")
        ),
        sa.CheckConstraint("actor_kind IN ('user', 'system', 'anonymous')", name=op.f("ck_event_actor_kind")),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_event_actor_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("sealed_seq", name=op.f("uq_event_sealed_seq")),
    )
    op.create_index("ix_event_action_at", "event", ["action", "at"], unique=False)
    op.create_index(op.f("ix_event_actor_id"), "event", ["actor_id"], unique=False)
    op.create_index("ix_event_subject", "event", ["subject_type", "subject_id", "id"], unique=False)
    op.create_table(
        "municipality",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("population_on", sa.Date(), nullable=False),
        sa.Column("population_source", sa.String(length=200), nullable=False),
        sa.Column("tile_row", sa.Integer(), nullable=False),
        sa.Column("tile_column", sa.Integer(), nullable=False),
        sa.CheckConstraint("population >= 0", name=op.f("ck_municipality_population_positive")),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_municipality_region_id_region")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_municipality")),
        sa.UniqueConstraint("code", name=op.f("uq_municipality_code")),
        sa.UniqueConstraint("slug", name=op.f("uq_municipality_slug")),
    )
    op.create_index(op.f("ix_municipality_region_id"), "municipality", ["region_id"], unique=False)
    op.create_table(
        "panel",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("question", sa.String(length=400), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("size BETWEEN 2 AND 2000", name=op.f("ck_panel_size_range")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_panel_created_by_id_user")),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_panel_region_id_region")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel")),
    )
    op.create_index(op.f("ix_panel_created_by_id"), "panel", ["created_by_id"], unique=False)
    op.create_index(op.f("ix_panel_region_id"), "panel", ["region_id"], unique=False)
    op.create_index("ix_panel_state_id", "panel", ["state", "id"], unique=False)
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_recovery_code_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_user_id"), "recovery_code", ["user_id"], unique=False)
    op.create_table(
        "panel_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("categories", sa.LargeBinary(), nullable=False),
        sa.Column("categories_sha256", sa.String(length=64), nullable=False),
        sa.Column("respondents_sealed", sa.Text(), nullable=True),
        sa.Column("respondents_sha256", sa.String(length=64), nullable=False),
        sa.Column("registrants", sa.Integer(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(respondents_sealed IS NULL) = (deleted_at IS NOT NULL)",
            name=op.f("ck_panel_files_deleted_means_gone"),
        ),
        sa.CheckConstraint("registrants > 0", name=op.f("ck_panel_files_some_registrants")),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_panel_files_panel_id_panel")),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["user.id"], name=op.f("fk_panel_files_uploaded_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_files")),
        sa.UniqueConstraint("panel_id", "version", name=op.f("uq_panel_files_panel_id_version")),
        sa.UniqueConstraint("uid", name=op.f("uq_panel_files_uid")),
    )
    op.create_index(op.f("ix_panel_files_panel_id"), "panel_files", ["panel_id"], unique=False)
    op.create_index(op.f("ix_panel_files_uploaded_by_id"), "panel_files", ["uploaded_by_id"], unique=False)
    op.create_table(
        "panel_upload_errors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("lines_sealed", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panel.id"], name=op.f("fk_panel_upload_errors_panel_id_panel")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_upload_errors")),
        sa.UniqueConstraint("panel_id", name=op.f("uq_panel_upload_errors_panel_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_panel_upload_errors_uid")),
    )
    op.create_table(
        "population_figure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("feature", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=60), nullable=False),
        sa.Column("per_mille", sa.Integer(), nullable=False),
        sa.Column("is_estimate", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.CheckConstraint("per_mille BETWEEN 0 AND 1000", name=op.f("ck_population_figure_per_mille_range")),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_population_figure_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_population_figure")),
        sa.UniqueConstraint(
            "municipality_id",
            "feature",
            "value",
            name=op.f("uq_population_figure_municipality_id_feature_value"),
        ),
    )
    op.create_index(
        op.f("ix_population_figure_municipality_id"), "population_figure", ["municipality_id"], unique=False
    )
    op.create_table(
        "postcode_area",
        sa.Column("postcode4", sa.String(length=4), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_postcode_area_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("postcode4", name=op.f("pk_postcode_area")),
    )
    op.create_index(
        op.f("ix_postcode_area_municipality_id"), "postcode_area", ["municipality_id"], unique=False
    )
    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(30), nullable=False),
        sa.Column("is_anonymous", sa.Boolean(), nullable=False),
        sa.Column("receipt_code_hash", sa.String(length=64), nullable=False),
        sa.Column("story_sealed", sa.Text(), nullable=True),
        sa.Column("contact_sealed", sa.Text(), nullable=True),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("is_since_known", sa.Boolean(), nullable=False),
        sa.Column("waiting", sa.String(30), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("public_title", sa.String(length=120), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("process_guess", sa.String(length=120), nullable=False),
        sa.Column("decide_now", sa.Boolean(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("process_change", sa.String(length=2000), nullable=False),
        sa.Column("outcome", sa.String(30), nullable=True),
        sa.Column("outcome_text", sa.String(length=2000), nullable=False),
        sa.Column("decline_reason", sa.String(30), nullable=True),
        sa.Column("decline_text", sa.String(length=2000), nullable=False),
        sa.Column("decline_where", sa.String(length=2000), nullable=False),
        sa.Column("triaged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'declined') = (decline_reason IS NOT NULL)", name=op.f("ck_report_declined_has_reason")
        ),
        sa.CheckConstraint(
            "(state = 'done') = (outcome IS NOT NULL)", name=op.f("ck_report_done_has_outcome")
        ),
        sa.CheckConstraint(
            "(state IN ('done', 'declined')) = (closed_at IS NOT NULL)", name=op.f("ck_report_final_has_date")
        ),
        sa.CheckConstraint(
            "is_public = false OR public_title <> ''", name=op.f("ck_report_public_has_title")
        ),
        sa.CheckConstraint(
            "state <> 'taken_up' OR owner_id IS NOT NULL", name=op.f("ck_report_taken_up_has_owner")
        ),
        sa.CheckConstraint(
            "state IN ('new', 'declined') OR triaged_at IS NOT NULL", name=op.f("ck_report_triaged_has_date")
        ),
        sa.CheckConstraint(
            "state NOT IN ('decided', 'process_changed', 'measuring') OR decided_at IS NOT NULL",
            name=op.f("ck_report_decided_has_date"),
        ),
        sa.CheckConstraint(
            "is_public = false OR published_at IS NOT NULL", name=op.f("ck_report_public_has_date")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_report_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_report_owner_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("receipt_code_hash", name=op.f("uq_report_receipt_code_hash")),
        sa.UniqueConstraint("uid", name=op.f("uq_report_uid")),
    )
    op.create_index(op.f("ix_report_municipality_id"), "report", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_report_owner_id"), "report", ["owner_id"], unique=False)
    op.create_index("ix_report_public", "report", ["is_public", "published_at", "id"], unique=False)
    op.create_index("ix_report_queue", "report", ["state", "since_on", "id"], unique=False)
    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(30), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=True),
        sa.Column("granted_by_id", sa.Integer(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["granted_by_id"], ["user.id"], name=op.f("fk_role_grant_granted_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_role_grant_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_role_grant_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
        sa.UniqueConstraint(
            "user_id", "role", "municipality_id", name=op.f("uq_role_grant_user_id_role_municipality_id")
        ),
    )
    op.create_index(op.f("ix_role_grant_user_id"), "role_grant", ["user_id"], unique=False)
    op.create_index(
        "uq_role_grant_region",
        "role_grant",
        ["user_id", "role"],
        unique=True,
        sqlite_where=sa.text("municipality_id IS NULL"),
        postgresql_where=sa.text("municipality_id IS NULL"),
    )
    op.create_table(
        "rule_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from", name=op.f("ck_rule_set_validity_order")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_rule_set_municipality_id_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_set")),
        sa.UniqueConstraint("municipality_id", "version", name=op.f("uq_rule_set_municipality_id_version")),
    )
    op.create_index(op.f("ix_rule_set_municipality_id"), "rule_set", ["municipality_id"], unique=False)
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=2000), nullable=False),
        sa.Column("decision", sa.String(length=2000), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("decider", sa.String(length=200), nullable=False),
        sa.Column("mandate", sa.String(length=200), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "question <> '' AND decision <> '' AND reason <> ''", name=op.f("ck_decision_is_complete")
        ),
        sa.CheckConstraint(
            "effective_on IS NULL OR effective_on >= decided_on", name=op.f("ck_decision_order")
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name=op.f("fk_decision_decided_by_id_user")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_decision_report_id_report")),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["decision.id"], name=op.f("fk_decision_supersedes_id_decision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_decision_supersedes_id")),
    )
    op.create_index(op.f("ix_decision_report_id"), "decision", ["report_id"], unique=False)
    op.create_table(
        "initiative",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("author_name_sealed", sa.Text(), nullable=True),
        sa.Column("author_postcode_sealed", sa.Text(), nullable=True),
        sa.Column("municipality_id", sa.Integer(), nullable=True),
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
        sa.Column("rule_set_id", sa.Integer(), nullable=True),
        sa.Column("rules_snapshot", sa.JSON(none_as_null=True), nullable=True),
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
        sa.CheckConstraint(
            "state = 'draft' OR (municipality_id IS NOT NULL AND rule_set_id IS NOT NULL AND rules_snapshot IS NOT NULL AND threshold IS NOT NULL AND solution_owner IS NOT NULL)",
            name=op.f("ck_initiative_published_facts"),
        ),
        sa.CheckConstraint("support_count >= 0", name=op.f("ck_initiative_support_count_positive")),
        sa.CheckConstraint(
            "threshold IS NULL OR threshold > 0", name=op.f("ck_initiative_threshold_positive")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_initiative_author_id_user")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_initiative_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(
            ["rule_set_id"], ["rule_set.id"], name=op.f("fk_initiative_rule_set_id_rule_set")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_initiative")),
        sa.UniqueConstraint("uid", name=op.f("uq_initiative_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_initiative_author_id"), "initiative", ["author_id"], unique=False)
    op.create_index(op.f("ix_initiative_municipality_id"), "initiative", ["municipality_id"], unique=False)
    op.create_index(
        "ix_initiative_state_published_at", "initiative", ["state", "published_at", "id"], unique=False
    )
    op.create_index(
        "ix_initiative_state_support_count", "initiative", ["state", "support_count", "id"], unique=False
    )
    op.create_table(
        "internal_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text_sealed", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_internal_note_author_id_user")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_internal_note_report_id_report")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_internal_note")),
        sa.UniqueConstraint("uid", name=op.f("uq_internal_note_uid")),
    )
    op.create_index(op.f("ix_internal_note_report_id"), "internal_note", ["report_id"], unique=False)
    op.create_table(
        "panel_draw",
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
        sa.CheckConstraint("kind = 'practice'", name=op.f("ck_panel_draw_practice_only")),
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
    )
    op.create_index(op.f("ix_panel_draw_files_id"), "panel_draw", ["files_id"], unique=False)
    op.create_index(op.f("ix_panel_draw_panel_id"), "panel_draw", ["panel_id"], unique=False)
    op.create_index(op.f("ix_panel_draw_requested_by_id"), "panel_draw", ["requested_by_id"], unique=False)
    op.create_index("ix_panel_draw_state_id", "panel_draw", ["state", "id"], unique=False)
    op.create_index(
        "uq_panel_draw_open",
        "panel_draw",
        ["panel_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('requested', 'computing')"),
        postgresql_where=sa.text("state IN ('requested', 'computing')"),
    )
    op.create_table(
        "support",
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
    )
    op.create_index(
        "ix_support_dirty",
        "support",
        ["initiative_id"],
        unique=False,
        sqlite_where=sa.text("is_dirty = 1"),
        postgresql_where=sa.text("is_dirty"),
    )
    op.create_index("ix_support_initiative_id_state", "support", ["initiative_id", "state"], unique=False)
    op.create_index("ix_support_review", "support", ["initiative_id", "review_key"], unique=False)
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_TRIGGERS if is_sqlite else POSTGRESQL_TRIGGERS:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("support")
    op.drop_table("panel_draw")
    op.drop_table("internal_note")
    op.drop_table("initiative")
    op.drop_table("decision")
    op.drop_table("rule_set")
    op.drop_table("role_grant")
    op.drop_table("report")
    op.drop_table("postcode_area")
    op.drop_table("population_figure")
    op.drop_table("panel_upload_errors")
    op.drop_table("panel_files")
    op.drop_table("recovery_code")
    op.drop_table("panel")
    op.drop_table("municipality")
    op.drop_table("event")
    op.drop_table("deadline")
    op.drop_table("user")
    op.drop_table("region")
    op.drop_table("rate_window")
    op.drop_table("outgoing_mail")
    op.drop_table("login_code")
    op.drop_table("job_run")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION event_append_only()")
