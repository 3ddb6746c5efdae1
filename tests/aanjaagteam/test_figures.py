"""The pages with figures: who sees them, what stands on them, the rows behind a number, small numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic import drawing
from civic.aanjaagteam.models import Report, Unit
from civic.aanjaagteam.wording.figures import DEFINITIONS, ROWS
from civic.accounts.states import Role
from civic.calendar import today
from civic.db import db, now
from civic.events import service as events
from tests.aanjaagteam.makers import new_report
from tests.statements import counting

URL = "/aanjaagteam/cijfers"


@pytest.fixture
def lives(app: Flask) -> Callable[..., list[int]]:
    """`lives(12, code="GM0303")`: so many reports, each a day after the one before, taken up and closed."""

    def _lives(
        count: int, *, code: str | None = "GM0995", is_done: bool = True, days_ago: int = 40
    ) -> list[int]:
        found = []
        with app.app_context():
            for number in range(count):
                at = now() - timedelta(days=days_ago) + timedelta(hours=number)
                report = new_report(code, at=at).report
                report.public_title = f"Terras {number}"
                steps = [("triage", "triaged", 1), ("taken_up", "taken_up", 2 + number % 7)]
                for action, state, days in [
                    *steps,
                    *([("close", "done", 16 + number % 7)] if is_done else []),
                ]:
                    what = events.What(action, from_state="new", to_state=state)
                    events.record(report, what, actor=None, at=at + timedelta(days=days))
                if not is_done:
                    data = {"wait": number + 1, "kind": "management", "unit": None}
                    what = events.What("wait_started", data=data)
                    events.record(report, what, actor=None, at=at + timedelta(days=12))
                found.append(int(report.id))
            db.session.commit()
        return found

    return _lives


def test_the_page_of_the_team(team: FlaskClient, lives: Callable[..., list[int]]) -> None:
    lives(12)
    lives(3, is_done=False)
    page = team.get(URL)
    assert page.status_code == 200
    assert "Cijfers van het aanjaagteam" in page.text
    assert page.text.count('<svg xmlns="http://www.w3.org/2000/svg" class="chart__drawing"') == 4
    assert page.text.count("Bekijk de cijfers als tabel") == 4
    assert "Terras" in page.text.split("Langst wachtend op")[1]
    assert "style=" not in page.text


def test_below_ten_there_is_no_percentile(team: FlaskClient, lives: Callable[..., list[int]]) -> None:
    lives(9)
    header, *rows = team.get(f"{URL}/tegels.csv").text.splitlines()
    assert header.endswith("Cijfer;Helft;85 van 100;95 van 100;Gemeten;In")
    cells = {row.split(";")[0]: row.split(";")[1:] for row in rows}
    assert cells["Doorlooptijd"] == ["", "", "", "9", "dagen"]
    lives(1)
    rows = team.get(f"{URL}/tegels.csv").text.splitlines()
    cells = {row.split(";")[0]: row.split(";")[1:] for row in rows}
    *values, count, unit = cells["Doorlooptijd"]
    assert [16 <= float(one) < 23 for one in values] == [True, True, True]
    assert (count, unit) == ("10", "dagen")


def test_nothing_at_all(team: FlaskClient) -> None:
    for page in (URL, f"{URL}/uitleg", "/meldingen/cijfers", *(f"{URL}/rijen?maat={slug}" for slug in ROWS)):
        assert team.get(page).status_code == 200, page
    for name in ("tegels", "leeftijd", "stroom", "overleving", "instroom", "wachten", "standen", "ja-of-nee"):
        assert team.get(f"{URL}/{name}.csv").mimetype == "text/csv"


@pytest.mark.parametrize(
    "path",
    [URL, f"{URL}/uitleg", f"{URL}/rijen?maat=reactie", f"{URL}/rijen.csv?maat=reactie", f"{URL}/stroom.csv"],
)
def test_only_for_the_team(client: FlaskClient, sign_in: Callable[..., FlaskClient], path: str) -> None:
    assert client.get(path).status_code in (302, 303, 401)
    for role in (Role.RESIDENT, Role.EMPLOYEE, Role.ADMINISTRATOR):
        assert sign_in(role, email=f"{role.value}@example.nl").get(path).status_code == 403
    assert client.post(path).status_code in (400, 405)


def test_a_member_of_one_municipality_sees_its_reports_only(
    scoped: FlaskClient, team: FlaskClient, lives: Callable[..., list[int]]
) -> None:
    lives(2, code="GM0995")
    lives(1, code="GM0303")
    lives(1, code=None)
    counts = {
        name: len(one.get(f"{URL}/rijen.csv?maat=erbij").text.splitlines()) - 1
        for name, one in (("scoped", scoped), ("team", team))
    }
    assert counts == {"scoped": 1, "team": 4}
    places = scoped.get(URL).text.split('id="filter-gemeente"')[1].split("</select>")[0]
    assert "Dronten" in places
    assert "Lelystad" not in places


def test_every_number_has_its_rows(app: Flask, team: FlaskClient, lives: Callable[..., list[int]]) -> None:
    done, stuck = lives(11), lives(2, is_done=False)
    with app.app_context():
        for number in done[:3]:
            report, since = db.session.get_one(Report, number), now() - timedelta(days=5)
            for action, data in (("promise_kept", {}), ("verdict_given", {"solved": False})):
                events.record(report, events.What(action, data=data), actor=None, at=since)
        db.session.get_one(Report, stuck[1]).decision_owner_unknown_since = since
        db.session.commit()
    counts = {slug: len(team.get(f"{URL}/rijen.csv?maat={slug}").text.splitlines()) - 1 for slug in ROWS}
    assert counts == {
        "reactie": 13,
        "knoop": 0,
        "tafel": 0,
        "doorlooptijd": len(done),
        "werktijd": 11,
        "cyclus": 11,
        "wachten": 11,
        "leeftijd": len(stuck),
        "onderhanden": 2,
        "wacht-op": 2,
        "erbij": 13,
        "eraf": 11,
        "beloofd": 3,
        "opgelost": 3,
        "eigenaar": 1,
        **dict.fromkeys(("stand-nieuw", "stand-bekeken", "stand-opgepakt"), 11),
        **dict.fromkeys(("stand-besloten", "stand-aangepast", "stand-meten"), 0),
    }
    page = team.get(f"{URL}/rijen?maat=wacht-op").text
    assert f"/aanjaagteam/meldingen/{stuck[0]}" in page
    assert team.get(f"{URL}/rijen?maat=leeftijd").status_code == 200
    assert f";5;{today(since)}" in team.get(f"{URL}/rijen.csv?maat=eigenaar").text


def test_promises_and_verdicts_of_the_period(
    app: Flask, team: FlaskClient, lives: Callable[..., list[int]]
) -> None:
    """Below ten only how many; who changed their mind counts once; what came before is left out."""
    ids = lives(10)

    def tell(number: int, action: str, days: int, **data: bool) -> None:
        with app.app_context():
            report = db.session.get_one(Report, number)
            at = now() - timedelta(days=days)
            events.record(report, events.What(action, data=data), actor=None, at=at)
            db.session.commit()

    def cells(query: str = "") -> list[list[str]]:
        _header, *rows = team.get(f"{URL}/ja-of-nee.csv{query}").text.splitlines()
        return [row.split(";")[1:] for row in rows]

    for number in ids[:9]:
        tell(number, "promise_kept", 9)
        tell(number, "verdict_given", 8, solved=False)
    assert cells() == [["", "", "9", ""], ["", "", "9", ""]]
    tell(ids[0], "promise_broken", 9)
    tell(ids[9], "verdict_given", 7, solved=False)
    tell(ids[0], "verdict_given", 2, solved=True)
    assert cells() == [["9", "1", "10", "90.0"], ["1", "9", "10", "10.0"]]
    lately = f"?van={today(now()) - timedelta(days=3)}"
    assert cells(lately) == [["", "", "0", ""], ["", "", "1", ""]]
    page = team.get(URL).text.split("Deden wij wat wij beloofden")[1]
    assert "90%" in page.replace("\xa0", "").replace(" ", "")


def test_rows_come_in_pages(team: FlaskClient, lives: Callable[..., list[int]]) -> None:
    lives(51)
    first = team.get(f"{URL}/rijen?maat=cyclus&soort=sluggish").text
    assert first.count("Terras") == 50
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None
    second = team.get(following[1].replace("&amp;", "&")).text
    assert second.count("Terras") == 1
    assert "soort=sluggish" in second
    for strange in ("0", "-1", "x", "9" * 30, "99"):
        assert team.get(f"{URL}/rijen?maat=cyclus&bladzijde={strange}").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "van=x&tot=y",
        "van=2030-01-01&tot=0001-01-01",
        "tot=9999-12-31&van=0001-01-01",
        "gemeente=" + "9" * 40,
        "onderdeel=-1&soort=nobody&oorzaak=<script>",
        "van=2026-02-30",
    ],
)
def test_strange_filters_are_no_filters(
    team: FlaskClient, lives: Callable[..., list[int]], query: str
) -> None:
    lives(1)
    page = team.get(f"{URL}?{query}")
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "oorzaak=<script" not in page.text


def test_a_unit_with_few_reports_has_no_figures(
    team: FlaskClient, app: Flask, lives: Callable[..., list[int]]
) -> None:
    ids = lives(10)
    with app.app_context():
        unit = Unit(name="Vergunningen")
        db.session.add(unit)
        db.session.flush()
        number = unit.id
        for report in ids[:9]:
            db.session.get_one(Report, report).unit_id = number
        db.session.commit()
    few = team.get(f"{URL}?onderdeel={number}")
    assert (few.status_code, "minder dan 10 meldingen" in few.text) == (200, True)
    assert "chart__drawing" not in few.text
    assert len(team.get(f"{URL}/instroom.csv?onderdeel={number}").text.splitlines()) == 1
    with app.app_context():
        db.session.get_one(Report, ids[9]).unit_id = number
        db.session.commit()
    assert "chart__drawing" in team.get(f"{URL}?onderdeel={number}").text


def test_unknown_figures_are_not_found(team: FlaskClient) -> None:
    for path in (f"{URL}/rijen?maat=x", f"{URL}/rijen?maat=", f"{URL}/rijen.csv?maat=x", f"{URL}/x.csv"):
        assert team.get(path).status_code == 404, path
    assert team.get(f"{URL}/rijen").status_code == 200


def test_the_period_says_what_was_settled_then(team: FlaskClient, lives: Callable[..., list[int]]) -> None:
    lives(12, days_ago=100)
    today = datetime.now(UTC).date()
    query = f"van={today - timedelta(days=60)}&tot={today}"
    assert len(team.get(f"{URL}/rijen.csv?maat=cyclus&{query}").text.splitlines()) == 1
    assert len(team.get(f"{URL}/rijen.csv?maat=cyclus").text.splitlines()) == 13


def test_every_definition_is_explained_and_every_link_finds_it(
    team: FlaskClient, lives: Callable[..., list[int]]
) -> None:
    lives(12)
    explained = team.get(f"{URL}/uitleg").text
    places = set(re.findall(r'<section id="([\w-]+)"', explained))
    assert places == {one.slug for one in DEFINITIONS}
    pages = [URL, *(f"{URL}/rijen?maat={slug}" for slug in ROWS)]
    links = {link for page in pages for link in re.findall(r"/uitleg#([\w-]+)", team.get(page).text)}
    assert links <= places


def test_everybody_sees_days_and_no_small_numbers(
    client: FlaskClient, lives: Callable[..., list[int]]
) -> None:
    """Small places are one row; what is not known is left out and named in one sentence."""
    lives(25)
    lives(14, code="GM0034")
    lives(3, code="GM0303")
    lives(2, code="GM0995", is_done=False)
    page = client.get("/meldingen/cijfers").text.split("<h1>")[1]
    days = page.split("<table")[1]
    assert "18" in days.split("Klaar")[1].split("</tr>")[0]
    assert "Eerste besluit" not in days
    assert "Dat is nu zo bij: eerste besluit." in page
    counts = page.split("Hoeveel meldingen er zijn")[1]
    rows = {
        " ".join(re.sub("<[^>]+>", " ", row.split("</th>")[0]).split()): re.findall(r">([\d.]+)</td>", row)
        for row in counts.split("<tbody>")[1].split("</tbody>")[0].split("<tr>")[1:]
    }
    assert rows == {
        "Lelystad": ["27"],
        **{name: ["0"] for name in ("Noordoostpolder", "Urk", "Zeewolde")},
        "Almere en Dronten (samen)": ["17"],
        "Alle gemeenten samen": ["44"],
    }
    for words in ("verborgen", ">3<", ">2<"):
        assert words not in page


def test_nothing_is_told_of_a_handful(client: FlaskClient, lives: Callable[..., list[int]]) -> None:
    lives(4)
    page = client.get("/meldingen/cijfers").text.split("<h1>")[1]
    assert "nog minder dan 10 meldingen" in page
    assert "<table" not in page


def test_the_public_page_is_of_yesterday_and_counted_once(
    client: FlaskClient, app: Flask, lives: Callable[..., list[int]]
) -> None:
    lives(12)
    first = client.get("/meldingen/cijfers").text
    with app.app_context():
        new_report(at=now())  # of today
        db.session.commit()
        engine = db.engine
    with counting(engine) as seen:
        second = client.get("/meldingen/cijfers").text
    assert not [statement for statement in seen if "aggregate" in statement or "group_concat" in statement]
    assert first.split("<h1>")[1] == second.split("<h1>")[1]


def test_the_number_of_statements_does_not_grow(
    team: FlaskClient, app: Flask, lives: Callable[..., list[int]]
) -> None:
    lives(12, is_done=False)
    with app.app_context():
        engine = db.engine
    with counting(engine) as few:
        team.get(URL)
    lives(20, is_done=False)
    with counting(engine) as many:
        team.get(URL)
    assert len(few) == len(many) <= 16


# --- drawings


ABOUT = drawing.About("Titel & zo", "Wat er <staat>", "Dagen")


def _drawn() -> list[str]:
    column = drawing.Column("Nieuw", [(1.0, 0), (2.0, 1), (3.0, 2), (3.0, 3)], 1.5, 2.5)
    return [
        drawing.areas(ABOUT, [[5, 6, 9], [3, 4, 4], [0, 0, 0]], [(0, "1-1"), (2, "3-1")]),
        drawing.steps(ABOUT, [(1.0, 0.8), (4.0, 0.1)], 5.0),
        drawing.bars(ABOUT, [drawing.Pair("1", 3, 4), drawing.Pair("", 0, 0)]),
        drawing.dots(ABOUT, [column, drawing.Column("Leeg", [], None, None)]),
    ]


def test_a_drawing_is_one_named_image_without_style(app: Flask) -> None:
    with app.test_request_context("/"):
        for svg in _drawn():
            root = ElementTree.fromstring(svg)  # noqa: S314  # our own drawing
            assert root.get("role") == "img"
            assert root[0].text == "Titel & zo"
            assert root[1].text == "Wat er <staat>"
            assert "style" not in svg


def test_a_drawing_of_nothing_is_a_drawing(app: Flask) -> None:
    with app.test_request_context("/"):
        for svg in (
            drawing.areas(ABOUT, [], []),
            drawing.areas(ABOUT, [[0, 0]], []),
            drawing.steps(ABOUT, [], 1.0),
            drawing.bars(ABOUT, []),
            drawing.dots(ABOUT, []),
        ):
            ElementTree.fromstring(svg)  # noqa: S314  # our own drawing


def test_numbers_at_the_ends_never_stand_on_each_other() -> None:
    places = drawing._apart([10.0, 12.0, 13.0, 200.0, 209.0])
    assert all(below - above >= drawing.LABEL_HEIGHT for above, below in pairwise(places))
