"""The tables of the ladder: every state can be reached, and what has ended does not move."""

from __future__ import annotations

import pytest

from civic.aanjaagteam.states.ladder import (
    AUTOMATIC_REASONS,
    HAS_IT,
    RUN_TRANSITIONS,
    RUNG_TRANSITIONS,
    EscalationReason,
    RungAction,
    RungState,
    RunState,
)
from civic.aanjaagteam.wording import ladder as words


def test_every_rung_state_can_be_reached() -> None:
    begin = {RungState.ASKED, RungState.NOBODY}
    assert begin | set(RUNG_TRANSITIONS.values()) == set(RungState)
    assert {action for _state, action in RUNG_TRANSITIONS} == set(RungAction)


@pytest.mark.parametrize("state", [one for one in RungState if one not in HAS_IT])
def test_a_rung_that_lost_it_never_gets_it_back(state: RungState) -> None:
    actions = {action for old, action in RUNG_TRANSITIONS if old is state}
    assert actions == ({RungAction.FILL} if state is RungState.NOBODY else set())


def test_who_has_it_can_do_everything_but_fill() -> None:
    for state in HAS_IT:
        actions = {action for old, action in RUNG_TRANSITIONS if old is state}
        assert set(RungAction) - {RungAction.FILL, RungAction.ACCEPT} <= actions


def test_an_open_run_ends_in_every_way() -> None:
    assert {old for old, _action in RUN_TRANSITIONS} == {RunState.OPEN}
    assert set(RUN_TRANSITIONS.values()) == set(RunState) - {RunState.OPEN}


def test_everything_has_words() -> None:
    assert set(words.REASONS) == set(EscalationReason)
    assert set(words.RUNG_STATES) == set(words.RUNG_KINDS) == set(RungState)
    assert set(words.RUN_STATES) == set(words.RUN_KINDS) == set(RunState)
    assert len(AUTOMATIC_REASONS) == 9
