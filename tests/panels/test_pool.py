"""The page about the pool: figures, next step, closing and reopening."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.states import Role
from civic.db import db
from civic.panels.jobs import pool as jobs
from civic.panels.models import Panel, StageNote
from civic.panels.states import RegistrationState, Stage
from tests.conftest import NOW
from tests.panels.makers import actions_of
from tests.panels.makers_pool import Wish, make_pool, make_registration
from tests.panels.makers_registrations import make_letter
from tests.panels.stages import prepared_panel


def panel_with(app: Flask, people: int, stage: Stage = Stage.REGISTRATION) -> int:
    with app.app_context():
        panel = prepared_panel(stage)
        make_pool(panel, people)
        jobs.count_changed(NOW)
        return panel.id


def test_it_says_whom_we_miss_and_what_is_next(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel = prepared_panel()
        make_pool(panel, 60)
        make_registration(panel, Wish(state=RegistrationState.PENDING))
        jobs.count_changed(NOW)
        panel_id = panel.id
    page = administrator_client.get(f"/panels/{panel_id}/aanmeldingen").text
    assert "Wie missen we nog?" in page
    assert "Liever meer" in page
    assert "Sluit het aanmelden" in page
    assert "nog niet bevestigd" in page
    assert "Zorgontvangers, Almere" in page
    assert "inwoner1@example.nl" not in page


def test_an_empty_pool_says_so(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel_id = prepared_panel().id
    page = administrator_client.get(f"/panels/{panel_id}/aanmeldingen").text
    assert "De eerste telling komt vanzelf" in page
    assert "Te weinig" in page


def test_before_registration_there_is_no_pool(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel_id = prepared_panel(Stage.INVITATION).id
    answer = administrator_client.get(f"/panels/{panel_id}/aanmeldingen")
    assert answer.status_code == 200
    assert "Er zijn nog geen aanmeldingen." in answer.text


def test_every_stage_has_its_next_step(app: Flask, administrator_client: FlaskClient) -> None:
    expected = {
        Stage.POOL: "Besluit eerst over de open signalen",
        Stage.FREEZE: "Een tweede beheerder beslist",
        Stage.FROZEN: "De pool staat vast",
    }
    for stage, sentence in expected.items():
        panel_id = panel_with(app, 50, stage)
        page = administrator_client.get(f"/panels/{panel_id}/aanmeldingen").text
        assert sentence in page
        assert "Telefoon of papier" not in page


def test_the_auditor_reads_and_does_nothing(app: Flask, sign_in: Any, client: FlaskClient) -> None:
    panel_id = panel_with(app, 30)
    url = f"/panels/{panel_id}/aanmeldingen"
    auditor = sign_in(Role.AUDITOR, email="rekenkamer@example.nl")
    page = auditor.get(url)
    assert page.status_code == 200
    assert "Uw volgende stap" not in page.text
    assert "Toets de aanmeldingen" not in page.text
    assert auditor.post(f"{url}/toets").status_code == 403
    assert auditor.get(f"{url}/sluiten").status_code == 403
    assert client.get(url).status_code == 302
    assert sign_in(Role.COUNCIL_OFFICE, email="g@example.nl", code="GM0995").get(url).status_code == 403


def test_eight_statements_whatever_the_pool(
    app: Flask, administrator_client: FlaskClient, count_statements: Any
) -> None:
    panel_id = panel_with(app, 25)
    url = f"/panels/{panel_id}/aanmeldingen"
    administrator_client.get(url)
    with count_statements() as few:
        administrator_client.get(url)
    with app.app_context():
        panel = db.session.get_one(Panel, panel_id)
        make_pool(panel, 300, seed=9)
        for _number in range(4):
            make_letter(panel, 2)
        jobs.count_changed(NOW)
    with count_statements() as many:
        administrator_client.get(url)
    assert len(few) == len(many) <= 8


def test_response_per_municipality_source_and_wave(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel = prepared_panel()
        letters = [make_letter(panel, 2, place="GM0184")[0] for _one in range(2)]
        row = make_registration(panel, Wish(municipality="GM0184"))
        row.code_id, row.wave_id = letters[0].id, letters[0].share.wave_id
        db.session.commit()
        jobs.count_changed(NOW)
        panel_id = panel.id
    page = administrator_client.get(f"/panels/{panel_id}/aanmeldingen").text
    assert "50,0%" in page.replace("\xa0", "")
    assert "Ronde 1" in page
    assert "Wmo-register" in page


def test_the_csv_has_every_group_and_no_person(app: Flask, administrator_client: FlaskClient) -> None:
    panel_id = panel_with(app, 40)
    answer = administrator_client.get(f"/panels/{panel_id}/aanmeldingen/dekking.csv")
    lines = answer.text.lstrip("\ufeff").splitlines()
    assert lines[0] == "kenmerk;groep;aangemeld;minimum;maximum;doel"
    assert len(lines) == 1 + 9 + 18
    assert any(line.startswith("Zorgontvangers;Urk;") for line in lines)


def test_closing_and_reopening(app: Flask, administrator_client: FlaskClient) -> None:
    panel_id = panel_with(app, 20)
    url = f"/panels/{panel_id}/aanmeldingen"
    page = administrator_client.get(f"{url}/sluiten")
    assert "Er ontbreken nog mensen." in page.text
    assert administrator_client.post(f"{url}/sluiten").status_code == 303
    assert administrator_client.post(f"{url}/sluiten").status_code == 409
    assert administrator_client.get(f"{url}/sluiten").status_code == 409
    short = administrator_client.post(f"{url}/heropenen", data={"reason": "ja"})
    assert short.status_code == 422
    assert "Iedereen kan dit lezen" in short.text
    reason = "Uit Urk kwamen te weinig aanmeldingen."
    assert administrator_client.post(f"{url}/heropenen", data={"reason": reason}).status_code == 303
    assert administrator_client.post(f"{url}/heropenen", data={"reason": reason}).status_code == 409
    with app.app_context():
        panel = db.session.get_one(Panel, panel_id)
        assert panel.stage is Stage.REGISTRATION
        assert actions_of(panel)[-2:] == ["close_registration", "reopen_registration"]
        assert db.session.query(StageNote).one().reason == reason


def test_unknown_panels_are_404(administrator_client: FlaskClient) -> None:
    for part in ("aanmeldingen", "signalen", "diversiteit", "voordrachten", "aanmeldingen/zoeken"):
        assert administrator_client.get(f"/panels/999/{part}").status_code == 404
