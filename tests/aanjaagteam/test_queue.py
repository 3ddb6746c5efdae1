"""The list of the team: who sees it, in what order, with which filters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.aanjaagteam import policy, queries
from civic.aanjaagteam.states import State
from civic.accounts.states import Role
from civic.calendar import today
from civic.db import db, now
from tests.aanjaagteam.makers import TITLE, member, new_report, report_in
from tests.conftest import NOW
from tests.factories import municipality

URL = "/aanjaagteam"


def test_anonymous_is_sent_to_sign_in(client: FlaskClient) -> None:
    assert client.get(URL).status_code == 302


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AANJAAGTEAM_MEMBER])
def test_others_may_not_see_it(sign_in: Callable[..., FlaskClient], role: Role) -> None:
    assert sign_in(role, email="ander@example.nl").get(URL).status_code == 403


def test_empty(team: FlaskClient) -> None:
    page = team.get(URL)
    assert page.status_code == 200
    assert "Geen meldingen" in page.text


def test_row_shows_what_the_team_needs(team: FlaskClient, make: Callable[..., int]) -> None:
    number = make(State.TAKEN_UP)
    page = team.get(URL).text
    for words in (f"/aanjaagteam/meldingen/{number}", TITLE, "Lelystad", "Opgepakt", "Tess Team"):
        assert words in page


def test_longest_waiting_first(app: Flask) -> None:
    with app.app_context():
        days = [date(2026, 6, 1), date(2026, 2, 1), date(2026, 9, 1), date(2026, 2, 1)]
        numbers = [new_report(since_on=day, at=NOW).report.id for day in days]
        page = queries.queue(member(), queries.QueueFilter(), None, today(NOW))
        assert [row.id for row in page.rows] == [numbers[1], numbers[3], numbers[0], numbers[2]]
        assert page.rows[0].waited_days == 295


@pytest.mark.parametrize(
    ("query", "state", "is_there"),
    [
        ("", State.TAKEN_UP, True),
        ("", State.DONE, False),
        ("status=klaar", State.DONE, True),
        ("status=alles", State.DONE, True),
        ("status=nieuw", State.TAKEN_UP, False),
        ("status=onzin", State.TAKEN_UP, True),
        ("wie=ik", State.TAKEN_UP, True),
        ("wie=ik", State.TRIAGED, False),
        ("wie=niemand", State.TRIAGED, True),
        ("wie=niemand", State.TAKEN_UP, False),
        ("nu=ja", State.TAKEN_UP, False),
        ("te-laat=ja", State.TAKEN_UP, False),
        ("kanaal=web", State.TAKEN_UP, True),
        ("kanaal=phone", State.TAKEN_UP, False),
        ("soort=sluggish", State.TAKEN_UP, True),
        ("soort=improvement", State.TAKEN_UP, False),
        ("oorzaak=money", State.TAKEN_UP, False),
        ("oorzaak=onzin", State.TAKEN_UP, True),
        ("wacht-op=niemand", State.TAKEN_UP, True),
        ("wacht-op=iemand", State.TAKEN_UP, False),
        ("wacht-op=unit", State.TAKEN_UP, False),
        ("afdeling=7777", State.TAKEN_UP, False),
        ("gewicht=2", State.TAKEN_UP, False),
        ("gewicht=x", State.TAKEN_UP, True),
        ("patroon=ja", State.TAKEN_UP, False),
        ("wie=7777", State.TAKEN_UP, False),
        ("volgorde=gewicht", State.TAKEN_UP, True),
        ("volgorde=nieuw&na=1~x", State.TAKEN_UP, True),
        ("weergave=bord", State.TAKEN_UP, True),
        ("weergave=bord&wie=niemand", State.TAKEN_UP, False),
        ("weergave=vervalt", State.TAKEN_UP, True),
        ("zoek=TERRAS", State.TAKEN_UP, True),
        ("zoek=fiets", State.TAKEN_UP, False),
        ("zoek=%25", State.TAKEN_UP, False),
        ("zoek=_", State.TAKEN_UP, False),
        ("na=x", State.TAKEN_UP, True),
        ("na=9999-99-99~1", State.TAKEN_UP, True),
        ("gemeente=7777", State.TAKEN_UP, False),
    ],
)
def test_filters(
    team: FlaskClient, make: Callable[..., int], query: str, state: State, is_there: bool
) -> None:
    make(state)
    page = team.get(f"{URL}?{query}")
    assert page.status_code == 200
    assert (TITLE in page.text) is is_there


def test_late_first_answer_has_a_badge(app: Flask, team: FlaskClient) -> None:
    with app.app_context():
        late = new_report(at=now() - timedelta(days=40)).report.id
        fresh = new_report().report.id
        db.session.commit()
    page = team.get(f"{URL}?te-laat=ja").text
    assert f"/meldingen/{late}" in page
    assert f"/meldingen/{fresh}" not in page
    assert "Te laat:" in page


def test_decide_now_only_while_nothing_is_decided(app: Flask) -> None:
    with app.app_context():
        waiting, decided = report_in(State.TRIAGED, at=NOW), report_in(State.DECIDED, at=NOW)
        waiting.decide_now = decided.decide_now = True
        page = queries.queue(member(), queries.QueueFilter(decide_now=True), None, today(NOW))
        assert [row.id for row in page.rows] == [waiting.id]


def test_scope(app: Flask, scoped: FlaskClient) -> None:
    with app.app_context():
        here, there, nowhere = (new_report(code).report.id for code in ("GM0303", "GM0034", None))
        db.session.commit()
        elsewhere = municipality("GM0034").id
    page = scoped.get(URL).text
    assert f"/meldingen/{here}" in page
    assert f"/meldingen/{there}" not in page
    assert f"/meldingen/{nowhere}" not in page
    assert "Almere" not in page
    assert f"/meldingen/{there}" not in scoped.get(f"{URL}?gemeente={elsewhere}&status=alles").text


def test_scope_as_a_pure_function(app: Flask) -> None:
    with app.app_context():
        whole, one = member(), member("d@example.nl", "D", "GM0303")
        place = municipality("GM0303").id
        assert policy.covered_municipalities(whole) is None
        assert policy.covered_municipalities(one) == {place}
        assert not policy.may_see_queue(None)


def test_pages_meet_every_report_once(app: Flask) -> None:
    with app.app_context():
        for number in range(11):
            new_report(since_on=date(2026, 1 + number // 3, 1), at=NOW)
        who, seen, place = member(), [], None
        while True:
            page = queries.queue(who, queries.QueueFilter(), place, today(NOW), size=4)
            seen += [row.id for row in page.rows]
            if page.after is None:
                break
            place = page.after
        assert len(seen) == len(set(seen)) == 11
