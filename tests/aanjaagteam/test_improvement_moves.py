"""What becomes of an improvement: yes or no, begun, done, withdrawn, thanked; and the list of the region."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.aanjaagteam.models import Improvement
from civic.aanjaagteam.queries import improvements as queries
from civic.aanjaagteam.queries import inbox
from civic.aanjaagteam.states.improvements import Check, ImprovementState
from civic.accounts.states import Role
from civic.calendar import add_months, today
from civic.db import db, now
from civic.mail.models import OutgoingMail
from tests.aanjaagteam.consult_makers import LARS, PETER, SASKIA, improvement, official, unit, works_at
from tests.aanjaagteam.voices_makers import mails

LIST = "/aanjaagteam/verbeteringen"
DAY = {"tell_on": "2026-12-21"}


@pytest.fixture
def people(sign_in: Callable[..., FlaskClient]) -> dict[str, FlaskClient]:
    return {email: sign_in(Role.EMPLOYEE, email=email) for email in (SASKIA, PETER, LARS)}


def made(app: Flask, *, with_manager: bool = True, yes: frozenset[Check] = frozenset()) -> int:
    with app.app_context():
        place = unit()
        works_at(official(), place)
        if with_manager:
            works_at(official(PETER), place, is_manager=True)
        number = improvement(place, yes=yes).id
        db.session.commit()
        return number


def of(app: Flask, number: int, name: str) -> Any:
    with app.app_context():
        return getattr(db.session.get(Improvement, number), name)


def test_manager_says_yes(app: Flask, people: dict[str, FlaskClient]) -> None:
    number = made(app, yes=frozenset({Check.OTHERS}))
    url = f"{LIST}/{number}"
    for email in (SASKIA, LARS):
        assert people[email].post(f"{url}/ja", data=DAY).status_code == 403
    assert people[PETER].post(f"{url}/ja", data={"tell_on": "2026-11-01"}).status_code == 422
    assert people[PETER].post(f"{url}/ja", data=DAY).status_code == 303
    assert of(app, number, "state") is ImprovementState.STARTED
    # a no that comes later is a clear conflict, with what was typed
    late = people[PETER].post(f"{url}/nee", data={"answer": "Toch <niet>"})
    assert late.status_code == 409
    assert "Toch &lt;niet&gt;" in late.text


def test_manager_says_no_and_why(app: Flask, people: dict[str, FlaskClient]) -> None:
    number = made(app, yes=frozenset({Check.OTHERS}))
    url = f"{LIST}/{number}"
    assert people[PETER].post(f"{url}/nee", data={"answer": " "}).status_code == 422
    assert people[PETER].post(f"{url}/nee", data={"answer": "Dit jaar niet."}).status_code == 303
    assert "Dit jaar niet." in people[SASKIA].get(url).text
    with app.app_context():
        mail = db.session.query(OutgoingMail).order_by(OutgoingMail.id.desc()).limit(1).one()
        assert (mail.template, mail.address) == ("improvement_answered", SASKIA)


def test_without_a_manager_the_proposer_notes_the_answer(app: Flask, people: dict[str, FlaskClient]) -> None:
    number = made(app, with_manager=False, yes=frozenset({Check.OTHERS}))
    assert people[LARS].post(f"{LIST}/{number}/ja", data=DAY).status_code == 403
    assert people[SASKIA].post(f"{LIST}/{number}/ja", data=DAY).status_code == 303


def test_on_the_table_then_begun_then_done(app: Flask, people: dict[str, FlaskClient]) -> None:
    number = made(app, yes=frozenset({Check.MONEY}))
    url = f"{LIST}/{number}"
    assert people[SASKIA].post(f"{url}/klaar", data={"result": "Klaar."}).status_code == 409
    assert people[SASKIA].post(f"{url}/begin", data=DAY).status_code == 303
    assert people[PETER].post(f"{url}/klaar", data={"result": "Klaar."}).status_code == 403
    assert people[SASKIA].post(f"{url}/klaar", data={"result": ""}).status_code == 422
    assert people[SASKIA].post(f"{url}/klaar", data={"result": "Drie weken korter."}).status_code == 303
    assert of(app, number, "state") is ImprovementState.DONE
    assert "Drie weken korter." in people[LARS].get(LIST).text
    with app.app_context():
        templates = [one.template for one in db.session.query(OutgoingMail)]
        assert "improvement_tell" not in templates  # nobody is asked how it went after telling it


def test_declined_with_its_report(app: Flask, people: dict[str, FlaskClient], team: FlaskClient) -> None:
    """With the same words, and the proposer is told once; one that was begun already goes on."""
    number, begun = made(app, yes=frozenset({Check.MONEY})), made(app, yes=frozenset({Check.RULE}))
    people[SASKIA].post(f"{LIST}/{begun}/begin", data=DAY)
    refusal = {
        "decline_reason": "already_known",
        "decline_text": "Er komt al <één> formulier.",
        "decline_where": "Kijk in mei nog eens.",
        "revision": "0",
    }
    for one in (number, begun):
        case = f"/aanjaagteam/meldingen/{of(app, one, 'report_id')}"
        assert team.post(f"{case}/niet-oppakken", data=refusal).status_code == 303
    assert of(app, number, "state") is ImprovementState.REFUSED
    assert of(app, begun, "state") is ImprovementState.STARTED
    page = people[SASKIA].get(f"{LIST}/{number}").text
    for words in ("Niet doen", "Het wordt al ergens anders opgelost", "&lt;één&gt;", "Kijk in mei nog eens."):
        assert words in page
    assert people[PETER].post(f"{LIST}/{number}/ja", data=DAY).status_code == 409
    assert people[SASKIA].post(f"{LIST}/{number}/begin", data=DAY).status_code == 409
    told = [(to, f"/verbeteringen/{number}" in text) for to, text in mails(app, "report_closed")]
    assert told == [(SASKIA, True), (SASKIA, False)]
    assert mails(app, "improvement_answered") == []


def test_withdraw_is_for_the_proposer(app: Flask, people: dict[str, FlaskClient]) -> None:
    number = made(app)
    url = f"{LIST}/{number}/intrekken"
    assert people[LARS].post(url).status_code == 403
    assert people[SASKIA].get(url).status_code == 405
    for _again in range(2):
        assert people[SASKIA].post(url).status_code == 303
    assert of(app, number, "state") is ImprovementState.WITHDRAWN


def test_one_thank_you_per_person(app: Flask, people: dict[str, FlaskClient]) -> None:
    number = made(app)
    url = f"{LIST}/{number}/bedankt"
    assert people[SASKIA].post(url).status_code == 403  # not oneself
    for _again in range(2):
        assert people[LARS].post(url).status_code == 303
    assert people[PETER].post(url).status_code == 303
    with app.app_context():
        assert len(queries.thanks_of(db.session.get_one(Improvement, number))) == 2
    assert "2 keer bedankt" in people[SASKIA].get(LIST).text


def test_inbox_of_manager_and_proposer(app: Flask) -> None:
    number = made(app, yes=frozenset({Check.OTHERS}))
    begun = made(app)
    with app.app_context():
        (item,) = inbox.waiting_for(official(PETER), frozenset(), now())
        assert (item.kind, item.arguments) == ("improvement", {"improvement_id": number})
        assert inbox.waiting_for(official(), frozenset(), now()) == []
        row = db.session.get_one(Improvement, begun)
        row.tell_on = today(now())
        (item,) = inbox.waiting_for(official(), frozenset(), now())
        assert item.arguments == {"improvement_id": begun}


@pytest.mark.parametrize(
    ("query", "is_there"),
    [
        ("", True),
        ("stand=begonnen", True),
        ("stand=klaar", False),
        ("stand=onzin", True),
        ("zoek=STRAATFEEST", True),
        ("zoek=%25", False),
        ("van=mij", True),
        ("afdeling=99999", False),
        ("afdeling=%C2%B2", True),
        ("na=onzin", True),
    ],
)
def test_filters_and_nonsense(app: Flask, people: dict[str, FlaskClient], query: str, is_there: bool) -> None:
    made(app)
    page = people[SASKIA].get(f"{LIST}?{query}")
    assert page.status_code == 200
    assert ("Eén formulier in plaats van drie." in page.text) is is_there


def test_list_takes_a_fixed_number_of_statements(
    app: Flask, people: dict[str, FlaskClient], count_statements: Callable[[], Any]
) -> None:
    def more(times: int) -> None:
        with app.app_context():
            for number in range(times):
                improvement(process=f"Proces {number} van {add_months(today(now()), times)}")
            db.session.commit()

    more(2)
    with count_statements() as few:
        people[LARS].get(LIST)
    more(15)
    with count_statements() as many:
        people[LARS].get(LIST)
    assert len(many) == len(few)
