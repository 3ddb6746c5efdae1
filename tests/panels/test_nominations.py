"""Seats that organisations fill by name."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.db import db
from civic.panels.models import Registration
from civic.panels.queries.composition import features_of
from civic.panels.states import Channel, EntryRoute, Stage
from tests.factories import municipality
from tests.panels.makers_pool import Wish, make_registration
from tests.panels.stages import constituency, prepared_panel
from tests.panels.test_intake import WHO


def where(app: Flask, taken: int = 0, stage: Stage = Stage.REGISTRATION) -> tuple[int, str]:
    """Urk has one seat for client councils; `taken` of them are given away."""
    with app.app_context():
        panel = prepared_panel(stage)
        for _one in range(taken):
            make_registration(panel, Wish(constituency=1, municipality="GM0184", is_nominated=True))
        source_id = constituency(panel, 1).sources[0].id
        return panel.id, f"/panels/{panel.id}/voordrachten/{source_id}/{municipality('GM0184').id}"


def gender_of(app: Flask, panel_id: int) -> dict[str, str]:
    with app.app_context():
        return {f"feature_{features_of(panel_id)[0].id}": "1"}


def test_naming_somebody(app: Flask, administrator_client: FlaskClient) -> None:
    panel_id, url = where(app)
    base = f"/panels/{panel_id}/voordrachten"
    assert "Nog 1" in administrator_client.get(base).text
    source, place = url.rsplit("/", 2)[1:]
    step = administrator_client.post(base, data={"entrance": source, "municipality": place})
    assert step.location.endswith(url)
    answer = administrator_client.post(url, data={**WHO, **gender_of(app, panel_id)})
    assert answer.status_code == 303, answer.text
    with app.app_context():
        row = db.session.scalars(select(Registration)).one()
        assert row.is_nominated
        assert row.channel is Channel.NOMINATION
    assert "Vol" in administrator_client.get(base).text


def test_too_many_is_a_sentence(app: Flask, administrator_client: FlaskClient) -> None:
    panel_id, url = where(app, taken=1)
    page = administrator_client.get(url)
    assert "U kunt hier nu niemand voordragen." in page.text
    answer = administrator_client.post(url, data={**WHO, **gender_of(app, panel_id)})
    assert answer.status_code == 422
    assert "heeft in Urk 1 plaatsen. Die zijn al vergeven." in answer.text
    with app.app_context():
        assert len(db.session.scalars(select(Registration)).all()) == 1


def test_more_than_there_are_seats_shows(app: Flask, administrator_client: FlaskClient) -> None:
    panel_id, _url = where(app, taken=2)
    assert "Te veel" in administrator_client.get(f"/panels/{panel_id}/voordrachten").text


def test_errors_and_strangers(app: Flask, administrator_client: FlaskClient) -> None:
    panel_id, url = where(app)
    base = f"/panels/{panel_id}/voordrachten"
    empty = administrator_client.post(base, data={})
    assert empty.status_code == 422
    assert "Kies een groep." in empty.text
    assert administrator_client.post(base, data={"entrance": "9", "municipality": "9"}).status_code == 422
    assert administrator_client.get(f"{base}/999/1").status_code == 404
    with app.app_context():
        panel = prepared_panel()
        by_lot = constituency(panel, 2).sources[0].id
        other = panel.id
    place = url.rsplit("/", 1)[1]
    assert administrator_client.get(f"/panels/{other}/voordrachten/{by_lot}/{place}").status_code == 404


def test_without_nominations_the_page_says_so(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel = prepared_panel()
        constituency(panel, 1).route = EntryRoute.LOT
        db.session.commit()
        panel_id = panel.id
    page = administrator_client.get(f"/panels/{panel_id}/voordrachten").text
    assert "Dit panel heeft geen voordrachten." in page


def test_after_closing_one_can_look(app: Flask, administrator_client: FlaskClient) -> None:
    panel_id, url = where(app, stage=Stage.POOL)
    page = administrator_client.get(f"/panels/{panel_id}/voordrachten")
    assert "Voordragen kan alleen zolang het aanmelden open is." in page.text
    assert administrator_client.get(url).status_code == 409
