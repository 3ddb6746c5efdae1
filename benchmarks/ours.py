"""One measurement of our engine in its own process: the lottery, its verification or the uniform lottery."""

from __future__ import annotations

import hashlib
import json
import pickle
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from benchmarks import child
from benchmarks.child import Figures
from civic import sortition
from civic.sortition import Cancelled, Lottery, Pool, Problem, Quota

# `progress` stops the engine between two solves; where one solve takes longer than this, the alarm does
GRACE = 30.0


@dataclass(slots=True)
class Trace:
    """Follows a solve: appends [seconds, value, bound] to a file and stops the solve at `limit` seconds."""

    file: TextIO
    limit: float
    start: float = field(default_factory=time.perf_counter)

    def __call__(self, phase: str, done: int, total: int, value: float, bound: float) -> None:
        seconds = time.perf_counter() - self.start
        self.file.write(json.dumps([round(seconds, 3), float(value), float(bound)]) + "\n")
        self.file.flush()
        if seconds > self.limit:
            raise Cancelled


def problem(request: Figures) -> Problem:
    tables = child.read(Path(request["pool"]))
    quotas = [
        Quota({row["category"]: row["feature"]}, int(row["min"]), int(row["max"]))
        for row in tables.categories
    ]
    features = tuple(dict.fromkeys(row["category"] for row in tables.categories))
    pool = Pool(
        features=features,
        ids=tuple(row[child.ID] for row in tables.respondents),
        values=tuple(tuple(row[name] for name in features) for row in tables.respondents),
    )
    return Problem(pool, tuple(quotas), request["size"])


def draw(request: Figures) -> Figures:
    """The leximin lottery; seconds are those of `solve` alone."""
    question = problem(request)
    child.stop_after(request["limit"] + GRACE)
    with Path(request["trace"]).open("w", encoding="utf-8") as file:
        trace = Trace(file, request["limit"])
        try:
            lottery = sortition.solve(question, seed=request["seed"], progress=trace)
        except Cancelled:
            return {"status": "stopped", "peak_bytes": child.peak_bytes()}
        seconds = time.perf_counter() - trace.start
    peak = child.peak_bytes()
    Path(request["lottery"]).write_bytes(pickle.dumps(lottery))
    return {"seconds": seconds, "peak_bytes": peak, **_describe(lottery)}


def _describe(lottery: Lottery) -> Figures:
    chances = json.dumps(lottery.probabilities, sort_keys=True)
    return {
        "min_probability": lottery.min_probability,
        "upper_bound": lottery.upper_bound,
        "gap": lottery.gap,
        "optimal": lottery.optimal,
        "gini": lottery.statistics["gini"],
        "types": len(lottery.groups),
        "panels": len(lottery.panels),
        "impossible": list(lottery.impossible),
        "phases": dict(lottery.run.get("seconds", {})),
        "digest": hashlib.sha256(chances.encode()).hexdigest(),
    }


def _stored(request: Figures) -> Lottery:
    # written by `draw` a moment ago, in a directory that only this run knows
    lottery: Lottery = pickle.loads(Path(request["lottery"]).read_bytes())  # noqa: S301 (written by ourselves)
    return lottery


def verify(request: Figures) -> Figures:
    """Does the verifier accept the lottery, and how long does it take?"""
    question, lottery = problem(request), _stored(request)
    child.stop_after(request["limit"])
    start = time.perf_counter()
    report = sortition.verify(question, lottery)
    seconds = time.perf_counter() - start
    return {
        "seconds": seconds,
        "peak_bytes": child.peak_bytes(),
        "accepted": report.ok,
        "failures": sorted({failure.code for failure in report.failures}),
        "notes": [str(note) for note in report.notes],
    }


def uniform(request: Figures) -> Figures:
    """The uniform lottery near the leximin lottery, where this version of the engine has one."""
    make: Any = getattr(sortition, "uniform", None)
    if not callable(make):
        return {"status": "missing"}
    question, lottery = problem(request), _stored(request)
    child.stop_after(request["limit"])
    start = time.perf_counter()
    result = make(question, lottery, panels=request["panels"])
    seconds = time.perf_counter() - start
    return {
        "seconds": seconds,
        "peak_bytes": child.peak_bytes(),
        "panels": request["panels"],
        "min_probability": float(result.min_probability),
        "largest_shortfall": float(result.largest_shortfall),
    }


MEASUREMENTS = {"draw": draw, "verify": verify, "uniform": uniform}

if __name__ == "__main__":
    child.main(lambda request: MEASUREMENTS[request["measure"]](request))
