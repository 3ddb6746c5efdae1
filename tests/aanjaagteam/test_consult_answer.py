"""Answering, handing on, thanking, taking back; for questions about a case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.aanjaagteam.models import Consult
from civic.aanjaagteam.queries import inbox
from civic.aanjaagteam.service import consults as service
from civic.aanjaagteam.states.consults import (
    CONSULT_RULES,
    CONSULT_TRANSITIONS,
    ConsultState,
    Domain,
)
from civic.accounts import my_data
from civic.accounts.states import Role
from civic.calendar import today
from civic.db import db, now
from civic.errors import Invalid
from civic.events.models import Deadline, Event
from civic.mail.models import OutgoingMail
from civic.retention import apply_retention
from tests.aanjaagteam.consult_makers import JUUL, LARS, QUESTION, case_consult, official, specialist
from tests.aanjaagteam.makers import TEAM_EMAIL, member


@pytest.fixture
def asked(app: Flask) -> int:
    with app.app_context():
        number = case_consult().id
        specialist(JUUL)
        db.session.commit()
        return number


@pytest.fixture
def lars(sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(Role.EMPLOYEE, email=LARS, name="Lars Recht")


@pytest.fixture
def juul(sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(Role.EMPLOYEE, email=JUUL, name="Juul Jurist")


def of(app: Flask, number: int, name: str) -> object:
    with app.app_context():
        return getattr(db.session.get(Consult, number), name)


def templates(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(OutgoingMail.template).order_by(OutgoingMail.id)))


def test_every_move_has_a_rule_and_every_state_is_reached() -> None:
    assert {action for _state, action in CONSULT_TRANSITIONS} == set(CONSULT_RULES)
    assert {*CONSULT_TRANSITIONS.values()} | {ConsultState.ASKED} == set(ConsultState)


def test_answer_then_thanks(app: Flask, team: FlaskClient, lars: FlaskClient, asked: int) -> None:
    url = f"/aanjaagteam/meedenken/{asked}"
    assert lars.post(f"{url}/antwoord", data={"answer": " "}).status_code == 422
    assert lars.post(f"{url}/antwoord", data={"answer": "Ja, dat mag."}).status_code == 303
    assert of(app, asked, "answer") == "Ja, dat mag."
    # answered, so nobody is reminded and the promise is kept
    assert "consult_reminder" not in templates(app)
    with app.app_context():
        assert db.session.scalars(select(Deadline).where(Deadline.kind == "consult_answer")).one().met_at
        event = db.session.scalars(select(Event).where(Event.action == "consult_answered")).one()
        assert (event.subject_type, event.data) == ("report", {"consult": asked})
    assert "Ja, dat mag." in team.get(url).text
    assert team.post(f"{url}/sluiten", data={"thanks": "Dank, Lars!"}).status_code == 303
    assert of(app, asked, "state") is ConsultState.CLOSED
    assert templates(app)[-1] == "consult_thanked"
    assert "Dank, Lars!" in lars.get(url).text


def test_two_answers_at_once(app: Flask, lars: FlaskClient, asked: int) -> None:
    url = f"/aanjaagteam/meedenken/{asked}/antwoord"
    assert lars.post(url, data={"answer": "De eerste."}).status_code == 303
    late = lars.post(url, data={"answer": "De <b>tweede</b>."})
    assert late.status_code == 409
    assert "De &lt;b&gt;tweede&lt;/b&gt;." in late.text
    assert of(app, asked, "answer") == "De eerste."


def test_not_my_trade_ask_juul(app: Flask, lars: FlaskClient, juul: FlaskClient, asked: int) -> None:
    url = f"/aanjaagteam/meedenken/{asked}"
    due_on = of(app, asked, "due_on")
    with app.app_context():
        number = official(JUUL).id
    assert juul.get(url).status_code == 403
    assert lars.post(f"{url}/doorgeven", data={"whom": ""}).status_code == 422
    answer = lars.post(f"{url}/doorgeven", data={"whom": f"p{number}"})
    assert (answer.status_code, answer.location) == (303, "/aanjaagteam/meedenken")
    assert lars.get(url).status_code == 403
    page = juul.get(url).text
    assert "Lars Recht" in page
    assert of(app, asked, "due_on") == due_on
    with app.app_context():
        assert (
            db.session.scalars(select(Deadline).where(Deadline.kind == "consult_answer")).one().owner_id
            == number
        )
        reminders = db.session.scalars(
            select(OutgoingMail).where(OutgoingMail.template == "consult_reminder")
        )
        assert [one.address for one in reminders] == [JUUL]


def test_hand_on_to_nobody_to_oneself_or_back(app: Flask, asked: int) -> None:
    with app.app_context():
        row, lars = db.session.get_one(Consult, asked), official(LARS)
        for whom in (
            service.Whom(),
            service.Whom(user_id=lars.id),
            service.Whom(user_id=row.asked_by_id),
            service.Whom(domain=Domain.YOUTH),
            service.Whom(unit_id=99),
            service.Whom(user_id=lars.id, domain=Domain.LEGAL),
        ):
            with pytest.raises(Invalid):
                service.hand_on(row, whom, actor=lars, at=now())


def test_take_back_tells_and_stops_the_reminder(
    app: Flask, team: FlaskClient, lars: FlaskClient, asked: int
) -> None:
    url = f"/aanjaagteam/meedenken/{asked}"
    assert lars.post(f"{url}/intrekken").status_code == 403
    assert team.post(f"{url}/intrekken").status_code == 303
    assert team.post(f"{url}/intrekken").status_code == 303  # pressed twice
    assert of(app, asked, "state") is ConsultState.WITHDRAWN
    assert "consult_reminder" not in templates(app)
    assert templates(app)[-1] == "consult_withdrawn"
    assert lars.post(f"{url}/antwoord", data={"answer": "Te laat"}).status_code == 409


def test_a_case_needs_an_answer_before_it_is_closed(
    app: Flask, team: FlaskClient, lars: FlaskClient, asked: int
) -> None:
    url = f"/aanjaagteam/meedenken/{asked}"
    assert team.post(f"{url}/sluiten", data={}).status_code == 409
    lars.post(f"{url}/oppakken")
    assert team.post(f"{url}/sluiten", data={}).status_code == 409
    assert of(app, asked, "state") is ConsultState.TAKEN


def test_inbox_of_both_sides(app: Flask, asked: int) -> None:
    def lines(email: str, days: int = 0) -> list[tuple[str, bool]]:
        at = now() + timedelta(days=days)
        found = inbox.waiting_for(member(email) if email == TEAM_EMAIL else official(email), frozenset(), at)
        return [(item.kind, item.is_late(today(at))) for item in found if item.kind == "consult"]

    with app.app_context():
        assert lines(LARS) == [("consult", False)]
        assert lines(TEAM_EMAIL) == []
        # the day is gone: also whoever asked sees it
        assert lines(LARS, 20) == lines(TEAM_EMAIL, 20) == [("consult", True)]
        service.answer(db.session.get_one(Consult, asked), "Ja.", actor=official(LARS), at=now())
        assert lines(LARS) == []
        assert lines(TEAM_EMAIL) == [("consult", False)]


def test_words_go_after_a_year(app: Flask, asked: int) -> None:
    with app.app_context():
        row = db.session.get_one(Consult, asked)
        service.answer(row, "Ja.", actor=official(LARS), at=now())
        db.session.commit()
        apply_retention(now() + timedelta(days=367))
        db.session.expire_all()
        row = db.session.get_one(Consult, asked)
        assert (row.question, row.answer) == (None, None)
        assert row.state is ConsultState.ANSWERED


def test_export_and_erase(app: Flask, asked: int) -> None:
    with app.app_context():
        specialists = [s for s in my_data.sections_of(official(LARS)) if s.name == "consults"]
        assert specialists == []  # a question is the words of who asked
        own = [s for s in my_data.sections_of(member()) if s.name == "consults"]
        assert QUESTION in str(own[0].rows)
        service.answer(db.session.get_one(Consult, asked), "Mijn antwoord.", actor=official(LARS), at=now())
        assert "Mijn antwoord." in str(my_data.sections_of(official(LARS)))
        my_data.ROOMS["aanjaagteam"].erase(official(LARS), now())
        row = db.session.get_one(Consult, asked)
        assert (row.question, row.answer) == (QUESTION, None)
        my_data.ROOMS["aanjaagteam"].erase(member(TEAM_EMAIL), now())
        assert row.question is None
        assert [s.name for s in my_data.sections_of(official(LARS)) if s.name == "specialist"] == []
