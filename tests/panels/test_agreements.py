"""Convenants: which municipality promised what, recorded by lottery administrators or its own griffie."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from civic.accounts.states import Role
from civic.db import db
from civic.events.models import Event, Visibility
from civic.panels.models import MandateAgreement, Panel
from civic.panels.queries import mandate as queries
from civic.panels.states import Stage
from tests.factories import municipality
from tests.panels.makers import make_panel, make_ready_panel
from tests.panels.makers_mandate import SIGNED, published_panel
from tests.panels.stages import prepared_panel

SignIn = Callable[..., FlaskClient]
NAMES = ["Almere", "Dronten", "Lelystad", "Noordoostpolder", "Urk", "Zeewolde"]


@pytest.fixture
def panel_id(app: Flask) -> int:
    with app.app_context():
        return published_panel().id


@pytest.fixture
def griffier(sign_in: SignIn) -> FlaskClient:
    return sign_in(Role.COUNCIL_OFFICE, email="griffier@example.nl", code="GM0995")


def in_force(panel_id: int) -> list[str]:
    return [one.municipality.name for one in queries.agreements_of(panel_id)]


def test_missing_ones_are_public(app: Flask, client: FlaskClient, panel_id: int) -> None:
    page = client.get(f"/panels/{panel_id}/convenanten").text
    assert "Almere, Dronten, Lelystad, Noordoostpolder, Urk, Zeewolde" in page
    assert "Convenant vastleggen" not in page
    assert "Nog niet getekend" in client.get(f"/panels/{panel_id}").text
    with app.app_context():
        assert [place.name for place in queries.unsigned_municipalities(panel_id)] == NAMES


def test_record_one(
    app: Flask, administrator_client: FlaskClient, client: FlaskClient, panel_id: int
) -> None:
    path = f"/panels/{panel_id}/convenanten/lelystad"
    form = administrator_client.get(path).text
    assert "Ons college volgt het advies van het panel." in form
    assert "Wij antwoorden uiterlijk op 31 augustus 2027." in form
    assert administrator_client.post(path, data=SIGNED).status_code == 303
    page = client.get(f"/panels/{panel_id}/convenanten").text
    assert "Wij volgen het advies, tenzij het echt niet kan." in page
    assert "wethouder zorg" in page
    assert "op 20 november 2026" in page
    with app.app_context():
        assert in_force(panel_id) == ["Lelystad"]
        assert "Lelystad" not in [place.name for place in queries.unsigned_municipalities(panel_id)]
        event = db.session.scalars(select(Event).where(Event.action == "agreement_signed")).one()
        assert event.visibility is Visibility.PUBLIC
        assert event.data["municipality"] == "GM0995"
    public = client.get(f"/panels/{panel_id}").text
    assert "Convenant getekend (Lelystad)" in public
    assert "GM0995" not in public


def test_the_same_once_more_changes_nothing(
    app: Flask, administrator_client: FlaskClient, panel_id: int
) -> None:
    path = f"/panels/{panel_id}/convenanten/lelystad"
    assert administrator_client.post(path, data=SIGNED).status_code == 303
    assert administrator_client.post(path, data=SIGNED).status_code == 303
    assert administrator_client.get(path).status_code == 303  # it is there: nothing to fill in
    other = {**SIGNED, "promise": "Wij doen iets heel anders dan eerst stond."}
    assert administrator_client.post(path, data=other).status_code == 409
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(MandateAgreement)) == 1
        assert queries.agreements_of(panel_id)[0].promise == SIGNED["promise"]


WRONG = [
    ({"signed_on": "2026-11-24"}, "Deze dag moet nog komen."),
    ({"signed_on": "1999-12-31"}, "Kies een dag na 1 januari 2000."),
    ({"signed_on": "gisteren"}, "Schrijf de datum zo: 23-11-2026."),
    ({"signed_on": ""}, "Vul in op welke dag er is getekend."),
    ({"signed_by_role": ""}, "Schrijf de functie op van degene die tekende."),
    ({"signed_by_role": "x" * 121}, "Gebruik voor de functie 3 tot 120 tekens."),
    ({"promise": ""}, "Schrijf op wat het college belooft."),
    ({"promise": "x" * 2001}, "Gebruik voor de belofte 20 tot 2.000 tekens."),
]


def test_wrong_answers(app: Flask, administrator_client: FlaskClient, panel_id: int) -> None:
    for changes, sentence in WRONG:
        data = {**SIGNED, **changes}
        answer = administrator_client.post(f"/panels/{panel_id}/convenanten/lelystad", data=data)
        assert answer.status_code == 422, changes
        assert sentence in answer.text
    with app.app_context():
        assert in_force(panel_id) == []


def test_all_errors_at_once(administrator_client: FlaskClient, panel_id: int) -> None:
    answer = administrator_client.post(f"/panels/{panel_id}/convenanten/urk", data={"promise": ""})
    for sentence in ("Schrijf op wat het college", "Schrijf de functie op", "Vul in op welke dag"):
        assert sentence in answer.text


def test_today_is_not_the_future(app: Flask, administrator_client: FlaskClient, panel_id: int) -> None:
    data = {**SIGNED, "signed_on": "23-11-2026"}
    assert administrator_client.post(f"/panels/{panel_id}/convenanten/urk", data=data).status_code == 303


# --- the griffie of one municipality --------------------------------------------------------------------


def test_a_griffie_signs_for_its_own_only(app: Flask, griffier: FlaskClient, panel_id: int) -> None:
    page = griffier.get(f"/panels/{panel_id}/convenanten").text
    assert f"/panels/{panel_id}/convenanten/lelystad" in page
    assert f"/panels/{panel_id}/convenanten/almere" not in page
    path = f"/panels/{panel_id}/convenanten"
    assert griffier.get(f"{path}/almere").status_code == 403
    assert griffier.post(f"{path}/almere", data=SIGNED).status_code == 403
    assert griffier.post(f"{path}/lelystad", data=SIGNED).status_code == 303
    with app.app_context():
        assert in_force(panel_id) == ["Lelystad"]


def test_a_griffie_withdraws_its_own_only(app: Flask, griffier: FlaskClient) -> None:
    with app.app_context():
        panel_id = prepared_panel(Stage.INVITATION).id
    path = f"/panels/{panel_id}/convenanten"
    assert griffier.get(f"{path}/almere/intrekken").status_code == 403
    assert griffier.post(f"{path}/almere/intrekken").status_code == 403
    assert griffier.post(f"{path}/lelystad/intrekken").status_code == 303
    with app.app_context():
        assert in_force(panel_id) == [name for name in NAMES if name != "Lelystad"]


@pytest.mark.parametrize("role", [Role.CIVIL_REGISTRY, Role.INITIATIVE_DESK])
def test_other_roles_of_the_same_municipality_do_not_sign(
    app: Flask, sign_in: SignIn, panel_id: int, role: Role
) -> None:
    other = sign_in(role, email="ander@example.nl", code="GM0995")
    path = f"/panels/{panel_id}/convenanten/lelystad"
    assert other.get(path).status_code == 403
    assert other.post(path, data=SIGNED).status_code == 403
    assert other.get(f"/panels/{panel_id}/convenanten").status_code == 200


def test_strangers_sign_in_first(client: FlaskClient, panel_id: int) -> None:
    for path in ("lelystad", "lelystad/intrekken"):
        answer = client.post(f"/panels/{panel_id}/convenanten/{path}", data=SIGNED)
        assert answer.status_code == 302
        assert answer.location.startswith("/inloggen")


# --- withdrawing ----------------------------------------------------------------------------------------


def test_withdraw_after_a_question(
    app: Flask, administrator_client: FlaskClient, client: FlaskClient
) -> None:
    with app.app_context():
        panel_id = prepared_panel(Stage.INVITATION).id
    path = f"/panels/{panel_id}/convenanten/urk/intrekken"
    assert "Wilt u het convenant van Urk intrekken?" in administrator_client.get(path).text
    with app.app_context():
        assert "Urk" in in_force(panel_id)
    assert administrator_client.post(path).status_code == 303
    assert administrator_client.post(path).status_code == 303  # pressed twice
    assert administrator_client.get(path).status_code == 303
    with app.app_context():
        assert [place.name for place in queries.unsigned_municipalities(panel_id)] == ["Urk"]
        events = db.session.scalars(select(Event).where(Event.action == "agreement_withdrawn")).all()
        assert [event.data["municipality"] for event in events] == ["GM0184"]
    page = client.get(f"/panels/{panel_id}").text
    assert "Convenant ingetrokken (Urk)" in page
    again = administrator_client.post(f"/panels/{panel_id}/convenanten/urk", data=SIGNED)
    assert again.status_code == 303
    with app.app_context():
        assert in_force(panel_id) == NAMES


# --- where and when -------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", [Stage.MANDATE, Stage.STOPPED])
def test_not_before_the_mandate_is_public_and_not_after_the_end(
    app: Flask, administrator_client: FlaskClient, stage: Stage
) -> None:
    with app.app_context():
        panel_id = prepared_panel(stage).id
    path = f"/panels/{panel_id}/convenanten"
    assert administrator_client.get(path).status_code == 200
    for address in (f"{path}/urk", f"{path}/urk/intrekken"):
        assert administrator_client.get(address).status_code == 409
        assert administrator_client.post(address, data=SIGNED).status_code == 409
    with app.app_context():
        assert in_force(panel_id) == NAMES


def test_an_unknown_municipality_is_no_page(administrator_client: FlaskClient, panel_id: int) -> None:
    for slug in ("amsterdam", "bestaat-niet", "%3Cscript%3E", "LELYSTAD", "GM0995"):
        assert administrator_client.get(f"/panels/{panel_id}/convenanten/{slug}").status_code == 404


def test_drafts_and_panels_with_files_have_no_such_page(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        draft, ready = make_panel().id, make_ready_panel().id
    assert client.get(f"/panels/{draft}/convenanten").status_code == 404
    assert client.get(f"/panels/{ready}/convenanten").status_code == 404


def test_a_promise_is_text_and_nothing_else(
    app: Flask, administrator_client: FlaskClient, client: FlaskClient, panel_id: int
) -> None:
    data = {**SIGNED, "promise": "<script>alert(1)</script> en dan nog een 🏡 \u202eachterstevoren"}
    administrator_client.post(f"/panels/{panel_id}/convenanten/urk", data=data)
    page = client.get(f"/panels/{panel_id}/convenanten").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_statements_do_not_grow(
    app: Flask, client: FlaskClient, count_statements: Callable[[], list[str]]
) -> None:
    with app.app_context():
        none, all_of_them = published_panel().id, prepared_panel(Stage.INVITATION).id
        assert db.session.get_one(Panel, none).region_id == municipality().region_id
    counts = []
    for panel_id in (none, all_of_them):
        with count_statements() as seen:
            client.get(f"/panels/{panel_id}/convenanten")
        counts.append(len(seen))
    assert counts[0] == counts[1]
