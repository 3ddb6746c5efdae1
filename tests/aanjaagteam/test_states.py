"""The transition table, walked both ways: what it says is possible, and nothing else is."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from civic.aanjaagteam import policy, service
from civic.aanjaagteam.models import Report
from civic.aanjaagteam.states import (
    FINAL,
    RULES,
    TRANSITIONS,
    Action,
    DeclineReason,
    Outcome,
    State,
    is_possible,
)
from civic.aanjaagteam.states.facts import DecisionOwner, ReopenReason
from civic.errors import Invalid, NotAllowedNow
from tests.aanjaagteam.makers import KNOT, member, report_in
from tests.conftest import NOW

REOPEN = Action.REOPEN


def act(report: Report, action: Action, *, is_empty: bool = False) -> None:
    who = {"actor": member(), "at": NOW}
    text, revision = "" if is_empty else "Tekst", report.revision
    if action is Action.TRIAGE:
        owner = None if is_empty else DecisionOwner.UNKNOWN
        service.triage(report, service.Triage(text, decision_owner=owner), revision, **who)
    elif action is Action.ASSIGN:
        service.assign(report, member(), revision, **who)
    elif action is Action.DECIDE:
        knot = service.Knot("", "", "", "", "", None) if is_empty else KNOT
        service.decide(report, knot, revision, **who)
    elif action is Action.CHANGE_PROCESS:
        service.change_process(report, text, revision, **who)
    elif action is Action.MEASURE:
        service.measure(report, revision, **who)
    elif action is Action.CLOSE:
        service.close(report, service.Ending(None if is_empty else Outcome.SOLVED, text), revision, **who)
    elif action is Action.REOPEN:
        why = service.Reopening(None if is_empty else ReopenReason.CAME_BACK, text)
        service.reopen(report, why, revision, **who)
    else:
        refusal = service.Refusal(None if is_empty else DeclineReason.OTHER, text, text)
        service.decline(report, refusal, revision, **who)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("action", Action)
def test_table_is_what_the_service_does(app: Flask, state: State, action: Action) -> None:
    with app.app_context():
        report = report_in(state, at=NOW)
        if is_possible(state, action):
            act(report, action)
            assert report.state is TRANSITIONS[state, action]
        else:
            with pytest.raises(NotAllowedNow) as refused:
                act(report, action)
            assert refused.value.code == "not_in_this_state"
            assert report.state is state


@pytest.mark.parametrize(
    ("state", "action"),
    [
        (State.NEW, Action.TRIAGE),
        (State.TAKEN_UP, Action.DECIDE),
        (State.DECIDED, Action.CHANGE_PROCESS),
        (State.DECIDED, Action.CLOSE),
        (State.DONE, Action.REOPEN),
        (State.NEW, Action.DECLINE),
    ],
)
def test_every_required_field_is_asked_at_once(app: Flask, state: State, action: Action) -> None:
    with app.app_context():
        report = report_in(state, at=NOW)
        with pytest.raises(Invalid) as refused:
            act(report, action, is_empty=True)
        assert set(refused.value.errors) == set(RULES[action].required)
        assert report.state is state


def test_every_state_can_be_reached_and_left_until_it_is_final() -> None:
    reached = {State.NEW, *TRANSITIONS.values()}
    assert reached == set(State)
    for state in State:
        targets = {new for (old, action), new in TRANSITIONS.items() if old is state and action is not REOPEN}
        assert (targets <= {state}) == (state in FINAL)


def test_only_what_is_done_opens_again() -> None:
    assert [old for (old, action) in TRANSITIONS if action is REOPEN] == [State.DONE]
    assert TRANSITIONS[State.DONE, REOPEN] is State.TAKEN_UP


@pytest.mark.parametrize("action", [Action.ASSIGN, Action.DECIDE])
def test_nobody_goes_on_without_knowing_who_may_decide(app: Flask, action: Action) -> None:
    with app.app_context():
        report = report_in(State.TRIAGED, at=NOW)
        report.decision_owner = None  # written before this was asked
        with pytest.raises(NotAllowedNow) as refused:
            act(report, action)
        assert (refused.value.code, report.state) == ("no_decision_owner", State.TRIAGED)
        act(report, Action.TRIAGE)
        act(report, action)
        assert report.state is TRANSITIONS[State.TRIAGED, action]


def test_declining_needs_no_decision_owner(app: Flask) -> None:
    with app.app_context():
        report = report_in(State.TRIAGED, at=NOW)
        report.decision_owner = None
        act(report, Action.DECLINE)
        assert report.state is State.DECLINED


def test_every_action_has_a_rule() -> None:
    assert set(RULES) == set(Action)


def test_possible_actions_follow_table_and_role(app: Flask) -> None:
    with app.app_context():
        report = report_in(State.DECIDED, at=NOW)
        expected = [action for action in Action if is_possible(State.DECIDED, action)]
        assert policy.possible_actions(member(), report) == expected
        assert policy.possible_actions(None, report) == []


def test_decision_of_tomorrow_is_refused(app: Flask) -> None:
    with app.app_context():
        report = report_in(State.TAKEN_UP, at=NOW)
        knot = service.Knot("v", "b", "w", "wie", "mandaat", date(2026, 11, 24))
        with pytest.raises(Invalid) as refused:
            service.decide(report, knot, report.revision, actor=member(), at=NOW)
        assert list(refused.value.errors) == ["decided_on"]
