"""Open data: what is in the files, what is not, and that nothing shifts while somebody reads."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from flask import Flask
from flask.testing import FlaskClient

from civic.aanjaagteam import open_data as fields
from civic.aanjaagteam.models import Report, ReportWait
from civic.aanjaagteam.queries import open_data as queries
from civic.aanjaagteam.states import DeclineReason, Outcome, State
from civic.aanjaagteam.states.facts import ReportKind, WaitKind
from civic.db import db
from tests.aanjaagteam.consult_makers import unit
from tests.aanjaagteam.makers import STORY, TITLE, member, report_in
from tests.conftest import NOW

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "open-data-meldingen.md"


def wait(app: Flask, report_id: int, **given: Any) -> None:
    with app.app_context():
        if "unit_id" not in given and given.get("kind", WaitKind.UNIT) is WaitKind.UNIT:
            given["unit_id"] = unit(headcount=given.pop("headcount", 12)).id
        facts = {"kind": WaitKind.UNIT, "began_at": NOW - timedelta(days=40), **given}
        db.session.add(ReportWait(report_id=report_id, began_by_id=member().id, **facts))
        db.session.commit()


def read_csv(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig")), delimiter=";"))


def test_json_and_csv_say_the_same(app: Flask, client: FlaskClient, make: Callable[..., int]) -> None:
    number = make(State.DECIDED, at=NOW)
    wait(app, number)
    found = client.get("/meldingen.json")
    content = found.get_json()
    assert (content["schema_version"], content["licentie"], content["volgende"]) == (1, "CC0-1.0", None)
    (one,) = content["meldingen"]
    assert one["id"] == number
    assert one["url"].endswith(f"/meldingen/{number}")
    assert (one["titel"], one["stand"], one["soort"]) == (TITLE, "besloten", "vastgelopen")
    assert (one["gemeente_code"], one["gemeente"]) == ("GM0995", "Lelystad")
    assert (one["speelt_sinds"], one["gemeld_in"], one["gepubliceerd_op"]) == (
        "2026-04",
        "2026-11",
        "2026-11-23",
    )
    assert (one["wacht_op"], one["wacht_op_afdeling"]) == ("afdeling", "Vergunningen")
    assert (one["wacht_sinds"], one["wacht_op_meer"]) == ("2026-10-14", 0)
    assert (one["besluit"], one["besloten_op"]) == ("Ja, het terras mag open.", "2026-11-01")
    sheet = client.get("/meldingen.csv")
    (row,) = read_csv(sheet)
    assert list(row) == list(fields.COLUMNS)
    assert (row["id"], row["titel"], row["wacht_op_afdeling"]) == (str(number), TITLE, "Vergunningen")
    assert row["speelt_sinds_bekend"] == "ja"
    for answer in (found, sheet):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "max-age=60" in answer.headers["Cache-Control"]
        assert "Set-Cookie" not in answer.headers


def test_only_what_is_published_and_nothing_a_reporter_wrote(
    app: Flask, client: FlaskClient, make: Callable[..., int]
) -> None:
    hidden = make(State.DECIDED, is_public=False)
    new = make(State.NEW)
    shown = make(State.TAKEN_UP, email="melder@example.nl")
    wait(app, hidden)
    wait(app, shown, kind=WaitKind.OTHER_ORGANISATION, party="Jan de Vries", question="Belt hij?")
    for url in ("/meldingen.json", "/meldingen.csv", f"/meldingen/{shown}.json", "/meldingen.atom"):
        text = client.get(url).get_data(as_text=True)
        for secret in (STORY, "pimpelpaars", "melder@example.nl", "Jan de Vries", "Belt hij", "Tess Team"):
            assert secret not in text
    assert [one["id"] for one in client.get("/meldingen.json").get_json()["meldingen"]] == [shown]
    for number in (hidden, new, 99999):
        assert client.get(f"/meldingen/{number}.json").status_code == 404


def test_no_moments_but_days_and_months(app: Flask, client: FlaskClient, make: Callable[..., int]) -> None:
    number = make(State.DONE)
    text = client.get(f"/meldingen/{number}.json").get_data(as_text=True)
    assert "T09:" not in text
    assert "+0" not in text
    with app.app_context():
        day = db.session.get_one(Report, number).created_at.date().isoformat()
    melding = json.loads(text)["melding"]
    assert melding["gemeld_in"] == day[:7]
    assert melding["uitkomst"] == "deels-opgelost"


def test_a_unit_that_is_one_or_two_people_is_not_named(
    app: Flask, client: FlaskClient, make: Callable[..., int]
) -> None:
    number = make(State.TAKEN_UP)
    wait(app, number, headcount=2)
    (one,) = client.get("/meldingen.json").get_json()["meldingen"]
    assert (one["wacht_op"], one["wacht_op_afdeling"]) == ("afdeling", None)
    for url in ("/meldingen", f"/meldingen/{number}"):
        page = client.get(url).text
        assert "Vergunningen" not in page
        assert "een afdeling" in page.lower()


def test_wait_that_ended_was_a_mistake_or_is_not_the_longest(
    app: Flask, client: FlaskClient, make: Callable[..., int]
) -> None:
    number = make(State.TAKEN_UP)
    wait(app, number, ended_at=NOW - timedelta(days=2), ended_by_id=1)
    wait(app, number, is_mistake=True)
    assert client.get("/meldingen.json").get_json()["meldingen"][0]["wacht_op"] is None
    wait(app, number, kind=WaitKind.COUNCIL, began_at=NOW - timedelta(days=5))
    wait(app, number, kind=WaitKind.MANAGEMENT, began_at=NOW - timedelta(days=9))
    one = client.get("/meldingen.json").get_json()["meldingen"][0]
    assert (one["wacht_op"], one["wacht_sinds"], one["wacht_op_meer"]) == ("leiding", "2026-11-14", 1)


def test_one_report_with_every_decision(app: Flask, client: FlaskClient, make: Callable[..., int]) -> None:
    from dataclasses import replace

    from civic.aanjaagteam import service
    from tests.aanjaagteam.makers import KNOT

    with app.app_context():
        report = report_in(State.DECIDED)
        again = replace(KNOT, decision="Toch alleen op zaterdag.", reversal_reason="De buren klagen.")
        service.decide(report, again, report.revision, actor=member(), at=NOW)
        number = report.id
        db.session.commit()
    melding = client.get(f"/meldingen/{number}.json").get_json()["melding"]
    new, old = melding["besluiten"]
    assert melding["besluit"] == new["besluit"] == "Toch alleen op zaterdag."
    assert (new["vervangen_door"], old["vervangen_door"]) == (None, new["id"])


def test_pages_by_number_meet_every_report_once(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        numbers = [report_in(State.TRIAGED).id for _number in range(7)]
        db.session.commit()
        seen: list[int] = []
        while found := queries.records_after(seen[-1] if seen else 0, 3):
            seen += [one.id for one in found]
        assert seen == numbers
    for strange in ("x", "-1", "99999999999999", ""):
        assert client.get(f"/meldingen.json?na={strange}").status_code == 200
    assert client.get(f"/meldingen.json?na={numbers[-1]}").get_json()["meldingen"] == []


def test_who_has_it_gets_nothing_twice(app: Flask, client: FlaskClient, make: Callable[..., int]) -> None:
    number = make(State.TRIAGED)
    for url in ("/meldingen.json", "/meldingen.csv", "/meldingen.atom"):
        tag = client.get(url).headers["ETag"]
        assert client.get(url, headers={"If-None-Match": tag}).status_code == 304
    tag = client.get("/meldingen.csv").headers["ETag"]
    make(State.NEW)  # what is not published leaves no trace in the tag
    assert client.get("/meldingen.csv").headers["ETag"] == tag
    wait(app, number)
    assert client.get("/meldingen.csv").headers["ETag"] != tag


def test_formulas_do_not_run(app: Flask, client: FlaskClient, make: Callable[..., int]) -> None:
    number = make(State.TRIAGED)
    with app.app_context():
        db.session.get_one(Report, number).public_title = "=1+1 😀"
        db.session.commit()
    assert read_csv(client.get("/meldingen.csv"))[0]["titel"] == "'=1+1 😀"


def test_feed_of_decisions(client: FlaskClient, make: Callable[..., int]) -> None:
    number = make(State.DECIDED)
    make(State.DECIDED, is_public=False)
    answer = client.get("/meldingen.atom")
    assert answer.mimetype == "application/atom+xml"
    entries = ElementTree.fromstring(answer.get_data()).findall("{http://www.w3.org/2005/Atom}entry")  # noqa: S314 - our own
    assert len(entries) == 1
    assert f"/meldingen/{number}#besluit-" in answer.text
    assert "Ja, het terras mag open." in answer.text


def test_every_code_has_a_name_and_every_field_is_documented(client: FlaskClient) -> None:
    assert set(fields.STATE_NAMES) == set(State)
    assert set(fields.WAIT_NAMES) == set(WaitKind)
    assert set(fields.KIND_NAMES) == set(ReportKind)
    assert set(fields.OUTCOME_NAMES) == set(Outcome)
    assert set(fields.DECLINE_NAMES) == set(DeclineReason)
    page = client.get("/meldingen/open-data").text
    document = DOCUMENT.read_text(encoding="utf-8")
    for name in fields.COLUMNS:
        assert f'<code lang="nl">{name}</code>' in page
        assert f"`{name}`" in document
    names = (*fields.KIND_NAMES.values(), *fields.OUTCOME_NAMES.values(), *fields.DECLINE_NAMES.values())
    for name in (*names, *fields.STATE_NAMES.values(), *fields.WAIT_NAMES.values()):
        assert f"`{name}`" in document


def test_statements_do_not_grow(app: Flask, client: FlaskClient, count_statements: Callable[[], Any]) -> None:
    def more(times: int) -> None:
        with app.app_context():
            for _number in range(times):
                report_in(State.DECIDED)
            db.session.commit()

    more(2)
    with count_statements() as few:
        client.get("/meldingen.json")
        client.get("/meldingen.csv")
    more(12)
    with count_statements() as many:
        client.get("/meldingen.json")
        client.get("/meldingen.csv")
    assert len(many) == len(few)
