"""A decision that holds until a day: who is told, what can be chosen, and what everybody reads."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.aanjaagteam import service
from civic.aanjaagteam.jobs import JOBS
from civic.aanjaagteam.models import Decision, DecisionTerm, Report
from civic.aanjaagteam.queries import inbox
from civic.aanjaagteam.queries.one import current_decision
from civic.aanjaagteam.service import knot_ends
from civic.aanjaagteam.states import State
from civic.accounts.states import Role
from civic.calendar import Calendar, today
from civic.db import committing, db, now
from civic.errors import NotAllowedNow
from civic.jobs import run_job
from tests.aanjaagteam.case_makers import unit
from tests.aanjaagteam.makers import KNOT, member, report_in
from tests.aanjaagteam.test_case import CASE, actions_on, mails
from tests.conftest import NOW
from tests.factories import make_user

ENDS = date(2027, 1, 29)  # a Friday; NOW is Monday 23 November 2026
EARLY = datetime(2026, 12, 30, 9, 0, tzinfo=UTC)  # 22 working days before
IN_TIME = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
AFTER = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
LATER = date(2027, 6, 30)
JOB = next(job for job in JOBS if job.name == "tell_of_ends")
PROLONG = {"choice": "prolonged", "reason": "De proef loopt nog tot de zomer."}
LAPSE = {"choice": "lapses", "reason": "De proef is klaar.", "until": ""}


def decided(until: date = ENDS, **given: Any) -> Report:
    report = report_in(State.TAKEN_UP, **given)
    knot = replace(KNOT, valid_until=until)
    service.decide(report, knot, report.revision, actor=member(), at=NOW)
    db.session.flush()
    return report


@pytest.fixture
def ending(app: Flask) -> Callable[..., int]:
    def _make(until: date = ENDS, **given: Any) -> int:
        with app.app_context():
            number = decided(until, **given).id
            db.session.commit()
            return number

    return _make


def tell(at: datetime) -> dict[str, Any]:
    with committing():
        return knot_ends.tell_of_ends(at)


def told(app: Flask) -> list[str]:
    return [name for name in mails(app) if name in {"decision_ends", "decision_expired"}]


def test_a_mail_before_and_after_each_once_and_in_office_hours(
    app: Flask, ending: Callable[..., int]
) -> None:
    number = ending()
    with app.app_context():
        night, nothing = IN_TIME.replace(hour=2), {"reminded": 0, "expired": 0}
        for at in (EARLY, night, IN_TIME.replace(month=1, day=3)):
            assert tell(at) == nothing
        assert tell(IN_TIME) == {"reminded": 1, "expired": 0}
        assert tell(IN_TIME + timedelta(days=2)) == tell(EARLY) == nothing, "also when the clock goes back"
        assert tell(datetime(2027, 1, 29, 15, 0, tzinfo=UTC)) == nothing, "its last day is one of its days"
        assert tell(AFTER) == {"reminded": 0, "expired": 1}
        assert tell(AFTER + timedelta(days=90)) == nothing
    assert told(app) == ["decision_ends", "decision_expired"]
    assert actions_on(app, number).count("decision_expired") == 1


def test_a_clock_that_jumps_over_it_says_only_that_it_is_over(app: Flask, ending: Callable[..., int]) -> None:
    ending()
    with app.app_context():
        assert tell(AFTER + timedelta(days=28)) == {"reminded": 0, "expired": 1}
    assert told(app) == ["decision_expired"]


def test_two_jobs_at_once_tell_it_once(app: Flask, ending: Callable[..., int]) -> None:
    for _one in range(3):
        ending()
    barrier, failed = Barrier(2), []

    def lead(minutes: int) -> None:
        barrier.wait()
        if not run_job(app, JOB, AFTER + timedelta(minutes=minutes)):
            failed.append(minutes)

    threads = [Thread(target=lead, args=(minutes,)) for minutes in (0, 30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert told(app) == ["decision_expired"] * 3


def test_what_was_replaced_ends_nothing(app: Flask, ending: Callable[..., int]) -> None:
    number = ending()
    with app.app_context():
        report = db.session.get_one(Report, number)
        service.decide(report, KNOT, report.revision, actor=member(), at=NOW + timedelta(hours=1))
        db.session.commit()
        assert tell(AFTER) == {"reminded": 0, "expired": 0}


def test_who_is_told(app: Flask) -> None:
    """The owner; who stands in when the owner left; who answers for the unit; else the team."""
    with app.app_context():
        report, owner, stands_in = decided(), member(), member("karel@example.nl", "Karel")
        report.unit_id, report.deputy_id = unit("Inkoop", "mila@example.nl").id, stands_in.id
        manager = make_user(email="mila@example.nl")
        assert report.owner_id == owner.id
        for expected in (owner, stands_in, manager):
            assert [one.id for one in knot_ends.who_looks_after(report, NOW)] == [expected.id]
            if expected is not manager:
                db.session.delete(expected.grants[0])
                db.session.flush()
                db.session.refresh(expected)
        report.unit_id, other = None, member("nieuw@example.nl", "Nieuw")
        assert [one.id for one in knot_ends.who_looks_after(report, NOW)] == [other.id]


def test_a_line_until_somebody_chose(app: Flask, ending: Callable[..., int]) -> None:
    number = ending()
    with app.app_context():
        tess, stranger = member(), member("dronten@example.nl", "Doris", code="GM0303")
        db.session.commit()

        def lines(user: Any, at: datetime) -> list[tuple[int | None, bool]]:
            found = inbox.waiting_for(user, frozenset(), at)
            return [(one.report_id, one.is_late(today(at))) for one in found if one.kind in {"ends", "ended"}]

        assert lines(tess, EARLY) == lines(stranger, AFTER) == []
        assert (lines(tess, IN_TIME), lines(tess, AFTER)) == ([(number, False)], [(number, True)])
        report = db.session.get_one(Report, number)
        knot_ends.let_lapse(report, "De proef is klaar.", report.revision, actor=tess, at=IN_TIME)
        db.session.commit()
        assert lines(tess, AFTER) == []
        assert tell(AFTER) == {"reminded": 0, "expired": 1}, "the log still says that it is over"
    assert told(app) == []


def test_prolong_keeps_the_old_day(app: Flask, team: FlaskClient, ending: Callable[..., int]) -> None:
    until = Calendar().add_working_days(today(now()), 3)
    number = ending(until)
    url = f"{CASE}/{number}/besluit/looptijd"
    assert team.get(url).status_code == 200
    wrong = team.post(url, data={"revision": "3"})
    for words in ("Kies wat er met het besluit gebeurt.", "Schrijf op waarom."):
        assert words in wrong.text
    both = team.post(url, data={"choice": "prolonged", "revision": "3"}).text
    for words in ("Kies tot en met welke dag", "Schrijf op waarom."):
        assert words in both, "everything that is wrong at once"
    assert "Kies tot en met welke dag" in team.post(url, data={**PROLONG, "revision": "3"}).text
    earlier = {**PROLONG, "until": until.isoformat(), "revision": "3"}
    assert "Kies een dag na de dag waarop" in team.post(url, data=earlier).text
    later = until + timedelta(days=200)
    right = {**PROLONG, "until": later.isoformat(), "revision": "3"}
    assert team.post(url, data=right).status_code == 303
    assert team.post(url, data=right).status_code == 409, "the same click again"
    with app.app_context():
        decision = current_decision(db.session.get_one(Report, number))
        assert decision is not None
        assert (decision.valid_until, decision.ends_on) == (until, later)
        (term,) = db.session.scalars(select(DecisionTerm))
        assert (term.was_until, term.until, term.number) == (until, later, 1)
    assert actions_on(app, number)[-1] == "decision_prolonged"
    for page in (team.get(f"{CASE}/{number}").text, team.get(f"/meldingen/{number}").text):
        assert "De proef loopt nog tot de zomer." in page
        assert "Verlengd. Eerst gold het tot en met" in page
    (one,) = team.get(f"/meldingen/{number}.json").get_json()["melding"]["besluiten"]
    assert (one["geldt_tot"], one["gold_eerst_tot"]) == (later.isoformat(), until.isoformat())


def test_everybody_reads_that_it_is_over(
    app: Flask, client: FlaskClient, team: FlaskClient, ending: Callable[..., int]
) -> None:
    number = ending(until=today(now()))
    tag = client.get("/meldingen.csv").headers["ETag"]
    assert "Verlopen op" not in client.get(f"/meldingen/{number}").text
    with app.app_context():
        decision = db.session.scalars(select(Decision)).one()
        decision.decided_on = decision.valid_until = decision.ends_on = today(now()) - timedelta(days=9)
        over = (today(now()) - timedelta(days=8)).isoformat()
        db.session.commit()
    for page in (client.get(f"/meldingen/{number}"), team.get(f"{CASE}/{number}")):
        assert "Verlopen op" in page.text
        assert "Dit besluit geldt niet meer." in page.text
    assert client.get(f"/meldingen/{number}.json").get_json()["melding"]["besluit_verlopen_op"] == over
    sheet = client.get("/meldingen.csv")
    assert sheet.headers["ETag"] != tag, "nobody did anything, and yet it changed"
    (row,) = csv.DictReader(io.StringIO(sheet.get_data().decode("utf-8-sig")), delimiter=";")
    assert row["besluit_verlopen_op"] == over
    assert team.post(f"{CASE}/{number}/besluit/looptijd", data={**LAPSE, "revision": "3"}).status_code == 303
    left = client.get(f"/meldingen/{number}").text
    assert "Het team laat dit besluit aflopen" in left
    assert "Er is nog geen nieuw besluit." not in left, "nobody waits for one"
    assert team.get(f"{CASE}/{number}/besluit/looptijd").status_code == 200, "to take that back"


def test_only_the_team_and_only_where_there_is_an_end(
    client: FlaskClient,
    team: FlaskClient,
    sign_in: Callable[..., FlaskClient],
    make: Callable[..., int],
    ending: Callable[..., int],
) -> None:
    url = f"{CASE}/{ending()}/besluit/looptijd"
    assert client.post(url, data=LAPSE).status_code == 302
    assert sign_in(Role.EMPLOYEE, email="saskia@example.nl").post(url, data=LAPSE).status_code == 403
    for state in (State.TAKEN_UP, State.DECIDED):
        assert team.get(f"{CASE}/{make(state)}/besluit/looptijd").status_code == 409


def test_what_was_not_kept_is_read_back(team: FlaskClient, ending: Callable[..., int]) -> None:
    old = {**PROLONG, "until": LATER.isoformat(), "revision": "1"}
    page = team.post(f"{CASE}/{ending()}/besluit/looptijd", data=old)
    assert page.status_code == 409
    for words in ("Het geldt langer", "30 juni 2027", PROLONG["reason"]):
        assert words in page.text


def test_letting_it_end_can_be_taken_back(team: FlaskClient, ending: Callable[..., int]) -> None:
    number = ending()
    url = f"{CASE}/{number}/besluit/looptijd"
    assert team.post(url, data={**LAPSE, "revision": "3"}).status_code == 303
    assert "Laat het toch langer gelden" in team.get(f"{CASE}/{number}").text
    assert team.post(url, data={**LAPSE, "revision": "4"}).status_code == 422, "no choice any more"
    assert team.post(url, data={**PROLONG, "until": LATER.isoformat(), "revision": "4"}).status_code == 303
    assert "Laat het toch langer gelden" not in team.get(f"{CASE}/{number}").text


def test_both_read_it_before_either_wrote(app: Flask) -> None:
    with app.app_context():
        report = decided()
        seen = report.revision
        knot_ends.prolong(report, knot_ends.NewTerm(LATER, "Zomer."), seen, actor=member(), at=IN_TIME)
        with pytest.raises(NotAllowedNow):
            knot_ends.let_lapse(report, "Klaar.", seen, actor=member(), at=IN_TIME)
