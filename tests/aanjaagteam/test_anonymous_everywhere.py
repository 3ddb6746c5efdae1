"""An anonymous report, and then a look everywhere: tables, sealed texts, mails, files and logs.

The conversation afterwards is in test_voices_anonymous.py, with the same tools.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from civic.aanjaagteam.models import Report
from civic.aanjaagteam.models.units import Unit
from civic.aanjaagteam.queries import intake as queries
from civic.aanjaagteam.routes import shared
from civic.aanjaagteam.states import State
from civic.calendar import ZONE
from civic.db import db
from civic.events.models import Event
from tests.aanjaagteam.grepping import VISITOR, mails, nowhere, stored
from tests.aanjaagteam.test_intake_employee import hidden
from tests.aanjaagteam.test_start import receipt_code

URL = "/meldingen/nieuw"
WORDS = ("zeekraalsoep", "kwikstaartveld")
STORY = f"De vergunning voor het terras ligt stil. {WORDS[0]}. Dit is ook fraude. {WORDS[1]}"
REFERER = "https://intranet.voorbeeld.example/geheim-teampagina"
COOKIE = "eigenaardigkoekje-0451"
MOMENT = datetime(2026, 11, 23, 14, 37, 51, tzinfo=ZONE)


@pytest.fixture
def visitor(client: FlaskClient) -> Callable[..., Any]:
    """`visitor("post", url, data=…)`: one who would stand out anywhere."""
    client.set_cookie("oud", COOKIE)
    outside = VISITOR.outside
    headers = {**outside["headers"], "Referer": REFERER, "Via": f"1.1 {COOKIE}", "From": "ik@verraad.example"}

    def _visit(method: str, url: str, **given: Any) -> Any:
        return getattr(client, method)(
            url, **given, headers=headers, environ_overrides=outside["environ_overrides"]
        )

    return _visit


def token_in(page: str) -> str:
    found = re.search(r'name="token"[^>]* value="([^"]+)"', page)
    assert found
    return found[1]


def test_no_trace_of_who_reported_is_anywhere(
    app: Flask,
    client: FlaskClient,
    visitor: Callable[..., Any],
    make: Callable[..., int],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    make(State.TRIAGED)
    with app.app_context():
        unit = Unit(name="Kabinet", headcount=2)
        db.session.add(unit)
        db.session.commit()
        unit_id = str(unit.id)
    url = f"{URL}?voor=medewerker&van=/hulp"
    form = visitor("get", url).text
    data = {"story": STORY, "token": token_in(form), "unit": unit_id}
    visitor("post", "/meldingen/nieuw/lijkt-op", data=data)
    stopped = visitor("post", url, data=data)
    warned = visitor("post", url, data=hidden(stopped.text))
    assert visitor("post", url, data=hidden(warned.text)).status_code == 303
    code = receipt_code(client)
    visitor("get", "/meldingen/ontvangst")
    visitor("post", "/meldingen/volgen", data={"code": "verkeerd"})
    assert visitor("post", "/meldingen/volgen", data={"code": code}).status_code == 303
    assert "Zo staat het" in visitor("get", "/meldingen/volgen/stand").text
    visitor("post", "/meldingen/volgen", data={"stop": "1"})

    bare = code.replace("-", "")
    traces = [*VISITOR.traces, "geheim-teampagina", COOKIE, "verraad.example", code, bare]
    nowhere(app, caplog, traces, only_sealed=[STORY, *WORDS])
    with app.app_context():
        report = db.session.scalars(select(Report).order_by(Report.id.desc())).first()
        assert report is not None
        assert (report.story, report.contact, report.unit_id) == (STORY, None, int(unit_id))
    assert not [key for key in mails(app) if "report_received" in key]


def test_the_cookie_tells_nothing_to_who_finds_the_device(client: FlaskClient, app: Flask) -> None:
    page = client.get(URL).text
    client.post(URL, data={"story": f"Het duurt. {WORDS[0]}", "token": token_in(page)})
    code = receipt_code(client)
    with client.session_transaction() as kept:
        text = repr(dict(kept))
    assert WORDS[0] not in text
    assert code not in text
    assert code.replace("-", "") not in text


def test_only_the_day_is_kept(app: Flask, client: FlaskClient, clock: Any) -> None:
    """Who was at a keyboard at 14:37 can be found out."""
    clock.move_to(MOMENT, tick=False)
    page = client.get(URL).text
    client.post(URL, data={"story": "Het duurt.", "token": token_in(page)})
    with app.app_context():
        report = db.session.scalars(select(Report)).one()
        event = db.session.scalars(select(Event).where(Event.action == "reported")).one()
        assert report.created_at == event.at == MOMENT.replace(hour=0, minute=0, second=0)
    assert all("37:51" not in text for text in stored(app).values())


def test_with_an_address_the_moment_is_kept(app: Flask, client: FlaskClient, clock: Any) -> None:
    clock.move_to(MOMENT, tick=False)
    page = client.get(URL).text
    client.post(URL, data={"story": "Het duurt.", "email": "ik@example.nl", "token": token_in(page)})
    with app.app_context():
        assert db.session.scalars(select(Report)).one().created_at == MOMENT


def test_counters_cannot_be_read_back(app: Flask, client: FlaskClient) -> None:
    """Their key lives in the process only: neither the pepper nor the keys of the data find an address."""
    page = client.get(URL).text
    client.post(URL, data={"story": "Het duurt.", "token": token_in(page)})
    assert all(shared.FLEETING_KEY not in text for text in stored(app).values())
    assert shared.FLEETING_KEY not in repr(app.config)


def test_a_database_that_is_away_logs_no_words(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    """SQLAlchemy writes the parameters of a failed statement in its message: here they are the story."""
    caplog.set_level(logging.DEBUG)
    with app.app_context():
        db.session.execute(db.text("DROP TABLE search_text"))
        db.session.commit()
    with pytest.raises(DBAPIError, match="search_") as error, app.app_context():
        queries.alike(STORY)
    assert WORDS[0] not in str(error.value)
    assert WORDS[0] not in caplog.text
