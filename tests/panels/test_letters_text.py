"""The text of the letter, inserts in other languages, remarks about plain Dutch, and the preview."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.accounts.states import Role
from civic.db import db
from civic.panels.models import LetterInsert, LetterText, Panel
from civic.panels.queries.letters import mandate_for_letter
from civic.panels.service.codes import normalised
from civic.panels.service.letters_content import (
    EXAMPLE_CODE,
    EXAMPLE_PERSON,
    LANGUAGES,
    PLACEHOLDERS,
    Address,
    Occasion,
    default_text,
    fill,
    stationery,
    unknown_placeholders,
)
from civic.panels.service.letters_standard import INSERTS, LEVELS
from civic.panels.states import Stage
from civic.panels.typeset import render
from civic.plain_dutch import remarks
from civic.typesetting.glyphs import unprintable
from tests.factories import municipality
from tests.panels.makers import actions_of
from tests.panels.makers_letters import REGISTRY_EMAIL, make_order, make_share
from tests.panels.pdf_text import text_of
from tests.panels.stages import prepared_panel

TEXT = {
    "subject": "Uitnodiging voor {panel}",
    "body": "Beste {naam},\n\nDoet u mee?\n\nDat kan tot en met {sluitingsdag}.",
    "signed_by": "De burgemeester van {gemeente}",
    "easy_read": "U bent geloot.\n\nBel {telefoon}.",
}
CLOSES_ON = date(2027, 1, 15)


@pytest.fixture
def panel_id(app: Flask) -> int:
    with app.app_context():
        return prepared_panel(Stage.INVITATION).id


def test_there_is_a_whole_letter_from_the_start(administrator_client: FlaskClient, panel_id: int) -> None:
    page = administrator_client.get(f"/panels/{panel_id}/brief").text
    assert "Dit is een voorstel." in page
    assert "U bent door het lot gekozen." in page
    assert "Het panel maakt het plan samen met de gemeenten." in page  # what its mandate promises
    assert "Zo leest de brief makkelijker" not in page


def test_the_defaults_are_plain_dutch(app: Flask, panel_id: int) -> None:
    with app.app_context():
        panel = db.session.get_one(Panel, panel_id)
        text = default_text(panel, mandate_for_letter(panel_id))
        place = stationery(Occasion(panel, municipality(), CLOSES_ON, CLOSES_ON), text, [])
        filled = fill(text.body, {**place.values, "naam": "A"})
    assert "[" not in text.body
    for one in (text.subject, filled, text.easy_read, text.signed_by, *LEVELS.values()):
        assert [remark for remark in remarks(one) if remark.kind != "long"] == []
        assert unknown_placeholders(one) == []
    assert len([remark for remark in remarks(filled) if remark.kind == "long"]) <= 1


def test_save(app: Flask, administrator_client: FlaskClient, panel_id: int) -> None:
    for _time in range(2):
        assert administrator_client.post(f"/panels/{panel_id}/brief", data=TEXT).status_code == 303
    page = administrator_client.get(f"/panels/{panel_id}/brief").text
    assert "Uitnodiging voor {panel}" in page
    assert "Dit is een voorstel." not in page
    with app.app_context():
        assert db.session.scalars(select(LetterText)).one().body == TEXT["body"]
        assert "letter_text_saved" in actions_of(db.session.get_one(Panel, panel_id))


def test_everything_that_is_wrong_at_once(
    app: Flask, administrator_client: FlaskClient, panel_id: int
) -> None:
    wrong = {
        "subject": "Voor {namm}", "body": "Beste {naam}, kijk op {url} en {datum}. 漢",
        "signed_by": "{naam}", "easy_read": "Uw code is {code}",
    }  # fmt: skip
    answer = administrator_client.post(f"/panels/{panel_id}/brief", data=wrong)
    assert answer.status_code == 422
    for sentence in (
        "{namm} kennen wij niet.", "{url} kennen wij niet.", "{datum} kennen wij niet.",
        "Dit teken kan niet in een brief: 漢", "{naam} kan alleen in het onderwerp en de brief zelf.",
        "{code} kan alleen in het onderwerp en de brief zelf.",
    ):  # fmt: skip
        assert sentence in answer.text, sentence
    assert "Beste {naam}, kijk op {url}" in answer.text
    empty = administrator_client.post(f"/panels/{panel_id}/brief", data={})
    assert (empty.status_code, "Schrijf de brief." in empty.text) == (422, True)
    with app.app_context():
        assert db.session.scalar(select(LetterText)) is None


def test_hard_words_warn_and_do_not_block(administrator_client: FlaskClient, panel_id: int) -> None:
    hard = {**TEXT, "body": "Indien u dient te komen, derhalve gaarne bericht. " + "woord " * 24 + "woord."}
    assert administrator_client.post(f"/panels/{panel_id}/brief", data=hard).status_code == 303
    for path in ("brief", "brief/voorbeeld"):
        page = administrator_client.get(f"/panels/{panel_id}/{path}").text
        assert "“Indien” is een moeilijk woord. Beter: als." in page
        assert "Lange zin (25 woorden)" in page


def test_not_after_the_registration(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel_id = prepared_panel(Stage.POOL).id
    assert administrator_client.get(f"/panels/{panel_id}/brief").status_code == 200
    assert administrator_client.post(f"/panels/{panel_id}/brief", data=TEXT).status_code == 409
    insert = f"/panels/{panel_id}/brief/taal/pl"
    assert administrator_client.post(insert, data={"text": "To jest zaproszenie."}).status_code == 409
    assert administrator_client.post(f"{insert}/weghalen").status_code == 409


@pytest.mark.parametrize("path", ["brief", "brief/taal/tr", "brief/voorbeeld", "brief/voorbeeld.pdf"])
def test_strangers(
    app: Flask, client: FlaskClient, sign_in: Callable[..., FlaskClient], panel_id: int, path: str
) -> None:
    url = f"/panels/{panel_id}/{path}"
    assert client.get(url).status_code == 302
    assert sign_in(email="inwoner@example.nl").get(url).status_code == 403
    registry = sign_in(Role.CIVIL_REGISTRY, email=REGISTRY_EMAIL, code="GM0034")
    assert registry.get(url).status_code == (200 if "voorbeeld" in path else 403)


def test_not_while_letters_are_made(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        share = make_share(3)
        panel_id = share.wave.panel_id
        make_order(share, 3)
    assert administrator_client.post(f"/panels/{panel_id}/brief", data=TEXT).status_code == 409


def test_an_insert_comes_and_goes(app: Flask, administrator_client: FlaskClient, panel_id: int) -> None:
    url = f"/panels/{panel_id}/brief/taal/ar"
    page = administrator_client.get(url).text
    assert "هذه دعوة" in page
    assert "Hier staat een tekst klaar." in page
    assert administrator_client.post(url, data={"text": INSERTS["ar"]}).status_code == 303
    changed = INSERTS["ar"] + "\n\nشكرا."
    assert administrator_client.post(url, data={"text": changed}).status_code == 303
    with app.app_context():
        insert = db.session.scalars(select(LetterInsert)).one()
        assert (insert.language, insert.text) == ("ar", changed)
    preview = administrator_client.get(f"/panels/{panel_id}/brief/voorbeeld").text
    assert 'lang="ar" dir="rtl"' in preview
    for _time in range(2):
        assert administrator_client.post(f"{url}/weghalen").status_code == 303
    with app.app_context():
        assert db.session.scalar(select(LetterInsert)) is None


def test_a_language_nobody_can_print(administrator_client: FlaskClient, panel_id: int) -> None:
    assert administrator_client.get(f"/panels/{panel_id}/brief/taal/zh").status_code == 404
    assert administrator_client.post(f"/panels/{panel_id}/brief/taal/zh/weghalen").status_code == 404
    url = f"/panels/{panel_id}/brief/taal/tr"
    wrong = administrator_client.post(url, data={"text": "{naam} 漢字漢字漢字 {wie}"})
    assert wrong.status_code == 422
    for part in ("漢", "{wie} kennen wij niet.", "{naam} kan alleen in"):
        assert part in wrong.text


def test_the_standard_inserts_say_what_is_needed() -> None:
    assert set(INSERTS) == {"ar", "en", "pl", "tr"}
    assert set(INSERTS) <= set(LANGUAGES)
    for text in INSERTS.values():
        assert "{telefoon}" in text
        assert "{sluitingsdag}" in text
        assert unknown_placeholders(text) == []
        assert unprintable(text) == []
    assert [name for name in LANGUAGES.values() if unprintable(name)] == []


def test_the_preview_is_nobodys(administrator_client: FlaskClient, panel_id: int) -> None:
    page = administrator_client.get(f"/panels/{panel_id}/brief/voorbeeld").text
    for part in (EXAMPLE_PERSON.name, EXAMPLE_CODE, "VOORBEELD", "data:image/svg+xml", "In het kort"):
        assert part in page
    assert normalised(EXAMPLE_CODE) is None
    pdf = administrator_client.get(f"/panels/{panel_id}/brief/voorbeeld.pdf")
    assert pdf.mimetype == "application/pdf"
    text = text_of(pdf.data)
    assert EXAMPLE_PERSON.name in text.splitlines()
    assert EXAMPLE_CODE in text.splitlines()
    assert "VOORBEELD" in text


def test_a_letter_that_is_too_long_says_so(administrator_client: FlaskClient, panel_id: int) -> None:
    preview = f"/panels/{panel_id}/brief/voorbeeld"
    assert "past niet op één kant" not in administrator_client.get(preview).text
    long = "\n\n".join(["Deze zin komt steeds terug, tot de brief te lang is."] * 60)
    administrator_client.post(f"/panels/{panel_id}/brief", data={**TEXT, "body": long})
    assert "past niet op één kant" in administrator_client.get(preview).text


def test_without_typst_the_page_remains(
    administrator_client: FlaskClient, panel_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render, "is_available", lambda: False)
    page = administrator_client.get(f"/panels/{panel_id}/brief/voorbeeld").text
    assert "Druk deze pagina af" in page
    assert administrator_client.get(f"/panels/{panel_id}/brief/voorbeeld.pdf").status_code == 404


def test_what_people_type_stays_text(administrator_client: FlaskClient, panel_id: int) -> None:
    evil = {**TEXT, "body": "<script>alert(1)</script> #eval(1) *vet* $x$ {naam}"}
    assert administrator_client.post(f"/panels/{panel_id}/brief", data=evil).status_code == 303
    page = administrator_client.get(f"/panels/{panel_id}/brief/voorbeeld").text
    assert "<script>alert(1)" not in page
    text = text_of(administrator_client.get(f"/panels/{panel_id}/brief/voorbeeld.pdf").data)
    assert "#eval(1) *vet* $x$" in text


def test_a_value_is_not_filled_in_again() -> None:
    assert fill("Beste {naam} uit {gemeente}", {"naam": "{gemeente}", "gemeente": "Urk"}) == (
        "Beste {gemeente} uit Urk"
    )
    assert unknown_placeholders("{naam} {x} { naam } {} {x}") == ["x", " naam ", ""]


def test_every_word_can_be_filled_in(app: Flask, panel_id: int) -> None:
    with app.app_context():
        panel = db.session.get_one(Panel, panel_id)
        everything = " ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        text = LetterText(subject="s", body=everything, easy_read="", signed_by="")
        inserts = [LetterInsert(language="ar", text="رقم 0320-123456 {telefoon} {sluitingsdag}")]
        paper = stationery(Occasion(panel, municipality(), CLOSES_ON, CLOSES_ON), text, inserts)
        letter = paper.letter(Address("Bo", "Dam 1", "1315 AB", "ALMERE"), "K7QM-3XDP-WT5R")
    (line,) = letter.body[0].lines
    assert "{" not in line
    assert "15 januari 2027" in line
    assert letter.url.endswith("/meedoen/K7QM-3XDP-WT5R")
    (line,) = paper.sheet.inserts[0].parts[0].lines
    assert "\u20660320-123456\u2069 \u2066088 " in line
    assert "15 يناير 2027" in line
