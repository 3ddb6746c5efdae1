"""A registrant's own page about a draw: own chance, drawn or not, and a proof that both verifiers read."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.db import db
from civic.panels.models import Panel, PublicDraw, Registration
from civic.panels.presentation import draws_public as words
from civic.panels.queries import public_draws as queries
from civic.panels.routes import draws_public_own as own
from civic.panels.service import freeze, registrations
from civic.panels.service.draws_public import Mark
from civic.panels.states import DrawPurpose
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
    for token, sentence, code in (
        (DRAWN, "U bent geloot.", "receipt_drawn"),
        (NOT_DRAWN, "U bent niet geloot.", "receipt_not_drawn"),
    ):
        page = client.get(_path(draw_id, token)).text
        report = verify_draw.check(folder, receipt=_receipt(client, draw_id, token))
        assert report.codes == set()
        found = next(one.values for one in report.facts if one.code == "receipt")
        assert f"{found['found']} van de 100 panels" in page
        assert sentence in page
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


def _own_page(client: FlaskClient, token: str = TOKEN) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", client.get(f"/meedoen/mijn/{token}").text).split())


def test_the_own_page_says_the_chance_itself(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        panel = panel_with_registrant()
        waiting = makers.approved_draw(panel)
        waiting_id = waiting.id
    assert "een kans van" not in _own_page(client)
    with app.app_context():
        draw = db.session.get_one(PublicDraw, waiting_id)
        makers.commit(draw)
        row = _registrant()
        mine = len(own.own_of(row, draw).mine)
    assert f"U zit in {mine} van de 100 panels: een kans van {mine},0%." in _own_page(client)
    assert f"/loting/{waiting_id}" in client.get(f"/meedoen/mijn/{TOKEN}").text


def test_a_rehearsal_is_not_the_own_chance(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        makers.committed_draw(panel_with_registrant(), makers.REHEARSAL)
    assert "een kans van" not in _own_page(client)


def test_the_own_page_says_that_the_draw_was_there(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        draw_id = makers.committed_draw(panel_with_registrant()).id
    assert "de groep staat vast voor de loting" in _own_page(client)
    with app.app_context():
        makers.reveal(db.session.get_one(PublicDraw, draw_id))
    page = _own_page(client)
    assert "niet meer wijzigen: er is geloot." in page
    assert "klaargezet" not in page


@pytest.mark.parametrize("code", [*words.NO_CHANCE, ""])
def test_why_somebody_has_no_chance(app: Flask, client: FlaskClient, code: str) -> None:
    with app.app_context():
        draw = makers.committed_draw(panel_with_registrant())
        row = _registrant()
        row.secrets = {**row.secrets, "s": "00" * 16}  # so no label is theirs
        draw.draw.options = {**draw.draw.options, "reasons": {row.uid: code} if code else {}}
        db.session.commit()
        draw_id = draw.id
        with app.test_request_context():
            sentence = words.why_no_chance(code)
    for page in (_own_page(client), client.get(_path(draw_id)).text):
        assert sentence in " ".join(page.split())
    assert "passen niet in de plaatsen" not in sentence or not code


@pytest.mark.parametrize("code", ["nominated", "sits", "invited"])
def test_who_holds_a_seat_is_told_so(app: Flask, client: FlaskClient, code: str) -> None:
    """In every panel: that is no luck, and no news to write to."""
    with app.app_context():
        draw = makers.drawn_draw(panel_with_registrant())
        row, file = _registrant(), next(one for one in queries.files_of(draw) if one.name == "panels.txt")
        mark = Mark(bytes.fromhex(row.secrets["s"]), draw.identifier, draw.sequence or 0)
        file.content = "".join(f"{one:02d} {mark.label(one)}\n" for one in range(100)).encode()
        row.is_nominated = code == "nominated"
        reasons = {} if row.is_nominated else {row.uid: code}
        draw.draw.options = {**draw.draw.options, "reasons": reasons}
        db.session.commit()
        draw_id, sentence = draw.id, str(words.KEPT[code])
    page = client.get(_path(draw_id)).text
    assert sentence in page
    assert "U hebt een plaats in het panel." in page
    assert "U bent geloot." not in page
    assert "100,0%" not in page
    assert sentence in _own_page(client)


def test_who_sits_reads_the_chance_they_had(app: Flask, client: FlaskClient) -> None:
    """Not that of the replacement draw, in which they are in every panel."""
    with app.app_context():
        first = makers.drawn_draw(panel_with_registrant())
        second = makers.committed_draw(db.session.get_one(Panel, first.panel_id), makers.REHEARSAL)
        row = _registrant()
        second.is_rehearsal, second.purpose, second.sequence = False, DrawPurpose.REPLACEMENT, 2
        second.draw.options = {**second.draw.options, "fixed": [row.uid]}
        db.session.commit()
        assert own.newest_own(row).draw.id == first.id  # type: ignore[union-attr]  # there is one
        second.draw.options = {**second.draw.options, "fixed": []}
        assert own.newest_own(row).draw.id == second.id  # type: ignore[union-attr]  # there is one


def test_the_receipt_says_what_the_words_of_the_engine_mean(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        makers.committed_draw(panel_with_registrant())
        row = _registrant()
        kept = json.loads(row.secrets["attributes"])
        kept["answers"] |= {"plaats": "vast", "geslacht": "n.v.t.", "leeftijd": "niet bekend"}
        row.secrets = {**row.secrets, "attributes": json.dumps(kept)}
        db.session.commit()
    page = client.get(f"/meedoen/mijn/{TOKEN}/kwitantie").text
    for told in (
        "u bent voorgedragen en hoeft niet te loten",
        "niet gevraagd aan uw groep",
        "u gaf geen antwoord",
    ):
        assert told in page
    assert ">vast<" not in page
    assert "n.v.t." not in page


def _registrant() -> Registration:
    return next(one for one in db.session.scalars(select(Registration)) if one.name == "Zoë Yılmaz")


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
    assert "Deze loting is teruggenomen" in page.text
    assert "bewijs.json" not in page.text
    assert client.get(_path(draw_id, end="/bewijs.json")).status_code == 404
