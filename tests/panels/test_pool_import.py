"""A list of registrations from an organisation: all of it or nothing."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.accounts.states import Role
from civic.db import db
from civic.panels.models import Consent, Registration
from civic.panels.states import Channel, Stage
from tests.conftest import NOW
from tests.panels.makers import actions_of
from tests.panels.stages import constituency, prepared_panel

HEAD = "naam;geboortedatum;straat;huisnummer;postcode;plaats;geslacht;opleiding;mail;telefoon;toestemming"
GOOD = (
    "Anna Post;17-05-1960;Kerkweg;1;1315 AB;Almere;vrouw;hoog;anna@example.nl;;ja",
    "Bilal Öztürk;3 mei 1990;Singel;2;8232 AB;Lelystad;man;;;06-00000000;ja",
)


def ready(app: Flask, number: int = 2) -> tuple[int, int]:
    with app.app_context():
        panel = prepared_panel(Stage.REGISTRATION)
        return panel.id, constituency(panel, number).sources[0].id


def upload(source_id: int, *lines: str, head: str = HEAD) -> dict[str, Any]:
    content = "\r\n".join([head, *lines]).encode("cp1252")
    return {"entrance": str(source_id), "people": (io.BytesIO(content), "lijst.csv")}


def sealed_in(page: str) -> str:
    found = re.search(r'name="sealed"[^>]*value="([^"]+)"', page)
    assert found is not None
    return found[1]


def rows(app: Flask) -> list[Registration]:
    with app.app_context():
        return list(db.session.scalars(select(Registration).order_by(Registration.id)))


def test_first_look_then_take_over(app: Flask, administrator_client: FlaskClient) -> None:
    panel_id, source_id = ready(app)
    url = f"/panels/{panel_id}/aanmeldingen/importeren"
    page = administrator_client.post(url, data=upload(source_id, *GOOD))
    assert page.status_code == 200
    assert "Kloppen deze 2 aanmeldingen?" in page.text
    assert "Bilal Öztürk" in page.text
    assert rows(app) == []
    sealed = sealed_in(page.text)
    assert administrator_client.post(f"{url}/{source_id}", data={"sealed": sealed}).status_code == 303
    with app.app_context():
        first, second = db.session.scalars(select(Registration).order_by(Registration.id))
        assert (first.name, first.channel) == ("Anna Post", Channel.PAPER)
        assert list(first.answers.values()) == ["vrouw", "65+", "hoog"]
        assert (second.municipality.name, second.phone) == ("Lelystad", "0600000000")
        assert list(second.answers.values()) == ["man", "35-64", None]
        assert len(db.session.scalars(select(Consent)).all()) == 4
        panel = db.session.get_one(type(prepared_panel()), panel_id)
        assert actions_of(panel)[-1] == "registrations_imported"
    # the same page sent again: everybody is in already, so nothing goes in twice
    again = administrator_client.post(f"{url}/{source_id}", data={"sealed": sealed})
    assert again.status_code == 422
    assert "deze persoon is al aangemeld" in again.text
    assert len(rows(app)) == 2


def test_every_error_at_once_and_nothing_half(app: Flask, administrator_client: FlaskClient) -> None:
    panel_id, source_id = ready(app)
    lines = (
        GOOD[0],
        "Cor;17-05-2020;Kerkweg;1;1315 AB;Almere;man;hoog;;;ja",
        "Dewi;gisteren;Kerkweg;1;1011 AB;Amsterdam;vrouw;hoog;;;ja",
        "Els;1-1-1960;Kerkweg;x;1315 AB;Almere;anders;hoog;geen mail;;nee",
        GOOD[0],
        ";1-1-1970;;;1315 AB;;vrouw;hoog;;;ja",
    )
    url = f"/panels/{panel_id}/aanmeldingen/importeren"
    page = administrator_client.post(url, data=upload(source_id, *lines))
    assert page.status_code == 422
    for sentence in (
        "Regel 3: U kunt meedoen als u 16 jaar of ouder bent.",
        "Regel 4: Schrijf de geboortedatum als dag, maand en jaar",
        "Regel 4: Deze postcode ligt niet in de regio.",
        "Regel 5: Er staat geen toestemming.",
        "Regel 5: geslacht: Kies een van de antwoorden uit de lijst.",
        "Regel 6: deze persoon staat ook op regel 2.",
        "Regel 7: Vul uw naam in.",
    ):
        assert sentence in page.text
    assert rows(app) == []


def test_files_that_are_no_list(app: Flask, administrator_client: FlaskClient) -> None:
    panel_id, source_id = ready(app)
    url = f"/panels/{panel_id}/aanmeldingen/importeren"
    missing = administrator_client.post(url, data=upload(source_id, "Anna", head="naam"))
    assert "De kolom “geboortedatum” ontbreekt." in missing.text
    assert "De kolom “toestemming” ontbreekt." in missing.text
    for content in (b"", b"\x00\x01\x02", b"PK\x03\x04nee", HEAD.encode(), b"=cmd|' /C calc'!A0\n1"):
        data = {"entrance": str(source_id), "people": (io.BytesIO(content), "lijst.csv")}
        assert administrator_client.post(url, data=data).status_code == 422
    big = administrator_client.post(url, data=upload(source_id, *[GOOD[0]] * 400))
    assert "Er staan te veel regels in." in big.text
    huge = administrator_client.post(url, data=upload(source_id, "x" * 200_000))
    assert "Het bestand is te groot." in huge.text
    nothing = administrator_client.post(url, data={})
    assert "Kies een groep." in nothing.text
    assert "Kies het bestand met aanmeldingen." in nothing.text
    formula = administrator_client.post(url, data=upload(source_id, GOOD[0].replace("Anna Post", "=1+1")))
    assert "formule" in formula.text


def test_nominations_fit_the_seats(app: Flask, administrator_client: FlaskClient) -> None:
    panel_id, source_id = ready(app, 1)
    head = "naam;geboortedatum;straat;huisnummer;postcode;plaats;geslacht"
    lines = [f"Lid Nummer{'abc'[n]};1-1-196{n};Dorp;{n + 1};8321 AB;Urk;man" for n in range(3)]
    url = f"/panels/{panel_id}/aanmeldingen/importeren"
    page = administrator_client.post(url, data=upload(source_id, *lines, head=head))
    assert "Urk: u draagt 3 mensen voor. Er zijn nog 1 plaatsen." in page.text
    page = administrator_client.post(url, data=upload(source_id, lines[0], head=head))
    assert "Klopt deze 1 aanmelding?" in page.text
    administrator_client.post(f"{url}/{source_id}", data={"sealed": sealed_in(page.text)})
    assert [(one.is_nominated, one.channel) for one in rows(app)] == [(True, Channel.NOMINATION)]


def test_what_was_sealed_opens_only_here_and_now(
    app: Flask, administrator_client: FlaskClient, sign_in: Any
) -> None:
    panel_id, source_id = ready(app)
    other_panel, other_source = ready(app)
    url = f"/panels/{panel_id}/aanmeldingen/importeren"
    sealed = sealed_in(administrator_client.post(url, data=upload(source_id, *GOOD)).text)
    elsewhere = f"/panels/{other_panel}/aanmeldingen/importeren/{other_source}"
    assert administrator_client.post(elsewhere, data={"sealed": sealed}).status_code == 409
    assert administrator_client.post(f"{url}/{other_source}", data={"sealed": sealed}).status_code == 404
    assert administrator_client.post(f"{url}/{source_id}", data={"sealed": "v1.x"}).status_code == 409
    colleague = sign_in(Role.LOTTERY_ADMINISTRATOR, email="ander@example.nl")
    assert colleague.post(f"{url}/{source_id}", data={"sealed": sealed}).status_code == 409
    with time_machine.travel(NOW + timedelta(hours=2), tick=True):
        assert administrator_client.post(f"{url}/{source_id}", data={"sealed": sealed}).status_code == 409
    assert rows(app) == []


def test_the_example_has_the_right_head(app: Flask, administrator_client: FlaskClient) -> None:
    panel_id, source_id = ready(app)
    url = f"/panels/{panel_id}/aanmeldingen/importeren/{source_id}/voorbeeld.csv"
    head = administrator_client.get(url).text.lstrip("\ufeff").strip()
    assert set(head.split(";")) == set(HEAD.split(";"))
