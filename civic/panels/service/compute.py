"""Computing one draw: `python -m civic.panels.service.compute`, the child of the jobs process.

One line of JSON in (the two files, the size, the seed); lines of JSON out: progress, and at the end the
outcome. The same order gives the same outcome, on every machine, so a draw that was cut off is simply
computed again.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TextIO

from civic import __version__, sortition
from civic.panels.service.reading import features_of, parse
from civic.sortition.validation import SHORTAGES

HOLDS_SEAT = "vast"
MILLION, BILLION = 1_000_000, 1_000_000_000
QUIET_SECONDS = 0.2
Tell = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Question:
    """What is drawn from. `columns` (both may be missing): "household" holds who lives together, of whom at
    most one is drawn; "fixed" says HOLDS_SEAT for those who are a member without a lot."""

    categories: bytes
    respondents: bytes
    size: int
    columns: Mapping[str, str] = field(default_factory=dict)


def outcome_of(question: Question, seed: int, tell: Tell | None = None) -> dict[str, Any]:
    """`{"result", "members"}`, or `{"error", "details"}` with what is in the way and a proposal."""
    household = question.columns.get("household", "")
    pool, quotas, found = parse(question.categories, question.respondents, question.size, household)
    if pool is None or any(one.error.code not in SHORTAGES for one in found):
        return {"error": "refused", "details": []}
    problem = sortition.Problem(
        pool,
        quotas,
        question.size,
        address_rule=bool(household),
        fixed=_seated(pool, question.columns.get("fixed", "")),
    )
    reporter = Reporter(tell)
    try:
        lottery = sortition.solve(problem, objective="leximin", seed=seed, progress=reporter)
    except sortition.ImpossibleQuotas as error:
        return {"error": "impossible_quotas", "details": _details(error)}
    reporter("verify", 0, 0, lottery.min_probability, lottery.upper_bound)
    drawn = set(lottery.panel(lottery.pick()))
    return {
        "result": _result(problem, lottery, drawn, household),
        "members": _members(problem, lottery, drawn),
    }


def _seated(pool: sortition.Pool, column: str) -> tuple[str, ...]:
    if not column:
        return ()
    place = pool.features.index(column)
    return tuple(
        one for one, answers in zip(pool.ids, pool.values, strict=True) if answers[place] == HOLDS_SEAT
    )


def _details(error: sortition.ImpossibleQuotas) -> list[dict[str, Any]]:
    causes = [{"kind": "cause", "text": sortition.messages.sentence(one)} for one in error.errors]
    changes = [
        {
            "kind": "change",
            "quota": change.label,
            "min": change.old[0],
            "max": change.old[1],
            "new_min": change.new[0],
            "new_max": change.new[1],
        }
        for change in error.changes
    ]
    return [*causes, *changes]


def _result(
    problem: sortition.Problem, lottery: sortition.Lottery, drawn: set[str], household: str
) -> dict[str, Any]:
    """Public statistics: no id, no combination of answers; fractions as whole numbers."""
    out = set(lottery.impossible)
    report = sortition.verify(problem, lottery)
    chances = sorted(chance for member, chance in lottery.probabilities.items() if member not in out)
    return {
        "registrants": len(problem.pool),
        "panels": len(lottery.panels),
        "min_ppm": round(chances[0] * MILLION),
        "max_ppm": round(chances[-1] * MILLION),
        "mean_ppm": round(lottery.statistics["mean"] * MILLION),
        "gini_ppm": round(lottery.statistics["gini"] * MILLION),
        "bound_ppm": round(lottery.upper_bound * MILLION),
        "gap_ppb": round(lottery.gap * BILLION),
        "quantiles_ppm": [round(chances[(len(chances) - 1) * step // 100] * MILLION) for step in range(101)],
        "impossible": len(lottery.impossible),
        "composition": features_of(problem.pool, problem.quotas, drawn),
        "engine": f"civic.sortition {__version__}",
        "problem_digest": problem.digest,
        "verified": report.ok,
        "commands": _commands(problem, household, lottery.seed),
    }


def _commands(problem: sortition.Problem, household: str, seed: int) -> list[str]:
    """How somebody with the files computes the same draw again."""
    options = [f"--size {problem.size} --seed {seed}"]
    options += [f"--address-columns {household}"] if household else []
    options += ["--fixed fixed.txt"] if problem.fixed else []
    return [
        "python -m civic.sortition draw --categories categories.csv --respondents respondents.csv \\",
        f"    {' '.join(options)} --out uitslag",
        "python -m civic.sortition verify uitslag",
    ]


def _members(problem: sortition.Problem, lottery: sortition.Lottery, drawn: set[str]) -> dict[str, Any]:
    """Who was drawn with their answers, and the groups without a chance: sealed by who stores it."""
    pool = problem.pool
    answers = dict(zip(pool.ids, pool.values, strict=True))
    groups = Counter(answers[one] for one in lottery.impossible)
    return {
        "columns": ["id", *pool.features],
        "features": list(pool.features),
        "rows": [[one, *answers[one]] for one in pool.ids if one in drawn],
        "impossible": [{"values": list(values), "count": count} for values, count in groups.items()],
    }


class Reporter:
    """The engine's progress, passed on at most five times a second."""

    def __init__(self, tell: Tell | None) -> None:
        self._tell = tell
        self._phase = ""
        self._quiet_until = 0.0

    def __call__(self, phase: str, done: int, total: int, value: float, bound: float) -> None:
        is_news = phase != self._phase or time.monotonic() >= self._quiet_until
        if self._tell is None or not is_news:
            return
        self._phase = phase
        self._quiet_until = time.monotonic() + QUIET_SECONDS
        self._tell(
            {
                "phase": phase,
                "done": done,
                "total": total,
                "value_ppm": round(value * MILLION),
                "bound_ppm": round(bound * MILLION),
            }
        )


def main() -> None:
    order = json.loads(sys.stdin.buffer.readline())
    _stop_with_the_parent()
    output = _own_output()

    def tell(progress: dict[str, Any]) -> None:
        print(json.dumps({"progress": progress}), file=output, flush=True)  # to our parent

    question = Question(
        base64.b64decode(order["categories"]),
        base64.b64decode(order["respondents"]),
        order["size"],
        order["columns"],
    )
    outcome = outcome_of(question, order["seed"], tell)
    print(json.dumps({"outcome": outcome}), file=output, flush=True)  # to our parent
    # at once: the thread below still waits for the parent
    os._exit(0)


def _stop_with_the_parent() -> None:
    """The parent never writes a second line: the end of our input means that it is gone, also by kill -9."""

    def _wait() -> None:
        sys.stdin.buffer.read()
        os._exit(1)

    threading.Thread(target=_wait, daemon=True).start()


def _own_output() -> TextIO:
    """Our lines get a descriptor of their own; whatever the solver prints goes to standard error."""
    own = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(own, "w", encoding="utf-8")


if __name__ == "__main__":
    main()
