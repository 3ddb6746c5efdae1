"""Decide, advance, close, decline: works, refused, wrong state, two at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from civic.aanjaagteam.models import Decision
from civic.aanjaagteam.states import Action, DeclineReason, Outcome, State, is_possible
from civic.accounts.states import Role
from civic.db import db
from civic.events.models import Deadline, Event
from civic.mail.models import OutgoingMail
from tests.aanjaagteam.test_case import CASE, actions_on, mails

KNOT = {
    "question": "Mag het terras open?",
    "decision": "Ja, vanaf morgen.",
    "reason": "De stoep is breed genoeg.",
    "decider": "teamleider vergunningen",
    "mandate": "mandaat van het college",
    "decided_on": "2026-01-15",
    "effective_on": "2026-02-01",
    "options-0-kind": "wanted",
    "options-0-what": "Het terras open in de zomer",
    "options-0-cost_yes": "150",
    "options-0-cost_yes_basis": "prijs van twee borden",
    "chosen": "1",
    "rule_use": "spirit",
    "process_outcome": "not_needed",
    "process_change": "Het formulier klopt.",
    "check_on": "2028-01-10",
    "reversal_reason": "De stoep bleek breder.",
}
CLOSE = {"outcome": "partly", "outcome_text": "Het terras is open."}
DECLINE = {
    "decline_reason": "complaint",
    "decline_text": "Dit is een klacht.",
    "decline_where": "Bel uw gemeente.",
}
FORMS = {
    "besluit": {**KNOT, "stap": "vastleggen"},
    "verder": {"process_change": "Eén formulier."},
    "afronden": CLOSE,
    "niet-oppakken": DECLINE,
}
ACTIONS = {
    "besluit": (Action.DECIDE,),
    "verder": (Action.CHANGE_PROCESS, Action.MEASURE),
    "afronden": (Action.CLOSE,),
    "niet-oppakken": (Action.DECLINE,),
}


@pytest.fixture
def post(team: FlaskClient, read: Callable[..., Any]) -> Callable[..., Any]:
    def _post(number: int, path: str, **given: str) -> Any:
        data = {**FORMS[path], "revision": str(read(number, "revision")), **given}
        return team.post(f"{CASE}/{number}/{path}", data=data)

    return _post


def decisions(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Decision)) or 0


# decide


def test_decision_is_checked_before_it_is_recorded(
    app: Flask, make: Callable[..., int], post: Callable[..., Any], read: Callable[..., Any]
) -> None:
    number = make(State.TAKEN_UP, email="melder@example.nl")
    check = post(number, "besluit", stap="controleren")
    assert check.status_code == 200
    assert "Controleer het besluit" in check.text
    assert 'name="decision" value="Ja, vanaf morgen."' in check.text
    assert decisions(app) == 0
    back = post(number, "besluit", stap="wijzigen")
    assert back.status_code == 200
    assert "Ja, vanaf morgen.</textarea>" in back.text
    assert decisions(app) == 0
    answer = post(number, "besluit")
    assert (answer.status_code, answer.location) == (303, f"{CASE}/{number}")
    assert read(number, "state") is State.DECIDED
    assert mails(app)[-1] == "report_decided"
    with app.app_context():
        mail = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id.desc()).limit(1)).one()
        for words in ("Ja, vanaf morgen.", "teamleider vergunningen", "15 januari 2026", "1 februari 2026"):
            assert words in (mail.text or "")


def test_lines_survive_the_check_page(app: Flask, make: Callable[..., int], post: Callable[..., Any]) -> None:
    number = make(State.TAKEN_UP)
    check = post(number, "besluit", stap="controleren", reason='Eén.\r\n\r\n"Twee" & <drie>.')
    assert "&#34;Twee&#34; &amp; &lt;drie&gt;." in check.text


def test_all_errors_of_a_decision_at_once(
    app: Flask, make: Callable[..., int], post: Callable[..., Any]
) -> None:
    number = make(State.TAKEN_UP)
    answer = post(number, "besluit", **dict.fromkeys(KNOT, ""), stap="vastleggen")
    assert answer.status_code == 422
    for sentence in (
        "Schrijf op welke vraag er lag.",
        "Schrijf op wat er is besloten.",
        "Schrijf op waarom dit is besloten.",
        "Schrijf op wie dit heeft besloten.",
        "Schrijf op waarom die persoon dit mag besluiten.",
        "Vul de dag in waarop dit is besloten.",
    ):
        assert sentence in answer.text
    assert decisions(app) == 0


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"decided_on": "gisteren"}, "Schrijf de datum zo: 23-11-2026."),
        ({"decided_on": "2026-02-30"}, "Schrijf de datum zo: 23-11-2026."),
        ({"effective_on": "31-02-2026"}, "Schrijf de datum zo: 23-11-2026."),
        ({"decided_on": "0001-01-01"}, "Dit jaartal klopt niet."),
        ({"decided_on": "2099-01-01", "effective_on": ""}, "Deze dag is nog niet geweest."),
        ({"effective_on": "2025-01-01"}, "Deze dag ligt vóór de dag van het besluit."),
        ({"decision": "x" * 2001}, "Maak deze tekst korter."),
        ({"decider": "x" * 201}, "Maak deze tekst korter."),
    ],
)
def test_bad_answers_keep_the_rest(
    app: Flask, make: Callable[..., int], post: Callable[..., Any], given: dict[str, str], sentence: str
) -> None:
    answer = post(make(State.TAKEN_UP), "besluit", **given)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "De stoep is breed genoeg." in answer.text
    assert decisions(app) == 0


def test_decide_now_makes_the_decider_owner(
    make: Callable[..., int], post: Callable[..., Any], read: Callable[..., Any]
) -> None:
    number = make(State.TRIAGED)
    assert post(number, "besluit").status_code == 303
    assert read(number, "owner_id") is not None


def test_second_decision_replaces_the_first(
    app: Flask, make: Callable[..., int], post: Callable[..., Any]
) -> None:
    number = make(State.DECIDED)
    assert post(number, "besluit").status_code == 303
    assert decisions(app) == 2
    assert actions_on(app, number)[-1] == "decision_replaced"


# advance, close, decline


def test_change_then_measure(
    app: Flask,
    team: FlaskClient,
    make: Callable[..., int],
    post: Callable[..., Any],
    read: Callable[..., Any],
) -> None:
    number = make(State.DECIDED, email="melder@example.nl")
    assert post(number, "verder", process_change=" ").status_code == 422
    assert post(number, "verder").status_code == 303
    assert (read(number, "state"), read(number, "process_change")) == (
        State.PROCESS_CHANGED,
        "Eén formulier.",
    )
    assert "Start met meten" in team.get(f"{CASE}/{number}/verder").text
    assert post(number, "verder").status_code == 303
    assert read(number, "state") is State.MEASURING
    assert actions_on(app, number)[-2:] == ["change_process", "measure"]
    assert mails(app)[-2:] == ["report_update", "report_update"]


def test_close_with_an_outcome(
    app: Flask,
    client: FlaskClient,
    make: Callable[..., int],
    post: Callable[..., Any],
    read: Callable[..., Any],
) -> None:
    number = make(State.DECIDED, email="melder@example.nl")
    assert post(number, "afronden", outcome="", outcome_text="").status_code == 422
    assert post(number, "afronden", outcome="onzin").status_code == 422
    assert post(number, "afronden", outcome="not_solved").status_code == 303
    assert read(number, "outcome") is Outcome.NOT_SOLVED
    assert mails(app)[-1] == "report_closed"
    assert "Niet opgelost" in client.get(f"/meldingen/{number}").text
    with app.app_context():
        assert (
            db.session.scalars(select(Event).where(Event.action == "close")).one().reason_code == "not_solved"
        )


def test_decline_says_why_and_where(
    app: Flask, make: Callable[..., int], post: Callable[..., Any], read: Callable[..., Any]
) -> None:
    number = make(State.NEW, email="melder@example.nl")
    answer = post(number, "niet-oppakken", decline_reason="", decline_text="", decline_where="")
    assert answer.status_code == 422
    for sentence in (
        "Kies waarom het team de melding niet oppakt.",
        "Leg uit waarom het team de melding niet oppakt.",
        "Schrijf op waar de melder wel heen kan.",
    ):
        assert sentence in answer.text
    assert post(number, "niet-oppakken").status_code == 303
    assert read(number, "decline_reason") is DeclineReason.COMPLAINT
    with app.app_context():
        mail = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id.desc()).limit(1)).one()
        assert "Bel uw gemeente." in (mail.text or "")
        assert db.session.scalars(select(Deadline)).one().met_at is not None


# who and when


@pytest.mark.parametrize("path", FORMS)
def test_anonymous_and_strangers(
    client: FlaskClient, sign_in: Callable[..., FlaskClient], make: Callable[..., int], path: str
) -> None:
    url = f"{CASE}/{make(State.DECIDED)}/{path}"
    stranger = sign_in(Role.ADMINISTRATOR, email="beheer@example.nl")
    for method in ("get", "post"):
        assert getattr(client, method)(url).status_code == 302
        assert getattr(stranger, method)(url).status_code == 403


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("path", FORMS)
def test_wrong_state_is_a_clear_409(
    app: Flask,
    team: FlaskClient,
    make: Callable[..., int],
    post: Callable[..., Any],
    read: Callable[..., Any],
    state: State,
    path: str,
) -> None:
    number = make(state)
    is_fine = any(is_possible(state, action) for action in ACTIONS[path])
    assert team.get(f"{CASE}/{number}/{path}").status_code == (200 if is_fine else 409)
    answer = post(number, path)
    assert answer.status_code == (303 if is_fine else 409)
    if not is_fine:
        assert "Er is iets veranderd." in answer.text
        assert read(number, "state") is state


def test_two_officials_at_once(
    app: Flask,
    make: Callable[..., int],
    read: Callable[..., Any],
    sign_in: Callable[..., FlaskClient],
    post: Callable[..., Any],
) -> None:
    number = make(State.TAKEN_UP)
    seen = str(read(number, "revision"))
    other = sign_in(Role.AANJAAGTEAM_MEMBER, email="karel@example.nl", name="Karel Collega")
    assert (
        other.post(f"{CASE}/{number}/besluit", data={**FORMS["besluit"], "revision": seen}).status_code == 303
    )
    answer = post(number, "niet-oppakken", revision=seen, decline_text="Mijn <lange> uitleg")
    assert answer.status_code == 409
    for words in (
        "Iemand anders was u net voor.",
        "Knoop doorgehakt",
        "Karel Collega",
        "Mijn &lt;lange&gt; uitleg",
    ):
        assert words in answer.text
    assert read(number, "state") is State.DECIDED
    assert decisions(app) == 1


@pytest.mark.parametrize("revision", ["", "x", "-1", "99999999999", "²"])
def test_strange_revision_is_a_conflict(
    make: Callable[..., int], post: Callable[..., Any], revision: str
) -> None:
    assert post(make(State.TAKEN_UP), "besluit", revision=revision).status_code == 409


def test_double_click_decides_once(app: Flask, make: Callable[..., int], post: Callable[..., Any]) -> None:
    number = make(State.TAKEN_UP)
    assert post(number, "besluit", revision="2").status_code == 303
    assert post(number, "besluit", revision="2").status_code == 409
    assert decisions(app) == 1


@pytest.mark.parametrize(
    ("path", "state"),
    [("besluit", State.TAKEN_UP), ("afronden", State.DECIDED), ("niet-oppakken", State.TRIAGED)],
)
@pytest.mark.parametrize("email", ["melder@example.nl", ""])
def test_only_who_left_an_address_gets_news(
    team: FlaskClient,
    make: Callable[..., int],
    post: Callable[..., Any],
    path: str,
    state: State,
    email: str,
) -> None:
    number = make(state, email=email)
    post(number, path)
    page = team.get(f"{CASE}/{number}").text
    assert ("De melder krijgt bericht." in page) is bool(email)
    assert ("De melder ziet dit met de code." in page) is not bool(email)


def test_pages_promise_no_mail_to_an_anonymous_reporter(
    team: FlaskClient, make: Callable[..., int], post: Callable[..., Any]
) -> None:
    pages = [
        team.get(f"{CASE}/{make(State.PROCESS_CHANGED)}/verder").text,
        post(make(State.TAKEN_UP), "besluit", stap="controleren").text,
    ]
    for page in pages:
        assert "De melder ziet dit met de code." in page
        assert "krijgt bericht" not in page
