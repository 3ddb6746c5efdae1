"""Proposing an improvement: the verdict first, then it is written down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from civic.aanjaagteam.models import Improvement, Report
from civic.aanjaagteam.states.facts import ReportKind
from civic.aanjaagteam.states.improvements import ImprovementState, Mandate
from civic.accounts.states import Role
from civic.db import db
from civic.mail.models import OutgoingMail
from tests.aanjaagteam.consult_makers import PETER, SASKIA, improvement, official, unit, works_at

NEW = "/aanjaagteam/verbeteringen/nieuw"


@pytest.fixture
def place(app: Flask) -> int:
    """The unit where Saskia works and Peter answers for it."""
    with app.app_context():
        row = unit()
        works_at(official(), row)
        works_at(official(PETER), row, is_manager=True)
        number = row.id
        db.session.commit()
        return number


@pytest.fixture
def saskia(place: int, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(email=SASKIA)  # who has a role already


def typed(place: int, **given: Any) -> dict[str, Any]:
    return {
        "process_name": "Vergunning voor een straatfeest",
        "proposal": "Eén formulier in plaats van drie. Woord: roodborst.",
        "unit": str(place),
        "yes": ["none"],
        "tell_on": "2026-12-20",
        "stap": "vastleggen",
        **given,
    }


def only(app: Flask) -> Any:
    with app.app_context():
        return db.session.scalars(select(Improvement)).one()


def count(app: Flask, kind: Any = Improvement) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(kind)) or 0


def test_looking_first_keeps_nothing(app: Flask, saskia: FlaskClient, place: int) -> None:
    page = saskia.post(NEW, data=typed(place, stap="bekijken", tell_on=""))
    assert page.status_code == 200
    for words in ("U mag dit gewoon doen", "Een formulier korter maken mag altijd.", "roodborst"):
        assert words in page.text
    assert 'value="2026-12-23"' in page.text
    back = saskia.post(NEW, data=typed(place, stap="wijzigen"))
    assert "roodborst" in back.text
    assert "Wie besluit wat" in back.text
    assert count(app) == 0


def test_just_do_it(app: Flask, saskia: FlaskClient, place: int) -> None:
    answer = saskia.post(NEW, data=typed(place))
    row = only(app)
    assert (answer.status_code, answer.location) == (303, f"/aanjaagteam/verbeteringen/{row.id}")
    assert (row.state, row.mandate, row.report_id) == (ImprovementState.STARTED, Mandate.SELF, None)
    assert saskia.post(NEW, data=typed(place)).location == answer.location  # pressed twice
    assert count(app) == 1
    with app.app_context():
        mail = db.session.scalars(select(OutgoingMail)).one()
        assert mail.template == "improvement_tell"
        # the 20th is a Sunday
        assert mail.next_at.strftime("%Y-%m-%d") == "2026-12-21"


def test_ask_the_manager(app: Flask, saskia: FlaskClient, place: int) -> None:
    look = saskia.post(NEW, data=typed(place, yes=["others"], stap="bekijken")).text
    assert "Het raakt het werk van een andere afdeling." in look
    saskia.post(NEW, data=typed(place, yes=["others"]))
    assert (only(app).state, only(app).mandate) == (ImprovementState.PROPOSED, Mandate.MANAGER)
    with app.app_context():
        mail = db.session.scalars(select(OutgoingMail)).one()
        assert (mail.template, mail.address) == ("improvement_asked", PETER)


def test_on_the_table_it_becomes_a_report_for_the_team(
    app: Flask, saskia: FlaskClient, team: FlaskClient, place: int
) -> None:
    saskia.post(NEW, data=typed(place, yes=["money", "rights"]))
    row = only(app)
    assert row.state is ImprovementState.ON_TABLE
    with app.app_context():
        report = db.session.get_one(Report, row.report_id)
        assert (report.kind, report.origin_type, report.origin_id) == (
            ReportKind.IMPROVEMENT,
            "improvement",
            row.id,
        )
        assert report.unit_id == place
        assert report.contact == SASKIA
        assert "Het raakt rechten van inwoners." in (report.story or "")
    case = team.get(f"/aanjaagteam/meldingen/{row.report_id}").text
    assert f"/aanjaagteam/verbeteringen/{row.id}" in case
    assert f"melding {row.report_id}" in saskia.get(f"/aanjaagteam/verbeteringen/{row.id}").text
    saskia.post(NEW, data=typed(place, yes=["money", "rights"]))
    assert (count(app), count(app, Report)) == (1, 1)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"process_name": " "}, "Schrijf op om welk proces het gaat."),
        ({"proposal": ""}, "Schrijf op wat er beter kan."),
        ({"unit": "99"}, "Kies een antwoord uit de lijst."),
        ({"yes": []}, "Kruis aan wat klopt"),
        ({"yes": ["onzin"]}, "Kruis aan wat klopt"),
        ({"yes": ["none", "money"]}, "Kies één van de twee."),
        ({"tell_on": ""}, "Vul de dag in waarop u vertelt hoe het ging."),
        ({"tell_on": "2026-11-23"}, "Kies een dag na vandaag"),
        ({"tell_on": "2036-11-23"}, "Kies een dag na vandaag"),
        ({"proposal": "x" * 2001}, "Maak deze tekst korter."),
    ],
)
def test_mistakes_keep_what_was_typed(
    app: Flask, saskia: FlaskClient, place: int, given: dict[str, Any], sentence: str
) -> None:
    page = saskia.post(NEW, data=typed(place, **given))
    assert page.status_code == 422
    assert sentence in page.text
    assert count(app) == 0


def test_only_officials(client: FlaskClient, sign_in: Callable[..., FlaskClient], app: Flask) -> None:
    with app.app_context():
        number = improvement().id
        db.session.commit()
    resident = sign_in(Role.RESIDENT, email="bewoner@example.nl")
    for url in ("/aanjaagteam/verbeteringen", NEW, f"/aanjaagteam/verbeteringen/{number}"):
        assert client.get(url).status_code == 302
        assert resident.get(url).status_code == 403
