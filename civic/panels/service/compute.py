"""Computing one draw: `python -m civic.panels.service.compute`, the child of the jobs process.

One line of JSON in (the two files, the size, the seed); lines of JSON out: progress, and at the end the
outcome. The same order gives the same outcome, on every machine, so a draw that was cut off is simply
computed again.

A practice draw picks a panel: {"result", "members"}. An order for `panels` numbered panels, for a draw in
public, picks nothing: {"result", "lottery"}, where "lottery" says who sits in which panel and is for sealed
storage only.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TextIO

from civic import __version__, sortition
from civic.panels.service.reading import features_of, parse
from civic.sortition.publication.draw import largest_shortfall, parts_per_billion, smallest_target
from civic.sortition.replacement import demand_people
from civic.sortition.validation import SHORTAGES

HOLDS_SEAT = "vast"
MILLION, BILLION = 1_000_000, 1_000_000_000
QUIET_SECONDS = 0.2
Tell = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Question:
    """What is drawn from. `columns` (both may be missing): "household" holds who lives together, of whom at
    most one is drawn; "fixed" says HOLDS_SEAT for those who are a member without a lot.

    panels     how many numbered panels of equal chance, for a public number; 0: pick one panel here
    fixed      ids who hold a seat already, besides those of the column
    excluded   ids who may not be drawn (any more); they hold no seat either, whatever the column says
    """

    categories: bytes
    respondents: bytes
    size: int
    columns: Mapping[str, str] = field(default_factory=dict)
    panels: int = 0
    fixed: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    @property
    def household(self) -> str:
        return self.columns.get("household", "")


def outcome_of(question: Question, seed: int, tell: Tell | None = None) -> dict[str, Any]:
    """What was asked (see above), or `{"error", "details"}` with what is in the way and a proposal."""
    pool, quotas, found = parse(question.categories, question.respondents, question.size, question.household)
    if pool is None or any(one.error.code not in SHORTAGES for one in found):
        return {"error": "refused", "details": []}
    try:
        problem = sortition.Problem(
            pool,
            quotas,
            question.size,
            address_rule=bool(question.household),
            fixed=_seated(pool, question),
            excluded=question.excluded,
        )
        return _drawn(problem, question, seed, Reporter(tell))
    except sortition.InvalidProblem as error:
        return {"error": "refused", "details": _causes(error.errors)}
    except sortition.ImpossibleQuotas as error:
        return {"error": "impossible_quotas", "details": _details(error)}


def _drawn(problem: sortition.Problem, question: Question, seed: int, reporter: Reporter) -> dict[str, Any]:
    if question.fixed or question.excluded:
        demand_people(problem)
    lottery = sortition.solve(problem, objective="leximin", seed=seed, progress=reporter)
    if question.panels:
        return _many(problem, lottery, question, reporter)
    reporter("verify", 0, 0, lottery.min_probability, lottery.upper_bound)
    drawn = set(lottery.panel(lottery.pick()))
    return {
        "result": _result(problem, lottery, question, drawn),
        "members": _members(problem, lottery, drawn),
    }


def _many(
    problem: sortition.Problem, lottery: sortition.Lottery, question: Question, reporter: Reporter
) -> dict[str, Any]:
    """M numbered panels. Who sits in them stands in "lottery" alone."""
    uniform = sortition.uniform(problem, lottery, panels=question.panels, progress=reporter)
    reporter("verify", 0, 0, lottery.min_probability, lottery.upper_bound)
    listed = lottery_of(problem, uniform)
    # of who can be drawn: not of who holds a seat already, nor of who cannot be drawn at all
    drawable = {member for member, chance in uniform.fair.items() if chance > 0} - set(problem.fixed)
    chances = sorted(count for member, count in uniform.counts.items() if member in drawable) or [0]
    return {
        "result": {
            **_result(problem, lottery, question, None),
            "uniform": {
                "panels": len(uniform),
                "min_ppm": chances[0] * MILLION // len(uniform),
                "max_ppm": chances[-1] * MILLION // len(uniform),
                "largest_shortfall_ppb": listed["largest_shortfall_ppb"],
                "without_chance": listed["targets_ppb"].count(0),
            },
        },
        "lottery": listed,
    }


def lottery_of(problem: sortition.Problem, uniform: sortition.UniformLottery) -> dict[str, Any]:
    """People by their place in `ids`, which is the order of the file.

    targets_ppb   p*, the fair chance, in parts per billion: all of it for a fixed member, 0 for who cannot
                  be drawn
    """
    ids, fixed = problem.pool.ids, set(problem.fixed)
    place = {member: number for number, member in enumerate(ids)}
    fair = {member: parts_per_billion(float(chance)) for member, chance in uniform.fair.items()}
    targets = [BILLION if member in fixed else fair.get(member, 0) for member in ids]
    counts = Counter(member for panel in uniform.panels for member in panel)
    pairs = zip(targets, (counts[member] for member in ids), strict=True)
    return {
        "ids": list(ids),
        "panels": [sorted(place[member] for member in panel) for panel in uniform.panels],
        "targets_ppb": targets,
        "fixed": [place[member] for member in problem.fixed],
        "excluded": [place[member] for member in problem.excluded],
        "upper_bound_ppb": smallest_target(targets),
        "largest_shortfall_ppb": largest_shortfall(pairs, len(uniform)),
        "seed": uniform.seed,
        "problem_digest": uniform.digest,
    }


def _seated(pool: sortition.Pool, question: Question) -> tuple[str, ...]:
    column, out = question.columns.get("fixed", ""), set(question.excluded)
    seated = list(question.fixed)
    if column:
        place = pool.features.index(column)
        rows = zip(pool.ids, pool.values, strict=True)
        seated += [one for one, answers in rows if answers[place] == HOLDS_SEAT and one not in out]
    return tuple(seated)


def _causes(errors: Iterable[sortition.ProblemError]) -> list[dict[str, Any]]:
    return [{"kind": "cause", "text": sortition.messages.sentence(one)} for one in errors]


def _details(error: sortition.ImpossibleQuotas) -> list[dict[str, Any]]:
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
    return [*_causes(error.errors), *changes]


def _result(
    problem: sortition.Problem, lottery: sortition.Lottery, question: Question, drawn: set[str] | None
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
        "commands": _commands(problem, question, lottery.seed),
    }


def _commands(problem: sortition.Problem, question: Question, seed: int) -> list[str]:
    """How somebody with the files computes the same draw again."""
    options = [f"--size {problem.size} --seed {seed}"]
    options += [f"--panels {question.panels}"] if question.panels else []
    options += [f"--address-columns {question.household}"] if question.household else []
    options += ["--fixed fixed.txt"] if problem.fixed else []
    options += ["--excluded excluded.txt"] if problem.excluded else []
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
        order["panels"],
        tuple(order["fixed"]),
        tuple(order["excluded"]),
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
