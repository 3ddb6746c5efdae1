"""A report that nobody decides climbs by itself: under each open report a clock runs (S42)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from civic.aanjaagteam import service
from civic.aanjaagteam.models import Escalation, Report, ReportWait
from civic.aanjaagteam.queries.clocks import DECISION, ids_without_clock
from civic.aanjaagteam.service import clusters, ladder, ladder_climb, promises, voices, waits
from civic.aanjaagteam.states import State
from civic.aanjaagteam.states.facts import ReopenReason, WaitKind
from civic.aanjaagteam.states.ladder import RunState
from civic.calendar import today
from civic.db import db
from civic.errors import Invalid
from civic.events import jobs as house
from civic.events import queries as events
from civic.events.models import Deadline, Event
from civic.mail.models import OutgoingMail
from tests.aanjaagteam.ladder_makers import climb, commit, full_ladder, local, run_of, unit
from tests.aanjaagteam.makers import PATHS, member, new_report, report_in

MONDAY = local(2026, 11, 2, 10, 0)
LAST_DAY = date(2026, 11, 30)  # twenty working days later
AFTER = local(2026, 12, 1, 10, 0)


def pass_time(at: datetime) -> dict[str, int]:
    """What the jobs do at that moment."""
    house.notice_passed_deadlines(at)
    waits.remind(at)
    commit()
    return climb(at)


def clock_of(report: Report) -> Deadline:
    row = events.deadline_of(report, DECISION)
    assert row is not None
    return row


def runs() -> int:
    return db.session.scalar(select(func.count()).select_from(Escalation)) or 0


@pytest.mark.parametrize("state", [State.TRIAGED, State.TAKEN_UP])
def test_nobody_decides_and_it_climbs(app: Flask, state: State) -> None:
    with app.app_context():
        full_ladder()
        report = report_in(state, at=MONDAY)
        assert clock_of(report).due_on == LAST_DAY
        pass_time(local(2026, 11, 30, 16, 0))
        assert runs() == 0
        assert pass_time(AFTER)["opened"] == 1
        assert pass_time(AFTER)["opened"] == 0
        assert (run_of(report).reason.value, run_of(report).level) == (DECISION, 1)
        # and nobody takes it: it goes on by itself, to the top
        for day in range(2, 60):
            pass_time(AFTER + timedelta(days=day))
        assert (runs(), run_of(report).level) == (1, 4)


def test_an_answer_from_above_is_not_yet_a_decision(app: Flask) -> None:
    """The obstacle is gone; from then on there are twenty days again. And a decision ends it for good."""
    with app.app_context():
        full_ladder()
        report = report_in(State.TAKEN_UP, at=MONDAY)
        pass_time(AFTER)
        ladder.answer(run_of(report), 1, "Het mag.", actor=member(), at=AFTER)
        commit()
        assert clock_of(report).due_on == date(2026, 12, 30)  # two days of Christmas between
        assert pass_time(local(2026, 12, 31, 10, 0))["opened"] == 1
        assert run_of(report).round == 2
        PATHS[State.DECIDED][-1](report, report.revision, actor=member(), at=local(2026, 12, 31, 11, 0))
        assert run_of(report).state is RunState.OVERTAKEN
        assert clock_of(report).met_at is not None


def test_taken_back_is_not_forgotten(app: Flask) -> None:
    with app.app_context():
        full_ladder()
        report = report_in(State.TAKEN_UP, at=MONDAY)
        pass_time(AFTER)
        ladder.withdraw(run_of(report), "Wij besluiten deze week.", actor=member(), at=AFTER)
        commit()
        assert clock_of(report).due_on > today(AFTER)
        assert pass_time(local(2027, 1, 4, 10, 0))["opened"] == 1


def test_another_day_that_was_agreed_on_holds_it(app: Flask) -> None:
    """A day for the reporter, an answer that is asked by a day, a report it hangs under: one clock asks."""
    with app.app_context():
        full_ladder()
        promised, asked, under, head = (report_in(State.TAKEN_UP, at=MONDAY) for _ in range(4))
        promises.make_promise(promised, date(2026, 12, 3), actor=member(), at=MONDAY)
        new = waits.NewWait(WaitKind.COUNCIL, "Wat zegt de raad?", due_on=date(2026, 12, 3))
        waits.start_wait(asked, new, asked.revision, actor=member(), at=MONDAY)
        clusters.put_together(head, under, actor=member(), at=MONDAY)
        commit()
        assert pass_time(AFTER)["opened"] == 1
        assert run_of(head).reason.value == DECISION
        promises.settle(promised, actor=member(), at=AFTER)
        commit()
        assert pass_time(local(2026, 12, 3, 10, 0))["opened"] == 1
        assert run_of(promised).reason.value == DECISION
        assert pass_time(local(2026, 12, 4, 10, 0))["opened"] == 1
        assert run_of(asked).reason.value == DECISION


def test_decided_above_gives_what_hangs_under_it_its_own_time(app: Flask) -> None:
    with app.app_context():
        head, under = (report_in(State.TAKEN_UP, at=MONDAY) for _ in range(2))
        clusters.put_together(head, under, actor=member(), at=MONDAY)
        PATHS[State.DECIDED][-1](head, head.revision, actor=member(), at=AFTER)
        assert clock_of(head).met_at is not None
        assert clock_of(under).due_on == date(2026, 12, 30)


@pytest.mark.parametrize("end", [PATHS[State.DECLINED][-1], PATHS[State.DONE][-1]])
def test_closed_and_opened_again(app: Flask, end: object) -> None:
    with app.app_context():
        report = report_in(State.TAKEN_UP, at=MONDAY)
        end(report, report.revision, actor=member(), at=AFTER)  # type: ignore[operator]  # a step of PATHS
        assert clock_of(report).met_at == AFTER
        if report.state is State.DONE:
            again = service.Reopening(ReopenReason.CAME_BACK, "Het ligt weer stil.")
            service.reopen(report, again, report.revision, actor=member(), at=AFTER)
            assert clock_of(report).met_at is None
            assert clock_of(report).due_on == date(2026, 12, 30)


def test_waiting_for_the_reporter_moves_the_day(app: Flask) -> None:
    with app.app_context():
        report = report_in(State.TAKEN_UP, at=MONDAY, email="melder@example.nl")
        new = waits.NewWait(WaitKind.REPORTER, "Welke straat is het?")
        wait = waits.start_wait(report, new, report.revision, actor=member(), at=local(2026, 11, 4, 10, 0))
        assert wait.due_on == date(2026, 11, 18)
        assert events.open_pause(clock_of(report)) is not None
        message = voices.NewMessage("De Kerkstraat.", service.new_token())
        voices.write_as_reporter(report, message, at=local(2026, 11, 11, 9, 0))
        assert events.open_pause(clock_of(report)) is None
        assert clock_of(report).due_on == date(2026, 12, 7)


def test_a_reporter_who_does_not_answer_stops_nothing_for_ever(app: Flask) -> None:
    with app.app_context():
        full_ladder()
        report = report_in(State.TAKEN_UP, at=MONDAY)
        new = waits.NewWait(WaitKind.REPORTER, "Welke straat is het?")
        waits.start_wait(report, new, report.revision, actor=member(), at=MONDAY)
        commit()
        pass_time(local(2026, 11, 17, 10, 0))  # the day after the last
        assert events.open_pause(clock_of(report)) is None
        late = db.session.scalars(select(OutgoingMail).where(OutgoingMail.template == "wait_late")).all()
        assert [one.address for one in late] == [member().email]
        due_on = clock_of(report).due_on
        assert due_on > LAST_DAY
        assert pass_time(local(due_on.year, due_on.month, due_on.day, 10, 0))["opened"] == 0
        assert pass_time(local(2026, 12, 31, 10, 0))["opened"] == 1


@pytest.mark.parametrize("kind", [WaitKind.UNIT, WaitKind.MANAGEMENT, WaitKind.OTHER_ORGANISATION])
def test_no_question_is_left_without_a_day(app: Flask, kind: WaitKind) -> None:
    with app.app_context():
        report = report_in(State.TAKEN_UP, at=MONDAY)
        new = waits.NewWait(
            kind, "Mag het?", unit_id=unit().id if kind is WaitKind.UNIT else None, party="De leverancier"
        )
        wait = waits.start_wait(report, new, report.revision, actor=member(), at=MONDAY)
        assert wait.due_on == date(2026, 11, 16)
        changed = waits.Asked("Mag het nu?", None)
        waits.change_wait(wait, changed, report.revision, actor=member(), at=MONDAY)
        assert wait.due_on == date(2026, 11, 16)


def test_what_was_answered_before_anybody_looked_gets_a_clock(app: Flask) -> None:
    with app.app_context():
        full_ladder()
        report = new_report(at=MONDAY).report
        new = voices.NewMessage("Wij lezen het morgen.", service.new_token())
        voices.write_as_official(report, new, actor=member(), at=MONDAY)
        commit()
        assert ids_without_clock(0) == [report.id]
        assert pass_time(MONDAY)["begun"] == 1
        assert "begun" not in pass_time(MONDAY)
        assert clock_of(report).due_on == LAST_DAY
        assert pass_time(AFTER)["opened"] == 1


def test_no_open_report_is_ever_without_a_clock(app: Flask) -> None:
    with app.app_context():
        for state in State:
            report_in(state, at=MONDAY)
        commit()
        assert ids_without_clock(0) == []


def test_not_solved_climbs_after_closing(app: Flask) -> None:
    """The reporter said no, and nobody looked. Opening it again ends it."""
    with app.app_context():
        full_ladder()
        report = report_in(State.DONE, at=MONDAY)
        voices.give_verdict(report, False, at=MONDAY)
        commit()
        assert pass_time(local(2026, 11, 16, 10, 0))["opened"] == 0
        assert pass_time(local(2026, 11, 17, 10, 0))["opened"] == 1
        assert pass_time(local(2026, 11, 18, 12, 0))["climbed"] == 1
        again = service.Reopening(ReopenReason.REPORTER_SAYS_SO, "U zegt dat het niet is opgelost.")
        service.reopen(report, again, report.revision, actor=member(), at=local(2026, 11, 18, 13, 0))
        assert run_of(report).state is RunState.OVERTAKEN


@pytest.mark.parametrize("is_answered", [True, False])
def test_what_nobody_looked_at_is_not_over_when_its_run_ends(app: Flask, is_answered: bool) -> None:
    """The first answer was late, somebody above said it would come, and then nobody did a thing."""
    with app.app_context():
        full_ladder()
        report, at = new_report(at=MONDAY).report, local(2026, 11, 17, 10, 0)
        commit()
        assert pass_time(at)["opened"] == 1
        if is_answered:
            ladder.answer(run_of(report), 1, "Wij kijken ernaar.", actor=member(), at=at)
        else:
            ladder.withdraw(run_of(report), "Wij kijken ernaar.", actor=member(), at=at)
        commit()
        assert pass_time(at)["begun"] == 1
        assert "begun" not in pass_time(at)
        assert clock_of(report).due_on == date(2026, 12, 15)
        assert pass_time(local(2026, 12, 16, 10, 0))["opened"] == 1
        assert (run_of(report).round, run_of(report).reason.value) == (2, DECISION)


def test_a_promise_begun_anew_after_it_was_listed_asks_nobody(app: Flask) -> None:
    """Another job process listed it too; meanwhile the run was opened and taken back."""
    with app.app_context():
        full_ladder()
        report = report_in(State.TAKEN_UP, at=MONDAY)
        pass_time(AFTER)
        listed = clock_of(report).id
        ladder.withdraw(run_of(report), "Wij besluiten deze week.", actor=member(), at=AFTER)
        commit()
        assert ladder_climb.open_for_promise(listed, AFTER) == ""
        assert runs() == 1


@pytest.mark.parametrize("kind", [WaitKind.REPORTER, WaitKind.COUNCIL])
def test_no_question_puts_the_clock_out_of_sight(app: Flask, kind: WaitKind) -> None:
    with app.app_context():
        report, far = report_in(State.TAKEN_UP, at=MONDAY), date(2099, 12, 1)
        hidden, new = waits.NewWait(kind, "Mag het?", due_on=far), waits.NewWait(kind, "Mag het?")
        commit()
        with pytest.raises(Invalid):
            waits.start_wait(report, hidden, report.revision, actor=member(), at=MONDAY)
        db.session.rollback()
        wait = waits.start_wait(report, new, report.revision, actor=member(), at=MONDAY)
        with pytest.raises(Invalid):
            waits.change_wait(wait, waits.Asked("Mag het?", far), report.revision, actor=member(), at=MONDAY)


def test_a_wait_for_the_reporter_from_before_each_got_a_day_stops_nothing(app: Flask) -> None:
    with app.app_context():
        full_ladder()
        report = report_in(State.TAKEN_UP, at=MONDAY)
        old = {"question": "Welke straat?", "began_at": MONDAY, "began_by_id": member().id}
        db.session.add(ReportWait(report_id=report.id, kind=WaitKind.REPORTER, **old))
        commit()
        assert pass_time(AFTER)["opened"] == 1
        for day in range(1, 7):
            pass_time(AFTER + timedelta(days=day))
        assert run_of(report).level > 1


def test_a_clock_that_went_back_refuses_no_reporter(app: Flask) -> None:
    with app.app_context():
        report = report_in(State.TAKEN_UP, at=MONDAY, email="melder@example.nl")
        new = waits.NewWait(WaitKind.REPORTER, "Welke straat is het?")
        waits.start_wait(report, new, report.revision, actor=member(), at=MONDAY + timedelta(hours=2))
        message = voices.NewMessage("De Kerkstraat.", service.new_token())
        voices.write_as_reporter(report, message, at=MONDAY + timedelta(hours=1))
        commit()
        assert events.open_pause(clock_of(report)) is None


def test_nothing_tells_when_an_anonymous_reporter_wrote(app: Flask) -> None:
    """The clock goes on from the morning of that day, in the log and in the pause."""
    with app.app_context():
        report = report_in(State.TAKEN_UP, at=MONDAY)
        new = waits.NewWait(WaitKind.REPORTER, "Welke straat is het?")
        waits.start_wait(report, new, report.revision, actor=member(), at=MONDAY)
        message = voices.NewMessage("De Kerkstraat.", service.new_token())
        voices.write_as_reporter(report, message, at=local(2026, 11, 11, 9, 41))
        commit()
        (pause,) = events.pauses_of(clock_of(report))
        assert pause.until_at == local(2026, 11, 11)
        resumed = select(Event.at).where(Event.action == "clock_resumed")
        assert list(db.session.scalars(resumed)) == [local(2026, 11, 11)]
