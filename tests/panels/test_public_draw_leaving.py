"""People who leave while a draw is committed to or revealed: nothing of them stays, nobody waits forever."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from threading import Barrier, Thread

from flask import Flask
from sqlalchemy import select

from civic.db import committing, db
from civic.panels.models import PublicDraw, Registration
from civic.panels.service import public_draws_commit as commits
from civic.panels.service import public_draws_pool as pools
from civic.panels.service import public_draws_reveal as reveals
from civic.panels.service.registrations_withdraw import withdraw
from civic.panels.states import PublicDrawState, RegistrationState
from civic.sortition.publication import verify_draw
from tests.conftest import NOW
from tests.panels import makers_public_draws as makers
from tests.panels.makers import administrator

ROUNDS = 3


def _people(panel_id: int, count: int) -> list[int]:
    first = select(Registration.id).where(Registration.panel_id == panel_id).order_by(Registration.id)
    return list(db.session.scalars(first.limit(count)))


def _together(app: Flask, acts: Sequence[Callable[[], None]]) -> list[str]:
    """Everybody at the same instant, each in a transaction of its own; what went wrong."""
    barrier, errors = Barrier(len(acts)), []

    def _run(act: Callable[[], None]) -> None:
        with app.app_context():
            barrier.wait()
            try:
                with committing():
                    act()
            except Exception as error:
                errors.append(repr(error))
            finally:
                db.session.remove()

    threads = [Thread(target=_run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def _leave(registration_id: int) -> Callable[[], None]:
    return lambda: withdraw(db.session.get_one(Registration, registration_id), actor=None, at=makers.AFTER)


def _open_in(draw_id: int) -> set[str]:
    """Ids of whom the auditor's list still holds more than hashes."""
    draw = db.session.get_one(PublicDraw, draw_id, populate_existing=True)
    pool = json.loads(pools.read_pool(draw, actor=administrator(), at=NOW))
    return {one["id"] for one in pool["members"] if "person" in one}


def test_who_leaves_while_the_folder_is_made_is_closed_in_the_list(app: Flask) -> None:
    with app.app_context():
        draw = makers.approved_draw()
        work = commits.work_on(draw, NOW)
        db.session.commit()
        person = db.session.get_one(Registration, _people(draw.panel_id, 1)[0])
        withdraw(person, actor=None, at=NOW)
        db.session.commit()
        bundle = commits.build(work.order)
        commits.commit(db.session.get_one(PublicDraw, draw.id, populate_existing=True), work, bundle, at=NOW)
        db.session.commit()
        assert person.uid not in _open_in(draw.id)
        pool = pools.read_pool(draw, actor=administrator(), at=NOW)
        codes = verify_draw.check(bundle.files, pool=pool).codes
        assert codes & {"leaf_wrong", "root_wrong"} == set()


def test_two_who_leave_at_once_are_both_closed(app: Flask) -> None:
    with app.app_context():
        draw = makers.committed_draw()
        draw_id, people = draw.id, _people(draw.panel_id, 2 * ROUNDS)
        uids = set(db.session.scalars(select(Registration.uid).where(Registration.id.in_(people))))
        db.session.remove()
    for number in range(ROUNDS):
        assert _together(app, [_leave(one) for one in people[2 * number : 2 * number + 2]]) == []
    with app.app_context():
        assert _open_in(draw_id) & uids == set()
        states = db.session.scalars(select(Registration.state).where(Registration.id.in_(people)))
        assert set(states) == {RegistrationState.WITHDRAWN}


def test_leaving_and_revealing_do_not_wait_for_each_other(app: Flask) -> None:
    with app.app_context():
        draw = makers.committed_draw()
        draw_id, people = draw.id, _people(draw.panel_id, ROUNDS)
        signature = reveals.Signature(makers.signature_of(draw), source="practice")
        question = reveals.gather(draw, signature, makers.AFTER)
        assert question is not None
        answer = reveals.work_out(question)
        db.session.remove()

    def _reveal() -> None:
        reveals.apply(db.session.get_one(PublicDraw, draw_id), answer, at=makers.AFTER)

    assert _together(app, [_reveal, *(_leave(one) for one in people)]) == []
    with app.app_context():
        assert db.session.get_one(PublicDraw, draw_id).state is PublicDrawState.DRAWN
