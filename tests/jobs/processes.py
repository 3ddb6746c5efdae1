"""Real `python -m civic.jobs` processes for the tests."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from civic.config import DEFAULTS

ROOT = Path(__file__).resolve().parents[2]
STARTED_WITHIN = 60.0  # a busy machine with two cores


def environment(app: Flask) -> dict[str, str]:
    """The settings of this app as a process reads them."""
    values = {name: app.config[name] for name in DEFAULTS}
    values["DATABASE_URL"] = app.config["SQLALCHEMY_DATABASE_URI"]
    settings = {f"CIVIC_{name}": str(value) for name, value in values.items()}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CIVIC_")}
    return {**kept, **settings, "PYTHONUNBUFFERED": "1"}


class JobsProcess:
    """One jobs process with its log in a file."""

    def __init__(self, app: Flask, log: Path) -> None:
        self.log = log
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "civic.jobs"], cwd=ROOT, env=environment(app), stdout=out, stderr=out
            )

    @property
    def leads(self) -> bool:
        return "civic.jobs INFO leader" in self.text

    @property
    def text(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def __str__(self) -> str:
        """For the sentence of a test that fails."""
        return self.text[-3000:]

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(10)


@contextmanager
def jobs_process(app: Flask, log: Path) -> Iterator[JobsProcess]:
    """Start one; it is gone when the block ends."""
    one = JobsProcess(app, log)
    try:
        yield one
    finally:
        if one.process.poll() is None:
            one.kill()


def wait_until(condition: Callable[[], bool], seconds: float = STARTED_WITHIN, what: object = "") -> float:
    """Wait for `condition`; returns how long it took, fails after `seconds`."""
    begin = time.monotonic()
    while not condition():
        if time.monotonic() - begin > seconds:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.02)
    return time.monotonic() - begin
