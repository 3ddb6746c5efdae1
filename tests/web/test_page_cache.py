"""Pages that are the same for everybody are kept for some seconds; what belongs to one person never is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask, template_rendered
from flask.testing import FlaskClient

from civic import pagecache
from civic.db import db
from civic.initiatives.models import Initiative
from tests.access import OWNER_EMAIL
from tests.initiatives.factories import draft, published


@pytest.fixture(autouse=True)
def caching(app: Flask) -> Iterator[None]:
    app.config["PAGE_CACHE"] = True
    app.extensions["shared_pages"] = pagecache.Pages()
    yield
    app.extensions["shared_pages"] = pagecache.Pages()


@pytest.fixture
def number(app: Flask) -> int:
    with app.app_context():
        return published(title="Eerste titel").id


def _rename(app: Flask, number: int, title: str) -> None:
    with app.app_context():
        db.session.get_one(Initiative, number).title = title
        db.session.commit()


def test_it_is_read_once_and_the_same_for_the_next_visitor(
    app: Flask, client: FlaskClient, number: int, count_statements: Callable[[], Any]
) -> None:
    first = client.get("/initiatieven")
    with count_statements() as seen:
        second = app.test_client().get("/initiatieven")
    assert len(seen) == 0
    assert second.text == first.text
    assert second.headers["Cache-Control"] == first.headers["Cache-Control"]
    assert second.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]
    _rename(app, number, "Tweede titel")
    assert "Eerste titel" in client.get("/initiatieven").text


def test_it_ends(app: Flask, client: FlaskClient, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagecache, "SECONDS", -1)
    assert "Eerste titel" in client.get(f"/initiatieven/{number}").text
    _rename(app, number, "Tweede titel")
    assert "Tweede titel" in client.get(f"/initiatieven/{number}").text


def test_who_is_signed_in_sees_it_fresh_and_leaves_nothing(
    app: Flask, client: FlaskClient, number: int, sign_in: Callable[..., FlaskClient]
) -> None:
    client.get(f"/initiatieven/{number}")
    _rename(app, number, "Tweede titel")
    owner = sign_in(email=OWNER_EMAIL).get(f"/initiatieven/{number}")
    assert "Tweede titel" in owner.text
    assert "Dit is uw initiatief" in owner.text
    assert owner.headers["Cache-Control"] == "no-store"
    assert "Dit is uw initiatief" not in client.get(f"/initiatieven/{number}").text


def test_an_own_page_is_never_kept_for_others(
    app: Flask, client: FlaskClient, sign_in: Callable[..., FlaskClient]
) -> None:
    with app.app_context():
        own = draft().id
    assert sign_in(email=OWNER_EMAIL).get(f"/initiatieven/{own}").status_code == 200
    assert client.get(f"/initiatieven/{own}").status_code == 404


def test_a_message_is_shown_once_to_one_person(app: Flask, client: FlaskClient, number: int) -> None:
    visitor = app.test_client()
    with visitor.session_transaction() as session:
        session["_flashes"] = [("positive", "Alleen voor u")]
    assert "Alleen voor u" in visitor.get("/initiatieven").text
    assert "Alleen voor u" not in client.get("/initiatieven").text


def test_each_language_has_its_own_copy(app: Flask, client: FlaskClient, number: int) -> None:
    assert 'lang="nl"' in client.get("/initiatieven").text
    english = app.test_client()
    chosen = english.get("/initiatieven?taal=en")
    assert "public" not in chosen.headers["Cache-Control"]
    assert '<html lang="en"' in english.get("/initiatieven").text
    assert '<html lang="nl"' in app.test_client().get("/initiatieven").text


def test_addresses_are_told_apart(app: Flask, client: FlaskClient, number: int) -> None:
    assert "Eerste titel" in client.get("/initiatieven").text
    assert "Eerste titel" not in client.get("/initiatieven?zoek=niets").text
    other = client.get("/initiatieven", base_url="http://elders.example.nl")
    assert "http://localhost/initiatieven" not in other.text


def test_unknown_pages_and_forms_are_not_kept(app: Flask, client: FlaskClient, number: int) -> None:
    pages = app.extensions["shared_pages"]._pages
    for address in ("/initiatieven/999", f"/initiatieven/{number}/steunen", "/inloggen", "/contact"):
        client.get(address)
    client.head("/initiatieven")
    assert not pages


def test_it_does_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = pagecache.Pages()
    monkeypatch.setattr(pagecache, "MOST_PAGES", 3)
    for name in "abcd":
        pages.put((name,), pagecache.Kept(b"", (), float("inf")))
    assert pages.get(("a",)) is None
    assert pages.get(("d",)) is not None


def test_off_means_off(app: Flask, client: FlaskClient, number: int) -> None:
    app.config["PAGE_CACHE"] = False
    client.get("/initiatieven")
    _rename(app, number, "Tweede titel")
    assert "Tweede titel" in client.get("/initiatieven").text


def test_a_list_is_made_once_of_the_same_data_and_anew_of_other_data(
    app: Flask, client: FlaskClient, number: int
) -> None:
    """Reading is done every time, so nobody sees what is no longer so."""
    app.config.update(PAGE_CACHE=False, RENDER_CACHE=True)
    app.extensions["rendered_pages"] = pagecache.Pages()
    made: list[str] = []
    with template_rendered.connected_to(lambda _app, template, **_more: made.append(template.name), app):
        first = client.get("/initiatieven")
        assert client.get("/initiatieven").text == first.text
        assert made == ["initiatives/index.html"]
        _rename(app, number, "Tweede titel")
        assert "Tweede titel" in client.get("/initiatieven").text
        assert len(made) == 2
    app.config["RENDER_CACHE"] = False
