"""Open data: complete, safe to open, the same for everyone, and as cheap for many as for few."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from civic.db import db, now
from civic.initiatives import open_data, service
from civic.initiatives.models import Initiative
from civic.initiatives.queries import seen as reads
from civic.initiatives.routes import open_data as routes
from civic.initiatives.states import PUBLISHED, CouncilOutcome, PlaceState, WithdrawReason
from civic.regions.rules import Scope
from tests.factories import municipality
from tests.initiatives.factories import author, draft, published, supported

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "open-data-initiatieven.md"
FILES = ("/initiatieven.csv", "/initiatieven.json", "/initiatieven/cijfers.csv")


def rows_of(answer) -> list[dict[str, str]]:
    assert answer.status_code == 200
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""), delimiter=";"))


def all_of(client, url: str = "/initiatieven.json") -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    while url:
        content = client.get(url).json
        found += content["initiatieven"]
        url = content["volgende"] and "/" + content["volgende"].split("/", 3)[3]
    return found


def test_nothing_yet(client) -> None:
    assert rows_of(client.get("/initiatieven.csv")) == []
    content = client.get("/initiatieven.json").json
    assert (content["initiatieven"], content["volgende"]) == ([], None)
    assert (content["versie"], content["licentie"]) == (1, "CC0-1.0")


def test_one_row_per_municipality(app: Flask, client) -> None:
    with app.app_context():
        initiative = published(place_ids=(municipality().id, municipality("GM0303").id))
        supported(initiative, 100)
        number = initiative.id
    rows = rows_of(client.get("/initiatieven.csv"))
    assert [(row["gemeente"], row["gemeente_steun"], row["gemeente_stand"]) for row in rows] == [
        ("Dronten", "0", "zoekt-steun"),
        ("Lelystad", "100", "genoeg-steun"),
    ]
    assert {row["id"] for row in rows} == {str(number)}
    assert rows[0]["gebied"] == "regio"
    assert rows[0]["gemeente_gehaald_op"] == ""
    assert re.fullmatch(r"2026-11-23T11:\d\d:\d\d\+01:00", rows[1]["gemeente_gehaald_op"])
    (found,) = all_of(client)
    assert [one["code"] for one in found["gemeenten"]] == ["GM0303", "GM0995"]
    assert found["steun"] == 100
    assert found["url"].endswith(f"/initiatieven/{number}")


def test_drafts_and_people_stay_out(app: Flask, client) -> None:
    with app.app_context():
        supported(published(), 3)
        draft(title="Geheim")
        stopped = published(title="Ingetrokken plan")
        service.withdraw(stopped, WithdrawReason.SOLVED, actor=author(), at=now())
        db.session.commit()
    for path in FILES[:2]:
        text = client.get(path).text
        for secret in ("Geheim", "Eva", "Eigenaar", "example.nl/steun", "steun0@", "8232", "Schaduw"):
            assert secret not in text, f"{secret} in {path}"
        assert "Ingetrokken plan" in text
    found = all_of(client)
    assert {one["stand"] for one in found} == {"zoekt-steun", "ingetrokken"}
    assert {one["gemeenten"][0]["stand"] for one in found} == {"zoekt-steun", "ingetrokken"}


@pytest.mark.parametrize("title", ["=HYPERLINK(1)", "+31", "-1+1", "@SOM(1)", "\t=1", "＝1", 'a;"b"\nc'])
def test_no_cell_runs_as_a_formula(app: Flask, client, title: str) -> None:
    with app.app_context():
        initiative = published()
        initiative.title = title
        db.session.commit()
    (row,) = rows_of(client.get("/initiatieven.csv"))
    assert row["titel"] in {f"'{title}", title}
    assert not row["titel"].lstrip(" ").startswith(("=", "+", "-", "@", "\t", "＝"))
    assert all_of(client)[0]["titel"] == title


def test_the_district_of_a_district_only(app: Flask, client) -> None:
    with app.app_context():
        published(is_district=True, district_name="Zuiderzeewijk")
    (row,) = rows_of(client.get("/initiatieven.csv"))
    assert (row["gebied"], row["wijk"]) == ("wijk", "Zuiderzeewijk")


def test_pages_without_gap_or_double(app: Flask, client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "PAGE_SIZE", 3)
    monkeypatch.setattr(reads, "BATCH", 2)
    with app.app_context():
        ids = [published(now() - timedelta(days=n)).id for n in range(7)]
    assert [one["id"] for one in all_of(client)] == sorted(ids)
    assert [int(row["id"]) for row in rows_of(client.get("/initiatieven.csv"))] == sorted(ids)


@pytest.mark.parametrize("after", ["", "x", "-1", "99999999999999999999", "1~2", "٣", "%00"])
def test_a_strange_place_is_the_first_page(app: Flask, client, after: str) -> None:
    with app.app_context():
        published()
    answer = client.get(f"/initiatieven.json?na={after}")
    assert answer.status_code in {200, 400}
    if answer.status_code == 200:
        assert len(answer.json["initiatieven"]) in {0, 1}


def _statements(count_statements, client, path: str) -> int:
    with count_statements() as found:
        assert client.get(path).status_code == 200
    return len(found)


def test_statements_do_not_grow(app: Flask, client, count_statements) -> None:
    with app.app_context():
        published()
    paths = (*FILES, "/initiatieven/cijfers")
    few = [_statements(count_statements, client, path) for path in paths]
    with app.app_context():
        for number in range(12):
            supported(published(now() - timedelta(days=number)), 100 + number)
    assert [_statements(count_statements, client, path) for path in paths] == few
    assert few[:2] == [4, 2]
    assert max(few) <= 7


@pytest.mark.parametrize("path", FILES)
def test_any_site_may_read_it_without_cookies(app: Flask, client, sign_in, path: str) -> None:
    for visitor in (client, sign_in()):
        answer = visitor.get(f"{path}?taal=en", headers={"Origin": "https://elders.example"})
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert "Set-Cookie" not in answer.headers
        assert "public" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/initiatieven", "/initiatieven.atom", "/initiatieven/open-data", "/"])
def test_nothing_else_is_open_to_other_sites(client, path: str) -> None:
    assert "Access-Control-Allow-Origin" not in client.get(path).headers


@pytest.mark.parametrize("path", FILES)
def test_who_has_it_already_gets_nothing_twice(app: Flask, client, path: str) -> None:
    with app.app_context():
        number = published().id
    first = client.get(path)
    known = {"If-None-Match": first.headers["ETag"]}
    assert client.get(path, headers=known).status_code == 304
    with app.app_context():
        supported(db.session.get_one(Initiative, number), 20)
    changed = client.get(path, headers=known)
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


def test_a_date_is_enough_to_ask_again(app: Flask, client) -> None:
    with app.app_context():
        published()
    first = client.get("/initiatieven.csv")
    known = {"If-Modified-Since": first.headers["Last-Modified"]}
    assert client.get("/initiatieven.csv", headers=known).status_code == 304


@pytest.mark.parametrize("path", FILES)
def test_head_and_post(client, path: str) -> None:
    assert client.head(path).status_code == 200
    assert client.post(path).status_code == 405


def test_every_state_has_a_name() -> None:
    assert set(open_data.STATE_NAMES) == PUBLISHED
    assert set(open_data.PLACE_NAMES) == set(PlaceState)
    assert set(open_data.OUTCOME_NAMES) == set(CouncilOutcome)
    assert set(open_data.SCOPES) == set(Scope)


def test_the_document_and_the_page_name_every_field(app: Flask, client) -> None:
    with app.app_context():
        published()
    written = set(re.findall(r"`([a-z_]+)`", DOCUMENT.read_text(encoding="utf-8")))
    (found,) = all_of(client)
    names = {*open_data.COLUMNS, *open_data.FIGURE_COLUMNS, *found, *found["gemeenten"][0]}
    assert names <= written, names - written
    page = client.get("/initiatieven/open-data").text
    assert {name for name in open_data.COLUMNS if f">{name}</code>" not in page} == set()


def test_the_json_is_readable_for_people_too(app: Flask, client) -> None:
    with app.app_context():
        published(title="Çay drinken")
    assert '"titel": "Çay drinken"' in client.get("/initiatieven.json").text
    assert json.loads(client.get("/initiatieven.json").data)
