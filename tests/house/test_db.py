"""The database wall: moments, transactions, moves, claims, and writers that wait for each other."""

from __future__ import annotations

import enum
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, StatementError

from civic.db import STALE_AFTER, claim, committing, db, exists, heartbeat, move, release_claims
from civic.errors import NotAllowedNow
from civic.limits import RateWindow
from civic.mail.models import MailState, OutgoingMail
from tests.conftest import NOW
from tests.mail.letters import queued


def run_together(*tasks: Callable[[], None]) -> list[BaseException]:
    """Run each in a thread of its own, all starting at once; returns what they raised."""
    start, errors = Barrier(len(tasks)), []

    def run(task: Callable[[], None]) -> None:
        start.wait()
        try:
            task()
        except BaseException as error:
            errors.append(error)

    threads = [Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_moments_are_aware_and_come_back_in_utc(app: Flask) -> None:
    with app.app_context():
        amsterdam = NOW.astimezone(timezone(timedelta(hours=1)))
        db.session.add(RateWindow(bucket="a", window=amsterdam, count=1))
        db.session.commit()
        db.session.expire_all()
        window = db.session.scalars(select(RateWindow.window)).one()
        assert window == NOW
        assert window.utcoffset() == timedelta(0)
        assert db.session.scalar(select(RateWindow.count).where(RateWindow.window == amsterdam)) == 1


def test_a_naive_moment_is_refused(app: Flask) -> None:
    with app.app_context():
        db.session.add(RateWindow(bucket="a", window=datetime(2026, 1, 1), count=1))  # noqa: DTZ001 - the refused case
        with pytest.raises(StatementError, match="naive"):
            db.session.commit()
        db.session.rollback()


def test_states_are_stored_as_values(app: Flask) -> None:
    with app.app_context():
        queued()
        assert db.session.scalar(text("SELECT state FROM outgoing_mail")) == "waiting"


def counter() -> RateWindow:
    return db.session.scalars(select(RateWindow)).one()


def test_600_updates_that_read_before_they_write(app: Flask) -> None:
    """Without BEGIN IMMEDIATE 441 of 600 of these failed at once (design.md, traps)."""
    with app.app_context():
        db.session.add(RateWindow(bucket="a", window=NOW, count=0))
        db.session.commit()

    def add_75() -> None:
        for _ in range(75):
            with app.app_context(), committing():
                row = db.session.scalars(select(RateWindow).with_for_update()).one()
                row.count = row.count + 1

    assert run_together(*[add_75] * 8) == []
    with app.app_context():
        assert counter().count == 600


def test_writing_after_a_read_outside_the_transaction(app: Flask) -> None:
    """A job reads, somebody else writes, the job writes: in WAL the read transaction must not be reused."""
    with app.app_context():
        db.session.add(RateWindow(bucket="a", window=NOW, count=0))
        db.session.commit()

    def other() -> None:
        with app.app_context(), committing():
            counter().count += 1

    with app.app_context():
        assert counter().count == 0
        assert run_together(other) == []
        with committing():
            counter().count += 1
        assert counter().count == 2


def _write_and_fail() -> None:
    with committing():
        db.session.add(RateWindow(bucket="a", window=NOW, count=1))
        db.session.flush()
        raise RuntimeError("after a write")


def test_an_error_rolls_back_and_frees_the_writer(app: Flask) -> None:
    for _ in range(3):
        with app.app_context(), pytest.raises(RuntimeError):
            _write_and_fail()
    with app.app_context():
        with pytest.raises(IntegrityError), committing():
            db.session.execute(
                text('INSERT INTO rate_window (bucket, "window", count) VALUES (NULL, NULL, NULL)')
            )
        assert not exists(select(RateWindow))

    def write() -> None:
        with app.app_context(), committing():
            db.session.add(RateWindow(bucket="b", window=NOW, count=1))

    assert run_together(write) == []  # not after fifteen seconds: at once
    with app.app_context():
        assert exists(select(RateWindow))


def test_a_reader_does_not_wait_for_a_writer(app: Flask) -> None:
    with app.app_context(), committing():
        db.session.add(RateWindow(bucket="a", window=NOW, count=1))
        db.session.flush()

        def read() -> None:
            with app.app_context():
                assert not exists(select(RateWindow))

        assert run_together(read) == []


def test_a_failed_commit_keeps_nothing(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(IntegrityError), committing():
            db.session.add_all(RateWindow(bucket="a", window=NOW, count=n) for n in range(2))
        assert not exists(select(RateWindow))


class Other(enum.Enum):
    SOLD = "sold"


def test_move(app: Flask) -> None:
    with app.app_context():
        mail = queued()
        move(mail, MailState.WAITING, MailState.SENT, sent_at=NOW)
        assert (mail.state, mail.sent_at) == (MailState.SENT, NOW)
        with pytest.raises(NotAllowedNow) as error:
            move(mail, MailState.WAITING, MailState.FAILED)
        assert error.value.code == "changed_meanwhile"


def test_of_many_moves_one_wins(app: Flask) -> None:
    with app.app_context():
        number = queued().id
    won: list[int] = []

    def go(me: int) -> None:
        with app.app_context(), committing():
            move(db.session.get_one(OutgoingMail, number), MailState.WAITING, MailState.SENT, sent_at=NOW)
            won.append(me)

    errors = run_together(*[lambda me=me: go(me) for me in range(8)])
    assert len(won) == 1
    assert len(errors) == 7
    assert all(isinstance(error, NotAllowedNow) for error in errors)


def waiting() -> Any:
    return select(OutgoingMail.id).where(OutgoingMail.state == MailState.WAITING).order_by(OutgoingMail.id)


def test_of_many_claims_one_wins(app: Flask) -> None:
    with app.app_context():
        queued()
    got: list[int] = []

    def take(me: int) -> None:
        with app.app_context(), committing():
            number = claim(OutgoingMail, waiting(), f"w{me}", NOW)
        if number is not None:
            got.append(number)

    assert run_together(*[lambda me=me: take(me) for me in range(8)]) == []
    assert len(got) == 1
    with app.app_context():
        assert db.session.scalars(select(OutgoingMail)).one().attempts == 1


def test_many_workers_share_the_work(app: Flask) -> None:
    with app.app_context():
        for number in range(30):
            queued(f"test:{number}")
    got: list[int] = []

    def work(me: int) -> None:
        while True:
            with app.app_context(), committing():
                number = claim(OutgoingMail, waiting(), f"w{me}", NOW)
            if number is None:
                return
            got.append(number)

    assert run_together(*[lambda me=me: work(me) for me in range(4)]) == []
    assert sorted(got) == sorted(set(got))
    # a worker that meets another's lock may stop early; what is left is free for the next round
    work(9)
    assert len(got) == 30


def test_a_claimed_row_does_not_hide_the_next(app: Flask) -> None:
    with app.app_context():
        first, second = queued("test:1").id, queued("test:2").id
        with committing():
            assert claim(OutgoingMail, waiting(), "one", NOW) == first
            assert claim(OutgoingMail, waiting(), "two", NOW) == second
            assert claim(OutgoingMail, waiting(), "three", NOW) is None


def test_a_stale_claim_can_be_taken_and_a_fresh_one_kept(app: Flask) -> None:
    with app.app_context():
        number = queued().id
        with committing():
            claim(OutgoingMail, waiting(), "one", NOW)
            assert heartbeat(OutgoingMail, number, "one", NOW + timedelta(seconds=50))
            assert claim(OutgoingMail, waiting(), "two", NOW + STALE_AFTER) is None
            later = NOW + timedelta(seconds=51) + STALE_AFTER
            assert claim(OutgoingMail, waiting(), "two", later) == number
            assert not heartbeat(OutgoingMail, number, "one", later)


def test_a_new_leader_frees_the_claims_of_others(app: Flask) -> None:
    with app.app_context():
        queued("test:1")
        queued("test:2")
        with committing():
            claim(OutgoingMail, waiting(), "dead", NOW)
            claim(OutgoingMail, waiting(), "me", NOW)
            assert release_claims(OutgoingMail, "me") == 1
            assert release_claims(OutgoingMail, "me") == 0
            assert claim(OutgoingMail, waiting(), "me", NOW) is not None
