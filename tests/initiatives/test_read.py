from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from civic.db import db, now
from civic.initiatives import queries, service
from civic.initiatives.models import Initiative
from tests.access import OWNER_EMAIL
from tests.conftest import NOW
from tests.factories import municipality
from tests.initiatives.factories import draft, published, supported, supporter


def _statements(app: Flask, client, url: str) -> int:
    seen = []
    with app.app_context():
        engine = db.engine

    def note(*arguments: object) -> None:
        seen.append(arguments[2])

    event.listen(engine, "before_cursor_execute", note)
    assert client.get(url).status_code == 200
    event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def _many(count: int) -> None:
    for number in range(count):
        published(now() - timedelta(days=number + 1), title=f"Voorstel {number:02d}")


def test_empty_list(client) -> None:
    page = client.get("/initiatieven").get_data(as_text=True)
    assert "Er is nog geen initiatief" in page


def test_list_shows_published_only(app: Flask, client) -> None:
    with app.app_context():
        published(title="Wel te zien")
        draft(title="Nog geheim")
    page = client.get("/initiatieven").get_data(as_text=True)
    assert "Wel te zien" in page
    assert "Nog geheim" not in page
    assert "1 initiatief" in page


@pytest.mark.parametrize("sort", ["nieuw", "steun", "einde"])
def test_pages_go_forward_and_back_without_gaps(app: Flask, client, sort: str) -> None:
    with app.app_context():
        _many(27)
    url, seen, backs = f"/initiatieven?volgorde={sort}", [], []
    while url:
        page = client.get(url).get_data(as_text=True)
        seen.append([part[:2] for part in page.split("Voorstel ")[1:]])
        url = _link(page, "next")
        back = _link(page, "prev")
        if back:
            backs.append(
                [part[:2] for part in client.get(back).get_data(as_text=True).split("Voorstel ")[1:]]
            )
    titles = [title for page in seen for title in page]
    assert sorted(set(titles)) == [f"{n:02d}" for n in range(27)]
    assert len(titles) == 27
    assert backs == seen[:-1]


def _link(page: str, rel: str) -> str | None:
    if f'rel="{rel}"' not in page:
        return None
    return page.split(f'rel="{rel}"')[1].split('href="')[1].split('"')[0].replace("&amp;", "&")


def test_number_of_statements_does_not_grow(app: Flask, client) -> None:
    with app.app_context():
        _many(2)
    few = _statements(app, client, "/initiatieven")
    with app.app_context():
        _many(12)
    assert _statements(app, client, "/initiatieven") == few


def test_number_of_own_statements_does_not_grow(app: Flask, sign_in) -> None:
    with app.app_context():
        draft()
    client = sign_in(email=OWNER_EMAIL)
    few = _statements(app, client, "/initiatieven/mijn")
    with app.app_context():
        for _number in range(8):
            draft()
    assert _statements(app, client, "/initiatieven/mijn") == few


def test_search_and_filters(app: Flask, client) -> None:
    with app.app_context():
        published(title="Honderd % groen", wish="Iets met lantaarns")
        published(title="Een_onderstreping", wish="Iets anders")
        published(title="Elders", place_ids=(municipality("GM0034").id,), author_postcode="1315 AB")
    find = {
        "zoek=HONDERD": ["Honderd"],
        "zoek=LANTAARN": ["Honderd"],
        "zoek=%25": ["Honderd"],
        "zoek=_": ["Een_onderstreping"],
        "gemeente=almere": ["Elders"],
        "gemeente=lelystad&zoek=planten": ["Honderd", "Een_onderstreping"],
        "stand=genoeg-steun": [],
        "stand=zoekt-steun": ["Honderd", "Een_onderstreping", "Elders"],
        "gemeente=atlantis": ["Honderd", "Een_onderstreping", "Elders"],
    }
    for query, titles in find.items():
        page = client.get(f"/initiatieven?{query}").get_data(as_text=True)
        found = {title for title in ("Honderd", "Een_onderstreping", "Elders") if f'">{title}' in page}
        assert found == set(titles), query
    assert "Niets gevonden" in client.get("/initiatieven?zoek=zzz").get_data(as_text=True)


@pytest.mark.parametrize(
    "query",
    [
        "voor=x",
        "voor=~",
        "na=2026-11-22~1",
        "voor=2026-11-22T10:00:00~1",
        "voor=2026-11-22T10:00:00%2B00:00~99999999999999999999",
        "volgorde=steun&voor=99999999999999999999~1",
        "volgorde=einde&voor=9999-99-99~1",
        "volgorde=hack&stand=hack&gemeente=%07",
        "zoek=%27%3B--",
        "zoek=" + "x" * 5000,
        "zoek=%F0%9F%8C%B3",
        "voor=0001-01-01T00:00:00%2B14:00~1",
    ],
)
def test_strange_queries_are_lists_too(app: Flask, client, query: str) -> None:
    with app.app_context():
        published()
    assert client.get(f"/initiatieven?{query}").status_code == 200


def test_show_says_who_where_how_much_and_until_when(app: Flask, client) -> None:
    with app.app_context():
        initiative = published()
        supported(initiative, 3)
        number = initiative.id
    page = client.get(f"/initiatieven/{number}").get_data(as_text=True)
    for text in (
        "Eva Eigenaar",
        "Lelystad",
        "van 100 steunbetuigingen",
        "Bijgewerkt op",
        "tot en met",
        "wa.me",
        "mailto:",
    ):
        assert text in page
    assert "6 maanden vanaf" in page
    assert "Het initiatief staat online. Er zijn 100 steunbetuigingen nodig." in page
    assert "<form" not in page
    assert "8232" not in page


def test_public_pages_may_be_cached_and_personal_ones_not(app: Flask, client, sign_in) -> None:
    with app.app_context():
        number = published().id
    for path in ("/initiatieven", f"/initiatieven/{number}"):
        assert "public" in client.get(path).headers["Cache-Control"]
        assert sign_in().get(path).headers["Cache-Control"] == "no-store"
    assert client.get(f"/initiatieven/{number}/steunen").headers["Cache-Control"] == "no-store"


def test_a_draft_exists_for_its_author_only(app: Flask, client, sign_in) -> None:
    with app.app_context():
        number = draft().id
    for path in ("", "/steunen", "/steunen/mail", "/steunen/code", "/gesteund"):
        assert client.get(f"/initiatieven/{number}{path}").status_code == 404
        assert sign_in().get(f"/initiatieven/{number}{path}").status_code == 404
    page = sign_in(email=OWNER_EMAIL).get(f"/initiatieven/{number}").get_data(as_text=True)
    assert "Dit is een concept" in page


def test_residents_text_is_text(app: Flask, client) -> None:
    attack = '<img src=x onerror=alert(1)> "><script>alert(2)</script>'
    with app.app_context():
        number = published(title=attack[:90], wish=attack, plan=f"{attack}\n\nhttps://example.nl/plan").id
    for path in (f"/initiatieven/{number}", "/initiatieven", f"/initiatieven/{number}/steunen"):
        page = client.get(path).get_data(as_text=True)
        assert "<img src=x" not in page
        assert "<script>alert" not in page


def test_mine_shows_own_only(app: Flask, sign_in) -> None:
    with app.app_context():
        draft(title="Mijn concept")
        published(title="Mijn voorstel")
    page = sign_in(email=OWNER_EMAIL).get("/initiatieven/mijn").get_data(as_text=True)
    assert "Mijn concept" in page
    assert "0 van 100" in page
    stranger = sign_in().get("/initiatieven/mijn?voor=hack").get_data(as_text=True)
    assert "U hebt nog geen initiatief" in stranger


def test_home_page_queries(app: Flask) -> None:
    with app.app_context():
        first = published(NOW)
        second = published(NOW + timedelta(days=1))
        draft(NOW)
        supported(second, 100, NOW + timedelta(days=2))
        cards = queries.current_initiatives(5, NOW + timedelta(days=2))
        assert [card.id for card in cards] == [second.id, first.id]
        assert (cards[0].support_count, cards[0].threshold, cards[0].municipality) == (100, 100, "Lelystad")
        assert cards[1].days_left == 179
        assert queries.figures() == queries.Figures(published=2, collecting=1, reached=1, supports=100)
        assert queries.current_initiatives(5, NOW + timedelta(days=400)) == []


def test_pending_support_is_not_in_any_figure(app: Flask) -> None:
    with app.app_context():
        initiative = published(NOW)
        service.ask(initiative, supporter(), at=NOW)
        db.session.commit()
        assert service.count_dirty(at=NOW) == {"counted": 0, "reached_threshold": 0}
        assert db.session.get_one(Initiative, initiative.id).support_count == 0


def test_own_initiatives_are_one_click_away_for_who_is_signed_in(client, sign_in) -> None:
    link = 'href="/initiatieven/mijn">Mijn initiatieven</a>'
    anonymous, member = client.get("/initiatieven"), sign_in().get("/initiatieven")
    assert link not in anonymous.text.split("<main")[1]
    assert "public" in anonymous.headers["Cache-Control"]
    assert link in member.text.split("<main")[1]
    assert "public" not in member.headers["Cache-Control"]


def test_the_rules_are_linked(app: Flask, client, sign_in) -> None:
    with app.app_context():
        number, concept = published().id, draft().id
    assert 'href="/regels/GM0995?versie=1"' in client.get(f"/initiatieven/{number}").text
    page = sign_in(email=OWNER_EMAIL).get(f"/initiatieven/{concept}/controleren").text
    assert '<a href="/regels/GM0995">Lelystad</a>' in page


def test_texts_say_that_they_are_dutch(app: Flask, client) -> None:
    with app.app_context():
        number = published().id
    page = client.get(f"/initiatieven/{number}?taal=en").text
    assert '<h1 lang="nl">Bomen op het plein</h1>' in page
    assert '<div lang="nl"><p>Schaduw voor iedereen.</p>' in page
    assert '<span lang="nl">Bomen op het plein</span>' in client.get("/initiatieven").text
