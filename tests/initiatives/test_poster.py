"""The poster: true for as long as it hangs, readable whatever somebody called their initiative."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from civic.db import db, now
from civic.initiatives import poster, service
from civic.initiatives.states import WithdrawReason
from civic.typesetting import engine
from tests.access import OWNER_EMAIL
from tests.initiatives.factories import author, draft, published, supported
from tests.panels import pdf_text
from tests.panels.test_typeset import pages

WORDS = poster.Words("Wat willen we bereiken?", "Scan de code.", "example.nl/initiatieven/1", "Of ga naar:")


def text_of(pdf: bytes) -> str:
    return " ".join(pdf_text.text_of(pdf).split())


def one(**changes: object) -> poster.Poster:
    values = {
        "lang": "nl",
        "sender": "Meedoen in Flevoland",
        "color": "#0d4650",
        "place": "Lelystad",
        "title": "Bomen op het plein",
        "wish": "Schaduw voor iedereen.",
        "support": ("In Lelystad zijn 350 steunbetuigingen nodig.", "U kunt steunen tot en met 23 mei 2027."),
        "help": "Bel 0320 – 00 00 00.",
        "url": "https://example.nl/initiatieven/1",
        "words": WORDS,
    }
    return poster.Poster(**{**values, **changes})  # type: ignore[arg-type]  # of a test


def test_what_it_says(app: Flask, client) -> None:
    with app.app_context():
        number = published(title="Şirin in Łódź").id
    answer = client.get(f"/initiatieven/{number}/poster.pdf")
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert pages(answer.data) == 1
    text = text_of(answer.data)
    for part in ("Şirin in Łódź", "Schaduw voor iedereen.", "100 steunbetuigingen", "2027"):
        assert part in text, text
    assert f"/initiatieven/{number}" in text


def test_no_count_that_is_old_tomorrow(app: Flask, client) -> None:
    with app.app_context():
        initiative = published()
        number = initiative.id
    before = client.get(f"/initiatieven/{number}/poster.pdf")
    with app.app_context():
        supported(db.session.merge(initiative), 37)
    after = client.get(f"/initiatieven/{number}/poster.pdf")
    assert before.data == after.data
    assert "37" not in text_of(after.data)


def test_it_is_made_once_and_kept(app: Flask, client, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        number = published().id
    first = client.get(f"/initiatieven/{number}/poster.pdf")
    assert "public" in first.headers["Cache-Control"]
    monkeypatch.setattr("civic.initiatives.poster.pdf", lambda *_, **__: pytest.fail("made twice"))
    assert client.get(f"/initiatieven/{number}/poster.pdf").data == first.data
    again = client.get(f"/initiatieven/{number}/poster.pdf", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    kept = list((Path(app.config["INSTANCE"]) / "cache" / "posters").iterdir())
    assert [path.suffix for path in kept] == [".pdf"]


def test_a_draft_has_none_for_nobody(app: Flask, client, sign_in) -> None:
    with app.app_context():
        number = draft().id
    for visitor in (client, sign_in(), sign_in(email=OWNER_EMAIL)):
        assert visitor.get(f"/initiatieven/{number}/poster.pdf").status_code == 404
    assert client.get("/initiatieven/999/poster.pdf").status_code == 404


def test_when_it_is_over_the_page_says_so(app: Flask, client) -> None:
    with app.app_context():
        stopped, late = published(), published(now() - timedelta(days=200))
        service.withdraw(stopped, WithdrawReason.SOLVED, actor=author(), at=now())
        db.session.commit()
        numbers = (stopped.id, late.id)
    for number in numbers:
        answer = client.get(f"/initiatieven/{number}/poster.pdf")
        assert (answer.status_code, answer.location) == (302, f"/initiatieven/{number}")


def test_without_typst_there_is_none(app: Flask, client, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        number = published().id
    monkeypatch.setattr(engine, "is_available", lambda: False)
    assert client.get(f"/initiatieven/{number}/poster.pdf").status_code == 404


def test_signs_that_no_font_of_ours_has(app: Flask, client) -> None:
    with app.app_context():
        number = published(title="🌳🌳").id
    assert f"Initiatief {number}" in text_of(client.get(f"/initiatieven/{number}/poster.pdf").data)


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "W" * 100, "wish": "W" * 420},
        {"title": "Hemelwaterinfiltratievoorzieningen " * 3, "wish": "Meer verkeersveiligheid. " * 17},
        {"title": "أشجار في الساحة من أجل الظل للجميع", "wish": "نريد أن نزرع الأشجار. " * 15},
        {"support": ("In Noordoostpolder zijn 1.234 steunbetuigingen nodig.",) * 4, "mark": "Verzonnen."},
        {"title": "#eval(1) *b* $x$ \\ @here", "place": "Almere, Dronten, Lelystad, Urk en Zeewolde, Haven"},
    ],
)
def test_it_stays_one_page(changes: dict[str, object]) -> None:
    made = poster.poster_pdf(one(**changes))
    assert pages(made) == 1
    assert b"/StructTreeRoot" in made  # can be read aloud


def test_markup_is_text() -> None:
    text = text_of(poster.poster_pdf(one(title="#eval(1) *b* $x$")))
    assert "#eval(1) *b* $x$" in text


def test_direction_of_a_text() -> None:
    assert [poster.direction(text) for text in ("Bomen", "“123” أشجار", "2027", "")] == [
        "ltr",
        "rtl",
        "ltr",
        "ltr",
    ]


def test_a_long_wish_ends_at_a_sentence() -> None:
    assert poster.shortened("Kort.") == "Kort."
    assert (
        poster.shortened("Een zin van dertig tekens lang. En dan nog een.", 40)
        == "Een zin van dertig tekens lang."
    )
    assert poster.shortened("woord " * 20, 32) == "woord woord woord woord woord …"
    assert len(poster.shortened("W" * 1000)) < 430


def test_a_color_nobody_can_read_is_made_darker(app: Flask, client) -> None:
    from civic.regions import queries as regions
    from civic.theme import contrast

    with app.app_context():
        regions.the_region().brand_color = "#ffcc00"
        db.session.commit()
    with app.test_request_context():
        from civic.initiatives.routes.seen import _color

        assert contrast(_color(), "#ffffff") >= 7
