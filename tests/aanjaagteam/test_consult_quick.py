"""A quarter of an hour without a case; and the list of who knows about what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from civic.aanjaagteam.models import Consult, Report, Specialist
from civic.aanjaagteam.queries import consults as queries
from civic.aanjaagteam.queries import inbox
from civic.aanjaagteam.routes import consults as routes
from civic.aanjaagteam.service.consults import Whom
from civic.aanjaagteam.states.consults import ConsultState, Domain, NextStep
from civic.accounts.states import Role
from civic.calendar import today
from civic.db import db, now
from civic.events.models import Event
from civic.limits import Limit
from tests.aanjaagteam.consult_makers import (
    JUUL,
    LARS,
    QUESTION,
    SASKIA,
    case_consult,
    official,
    quick_consult,
    specialist,
)

NEW = "/aanjaagteam/meedenken/nieuw"
QUICK = {"question": QUESTION, "whom": "d-legal", "minutes": "15"}


@pytest.fixture
def people(app: Flask, sign_in: Callable[..., FlaskClient]) -> dict[str, FlaskClient]:
    clients = {email: sign_in(Role.EMPLOYEE, email=email) for email in (SASKIA, LARS, JUUL)}
    with app.app_context():
        specialist(LARS)
        specialist(JUUL)
        db.session.commit()
    return clients


def consult(app: Flask) -> Any:
    with app.app_context():
        return db.session.scalars(select(Consult).order_by(Consult.id.desc())).first()


def test_first_to_take_it(app: Flask, people: dict[str, FlaskClient]) -> None:
    answer = people[SASKIA].post(NEW, data=QUICK)
    row = consult(app)
    url = f"/aanjaagteam/meedenken/{row.id}"
    assert (answer.status_code, answer.location) == (303, url)
    assert (row.report_id, row.minutes) == (None, 15)
    assert QUESTION.split()[0] in people[LARS].get("/aanjaagteam/meedenken").text
    assert people[LARS].post(f"{url}/oppakken").status_code == 303
    # somebody was first: for Juul the door is closed, also for reading
    assert people[JUUL].post(f"{url}/oppakken").status_code == 403
    assert people[JUUL].get(url).status_code == 403
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Report)) == 0
        event = db.session.scalars(select(Event).where(Event.action == "consult_asked")).one()
        assert event.subject_type == "consult"
        assert consult(app).user_id == official(LARS).id


def test_no_end_without_a_next_step(app: Flask, people: dict[str, FlaskClient]) -> None:
    people[SASKIA].post(NEW, data=QUICK)
    url = f"/aanjaagteam/meedenken/{consult(app).id}"
    people[LARS].post(f"{url}/oppakken")
    close = f"{url}/sluiten"
    assert people[LARS].post(close, data={"next_step": "nothing"}).status_code == 403
    for data, sentence in (
        ({}, "Kies wat de volgende stap is."),
        ({"next_step": "onzin"}, "Kies wat de volgende stap is."),
        ({"next_step": "call_later"}, "Vul de dag in waarop u belt."),
        ({"next_step": "call_later", "call_on": "2026-01-01"}, "Kies een dag vanaf vandaag"),
        ({"next_step": "nothing", "call_on": "2026-12-01"}, "Laat deze dag leeg"),
    ):
        page = people[SASKIA].post(close, data=data)
        assert page.status_code == 422
        assert sentence in page.text
    assert consult(app).state is ConsultState.TAKEN
    assert (
        people[SASKIA].post(close, data={"next_step": "call_later", "call_on": "2026-12-01"}).status_code
        == 303
    )
    assert (consult(app).state, consult(app).next_step) == (ConsultState.CLOSED, NextStep.CALL_LATER)


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("report", 'action="/meldingen/nieuw/overnemen"'),
        ("improvement", "/aanjaagteam/verbeteringen/nieuw?vraag="),
    ],
)
def test_next_step_goes_on_with_the_text(
    app: Flask, people: dict[str, FlaskClient], step: str, words: str
) -> None:
    people[SASKIA].post(NEW, data=QUICK)
    url = f"/aanjaagteam/meedenken/{consult(app).id}"
    people[LARS].post(f"{url}/antwoord", data={"answer": "Meld het."})
    people[SASKIA].post(f"{url}/sluiten", data={"next_step": step})
    page = people[SASKIA].get(url).text
    assert words in page
    assert words not in people[LARS].get(url).text
    if step == "improvement":
        number = consult(app).id
        assert "koolmees" in people[SASKIA].get(f"/aanjaagteam/verbeteringen/nieuw?vraag={number}").text
        assert "koolmees" not in people[LARS].get(f"/aanjaagteam/verbeteringen/nieuw?vraag={number}").text
    else:
        assert "koolmees" in people[SASKIA].post("/meldingen/nieuw/overnemen", data={"story": QUESTION}).text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Report)) == 0


def test_who_asks_too_often_keeps_the_text(
    app: Flask, people: dict[str, FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "ASK_LIMIT", Limit("consult", 1, 3600))
    people[SASKIA].post(NEW, data=QUICK)
    page = people[SASKIA].post(NEW, data={**QUICK, "question": "Nog iets: roodborst?"})
    assert page.status_code == 429
    assert "Nog iets: roodborst?" in page.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Consult)) == 1


def test_only_officials(client: FlaskClient, sign_in: Callable[..., FlaskClient]) -> None:
    resident = sign_in(Role.RESIDENT, email="bewoner@example.nl")
    for path in ("", "/nieuw"):
        assert client.get(f"/aanjaagteam/meedenken{path}").status_code == 302
        assert resident.get(f"/aanjaagteam/meedenken{path}").status_code == 403
    assert resident.post(NEW, data=QUICK).status_code == 403
    assert resident.get("/aanjaagteam/specialisten").status_code == 403


def test_team_reads_no_quick_consult(app: Flask, team: FlaskClient) -> None:
    with app.app_context():
        number = quick_consult().id
        db.session.commit()
    assert team.get(f"/aanjaagteam/meedenken/{number}").status_code == 403


def test_whoever_asks_is_not_asked(app: Flask, people: dict[str, FlaskClient]) -> None:
    people[LARS].post(NEW, data=QUICK)
    assert people[LARS].post(f"/aanjaagteam/meedenken/{consult(app).id}/oppakken").status_code == 403
    with app.app_context():
        items = [
            item for item in inbox.waiting_for(official(LARS), frozenset(), now()) if item.kind == "consult"
        ]
        assert items == []
        (item,) = [i for i in inbox.waiting_for(official(JUUL), frozenset(), now()) if i.kind == "consult"]
        assert (item.is_mine, item.report_id) == (False, None)
        assert item.title == QUESTION
        row = db.session.scalars(select(Consult)).one()
        row.question = "Een lange vraag.\n\n" * 100
        (item,) = inbox.waiting_for(official(JUUL), frozenset(), now())
        assert len(item.title) <= 90
        assert item.title.endswith("…")


def test_list_takes_a_fixed_number_of_statements(
    app: Flask, people: dict[str, FlaskClient], count_statements: Callable[[], Any]
) -> None:
    def ask(times: int) -> None:
        with app.app_context():
            for _number in range(times):
                quick_consult()
            db.session.commit()

    ask(2)
    with count_statements() as few:
        people[LARS].get("/aanjaagteam/meedenken")
    ask(12)
    with count_statements() as many:
        people[LARS].get("/aanjaagteam/meedenken")
    assert len(many) == len(few)


def test_pages_of_what_was_asked(app: Flask) -> None:
    with app.app_context():
        numbers = [quick_consult().id for _number in range(5)]
        page = queries.asked_by_me(official(), None, size=2)
        assert ([row.id for row in page.rows], page.total) == (numbers[:2:-1], 5)
        second = queries.asked_by_me(official(), page.after, size=2)
        assert [row.id for row in second.rows] == numbers[2:0:-1]


# --- who knows about what -------------------------------------------------------------------------------


def test_register_oneself(app: Flask, people: dict[str, FlaskClient]) -> None:
    data = {"domain": "finance", "hours": "Woensdag 💶 in de ochtend", "email": LARS}
    assert people[SASKIA].post("/aanjaagteam/specialisten", data=data).status_code == 303
    # again: the hours change, no second line; and an address of another is for the team only
    data["hours"] = "<script>altijd</script>"
    assert people[SASKIA].post("/aanjaagteam/specialisten", data=data).status_code == 303
    page = people[LARS].get("/aanjaagteam/specialisten").text
    assert "&lt;script&gt;altijd" in page
    with app.app_context():
        mine = db.session.scalars(select(Specialist).where(Specialist.user_id == official().id)).all()
        assert [row.domain.value for row in mine] == ["finance"]
        number = mine[0].id
    assert people[LARS].post(f"/aanjaagteam/specialisten/{number}/weg").status_code == 403
    assert people[SASKIA].post(f"/aanjaagteam/specialisten/{number}/weg").status_code == 303
    assert people[SASKIA].post(f"/aanjaagteam/specialisten/{number}/weg").status_code == 303


def test_team_adds_a_colleague(app: Flask, team: FlaskClient, people: dict[str, FlaskClient]) -> None:
    url = "/aanjaagteam/specialisten"
    assert team.post(url, data={"domain": "youth", "email": SASKIA}).status_code == 303
    assert "Jeugd" in people[LARS].get(url).text
    for email in ("niemand@example.nl", "geen adres"):
        assert team.post(url, data={"domain": "youth", "email": email}).status_code == 422
    assert team.post(url, data={"domain": ""}).status_code == 422


def test_a_name_of_ones_own_opens_nothing_that_others_asked(
    app: Flask, team: FlaskClient, people: dict[str, FlaskClient]
) -> None:
    """Any official could register in every domain, and then read what anybody asked, ever."""
    with app.app_context():
        old = case_consult(Whom(domain=Domain.LEGAL)).id
        db.session.commit()
    register = "/aanjaagteam/specialisten"
    assert people[SASKIA].post(register, data={"domain": "legal"}).status_code == 303
    with app.app_context():
        asked_since = case_consult(Whom(domain=Domain.LEGAL), at=now()).id
        by_name = case_consult(Whom(user_id=official(SASKIA).id), at=now()).id
        mine = select(Specialist).where(Specialist.user_id == official(SASKIA).id)
        number = db.session.scalars(mine).one().id
        db.session.commit()
    pages = [f"/aanjaagteam/meedenken/{one}" for one in (old, asked_since, by_name)]
    assert [people[SASKIA].get(page).status_code for page in pages] == [403, 403, 200]
    assert people[SASKIA].post(f"{register}/{number}/bevestigen").status_code == 403
    assert "zelf aangemeld" in people[LARS].get(NEW).text
    assert [team.post(f"{register}/{number}/bevestigen").status_code for _twice in "ab"] == [303, 303]
    assert [people[SASKIA].get(page).status_code for page in pages] == [403, 403, 200]
    with app.app_context():
        new = case_consult(Whom(domain=Domain.LEGAL), at=now() + timedelta(minutes=1)).id
        db.session.commit()
    assert people[SASKIA].get(f"/aanjaagteam/meedenken/{new}").status_code == 200
    assert people[LARS].get(pages[0]).status_code == 200, "confirmed before it was asked"


def test_a_member_of_one_municipality_does_not_confirm_oneself(
    app: Flask, scoped: FlaskClient, people: dict[str, FlaskClient]
) -> None:
    """A specialist is asked by the whole region: that would go round the scope."""
    scoped.post("/aanjaagteam/specialisten", data={"domain": "legal"})
    people[SASKIA].post(NEW, data=QUICK)
    assert scoped.get(f"/aanjaagteam/meedenken/{consult(app).id}").status_code == 403


def test_what_was_taken_back_is_read_by_nobody_else(app: Flask, people: dict[str, FlaskClient]) -> None:
    people[SASKIA].post(NEW, data=QUICK)
    url = f"/aanjaagteam/meedenken/{consult(app).id}"
    assert people[JUUL].get(url).status_code == 200
    people[SASKIA].post(f"{url}/intrekken")
    assert [people[one].get(url).status_code for one in (SASKIA, LARS, JUUL)] == [200, 403, 403]


def test_a_call_later_waits_on_both_until_one_says_it_was_done(
    app: Flask, people: dict[str, FlaskClient]
) -> None:
    people[SASKIA].post(NEW, data=QUICK)
    url = f"/aanjaagteam/meedenken/{consult(app).id}"
    people[LARS].post(f"{url}/oppakken")
    day = today(now()) + timedelta(days=3)
    later = {"next_step": "call_later", "call_on": f"{day}"}
    assert people[SASKIA].post(f"{url}/sluiten", data=later).status_code == 303
    with app.app_context():
        for email, days, kinds in (
            (SASKIA, 2, []),
            (SASKIA, 3, ["consult_call"]),
            (LARS, 4, ["consult_call"]),
            (JUUL, 4, []),
        ):
            found = inbox.waiting_for(official(email), frozenset(), now() + timedelta(days=days))
            assert [one.kind for one in found] == kinds
            assert [one.is_late(day + timedelta(days=1)) for one in found] == [True] * len(kinds)
    assert people[JUUL].post(f"{url}/gebeld").status_code == 403
    assert "Wij hebben gebeld" in people[LARS].get(url).text
    for email in (LARS, SASKIA):  # the second says the same
        assert people[email].post(f"{url}/gebeld").status_code == 303
        assert "Wij hebben gebeld" not in people[email].get(url).text
    with app.app_context():
        assert inbox.waiting_for(official(SASKIA), frozenset(), now() + timedelta(days=4)) == []
        assert [one for one in db.session.scalars(select(Event.action)) if one == "consult_called"] == [
            "consult_called"
        ]
