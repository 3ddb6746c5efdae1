from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from civic.aanjaagteam import service as aanjaagteam
from civic.aanjaagteam.states import State
from civic.aanjaagteam.states.facts import DecisionOwner
from civic.accounts.states import Role
from civic.db import db, now
from civic.events.service import Reference
from civic.initiatives import service
from civic.initiatives.models import Initiative
from civic.initiatives.states import WithdrawReason
from civic.search import service as search
from tests.aanjaagteam.makers import member, report_in
from tests.access import OWNER_EMAIL
from tests.conftest import NOW
from tests.initiatives.factories import author, draft, form_values, published, supported
from tests.search.test_search import STRANGE
from tests.statements import counting

PAGE = "/initiatieven/lijkt-op"
BLOCK = {"HX-Request": "true"}


def make(app: Flask, **changes: Any) -> int:
    with app.app_context():
        return draft(**changes).id


def test_anyone_may_look(app: Flask, client) -> None:
    with app.app_context():
        number = published(title="Bomen op het plein", wish="Schaduw voor iedereen.").id
        published(title="Een zwembad", wish="Leren zwemmen.", plan="Een bad van 25 meter.")
    page = client.get(PAGE, query_string={"tekst": "meer schaduw op ons plein, met bomen"})
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert "Bomen op het plein" in text
    assert f'href="/initiatieven/{number}/steunen"' in text
    assert "Steun dit" in text
    assert "Een zwembad" not in text


def test_without_a_text_it_asks_for_one(client) -> None:
    assert "Vul eerst iets in." in client.get(PAGE).get_data(as_text=True)


def test_strange_text_is_looked_for_too(app: Flask, client) -> None:
    with app.app_context():
        published()
    for typed in STRANGE:
        text = typed.encode("utf-8", "surrogatepass")[:6000]
        expected = 400 if "\0" in typed else 200  # no person types U+0000
        assert client.get(PAGE, query_string={"tekst": text}).status_code == expected
        assert client.get("/initiatieven", query_string={"zoek": text}).status_code == expected


def test_what_stopped_cannot_be_supported(app: Flask, client) -> None:
    with app.app_context():
        gone = published(title="Bomen op het plein")
        service.withdraw(gone, WithdrawReason.SOLVED, actor=author(), at=now())
        hidden = published(title="Bomen in de straat")
        hidden.hidden_at = now()
        over = published(title="Bomen bij het station")
        supported(over, 1)
        over.state, over.closed_at = type(over.state).EXPIRED, now()
        db.session.commit()
    text = client.get(PAGE, query_string={"tekst": "bomen op een plein"}).get_data(as_text=True)
    assert "Bomen op het plein" not in text
    assert "Bomen in de straat" not in text
    assert "Bomen bij het station" in text
    assert "Steun dit" not in text


def test_the_writer_sees_it_beside_the_text(app: Flask, sign_in) -> None:
    with app.app_context():
        published(title="Bomen op het plein")
    number, client = make(app, title="Meer bomen"), sign_in(email=OWNER_EMAIL)
    page = client.get(f"/initiatieven/{number}/bewerken").get_data(as_text=True)
    assert f'hx-get="/initiatieven/{number}/lijkt-op"' in page
    block = client.get(f"/initiatieven/{number}/lijkt-op", headers=BLOCK).get_data(as_text=True)
    assert block.strip().startswith('<div class="lijkt-op">')
    assert "Bomen op het plein" in block
    whole = client.get(f"/initiatieven/{number}/lijkt-op").get_data(as_text=True)
    assert "<h1>" in whole
    assert "Verder schrijven" in whole


def test_after_saving_it_is_looked_for_again(app: Flask, sign_in) -> None:
    number, client = make(app), sign_in(email=OWNER_EMAIL)
    with app.app_context():
        form = form_values(db.session.get_one(Initiative, number))
    saved = client.post(f"/initiatieven/{number}/bewaren", data=form, headers=BLOCK)
    assert f'hx-get="/initiatieven/{number}/lijkt-op"' in saved.get_data(as_text=True)


def test_without_script_the_text_is_kept_first(app: Flask, sign_in) -> None:
    number, client = make(app), sign_in(email=OWNER_EMAIL)
    with app.app_context():
        form = form_values(db.session.get_one(Initiative, number), title="Een belbus")
    answer = client.post(f"/initiatieven/{number}/lijkt-op", data=form)
    assert (answer.status_code, answer.location) == (303, f"/initiatieven/{number}/lijkt-op")
    with app.app_context():
        assert db.session.get_one(Initiative, number).title == "Een belbus"
    too_long = client.post(f"/initiatieven/{number}/lijkt-op", data={**form, "title": "x" * 200})
    assert too_long.status_code == 422


@pytest.mark.parametrize("role", [None, Role.RESIDENT, Role.ADMINISTRATOR])
def test_a_draft_is_compared_for_its_writer_only(app: Flask, sign_in, client, role) -> None:
    number = make(app)
    other = client if role is None else sign_in(role, email="ander@example.nl")
    refused = 302 if role is None else 403
    assert other.get(f"/initiatieven/{number}/lijkt-op").status_code == refused
    assert other.post(f"/initiatieven/{number}/lijkt-op", data={"title": "x"}).status_code == refused


def test_reports_on_the_site_are_found_by_their_title(app: Flask, client) -> None:
    with app.app_context():
        report = report_in(State.TRIAGED)
        triage = aanjaagteam.Triage(
            "Vergunning voor een buurtfeest duurt maanden",
            is_public=True,
            decision_owner=DecisionOwner.UNKNOWN,
        )
        aanjaagteam.triage(report, triage, report.revision, actor=member(), at=now())
        # a text that no report stands for any more is never shown
        search.put(Reference("report", 99), "Vergunning voor een straatfeest", "", at=NOW)
        db.session.commit()
    text = client.get(PAGE, query_string={"tekst": "een vergunning voor ons buurtfeest"}).get_data(
        as_text=True
    )
    assert "Vergunning voor een buurtfeest duurt maanden" in text
    assert "Ik ook" in text
    assert "straatfeest" not in text


def test_statements_do_not_grow(app: Flask, client) -> None:
    with app.app_context():
        engine = db.engine
        published(title="Bomen op plein 0")
    with counting(engine) as few:
        client.get(PAGE, query_string={"tekst": "bomen op het plein"})
    with app.app_context():
        for number in range(1, 12):
            published(title=f"Bomen op plein {number}")
    with counting(engine) as many:
        text = client.get(PAGE, query_string={"tekst": "bomen op het plein"}).get_data(as_text=True)
    assert len(many) == len(few) <= 6
    assert text.count("Steun dit") == 5
