"""Registrations that staff fills in."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.accounts.states import Role
from civic.db import db
from civic.events.models import Event
from civic.panels.models import Panel, Registration
from civic.panels.queries.composition import features_of
from civic.panels.states import Channel, EntryRoute, RegistrationState, Stage
from tests.factories import municipality
from tests.panels.makers_registrations import make_letter
from tests.panels.stages import constituency, prepared_panel

WHO = {
    "name": "Cor van Dijk",
    "birth_date": "17-05-1950",
    "street": "Kerkweg",
    "number": "12",
    "postcode": "1315 AB",
    "place": "Almere",
    "honorarium": "later",
    "phone": "06 00000000",
}


def answers(app: Flask, panel_id: int) -> dict[str, str]:
    with app.app_context():
        gender, _age, school = features_of(panel_id)
    return {f"feature_{gender.id}": "2", f"feature_{school.id}": "0", "consent_constituency": "y"}


def open_panel(app: Flask) -> tuple[int, int, int, str]:
    """A panel with an open entrance: ids of panel, source, municipality, and a letter code."""
    with app.app_context():
        panel = prepared_panel(Stage.REGISTRATION)
        third = constituency(panel, 3)
        third.route = EntryRoute.SELF_REGISTRATION
        db.session.commit()
        _row, code = make_letter(panel, 2, place="GM0034")
        return panel.id, third.sources[1].id, municipality("GM0034").id, code


def test_somebody_with_a_letter_calls(app: Flask, administrator_client: FlaskClient) -> None:
    panel_id, _source, _place, code = open_panel(app)
    url = f"/panels/{panel_id}/aanmeldingen/nieuw"
    step = administrator_client.post(url, data={"code": code.lower(), "channel": "phone"})
    assert step.status_code == 303
    assert code not in step.location
    page = administrator_client.get(step.location)
    assert "Zorgontvangers" in page.text
    done = administrator_client.post(step.location, data={**WHO, **answers(app, panel_id)})
    assert done.status_code == 303, done.text
    with app.app_context():
        row = db.session.scalars(select(Registration)).one()
        assert (row.channel, row.state) == (Channel.PHONE, RegistrationState.CONFIRMED)
        assert row.name == "Cor van Dijk"
        event = db.session.scalars(select(Event).where(Event.action == "registered")).one()
        assert event.actor_id is not None
        assert event.data == {"channel": "phone"}
    # sent twice: the same registration
    assert administrator_client.post(step.location, data={**WHO, **answers(app, panel_id)}).status_code == 303
    with app.app_context():
        assert len(db.session.scalars(select(Registration)).all()) == 1
    # and the code is used now
    used = administrator_client.post(url, data={"code": code, "channel": "phone"})
    assert used.status_code == 422
    assert "Deze code kan niet" in used.text


def test_somebody_without_a_letter_on_paper(app: Flask, administrator_client: FlaskClient) -> None:
    panel_id, source_id, place_id, _code = open_panel(app)
    url = f"/panels/{panel_id}/aanmeldingen/nieuw"
    data = {"channel": "paper", "entrance": str(source_id), "municipality": str(place_id)}
    step = administrator_client.post(url, data=data)
    done = administrator_client.post(step.location, data={**WHO, **answers(app, panel_id)})
    assert done.status_code == 303, done.text
    with app.app_context():
        row = db.session.scalars(select(Registration)).one()
        assert (row.channel, row.source_id, row.is_nominated) == (Channel.PAPER, source_id, False)
        assert row.state is RegistrationState.CONFIRMED


def test_all_errors_at_once(app: Flask, administrator_client: FlaskClient) -> None:
    panel_id, source_id, place_id, _code = open_panel(app)
    url = f"/panels/{panel_id}/aanmeldingen/nieuw"
    nothing = administrator_client.post(url, data={})
    assert nothing.status_code == 422
    assert "Vul de code in, of kies een groep." in nothing.text
    assert "Kies de gemeente" in nothing.text
    strange = {"channel": "web", "entrance": "999", "municipality": "x"}
    assert administrator_client.post(url, data=strange).status_code == 422
    form = administrator_client.post(f"{url}/{source_id}/{place_id}", data={"name": "<b>" * 90})
    assert form.status_code == 422
    assert "Vul uw geboortedatum in." in form.text
    assert "Vul uw woonplaats in." in form.text
    assert "<b><b>" not in form.text


def test_only_open_doors(app: Flask, administrator_client: FlaskClient) -> None:
    panel_id, source_id, place_id, _code = open_panel(app)
    other, _source, _place, other_code = open_panel(app)
    url = f"/panels/{panel_id}/aanmeldingen/nieuw"
    with app.app_context():
        by_lot = constituency(db.session.get_one(Panel, panel_id), 2).sources[0].id
        letter, _code = make_letter(db.session.get_one(Panel, other), 2)
        letter_id = letter.id
    assert administrator_client.get(f"{url}/{by_lot}/{place_id}").status_code == 404
    assert administrator_client.get(f"{url}/{source_id}/9999").status_code == 404
    assert (
        administrator_client.get(f"/panels/{other}/aanmeldingen/nieuw/{source_id}/{place_id}").status_code
        == 404
    )
    # the letter of another panel
    assert administrator_client.post(url, data={"code": other_code, "channel": "phone"}).status_code == 422
    assert administrator_client.get(f"{url}/brief/{letter_id}").status_code == 404


def test_after_closing_nobody_comes_in(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel_id = prepared_panel(Stage.POOL).id
    for part in ("aanmeldingen/nieuw", "aanmeldingen/nieuw/1/1", "aanmeldingen/importeren"):
        assert administrator_client.get(f"/panels/{panel_id}/{part}").status_code == 409


def test_only_administrators(app: Flask, sign_in: Any) -> None:
    panel_id, source_id, place_id, _code = open_panel(app)
    auditor = sign_in(Role.AUDITOR, email="a@example.nl")
    for part in ("", f"/{source_id}/{place_id}"):
        url = f"/panels/{panel_id}/aanmeldingen/nieuw{part}"
        assert auditor.get(url).status_code == 403
        assert auditor.post(url, data=WHO).status_code == 403
