"""The short way to confirm says yes where the long way does, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from civic.db import db, now
from civic.errors import NotAllowedNow
from civic.initiatives import service
from civic.initiatives.models import Initiative, Support
from civic.initiatives.service.confirming import confirm_at_once
from civic.initiatives.service.supports import token_of
from civic.initiatives.states import SupportState, WithdrawReason
from tests.initiatives.factories import author, published, supporter
from tests.statements import counting

Change = Callable[[Initiative, Support], None]


def _pending() -> Support:
    initiative = published()
    service.ask(initiative, supporter(), at=now())
    db.session.commit()
    return db.session.scalars(db.select(Support)).one()


def _stop(initiative: Initiative, _support: Support) -> None:
    service.withdraw(initiative, WithdrawReason.SOLVED, actor=author(), at=now())


def _pause(initiative: Initiative, _support: Support) -> None:
    initiative.paused_at = now()


def _hide(initiative: Initiative, _support: Support) -> None:
    initiative.hidden_at = now()


def _take_back(_initiative: Initiative, support: Support) -> None:
    service.withdraw_support(support, at=now())


def _wait_too_long(_initiative: Initiative, support: Support) -> None:
    support.requested_at = now() - timedelta(days=31)


def test_one_statement_counts_it(app: Flask) -> None:
    with app.app_context():
        support = _pending()
        token = token_of(support)
        with counting(db.engine) as seen:
            assert confirm_at_once(token, at=now()) == support.initiative_id
        assert len(seen) == 1
        db.session.commit()
        db.session.refresh(support)
        assert (support.state, support.is_dirty) == (SupportState.CONFIRMED, True)
        assert support.confirmed_at is not None
        assert confirm_at_once(token, at=now()) is None  # the second time there is nothing to do


@pytest.mark.parametrize("change", [_stop, _pause, _hide, _take_back, _wait_too_long])
def test_both_ways_refuse_the_same(app: Flask, change: Change) -> None:
    with app.app_context():
        support = _pending()
        token = token_of(support)
        change(db.session.get_one(Initiative, support.initiative_id), support)
        db.session.commit()
        assert confirm_at_once(token, at=now()) is None
        found = service.find_by_token(token, at=now())
        if found is not None:
            with pytest.raises(NotAllowedNow):
                service.confirm(found, at=now())


def test_both_ways_refuse_after_the_last_day(app: Flask) -> None:
    with app.app_context():
        support = _pending()
        late = now() + timedelta(days=300)
        support.requested_at = late
        db.session.commit()
        assert confirm_at_once(token_of(support), at=late) is None
        with pytest.raises(NotAllowedNow):
            service.confirm(support, at=late)


@pytest.mark.parametrize("token", ["", "x", "0" * 64, "' OR 1=1 --", "é" * 64])
def test_unknown_secrets(app: Flask, token: str) -> None:
    with app.app_context():
        _pending()
        assert confirm_at_once(token, at=now()) is None
