"""The history page and its CSV, for auditors and administrators."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.accounts.states import Role
from civic.db import db
from civic.events import service as events
from civic.events.models import Event, Visibility
from civic.events.spreadsheet import csv_line, safe_cell
from tests.conftest import NOW
from tests.factories import make_user, municipality

SignIn = Callable[..., FlaskClient]
PAGE, CSV = "/beheer/geschiedenis", "/beheer/geschiedenis.csv"


def put(app: Flask, *actions: str, at: datetime = NOW, actor: str = "", code: str = "GM0995") -> None:
    with app.app_context():
        who = make_user(email=actor, name="Fatma Yıldız") if actor else None
        for action in actions:
            events.record(municipality(code), events.What(action), actor=who, at=at)
        db.session.commit()


def actions_on(page: str) -> list[str]:
    return [part.split("</code>")[0] for part in page.split('<p class="meta"><code>')[1:]]


def test_newest_first(app: Flask, sign_in: SignIn) -> None:
    put(app, "first", "second")
    page = sign_in(Role.AUDITOR).get(PAGE).get_data(as_text=True)
    assert actions_on(page) == ["second", "first"]


def test_empty(sign_in: SignIn) -> None:
    client = sign_in(Role.AUDITOR)
    assert "Nog niets gebeurd" in client.get(PAGE).get_data(as_text=True)
    assert "Niets gevonden" in client.get(PAGE + "?nummer=77").get_data(as_text=True)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("soort=municipality", ["other", "by_hand", "later", "early"]),
        ("actie=early", ["early"]),
        ("door=user", ["by_hand"]),
        ("door=system", ["other", "later", "early"]),
        ("vanaf=2026-11-24", ["later"]),
        ("tot=2026-11-23", ["other", "by_hand", "early"]),
        ("vanaf=2026-11-23&tot=2026-11-23&door=user", ["by_hand"]),
    ],
)
def test_filters(app: Flask, sign_in: SignIn, query: str, wanted: list[str]) -> None:
    put(app, "early")
    put(app, "later", at=datetime(2026, 11, 23, 23, 30, tzinfo=UTC))  # half past midnight in Lelystad
    put(app, "by_hand", actor="fatma@example.nl")
    put(app, "other", code="GM0034")
    assert actions_on(sign_in(Role.AUDITOR).get(f"{PAGE}?{query}").get_data(as_text=True)) == wanted


def test_one_subject(app: Flask, sign_in: SignIn) -> None:
    put(app, "here")
    put(app, "there", code="GM0034")
    with app.app_context():
        number = municipality("GM0034").id
    page = sign_in(Role.AUDITOR).get(f"{PAGE}?soort=municipality&nummer={number}").get_data(as_text=True)
    assert actions_on(page) == ["there"]
    assert f'value="{number}"' in page


@pytest.mark.parametrize(
    "query",
    [
        "vanaf=gisteren",
        "nummer=abc",
        "nummer=-1",
        "nummer=" + "9" * 30,
        "soort=onzin",
        "door=iemand",
        "tot=2026-13-40",
    ],
)
def test_a_filter_that_makes_no_sense_says_so(app: Flask, sign_in: SignIn, query: str) -> None:
    put(app, "early")
    client = sign_in(Role.AUDITOR)
    response = client.get(f"{PAGE}?{query}")
    assert response.status_code == 422
    assert "Er ging iets mis" in response.get_data(as_text=True)
    assert client.get(f"{CSV}?{query}").status_code == 422


@pytest.mark.parametrize("value", ["x" * 10_000, "🎉", "<script>alert(1)</script>", "' OR 1=1 --", "יום"])
def test_strange_input(sign_in: SignIn, value: str) -> None:
    client = sign_in(Role.AUDITOR)
    for name in ("soort", "nummer", "actie", "door", "vanaf", "tot", "voor", "na"):
        response = client.get(PAGE, query_string={name: value})
        assert response.status_code in {200, 422}
        assert "<script>alert" not in response.get_data(as_text=True)


def test_pages_keep_the_filters(app: Flask, sign_in: SignIn) -> None:
    put(app, *(["tick"] * 60), "noise")
    client = sign_in(Role.AUDITOR)
    first = client.get(f"{PAGE}?actie=tick").get_data(as_text=True)
    assert len(actions_on(first)) == 50
    next_url = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "actie=tick" in next_url
    second = client.get(next_url).get_data(as_text=True)
    assert len(actions_on(second)) == 10
    back = second.split('rel="prev" href="')[1].split('"')[0].replace("&amp;", "&")
    assert len(actions_on(client.get(back).get_data(as_text=True))) == 50


@pytest.mark.parametrize(
    "query", ["endpoint=x&_method=POST&_external=1&_scheme=ftp&nummer=&page=2", "voor=9223372036854775807"]
)
def test_orders_in_the_address_are_no_filters(app: Flask, sign_in: SignIn, query: str) -> None:
    put(app, *(["tick"] * 60))
    response = sign_in(Role.AUDITOR).get(f"{PAGE}?{query}")
    assert response.status_code == 200
    export = response.text.split('href="' + CSV)[1].split('"')[0]
    assert export == ""
    following = response.text.split('rel="next" href="')[1].split('"')[0]
    assert following.startswith(PAGE + "?")
    assert "endpoint" not in following


@pytest.mark.parametrize(
    "query", ["voor=9999&endpoint=x", "voor=9223372036854775807", "na=9223372036854775807"]
)
def test_strange_pages_of_another_list(sign_in: SignIn, query: str) -> None:
    assert sign_in().get(f"/panels?{query}").status_code == 200


def test_people_read_titles_not_codes(app: Flask, sign_in: SignIn) -> None:
    put(app, "rule_set_added", "unheard_of")
    page = sign_in(Role.AUDITOR).get(PAGE).text
    visible = re.sub(r"<details>.*?</details>", "", page.split("<tbody>")[1], flags=re.S)
    assert "rule_set_added" not in visible
    assert "unheard_of" not in visible
    assert "Iets veranderde" in visible
    assert '<option value="rule_set_added">Nieuwe regels vanaf … (versie …)</option>' in page


def test_residents_are_not_named(app: Flask, sign_in: SignIn) -> None:
    put(app, "a", actor="fatma@example.nl")
    page = sign_in(Role.AUDITOR).get(PAGE).get_data(as_text=True)
    assert "Fatma" not in page
    assert "inwoner" in page


def test_the_number_of_statements_does_not_grow(
    app: Flask, sign_in: SignIn, count_statements: Callable[[], Any]
) -> None:
    client = sign_in(Role.AUDITOR)
    put(app, "a", actor="p0@example.nl")
    with count_statements() as few:
        client.get(PAGE)
    for number in range(40):
        put(app, "a", actor=f"p{number}@example.nl")
    with count_statements() as many:
        client.get(PAGE)
    assert len(many) == len(few)


@pytest.mark.parametrize("path", [PAGE, CSV])
def test_anonymous_strangers_and_post(client: FlaskClient, sign_in: SignIn, path: str) -> None:
    assert client.get(path).status_code == 302
    for role in (None, Role.EDITOR, Role.COUNCIL_OFFICE, Role.AANJAAGTEAM_MEMBER, Role.LOTTERY_ADMINISTRATOR):
        stranger = sign_in(*([role] if role else []), email=f"{role}@example.nl".replace("Role.", "").lower())
        assert stranger.get(path).status_code == 403
    auditor = sign_in(Role.AUDITOR, email="controle@example.nl")
    assert auditor.get(path).status_code == 200
    assert auditor.post(path).status_code == 405


def rows_of(client: FlaskClient, query: str = "") -> list[list[str]]:
    response = client.get(CSV + query)
    assert response.status_code == 200
    assert response.mimetype == "text/csv"
    assert "attachment" in response.headers["Content-Disposition"]
    text = response.get_data(as_text=True)
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:]), delimiter=";"))


def test_the_csv(app: Flask, sign_in: SignIn) -> None:
    with app.app_context():
        user = make_user(email="fatma@example.nl", name="Fatma Yıldız")
        what = events.What(
            "publish", from_state="draft", to_state="open", data={"n": 3}, visibility=Visibility.PUBLIC
        )
        events.record(municipality(), what, actor=user, at=NOW)
        db.session.commit()
        number = user.id
    header, *rows = rows_of(sign_in(Role.AUDITOR, email="controle@example.nl"), "?actie=publish")
    assert header[:4] == ["nummer", "moment", "soort", "onderwerp"]
    (row,) = rows
    assert row[1] == "2026-11-23T11:00:00+01:00"
    assert row[4:] == ["publish", "draft", "open", "user", str(number), "", "n=3", "public"]
    assert "Fatma" not in str(rows)


def test_downloading_is_itself_an_event(app: Flask, sign_in: SignIn) -> None:
    rows_of(sign_in(Role.AUDITOR))
    with app.app_context():
        event = db.session.scalars(select(Event).where(Event.action == "history_exported")).one()
        assert event.actor_kind == "user"
        assert event.subject_type == "user"


def test_a_long_log_comes_out_whole(app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("civic.events.queries.EXPORT_BATCH", 7)
    put(app, *(["tick"] * 50))
    _header, *rows = rows_of(sign_in(Role.AUDITOR), "?actie=tick")
    numbers = [int(row[0]) for row in rows]
    assert numbers == sorted(numbers, reverse=True)
    assert len(set(numbers)) == 50


@pytest.mark.parametrize("text", ["=1+1", "+31", "-2", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1", "\n=1"])
def test_a_formula_becomes_text(text: str) -> None:
    assert safe_cell(text) == "'" + text


@pytest.mark.parametrize("value", ["gewoon", "a=b", "", 12, -3, 1.5, None, "🎉"])
def test_ordinary_cells_stay(value: object) -> None:
    assert safe_cell(value) == value


def test_a_line_can_be_read_back() -> None:
    cells = ['met "aanhaling"', "punt;komma", "twee\nregels", "nul\x00teken"]
    assert next(csv.reader(io.StringIO(csv_line(cells)), delimiter=";"))[:3] == cells[:3]
    assert "\x00" not in csv_line(cells)


def test_far_away_days(sign_in: SignIn) -> None:
    client = sign_in(Role.AUDITOR)
    assert client.get(PAGE + "?vanaf=0001-01-01&tot=9999-12-30").status_code == 200
    assert client.get(PAGE + "?tot=9999-12-31").status_code in {200, 422}
    assert NOW - timedelta(days=1) < NOW
