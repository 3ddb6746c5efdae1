"""Migrations run up and down on this database, and their head is what the models say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import DDL, func, inspect, select, text
from sqlalchemy.exc import DBAPIError

from civic import create_app
from civic.aanjaagteam.models import Report
from civic.aanjaagteam.service import add_note
from civic.aanjaagteam.states import State
from civic.aanjaagteam.states.facts import WaitKind
from civic.db import Base, db
from civic.regions.service import load_region
from civic.search.models import is_own_index
from tests.aanjaagteam.case_makers import wait_on
from tests.aanjaagteam.makers import member, report_in
from tests.conftest import NOW, close, configuration
from tests.databases import Databases

DIRECTORY = Path(__file__).resolve().parent.parent.parent / "migrations"
PLUGINS = ["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"]
SCRIPTS = ScriptDirectory.from_config(Config(DIRECTORY / "alembic.ini"))
ALL = [revision.revision for revision in SCRIPTS.walk_revisions()][::-1]


@pytest.fixture
def empty_app(databases: Databases, tmp_path: Path) -> Iterator[Flask]:
    url = databases.create()
    app = create_app(configuration(tmp_path, url))
    yield app
    close(app)
    databases.drop(url)


@pytest.fixture
def migrated_app(empty_app: Flask) -> Flask:
    with empty_app.app_context():
        upgrade()
    return empty_app


def include_name(name: str | None, kind: str, _parents: Any) -> bool:
    return kind not in {"table", "index", "column"} or not is_own_index(name)


def tables(app: Flask) -> set[str]:
    with app.app_context():
        names = set(inspect(db.engine).get_table_names()) - {"alembic_version"}
        return {name for name in names if not is_own_index(name)}


def trigger_names(app: Flask) -> set[str]:
    lists = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    with app.app_context():
        return set(db.session.scalars(text(lists[db.engine.dialect.name])))


def test_they_are_numbered_in_one_line() -> None:
    names = sorted(path.name for path in (DIRECTORY / "versions").glob("*.py"))
    assert [name.split("_")[0] for name in names] == ALL == [f"{n:04}" for n in range(1, len(names) + 1)]
    assert len(SCRIPTS.get_heads()) == 1


def test_head_equals_the_models(migrated_app: Flask) -> None:
    with migrated_app.app_context(), db.engine.connect() as connection:
        options = {"compare_type": True, "autogenerate_plugins": PLUGINS, "include_name": include_name}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_the_comparison_sees_a_forgotten_check(migrated_app: Flask) -> None:
    """Not vacuous: alone, autogenerate would call this clean."""
    with migrated_app.app_context(), db.engine.connect() as connection:
        options = {"compare_type": True, "autogenerate_plugins": PLUGINS, "include_name": include_name}
        context = MigrationContext.configure(connection, opts=options)
        table = Base.metadata.tables["event"]
        forgotten = next(one for one in table.constraints if str(one.name).endswith("actor_matches_kind"))
        table.constraints.discard(forgotten)
        try:
            difference = compare_metadata(context, Base.metadata)
        finally:
            table.constraints.add(forgotten)
    assert [one[0] for one in difference] == ["remove_constraint"]


def test_column_defaults_and_nullability_are_the_same(
    migrated_app: Flask, databases: Databases, tmp_path: Path
) -> None:
    """The migrated database and one made from the models look alike to the database itself."""
    url = databases.create()
    made = create_app(configuration(tmp_path, url))
    with made.app_context():
        db.create_all()
    assert description(migrated_app) == description(made)
    assert trigger_names(migrated_app) == trigger_names(made)
    close(made)
    databases.drop(url)


def in_order(facts: list[Any]) -> list[str]:
    return sorted(json.dumps(one, sort_keys=True, default=str) for one in facts)


def description(app: Flask) -> dict[str, Any]:
    with app.app_context():
        seen = inspect(db.engine)
        return {
            name: {
                # a column that is added later stands last
                "columns": sorted(
                    (one["name"], str(one["type"]), one["nullable"], str(one.get("default")))
                    for one in seen.get_columns(name)
                ),
                "key": seen.get_pk_constraint(name),
                "foreign": in_order(seen.get_foreign_keys(name)),
                "unique": in_order(seen.get_unique_constraints(name)),
                "check": in_order(seen.get_check_constraints(name)),
                "indexes": in_order(seen.get_indexes(name)),
            }
            for name in sorted(tables(app))
        }


def test_up_down_up_one_at_a_time(empty_app: Flask) -> None:
    with empty_app.app_context():
        for revision in ALL:
            upgrade(revision=revision)
        full = tables(empty_app)
        for revision in [*ALL[:-1][::-1], "base"]:
            downgrade(revision=revision)
        assert tables(empty_app) == set()
        assert trigger_names(empty_app) == set()
        upgrade()
    assert tables(empty_app) == full == set(Base.metadata.tables)


def test_down_and_up_with_data_in_it(migrated_app: Flask) -> None:
    """Also of tables that others refer to: SQLite copies those, and may not look at the references then."""
    with migrated_app.app_context():
        load_region("flevoland", at=NOW)
        report = report_in(State.DONE)
        wait_on(report_in(State.TAKEN_UP), kind=WaitKind.COUNCIL)
        add_note(report, "Gebeld.", actor=member(), at=NOW)
        db.session.commit()
        close(migrated_app)
        downgrade(revision="0013")
        upgrade()
        assert db.session.scalar(select(func.count()).select_from(Report)) == 2
        assert db.session.scalar(text("SELECT count(*) FROM decision")) == 1
        db.session.rollback()  # or its locks would hold the next one up
        close(migrated_app)
        downgrade(revision="base")
    assert tables(migrated_app) == set()


def test_references_are_looked_at_again_after_a_migration(migrated_app: Flask) -> None:
    with migrated_app.app_context(), db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_triggers_are_there(migrated_app: Flask) -> None:
    with migrated_app.app_context():
        dialect = db.engine.dialect.name
    attached = [
        listener.statement
        for table in Base.metadata.sorted_tables
        for listener in table.dispatch.after_create
        if isinstance(listener, DDL) and listener._ddl_if and listener._ddl_if.dialect == dialect
    ]
    wanted = {one.split()[2] for one in attached if one.split()[1] == "TRIGGER"}
    assert wanted
    assert trigger_names(migrated_app) == wanted


@pytest.mark.parametrize("statement", ["UPDATE event SET action = 'other'", "DELETE FROM event"])
def test_the_log_of_a_migrated_database_is_append_only(migrated_app: Flask, statement: str) -> None:
    from civic.events import service as events
    from civic.events.models import Visibility

    with migrated_app.app_context():
        region = load_region("flevoland", at=NOW)
        events.record(region, events.What("loaded", visibility=Visibility.PUBLIC), actor=None, at=NOW)
        db.session.commit()
        with pytest.raises(DBAPIError, match="append-only"):
            db.session.execute(text(statement))
        db.session.rollback()


def test_migrations_do_not_import_the_code_of_today() -> None:
    for path in (DIRECTORY / "versions").glob("*.py"):
        source = path.read_text(encoding="utf-8")
        assert "civic" not in source.replace("civic-", ""), path.name


def test_upgrade_of_an_up_to_date_database_changes_nothing(migrated_app: Flask) -> None:
    before = description(migrated_app)
    with migrated_app.app_context():
        upgrade()
    assert description(migrated_app) == before
