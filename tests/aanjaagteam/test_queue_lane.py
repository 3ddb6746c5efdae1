"""Nu te beslissen (S14c): a short clock from the mark to the decision."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from civic.aanjaagteam import service
from civic.aanjaagteam.models import Report
from civic.aanjaagteam.states import DeclineReason, State
from civic.aanjaagteam.states.facts import DecisionOwner
from civic.calendar import Calendar, today
from civic.db import db, now
from civic.events import queries as events
from civic.events.models import Deadline
from tests.aanjaagteam.makers import KNOT, TITLE, member, new_report, report_in
from tests.conftest import NOW

URL = "/aanjaagteam/nu-te-beslissen"


def mark(report: Report, is_on: bool = True) -> Deadline | None:
    wanted = service.Triage(
        TITLE,
        decide_now=is_on,
        municipality_id=report.municipality_id,
        decision_owner=DecisionOwner.UNKNOWN,
    )
    service.triage(report, wanted, report.revision, actor=member(), at=NOW)
    return events.deadline_of(report, "decide_now")


def test_marking_promises_a_decision_in_five_working_days(app: Flask) -> None:
    with app.app_context():
        deadline = mark(new_report(at=NOW).report)
        assert deadline is not None
        assert Calendar().working_days_between(today(NOW), deadline.due_on) == 5
        assert deadline.met_at is None


def test_the_term_is_a_setting(app: Flask) -> None:
    app.config["DECIDE_NOW_DAYS"] = 2
    with app.app_context():
        deadline = mark(new_report(at=NOW).report)
        assert deadline is not None
        assert deadline.term == "2 werkdagen"


def test_saving_again_does_not_start_the_clock_again(app: Flask) -> None:
    with app.app_context():
        report = new_report(at=NOW).report
        first = mark(report)
        assert first is not None
        due_on = first.due_on
        later = service.Triage(
            "Andere titel",
            decide_now=True,
            municipality_id=report.municipality_id,
            decision_owner=DecisionOwner.UNKNOWN,
        )
        service.triage(report, later, report.revision, actor=member(), at=NOW + timedelta(days=3))
        assert first.due_on == due_on


def test_deciding_declining_and_unmarking_keep_the_promise(app: Flask) -> None:
    with app.app_context():
        decided, declined, unmarked = (new_report(at=NOW).report for _one in range(3))
        for report in (decided, declined, unmarked):
            mark(report)
        service.decide(decided, KNOT, decided.revision, actor=member(), at=NOW)
        refusal = service.Refusal(DeclineReason.COMPLAINT, "Dit is een klacht.", "Bel uw gemeente.")
        service.decline(declined, refusal, declined.revision, actor=member(), at=NOW)
        mark(unmarked, False)
        for report in (decided, declined, unmarked):
            deadline = events.deadline_of(report, "decide_now")
            assert deadline is not None
            assert deadline.met_at == NOW


def test_marking_anew_starts_a_new_round(app: Flask) -> None:
    with app.app_context():
        report = new_report(at=NOW).report
        mark(report)
        mark(report, False)
        deadline = mark(report)
        assert deadline is not None
        assert deadline.met_at is None


def test_the_first_promised_day_is_on_top(app: Flask, team: FlaskClient) -> None:
    with app.app_context():
        numbers = []
        for days in (1, 3, 2):
            report = new_report(at=now() - timedelta(days=30)).report
            wanted = service.Triage(
                TITLE,
                decide_now=True,
                municipality_id=report.municipality_id,
                decision_owner=DecisionOwner.UNKNOWN,
            )
            service.triage(report, wanted, 0, actor=member(), at=now() - timedelta(days=days * 7))
            numbers.append(report.id)
        other = report_in(State.TAKEN_UP).id
        db.session.commit()
    page = team.get(URL).text
    places = [page.index(f"/meldingen/{number}") for number in numbers]
    assert places[1] < places[2] < places[0]
    assert f"/meldingen/{other}" not in page


def test_empty_and_for_the_team_only(team: FlaskClient, client: FlaskClient) -> None:
    assert "Niets dat nu te beslissen is" in team.get(URL).text
    assert client.post(URL).status_code == 405
