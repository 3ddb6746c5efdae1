from __future__ import annotations

from flask import Flask

from civic.db import db, now
from civic.initiatives import service
from civic.initiatives.service.similar import refresh
from civic.initiatives.states import WithdrawReason
from civic.search.models import SearchText
from tests.initiatives.factories import author, draft, published
from tests.statements import counting


def texts() -> list[str]:
    return [one.title for one in db.session.query(SearchText).order_by(SearchText.subject_id)]


def titles(client, query: str, *known: str) -> set[str]:
    page = client.get(f"/initiatieven?{query}").get_data(as_text=True)
    return {title for title in known if f'">{title}' in page}


def test_words_in_title_wish_and_plan_in_any_form(app: Flask, client) -> None:
    with app.app_context():
        published(title="Lantaarns langs de vaart", wish="Licht.", plan="Zestien lampen met een sensor.")
        published(title="Café in het dorpshuis", wish="Gezellig.", plan="Koffie en taart.")
    known = ("Lantaarns", "Café")
    for query, found in {
        "zoek=lantaarn": {"Lantaarns"},
        "zoek=lamp": {"Lantaarns"},
        "zoek=sensoren+langs": {"Lantaarns"},
        "zoek=cafe": {"Café"},
        "zoek=KOFFIE": {"Café"},
        "zoek=dorps": {"Café"},
        "zoek=lamp+koffie": set(),
        "zoek=de+het+een": set(),
        "zoek=%22lamp%22+OR+1": set(),
    }.items():
        assert titles(client, query, *known) == found, query


def test_pages_of_a_search_have_no_gaps(app: Flask, client) -> None:
    with app.app_context():
        for number in range(15):
            published(title=f"Bomen {number:02d}")
        published(title="Anders", wish="Iets.", plan="Niets.")
    first = client.get("/initiatieven?zoek=bomen").get_data(as_text=True)
    assert "15 initiatieven" in first
    url = first.split('rel="next"')[1].split('href="')[1].split('"')[0].replace("&amp;", "&")
    assert "zoek=bomen" in url
    second = client.get(url).get_data(as_text=True)
    seen = {f"{n:02d}" for n in range(15) if f"Bomen {n:02d}" in first} | {
        f"{n:02d}" for n in range(15) if f"Bomen {n:02d}" in second
    }
    assert len(seen) == 15


def test_a_search_asks_six_statements_at_most(app: Flask, client) -> None:
    with app.app_context():
        engine = db.engine
        published(title="Bomen")
    with counting(engine) as few:
        client.get("/initiatieven?zoek=bomen&gemeente=lelystad")
    with app.app_context():
        for _number in range(14):
            published(title="Bomen")
    with counting(engine) as many:
        client.get("/initiatieven?zoek=bomen&gemeente=lelystad")
    assert len(few) == len(many) <= 6


def test_only_what_is_on_the_site_is_kept(app: Flask) -> None:
    with app.app_context():
        draft(title="Concept")
        one = published(title="Online")
        assert texts() == ["Online"]
        one.hidden_at = now()
        refresh(one, at=now())
        assert texts() == []
        one.hidden_at = None
        refresh(one, at=now())
        assert texts() == ["Online"]
        service.withdraw(one, WithdrawReason.SOLVED, actor=author(), at=now())
        assert texts() == ["Online"]  # its page stays
