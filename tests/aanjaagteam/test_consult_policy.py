"""Who may what: nobody without a role of the staff, and each side only its own moves."""

from __future__ import annotations

from flask import Flask

from civic.aanjaagteam.models import Improvement
from civic.aanjaagteam.policy import consults, improvements
from civic.aanjaagteam.policy.consults import Reach
from civic.aanjaagteam.policy.improvements import Standing
from civic.aanjaagteam.queries import consults as consult_queries
from civic.aanjaagteam.queries import improvements as improvement_queries
from civic.aanjaagteam.queries import inbox
from civic.aanjaagteam.service.consults import Whom
from civic.aanjaagteam.states.consults import ConsultAction, Domain
from civic.aanjaagteam.states.improvements import ImprovementAction
from civic.calendar import today
from civic.db import now
from tests.aanjaagteam.consult_makers import (
    JUUL,
    LARS,
    PETER,
    improvement,
    official,
    quick_consult,
    specialist,
    unit,
    works_at,
)
from tests.factories import make_user


def test_without_a_role_there_is_nothing(app: Flask) -> None:
    with app.app_context():
        row, done = quick_consult(), improvement()
        resident = make_user(email="bewoner@example.nl")
        for user in (None, resident):
            reach = Reach(frozenset({1}), dict.fromkeys(Domain, row.asked_at))
            assert not consults.may_consult(user)
            assert not consults.may_read_consult(user, row, reach, None)
            assert consults.consult_actions(user, row, reach, None) == []
            assert not consults.may_remove_specialist(user, 1)
            assert consult_queries.reach_of(user, today(now())) == Reach()
            assert not improvements.may_improve(user)
            assert not improvements.may_thank(user, done)
            assert improvements.improvement_actions(user, done, Standing(frozenset({done.unit_id}))) == []
            assert improvement_queries.standing_of(user, done.unit_id, today(now())) == Standing()
        assert inbox.waiting_for(resident, frozenset(), now()) == []


def test_who_once_had_a_role_loses_everything(app: Flask) -> None:
    with app.app_context():
        lars = specialist(LARS)
        row = quick_consult(Whom(user_id=lars.id))
        assert consults.is_asked(lars, row, Reach())
        lars.grants.clear()
        assert not consults.may_read_consult(lars, row, Reach(), None)
        assert not consults.may_move_consult(lars, row, ConsultAction.ANSWER, Reach(), None)


def test_each_side_has_its_own_moves(app: Flask) -> None:
    with app.app_context():
        row = quick_consult()
        asker, juul = official(), specialist(JUUL)
        in_law = Reach(domains={Domain.LEGAL: row.asked_at})
        assert consults.consult_actions(asker, row, in_law, None) == [ConsultAction.WITHDRAW]
        assert consults.consult_actions(juul, row, in_law, None) == [
            ConsultAction.TAKE,
            ConsultAction.HAND_ON,
            ConsultAction.ANSWER,
        ]
        assert consults.consult_actions(juul, row, Reach(), None) == []


def test_a_manager_of_another_unit_says_nothing(app: Flask) -> None:
    with app.app_context():
        place, other = unit(), unit("Beheer")
        boss = official(PETER)
        works_at(boss, other, is_manager=True)
        row = Improvement(proposer_id=official().id, unit_id=place.id)
        standing = improvement_queries.standing_of(boss, place.id, today(now()))
        assert standing == Standing(frozenset({other.id}), has_manager=False)
        for action in (ImprovementAction.AGREE, ImprovementAction.WITHDRAW):
            assert not improvements.may_move_improvement(boss, row, action, standing)
