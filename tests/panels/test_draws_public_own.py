"""A registrant's own page about a draw: own chance, drawn or not, and a proof that both verifiers read."""

from __future__ import annotations

import json
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.db import db
from civic.panels.models import PublicDraw, Registration
from civic.panels.queries import public_draws as queries
from civic.panels.service import freeze, registrations
from civic.sortition.publication import verify_draw
from tests.conftest import NOW
from tests.panels import makers_public_draws as makers
from tests.panels.makers import administrator
from tests.panels.makers_draws_public import BALLS, TOKEN, drawn_uids, give_link, panel_with_registrant

DRAWN, NOT_DRAWN = "11" * 32, "22" * 32


def _path(draw_id: int, token: str = TOKEN, end: str = "") -> str:
    return f"/meedoen/mijn/{token}/loting/{draw_id}{end}"


def _drawn(app: Flask) -> int:
    """Somebody who was drawn has the link DRAWN, somebody who was not has NOT_DRAWN."""
    with app.app_context():
        draw = makers.drawn_draw(panel_with_registrant(), BALLS, balls="47")
        uids = drawn_uids(draw)
        others = select(Registration.uid).where(
            Registration.panel_id == draw.panel_id, Registration.uid.not_in(uids)
        )
        give_link(uids[0], DRAWN)
        give_link(db.session.scalars(others).first() or "", NOT_DRAWN)
        return draw.id


def _receipt(client: FlaskClient, draw_id: int, token: str) -> bytes:
    answer = client.get(_path(draw_id, token, "/bewijs.json"))
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="bewijs-oefenloting-panel-1-1.json"'
    )
    return bytes(answer.data)


def test_page_and_script_say_the_same(app: Flask, client: FlaskClient) -> None:
    draw_id = _drawn(app)
    with app.app_context():
        folder = queries.folder_of(db.session.get_one(PublicDraw, draw_id))
    for token, words, code in (
        (DRAWN, "U bent geloot.", "receipt_drawn"),
        (NOT_DRAWN, "U bent niet geloot.", "receipt_not_drawn"),
    ):
        page = client.get(_path(draw_id, token)).text
        report = verify_draw.check(folder, receipt=_receipt(client, draw_id, token))
        assert report.codes == set()
        found = next(one.values for one in report.facts if one.code == "receipt")
        assert f"{found['found']} van de 100 panels" in page
        assert words in page
        assert {one.code for one in report.facts} & {"receipt_drawn", "receipt_not_drawn"} == {code}
        assert _path(draw_id, token) in client.get(f"/meedoen/mijn/{token}/kwitantie").text


def test_before_the_number_there_is_a_chance_and_no_verdict(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        draw_id = makers.committed_draw(panel_with_registrant()).id
    page = client.get(_path(draw_id)).text
    assert "Hoe groot is uw kans?" in page
    assert "van de 100 panels" in page
    assert "De uitslag komt op woensdag 25 november 2026 om 11.00 uur." in page
    assert "geloot." not in page.replace("vooral geloot.", "")


def test_a_void_draw_says_neither(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        draw_id = makers.voided_draw(panel_with_registrant()).id
    page = client.get(_path(draw_id)).text
    assert "Deze loting is ongeldig sinds" in page
    assert "U bent geloot." not in page
    assert "U bent niet geloot." not in page


def test_a_rehearsal_says_that_it_was_one(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        draw_id = makers.drawn_draw(panel_with_registrant(), makers.REHEARSAL).id
    page = client.get(_path(draw_id)).text
    assert "In deze oefening bent u" in page
    assert "U krijgt bericht" not in page


def test_nothing_of_anybody_else(app: Flask, client: FlaskClient) -> None:
    draw_id = _drawn(app)
    page, content = client.get(_path(draw_id, DRAWN)).text, _receipt(client, draw_id, DRAWN).decode()
    with app.app_context():
        mine = json.loads(content)["secret"]
        for one in db.session.scalars(select(Registration)):
            if one.secrets["s"] != mine:
                assert one.secrets["s"] not in page + content
                assert one.uid not in page + content
    for token in ("ff" * 32, "x", DRAWN[:-1], DRAWN.upper() + "'"):
        for end in ("", "/bewijs.json"):
            assert client.get(_path(draw_id, token, end)).status_code == 404


def test_not_of_another_panel(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        mine = makers.committed_draw(panel_with_registrant("33" * 32)).id
        foreign = makers.committed_draw().id
    assert client.get(_path(mine, "33" * 32)).status_code == 200
    for end in ("", "/bewijs.json"):
        assert client.get(_path(foreign, "33" * 32, end)).status_code == 404
        assert client.get(_path(99, "33" * 32, end)).status_code == 404


def test_not_before_the_commitment(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        draw_id = makers.approved_draw(panel_with_registrant()).id
    for end in ("", "/bewijs.json"):
        assert client.get(_path(draw_id, end=end)).status_code == 404
    assert "Uw kans in de loting" not in client.get(f"/meedoen/mijn/{TOKEN}/kwitantie").text


def test_gone_after_withdrawing(app: Flask, client: FlaskClient) -> None:
    draw_id = _drawn(app)
    with app.app_context():
        row = next(one for one in db.session.scalars(select(Registration)) if one.name == "Zoë Yılmaz")
        registrations.withdraw(row, actor=None, at=NOW + timedelta(days=3))
        db.session.commit()
    for end in ("", "/bewijs.json"):
        assert client.get(_path(draw_id, end=end)).status_code == 404


def test_a_corrected_pool_takes_the_proof_away_and_not_the_chance(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        draw = makers.committed_draw(panel_with_registrant())
        reason = "Er staan twee mensen dubbel in de pool."
        freeze.correct(draw.panel, reason, actor=administrator(), at=NOW + timedelta(hours=1))
        db.session.commit()
        draw_id = draw.id
    page = client.get(_path(draw_id))
    assert page.status_code == 200
    assert "Deze loting is vervangen" in page.text
    assert "bewijs.json" not in page.text
    assert client.get(_path(draw_id, end="/bewijs.json")).status_code == 404
