"""Between the parts of this room: each thing once, and nothing left open behind what ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.aanjaagteam import service
from civic.aanjaagteam.models import Consult, Escalation, Report
from civic.aanjaagteam.queries import inbox, team
from civic.aanjaagteam.queries.ladder import open_run
from civic.aanjaagteam.queries.waits import managers_of
from civic.aanjaagteam.service import checks, consults, ladder, promises, voices
from civic.aanjaagteam.service.knots import ProcessFix
from civic.aanjaagteam.states import DeclineReason, Outcome, State
from civic.aanjaagteam.states.facts import ReopenReason, WaitKind
from civic.aanjaagteam.states.knots import CheckResult, ProcessOutcome
from civic.aanjaagteam.states.ladder import EscalationReason, RunState
from civic.accounts.models import User
from civic.accounts.service.roles import take_role
from civic.accounts.states import Role
from civic.calendar import today
from civic.db import committing, db, now
from civic.errors import Invalid, NotAllowedNow
from civic.events import queries as events
from civic.events import service as event_service
from civic.events.jobs import notice_passed_deadlines
from civic.mail.models import OutgoingMail
from tests.aanjaagteam.case_makers import hand, official, wait_on
from tests.aanjaagteam.case_makers import unit as unit_with
from tests.aanjaagteam.ladder_makers import asked_mails, climb, full_ladder, opened, run_of, wanted
from tests.aanjaagteam.makers import KNOT, TITLE, member, report_in
from tests.aanjaagteam.voices_makers import follower
from tests.factories import municipality

MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
LATER = MONDAY + timedelta(days=1)


def end(report: Report, how: str, at: datetime) -> None:
    """Closed or declined by the member who has it."""
    if how == "close":
        ending = service.Ending(Outcome.SOLVED, "Het terras is open.")
        service.close(report, ending, report.revision, actor=member(), at=at)
    else:
        refusal = service.Refusal(DeclineReason.COMPLAINT, "Dit is een klacht.", "Bel uw gemeente.")
        service.decline(report, refusal, report.revision, actor=member(), at=at)


def reopen(report: Report, at: datetime) -> None:
    why = service.Reopening(ReopenReason.CAME_BACK, "Het terras is weer dicht.")
    service.reopen(report, why, report.revision, actor=member(), at=at)


def ask(report: Report, at: datetime, **whom: Any) -> Consult:
    given = whom or {"user_id": official("lars@example.nl", "Lars").id}
    asked = consults.Asked("Mag dit zonder aanvraag?", consults.Whom(**given))
    return consults.ask(report, asked, actor=member(), at=at)


def write(report: Report, text: str, at: datetime) -> None:
    voices.write_as_reporter(report, voices.NewMessage(text, service.new_token()), at=at)


def lines(user: User, at: datetime, *unit_ids: int) -> list[tuple[str, int | None]]:
    return [(one.kind, one.report_id) for one in inbox.waiting_for(user, frozenset(unit_ids), at)]


def due(report: Report, kind: str) -> Any:
    return events.deadline_of(report, kind)


# the end of a report


@pytest.mark.parametrize("how", ["close", "decline"])
def test_the_end_of_a_report_ends_what_was_asked(app: Flask, how: str) -> None:
    with app.app_context():
        full_ladder()
        where = unit_with("Inkoop", "hoofd@example.nl", workers=("collega@example.nl",))
        report = report_in(State.TAKEN_UP, at=MONDAY)
        wait = wait_on(report, where, at=LATER)
        consult = ask(report, LATER)
        run = ladder.escalate(report, wanted(), actor=member(), at=LATER)
        promises.make_promise(report, date(2026, 11, 30), actor=member(), at=LATER)
        write(report, "Hoort u mij?", LATER)
        end(report, how, LATER + timedelta(hours=1))
        db.session.commit()
        assert wait.ended_at is not None
        assert (run.state, consult.state.value) == (RunState.OVERTAKEN, "withdrawn")
        assert due(report, "promise").met_at is not None
        assert due(consult, "consult_answer").met_at is not None
        for email in ("hoofd@example.nl", "collega@example.nl", "lars@example.nl", "uitvoering@example.nl"):
            assert lines(official(email), LATER, where.id) == []
        assert lines(member(), LATER) == [("message", report.id)], "what the reporter asked stays"
        with pytest.raises(NotAllowedNow):
            ask(report, LATER + timedelta(hours=2))


def test_what_is_reopened_has_no_clock_that_is_over(app: Flask) -> None:
    with app.app_context():
        report = report_in(State.TRIAGED, at=MONDAY)
        triage = service.Triage(
            TITLE, True, True, report.municipality_id, decision_owner=report.decision_owner
        )
        service.triage(report, triage, report.revision, actor=member(), at=MONDAY)
        service.decide(report, KNOT, report.revision, actor=member(), at=LATER)
        end(report, "close", LATER)
        reopen(report, LATER + timedelta(days=1))
        lane = team.QueueFilter(decide_now=True, sort="besluit")
        assert team.queue(member(), lane, None, date(2026, 11, 4)).rows == []
        assert due(report, "decide_now").met_at is not None


@pytest.mark.parametrize("how", ["stay", "reopen", "decline"])
def test_the_process_can_be_mended_whatever_became_of_the_report(app: Flask, how: str) -> None:
    with app.app_context():
        report = report_in(State.TAKEN_UP, at=MONDAY)
        fix = ProcessFix(ProcessOutcome.FOLLOWS, "Eén loket.", member().id, date(2027, 2, 1))
        service.decide(report, replace(KNOT, process=fix), report.revision, actor=member(), at=MONDAY)
        end(report, "close", LATER)
        if how != "stay":
            reopen(report, LATER + timedelta(hours=1))
        if how == "decline":
            end(report, "decline", LATER + timedelta(hours=2))
        state = report.state
        checks.finish_process(report, "Het is één loket.", report.revision, actor=member(), at=now())
        assert report.state is state
        assert due(report, "process_change").met_at is not None


# the ladder and the others


def broken_check(at: datetime) -> Report:
    """A decided report whose check nobody did; it climbs."""
    full_ladder()
    report = report_in(State.TAKEN_UP, at=at)
    knot = replace(KNOT, check_on=date(2026, 11, 9))
    service.decide(report, knot, report.revision, actor=member(), at=at)
    db.session.commit()
    with committing():
        notice_passed_deadlines(at + timedelta(days=8))
    climb(at + timedelta(days=8, minutes=5))
    run = open_run(report.id)
    assert run is not None
    assert run.reason is EscalationReason.EXECUTION_CHECK
    db.session.rollback()
    return report


@pytest.mark.parametrize("how", ["look", "decide"])
def test_who_looks_ends_the_run_about_not_looking(app: Flask, how: str) -> None:
    """Also where the answer is: not yet, I look again."""
    with app.app_context():
        report, at = broken_check(MONDAY), MONDAY + timedelta(days=9)
        with committing():
            if how == "look":
                looked = checks.Looked(CheckResult.NOT_DONE, "Het bord hangt er nog.", date(2026, 12, 7))
                checks.check_execution(report, looked, 0, actor=member(), at=at)
            else:
                service.decide(report, KNOT, report.revision, actor=member(), at=at)
        assert climb(at + timedelta(minutes=5))["ended"] == 1
        assert run_of(report.id).state is RunState.OVERTAKEN
        assert climb(at + timedelta(days=2)) == {"opened": 0, "climbed": 0, "ended": 0}


def test_a_decision_after_a_reopening_ends_the_run(app: Flask) -> None:
    with app.app_context():
        full_ladder()
        report = report_in(State.DONE, at=MONDAY)
        reopen(report, LATER)
        run = ladder.escalate(report, wanted(), actor=member(), at=LATER + timedelta(hours=1))
        service.decide(report, KNOT, report.revision, actor=member(), at=LATER + timedelta(hours=2))
        assert run.state is RunState.OVERTAKEN


def test_a_promise_that_is_settled_late_asks_nobody_above(app: Flask) -> None:
    with app.app_context():
        full_ladder()
        report = report_in(State.TAKEN_UP, at=MONDAY, email="melder@example.nl")
        promises.make_promise(report, date(2026, 11, 9), actor=member(), at=MONDAY)
        service.decide(report, KNOT, report.revision, actor=member(), at=MONDAY + timedelta(days=8))
        assert db.session.scalars(select(Escalation)).all() == []
        assert asked_mails() == []
        templates = db.session.scalars(select(OutgoingMail.template)).all()
        assert "report_promise_broken" not in templates, "it says that somebody above has it now"


def test_handed_over_it_climbs_at_the_new_unit(app: Flask) -> None:
    with app.app_context():
        full_ladder()
        old, new = unit_with("Oud", "oud@example.nl"), unit_with("Nieuw", "nieuw@example.nl")
        report = report_in(State.TAKEN_UP, at=MONDAY, unit_id=old.id)
        run = ladder.escalate(report, wanted(), actor=member(), at=LATER)
        hand(report, new, at=LATER + timedelta(hours=1))
        assert run.unit_id == new.id
        ladder.lift(run, 1, "Dit kan ik niet.", actor=member(), at=LATER + timedelta(hours=2))
        assert asked_mails() == ["uitvoering", "nieuw"]


def test_followers_hear_a_step_that_also_ends_a_run(app: Flask) -> None:
    with app.app_context():
        full_ladder()
        report = report_in(State.DONE, at=MONDAY)
        follower(report, "buur@example.nl", at=MONDAY)
        reopen(report, LATER)
        run = ladder.escalate(report, wanted(), actor=member(), at=LATER + timedelta(hours=1))
        fix = ProcessFix(ProcessOutcome.FOLLOWS, "Eén loket.", member().id, date(2026, 11, 9))
        service.decide(report, replace(KNOT, process=fix), report.revision, actor=member(), at=LATER)
        run.deadline_id, run.deadline_due_on = due(report, "process_change").id, date(2026, 11, 9)
        run.reason = EscalationReason.PROCESS_CHANGE
        service.change_process(report, "Eén loket.", report.revision, actor=member(), at=LATER)
        assert run.state is RunState.OVERTAKEN
        sent = select(OutgoingMail.id).where(OutgoingMail.template == "me_too_news")
        assert len(db.session.scalars(sent).all()) == 3, "reopened, decided, process changed"
        wait_on(report, kind=WaitKind.REPORTER, at=LATER + timedelta(hours=3))
        assert len(db.session.scalars(sent).all()) == 3, "a question to the reporter is no step"


# the conversation


def test_a_second_message_does_not_move_the_promised_day(app: Flask) -> None:
    with app.app_context():
        report = report_in(State.TAKEN_UP, at=MONDAY)
        write(report, "Hoort u mij?", MONDAY)
        first = due(report, voices.REPLY).due_on
        write(report, "Hallo?", MONDAY + timedelta(days=3))
        assert due(report, voices.REPLY).due_on == first
        said = voices.NewMessage("Ja.", service.new_token())
        voices.write_as_official(report, said, actor=member(), at=MONDAY + timedelta(days=4))
        write(report, "Dank u.", MONDAY + timedelta(days=10))
        assert due(report, voices.REPLY).due_on > first


def test_a_reporter_without_an_answer_climbs(app: Flask) -> None:
    with app.app_context():
        full_ladder()
        report = report_in(State.TRIAGED, at=MONDAY)
        write(report, "Hoort u mij?", MONDAY)
        db.session.commit()
        at = MONDAY + timedelta(days=8)
        with committing():
            notice_passed_deadlines(at)
        assert climb(at)["opened"] == 1
        assert run_of(report.id).reason is EscalationReason.MESSAGE_ANSWER
        with committing():
            said = voices.NewMessage("Ja.", service.new_token())
            voices.write_as_official(report, said, actor=member(), at=at)
        assert climb(at + timedelta(minutes=5))["ended"] == 1


# people who go


def test_promises_go_with_the_owner_but_not_the_process(app: Flask) -> None:
    with app.app_context():
        report, piet = report_in(State.TAKEN_UP, at=MONDAY), official("piet@example.nl")
        fix = ProcessFix(ProcessOutcome.FOLLOWS, "Eén loket.", piet.id, date(2027, 2, 1))
        service.decide(report, replace(KNOT, process=fix), report.revision, actor=member(), at=MONDAY)
        write(report, "Hoort u mij?", MONDAY)
        new = member("nieuw@example.nl", "Nadia Nieuw")
        service.assign(report, new, report.revision, actor=member(), at=LATER)
        db.session.flush()
        owners = {row.kind: row.owner_id for row in events.deadlines_of(report) if row.met_at is None}
        assert owners == {"execution_check": new.id, "message_answer": new.id, "process_change": piet.id}


@pytest.mark.parametrize("how", ["left", "moved"])
def test_an_owner_who_cannot_act_is_no_owner(app: Flask, how: str) -> None:
    """Who left the team, or whose report went to another municipality: nothing is lost, nothing leaks."""
    with app.app_context():
        gone = member("weg@example.nl", "Wim Weg", code="GM0995")
        report = report_in(State.TRIAGED, at=MONDAY)
        service.assign(report, gone, report.revision, actor=member(), at=MONDAY)
        event_service.promise(report, event_service.Promise("table", "3 dagen", today(MONDAY)))
        write(report, "Hoort u mij?", MONDAY)
        nobody = team.QueueFilter(owner="nobody")
        assert team.queue(member(), nobody, None, today(LATER)).rows == []
        assert {kind for kind, _id in lines(gone, LATER)} == {"message", "promise"}
        if how == "left":
            for grant in list(gone.grants):
                take_role(grant, actor=member(), at=LATER)
            db.session.expire_all()
        else:
            place = municipality("GM0034").id
            triage = service.Triage(TITLE, municipality_id=place, decision_owner=report.decision_owner)
            service.triage(report, triage, report.revision, actor=member(), at=LATER)
        assert lines(gone, LATER) == []
        assert ("message", report.id) in lines(member(), LATER)
        assert [row.id for row in team.queue(member(), nobody, None, today(LATER)).rows] == [report.id]


@pytest.mark.parametrize("how", ["decide", "reopen", "promise"])
def test_who_acts_for_a_report_without_its_owner_becomes_the_owner(app: Flask, how: str) -> None:
    with app.app_context():
        report = report_in(State.DONE if how == "reopen" else State.TAKEN_UP, at=MONDAY)
        gone, here = member(), member("hier@example.nl", "Hanna Hier")
        for grant in list(gone.grants):
            take_role(grant, actor=here, at=LATER)
        db.session.expire_all()
        if how == "promise":
            promises.make_promise(report, date(2026, 11, 30), actor=here, at=LATER)
        elif how == "decide":
            write(report, "Hoort u mij?", LATER)
            service.decide(report, KNOT, report.revision, actor=here, at=LATER)
        else:
            why = service.Reopening(ReopenReason.CAME_BACK, "Het terras is weer dicht.")
            service.reopen(report, why, report.revision, actor=here, at=LATER)
        db.session.flush()
        running = [row for row in events.deadlines_of(report) if row.met_at is None]
        # a promise has an owner of its own; the report stays with who has it
        theirs = {row.owner_id for row in running if how != "promise" or row.kind == "promise"}
        assert theirs == {here.id}
        assert report.owner_id == (gone.id if how == "promise" else here.id)


def test_mail_about_a_promise_leads_somewhere(app: Flask, sign_in: Callable[..., FlaskClient]) -> None:
    """Who promised to mend the process may be no member of the team."""
    piet = sign_in(Role.EMPLOYEE, email="piet@example.nl", name="Piet Proces")
    stranger = sign_in(Role.EMPLOYEE, email="vreemd@example.nl")
    with app.app_context():
        report = report_in(State.TAKEN_UP, at=MONDAY)
        fix = ProcessFix(
            ProcessOutcome.FOLLOWS, "Eén loket.", official("piet@example.nl").id, date(2026, 11, 6)
        )
        service.decide(report, replace(KNOT, process=fix), report.revision, actor=member(), at=MONDAY)
        notice_passed_deadlines(MONDAY + timedelta(days=5))
        db.session.commit()
        sent = select(OutgoingMail).where(OutgoingMail.template == "deadline_passed")
        url = f"/aanjaagteam/meldingen/{report.id}"
        assert url in (db.session.scalars(sent).one().text or "")
    page = piet.get(url, follow_redirects=True)
    assert page.status_code == 200
    assert "pimpelpaars" not in page.text
    assert stranger.get(url).status_code == 403


def test_one_list_of_who_answers_for_a_unit(app: Flask) -> None:
    """Who lost the role is asked nothing: not by a question, and not on the ladder."""
    with app.app_context():
        full_ladder()
        where = unit_with("Inkoop", "hoofd@example.nl")
        for grant in list(official("hoofd@example.nl").grants):
            take_role(grant, actor=member(), at=MONDAY)
        db.session.expire_all()
        assert managers_of(where.id, today(MONDAY)) == []
        opened(LATER, 2, unit_id=where.id)
        assert asked_mails() == ["manager"]


def test_nobody_waits_for_a_unit_that_is_closed(app: Flask) -> None:
    with app.app_context():
        where = unit_with("Inkoop")
        where.is_active = False
        with pytest.raises(Invalid) as caught:
            wait_on(report_in(State.TAKEN_UP, at=MONDAY), where)
        assert set(caught.value.errors) == {"unit"}


# one thing is one line, and pages do not ask more of the database for more


def test_one_thing_is_one_line(app: Flask) -> None:
    with app.app_context():
        report = report_in(State.TAKEN_UP, at=MONDAY)
        fix = ProcessFix(ProcessOutcome.FOLLOWS, "Eén loket.", member().id, date(2026, 11, 6))
        knot = replace(KNOT, process=fix, check_on=date(2026, 11, 6))
        service.decide(report, knot, report.revision, actor=member(), at=MONDAY)
        promises.make_promise(report, date(2026, 11, 6), actor=member(), at=MONDAY)
        write(report, "Hoort u mij?", MONDAY)
        db.session.flush()
        kinds = sorted(kind for kind, _id in lines(member(), LATER))
        assert kinds == ["check", "message", "process", "promise"]
        deputy = member("deputy@example.nl", "Dewi Deputy")
        report.deputy_id = deputy.id
        db.session.flush()
        assert len(lines(deputy, LATER)) == 4, "who stands in sees each of the days"


def _more(number: int) -> int:
    """A report with everything open on it, and more of the same."""
    report, where = report_in(State.TAKEN_UP), unit_with(f"Inkoop {number}", "hoofd@example.nl")
    lars = official("lars@example.nl", "Lars").id
    for one in range(number):
        wait_on(report, kind=WaitKind.OTHER_ORGANISATION, party=f"Organisatie {one}")
        wait_on(report, where, user_id=member(f"u{one}@example.nl", f"U {one}").id)
        ask(report, now(), user_id=lars)
        service.add_note(report, "Gebeld.", actor=member(), at=now())
        said = voices.NewMessage(f"Vraag {one}", service.new_token())
        voices.write_as_official(report, said, actor=member(), at=now())
        other = report_in(State.TAKEN_UP)
        wait_on(other, where)
        promises.make_promise(other, date(2026, 11, 26), actor=member(), at=now())
    db.session.commit()
    return int(report.id)


def test_pages_do_not_ask_more_for_more(
    app: Flask,
    team: FlaskClient,
    sign_in: Callable[..., FlaskClient],
    count_statements: Callable[[], Any],
) -> None:
    head = sign_in(Role.EMPLOYEE, email="hoofd@example.nl", name="Saskia Medewerker")
    counts = []
    for number in (1, 2, 9):  # the first has no like report beside it
        with app.app_context():
            report_id = _more(number)
        pages = [(team, f"/aanjaagteam/meldingen/{report_id}"), (team, "/aanjaagteam/voor-mij")]
        pages += [(head, f"/aanjaagteam/gevraagd/{report_id}"), (head, "/aanjaagteam/voor-mij")]
        counts.append([])
        for client, url in pages:
            client.get(url)
            with count_statements() as seen:
                assert client.get(url).status_code == 200
            counts[-1].append(len(seen))
    assert counts[1] == counts[2]


@pytest.mark.parametrize("sort", team.SORTS)
def test_every_order_gives_each_report_once(app: Flask, sort: str) -> None:
    """Forth and back again, over equal keys, with the same rows on each page."""
    with app.app_context():
        for number in range(7):
            report = report_in(State.TAKEN_UP, at=MONDAY)
            if number % 2:
                promises.make_promise(report, date(2026, 11, 9), actor=member(), at=MONDAY)
                follower(report, f"buur{number}@example.nl", at=MONDAY)
        db.session.flush()
        wanted_rows = team.QueueFilter(sort=sort)
        pages, place = [], None
        while True:
            page = team.queue(member(), wanted_rows, place, today(LATER), 3)
            pages.append([row.id for row in page.rows])
            if page.after is None:
                break
            place = page.after
        assert [len(one) for one in pages] == [3, 3, 1]
        assert len({number for one in pages for number in one}) == 7
        back = team.queue(member(), wanted_rows, page.before, today(LATER), 3)
        assert [row.id for row in back.rows] == pages[-2]
