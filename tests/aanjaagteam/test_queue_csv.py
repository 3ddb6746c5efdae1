"""The filtered queue as a table."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.aanjaagteam.models import Report
from civic.aanjaagteam.routes import queue as routes
from civic.aanjaagteam.states import State
from civic.db import db
from tests.aanjaagteam.makers import STORY, TITLE

URL = "/aanjaagteam/werklijst.csv"


def test_all_rows_of_the_filter_without_the_story(
    team: FlaskClient, make: Callable[..., int], app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "CSV_PAGE", 2)
    numbers = [make(State.TRIAGED) for _one in range(5)]
    make(State.TAKEN_UP)
    with app.app_context():
        report = db.session.get_one(Report, numbers[0])
        report.public_title = "=1+1"
        db.session.commit()
    answer = team.get(f"{URL}?status=bekeken")
    assert answer.mimetype == "text/csv"
    lines = answer.text.removeprefix("\ufeff").splitlines()
    assert lines[0].startswith("Nummer;Titel;Gemeente;Stand")
    assert sorted(int(line.split(";")[0]) for line in lines[1:]) == numbers
    assert "'=1+1" in answer.text
    assert STORY[:20] not in answer.text


def test_scope(scoped: FlaskClient, make: Callable[..., int]) -> None:
    make(State.TRIAGED, code="GM0034")
    assert TITLE not in scoped.get(URL).text
