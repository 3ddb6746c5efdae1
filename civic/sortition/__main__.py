"""`python -m civic.sortition check|draw|verify`: the lottery from two CSV files, without a site or a
database.

Exit codes: 0 done or accepted; 1 not accepted (verify), no panel possible (draw), too few people for a quota
(check); 2 the input cannot be used.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, TextColumn
from rich.progress import Progress as Bar

from . import bundle, files, messages
from .errors import ImpossibleQuotas, InvalidProblem, ProblemError, Undecided
from .lottery import OBJECTIVES, Lottery
from .problem import Problem
from .progress import Progress, silent
from .solve import solve
from .validation import supply_errors

DONE, REFUSED, UNUSABLE = 0, 1, 2
PHASES = {"chase": "panels zoeken", "weights": "kansen gelijk maken"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except InvalidProblem as error:
        _complain(messages.sentence(one) for one in error.errors)
        return UNUSABLE
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m civic.sortition",
        description="Loot een panel dat op de regio lijkt, en controleer een loting.",
    )
    commands = parser.add_subparsers(required=True, metavar="opdracht")
    check = commands.add_parser("check", help="lees de twee bestanden en noem alles wat niet klopt")
    _add_input(check)
    check.set_defaults(run=_check)
    draw = commands.add_parser("draw", help="bereken de loting en loot een panel (oefening: de seed kiest)")
    _add_input(draw)
    draw.add_argument(
        "--seed", type=int, required=True, help="een heel getal; hetzelfde getal geeft dezelfde loting"
    )
    draw.add_argument("--objective", choices=OBJECTIVES, default="leximin", help="standaard: leximin")
    draw.add_argument("--out", type=Path, required=True, metavar="MAP", help="een nieuwe map voor de uitslag")
    draw.set_defaults(run=_draw)
    verify = commands.add_parser("verify", help="controleer een map met een uitslag")
    verify.add_argument("directory", type=Path, metavar="MAP")
    verify.add_argument("--json", action="store_true", help="antwoord als JSON")
    verify.set_defaults(run=_verify)
    return parser


def _add_input(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--categories", type=Path, required=True, metavar="CSV", help="de quota per kenmerk en waarde"
    )
    parser.add_argument("--respondents", type=Path, required=True, metavar="CSV", help="de aanmeldingen")
    parser.add_argument("--size", type=int, required=True, metavar="GETAL", help="het aantal plaatsen")
    parser.add_argument("--json", action="store_true", help="antwoord als JSON")


def say(text: str) -> None:
    sys.stdout.write(text + "\n")


def _complain(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stderr.write(line + "\n")


def _problem(options: argparse.Namespace) -> Problem:
    """The problem in the two files; raises `InvalidProblem` with the errors of both."""
    for path in (options.categories, options.respondents):
        if not path.is_file():
            raise InvalidProblem([ProblemError("file_missing", {"file": str(path)})])
    quotas, errors = files.read_categories(options.categories)
    pool, pool_errors = files.read_respondents(options.respondents, quotas)
    if errors or pool_errors or pool is None:
        raise InvalidProblem([*errors, *pool_errors])
    return Problem(pool, quotas, options.size)


def _check(options: argparse.Namespace) -> int:
    problem = _problem(options)
    numbers = {
        "registrants": len(problem.pool),
        "features": len(problem.pool.features),
        "quotas": len(problem.quotas),
    }
    shortages = supply_errors(problem)
    if shortages:
        _complain(map(messages.sentence, shortages))
        return REFUSED
    if options.json:
        say(json.dumps(numbers))
    else:
        say(
            "{registrants} aanmeldingen, {features} kenmerken, {quotas} quota: alles klopt.".format(**numbers)
        )
    return DONE


def _draw(options: argparse.Namespace) -> int:
    problem = _problem(options)
    if not _is_free(options.out):
        _complain([f"{options.out} bestaat al en is geen lege map. Kies een nieuwe map."])
        return UNUSABLE
    try:
        lottery = _with_bar(problem, options)
    except ImpossibleQuotas as error:
        _complain([*map(messages.sentence, error.errors), "Geen enkel panel voldoet aan alle quota samen."])
        if error.changes:
            _complain(
                ["De kleinste verandering waarmee het wel kan:", *map(messages.proposal, error.changes)]
            )
        return REFUSED
    except Undecided:
        _complain(["De computer vond geen panel en geen bewijs dat er geen is. Maak de quota ruimer."])
        return REFUSED
    bundle.write(options.out, problem, lottery)
    say(json.dumps(_summary(lottery)) if options.json else _words(lottery, options.out))
    return DONE


def _is_free(directory: Path) -> bool:
    return not directory.exists() or (directory.is_dir() and not any(directory.iterdir()))


def _with_bar(problem: Problem, options: argparse.Namespace) -> Lottery:
    def compute(progress: Progress) -> Lottery:
        return solve(problem, objective=options.objective, seed=options.seed, progress=progress)

    console = Console(stderr=True)
    if not console.is_terminal:
        return compute(silent)
    with Bar(TextColumn("{task.description}"), BarColumn(), console=console, transient=True) as bar:
        task = bar.add_task("beginnen", total=1)

        def show(phase: str, done: int, total: int, value: float, bound: float) -> None:
            text = f"{PHASES[phase]}: kleinste kans {value:.4%} van maximaal {bound:.4%}"
            bar.update(task, description=text, completed=done, total=total)

        return compute(show)


def _summary(lottery: Lottery) -> dict[str, Any]:
    return {
        "min_probability": round(lottery.min_probability, 9),
        "upper_bound": round(lottery.upper_bound, 9),
        "gap": round(lottery.gap, 9),
        "optimal": lottery.optimal,
        "seconds": lottery.run["seconds_total"],
        "types": len(lottery.groups),
        "panels": len(lottery.panels),
        "impossible": len(lottery.impossible),
    }


def _words(lottery: Lottery, directory: Path) -> str:
    lines = [
        f"Kleinste kans: {lottery.min_probability:.4%}. Hoger dan {lottery.upper_bound:.4%} kan niet.",
        f"{len(lottery.panels)} panels. De seed loot panel {lottery.pick()}. Alles staat in {directory}.",
        f"Controleren: python -m civic.sortition verify {directory}",
    ]
    if lottery.impossible:
        lines.append(f"Geen kans, want geen panel past: {', '.join(lottery.impossible)}")
    return "\n".join(lines)


def _verify(options: argparse.Namespace) -> int:
    report = bundle.check(options.directory)
    sentences = [messages.sentence(one) for one in report.failures]
    if options.json:
        say(
            json.dumps(
                {"accepted": report.ok, "failures": sentences, "notes": list(report.notes)},
                ensure_ascii=False,
            )
        )
    elif report.ok:
        say("\n".join(["Goedgekeurd.", *report.notes]))
    else:
        _complain(["Afgekeurd.", *sentences])
    return DONE if report.ok else REFUSED


if __name__ == "__main__":
    raise SystemExit(main())
