"""Personal data goes when we said it would, and every personal column has a rule."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from civic import retention
from civic.accounts.models import LoginCode, User
from civic.db import Base, db, now
from civic.mail.models import OutgoingMail
from civic.retention import (
    Outcome,
    Retention,
    apply_retention,
    covered_columns,
    dry_run,
    personal_columns,
    rules,
)
from tests.conftest import NOW
from tests.factories import make_user
from tests.mail.letters import queued

# names that usually tell something about a person
SUSPECT = re.compile(
    r"(^|_)(e?mail|name|phone|telephone|mobile|address|street|postcode|zip|birth|born|age|gender|sex|ip|agent|iban|"
    r"bsn|text|message|remark|note|motivation|contact|title|summary|body|token|secret|sealed)($|_|\d)"
)
# what only looks personal, each with its reason
NOT_PERSONAL = {
    ("public_draw_file", "name"): "of a file",
    ("municipality", "name"): "of a municipality",
    ("region", "name"): "of the region",
    ("region", "contact_email"): "of the region's own desk",
    ("region", "contact_phone"): "of the region's own desk",
    ("event", "sealed_seq"): "the seal of the log, not a sealed value",
    ("witness", "name"): "an organisation, published on purpose",
    ("witness_proposal", "name"): "the same organisation, before it is published",
    ("postcode_area", "postcode4"): "which municipality a postcode lies in",
    ("search_text", "title"): "public text of what is on the site",
    ("search_text", "body"): "public text of what is on the site",
    ("initiative", "title"): "published on purpose, with the author's consent",
    ("initiative", "district_name"): "a part of a municipality",
    ("initiative", "desk_text"): "written by an official for the writer, or public",
    ("initiative_place", "repair_text"): "written by an official, public",
    ("panel", "title"): "written by an official, public",
    ("panel_files", "summary"): "counts per value, never a combination",
    ("report", "public_title"): "written by an official, public",
    ("report", "summary"): "written by an official for other officials, about a process",
    ("report", "cause_note"): "written by an official about a process",
    ("report", "decision_owner_name"): "a function or an organisation",
    ("unit", "name"): "a department",
    ("report", "outcome_text"): "written by an official, public",
    ("report", "decline_text"): "written by an official, public",
    ("support", "token_hash"): "a hash of a random token",
    ("support", "shows_name"): "yes or no",
    ("support_sheet", "note"): "written by an official about a line, by its number",
    ("invalidation", "note"): "written by an official about what was seen",
    ("panel_composition", "one_per_address"): "a rule of the panel",
    ("panel_constituency", "name"): "a part of a panel",
    ("panel_composition", "minimum_age"): "a rule of the panel",
    ("panel_letter_text", "body"): "written by an official, public",
    ("panel_source", "name"): "a register or an organisation",
    ("panel_feature", "name"): "a feature, not a person",
    ("panel_feature", "consent_text"): "the words of a question",
    ("panel_feature_value", "from_age"): "the edge of an age band",
    ("panel_feature_value", "to_age"): "the edge of an age band",
    ("panel_letter_insert", "text"): "written by an official, public",
    ("co_initiator", "shows_name"): "whether a name is shown, not the name",
    ("co_initiator", "token_hash"): "a hash of a random token",
    ("guardian_consent", "token_hash"): "a hash of a random token",
    ("kept_start", "token_hash"): "a hash of a random token",
    ("resume_link", "token_hash"): "a hash of a random token",
    ("panel_consent", "text"): "the words of a question, the same for everybody",
    ("merge_proposal", "title"): "published on purpose, with the consent of both writers",
    ("cluster", "text"): "written by an official, public",
    ("cluster_member", "token_hash"): "a hash of a derived token",
    ("cluster_member", "is_contact"): "that somebody wants a task, not who",
    ("comment", "hide_text"): "written by an official, public",
    ("content_meeting", "token"): "random, against a double click",
    ("team_member", "is_name_public"): "yes or no",
    ("saved_view", "name"): "of a filter that an official keeps; goes with its owner",
}


def test_every_personal_column_has_a_rule() -> None:
    assert set(personal_columns()) - covered_columns() == set()


def test_every_sealed_column_is_personal() -> None:
    sealed = {
        (t.name, c.name) for t in Base.metadata.sorted_tables for c in t.columns if c.info.get("sealed")
    }
    assert sealed <= set(personal_columns())


def suspects() -> set[tuple[str, str]]:
    marked = set(personal_columns())
    return {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if SUSPECT.search(column.name) and (table.name, column.name) not in marked and not column.foreign_keys
    }


def test_a_column_that_sounds_personal_is_marked_or_excused() -> None:
    """A new column `phone` without `personal_column` stops here, on the day it is written."""
    excused = set(NOT_PERSONAL)
    assert suspects() - excused == set(), (
        "mark it with personal_column() or sealed_column(), or say here why not"
    )


def test_no_excuse_is_stale() -> None:
    existing = {
        (table.name, column.name) for table in Base.metadata.sorted_tables for column in table.columns
    }
    assert set(NOT_PERSONAL) <= existing


@pytest.mark.parametrize("rule", list(rules()), ids=lambda rule: f"{rule.model.__tablename__}-{rule.action}")
def test_rules_make_sense(rule: Retention) -> None:
    columns = rule.model.__table__.columns
    assert rule.since in columns
    assert rule.basis.endswith(".")
    assert rule.after > timedelta(0)
    for name in rule.blank_columns:
        assert columns[name].nullable, f"{name} cannot be blanked"
    assert rule.blanked_at is None or rule.blanked_at in columns


@pytest.mark.parametrize("rule", list(rules()), ids=lambda rule: f"{rule.model.__tablename__}-{rule.action}")
def test_every_rule_runs(app: Flask, rule: Retention) -> None:
    with app.app_context():
        assert db.session.scalar(select(retention._count(rule, NOW))) == 0
        assert retention._apply(rule, NOW).rows == 0


def put(app: Flask, days: int, number: int = 1) -> None:
    with app.app_context():
        queued(f"test:{number}", at=NOW - timedelta(days=days))


def rows(outcomes: list[Outcome], table: str) -> int:
    return sum(one.rows for one in outcomes if one.table == table)


@pytest.mark.parametrize(("days", "gone"), [(29, 0), (30, 0), (31, 1)])
def test_deleting(app: Flask, days: int, gone: int) -> None:
    put(app, days)
    with app.app_context():
        assert rows(dry_run(NOW), "outgoing_mail") == gone
        assert db.session.scalar(select(func.count()).select_from(OutgoingMail)) == 1, (
            "a dry run changes nothing"
        )
        assert rows(apply_retention(NOW), "outgoing_mail") == gone
        assert db.session.scalar(select(func.count()).select_from(OutgoingMail)) == 1 - gone
        assert rows(apply_retention(NOW), "outgoing_mail") == 0


def test_blanking_an_old_account(app: Flask) -> None:
    later = NOW + timedelta(days=3 * 365 + 1)
    with app.app_context():
        number = make_user(name="Kees Jansen").id
        db.session.commit()
        assert rows(apply_retention(later - timedelta(days=2)), "user") == 0
        assert rows(apply_retention(later), "user") == 1
        user = db.session.get_one(User, number, populate_existing=True)
        assert (user.name, user.email, user.email_index, user.totp) == (None, None, None, None)
        assert user.erased_at == later
        assert rows(apply_retention(later + timedelta(days=1)), "user") == 0
        assert db.session.get_one(User, number, populate_existing=True).erased_at == later


def test_no_readable_person_survives(app: Flask) -> None:
    """Ten years on nothing in any table says who Kees was."""
    with app.app_context():
        user = make_user(email="bijzonder@example.nl", name="Bijzonder Mens")
        queued(to="bijzonder@example.nl", name="Bijzonder Mens")
        code = LoginCode(email_index=user.email_index, code_hash="x", created_at=NOW, expires_at=NOW)
        db.session.add(code)
        db.session.commit()
        apply_retention(NOW + timedelta(days=3650))
        for table, name in personal_columns():
            column = Base.metadata.tables[table].c[name]
            left = db.session.scalar(
                select(func.count()).select_from(column.table).where(column.is_not(None))
            )
            assert left == 0, f"{table}.{name}"


def test_large_tables_go_in_batches(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 3)
    for number in range(8):
        put(app, 40, number)
    with app.app_context():
        assert rows(apply_retention(NOW), "outgoing_mail") == 8


def test_a_rule_that_fails_does_not_stop_the_others(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from civic.jobs import clean_up
    from civic.regions.models import Region

    put(app, 40)
    bad: Any = Retention(
        model=Region, basis="Dit kan niet.", after=timedelta(days=1), since="created_at", action="delete"
    )
    real = list(rules())

    def due(_self: Retention, _at: object) -> object:
        return Region.id > 0  # municipalities refer to it

    with app.app_context():
        monkeypatch.setattr(retention, "rules", lambda: [bad, *real])
        original = Retention.due
        monkeypatch.setattr(
            Retention, "due", lambda rule, at: due(rule, at) if rule is bad else original(rule, at)
        )
        outcomes = apply_retention(NOW)
        assert outcomes[0].error == "IntegrityError"
        assert rows(outcomes, "outgoing_mail") == 1
        with pytest.raises(retention.RetentionError, match="region"):
            clean_up(NOW)


def test_the_command_lists_what_it_would_do(app: Flask) -> None:
    with app.app_context():
        queued(at=now() - timedelta(days=31))
    output = app.test_cli_runner().invoke(args=["retention", "dry-run"]).output
    line = next(line for line in output.splitlines() if "outgoing_mail" in line)
    assert line.split()[:3] == ["1", "delete", "outgoing_mail"]
    assert "bewaren we 30 dagen" in line
    result = app.test_cli_runner().invoke(args=["retention", "apply"])
    assert result.exit_code == 0, result.output
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(OutgoingMail)) == 0


@pytest.mark.parametrize("options", [{"action": "blank"}, {"action": "delete", "blank_columns": ("name",)}])
def test_rules_that_contradict_themselves(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="blank"):
        Retention(model=User, basis="x.", after=timedelta(1), since="created_at", **options)
