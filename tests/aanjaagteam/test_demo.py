"""The demo: sixty reports that look like a real year."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from civic.aanjaagteam import demo, queries
from civic.aanjaagteam.demo.overview import tell
from civic.aanjaagteam.flow import board as boards
from civic.aanjaagteam.flow.board import Board
from civic.aanjaagteam.flow.log import table_from
from civic.aanjaagteam.flow.measures import Measure
from civic.aanjaagteam.jobs import JOBS
from civic.aanjaagteam.models import (
    AldermanBrief,
    Consult,
    ContentMeeting,
    Decision,
    Dispute,
    Escalation,
    ExecutionCheck,
    Improvement,
    Report,
    ReportClusterItem,
    ReportFollower,
    ReportMessage,
    ReportWait,
    SavedView,
    Specialist,
    TeamMember,
)
from civic.aanjaagteam.queries import flow
from civic.aanjaagteam.queries.handoffs import chain_of
from civic.aanjaagteam.queries.knot_ends import soon
from civic.aanjaagteam.states import State
from civic.aanjaagteam.states.facts import WaitKind
from civic.aanjaagteam.states.knots import CheckResult
from civic.aanjaagteam.states.ladder import LEVELS, TOP, RunState
from civic.accounts import demo as people
from civic.accounts.session import SECOND_FACTOR, SECOND_FACTOR_AT
from civic.calendar import today
from civic.db import committing, db, now
from civic.demo import load_demo
from civic.events.models import Deadline, Event
from civic.mail.models import OutgoingMail
from tests.conftest import NOW

SUNDAY = datetime(2027, 1, 3, 21, 40, tzinfo=UTC)  # after a week of holidays
DAY = timedelta(days=1)


def _load(at: datetime = NOW) -> list[Report]:
    with committing():
        people.load(at)
        demo.load(at)
    return list(db.session.scalars(select(Report).order_by(Report.id)))


def _count(model: Any, *wanted: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(*wanted)) or 0


@pytest.mark.parametrize("at", [NOW, SUNDAY])
def test_a_year_of_sixty_reports(app: Flask, at: datetime) -> None:
    with app.app_context():
        reports = _load(at)
        days = [queries.waited_days(one.since_on, one.closed_at, today(at)) for one in reports]
        assert len({one.story for one in reports}) == 60
        assert 110 <= median(days) <= 130
        assert 195 <= max(days) <= 225
        assert sum(one.decide_now for one in reports) == 18
        assert {one.state for one in reports} == set(State)
        assert len({one.municipality_id for one in reports}) == 7
        assert min(one.created_at for one in reports) < at - 300 * DAY
        assert (db.session.scalar(select(func.max(Event.at))) or at) <= at
        _check_ladder(at)
        _check_log(at, len(reports))
        _check_mail(at)
        _check_ends(today(at))
        _check_stories(reports)
        _check_told(at)


def _check_ladder(at: datetime) -> None:
    """One on each rung, beside what came up yesterday; and the job has nothing left to do now."""
    runs = list(db.session.scalars(select(Escalation).where(Escalation.ended_at.is_(None))))
    assert {run.level for run in runs} == set(LEVELS)
    assert len(runs) <= len(LEVELS) + 2
    top = next(run for run in runs if run.level == TOP)
    assert top.table_on is not None
    assert top.table_on > today(at)
    assert {RunState.ANSWERED, RunState.WITHDRAWN} <= set(db.session.scalars(select(Escalation.state)))
    climb = next(job for job in JOBS if job.name == "climb_ladder")
    assert set(climb.run(at).values()) == {0}


def _check_log(at: datetime, count: int) -> None:
    board = _board(at)
    cases = board.cases
    assert len(cases.ids) == count
    assert (cases.dwell.sum(axis=1) == cases.lead).all()
    share = board.share()
    assert 5 <= 100 * share.together // share.total <= 60
    values = [int(one) // 86_400 for one in board.values(Measure.TABLE).seconds]
    assert 1 <= median(values) <= 3


def _board(at: datetime) -> Board:
    log = flow.flow_log(flow.FlowFilter())
    parts = (
        table_from(log.moves, flow.MOVES),
        table_from(log.waits, flow.WAITS),
        boards.tables_from(log.tables),
    )
    return boards.board_of(parts, date(at.year - 2, 1, 1), today(at), int(at.timestamp()))


def _check_mail(at: datetime) -> None:
    """What was mailed in that year went out then; nothing that goes out now promises a day that is over."""
    waiting = list(db.session.scalars(select(OutgoingMail)))
    assert waiting
    assert all(max(one.created_at, one.next_at) >= at - DAY for one in waiting)


def _check_ends(on: date) -> None:
    """One decision is over, one holds longer than was signed, one is nearly over."""
    ends = Decision.ends_on
    assert _count(Decision, ends < on) == _count(Decision, ends != Decision.valid_until) == 1
    assert _count(Decision, ends >= on, ends <= soon(on)) == 1


def _check_stories(reports: list[Report]) -> None:
    """Everything that can happen happened to somebody."""
    heads = db.session.scalars(select(ReportClusterItem.head_id).distinct()).all()
    assert len(heads) == 8
    assert _count(Event, Event.action == "pattern_reached")
    assert _count(Decision, Decision.supersedes_id.is_not(None)) == 1
    assert _count(Decision, Decision.dissent != "")
    assert set(db.session.scalars(select(ExecutionCheck.result))) == set(CheckResult)
    assert set(db.session.scalars(select(ReportWait.kind))) == set(WaitKind)
    assert _count(ReportWait, ReportWait.ended_at.is_(None)) >= 5
    assert (_count(Dispute), _count(Dispute, Dispute.resolved_at.is_(None))) == (2, 1)
    assert any(step.is_back for one in reports for step in chain_of(one))
    anonymous = ReportMessage.report_id.in_([one.id for one in reports if one.is_anonymous])
    assert _count(ReportMessage, anonymous, ReportMessage.author_id.is_(None)) >= 2
    assert _count(ReportFollower, ReportFollower.confirmed_at.is_not(None)) >= 12
    assert _count(Consult, Consult.answered_at.is_(None)) >= 2
    assert _count(Consult, Consult.answered_at.is_not(None))
    assert _count(AldermanBrief, AldermanBrief.acknowledged_on.is_not(None)) == 1
    assert {"promise_kept", "promise_broken"} <= set(db.session.scalars(select(Event.action)))
    assert _count(Deadline, Deadline.kind == "promise", Deadline.met_at.is_(None))
    assert _count(Improvement) == 3
    assert any(one.adopter_is_public for one in reports)
    for model in (ContentMeeting, SavedView, Specialist, TeamMember):
        assert _count(model)


def _check_told(at: datetime) -> None:
    """Loading it again changes nothing, and `make demo-queue` says what is there."""
    assert load_demo(at) is False
    lines: list[str] = []
    tell(at, lines.append)
    assert lines[0].startswith("60 meldingen")
    assert any("Enabling crew" in line and "op tafel op" in line for line in lines)


ROOM = ("/aanjaagteam/voor-mij", "/aanjaagteam/meedenken", "/aanjaagteam/verbeteringen", "/meldingen")
QUEUE = (
    "/aanjaagteam",
    "/aanjaagteam?weergave=bord",
    "/aanjaagteam?weergave=vervalt",
    "/aanjaagteam?status=alles&volgorde=gewicht",
    "/aanjaagteam/nu-te-beslissen",
    "/aanjaagteam/groepen",
    "/aanjaagteam/opgeschaald",
    "/aanjaagteam/ladder",
    "/aanjaagteam/agenda",
    "/aanjaagteam/team",
    "/aanjaagteam/afdelingen",
    "/aanjaagteam/prikkels",
    "/aanjaagteam/dubbele-vragen",
    "/aanjaagteam/specialisten",
    "/aanjaagteam/weergaven",
    "/aanjaagteam/cijfers",
    "/meldingen/cijfers",
    "/meldingen/team",
)


def test_every_page_of_the_room_opens(app: Flask) -> None:
    with app.app_context():
        cases = [f"/aanjaagteam/meldingen/{one.id}" for one in _load()]
        public = [f"/meldingen/{one.id}" for one in db.session.scalars(select(Report)) if one.is_public]
        runs = list(db.session.scalars(select(Escalation).where(Escalation.ended_at.is_(None))))
        rung = {run.level: f"/aanjaagteam/opgeschaald/{run.id}" for run in runs}
    _opens(_as(app, "team"), [*ROOM, *QUEUE, *cases, *rung.values()])
    _opens(app.test_client(), public)
    for key, level in (("employee", 1), ("manager", 2), ("director", 3), ("crew1", 4)):
        _opens(_as(app, key), [*ROOM, rung[level]])
        assert _as(app, key).get(cases[0]).status_code == 403


def _opens(client: FlaskClient, addresses: list[str]) -> None:
    failed = [(one, status) for one in addresses if (status := client.get(one).status_code) != 200]
    assert not failed


def _as(app: Flask, key: str) -> FlaskClient:
    client = app.test_client()
    with app.app_context():
        identity = people.persona(key).get_id()
    with client.session_transaction() as session:
        session["_user_id"] = session[SECOND_FACTOR] = identity
        session["_fresh"] = True
        session[SECOND_FACTOR_AT] = int(now().timestamp())
    return client
