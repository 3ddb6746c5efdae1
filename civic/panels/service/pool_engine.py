"""Can a panel be drawn from this pool? `python -m civic.panels.service.pool_engine`, a child process.

One line of JSON in (the two files, the size, the column with households), one out. A process of its own for
the reasons in `child`: an integer program can take long, and what it needs is two files, no database, no key.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from civic.sortition import Problem
    from civic.sortition.errors import ProblemError

MODULE = "civic.panels.service.pool_engine"
# not from `child`, which brings the database along: this module is what the child imports
ROOT = Path(__file__).resolve().parents[3]
MOST_SECONDS, BEAT_SECONDS = 300, 5


@dataclass(frozen=True)
class Question:
    """What the engine looks at: two files, no names."""

    categories: bytes
    respondents: bytes
    size: int
    household_column: str


class GaveUp(Exception):
    """The child took too long, or died."""


def ask(question: Question, beat: Callable[[], None]) -> dict[str, Any]:
    """The answer of a child process; `beat` is called while it computes. Raises `GaveUp`."""
    order = {
        "categories": base64.b64encode(question.categories).decode(),
        "respondents": base64.b64encode(question.respondents).decode(),
        "size": question.size,
        "household_column": question.household_column,
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CIVIC_")}
    path = os.pathsep.join([str(ROOT), *filter(None, [kept.get("PYTHONPATH")])])
    child = subprocess.Popen(  # noqa: S603  # our own interpreter and module, no user input
        [sys.executable, "-m", MODULE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**kept, "PYTHONPATH": path},
    )
    try:
        output = _wait(child, json.dumps(order).encode(), beat)
    finally:
        _end(child)
    if child.returncode != 0:
        raise GaveUp(f"the child ended with {child.returncode}")
    return dict(json.loads(output.splitlines()[-1]))


def _wait(child: subprocess.Popen[bytes], order: bytes, beat: Callable[[], None]) -> bytes:
    """Its output; meanwhile say every few seconds that somebody is still at it.

    `communicate` has a thread of its own and no time limit: after a TimeoutExpired it would never send the
    rest of an order that is larger than the pipe, and both would wait for ever.
    """
    with ThreadPoolExecutor(1) as pool:
        talk = pool.submit(child.communicate, order)
        for _turn in range(MOST_SECONDS // BEAT_SECONDS):
            try:
                return talk.result(timeout=BEAT_SECONDS)[0]
            except TimeoutError:
                beat()
        child.kill()
        raise GaveUp("the child took too long")


def _end(child: subprocess.Popen[bytes]) -> None:
    """Kill it if it still runs, and leave nothing behind."""
    if child.poll() is None:
        child.kill()
    child.wait(BEAT_SECONDS)
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            pipe.close()


def look(question: Question) -> dict[str, Any]:
    """`{"is_possible", "shortages": [{"code", "quota", "need", "have", "text"}], "proposal": [{"condition",
    "old", "new"}]}`; both lists empty where a panel exists."""
    from civic.sortition import ImpossibleQuotas
    from civic.sortition.commands.check import demand_panel

    problem, errors = _problem(question)
    if problem is None:
        return {"is_possible": False, "shortages": [_shortage(one) for one in errors], "proposal": []}
    try:
        demand_panel(problem)
    except ImpossibleQuotas as error:
        return {
            "is_possible": False,
            "shortages": [_shortage(one) for one in error.errors],
            "proposal": [
                {"condition": [list(pair) for pair in one.condition], "old": one.old, "new": one.new}
                for one in error.changes
            ],
        }
    return {"is_possible": True, "shortages": [], "proposal": []}


def _problem(question: Question) -> tuple[Problem | None, list[ProblemError]]:
    from civic.sortition import InvalidProblem, Problem, files

    quotas, errors = files.read_categories(question.categories)
    columns = [question.household_column] if question.household_column else []
    pool, more = files.read_respondents(question.respondents, quotas, address_columns=columns)
    if pool is None or errors or more:
        return None, [*errors, *more]
    try:
        return Problem(pool, quotas, question.size, address_rule=bool(columns)), []
    except InvalidProblem as error:
        return None, list(error.errors)


def _shortage(error: ProblemError) -> dict[str, Any]:
    from civic.sortition.messages import sentence

    params = error.params
    return {
        "code": error.code,
        "quota": str(params.get("quota", params.get("feature", ""))),
        "need": params.get("need", params.get("size", 0)),
        "have": params.get("have", params.get("seats", params.get("pool", 0))),
        "text": sentence(error),
    }


def main() -> None:
    order = json.loads(sys.stdin.buffer.read())
    # whatever the solver prints goes to standard error
    own = os.dup(1)
    os.dup2(2, 1)
    answer = look(
        Question(
            base64.b64decode(order["categories"]),
            base64.b64decode(order["respondents"]),
            order["size"],
            order["household_column"],
        )
    )
    with os.fdopen(own, "w", encoding="utf-8") as output:
        output.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
