"""What anyone reads: the list and one report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.aanjaagteam import queries, service
from civic.aanjaagteam.models import ReportWait
from civic.aanjaagteam.queries.public import WAIT_SLUGS, public_figures
from civic.aanjaagteam.states import State
from civic.aanjaagteam.states.facts import WaitKind
from civic.calendar import today
from civic.db import db
from tests.aanjaagteam.consult_makers import unit
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


def waits(app: Flask, report_id: int, kind: WaitKind = WaitKind.UNIT, **given: Any) -> int:
    """The report waits, since ten days; returns the number of the unit."""
    with app.app_context():
        name, size = given.pop("name", "Vergunningen"), given.pop("headcount", 12)
        place = unit(name, headcount=size).id if kind is WaitKind.UNIT else None
        facts = {"began_at": NOW - timedelta(days=10), "unit_id": place, **given}
        db.session.add(ReportWait(report_id=report_id, kind=kind, began_by_id=member().id, **facts))
        db.session.commit()
        return place or 0


def test_list_says_on_whom_it_waits_and_never_a_person(
    app: Flask, client: FlaskClient, make: Callable[..., int]
) -> None:
    number = make(State.TAKEN_UP)
    with app.app_context():
        person = member().id
    waits(app, number, user_id=person)
    waits(app, number, WaitKind.OTHER_ORGANISATION, began_at=NOW, party="Jan de Vries")
    page = client.get("/meldingen").text
    assert "Wacht op Vergunningen sinds 13 november 2026" in page
    assert "en op nog 1 ander" in page
    for name in ("Tess Team", "Jan de Vries"):
        assert name not in page


@pytest.mark.parametrize(
    ("query", "is_there"),
    [
        ("wacht-op=afdeling", True),
        ("wacht-op=raad", False),
        ("wacht-op=onzin", True),
        ("wacht-op=99999", False),
        ("zoek=TERRAS", True),
        ("zoek=vliegtuig", False),
        ("zoek=%25", False),
        ("zoek=" + "x" * 5000, False),
        ("volgorde=langst", True),
        ("volgorde=langst&na=2026-11-23T10:00:00%2B00:00~1", True),
        ("volgorde=langst&toon=besloten&wacht-op=afdeling", False),
    ],
)
def test_filters_on_wait_and_word(
    app: Flask, client: FlaskClient, make: Callable[..., int], query: str, is_there: bool
) -> None:
    waits(app, make(State.TAKEN_UP))
    page = client.get(f"/meldingen?{query}")
    assert page.status_code == 200
    assert (TITLE in page.text) is is_there


def test_filter_on_one_unit_but_not_on_a_small_one(
    app: Flask, client: FlaskClient, make: Callable[..., int]
) -> None:
    large = waits(app, make(State.TAKEN_UP))
    small = waits(app, make(State.TAKEN_UP), name="Archief", headcount=3)
    page = client.get(f"/meldingen?wacht-op={large}").text
    assert TITLE in page
    assert f'<option value="{large}" selected>Vergunningen</option>' in page
    assert "Archief" not in page
    assert TITLE not in client.get(f"/meldingen?wacht-op={small}").text


def test_longest_first_meets_every_report_once(app: Flask) -> None:
    with app.app_context():
        days = [date(2026, month, 1) for month in (5, 3, 9, 3, 1, 7)]
        numbers = [report_in(State.TRIAGED, at=NOW, since_on=day).id for day in days]
        expected = [number for _day, number in sorted(zip(days, numbers, strict=True))]
        wanted, seen, place = queries.PublicFilter(is_longest_first=True), [], None
        while True:
            page = queries.published(wanted, place, today(NOW), size=4)
            seen += [row.id for row in page.rows]
            if page.after is None:
                break
            place = page.after
        assert seen == expected


def test_small_numbers_are_hidden(app: Flask, client: FlaskClient) -> None:
    def more(times: int) -> None:
        with app.app_context():
            for _number in range(times):
                report_in(State.DECIDED, is_public=False)
            db.session.commit()

    assert "meldingen staan open" not in client.get("/meldingen").text
    more(4)
    page = client.get("/meldingen").text
    assert page.count("minder dan 5") == 2
    assert "de middelste melding" not in page
    more(6)
    page = client.get("/meldingen").text
    assert "minder dan 5" not in page
    assert "de middelste melding" in page


def test_waits_per_kind_are_counted_in_a_fixed_order(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        numbers = [report_in(State.TAKEN_UP, is_public=False).id for _number in range(7)]
        db.session.commit()
    for number in numbers[:6]:
        waits(app, number, WaitKind.COUNCIL)
    waits(app, numbers[6], WaitKind.MANAGEMENT)
    with app.app_context():
        found = dict(public_figures(today(NOW)).waits)
        assert list(found) == list(WAIT_SLUGS.values())
        # one is small; so that it cannot be worked out either, nothing is added up
        assert found[WaitKind.MANAGEMENT] is None
    assert "Waar wachten meldingen op?" in client.get("/meldingen").text


def test_one_statement_per_page(app: Flask, count_statements: Callable[[], Any]) -> None:
    waits(app, numbered(app, 30)[0])
    wanted = queries.PublicFilter(text="titel", waits_for=WaitKind.UNIT, is_longest_first=True)
    for one in (queries.PublicFilter(), wanted):
        with count_statements() as seen, app.app_context():
            assert queries.published(one, None, today(NOW)).rows
        assert len(seen) == 1


def test_number_of_statements_does_not_grow(
    app: Flask, client: FlaskClient, count_statements: Callable[[], Any]
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
