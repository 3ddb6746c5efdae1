"""The public pages of a draw: what was fixed, what came out, also when it does not count (any more)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.accounts.states import Role
from civic.db import db
from civic.panels.models import Constituency, PublicDraw
from civic.panels.presentation import draws_public as words
from civic.panels.queries import public_draws as queries
from tests.conftest import NOW
from tests.panels import makers_public_draws as makers
from tests.panels.makers_draws_public import BALLS, content_of
from tests.seal.makers import DRONTEN, LELYSTAD, NAMES, cosign, newest, publish
from tests.statements import counting

WITNESSES = (DRONTEN, LELYSTAD)
PAGES = ("", "/zaal", "/controleren", "/loting.json", "/kansen.csv")


def _path(draw: PublicDraw, end: str = "") -> str:
    return f"/panels/{draw.panel_id}/openbare-loting/{draw.id}{end}"


def _draw() -> PublicDraw:
    return db.session.scalars(select(PublicDraw)).one()


def _committed(app: Flask, plan: makers.Plan = BALLS) -> tuple[str, str]:
    """(path, commitment)"""
    with app.app_context():
        for seed in WITNESSES:
            publish(seed, at=makers.FROZEN_AT)
        draw = makers.committed_draw(plan=plan)
        return _path(draw), draw.commitment or ""


def _drawn(app: Flask, balls: str = "47") -> str:
    with app.app_context():
        return _path(makers.drawn_draw(plan=BALLS, balls=balls))


def test_before_the_number_the_page_says_what_is_fixed(app: Flask, client: FlaskClient) -> None:
    path, commitment = _committed(app)
    page = client.get(path).text
    assert "Woensdag 25 november 2026 om 11.00 uur" in page
    assert "100, genummerd van 00 tot en met 99." in page
    assert "2 ballen met een cijfer" in page
    assert "Eén lotingsbeheerder stelde het voor" in page
    assert all(f">{group}<" in page for group in words.in_groups(commitment))
    assert all(NAMES[seed] in page for seed in WITNESSES)
    assert page.count("Nog niet") == 2
    assert "Er zit een fout in het lotingsgetal." in page
    assert "Hoe is dit panel gekozen?" not in page


def test_the_groups_make_the_commitment(app: Flask, client: FlaskClient) -> None:
    path, commitment = _committed(app)
    groups = re.findall(r'<span class="nowrap">([0-9a-f]{4})</span>', client.get(path).text)
    assert "".join(groups) == commitment


def test_every_file_with_size_and_hash(app: Flask, client: FlaskClient) -> None:
    path, _commitment = _committed(app)
    page = client.get(path).text
    with app.app_context():
        draw = _draw()
        for file in queries.files_of(draw):
            assert file.name in page
            assert " ".join(words.in_groups(file.sha256)) in page
        assert words.size_text(len(content_of(draw, "panels.txt"))) in page
    for name in re.findall(rf'href="({path}/bestanden/[^"]+)"', page):
        assert client.get(name).status_code == 200
    assert page.count("/bestanden/") == 6


def test_a_witness_shows_when_it_signed(app: Flask, client: FlaskClient) -> None:
    path, _commitment = _committed(app)
    with app.app_context():
        cosign(LELYSTAD, newest(), at=NOW + timedelta(minutes=5))
    page = client.get(path).text
    assert page.count("Nog niet") == 1
    assert "maandag 23 november 2026 om 11.05 uur" in page


def test_a_late_signature_is_called_late() -> None:
    manifest = {"witnesses": [{"name": name, "key": ""} for name in NAMES.values()]}
    record = {"signatures": [{"name": name, "time": 100} for name in NAMES.values()]}
    assert [one.is_late for one in words.witnesses_of(manifest, record, 99)] == [True] * 3
    assert [one.is_late for one in words.witnesses_of(manifest, record, 100)] == [False] * 3
    assert [one.signed_at for one in words.witnesses_of(manifest, None, 100)] == [None] * 3


def test_the_result_step_by_step(app: Flask, client: FlaskClient) -> None:
    path = _drawn(app)
    page = client.get(path).text
    with app.app_context():
        draw = _draw()
        result = queries.result_of(draw)
        assert result is not None
        assert f"Panel {draw.index:02d}" in page
        assert result["beacon"]["randomness"] in page
        assert draw.signature in page
    assert "Tel het getal van de ballen erbij op: 47." in page
    assert "De samenstelling van dit panel is niet bewaard" not in page
    assert "Verschil" in page


def test_the_composition_adds_up(app: Flask) -> None:
    """45 seats, 15 in each third: whoever is drawn."""
    _drawn(app)
    with app.app_context():
        draw = _draw()
        found = {one["name"]: one["values"] for one in (draw.draw.result or {})["composition"]}
        assert [value["drawn"] for value in found["geleding"]] == [15, 15, 15]
        assert all(sum(value["drawn"] for value in values) <= 45 for values in found.values())
        assert all(
            value["min"] <= value["drawn"] <= value["max"] for values in found.values() for value in values
        )


def test_no_municipality_beside_a_sensitive_group(app: Flask, client: FlaskClient) -> None:
    path = _drawn(app)
    page = client.get(path).text
    assert "Zorgontvangers" in page
    assert "Urk" not in page
    assert "Hoeveel mensen zich daar aanmeldden, laten wij niet zien." in page
    assert "Urk" not in client.get(f"{path}/samenstelling.csv").text
    assert "Urk" not in client.get(f"{path}/loting.json").text
    with app.app_context():
        for third in db.session.scalars(select(Constituency)):
            third.is_sensitive = False
        db.session.commit()
    assert "Urk" in client.get(path).text


def test_small_numbers_are_hidden_everywhere(app: Flask, client: FlaskClient) -> None:
    """Neither the page nor a download tells how few of X were drawn, nor lets it be worked out."""
    path = _drawn(app)
    with app.app_context():
        draw = _draw().draw
        values = [("vrouw", 20, 24, 22), ("man", 20, 24, 21), ("X", 0, 3, 2)]
        gender = [
            {"value": value, "min": least, "max": most, "available": 40, "drawn": drawn}
            for value, least, most, drawn in values
        ]
        draw.result = {**(draw.result or {}), "composition": [{"name": "geslacht", "values": gender}]}
        db.session.commit()
    assert client.get(path).text.count("binnen quotum</td>") == 2
    rows = [line.split(";") for line in client.get(f"{path}/samenstelling.csv").text.splitlines()[1:]]
    assert {row[2]: row[6] for row in rows} == {"vrouw": "22", "man": "binnen quotum", "X": "binnen quotum"}
    assert all(row[7] == "" for row in rows if row[6] == "binnen quotum")
    (part,) = json.loads(client.get(f"{path}/loting.json").data)["composition"]
    assert [value.get("drawn") for value in part["values"]] == [22, None, None]


def test_staff_see_the_same_figures_as_everybody(
    app: Flask, client: FlaskClient, administrator_client: FlaskClient
) -> None:
    path = _drawn(app)
    table = re.compile(r"<table.*?</table>", re.S)
    assert table.findall(client.get(path).text) == table.findall(administrator_client.get(path).text)


def test_the_curve_beside_the_fairest_and_the_equal_one(app: Flask, client: FlaskClient) -> None:
    path = _drawn(app)
    page = client.get(path).text
    assert "De eerlijkste loting die kan" in page
    assert "Iedereen gelijk" in page
    rows = client.get(f"{path}/kansen.csv").text.splitlines()
    assert len(rows) == 102
    assert rows[1].startswith("demonstratie;0;")


def test_figures_for_machines(app: Flask, client: FlaskClient) -> None:
    path = _drawn(app)
    content = json.loads(client.get(f"{path}/loting.json").data)
    assert content["practice"] is True
    assert content["state"] == "drawn"
    assert content["sequence"] == 1
    assert set(content["files"]) >= {"manifest.json", "panels.txt", "result.json"}


def test_before_the_number_there_are_no_figures_of_the_result(app: Flask, client: FlaskClient) -> None:
    path, _commitment = _committed(app)
    assert client.get(f"{path}/samenstelling.csv").status_code == 404
    assert client.get(f"{path}/kansen.csv").status_code == 200
    assert "composition" not in json.loads(client.get(f"{path}/loting.json").data)


def test_late_balls_count_as_noughts(app: Flask, client: FlaskClient) -> None:
    path = _drawn(app)
    with app.app_context():
        draw = _draw()
        result = json.loads(content_of(draw, "result.json"))
        row = next(file for file in queries.files_of(draw) if file.name == "result.json")
        row.content = json.dumps({**result, "balls": "00"}).encode()
        db.session.commit()
    page = client.get(path).text
    assert "Daarom tellen ze als 00." in page
    assert "Tel het getal van de ballen erbij op: 00." in page


def test_a_replaced_draw_says_why_and_stays(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        draw = makers.superseded_draw()
        path, panel_id = _path(draw), draw.panel_id
    for address in (path, f"/panels/{panel_id}/loting"):
        page = client.get(address).text
        assert makers.REASON in page
        assert "Teruggenomen vóór het lotingsgetal" in page


def test_a_void_draw_keeps_its_result(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        draw = makers.voided_draw()
        path, number = _path(draw), words.panel_number(draw.index or 0, draw.panels)
    page = client.get(path).text
    assert "Deze loting is ongeldig sinds" in page
    assert "Een griffier besloot dit." in page
    assert "Twee mensen stonden dubbel in de pool." in page
    assert f"Panel {number}" in page


def test_rehearsals_stand_apart_with_a_watermark(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        panel = makers.frozen_panel()
        rehearsal = makers.committed_draw(panel, makers.REHEARSAL)
        path, panel_id = _path(rehearsal), panel.id
    listed = client.get(f"/panels/{panel_id}/loting").text
    assert listed.index("Er is nog geen loting vastgelegd.") < listed.index("Oefenlotingen")
    for end in ("", "/zaal", "/controleren"):
        assert "Oefenloting: niemand wordt gekozen" in client.get(f"{path}{end}").text


def test_the_page_of_the_panel_leads_to_the_draw(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        draw = makers.committed_draw()
        path, panel_id = _path(draw), draw.panel_id
    page = client.get(f"/panels/{panel_id}").text
    assert f'href="{path}"' in page
    assert f'href="{path}/zaal"' in page
    assert "Het lotingsgetal komt op woensdag 25 november 2026 om 11.00 uur." in page


@pytest.mark.parametrize("make", [makers.requested_draw, makers.proposed_draw, makers.approved_draw])
def test_nothing_is_public_before_the_commitment(
    app: Flask, client: FlaskClient, make: Callable[[], PublicDraw]
) -> None:
    with app.app_context():
        draw = make()
        path, panel_id, draw_id = _path(draw), draw.panel_id, draw.id
    for end in (*PAGES, "/samenstelling.csv"):
        assert client.get(f"{path}{end}").status_code == 404
    assert f"openbare-loting/{draw_id}" not in client.get(f"/panels/{panel_id}/loting").text


def test_only_under_its_own_panel(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        draw, other = makers.committed_draw(), makers.frozen_panel()
        draw_id, other_id = draw.id, other.id
    for end in PAGES:
        assert client.get(f"/panels/{other_id}/openbare-loting/{draw_id}{end}").status_code == 404
        assert client.get(f"/panels/99/openbare-loting/{draw_id}{end}").status_code == 404
        assert client.get(f"/panels/{other_id}/openbare-loting/{10**20}{end}").status_code == 404


def test_looking_is_all_one_can_do(app: Flask, client: FlaskClient) -> None:
    path, _commitment = _committed(app)
    assert {client.post(f"{path}{end}").status_code for end in PAGES} == {405}


def test_the_list_asks_as_much_for_three_draws_as_for_one(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        panel_id = makers.superseded_draw().panel_id
    counts = [_statements(app, client, panel_id)]
    with app.app_context():
        makers.committed_draw(_draw().panel, makers.PLAN, NOW + timedelta(hours=2))
    counts.append(_statements(app, client, panel_id))
    assert counts[0] == counts[1]


def _statements(app: Flask, client: FlaskClient, panel_id: int) -> int:
    with app.app_context():
        engine = db.engine
    with counting(engine) as found:
        assert client.get(f"/panels/{panel_id}/loting").status_code == 200
    return len(found)


def test_a_page_without_the_kept_composition(app: Flask, client: FlaskClient) -> None:
    path = _drawn(app)
    with app.app_context():
        draw = _draw().draw
        draw.result = {name: value for name, value in (draw.result or {}).items() if name != "composition"}
        db.session.commit()
    assert "De samenstelling van dit panel is niet bewaard." in client.get(path).text


def test_who_arranges_the_draw_finds_the_way(
    app: Flask, sign_in: Callable[..., FlaskClient], client: FlaskClient
) -> None:
    path, _commitment = _committed(app)
    assert f"{path}/voorbereiding" not in client.get(path).text
    assert f"{path}/voorbereiding" in sign_in(Role.LOTTERY_ADMINISTRATOR, email="x@example.nl").get(path).text
