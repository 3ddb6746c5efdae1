"""The card for other sites: the one page that may stand in a frame."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask

from civic.web import FRAMED_POLICY, HEADERS
from tests.access import OWNER_EMAIL
from tests.initiatives.factories import draft, published, supported
from tests.web import site

NASTY = "\"><script>alert(1)</script>'&"


def test_the_card(app: Flask, client) -> None:
    with app.app_context():
        initiative = published()
        supported(initiative, 3)
        number = initiative.id
    page = client.get(f"/initiatieven/{number}/kaart")
    assert page.status_code == 200
    assert "Bomen op het plein" in page.text
    assert '<strong class="progress__value">3</strong> van 100' in page.text
    assert "Eva Eigenaar" not in page.text
    for never in ("<form", "<script", "<iframe", "csrf_token", "<button", "hx-"):
        assert never not in page.text
    # a frame cannot hold the site itself: its links open outside it
    assert re.findall(r"<a [^>]*>", page.text) == re.findall(r'<a [^>]*target="_blank"[^>]*>', page.text)


def test_its_headers(app: Flask, client) -> None:
    with app.app_context():
        number = published().id
    answer = client.get(f"/initiatieven/{number}/kaart")
    assert answer.headers["Content-Security-Policy"] == FRAMED_POLICY
    assert "frame-ancestors *" in FRAMED_POLICY
    assert "form-action 'none'" in FRAMED_POLICY
    assert "script-src" not in FRAMED_POLICY
    assert "X-Frame-Options" not in answer.headers
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "public, max-age=60"


def test_asking_again_does_not_forbid_the_frame(app: Flask, client) -> None:
    """What a 304 says replaces what the browser kept."""
    with app.app_context():
        number = published().id
    first = client.get(f"/initiatieven/{number}/kaart")
    again = client.get(f"/initiatieven/{number}/kaart", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert "X-Frame-Options" not in again.headers
    assert again.headers["Content-Security-Policy"] == FRAMED_POLICY


def test_it_sets_no_cookie(app: Flask, client, sign_in) -> None:
    with app.app_context():
        number = published().id
    for visitor in (client, sign_in()):
        for query in ("", "?taal=en"):
            answer = visitor.get(f"/initiatieven/{number}/kaart{query}")
            assert "Set-Cookie" not in answer.headers
    assert 'lang="en"' in client.get(f"/initiatieven/{number}/kaart?taal=en").text


def test_a_page_for_one_visitor_still_remembers_the_language(client) -> None:
    assert "taal=en" in client.get("/initiatieven?taal=en").headers["Set-Cookie"]


def test_a_draft_has_none_for_nobody(app: Flask, client, sign_in) -> None:
    with app.app_context():
        number = draft().id
    for visitor in (client, sign_in(email=OWNER_EMAIL)):
        answer = visitor.get(f"/initiatieven/{number}/kaart")
        assert answer.status_code == 404
        assert answer.headers["X-Frame-Options"] == "DENY"


def test_no_other_page_may_be_framed() -> None:
    """The URL map: one exception, and every other view has no mark that could make a second."""
    views = site.bare_app().view_functions
    assert [name for name, view in views.items() if getattr(view, "is_frameable", False)] == [
        "initiatives.card"
    ]
    assert HEADERS["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in HEADERS["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["", "/steunen", "/poster.pdf", ".atom"])
def test_its_neighbours_refuse(app: Flask, client, path: str) -> None:
    with app.app_context():
        number = published().id
    answer = client.get(f"/initiatieven/{number}{path}")
    assert answer.status_code == 200
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_the_code_to_copy(app: Flask, client) -> None:
    with app.app_context():
        number = published(title=NASTY).id
    page = client.get(f"/initiatieven/{number}").text
    code = unescape(page.split("<textarea")[1].split(">", 1)[1].split("</textarea>")[0])
    found = re.fullmatch(
        r'<iframe src="(\S+)" title="([^"]*)" width="360" height="520" loading="lazy"></iframe>', code
    )
    assert found is not None, code
    assert found[1].endswith(f"/initiatieven/{number}/kaart")
    assert unescape(found[2]) == f"Initiatief: {NASTY}"
    assert client.get("/" + found[1].split("/", 3)[3]).status_code == 200
    assert "<script>alert" not in client.get(f"/initiatieven/{number}/kaart").text


def test_statements(app: Flask, client, count_statements) -> None:
    with app.app_context():
        number = published().id
    with count_statements() as seen:
        client.get(f"/initiatieven/{number}/kaart")
    assert len(seen) <= 4
