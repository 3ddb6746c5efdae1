"""Rate limits: fixed windows in the database, without addresses."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select

from civic.db import committing, db
from civic.errors import TooMany
from civic.limits import Limit, RateWindow, forget_old_windows, hit
from tests.conftest import NOW

THREE = Limit("test", 3, 900)


def test_up_to_the_limit_and_no_further(app: Flask) -> None:
    with app.app_context():
        for expected in (1, 2, 3):
            with committing():
                assert hit(THREE, "key", NOW) == expected
        for _ in range(2):
            with pytest.raises(TooMany) as error, committing():
                hit(THREE, "key", NOW)
        assert error.value.parameters == {"minutes": 15}
        with committing():
            assert hit(THREE, "other", NOW) == 1
            assert hit(Limit("else", 3, 900), "key", NOW) == 1
            assert hit(THREE, "key", NOW + timedelta(minutes=15)) == 1


def test_no_address_is_stored(app: Flask) -> None:
    with app.app_context(), committing():
        hit(THREE, "kees@example.nl", NOW)
        rows = db.session.scalars(select(RateWindow)).all()
        assert "kees" not in str([row.bucket for row in rows])
        first = rows[0].bucket
        hit(THREE, "kees@example.nl", NOW + timedelta(days=1))
        assert len({row.bucket for row in db.session.scalars(select(RateWindow))} - {first}) == 1, (
            "a new hash each day"
        )


def test_many_at_once_are_all_counted(app: Flask) -> None:
    limit, start = Limit("burst", 20, 900), Barrier(12)
    outcomes: list[str] = []

    def use() -> None:
        start.wait()
        for _ in range(4):
            try:
                with app.app_context(), committing():
                    hit(limit, "key", NOW)
                outcomes.append("ok")
            except TooMany:
                outcomes.append("too many")

    threads = [Thread(target=use) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("ok") == 20
    assert len(outcomes) == 48


def test_old_windows_are_forgotten(app: Flask) -> None:
    with app.app_context(), committing():
        hit(THREE, "key", NOW)
        hit(THREE, "key", NOW - timedelta(days=2))
        assert forget_old_windows(NOW) == 1


@pytest.mark.parametrize("seconds", [0, -1, 86_401])
def test_a_window_is_at_most_a_day(seconds: int) -> None:
    with pytest.raises(ValueError, match="window"):
        Limit("x", 1, seconds)
