"""Kill -9 of the jobs process during a draw: after a restart the draw finishes, with the same seed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from civic.db import db
from civic.panels.models import Draw
from civic.panels.service.panels import PanelText
from civic.panels.states import DrawState
from tests.panels.makers import POOLS, actions_of, make_draw, make_ready_panel

ROOT = Path(__file__).resolve().parents[2]
POOL, SIZE = "like_nexus_170", 170
PATIENCE = 120  # a busy machine may be slow; a quiet one needs five seconds


@pytest.fixture
def start_jobs(app: Flask, tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts `python -m civic.jobs` on the test's database; whatever still lives at the end is killed."""
    started: list[subprocess.Popen[bytes]] = []
    names = ("ENVIRONMENT", "SECRET_KEY", "PEPPER", "DATA_KEYS", "INSTANCE", "DATABASE_URL")
    environment = {**os.environ, **{f"CIVIC_{name}": str(app.config[name]) for name in names}}

    def _start() -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "civic.jobs"],
            cwd=ROOT,
            env=environment,
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


def wait_for(app: Flask, condition: Callable[[Draw], Any]) -> Any:
    """Look at the draw until `condition` gives something; fails in the end."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with app.app_context():
            found = condition(db.session.scalars(select(Draw)).one())
            db.session.rollback()
        if found:
            return found
        time.sleep(0.02)
    pytest.fail("the draw did not get there in time")


def computations_of(process_id: int) -> list[int]:
    """The computing children, whichever thread started them."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if int(status[1]) == process_id and b"compute" in command:
            found.append(int(folder.name))
    return found


def is_alive(process_id: int) -> bool:
    try:
        status = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return False
    return status[0] not in ("Z", "X")


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes through /proc")
def test_kill_nine_and_restart(app: Flask, start_jobs: Callable[[], subprocess.Popen[bytes]]) -> None:
    folder = POOLS / POOL
    files = ((folder / name).read_bytes() for name in ("categories.csv", "respondents.csv"))
    with app.app_context():
        make_draw(
            make_ready_panel(*files, text=PanelText("Panel voor de test", "Overleeft dit een kill -9?", SIZE))
        )
        seed = db.session.scalars(select(Draw)).one().seed
    first = start_jobs()
    wait_for(app, lambda draw: draw.state is DrawState.COMPUTING and draw.progress_phase)
    children = computations_of(first.pid)
    assert len(children) == 1
    os.kill(first.pid, signal.SIGKILL)
    first.wait(10)
    with app.app_context():
        draw = db.session.scalars(select(Draw)).one()
        assert (draw.state, draw.result) == (DrawState.COMPUTING, None)
    _gone(children[0])

    second = start_jobs()
    wait_for(app, lambda draw: draw.state is DrawState.DONE)
    second.terminate()
    assert second.wait(15) == 0
    with app.app_context():
        draw = db.session.scalars(select(Draw)).one()
        assert (draw.seed, draw.attempts) == (seed, 2)
        assert (draw.result or {})["verified"] is True
        assert len((draw.members or {})["rows"]) == SIZE
        assert actions_of(draw) == ["draw_requested", "draw_started", "draw_resumed", "draw_finished"]


def _gone(process_id: int) -> None:
    """The orphan stops by itself: its lifeline (our end of the pipe) is gone."""
    deadline = time.monotonic() + 5
    while is_alive(process_id):
        assert time.monotonic() < deadline, "the computation outlived its parent"
        time.sleep(0.02)
