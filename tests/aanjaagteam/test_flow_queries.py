"""From the database to cases: what record() wrote gives the same numbers as the slow figures do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from civic.aanjaagteam.flow import board as boards
from civic.aanjaagteam.flow.board import Board
from civic.aanjaagteam.flow.log import table_from
from civic.aanjaagteam.models import Unit
from civic.aanjaagteam.queries import flow
from civic.aanjaagteam.states.facts import Cause, ReportKind
from civic.db import db
from civic.events import service as events
from civic.events.models import Event
from tests.aanjaagteam import slow_flow as slow
from tests.aanjaagteam.makers import new_report
from tests.factories import municipality
from tests.statements import counting

START = datetime(2027, 3, 26, 9, 15, 30, 999_999, tzinfo=UTC)  # the Friday before the clocks change
NOW = START + timedelta(days=30)
# days after the start, action, state, data
LIFE = [
    (0.2, "triage", "triaged", {}),
    (0.2, "wait_started", None, {"wait": 7, "kind": "unit", "unit": 1}),
    (1.5, "wait_started", None, {"wait": 8, "kind": "reporter", "unit": None}),
    (2.0, "taken_up", "taken_up", {"owner": 3}),
    (2.7, "wait_ended", None, {"wait": 7}),
    (2.8, "wait_started", None, {"wait": 9, "kind": "council", "unit": None}),
    (2.9, "message_sent", None, {}),
    (2.95, "wait_ended", None, {"wait": 9}),  # a mistake: see _live
    (2.98, "on_table", None, {"body": "management", "on": "2027-03-28"}),  # the agenda is no talk
    (2.99, "table_discussed", None, {"body": "college", "on": "2027-03-29"}),
    (3.0, "table_discussed", None, {"body": "management", "on": "2027-03-30"}),
    (3.1, "note_added", None, {"note": 4}),
    (3.2, "promise_kept", None, {"due_on": "2027-04-02", "late": 0}),
    (3.6, "promise_broken", None, {"due_on": "2027-04-02", "late": 1}),
    (4.0, "decide", "decided", {"decision": 5}),
    (9.4, "close", "done", {}),
    (9.6, "verdict_given", None, {"solved": True}),
    (9.9, "verdict_given", None, {"solved": False}),
    (11.0, "reopen", "taken_up", {}),
    (20.5, "close", "done", {}),
    (20.6, "verdict_given", None, {"solved": True}),
]


def _live(at: datetime, steps: int = len(LIFE), **facts: object) -> int:
    report = new_report(at=at).report
    for days, action, state, data in LIFE[:steps]:
        reason = "mistake" if action == "wait_ended" and data["wait"] == 9 else None
        what = events.What(
            action, from_state="new" if state else None, to_state=state, data=data, reason_code=reason
        )
        events.record(report, what, actor=None, at=at + timedelta(days=days))
    for name, value in facts.items():
        setattr(report, name, value)
    return int(report.id)


def _board(wanted: flow.FlowFilter, now: datetime = NOW) -> Board:
    log = flow.flow_log(wanted)
    parts = (
        table_from(log.moves, flow.MOVES),
        table_from(log.waits, flow.WAITS),
        boards.tables_from(log.tables),
    )
    return boards.board_of(parts, date(2027, 1, 1), slow.local_day(now), int(now.timestamp()))


def _slowly(now: datetime = NOW) -> list[slow.SlowCase]:
    """Every event of a report, read one by one."""
    rows = []
    for one in db.session.scalars(select(Event).where(Event.subject_type == "report")):
        on = one.data.get("on")
        is_elsewhere = one.action == "table_discussed" and one.data.get("body") != "management"
        rows.append(
            slow.Happening(
                one.subject_id,
                one.id,
                one.at.replace(microsecond=0),
                "elsewhere" if is_elsewhere else one.action,
                one.to_state,
                one.data.get("wait"),
                one.data.get("kind") if one.action == "wait_started" else None,
                date.fromisoformat(on) if on else None,
                one.reason_code,
                one.data.get("solved"),
            )
        )
    return slow.cases_of(rows, now)


def test_the_log_gives_the_same_numbers_as_the_slow_figures(app: Flask) -> None:
    with app.app_context():
        for steps in range(len(LIFE) + 1):
            _live(START + timedelta(days=steps, hours=steps), steps)
        db.session.commit()
        board, cases = _board(flow.FlowFilter()), _slowly()
        found = board.cases
        ever = (date(2027, 1, 1), slow.local_day(NOW))
        for answers, expected in (
            (board.promises(), slow.promised(cases, *ever)),
            (board.verdicts(), slow.solved(cases, *ever)),
        ):
            got = zip(found.ids[answers.place].tolist(), answers.is_yes.tolist(), strict=True)
            assert list(got) == [(case, is_yes) for case, _at, is_yes in expected]
            assert 0 < answers.yes < answers.count
        assert len(cases) == len(LIFE) + 1
        assert found.ids.tolist() == [one.number for one in cases]
        assert found.in_at.tolist() == [int(one.in_at.timestamp()) for one in cases]
        assert found.lead.tolist() == [one.lead for one in cases]
        assert found.waited.together.tolist() == [one.waited() for one in cases]
        assert found.waited.inside.tolist() == [one.waited("inside") for one in cases]
        assert found.table_day.tolist() == [one.table_on.toordinal() if one.table_on else -1 for one in cases]
        assert found.dwell.sum(axis=1).tolist() == found.lead.tolist()


def test_things_of_other_rooms_are_not_read(app: Flask) -> None:
    """Another subject with the same number and the same words."""
    with app.app_context():
        number = _live(START, 1)
        other = events.Reference("initiative", number)
        for days, action, state, data in LIFE:
            what = events.What(action, to_state=state, data=data)
            events.record(other, what, actor=None, at=START + timedelta(days=days))
        db.session.commit()
        assert _board(flow.FlowFilter()).cases.dwell.tolist() == [
            [one.dwell()[state] for state in (*slow.ORDER, "declined")] for one in _slowly()[:1]
        ]


@pytest.mark.parametrize(
    ("chosen", "count"),
    [
        ({}, 4),
        ({"municipality_id": "GM0303"}, 1),
        ({"places": ["GM0995"]}, 3),
        ({"places": []}, 0),
        ({"places": ["GM0995"], "municipality_id": "GM0303"}, 0),
        ({"kind": ReportKind.IMPROVEMENT}, 1),
        ({"cause": Cause.MONEY}, 1),
        ({"unit_id": "unit"}, 1),
    ],
)
def test_filters(app: Flask, chosen: dict[str, object], count: int) -> None:
    with app.app_context():
        unit = Unit(name="Vergunningen")
        db.session.add(unit)
        db.session.flush()
        _live(START, 3, kind=ReportKind.IMPROVEMENT)
        _live(START, 3, cause=Cause.MONEY)
        _live(START, 3, unit_id=unit.id)
        _live(START, 3, municipality_id=municipality("GM0303").id)
        db.session.commit()
        wanted = {name: _numbers(value, unit.id) for name, value in chosen.items()}
        assert len(_board(flow.FlowFilter(**wanted)).cases.ids) == count


def _numbers(value: object, unit: int) -> object:
    if isinstance(value, list):
        return [municipality(code).id for code in value]
    if value == "unit":
        return unit
    return municipality(value).id if isinstance(value, str) else value


def test_how_things_stood_on_an_earlier_day(app: Flask) -> None:
    with app.app_context():
        _live(START)
        db.session.commit()
        earlier = START + timedelta(days=3, hours=2)
        assert _board(flow.FlowFilter(), earlier).cases.lead.tolist() == [_slowly(earlier)[0].lead]
        assert _board(flow.FlowFilter(), earlier).under_way() == 1


def test_three_statements_whatever_there_is(app: Flask) -> None:
    with app.app_context():
        _live(START)
        db.session.commit()
        with counting(db.engine) as few:
            flow.flow_log(flow.FlowFilter())
        for day in range(5):
            _live(START + timedelta(days=day))
        db.session.commit()
        with counting(db.engine) as many:
            flow.flow_log(flow.FlowFilter())
        assert len(few) == len(many) == 3


def test_nobody_can_break_the_figures_with_odd_data(app: Flask) -> None:
    """The log may hold anything that is a code; what cannot be read is passed over."""
    with app.app_context():
        report = new_report(at=START).report
        for data in ({"on": "ooit"}, {"on": None}, {}):
            what = events.What("table_discussed", data={**data, "body": "management"})
            events.record(report, what, actor=None, at=START + timedelta(days=1))
        for data in ({"wait": 1, "kind": "nobody"}, {"kind": "unit"}, {}):
            for action in ("wait_started", "wait_ended"):
                what = events.What(action, data=data)
                events.record(report, what, actor=None, at=START + timedelta(days=1))
        db.session.commit()
        cases = _board(flow.FlowFilter()).cases
        assert cases.table_day.tolist() == [slow.local_day(START + timedelta(days=1)).toordinal()]
        assert cases.waited.together.tolist() == [0]
