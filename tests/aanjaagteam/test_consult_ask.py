"""Asking a specialist about a case: who may, what the specialist sees, what stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.aanjaagteam.models import Consult, Report
from civic.aanjaagteam.states import State
from civic.aanjaagteam.states.consults import ConsultState
from civic.accounts.states import Role
from civic.db import db
from civic.events.models import Deadline, Event
from civic.mail.models import OutgoingMail
from tests.aanjaagteam.consult_makers import (
    LARS,
    QUESTION,
    SASKIA,
    case_consult,
    official,
    specialist,
    unit,
    works_at,
)
from tests.aanjaagteam.makers import STORY

ASKED = {"question": QUESTION, "term": "5 werkdagen"}


@pytest.fixture
def lars(app: Flask, sign_in: Callable[..., FlaskClient]) -> tuple[FlaskClient, int]:
    """A specialist in law, and the number of his account."""
    client = sign_in(Role.EMPLOYEE, email=LARS, name="Lars Recht")
    with app.app_context():
        number = specialist().id
        db.session.commit()
    return client, number


def last_consult(app: Flask) -> Consult:
    with app.app_context():
        return db.session.scalars(select(Consult).order_by(Consult.id.desc())).first()  # type: ignore[return-value]  # a test that finds none may fail


def test_asking_leaves_the_case_as_it_was(
    app: Flask, team: FlaskClient, make: Callable[..., int], lars: tuple[FlaskClient, int]
) -> None:
    number = make(State.TAKEN_UP)
    with app.app_context():
        before = db.session.get_one(Report, number)
        facts = (before.owner_id, before.state, before.revision)
    answer = team.post(f"/aanjaagteam/meldingen/{number}/meedenken", data={**ASKED, "whom": f"p{lars[1]}"})
    assert (answer.status_code, answer.location) == (303, f"/aanjaagteam/meldingen/{number}")
    with app.app_context():
        row = db.session.scalars(select(Consult)).one()
        report = db.session.get_one(Report, number)
        assert (report.owner_id, report.state, report.revision) == facts
        assert (row.report_id, row.state, row.user_id) == (number, ConsultState.ASKED, lars[1])
        assert row.due_on == date(2026, 11, 30)
        assert QUESTION not in (row.question_sealed or "")
        event = db.session.scalars(select(Event).where(Event.action == "consult_asked")).one()
        assert (event.subject_type, event.subject_id) == ("report", number)
        assert event.data == {"consult": row.id}
        deadline = db.session.scalars(select(Deadline).where(Deadline.kind == "consult_answer")).one()
        assert (deadline.subject_type, deadline.owner_id) == ("consult", lars[1])
    assert QUESTION in team.get(f"/aanjaagteam/meldingen/{number}").text


def test_mails_go_out_in_office_hours_without_the_question(app: Flask) -> None:
    saturday = datetime(2026, 11, 28, 12, tzinfo=UTC)
    with app.app_context():
        case_consult(at=saturday)
        mails = {one.template: one for one in db.session.scalars(select(OutgoingMail))}
        asked, reminder = mails["consult_asked"], mails["consult_reminder"]
        assert asked.address == LARS
        assert asked.next_at > saturday
        assert asked.next_at.weekday() == 0
        # a term that begins on a Saturday ends on the Friday after: the day before at nine
        assert reminder.next_at.astimezone(UTC) == datetime(2026, 12, 3, 8, tzinfo=UTC)
        for one in (asked, reminder):
            assert "koolmees" not in (one.text or "")


def test_specialist_reads_question_title_and_summary_only(app: Flask, lars: tuple[FlaskClient, int]) -> None:
    with app.app_context():
        row = case_consult()
        number, report_id = row.id, row.report_id
        db.session.commit()
    page = lars[0].get(f"/aanjaagteam/meedenken/{number}")
    assert page.status_code == 200
    for words in ("koolmees", "Vergunning voor een terras blijft liggen", "Het terras wacht op een besluit"):
        assert words in page.text
    assert STORY not in page.text
    assert "pimpelpaars" not in page.text
    assert f"/aanjaagteam/meldingen/{report_id}" not in page.text
    assert lars[0].get(f"/aanjaagteam/meldingen/{report_id}").status_code == 403
    assert "Vergunning voor een terras" in lars[0].get("/aanjaagteam/meedenken").text


def test_others_see_nothing(
    app: Flask,
    client: FlaskClient,
    sign_in: Callable[..., FlaskClient],
    scoped: FlaskClient,
    make: Callable[..., int],
) -> None:
    with app.app_context():
        number = case_consult().id
        db.session.commit()
    url = f"/aanjaagteam/meedenken/{number}"
    assert client.get(url).status_code == 302
    # another official, a resident, and the team of another municipality
    for one in (sign_in(Role.EMPLOYEE, email=SASKIA), sign_in(Role.RESIDENT, email="b@example.nl"), scoped):
        assert one.get(url).status_code == 403
        for verb in ("oppakken", "antwoord", "doorgeven", "sluiten", "intrekken"):
            assert one.post(f"{url}/{verb}", data={"answer": "x"}).status_code == 403
            assert one.get(f"{url}/{verb}").status_code == 405
    report = make(State.TAKEN_UP)
    assert scoped.get(f"/aanjaagteam/meldingen/{report}/meedenken").status_code == 403


def test_a_unit_is_asked_and_one_of_them_takes_it(
    app: Flask, team: FlaskClient, make: Callable[..., int], sign_in: Callable[..., FlaskClient]
) -> None:
    saskia = sign_in(Role.EMPLOYEE, email=SASKIA, name="Saskia Visser")
    peter = sign_in(Role.EMPLOYEE, email="peter@example.nl", name="Peter Kuipers")
    with app.app_context():
        place = unit()
        works_at(official(), place)
        works_at(official("peter@example.nl"), place, is_manager=True)
        number = place.id
        db.session.commit()
    report = make(State.TAKEN_UP)
    team.post(f"/aanjaagteam/meldingen/{report}/meedenken", data={**ASKED, "whom": f"u{number}"})
    url = f"/aanjaagteam/meedenken/{last_consult(app).id}"
    with app.app_context():
        assert [
            m.address for m in db.session.scalars(select(OutgoingMail)) if m.template == "consult_asked"
        ] == ["peter@example.nl"]
    assert saskia.post(f"{url}/oppakken").status_code == 303
    assert saskia.post(f"{url}/oppakken").status_code == 303  # pressed twice
    # a colleague may still read it, and no longer answers it
    assert peter.get(url).status_code == 200
    assert "Ik denk mee" not in peter.get(url).text
    assert peter.post(f"{url}/antwoord", data={"answer": "Ja."}).status_code == 403
    assert last_consult(app).state is ConsultState.TAKEN


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"question": "  "}, "Schrijf op wat u wilt vragen."),
        ({"whom": ""}, "Kies aan wie u het vraagt."),
        ({"whom": "p99999"}, "Kies een antwoord uit de lijst."),
        ({"whom": "u²"}, "Kies een antwoord uit de lijst."),
        ({"term": "100 jaar"}, "Kies wanneer u het antwoord nodig hebt."),
        ({"question": "x" * 2001}, "Maak deze tekst korter."),
    ],
)
def test_what_was_typed_comes_back(
    app: Flask,
    team: FlaskClient,
    make: Callable[..., int],
    lars: tuple[FlaskClient, int],
    given: dict[str, str],
    sentence: str,
) -> None:
    number = make(State.TAKEN_UP)
    data = {**ASKED, "whom": f"p{lars[1]}", **given}
    page = team.post(f"/aanjaagteam/meldingen/{number}/meedenken", data=data)
    assert page.status_code == 422
    assert sentence in page.text
    with app.app_context():
        assert db.session.scalars(select(Consult)).all() == []
