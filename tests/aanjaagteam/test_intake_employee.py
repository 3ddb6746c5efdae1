"""An employee reports: a unit instead of a municipality, and a warning before anything is stored."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.aanjaagteam.models.units import Unit
from civic.aanjaagteam.states.intake import SMALL_UNIT, is_small
from civic.db import db
from tests.aanjaagteam.grepping import stored
from tests.aanjaagteam.makers import STORY
from tests.aanjaagteam.test_start import reports, token_of
from tests.factories import municipality

URL = "/meldingen/nieuw?voor=medewerker"


@pytest.fixture
def unit(app: Flask) -> Callable[..., int]:
    """`unit(4)`: the number of a unit in Lelystad with so many people."""

    def _unit(headcount: int | None, name: str = "Vergunningen", **given: object) -> int:
        with app.app_context():
            row = Unit(name=name, headcount=headcount, municipality_id=municipality("GM0995").id, **given)
            db.session.add(row)
            db.session.commit()
            return row.id

    return _unit


def answers(client: FlaskClient, **given: object) -> dict[str, object]:
    empty = {"since": "", "waiting": "unknown", "unit": "", "email": ""}
    return {"story": STORY, "token": token_of(client, URL), **empty, **given}


def hidden(page: str) -> dict[str, list[str]]:
    """What the form of a page in between sends on."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page):
        found.setdefault(name, []).append(value)
    return found


def test_a_unit_instead_of_a_municipality(client: FlaskClient, unit: Callable[..., int]) -> None:
    unit(12)
    page = client.get(URL).text
    form = page[page.index('<form method="post"') :].split("</form>")[0]
    names = set(re.findall(r'<(?:input|select|textarea)[^>]* name="(\w+)"', form))
    assert names - {"csrf_token", "token"} == {"story", "since", "waiting", "unit", "email"}
    assert '<optgroup label="Lelystad">' in form
    assert "klein team" in page
    assert "/meldingen/nieuw?voor=medewerker" in client.get("/meldingen/nieuw").text
    assert "voor=medewerker&amp;van=/hulp" in client.get("/meldingen/nieuw?van=/hulp").text


def test_a_unit_that_is_large_enough(app: Flask, client: FlaskClient, unit: Callable[..., int]) -> None:
    number = unit(SMALL_UNIT)
    assert client.post(URL, data=answers(client, unit=number)).status_code == 303
    (report,) = reports(app)
    with app.app_context():
        assert (report.unit_id, report.municipality_id) == (number, municipality("GM0995").id)


@pytest.mark.parametrize(("headcount", "sentence"), [(4, "is klein"), (None, "is misschien klein")])
def test_a_small_unit_warns_before_anything_is_stored(
    app: Flask, client: FlaskClient, unit: Callable[..., int], headcount: int | None, sentence: str
) -> None:
    data = answers(client, unit=unit(headcount))
    before = stored(app)
    page = client.post(URL, data=data)
    assert page.status_code == 200
    assert f"Deze afdeling {sentence}" in page.text
    assert "Collega’s kunnen raden wie dit schreef" in page.text
    assert stored(app) == before


def test_leave_the_unit_out(app: Flask, client: FlaskClient, unit: Callable[..., int]) -> None:
    page = client.post(URL, data=answers(client, unit=unit(3), waiting="clients"))
    answer = client.post(URL, data={**hidden(page.text), "stap": "zonder-afdeling"})
    assert answer.status_code == 303
    (report,) = reports(app)
    assert (report.unit_id, report.municipality_id, report.waiting.value) == (None, None, "clients")
    with app.app_context():
        db.session.add(report)
        assert report.story == STORY


def test_go_on_with_the_unit(app: Flask, client: FlaskClient, unit: Callable[..., int]) -> None:
    number = unit(3)
    page = client.post(URL, data=answers(client, unit=number))
    assert client.post(URL, data=hidden(page.text)).status_code == 303
    assert reports(app)[0].unit_id == number


def test_change_the_text_and_be_warned_again(
    app: Flask, client: FlaskClient, unit: Callable[..., int]
) -> None:
    page = client.post(URL, data=answers(client, unit=unit(3)))
    again = client.post(URL, data={**hidden(page.text), "stap": "wijzigen"})
    assert again.status_code == 200
    assert STORY in again.text
    assert "gezien" not in again.text
    assert reports(app) == []


def test_a_unit_that_is_not_in_the_list(app: Flask, client: FlaskClient, unit: Callable[..., int]) -> None:
    gone = unit(30, is_active=False)
    for value in (gone, 9999, "x"):
        answer = client.post(URL, data=answers(client, unit=value))
        assert answer.status_code == 422
        assert "Kies een antwoord uit de lijst." in answer.text
    assert reports(app) == []


def test_an_official_writes_it_down_for_a_colleague(
    app: Flask, team: FlaskClient, unit: Callable[..., int]
) -> None:
    number, url = unit(30), "/aanjaagteam/melding-invoeren?voor=medewerker"
    data = {**answers(team, unit=number), "token": token_of(team, url)}
    assert team.post(url, data=data).status_code == 303
    assert reports(app)[0].unit_id == number


def test_the_case_says_which_unit(app: Flask, team: FlaskClient, unit: Callable[..., int]) -> None:
    team.post(URL, data=answers(team, unit=unit(30, "Burgerzaken")))
    assert "Burgerzaken" in team.get(f"/aanjaagteam/meldingen/{reports(app)[0].id}").text


def test_unknown_counts_as_small() -> None:
    assert [is_small(one) for one in (None, 1, SMALL_UNIT - 1, SMALL_UNIT)] == [True, True, True, False]
