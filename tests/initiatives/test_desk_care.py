"""Contact and deputy, a buddy who says yes, help in kind, hours with sums."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.states import Role
from civic.calendar import today
from civic.db import db
from civic.errors import Invalid
from civic.events.models import Event
from civic.initiatives.models import Initiative
from civic.initiatives.models.desk import InitiativeBuddy, InitiativeHelp, InitiativeHours
from civic.initiatives.service import desk_care as service
from civic.initiatives.states.desk import BUDDY_TRANSITIONS, BuddyAction, BuddyState, HoursKind
from tests.access import OWNER_EMAIL
from tests.conftest import NOW
from tests.factories import make_user
from tests.initiatives.desk_makers import GRIFFIER, colleague, griffier
from tests.initiatives.factories import author, mails, published

DAY = today(NOW).isoformat()
BUDDY = "maatje@example.nl"


@pytest.fixture
def office(app: Flask, sign_in: Any) -> FlaskClient:
    client: FlaskClient = sign_in(Role.COUNCIL_OFFICE, email=GRIFFIER, code="GM0995", name="Jan de Griffier")
    return client


def made(app: Flask) -> int:
    with app.app_context():
        return int(published(NOW).id)


def page_of(app: Flask, number: int) -> str:
    return app.test_client().get(f"/initiatieven/{number}").get_data(as_text=True)


def test_every_step_of_a_buddy_is_in_the_table() -> None:
    assert {action for _state, action in BUDDY_TRANSITIONS} == set(BuddyAction)
    assert set(BUDDY_TRANSITIONS.values()) == set(BuddyState)


# --- contact --------------------------------------------------------------------------------------------


def test_one_named_contact_with_a_deputy(app: Flask, office: FlaskClient, sign_in: Any) -> None:
    number = made(app)
    with app.app_context():
        jan, carla = griffier().id, colleague().id
        db.session.commit()
    url = f"/initiatieven/{number}/begeleiding/contact"
    for wrong in (
        {"contact_id": "", "deputy_id": ""},
        {"contact_id": "999", "deputy_id": "x"},
        {"contact_id": str(jan), "deputy_id": str(jan)},
    ):
        assert office.post(url, data=wrong).status_code == 422
    right = {"contact_id": str(jan), "deputy_id": str(carla)}
    assert [office.post(url, data=right).status_code for _twice in range(2)] == [303, 303]
    page = page_of(app, number)
    assert "Het vaste contact is Jan de Griffier, griffie Lelystad." in page
    own = sign_in(email=OWNER_EMAIL).get(f"/initiatieven/{number}").get_data(as_text=True)
    assert "Uw vaste contact: Jan de Griffier, griffie Lelystad." in own
    assert "Sinds 23 november 2026." in page
    assert "Vervanger: Carla Collega." in page
    with app.app_context():
        named = db.select(db.func.count()).select_from(Event).where(Event.action == "name_contact")
        assert db.session.scalar(named) == 1
        assert len(mails("initiative_contact")) == 1


# --- a buddy --------------------------------------------------------------------------------------------


def test_asked_invited_declined_invited_accepted_ended(app: Flask, office: FlaskClient, sign_in: Any) -> None:
    number = made(app)
    url = f"/initiatieven/{number}"
    owner, helper = sign_in(email=OWNER_EMAIL), sign_in(email=BUDDY, name="Mo Maatje")
    assert [owner.post(f"{url}/maatje/vragen").status_code for _twice in range(2)] == [303, 303]
    invite = f"{url}/begeleiding/maatje"
    for wrong in ("", "geen adres", "onbekend@example.nl", OWNER_EMAIL):
        assert office.post(invite, data={"email": wrong}).status_code == 422
    assert [office.post(invite, data={"email": BUDDY}).status_code for _twice in range(2)] == [303, 303]
    assert owner.get(f"{url}/maatje").status_code == 403  # who was asked stays between desk and helper
    assert helper.post(f"{url}/maatje", data={"answer": "no"}).status_code == 303
    assert helper.get(f"{url}/maatje").status_code == 403
    office.post(invite, data={"email": BUDDY})
    assert helper.get(f"{url}/maatje").status_code == 200
    assert helper.post(f"{url}/maatje", data={"answer": "yes"}).status_code == 303
    assert "Het maatje van dit initiatief is Mo Maatje." in page_of(app, number)
    assert office.post(invite, data={"email": GRIFFIER}).status_code == 409
    assert helper.post(f"{url}/maatje/stoppen").status_code == 303
    assert "Mo Maatje" not in page_of(app, number)
    with app.app_context():
        assert len(mails("buddy_invited")) == 2
        assert len(mails("initiative_buddy")) == 1
        row = db.session.scalars(db.select(InitiativeBuddy)).one()
        assert row.state is BuddyState.ENDED


def test_a_stranger_answers_nothing(app: Flask, sign_in: Any) -> None:
    url = f"/initiatieven/{made(app)}"
    stranger = sign_in(email="buur@example.nl")
    for path in ("maatje", "maatje/vragen", "maatje/stoppen", "begeleiding/maatje", "begeleiding/uren"):
        assert stranger.post(f"{url}/{path}", data={"answer": "yes"}).status_code == 403


# --- help and hours -------------------------------------------------------------------------------------


def test_help_in_kind_and_a_small_budget(app: Flask, office: FlaskClient) -> None:
    number = made(app)
    url = f"/initiatieven/{number}/begeleiding/hulp"
    for wrong in ({"what": "", "given_on": ""}, {"what": "x" * 201, "amount_eur": "veel", "given_on": DAY}):
        assert office.post(url, data=wrong).status_code == 422
    assert office.post(url, data={"what": "Zaal en koffie", "given_on": DAY}).status_code == 303
    money = {"what": "Drukwerk", "amount_eur": "1.250", "given_on": DAY}
    assert office.post(url, data=money).status_code == 303
    page = page_of(app, number)
    assert "Zaal en koffie" in page
    assert "€ 1.250" in page
    with app.app_context():
        row = db.session.scalars(db.select(InitiativeHelp.id).order_by(InitiativeHelp.id)).first()
    assert [office.post(f"{url}/{row}/weg").status_code for _twice in range(2)] == [303, 303]
    assert "Zaal en koffie" not in page_of(app, number)


def test_hours_of_both_with_sums_on_the_page(app: Flask, office: FlaskClient, sign_in: Any) -> None:
    number = made(app)
    url = f"/initiatieven/{number}/begeleiding/uren"
    owner = sign_in(email=OWNER_EMAIL)
    line = {"kind": "volunteer", "hours": "2,5", "worked_on": DAY, "what": "Flyers <script>"}
    for wrong in (
        {"hours": "veel"},
        {"hours": "0"},
        {"hours": "25"},
        {"kind": "x"},
        {"worked_on": "2027-01-01"},
    ):
        assert owner.post(url, data={**line, **wrong}).status_code == 422
    assert owner.post(url, data={**line, "kind": "municipal"}).status_code == 422
    assert owner.post(url, data=line).status_code == 303
    assert office.post(url, data={**line, "kind": "municipal", "hours": "1"}).status_code == 303
    page = page_of(app, number)
    assert "De gemeente stak er 1 uur in, vrijwilligers 2,5 uur." in page
    assert "Flyers" not in page
    assert "Flyers &lt;script&gt;" in office.get(f"/initiatieven/{number}/begeleiding").get_data(as_text=True)
    with app.app_context():
        rows = {row.kind: row.id for row in db.session.scalars(db.select(InitiativeHours))}
    assert owner.post(f"{url}/{rows[HoursKind.MUNICIPAL]}/weg").status_code == 403
    assert owner.post(f"{url}/{rows[HoursKind.VOLUNTEER]}/weg").status_code == 303


def test_a_row_of_another_initiative_is_unknown(app: Flask, office: FlaskClient) -> None:
    number = made(app)
    with app.app_context():
        other = published(NOW)
        new = service.Hours(HoursKind.VOLUNTEER, 60, today(NOW), "Flyers")
        row = service.log_hours(other, new, actor=author(), at=NOW).id
        db.session.commit()
    assert office.post(f"/initiatieven/{number}/begeleiding/uren/{row}/weg").status_code == 404


def test_a_writer_is_no_buddy_of_oneself(app: Flask) -> None:
    with app.app_context():
        initiative = published(NOW)
        with pytest.raises(Invalid):
            service.invite_buddy(initiative, author(), actor=griffier(), at=NOW)
        service.invite_buddy(initiative, make_user(email=BUDDY), actor=griffier(), at=NOW)
        service.end_buddy(initiative, actor=griffier(), at=NOW)
        assert db.session.get_one(Initiative, initiative.id).buddy_id is None
