"""Off the site and back; the signing paused and resumed, with the lost time given back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.states import Role
from civic.db import db
from civic.errors import Invalid, NotAllowedNow
from civic.events import queries as events
from civic.initiatives import jobs, queries
from civic.initiatives import service as supports
from civic.initiatives.models import Initiative, Support
from civic.initiatives.models.desk import InitiativeHiding
from civic.initiatives.service import desk_stops as service
from civic.initiatives.service.supports import token_of
from civic.initiatives.states import State
from civic.initiatives.states.desk import HideReason, PauseReason
from tests.access import OWNER_EMAIL
from tests.conftest import NOW
from tests.initiatives.desk_makers import GRIFFIER, griffier
from tests.initiatives.factories import draft, mails, published, supporter

DAY = timedelta(days=1)
WHY = "Er staat een adres van uw buurman in. Haal dat weg en bel ons."
HIDING = {"reason": "personal_data", "explanation": WHY}
PERSON = {"name": "Sam Steun", "email": "sam@example.nl", "postcode": "8232 AB", "declares": "y"}


@pytest.fixture
def office(app: Flask, sign_in: Any) -> FlaskClient:
    client: FlaskClient = sign_in(Role.COUNCIL_OFFICE, email=GRIFFIER, code="GM0995")
    return client


def made(app: Flask) -> int:
    with app.app_context():
        return int(published(NOW).id)


def hidden(app: Flask) -> int:
    with app.app_context():
        initiative = published(NOW)
        service.hide(initiative, HideReason.PERSONAL_DATA, WHY, actor=griffier(), at=NOW)
        db.session.commit()
        return int(initiative.id)


# --- off the site ---------------------------------------------------------------------------------------


def test_hiding_needs_a_reason_and_words(app: Flask, office: FlaskClient) -> None:
    url = f"/initiatieven/{made(app)}/van-de-site"
    page = office.post(url, data={}).get_data(as_text=True)
    assert "Kies een reden." in page
    assert "Leg aan de schrijver uit waarom." in page
    assert [office.post(url, data=HIDING).status_code for _twice in range(2)] == [303, 303]
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(InitiativeHiding)) == 1
        assert WHY in mails("initiative_hidden")[0].text


def test_gone_everywhere_but_for_writer_and_desk(app: Flask, office: FlaskClient, sign_in: Any) -> None:
    number = hidden(app)
    url, visitor = f"/initiatieven/{number}", app.test_client()
    answer = visitor.get(url)
    assert answer.status_code == 410
    assert "Er staan gegevens van iemand anders in." in answer.get_data(as_text=True)
    assert "Bomen" not in answer.get_data(as_text=True)
    for path in (
        "/initiatieven",
        "/initiatieven?zoek=bomen",
        "/initiatieven.atom",
        "/",
        "/initiatieven/cijfers",
    ):
        assert "Bomen op het plein" not in visitor.get(path).get_data(as_text=True)
    for part in ("/kaart", "/poster.pdf", ".atom"):
        assert visitor.get(url + part).status_code in {404, 410}
    assert visitor.get(f"{url}/steunen").status_code == 410
    assert sign_in(email="buur@example.nl").get(url).status_code == 410
    with app.app_context():
        assert queries.figures().published == 0
        assert queries.briefs_of([number]) == {}
    owner = sign_in(email=OWNER_EMAIL).get(url).get_data(as_text=True)
    assert "Deze pagina is van de site" in owner
    assert WHY in owner
    assert WHY not in office.get(url).get_data(as_text=True)


def test_a_link_in_a_mail_does_not_count_meanwhile(app: Flask) -> None:
    with app.app_context():
        initiative = published(NOW)
        supports.ask(initiative, supporter(), at=NOW)
        support = db.session.scalars(db.select(Support)).one()
        service.hide(initiative, HideReason.INSULT, WHY, actor=griffier(), at=NOW)
        with pytest.raises(NotAllowedNow):
            supports.confirm(support, at=NOW)


def test_putting_back(app: Flask, office: FlaskClient) -> None:
    number = hidden(app)
    url = f"/initiatieven/{number}/terug-op-de-site"
    assert office.get(url).status_code == 405
    assert [office.post(url).status_code for _twice in range(2)] == [303, 303]
    assert app.test_client().get(f"/initiatieven/{number}").status_code == 200
    with app.app_context():
        row = db.session.scalars(db.select(InitiativeHiding)).one()
        assert row.ended_by_id == griffier().id
        assert len(mails("initiative_shown_again")) == 1
        initiative = db.session.get_one(Initiative, number)
        service.hide(initiative, HideReason.INSULT, WHY, actor=griffier(), at=NOW)  # a second time


def test_a_draft_cannot_be_hidden(app: Flask) -> None:
    with app.app_context():
        initiative = draft(NOW)
        with pytest.raises(NotAllowedNow):
            service.hide(initiative, HideReason.INSULT, WHY, actor=griffier(), at=NOW)
        with pytest.raises(Invalid):
            service.hide(initiative, HideReason.INSULT, "  ", actor=griffier(), at=NOW)


@pytest.mark.parametrize(
    "step", ["van-de-site", "terug-op-de-site", "steunen-stilzetten", "steunen-hervatten"]
)
def test_others_may_not(app: Flask, sign_in: Any, step: str) -> None:
    url = f"/initiatieven/{made(app)}/{step}"
    for client in (
        sign_in(email=OWNER_EMAIL),
        sign_in(Role.COUNCIL_OFFICE, email="almere@example.nl", code="GM0034"),
    ):
        assert client.post(url, data={**HIDING, "reason": "technical"}).status_code == 403
    assert app.test_client().post(url).status_code in {302, 401}


# --- pausing --------------------------------------------------------------------------------------------


def paused(at: Any = NOW) -> Initiative:
    initiative = published(NOW)
    service.pause(initiative, PauseReason.FRAUD_CHECK, actor=griffier(), at=at)
    db.session.commit()
    return initiative


def test_pausing_and_going_on(app: Flask, office: FlaskClient) -> None:
    number = made(app)
    url = f"/initiatieven/{number}"
    assert "Kies een reden." in office.post(f"{url}/steunen-stilzetten", data={}).get_data(as_text=True)
    reason = {"reason": "fraud_check"}
    pressed = [office.post(f"{url}/steunen-stilzetten", data=reason).status_code for _twice in range(2)]
    assert pressed == [303, 303]
    page = app.test_client().get(url).get_data(as_text=True)
    assert "We kijken of alle steun klopt." in page
    assert "De termijn om te steunen is voorbij." not in page
    assert [office.post(f"{url}/steunen-hervatten").status_code for _twice in range(2)] == [303, 303]
    assert "Steun dit initiatief" in app.test_client().get(url).get_data(as_text=True)
    with app.app_context():
        assert [len(mails(f"initiative_{name}")) for name in ("paused", "resumed")] == [1, 1]


def test_the_lost_time_is_given_back(app: Flask) -> None:
    with app.app_context():
        initiative = paused(NOW + DAY)
        service.resume(initiative, actor=griffier(), at=NOW + 5 * DAY)
        db.session.commit()
        clock = events.deadline_of(initiative, queries.COLLECTION)
        assert clock is not None
        assert clock.due_on == date(2027, 5, 27)
        assert clock.explanation == "6 maanden vanaf 23 november 2026, plus 4 dagen opgeschort."


def test_what_was_typed_stays(app: Flask) -> None:
    with app.app_context():
        url = f"/initiatieven/{paused().id}/steunen"
    visitor = app.test_client()
    assert "Steunen kan nu even niet" in visitor.get(url).get_data(as_text=True)
    answer = visitor.post(url, data=PERSON)
    assert answer.status_code == 409
    assert 'value="sam@example.nl"' in answer.get_data(as_text=True)
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(Support)) == 0


def test_a_link_in_a_mail_waits(app: Flask) -> None:
    with app.app_context():
        initiative = published(NOW)
        supports.ask(initiative, supporter(), at=NOW)
        token = token_of(db.session.scalars(db.select(Support)).one())
        service.pause(initiative, PauseReason.COURT, actor=griffier(), at=NOW)
        db.session.commit()
        number = initiative.id
    visitor = app.test_client()
    answer = visitor.post(f"/steun/{token}")
    assert answer.status_code == 409
    assert "Steunen staat even stil." in answer.get_data(as_text=True)
    with app.app_context():
        service.resume(db.session.get_one(Initiative, number), actor=griffier(), at=NOW + DAY)
        db.session.commit()
    assert visitor.post(f"/steun/{token}").status_code == 303


def test_nothing_ends_while_it_stands_still(app: Flask) -> None:
    with app.app_context():
        initiative = paused(NOW + 175 * DAY)
        late = NOW + 220 * DAY
        assert jobs.expire_collections(late) == {"expired": 0}
        service.resume(initiative, actor=griffier(), at=late)
        assert jobs.expire_collections(late) == {"expired": 0}
        assert jobs.expire_collections(NOW + 240 * DAY) == {"expired": 1}
        assert initiative.state is State.EXPIRED


def test_only_while_it_collects(app: Flask) -> None:
    with app.app_context(), pytest.raises(NotAllowedNow):
        service.pause(draft(NOW), PauseReason.COURT, actor=griffier(), at=NOW)


def test_the_whole_site_at_once(app: Flask, sign_in: Any, office: FlaskClient) -> None:
    admin = sign_in(Role.ADMINISTRATOR, email="beheer@example.nl")
    with app.app_context():
        own_reason, others = paused().id, [published(NOW).id, published(NOW).id]
    assert office.post("/beheer/steunen/stilzetten").status_code == 403
    assert "Nu kan men 2 initiatieven steunen." in admin.get("/beheer/steunen").get_data(as_text=True)
    assert [admin.post("/beheer/steunen/stilzetten").status_code for _twice in range(2)] == [303, 303]
    with app.app_context():
        assert all(db.session.get_one(Initiative, one).paused_at for one in others)
    assert [admin.post("/beheer/steunen/hervatten").status_code for _twice in range(2)] == [303, 303]
    with app.app_context():
        assert not any(db.session.get_one(Initiative, one).paused_at for one in others)
        assert db.session.get_one(Initiative, own_reason).paused_at
