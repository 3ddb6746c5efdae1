"""Kill -9 of the jobs process during a draw in public: it goes on afterwards, and nothing happens twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from civic.db import committing, db
from civic.panels.models import PublicDraw, Seat
from civic.panels.queries import public_draws as queries
from civic.panels.service import public_draws as service
from civic.panels.states import PublicDrawState
from civic.sortition.publication import verify_draw
from tests.panels.makers import actions_of
from tests.panels.makers_freeze import second
from tests.panels.makers_public_draws import EARLIER, PAST, requested_draw

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 180  # a busy machine may be slow; a quiet one needs twenty seconds
NAMES = ("ENVIRONMENT", "SECRET_KEY", "PEPPER", "DATA_KEYS", "INSTANCE", "DATABASE_URL", "LOG_KEY")
MANY = replace(PAST, panels=1_000)


@pytest.fixture
def start_jobs(app: Flask, tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    started: list[subprocess.Popen[bytes]] = []
    environment = {**os.environ, **{f"CIVIC_{name}": str(app.config[name]) for name in NAMES}}

    def _start() -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "civic.jobs"],
            cwd=ROOT,
            env={**environment, "CIVIC_PRACTICE_CHAIN": "ja"},
            stdout=log,
            stderr=log,
        )
        started.append(process)
        return process

    with (tmp_path / "jobs.log").open("wb") as log:
        yield _start
    for process in started:
        process.kill()
        process.wait(10)
    sys.stdout.write((tmp_path / "jobs.log").read_text(encoding="utf-8"))  # shown when the test fails


def wait_for(app: Flask, condition: Callable[[PublicDraw], Any]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with app.app_context():
            found = condition(db.session.scalars(select(PublicDraw)).one())
            db.session.rollback()
        if found:
            return
        time.sleep(0.02)
    pytest.fail("the draw did not get there in time")


def killed(process: subprocess.Popen[bytes]) -> None:
    os.kill(process.pid, signal.SIGKILL)
    process.wait(10)


@pytest.mark.slow
def test_kill_nine_at_every_step(app: Flask, start_jobs: Callable[[], subprocess.Popen[bytes]]) -> None:
    with app.app_context():
        draw_id = requested_draw(plan=MANY, at=EARLIER).id
    first = start_jobs()
    wait_for(app, lambda draw: draw.draw.progress_phase)
    killed(first)  # while the engine works

    other = start_jobs()
    wait_for(app, lambda draw: draw.state is PublicDrawState.PROPOSED)
    # as a request does: the transaction begins as one that writes, beside the jobs that write too
    with app.app_context(), committing():
        service.approve(db.session.get_one(PublicDraw, draw_id), actor=second(), at=EARLIER)
    wait_for(app, lambda draw: draw.claimed_by or draw.state is not PublicDrawState.APPROVED)
    killed(other)  # while the folder is made

    last = start_jobs()
    wait_for(app, lambda draw: draw.state is PublicDrawState.COMMITTED)
    killed(last)  # while the log is sealed and the number fetched

    end = start_jobs()
    wait_for(app, lambda draw: draw.state is PublicDrawState.DRAWN)
    wait_for(app, _is_sealed)
    end.terminate()
    assert end.wait(15) == 0
    with app.app_context():
        draw = db.session.get_one(PublicDraw, draw_id)
        assert [one for one in actions_of(draw) if one in queries.STEPS] == ["commitment", "result"]
        assert draw.sequence == 1
        assert verify_draw.check(queries.folder_of(draw)).codes == set()
        assert db.session.scalar(select(func.count()).select_from(Seat)) == draw.size


def _is_sealed(draw: PublicDraw) -> bool:
    return None not in queries.proofs_of(queries.own_steps_of(draw), queries.manifest_of(draw))
