"""Saying that the frozen pool is wrong: by anybody, by a registrant, and the answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.accounts.states import Role
from civic.db import db
from civic.errors import NotAllowedNow
from civic.events import queries as events
from civic.mail.models import OutgoingMail
from civic.panels.models import Freeze, Objection, Panel
from civic.panels.queries import freeze as queries
from civic.panels.routes.freeze_objections import FROM_ONE_NETWORK
from civic.panels.service import freeze as service
from civic.panels.service import freeze_objections as objections
from civic.panels.service.freeze_objections import Complaint, Verdict
from tests.conftest import NOW
from tests.panels.makers import actions_of, administrator
from tests.panels.makers_freeze import (
    REASON,
    TOKEN,
    frozen,
    make_in_order,
    objection,
    panel_of,
    pool_panel,
    registrant,
)

TEXT = "Mijn buurvrouw staat er\ntwee keer in. <script>alert(1)</script>"
FORM = {"text": TEXT, "contact": "zoe@example.nl"}
ANSWER = {"verdict": "upheld", "answer": "U hebt gelijk. Wij maken een nieuwe pool."}
LAST_DAY = datetime(2026, 12, 7, 22, 59, tzinfo=NOW.tzinfo)  # 23.59 in the Netherlands


@pytest.fixture
def path(app: Flask) -> str:
    with app.app_context():
        panel = pool_panel(count=48)
        registrant(panel)
        make_in_order(panel, NOW)
        return f"/panels/{frozen(panel).panel_id}"


def _all(app: Flask) -> list[tuple[str | None, str | None]]:
    with app.app_context():
        return [(one.text, one.contact) for one in db.session.scalars(select(Objection))]


def _panel() -> Panel:
    return db.session.scalars(select(Panel)).one()


def test_anybody_can_react(app: Flask, client: FlaskClient, path: str) -> None:
    assert "7 december 2026" in client.get(f"{path}/bezwaar").text
    answer = client.post(f"{path}/bezwaar", data=FORM)
    assert (answer.status_code, answer.location) == (303, f"{path}/pool")
    page = client.get(answer.location).text
    assert "Uw reactie is binnen." in page
    assert "1 reactie wacht nog op antwoord." in page
    assert "buurvrouw" not in page
    assert _all(app) == [(TEXT, "zoe@example.nl")]
    with app.app_context():
        row = db.session.scalars(select(Objection)).one()
        assert "buurvrouw" not in (row.text_sealed or "")
        assert actions_of(_panel())[-1] == "objection_made"
        promise = events.deadline_of(row, objections.ANSWER)
        assert promise is not None
        assert promise.owner_id == administrator().id


REFUSED: tuple[tuple[dict[str, str], str], ...] = (
    ({}, "Schrijf op wat er niet klopt."),
    ({"text": "kort"}, "Gebruik 10 tot 4.000 tekens."),
    ({"text": "\u200b\u202e" * 20}, "Gebruik 10 tot 4.000 tekens."),
    ({"text": "é" * 4001}, "Gebruik 10 tot 4.000 tekens."),
    ({"text": TEXT, "contact": "zomaar"}, "Schrijf een mailadres"),
    ({"text": TEXT, "contact": "a@b.nl\nBcc: c@d.nl"}, "Schrijf een mailadres"),
    ({"text": TEXT, "contact": "a" * 201}, "Gebruik hooguit 200 tekens."),
)


def test_what_is_refused(app: Flask, client: FlaskClient, path: str) -> None:
    for form, sentence in REFUSED:
        answer = client.post(f"{path}/bezwaar", data=form)
        assert answer.status_code == 422
        assert sentence in answer.text
    assert _all(app) == []


def test_without_a_mail_address(app: Flask, client: FlaskClient, path: str) -> None:
    contacts = ("", "0320 123 456", "+31 6 00000000")
    for contact in contacts:
        assert client.post(f"{path}/bezwaar", data={"text": TEXT, "contact": contact}).status_code == 303
    assert _all(app) == [(TEXT, contact or None) for contact in contacts]


def test_a_network_is_limited_and_loses_nothing(app: Flask, client: FlaskClient, path: str) -> None:
    statuses = [
        client.post(f"{path}/bezwaar", data=FORM).status_code for _try in range(FROM_ONE_NETWORK.most)
    ]
    assert set(statuses) == {303}
    answer = client.post(f"{path}/bezwaar", data=FORM)
    assert answer.status_code == 429
    assert "buurvrouw" in answer.text
    assert len(_all(app)) == FROM_ONE_NETWORK.most


def test_until_the_last_minute_of_the_last_day(app: Flask, client: FlaskClient, path: str) -> None:
    with time_machine.travel(LAST_DAY, tick=False):
        assert client.post(f"{path}/bezwaar", data=FORM).status_code == 303
    with time_machine.travel(LAST_DAY + timedelta(minutes=1), tick=False):
        assert "Reageren kan nu niet." in client.get(f"{path}/bezwaar").text
        answer = client.post(f"{path}/bezwaar", data=FORM)
        assert answer.status_code == 409
        assert "buurvrouw" in answer.text  # what was typed is shown, to copy
        assert "Zeg wat er niet klopt" not in client.get(f"{path}/pool").text
    assert len(_all(app)) == 1


def test_not_before_the_freeze_and_not_after_a_correction(app: Flask, client: FlaskClient, path: str) -> None:
    with app.app_context():
        other = pool_panel(count=18).id
        service.correct(_one(path), REASON, actor=administrator(), at=NOW)
        db.session.commit()
    for where in (f"/panels/{other}", path):
        assert client.get(f"{where}/bezwaar").status_code == 200
        assert client.post(f"{where}/bezwaar", data=FORM).status_code == 409
    with app.app_context(), pytest.raises(NotAllowedNow):
        objections.object_to(db.session.get_one(Panel, other), Complaint(TEXT), at=NOW)


def _one(path: str) -> Panel:
    return db.session.get_one(Panel, int(path.rsplit("/", 1)[1]))


def test_a_registrant_reacts_from_the_own_page(app: Flask, client: FlaskClient, path: str) -> None:
    own = f"/meedoen/mijn/{TOKEN}"
    assert f"{own}/bezwaar" in client.get(f"{own}/kwitantie").text
    assert "zoe@example.nl" in client.get(f"{own}/bezwaar").text
    answer = client.post(f"{own}/bezwaar", data=FORM)
    assert (answer.status_code, answer.location) == (303, f"{own}/kwitantie")
    assert client.post(f"{own}/bezwaar", data={"text": ""}).status_code == 422
    assert client.post(f"/meedoen/mijn/{'cd' * 32}/bezwaar", data=FORM).status_code == 404
    assert len(_all(app)) == 1


# --- answering ---------------------------------------------------------------------------------------------


def _reaction(app: Flask, contact: str = "zoe@example.nl") -> int:
    with app.app_context():
        return objection(_panel(), contact).id


def _mails(app: Flask) -> list[tuple[str | None, str | None]]:
    with app.app_context():
        rows = db.session.scalars(select(OutgoingMail).where(OutgoingMail.template == "objection_answered"))
        return [(row.address, row.text) for row in rows]


def test_answering(app: Flask, client: FlaskClient, administrator_client: FlaskClient, path: str) -> None:
    number = _reaction(app)
    listed = administrator_client.get(f"{path}/bezwaren").text
    assert "Mijn buurman staat er twee keer in." in listed
    assert "zoe@example.nl" in listed
    one = f"{path}/bezwaren/{number}"
    assert "Mijn buurman" in administrator_client.get(one).text
    answer = administrator_client.post(one, data=ANSWER)
    assert (answer.status_code, answer.location) == (303, f"{path}/bezwaren")
    assert ANSWER["answer"] in client.get(f"{path}/pool").text
    assert "Mijn buurman" not in client.get(f"{path}/pool").text
    sent = _mails(app)
    assert len(sent) == 1
    assert sent[0][0] == "zoe@example.nl"
    assert ANSWER["answer"] in (sent[0][1] or "")
    assert f"{path}/pool" in (sent[0][1] or "")
    with app.app_context():
        row = db.session.scalars(select(Objection)).one()
        assert row.is_upheld is True
        promise = events.deadline_of(row, objections.ANSWER)
        assert promise is not None
        assert promise.met_at == row.answered_at
        assert actions_of(_panel()).count("objections_read") == 2
        assert actions_of(_panel())[-1] == "objection_answered"


def test_answering_twice_is_once(app: Flask, administrator_client: FlaskClient, path: str) -> None:
    one = f"{path}/bezwaren/{_reaction(app)}"
    assert administrator_client.post(one, data=ANSWER).status_code == 303
    assert administrator_client.post(one, data={**ANSWER, "verdict": "rejected"}).status_code == 409
    assert "Deze reactie is al beantwoord." in administrator_client.get(one).text
    with app.app_context():
        assert db.session.scalars(select(Objection)).one().is_upheld is True
    assert len(_mails(app)) == 1


def test_no_mail_without_an_address(app: Flask, administrator_client: FlaskClient, path: str) -> None:
    one = f"{path}/bezwaren/{_reaction(app, '0320 123 456')}"
    assert administrator_client.post(one, data=ANSWER).status_code == 303
    assert _mails(app) == []


def test_an_answer_must_be_whole(app: Flask, administrator_client: FlaskClient, path: str) -> None:
    one = f"{path}/bezwaren/{_reaction(app)}"
    for form in ({}, {"answer": "x" * 1001, "verdict": "upheld"}, {"answer": ANSWER["answer"]}):
        assert administrator_client.post(one, data=form).status_code == 422
    page = administrator_client.post(one, data={"answer": "kort"}).text
    assert "Kies of deze persoon gelijk heeft." in page
    assert "Gebruik voor het antwoord 10 tot 1.000 tekens." in page
    with app.app_context():
        assert queries.open_objections(_panel().id) == 1


def test_of_another_panel_is_unknown(app: Flask, administrator_client: FlaskClient, path: str) -> None:
    number = _reaction(app)
    with app.app_context():
        other = pool_panel(count=18).id
    for where in (f"/panels/{other}/bezwaren/{number}", f"{path}/bezwaren/999"):
        assert administrator_client.get(where).status_code == 404
        assert administrator_client.post(where, data=ANSWER).status_code == 404


def test_others_read_nothing(app: Flask, sign_in: Callable[..., FlaskClient], path: str) -> None:
    number = _reaction(app)
    for client in (sign_in(email="kees@example.nl"), sign_in(Role.COUNCIL_OFFICE, email="jan@example.nl")):
        assert client.get(f"{path}/bezwaren").status_code == 403
        assert client.get(f"{path}/bezwaren/{number}").status_code == 403
        assert client.post(f"{path}/bezwaren/{number}", data=ANSWER).status_code == 403


def test_an_auditor_reads_and_does_not_answer(
    app: Flask, sign_in: Callable[..., FlaskClient], path: str
) -> None:
    number = _reaction(app)
    auditor = sign_in(Role.AUDITOR, email="henk@example.nl")
    page = auditor.get(f"{path}/bezwaren")
    assert page.status_code == 200
    assert "Geef antwoord" not in page.text
    assert auditor.post(f"{path}/bezwaren/{number}", data=ANSWER).status_code == 403


def test_an_empty_list_is_no_read(app: Flask, administrator_client: FlaskClient, path: str) -> None:
    assert "Er zijn geen reacties." in administrator_client.get(f"{path}/bezwaren").text
    with app.app_context():
        assert "objections_read" not in actions_of(_panel())


def test_after_the_retention_only_the_answer_is_left(
    app: Flask, administrator_client: FlaskClient, path: str
) -> None:
    with app.app_context():
        row = objection(_panel())
        objections.answer(row, Verdict(ANSWER["answer"], True), actor=administrator(), at=NOW)
        row.text = row.contact = None
        db.session.commit()
    assert "De tekst is na een jaar verwijderd." in administrator_client.get(f"{path}/bezwaren").text


def test_the_list_asks_as_much_however_long(
    app: Flask, administrator_client: FlaskClient, path: str, count_statements: Callable[[], Any]
) -> None:
    numbers = []
    for more in (1, 6):
        with app.app_context():
            freeze = db.session.scalars(select(Freeze)).one()
            for _one_more in range(more):
                objection(panel_of(freeze))
        with count_statements() as seen:
            administrator_client.get(f"{path}/bezwaren")
        numbers.append(len(seen))
    assert numbers[0] == numbers[1]
