"""Taking a report in is ten statements at most: everything the request asks of the database.

Counted: limits, the lists of the form, the report, event, promise, likeness, and the mail. Not counted:
BEGIN, COMMIT and savepoints, which ask nothing. The session is a signed cookie and costs none.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.aanjaagteam.states import State
from civic.db import db
from tests.aanjaagteam.test_start import URL, answers, reports
from tests.factories import municipality
from tests.initiatives.factories import published

MOST = 10
STORY = "De vergunning voor mijn terras blijft liggen. Niemand zegt wie er beslist."


def asked(seen: list[str]) -> list[str]:
    return [one for one in seen if not one.startswith(("SAVEPOINT", "RELEASE"))]


@pytest.fixture
def known(app: Flask, make: Callable[..., int]) -> dict[str, str]:
    """A place, an initiative to come from, and reports that the new one looks like."""
    for _number in range(3):
        make(State.TRIAGED)
    with app.app_context():
        known = {"place": str(municipality("GM0303").id), "from": f"initiatief-{published().id}"}
        db.session.commit()
        return known


def test_a_report_by_mail(
    app: Flask, client: FlaskClient, known: dict[str, str], count_statements: Callable[[], Any]
) -> None:
    data = answers(client, story=STORY, email="melder@example.nl", municipality=known["place"])
    with count_statements() as seen:
        assert client.post(f"{URL}?van={known['from']}", data=data).status_code == 303
    assert len(asked(seen)) <= MOST, "\n".join(asked(seen))
    report = reports(app)[-1]
    assert (report.origin_type, report.is_anonymous) == ("initiative", False)
    with count_statements() as seen:
        page = client.get("/meldingen/ontvangst").text
    assert len(re.findall(r'<a href="/meldingen/\d+" lang="nl">', page)) == 3
    assert len(seen) <= MOST


def test_the_same_question_twice_by_mail(
    client: FlaskClient, known: dict[str, str], count_statements: Callable[[], Any]
) -> None:
    url = f"{URL}?soort=dubbel&van={known['from']}"
    data = answers(client, story=STORY, email="melder@example.nl", municipality=known["place"])
    with count_statements() as seen:
        assert client.post(url, data={**data, "step_a": "Loket", "step_b": "Balie"}).status_code == 303
    assert len(asked(seen)) <= MOST, "\n".join(asked(seen))


def test_a_page_in_between_writes_nothing(client: FlaskClient, count_statements: Callable[[], Any]) -> None:
    data = answers(client, story="Er is fraude.")
    with count_statements() as seen:
        client.post(URL, data=data)
    assert all(one.startswith("SELECT") for one in seen)
