"""Feeds: Atom that any reader takes, whatever people typed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from flask import Flask

from civic import atom
from civic.db import db, now
from civic.initiatives import service
from civic.initiatives.states import WithdrawReason
from tests.access import OWNER_EMAIL
from tests.factories import municipality
from tests.initiatives.factories import author, draft, published, supported

ATOM = "{http://www.w3.org/2005/Atom}"


def parsed(answer) -> ElementTree.Element:
    """What RFC 4287 demands of every feed, and then the feed."""
    assert answer.status_code == 200
    assert answer.mimetype == "application/atom+xml"
    root = ElementTree.fromstring(answer.data)  # noqa: S314  # our own feed
    assert root.tag == f"{ATOM}feed"
    for element in (root, *root.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1, name
            assert element.findtext(f"{ATOM}{name}")
        assert datetime.fromisoformat(element.findtext(f"{ATOM}updated") or "").tzinfo is not None
        assert element.find(f"{ATOM}link[@rel='alternate']") is not None
    assert root.find(f"{ATOM}link[@rel='self']") is not None
    assert root.findtext(f"{ATOM}author/{ATOM}name")
    ids = [element.findtext(f"{ATOM}id") for element in root.iter(f"{ATOM}entry")]
    assert len(ids) == len(set(ids))
    return root


def titles(root: ElementTree.Element) -> list[str | None]:
    return [element.findtext(f"{ATOM}title") for element in root.iter(f"{ATOM}entry")]


def test_empty(client) -> None:
    assert titles(parsed(client.get("/initiatieven.atom"))) == []


def test_newest_first_without_drafts(app: Flask, client) -> None:
    with app.app_context():
        published(now() - timedelta(days=2), title="Oud")
        published(now() - timedelta(days=1), title="Nieuw")
        draft(title="Geheim")
    root = parsed(client.get("/initiatieven.atom"))
    assert titles(root) == ["Nieuw", "Oud"]
    entry = next(root.iter(f"{ATOM}entry"))
    assert entry.findtext(f"{ATOM}summary") == "Schaduw voor iedereen."
    assert [one.get("term") for one in entry.findall(f"{ATOM}category")] == [
        "Burgerinitiatief",
        "Lelystad",
    ]
    assert "Eva" not in client.get("/initiatieven.atom").text


def test_fifty_and_no_more(app: Flask, client, count_statements) -> None:
    with app.app_context():
        for number in range(2):
            published(now() - timedelta(days=number))
    with count_statements() as few:
        client.get("/initiatieven.atom")
    with app.app_context():
        for number in range(50):
            published(now() - timedelta(days=number))
    with count_statements() as many:
        root = parsed(client.get("/initiatieven.atom"))
    assert len(titles(root)) == 50
    assert len(many) == len(few) <= 4


def test_signs_that_xml_cannot_hold(app: Flask, client) -> None:
    nasty = "<b>&amp;]]> \u202e\x0b\x1f\ufffe 🌳 أشجار"
    with app.app_context():
        initiative = published()
        initiative.title = initiative.wish = nasty
        db.session.commit()
        number = initiative.id
    kept = nasty.replace("\x0b", "").replace("\x1f", "").replace("\ufffe", "")
    assert titles(parsed(client.get("/initiatieven.atom"))) == [kept]
    assert parsed(client.get(f"/initiatieven/{number}.atom")).findtext(f"{ATOM}title") == kept


def test_what_happened_to_one(app: Flask, client) -> None:
    with app.app_context():
        initiative = published(now() - timedelta(days=3))
        supported(initiative, 100, now() - timedelta(days=2))
        service.withdraw(initiative, WithdrawReason.SOLVED, actor=author(), at=now() - timedelta(days=1))
        db.session.commit()
        number = initiative.id
    root = parsed(client.get(f"/initiatieven/{number}.atom"))
    assert titles(root)[0] == "De schrijver trok het initiatief in"
    assert "Er is genoeg steun: 100 van 100." in titles(root)
    assert root.findtext(f"{ATOM}entry/{ATOM}summary") == "Het probleem is al opgelost."
    page = client.get(f"/initiatieven/{number}").text
    assert [title for title in titles(root) if title not in page] == []


def test_a_regional_one_says_which_municipality(app: Flask, client) -> None:
    with app.app_context():
        ids = (municipality().id, municipality("GM0184").id)
        initiative = published(place_ids=ids)
        supported(initiative, 100)
        number = initiative.id
    root = parsed(client.get(f"/initiatieven/{number}.atom"))
    assert "Lelystad" in [element.findtext(f"{ATOM}summary") for element in root.iter(f"{ATOM}entry")]


def test_a_draft_has_none_for_nobody(app: Flask, client, sign_in) -> None:
    with app.app_context():
        number = draft().id
    for visitor in (client, sign_in(email=OWNER_EMAIL)):
        assert visitor.get(f"/initiatieven/{number}.atom").status_code == 404


def test_kept_and_asked_again(app: Flask, client) -> None:
    with app.app_context():
        number = published().id
    for path in ("/initiatieven.atom", f"/initiatieven/{number}.atom"):
        first = client.get(path)
        assert first.headers["Cache-Control"] == "public, max-age=300"
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304
        assert "Set-Cookie" not in client.get(f"{path}?taal=en").headers


def test_in_dutch_also_for_who_reads_english(app: Flask, client) -> None:
    with app.app_context():
        number = published().id
    assert "staat online" in client.get(f"/initiatieven/{number}.atom?taal=en").text


@pytest.mark.parametrize("is_one", [True, False])
def test_pages_point_to_their_feed(app: Flask, client, is_one: bool) -> None:
    with app.app_context():
        number = published().id
    path = f"/initiatieven/{number}" if is_one else "/initiatieven"
    head = client.get(path).text.split("</head>")[0]
    assert '<link rel="alternate" type="application/atom+xml"' in head
    assert f'href="{path}.atom"' in head


def test_an_entry_without_a_text() -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    entry = atom.Entry("urn:x:1", "https://example.nl/1", "Titel", "", at, at)
    feed = atom.Feed("Feed", "", "Regio", "https://example.nl/", "https://example.nl/a", at, [entry])
    assert b"<updated>2026-11-23T00:00:00Z</updated>" in atom.feed_xml(feed)
