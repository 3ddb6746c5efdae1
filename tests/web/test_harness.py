"""The tools of the tests do what they promise; otherwise every green test means less."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from civic.db import db, now
from tests.conftest import NOW


@pytest.mark.parametrize("host", ["192.0.2.1", "example.com"])
def test_nothing_outside_this_machine_is_reached(host: str) -> None:
    with pytest.raises(RuntimeError, match="a test wants to talk to"):
        socket.create_connection((host, 80), timeout=1)


def test_the_clock_stands_at_the_start() -> None:
    assert 0 <= (now() - NOW).total_seconds() < 3600


def test_the_database_is_the_one_that_was_asked_for(app: Flask, pytestconfig: pytest.Config) -> None:
    with app.app_context():
        assert db.engine.dialect.name == pytestconfig.getoption("--database")


def test_statements_are_counted(app: Flask, count_statements: Callable[[], Any]) -> None:
    with count_statements() as seen:
        app.test_client().get("/gezond")
    assert any(one.startswith("SELECT") for one in seen)


@pytest.mark.parametrize("turn", [1, 2])
def test_every_test_has_its_own_database(app: Flask, turn: int) -> None:
    with app.app_context():
        db.session.execute(db.text("CREATE TABLE left_behind (id INTEGER)"))
        db.session.commit()
