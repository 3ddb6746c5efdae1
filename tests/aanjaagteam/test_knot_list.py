"""All knots in one list: what it says of each, its filters, its scope, its cost, and the same as a table."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.aanjaagteam import service
from civic.aanjaagteam.models import Report
from civic.aanjaagteam.routes import knot_list as routes
from civic.aanjaagteam.service import checks
from civic.aanjaagteam.service.knots import ProcessFix
from civic.aanjaagteam.states import State
from civic.aanjaagteam.states.knots import CheckResult, ProcessOutcome
from civic.calendar import Calendar, today
from civic.db import db, now
from civic.events import queries as events
from tests.aanjaagteam.makers import KNOT, STORY, TITLE, member, report_in
from tests.aanjaagteam.queue_makers import unit

URL = "/aanjaagteam/knopen"


@pytest.fixture
def cut(app: Flask) -> Callable[..., int]:
    """A report with a knot, cut three weeks ago."""

    def _cut(code: str | None = "GM0995", **given: Any) -> int:
        at = now() - timedelta(days=21)
        with app.app_context():
            report = report_in(State.TAKEN_UP, code=code, at=at)
            knot = replace(KNOT, **{"decided_on": today(at), **given})
            service.decide(report, knot, report.revision, actor=member(), at=at)
            db.session.commit()
            return report.id

    return _cut


def follows(app: Flask, days: int) -> ProcessFix:
    """Promised for so many days from now; below zero it is late already."""
    with app.app_context():
        owner = member().id
        db.session.commit()
    day = Calendar().next_working_day(today(now()) + timedelta(days=days))
    return ProcessFix(ProcessOutcome.FOLLOWS, "Eén loket.", owner, day)


def numbers(client: FlaskClient, query: str = "") -> list[int]:
    """Of the reports on the page; and the table says the same."""
    page = client.get(f"{URL}?{query}")
    assert page.status_code == 200
    found = [int(one) for one in re.findall(r"/aanjaagteam/meldingen/(\d+)\"", page.text)]
    sheet = client.get(f"{URL}.csv?{query}").get_data().decode("utf-8-sig")
    rows = csv.DictReader(io.StringIO(sheet), delimiter=";")
    assert [int(row["Nummer van de melding"]) for row in rows] == found
    return found


def test_what_it_says_and_its_filters(app: Flask, team: FlaskClient, cut: Callable[..., int]) -> None:
    on = today(now())
    plain, soon = cut(), cut(valid_until=on + timedelta(days=3))
    over, mended = cut(valid_until=on - timedelta(days=1)), cut("GM0303")
    following, late = cut(process=follows(app, 30)), cut(process=follows(app, 5))
    with app.app_context():
        for number in (plain, over):
            result = CheckResult.DONE if number == plain else CheckResult.PARTLY
            again = None if number == plain else Calendar().next_working_day(on + timedelta(days=9))
            looked = checks.Looked(result, "Nog één bord.", again)
            report = db.session.get_one(Report, number)
            checks.check_execution(report, looked, 0, actor=member(), at=now())
        report = db.session.get_one(Report, mended)
        report.unit_id = unit("Handhaving").id
        fix = ProcessFix(ProcessOutcome.CHANGED, "Eén loket.")
        knot = replace(KNOT, process=fix, decided_on=on)
        service.decide(report, knot, report.revision, actor=member(), at=now())
        deadline = events.deadline_of(db.session.get_one(Report, late), "process_change")
        assert deadline is not None
        deadline.due_on = on - timedelta(days=1)
        db.session.commit()
        place, where = report.municipality_id, report.unit_id
    everything = [mended, late, following, mended, over, soon, plain]
    assert numbers(team) == everything, "the newest day first, then the newest"
    assert numbers(team, "stand=geldt") == [mended, late, following, plain]
    assert numbers(team, "stand=bijna-verlopen") == [soon]
    assert numbers(team, "stand=verlopen") == [over]
    assert numbers(team, "stand=vervangen") == [mended]
    assert numbers(team, "uitvoering=gedaan") == [plain]
    assert numbers(team, "uitvoering=niet-gedaan") == [over]
    unseen = [mended, late, following, soon]
    assert numbers(team, "uitvoering=niet-gecontroleerd") == unseen, "not what was replaced"
    assert numbers(team, "proces=hersteld") == [mended]
    assert (numbers(team, "proces=volgt"), numbers(team, "proces=te-laat")) == ([following], [late])
    assert numbers(team, "proces=niet-nodig&stand=vervangen") == [mended]
    assert numbers(team, f"gemeente={place}") == numbers(team, f"afdeling={where}") == [mended, mended]
    assert numbers(team, "stand=x&proces=%27&gemeente=-1&afdeling=" + "9" * 30) == everything
    page = team.get(f"{URL}?stand=verlopen&proces=te-laat").text
    assert "Kies minder filters" in page
    assert STORY[:20] not in team.get(URL).text


def test_empty_scope_and_the_way_to_it(
    client: FlaskClient, team: FlaskClient, scoped: FlaskClient, cut: Callable[..., int]
) -> None:
    assert "Zodra het team een knoop doorhakt" in team.get(URL).text
    assert client.get(URL).status_code == 302
    near, _far, _nowhere = cut("GM0303"), cut("GM0034"), cut(None)
    assert numbers(scoped) == [near]
    assert f'href="{URL}"' in team.get("/aanjaagteam?status=").text


def test_six_statements_whatever_the_size(
    team: FlaskClient,
    cut: Callable[..., int],
    count_statements: Callable[[], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for _one in range(5):
        cut(decided_on=date(2026, 11, 2))
    counts = []
    for size in (2, 5):
        monkeypatch.setattr(routes, "PAGE_SIZE", size)
        with count_statements() as seen:
            page = team.get(URL).text
        assert page.count(TITLE) == size
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 6
    monkeypatch.setattr(routes, "PAGE_SIZE", 2)
    monkeypatch.setattr(routes, "CSV_PAGE", 2)
    found, url = [], URL
    while url:
        page = team.get(url).text
        found += re.findall(r"/aanjaagteam/meldingen/(\d+)\"", page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        url = following[1].replace("&amp;", "&") if following else ""
    assert len(found) == len(set(found)) == 5
    assert len(team.get(f"{URL}.csv").text.splitlines()) == 6
