"""What anyone reads: the list and one report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.aanjaagteam import queries, service
from civic.aanjaagteam.states import State
from civic.calendar import today
from civic.db import db
from tests.aanjaagteam.makers import KNOT, TITLE, member, report_in
from tests.conftest import NOW
from tests.factories import municipality


def test_empty_list_says_what_to_do(client: FlaskClient) -> None:
    page = client.get("/meldingen")
    assert page.status_code == 200
    assert "Hier staat nog niets" in page.text
    assert "Meld wat er vastloopt" in page.text


def test_list_shows_title_wait_and_decision(client: FlaskClient, make: Callable[..., int]) -> None:
    number = make(State.DECIDED)
    page = client.get("/meldingen").text
    for words in (
        TITLE,
        f"/meldingen/{number}",
        "Knoop doorgehakt",
        "Ja, het terras mag open.",
        "Lelystad",
        "Loopt al",
    ):
        assert words in page


@pytest.mark.parametrize("state", [State.TRIAGED, State.DECIDED, State.DONE, State.DECLINED])
def test_unpublished_reports_do_not_exist(
    client: FlaskClient, team: FlaskClient, make: Callable[..., int], state: State
) -> None:
    number = make(state, is_public=False)
    assert TITLE not in client.get("/meldingen").text
    assert client.get(f"/meldingen/{number}").status_code == 404
    assert team.get(f"/meldingen/{number}").status_code == 404


def test_new_and_unknown_reports_are_not_there(client: FlaskClient, make: Callable[..., int]) -> None:
    assert client.get(f"/meldingen/{make(State.NEW)}").status_code == 404
    for number in ("0", "999", "99999999999999999999"):
        assert client.get(f"/meldingen/{number}").status_code == 404


@pytest.mark.parametrize("state", [state for state in State if state is not State.NEW])
def test_report_page_in_every_state(client: FlaskClient, make: Callable[..., int], state: State) -> None:
    page = client.get(f"/meldingen/{make(state)}")
    assert page.status_code == 200
    assert page.text.count("<h1") == 1
    assert TITLE in page.text
    assert "april 2026" in page.text
    assert "Tess Team" not in page.text


def test_wait_counts_from_since_and_stops_at_the_end(app: Flask) -> None:
    with app.app_context():
        report = report_in(State.TAKEN_UP, at=NOW, since_on=date(2026, 5, 1))
        assert queries.waited(report, date(2026, 11, 27)).days == 210
        assert queries.waited(report, date(2026, 11, 27)).working_days == 147
        done = report_in(State.DONE, at=NOW, since_on=date(2026, 5, 1))
        assert queries.waited(done, date(2028, 1, 1)) == queries.waited(done, date(2029, 1, 1))
        assert queries.waited(done, date(2029, 1, 1)).is_over


def test_replaced_decision_stays_readable(app: Flask, client: FlaskClient) -> None:
    from dataclasses import replace

    with app.app_context():
        report = report_in(State.DECIDED, at=NOW)
        second = replace(KNOT, decision="Toch alleen op zaterdag.")
        service.decide(report, second, report.revision, actor=member(), at=NOW)
        number = report.id
        rows = queries.decisions_of(report)
        assert rows[0].supersedes_id == rows[1].id
        db.session.commit()
    page = client.get(f"/meldingen/{number}").text
    assert page.index("Toch alleen op zaterdag.") < page.index("Eerder besluit van")
    assert "Ja, het terras mag open." in page
    listed = client.get("/meldingen").text
    assert "Toch alleen op zaterdag." in listed
    assert "Ja, het terras mag open." not in listed


@pytest.mark.parametrize(
    ("query", "is_there"),
    [
        ("toon=open", False),
        ("toon=besloten", True),
        ("toon=afgerond", False),
        ("toon=onzin", True),
        ("gemeente=x", True),
        ("na=onzin", True),
        ("na=2026-01-01~1", True),
        ("voor=2026-01-01T00:00:00~1", True),
        ("na=2026-01-01T00:00:00%2B00:00~99999999999999999999", True),
    ],
)
def test_filters_and_nonsense(
    client: FlaskClient, make: Callable[..., int], query: str, is_there: bool
) -> None:
    make(State.DECIDED)
    page = client.get(f"/meldingen?{query}")
    assert page.status_code == 200
    assert (TITLE in page.text) is is_there


def test_filter_on_municipality(app: Flask, client: FlaskClient, make: Callable[..., int]) -> None:
    make(State.TRIAGED)
    with app.app_context():
        here, elsewhere = municipality("GM0995").id, municipality("GM0303").id
    assert TITLE in client.get(f"/meldingen?gemeente={here}").text
    assert TITLE not in client.get(f"/meldingen?gemeente={elsewhere}").text


def numbered(app: Flask, count: int) -> list[int]:
    """Published reports, newest first; two share every moment."""
    with app.app_context():
        reports = [report_in(State.TRIAGED, at=NOW + timedelta(hours=n // 2)) for n in range(count)]
        for report in reports:
            report.public_title = f"Titel {report.id}."
        db.session.commit()
        return [report.id for report in reversed(reports)]


def test_pages_forward_and_back_meet_every_report_once(app: Flask) -> None:
    expected = numbered(app, 11)
    with app.app_context():
        seen, place, pages = [], None, []
        while True:
            page = queries.published(queries.PublicFilter(), place, today(NOW), size=4)
            assert page.total == 11
            pages.append([row.id for row in page.rows])
            seen += pages[-1]
            if page.after is None:
                break
            place = page.after
        assert seen == expected
        back = queries.published(queries.PublicFilter(), page.before, today(NOW), size=4)
        assert [row.id for row in back.rows] == pages[-2]
        first = queries.published(queries.PublicFilter(), back.before, today(NOW), size=4)
        assert [row.id for row in first.rows] == pages[0]
        assert first.before is None


def test_page_links_keep_the_filter_and_nothing_else(app: Flask, client: FlaskClient) -> None:
    numbered(app, 30)
    page = client.get("/meldingen?toon=open&_external=1&_scheme=javascript&_anchor=x").text
    assert "toon=open&amp;na=" in page
    assert "javascript:" not in page


def test_number_of_statements_does_not_grow(
    app: Flask, client: FlaskClient, count_statements: Callable[[], object]
) -> None:
    numbered(app, 3)
    with count_statements() as few:
        client.get("/meldingen")
    numbered(app, 20)
    with count_statements() as many:
        client.get("/meldingen")
    assert len(many) == len(few)


def test_front_page_queries(app: Flask) -> None:
    with app.app_context():
        assert queries.recent_decisions(3) == []
        assert queries.figures(today(NOW)).median_waited_days is None
        shown = report_in(State.DECIDED, at=NOW, since_on=date(2026, 5, 1))
        report_in(State.DECIDED, at=NOW, is_public=False)
        report_in(State.NEW, at=NOW, since_on=date(2026, 11, 1))
        (recent,) = queries.recent_decisions(3)
        assert (recent.id, recent.title, recent.decided_on) == (shown.id, TITLE, date(2026, 11, 1))
        assert recent.waited_days == 184
        figures = queries.figures(today(NOW))
        assert (figures.total, figures.open, figures.decided, figures.closed) == (3, 3, 2, 0)
        assert figures.by_state[State.NEW] == 1
        assert queries.figures().median_waited_days is None


def test_title_is_escaped(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        report = report_in(State.TRIAGED)
        report.public_title = "<script>alert(1)</script>"
        db.session.commit()
        number = report.id
    for url in ("/meldingen", f"/meldingen/{number}"):
        assert "<script>alert" not in client.get(url).text


def test_texts_say_that_they_are_dutch(client: FlaskClient, make: Callable[..., int]) -> None:
    number = make(State.DONE)
    page = client.get(f"/meldingen/{number}?taal=en").text
    assert f'<h1 lang="nl">{TITLE}</h1>' in page
    assert '<span class="pre-line" lang="nl">Ja, het terras mag open.</span>' in page
    assert '<div lang="nl"><p>Het terras is open.</p>' in page
    assert f'<span lang="nl">{TITLE}</span>' in client.get("/meldingen").text
