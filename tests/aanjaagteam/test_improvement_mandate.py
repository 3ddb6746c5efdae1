"""May I just do it? The rules as data, and in words on the page."""

from __future__ import annotations

from itertools import chain, combinations

import pytest
from flask import Flask

from civic.aanjaagteam.service import improvements as service
from civic.aanjaagteam.states.improvements import (
    FIRST_STATE,
    IMPROVEMENT_RULES,
    IMPROVEMENT_TRANSITIONS,
    MANDATE_RULES,
    ORDER,
    Check,
    ImprovementState,
    Mandate,
    mandate_of,
)
from civic.aanjaagteam.wording.improvements import BECAUSE, CHECKS, MANDATES, RULES_IN_WORDS
from civic.db import now
from tests.aanjaagteam.consult_makers import official, unit, works_at

EVERY_ANSWER = list(chain.from_iterable(combinations(Check, n) for n in range(len(Check) + 1)))


@pytest.mark.parametrize(
    ("yes", "mandate"),
    [
        ((), Mandate.SELF),
        ((Check.OTHERS,), Mandate.MANAGER),
        ((Check.MONEY,), Mandate.TABLE),
        ((Check.RULE,), Mandate.TABLE),
        ((Check.RIGHTS,), Mandate.TABLE),
        ((Check.OTHERS, Check.MONEY), Mandate.TABLE),
    ],
)
def test_who_decides(yes: tuple[Check, ...], mandate: Mandate) -> None:
    assert mandate_of(yes).mandate is mandate


def test_every_answer_has_one_outcome_and_more_yes_never_brings_it_nearer() -> None:
    for yes in EVERY_ANSWER:
        verdict = mandate_of(yes)
        assert set(verdict.because) <= set(yes)
        assert bool(verdict.because) is (verdict.mandate is not Mandate.SELF)
        for more in Check:
            assert ORDER.index(mandate_of((*yes, more)).mandate) >= ORDER.index(verdict.mandate)


def test_words_say_what_the_rules_do() -> None:
    said = {str(what): str(who) for what, who in RULES_IN_WORDS[1:]}
    assert said == {str(CHECKS[one.check]): str(MANDATES[one.mandate]) for one in MANDATE_RULES}
    assert set(BECAUSE) == set(CHECKS) == set(Check)


def test_every_move_has_a_rule_and_every_state_is_reached() -> None:
    assert {action for _state, action in IMPROVEMENT_TRANSITIONS} == set(IMPROVEMENT_RULES)
    assert {*IMPROVEMENT_TRANSITIONS.values(), *FIRST_STATE.values()} == set(ImprovementState)


def test_elsewhere_it_touches_the_work_of_others_and_a_manager_asks_nobody(app: Flask) -> None:
    with app.app_context():
        here, elsewhere, saskia = unit(), unit("Beheer"), official()
        works_at(saskia, here)
        own = service.Proposal("Een proces", "Korter", here.id)
        other = service.Proposal("Een proces", "Korter", elsewhere.id)
        assert service.verdict_for(own, actor=saskia, at=now()).mandate is Mandate.SELF
        assert service.verdict_for(other, actor=saskia, at=now()).mandate is Mandate.MANAGER
        boss = official("peter@example.nl")
        works_at(boss, here, is_manager=True)
        touching = service.Proposal("Een proces", "Korter", here.id, frozenset({Check.OTHERS}))
        assert service.verdict_for(touching, actor=boss, at=now()).mandate is Mandate.SELF
        costly = service.Proposal("Een proces", "Korter", here.id, frozenset({Check.MONEY}))
        assert service.verdict_for(costly, actor=boss, at=now()).mandate is Mandate.TABLE
