"""Runs wrk (one thread) against a server and reads what it says."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks import site
from benchmarks.measure import ROOT

CONNECTIONS, TIMES = 32, 3
SCRIPT = ROOT / "benchmarks" / "requests.lua"


@dataclass(frozen=True)
class Answer:
    """One run of wrk: requests a second, percentiles in ms, what went wrong, CPU per request."""

    rate: float
    p50: float
    p99: float
    wrong: int
    requests: int
    cpu_ms: float

    @property
    def tail(self) -> float:
        return self.p99 / self.p50 if self.p50 else 0.0


def require() -> None:
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is er niet. Installeer het met: apt install wrk")


def run(
    url: str, process: site.Process, seconds: int, *, connections: int = CONNECTIONS, **env: str
) -> Answer:
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s"]
    before = process.cpu_seconds()
    done = subprocess.run(  # noqa: S603  # our own command
        [*command, "-s", str(SCRIPT), url],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=True,
    )
    used = process.cpu_seconds() - before
    line = next(one for one in done.stdout.splitlines() if one.startswith("RESULT"))
    requests, micro, status, broken, p50, p99 = map(int, line.split()[1:])
    rate, cpu_ms = requests / (micro / 1e6), 1000 * used / max(1, requests)
    return Answer(rate, p50 / 1000, p99 / 1000, status + broken, requests, cpu_ms)


def median(once: Callable[[int], Answer]) -> Answer:
    """After a warm-up three times; the one in the middle, with all that went wrong."""
    once(0)
    found = sorted((once(number) for number in range(1, TIMES + 1)), key=lambda one: one.rate)
    middle = found[TIMES // 2]
    return Answer(
        middle.rate, middle.p50, middle.p99, sum(one.wrong for one in found), middle.requests, middle.cpu_ms
    )
