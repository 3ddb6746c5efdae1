"""Municipalities that disagree: somebody looks after it at once, and only the region settles it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.aanjaagteam.models import Dispute, DisputeClaim, Report
from civic.aanjaagteam.queries import disputes as queries
from civic.aanjaagteam.states import State
from civic.aanjaagteam.states.facts import Stance
from civic.accounts.states import Role
from civic.db import db
from civic.errors import NotAllowedNow
from civic.events.models import Event
from civic.mail.models import OutgoingMail
from tests.aanjaagteam.case_makers import dispute_on, unit
from tests.aanjaagteam.makers import report_in
from tests.aanjaagteam.test_case import CASE, actions_on
from tests.factories import municipality

NEW = {"law_basis": "youth_act", "law_explanation": "artikel 1.1"}
SAYS = {"stance_b0": "not_ours", "basis_b0": "Hij <schreef> zich uit."}
BOSS = "hoofd@example.nl"
RULING = {"resolver": "de twee wethouders jeugd", "outcome_why": "Hij stond <daar> ingeschreven."}


@pytest.fixture
def places(app: Flask) -> dict[str, str]:
    """Ids as a form has them: two municipalities and a unit of the first."""
    with app.app_context():
        where = unit("Jeugd", BOSS, code="GM0995")
        db.session.commit()
        return {
            "here": str(municipality("GM0995").id),
            "there": str(municipality("GM0034").id),
            "unit": str(where.id),
        }


def answers(places: dict[str, str], **given: str) -> dict[str, str]:
    here, there = places["here"], places["there"]
    return {
        **NEW,
        f"stance_{here}": "not_ours",
        f"basis_{here}": "Verhuisd in <maart>.",
        f"stance_{there}": "shared",
        f"basis_{there}": "Hij woonde er kort.",
        "interim_municipality": here,
        "interim_unit": places["unit"],
        **given,
    }


def post(client: FlaskClient, app: Flask, number: int, data: dict[str, str]) -> Any:
    with app.app_context():
        report = db.session.get_one(Report, number)
        row = queries.open_dispute(report)
        revision = str(row.revision if row else report.revision)
    return client.post(f"{CASE}/{number}/geschil", data={"revision": revision, **data})


def test_opened_with_who_looks_after_it(
    app: Flask,
    team: FlaskClient,
    sign_in: Callable[..., FlaskClient],
    make: Callable[..., int],
    places: dict[str, str],
) -> None:
    number = make(State.TAKEN_UP)
    boss = sign_in(email=BOSS)
    assert boss.get(f"/aanjaagteam/gevraagd/{number}").status_code == 403
    assert post(team, app, number, answers(places)).status_code == 303
    assert boss.get(f"/aanjaagteam/gevraagd/{number}").status_code == 200
    for path in ("/aanjaagteam", "/aanjaagteam?weergave=bord"):
        assert "Gemeenten zijn het niet eens" in team.get(path).text
    page = team.get(f"{CASE}/{number}").text
    for words in ("Gemeenten zijn het niet eens", "Verhuisd in &lt;maart&gt;.", "Jeugd, gemeente Lelystad"):
        assert words in page
    assert actions_on(app, number)[-2] == "dispute_opened"  # the last one is reading the case
    with app.app_context():
        mail = db.session.scalars(
            select(OutgoingMail).where(OutgoingMail.template == "dispute_interim")
        ).one()
        assert mail.address == BOSS
        assert queries.disputed([number, 99]) == {number}
        found = db.session.scalars(select(Report.id).where(queries.has_open_dispute()))
        assert list(found) == [number]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"law_basis": ""}, "Kies welke wet hierover gaat."),
        ({"law_basis": "other", "law_explanation": ""}, "Schrijf op welke wet of afspraak dit is."),
        ({"interim_municipality": ""}, "Kies welke gemeente er nu voor zorgt."),
        ({"interim_unit": ""}, "Kies welke afdeling er nu voor zorgt."),
        ({"interim_municipality": "there"}, "Deze afdeling is van een andere gemeente."),
        ({"stance_here": ""}, "Vul van ten minste twee gemeenten of organisaties in wat zij vinden."),
        ({"basis_here": " "}, "Schrijf bij elk standpunt op waarom zij dat vinden."),
        ({"basis_here": "x" * 501}, "Maak de uitleg bij een standpunt korter."),
        ({"basis_b4": "Zo is het."}, "Schrijf op welke gemeente of organisatie buiten de regio het is."),
        ({"party_b0": "Groningen"}, "Kies wat Groningen ervan vindt."),
        (
            {"party_b0": "Groningen", "stance_b0": "ours"},
            "Schrijf bij elk standpunt op waarom zij dat vinden.",
        ),
        ({"party_b0": "Gemeente  lelystad", **SAYS}, "Gemeente lelystad staat er twee keer in."),
        ({"party_b0": "x" * 121, **SAYS}, "Maak de naam van de gemeente of organisatie korter."),
    ],
)
def test_nothing_is_left_open(
    app: Flask,
    team: FlaskClient,
    make: Callable[..., int],
    places: dict[str, str],
    given: dict[str, str],
    sentence: str,
) -> None:
    number = make(State.TAKEN_UP)
    changed = {key.replace("here", places["here"]): places.get(value, value) for key, value in given.items()}
    answer = post(team, app, number, answers(places, **changed))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Hij woonde er kort." in answer.text
    assert "dispute_opened" not in actions_on(app, number)


def test_claims_change_and_two_at_once_are_told(
    app: Flask, team: FlaskClient, make: Callable[..., int], places: dict[str, str]
) -> None:
    number = make(State.TAKEN_UP)
    assert post(team, app, number, answers(places)).status_code == 303
    assert "Hij woonde er kort." in team.get(f"{CASE}/{number}/geschil").text
    changed = answers(places, **{f"stance_{places['there']}": "ours"})
    assert post(team, app, number, changed).status_code == 303
    with app.app_context():
        stances = {row.stance for row in db.session.scalars(select(DisputeClaim))}
        assert stances == {Stance.NOT_OURS, Stance.OURS}
    answer = post(team, app, number, {**answers(places), "revision": "0"})
    assert answer.status_code == 409
    typed = answer.text.split("Dit had u ingevuld")[1].split("</dl>")[0]
    for words in ("Lelystad", "Jeugd", "Standpunt van Almere", "Waarom vindt Lelystad dat?", "artikel 1.1"):
        assert words in typed
    for number_of in ("stance_", "basis_", "interim_"):
        assert number_of not in typed


def test_only_the_region_settles_it(
    app: Flask,
    team: FlaskClient,
    sign_in: Callable[..., FlaskClient],
    make: Callable[..., int],
    read: Callable[..., Any],
    places: dict[str, str],
) -> None:
    number = make(State.TAKEN_UP, code="GM0995")
    local = sign_in(Role.AANJAAGTEAM_MEMBER, email="lelystad@example.nl", code="GM0995")
    assert post(local, app, number, answers(places)).status_code == 303
    url = f"{CASE}/{number}/geschil/beslissen"
    assert local.get(url).status_code == 403
    assert "geschil/beslissen" not in local.get(f"{CASE}/{number}").text
    assert team.post(url, data={"revision": "0"}).status_code == 422
    ruling = {**RULING, "municipality": places["there"], "revision": "0"}
    assert team.post(url, data=ruling).status_code == 303
    assert read(number, "municipality_id") == int(places["there"])
    page = team.get(f"{CASE}/{number}").text
    assert "Beslist: Almere" in page
    assert "Hij stond &lt;daar&gt; ingeschreven." in page
    assert team.get(url).status_code == 409
    assert team.post(url, data=ruling).status_code == 409
    assert local.get(f"{CASE}/{number}").status_code == 403


def test_one_of_them_lies_outside_the_region(
    app: Flask,
    team: FlaskClient,
    client: FlaskClient,
    make: Callable[..., int],
    read: Callable[..., Any],
    places: dict[str, str],
) -> None:
    """Who looks after it is always inside; the report stays here, and the public reads no name."""
    number = make(State.TAKEN_UP)
    alone = {f"stance_{places['there']}": "", f"basis_{places['there']}": ""}
    outside = {**alone, "party_b3": "Groningen", "stance_b3": "shared", "basis_b3": "Hij <woont> hier nu."}
    assert post(team, app, number, answers(places, **outside, interim_municipality="")).status_code == 422
    assert post(team, app, number, answers(places, **outside)).status_code == 303
    page = team.get(f"{CASE}/{number}").text
    assert "<strong>Groningen</strong> (buiten de regio)" in page
    assert "Hij &lt;woont&gt; hier nu." in page
    form = team.get(f"{CASE}/{number}/geschil").text
    assert 'name="party_b0" value="Groningen"' in form
    assert 'name="party_b1" value=""' in form
    url = f"{CASE}/{number}/geschil/beslissen"
    chosen = re.search(r'value="(b\d+)">Groningen', team.get(url).text)
    assert chosen is not None
    assert team.post(url, data={**RULING, "municipality": "b99999", "revision": "0"}).status_code == 422
    assert team.post(url, data={**RULING, "municipality": chosen[1], "revision": "0"}).status_code == 303
    assert read(number, "municipality_id") == int(places["here"])
    assert "Beslist: Groningen (buiten de regio)" in team.get(f"{CASE}/{number}").text
    public = client.get(f"/meldingen/{number}").text
    assert "Duidelijk: iemand buiten de regio moet het doen" in public
    assert "Groningen" not in public


def test_a_place_that_was_left_out_stays_out(
    app: Flask, team: FlaskClient, make: Callable[..., int], read: Callable[..., Any], places: dict[str, str]
) -> None:
    number = make(State.TAKEN_UP, code=None)
    assert post(team, app, number, answers(places)).status_code == 303
    ruling = {**RULING, "municipality": places["there"], "revision": "0"}
    assert team.post(f"{CASE}/{number}/geschil/beslissen", data=ruling).status_code == 303
    assert read(number, "municipality_id") is None
    with app.app_context():  # a public event is written out in the sealed log
        data = db.session.scalars(select(Event.data).where(Event.action == "dispute_resolved")).one()
        assert list(data) == ["dispute"]


def test_closed_reports_have_no_new_dispute(
    app: Flask, team: FlaskClient, make: Callable[..., int], places: dict[str, str]
) -> None:
    number = make(State.DONE)
    assert team.get(f"{CASE}/{number}/geschil").status_code == 409
    assert post(team, app, number, answers(places)).status_code == 409


def test_one_open_dispute_per_report(app: Flask) -> None:
    with app.app_context():
        report, where = report_in(State.TAKEN_UP), unit("Jeugd")
        dispute_on(report, where)
        with pytest.raises(NotAllowedNow):
            dispute_on(report, where)
        assert len(list(db.session.scalars(select(Dispute)))) == 1
