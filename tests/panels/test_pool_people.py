"""One registration, for staff."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.accounts.states import Role
from civic.db import db
from civic.events.models import Event
from civic.panels.models import Panel, Registration
from civic.panels.queries.composition import features_of
from civic.panels.service.registrations_withdraw import withdraw
from civic.panels.states import RegistrationState, Stage
from tests.conftest import NOW
from tests.panels.makers import actions_of
from tests.panels.makers_pool import Wish, make_registration
from tests.panels.makers_registrations import make_letter
from tests.panels.stages import prepared_panel

USUAL = Wish()


def one(app: Flask, wish: Wish = USUAL, stage: Stage = Stage.POOL) -> tuple[str, int]:
    with app.app_context():
        panel = prepared_panel(stage)
        row = make_registration(panel, wish, NOW - timedelta(days=3))
        return f"/panels/{panel.id}/aanmeldingen", row.id


def correction(app: Flask, row_id: int, **changed: str) -> dict[str, str]:
    with app.app_context():
        row = db.session.get_one(Registration, row_id)
        gender, _age, school = features_of(row.panel_id)
    return {
        "name": "Els Post",
        "birth_date": "17-05-1980",
        "street": "Kerkweg",
        "number": "12",
        "postcode": "1315 AB",
        "place": "Almere",
        "consent_constituency": "y",
        f"feature_{gender.id}": "1",
        f"feature_{school.id}": "3",
        f"consent_{school.id}": "y",
        "honorarium": "money",
        "reason": "De achternaam stond er fout.",
        **changed,
    }


def test_reading_one_is_logged(app: Flask, administrator_client: FlaskClient) -> None:
    url, row_id = one(app, Wish(name="Gerda Romkes", email="gerda@example.nl"))
    page = administrator_client.get(f"{url}/{row_id}").text
    for text in ("Gerda Romkes", "17-05-1980", "Kerkweg 12, 1315 AB", "gerda@example.nl", "Zorgontvangers"):
        assert text in page
    with app.app_context():
        event = db.session.scalars(select(Event).where(Event.action == "registration_read")).one()
        assert (event.subject_id, event.visibility.value) == (row_id, "private")


def test_finding_by_number_mail_and_code(app: Flask, administrator_client: FlaskClient) -> None:
    url, row_id = one(app, Wish(email="Gerda@example.nl"), Stage.REGISTRATION)
    with app.app_context():
        row = db.session.get_one(Registration, row_id)
        letter, code = make_letter(db.session.get_one(Panel, row.panel_id), 2)
        row.code_id = letter.id
        db.session.commit()
    for wanted in (str(row_id), "gerda@EXAMPLE.nl", code, code.lower().replace("-", "")):
        answer = administrator_client.post(f"{url}/zoeken", data={"wanted": wanted})
        assert answer.status_code == 303
        assert answer.location.endswith(f"{url}/{row_id}")


def test_what_is_not_found(app: Flask, administrator_client: FlaskClient) -> None:
    url, row_id = one(app)
    other_url, _row = one(app)
    for wanted in ("Els Post", "999999999", "a@b", "x" * 200, "\u202e🙂", "<script>"):
        answer = administrator_client.post(f"{url}/zoeken", data={"wanted": wanted})
        assert answer.status_code == 422
        assert "Wij vinden hiermee geen aanmelding" in answer.text
    assert administrator_client.post(f"{url}/zoeken", data={"wanted": ""}).status_code == 422
    # of another panel
    assert administrator_client.post(f"{other_url}/zoeken", data={"wanted": str(row_id)}).status_code == 422
    assert administrator_client.get(f"{other_url}/{row_id}").status_code == 404


def test_several_people_with_one_mailbox(app: Flask, administrator_client: FlaskClient) -> None:
    url, row_id = one(app, Wish(email="f@example.nl"))
    with app.app_context():
        panel = db.session.get_one(Panel, db.session.get_one(Registration, row_id).panel_id)
        second = make_registration(panel, Wish(email="f@example.nl")).id
    page = administrator_client.post(f"{url}/zoeken", data={"wanted": "f@example.nl"}).text
    assert f"Aanmelding {row_id}" in page
    assert f"Aanmelding {second}" in page


def test_correcting_a_typo(app: Flask, administrator_client: FlaskClient) -> None:
    url, row_id = one(app, Wish(name="Els Pots"))
    page = administrator_client.get(f"{url}/{row_id}/wijzigen").text
    assert 'value="Els Pots"' in page
    answer = administrator_client.post(f"{url}/{row_id}/wijzigen", data=correction(app, row_id))
    assert answer.status_code == 303, answer.text
    with app.app_context():
        row = db.session.get_one(Registration, row_id)
        assert row.name == "Els Post"
        assert list(row.answers.values()) == ["vrouw", "35-64", "hoog"]
        assert row.is_dirty
        assert "corrected" in actions_of(row)


def test_a_correction_needs_a_reason_and_good_answers(app: Flask, administrator_client: FlaskClient) -> None:
    url, row_id = one(app, Wish(name="Els Pots"))
    data = correction(app, row_id, reason="", postcode="12", name="")
    answer = administrator_client.post(f"{url}/{row_id}/wijzigen", data=data)
    assert answer.status_code == 422
    assert "Schrijf wat u verbetert, en waarom." in answer.text
    assert "Vul uw naam in." in answer.text
    short = administrator_client.post(f"{url}/{row_id}/wijzigen", data=correction(app, row_id, reason="x"))
    assert short.status_code == 422
    with app.app_context():
        assert db.session.get_one(Registration, row_id).name == "Els Pots"


def test_removing_and_restoring(app: Flask, administrator_client: FlaskClient) -> None:
    url, row_id = one(app)
    assert administrator_client.post(f"{url}/{row_id}/verwijderen", data={}).status_code == 422
    data = {"code": "not_real", "reason": "Op dit adres woont niemand."}
    for _twice in range(2):
        assert administrator_client.post(f"{url}/{row_id}/verwijderen", data=data).status_code == 303
    page = administrator_client.get(f"{url}/{row_id}").text
    assert "Op dit adres woont niemand." in page
    assert "Deze persoon bestaat niet" in page
    with app.app_context():
        row = db.session.get_one(Registration, row_id)
        assert (row.state, row.removed_reason) == (RegistrationState.REMOVED, "not_real")
        assert actions_of(row).count("removed") == 1
        event = db.session.scalars(select(Event).where(Event.action == "removed")).one()
        assert event.reason_code == "not_real"
    assert administrator_client.get(f"{url}/{row_id}/verwijderen").status_code == 409
    for _twice in range(2):
        assert administrator_client.post(f"{url}/{row_id}/terugzetten").status_code == 303
    with app.app_context():
        row = db.session.get_one(Registration, row_id)
        assert (row.state, row.removed_at, row.removed_note) == (RegistrationState.CONFIRMED, None, None)


def test_a_wrong_code_is_refused(app: Flask, administrator_client: FlaskClient) -> None:
    url, row_id = one(app)
    data = {"code": "because", "reason": "Zomaar, omdat het kan."}
    assert administrator_client.post(f"{url}/{row_id}/verwijderen", data=data).status_code == 422


def test_nothing_changes_when_it_is_frozen(app: Flask, administrator_client: FlaskClient) -> None:
    for stage in (Stage.FREEZE, Stage.FROZEN):
        url, row_id = one(app, stage=stage)
        page = administrator_client.get(f"{url}/{row_id}").text
        assert "Verbeter een fout" not in page
        data = {"code": "asked", "reason": "Zij belde ons op."}
        assert administrator_client.post(f"{url}/{row_id}/verwijderen", data=data).status_code == 409
        assert administrator_client.get(f"{url}/{row_id}/wijzigen").status_code == 409


def test_who_withdrew_is_gone(app: Flask, administrator_client: FlaskClient) -> None:
    url, row_id = one(app, Wish(name="Gerda Romkes"))
    with app.app_context():
        withdraw(db.session.get_one(Registration, row_id), actor=None, at=NOW)
        db.session.commit()
    page = administrator_client.get(f"{url}/{row_id}").text
    assert "De gegevens van deze persoon zijn gewist." in page
    assert "Gerda" not in page
    assert administrator_client.post(f"{url}/{row_id}/terugzetten").status_code == 409
    assert administrator_client.get(f"{url}/{row_id}/wijzigen").status_code == 409


def test_only_administrators(app: Flask, client: FlaskClient, sign_in: Any) -> None:
    url, row_id = one(app)
    assert client.get(f"{url}/{row_id}").status_code == 302
    for role in (Role.AUDITOR, Role.ADMINISTRATOR, Role.EDITOR):
        other = sign_in(role, email=f"{role.value}@example.nl")
        assert other.get(f"{url}/{row_id}").status_code == 403
        assert other.post(f"{url}/zoeken", data={"wanted": "1"}).status_code == 403
