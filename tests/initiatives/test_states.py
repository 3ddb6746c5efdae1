from __future__ import annotations

import pytest

from civic.initiatives import policy
from civic.initiatives.models import Initiative
from civic.initiatives.presentation import KINDS, STATE_SLUGS, STATES
from civic.initiatives.states import (
    NOT_PUBLISHED,
    PUBLISHED,
    ROLES,
    SUPPORT_TRANSITIONS,
    TRANSITIONS,
    Action,
    State,
    SupportState,
)


def test_every_transition_has_its_roles_and_no_role_lacks_a_transition() -> None:
    assert set(TRANSITIONS) == set(ROLES)
    assert all(ROLES.values())


def test_every_state_can_be_reached_and_every_action_is_used() -> None:
    assert set(TRANSITIONS.values()) | {State.DRAFT} == set(State)
    assert {action for _state, action in TRANSITIONS} == set(Action)
    assert set(SUPPORT_TRANSITIONS.values()) == set(SupportState)


def test_every_state_has_a_word_and_every_public_state_a_filter() -> None:
    assert set(STATES) == set(KINDS) == set(State)
    assert set(STATE_SLUGS.values()) == PUBLISHED


def test_not_enough_support_is_never_called_refused() -> None:
    assert str(STATES[State.EXPIRED]) == "Niet genoeg steun"


@pytest.mark.parametrize("state", State)
def test_policies_answer_for_every_state_and_for_nobody(state: State) -> None:
    initiative = Initiative(author_id=1, state=state)
    assert policy.may_see(None, initiative) is (state not in NOT_PUBLISHED)
    for may in (policy.may_edit, policy.may_publish, policy.may_withdraw, policy.may_discard):
        assert may(None, initiative) is False
