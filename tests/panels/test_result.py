"""The result: what everybody sees, what only the administrator gets, and the watermark on all of it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.accounts.states import Role
from civic.db import db
from civic.events.models import Event
from civic.panels.csvfile import csv_text, safe_cell
from civic.panels.models import KEEP_REGISTRANTS, Draw
from civic.panels.presentation import chances_of, groups_of
from civic.panels.service.panels import PanelText
from civic.retention import apply_retention
from tests.conftest import NOW
from tests.panels.makers import POOLS, make_finished_draw, make_ready_panel, respondents

IDS = [line.split(",")[0] for line in respondents().decode().splitlines()[1:]]
PUBLIC = ("", "/voortgang", "/samenstelling.csv", "/kansen.csv")


@pytest.fixture
def url(app: Flask) -> str:
    with app.app_context():
        draw = make_finished_draw(make_ready_panel())
        return f"/panels/{draw.panel_id}/loting/{draw.id}"


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.lstrip("\ufeff")), delimiter=";"))


def test_no_public_page_holds_an_id_or_a_combination(app: Flask, client: FlaskClient, url: str) -> None:
    pages = [client.get(f"{url}{path}").text for path in PUBLIC]
    pages += [client.get("/panels").text, client.get(url.partition("/loting")[0]).text]
    for page in pages:
        assert [one for one in IDS if one in page] == []
    for path in ("/leden.csv", "/zonder-kans"):
        assert client.get(f"{url}{path}").status_code == 302


@pytest.mark.parametrize("role", [None, Role.AUDITOR, Role.ADMINISTRATOR, Role.COUNCIL_OFFICE, Role.EDITOR])
@pytest.mark.parametrize("path", ["/leden.csv", "/zonder-kans"])
def test_members_are_for_the_administrator_only(
    sign_in: Callable[..., FlaskClient], url: str, role: Role | None, path: str
) -> None:
    stranger = sign_in(*([role] if role else []), email="vreemd@example.nl")
    answer = stranger.get(f"{url}{path}")
    assert answer.status_code == 403
    assert "XK00" not in answer.text
    page = stranger.get(url)
    assert page.status_code == 200
    assert "leden.csv" not in page.text


def test_members_csv(app: Flask, administrator_client: FlaskClient, url: str) -> None:
    assert f"{url}/leden.csv" in administrator_client.get(url).text
    answer = administrator_client.get(f"{url}/leden.csv")
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    assert "oefenloting-telt-niet" in answer.headers["Content-Disposition"]
    rows = rows_of(answer.text)
    assert len(rows) == 10
    assert list(rows[0]) == ["soort", "id", "leeftijd", "geslacht"]
    assert {row["soort"] for row in rows} == {"oefenloting"}
    assert {row["id"] for row in rows} <= set(IDS)
    assert len({row["id"] for row in rows}) == 10


def test_each_look_at_members_is_one_line_in_the_log(
    app: Flask, administrator_client: FlaskClient, url: str
) -> None:
    administrator_client.get(f"{url}/leden.csv")
    administrator_client.get(f"{url}/zonder-kans")
    administrator_client.get(url)
    with app.app_context():
        reads = db.session.scalars(
            select(Event).where(Event.action == "members_read").order_by(Event.id)
        ).all()
        assert [event.reason_code for event in reads] == ["members_csv", "impossible_groups"]
        assert all(event.actor_id and event.data == {} for event in reads)
        everything = str(db.session.execute(db.text("SELECT * FROM event")).all())
    assert "XK00" not in everything


def test_everything_says_practice(client: FlaskClient, url: str) -> None:
    page = client.get(url).text
    assert page.count("OEFENLOTING – telt niet") == 2
    assert "<title>\n" not in page
    assert "Oefenloting 1" in page.partition("</title>")[0]
    for path in ("/samenstelling.csv", "/kansen.csv"):
        answer = client.get(f"{url}{path}")
        assert "oefenloting-telt-niet" in answer.headers["Content-Disposition"]
        assert {row["soort"] for row in rows_of(answer.text)} == {"oefenloting"}


def test_what_the_second_program_did_not_check(app: Flask, client: FlaskClient, url: str) -> None:
    fairest = "Dat het niet eerlijker kan, controleerde dit tweede programma niet."
    no_chance = "Dat een groep geen kans heeft, controleerde het ook niet."
    page = client.get(url).text
    assert fairest in page
    assert no_chance not in page
    assert "opnieuw bewezen" not in page
    with app.app_context():
        draw = db.session.scalars(select(Draw)).one()
        draw.result = {**(draw.result or {}), "impossible": 3}
        db.session.commit()
    assert no_chance in client.get(url).text


def test_percentages_follow_the_language(client: FlaskClient, url: str) -> None:
    dutch, english = client.get(f"{url}?taal=nl").text, client.get(f"{url}?taal=en").text
    assert re.search(r"<desc[^>]*>[^<]*\d,\d\d%", dutch)
    assert re.search(r"<desc[^>]*>[^<]*\d\.\d\d%", english)


def test_small_numbers_are_for_staff(
    app: Flask, client: FlaskClient, administrator_client: FlaskClient, url: str
) -> None:
    """Ten seats: every group has fewer than ten, so the public reads that the quota was met."""
    public = rows_of(client.get(f"{url}/samenstelling.csv").text)
    assert {row["geloot"] for row in public} == {"binnen quotum"}
    assert {row["aanmeldingen"] for row in public} == {"13", "14", "19", "21"}
    assert (
        administrator_client.get(f"{url}/samenstelling.csv").text
        == client.get(f"{url}/samenstelling.csv").text
    )
    assert "binnen quotum" in client.get(url).text
    assert 'data-label="Geloot">binnen quotum' not in administrator_client.get(url).text


def test_large_numbers_are_public(app: Flask, client: FlaskClient) -> None:
    folder = POOLS / "example_large_200"
    files = ((folder / name).read_bytes() for name in ("categories.csv", "respondents.csv"))
    with app.app_context():
        panel = make_ready_panel(*files, text=PanelText("Groot panel", "Een vraag die lang genoeg is.", 200))
        draw = make_finished_draw(panel)
        url = f"/panels/{draw.panel_id}/loting/{draw.id}"
        result = draw.result or {}
        assert chances_of(result).smallest == pytest.approx(0.1, abs=1e-5)  # the published value
        assert chances_of(result).is_best_possible
    rows = rows_of(client.get(f"{url}/samenstelling.csv").text)
    by_feature: dict[str, int] = {}
    for row in rows:
        assert int(row["minimum"]) <= int(row["geloot"]) <= int(row["maximum"])
        by_feature[row["kenmerk"]] = by_feature.get(row["kenmerk"], 0) + int(row["geloot"])
    assert set(by_feature.values()) == {200}
    assert "10,00%" in client.get(url).text


def test_a_hidden_number_cannot_be_worked_out() -> None:
    values = [
        {"value": "a", "min": 0, "max": 99, "drawn": 60, "available": 300},
        {"value": "b", "min": 0, "max": 99, "drawn": 37, "available": 200},
        {"value": "c", "min": 0, "max": 9, "drawn": 3, "available": 50},
    ]
    rows = groups_of([{"name": "x", "values": values}], 10)[0].rows
    assert [row.drawn for row in rows] == [60, None, None]  # b is hidden too: 100 - 60 - 37 = 3
    assert [row.registered for row in rows] == [300, 200, 50]
    assert [row.drawn for row in groups_of([{"name": "x", "values": values}], None)[0].rows] == [60, 37, 3]


def test_the_curve_has_a_twin_in_figures(client: FlaskClient, url: str) -> None:
    page = client.get(url).text
    assert page.count("<svg") > 1
    assert "chart__drawing" in page
    assert " style=" not in page
    rows = rows_of(client.get(f"{url}/kansen.csv").text)
    assert len(rows) == 101
    chances = [float(row["kans in procenten"].replace(",", ".")) for row in rows]
    assert chances == sorted(chances)
    assert 0 < chances[0] <= 25 <= chances[-1] <= 100  # ten of forty: a quarter on average


def test_the_check_names_seed_hashes_and_command(app: Flask, client: FlaskClient, url: str) -> None:
    page = client.get(url).text
    with app.app_context():
        draw = db.session.scalars(select(Draw)).one()
        for part in (str(draw.seed), draw.files.categories_sha256, draw.files.respondents_sha256):
            assert part in page
    assert "python -m civic.sortition draw" in page
    assert "python -m civic.sortition verify" in page


def test_a_failed_or_open_draw_has_no_downloads(app: Flask, administrator_client: FlaskClient) -> None:
    from tests.panels.makers import make_draw

    with app.app_context():
        draw = make_draw(make_ready_panel())
        url = f"/panels/{draw.panel_id}/loting/{draw.id}"
    for path, status in (
        ("leden.csv", 409),
        ("zonder-kans", 409),
        ("samenstelling.csv", 404),
        ("kansen.csv", 404),
    ):
        assert administrator_client.get(f"{url}/{path}").status_code == status


def test_members_go_after_ninety_days_and_figures_stay(
    app: Flask, client: FlaskClient, administrator_client: FlaskClient, url: str
) -> None:
    with app.app_context():
        apply_retention(NOW + KEEP_REGISTRANTS + timedelta(days=1))
    assert administrator_client.get(f"{url}/leden.csv").status_code == 409
    assert "De lijst met gelote codes is verwijderd op" in administrator_client.get(url).text
    assert "kleinste kans" in client.get(url).text


FORMULAS = ["=1+1", "+31", "-2", "@SUM(A1)", "\tx", "\r=1", " =cmd|' /C calc'!A0", "%0A"]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula(text: str) -> None:
    assert str(safe_cell(text)).startswith("'")
    read_back = next(csv.reader(io.StringIO(csv_text([text], [])), delimiter=";"))
    assert read_back[0].startswith("'")


def test_ordinary_cells_stay_as_they_are() -> None:
    assert [safe_cell(one) for one in ("16-24", "Almere", 12, -3, None, "")] == [
        "16-24",
        "Almere",
        12,
        -3,
        None,
        "",
    ]


def test_ids_that_are_formulas_come_out_harmless(app: Flask, administrator_client: FlaskClient) -> None:
    people = respondents().replace(b"XK", b"+HYPERLINK(1)K")
    with app.app_context():
        draw = make_finished_draw(make_ready_panel(people=people))
        url = f"/panels/{draw.panel_id}/loting/{draw.id}"
    rows = rows_of(administrator_client.get(f"{url}/leden.csv").text)
    assert all(row["id"].startswith("'+HYPERLINK") for row in rows)


def test_what_only_the_engine_needs_is_not_shown() -> None:
    """How many people a feature is not about is public: beside it a hidden number would be no secret."""
    values = [
        {"value": "vrouw", "min": 3, "max": 5, "available": 288},
        {"value": "man", "min": 3, "max": 5, "available": 306},
        {"value": "X", "min": 0, "max": 1, "available": 7},
        {"value": "n.v.t.", "min": 50, "max": 50, "available": 50},
    ]
    seats = [{"value": "vast", "min": 50, "max": 50, "available": 50}]
    seats.append({"value": "loting", "min": 0, "max": 100, "available": 601})
    groups = groups_of([{"name": "geslacht", "values": values}, {"name": "plaats", "values": seats}], 10)
    assert [group.feature for group in groups] == ["geslacht"]
    assert [(row.value, row.registered) for row in groups[0].rows] == [
        ("vrouw", None),
        ("man", 306),
        ("X", None),
    ]
