"""`draw`: the fair lottery, M equal panels, and a practice draw of one of them."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .. import bundle
from ..files import write_respondents
from ..lottery import OBJECTIVES, Lottery
from ..problem import Problem
from ..progress import Progress
from ..replacement import demand_people
from ..solve import solve
from ..uniform import uniform
from .output import Answer, Bar, Complaint, Stop, decimal, percent, several
from .parsing import PROGRAM, Parser, add_command, add_folder, add_question, add_seed, whole
from .proof import Drawn, Outcome, members_pool, write_proof
from .reading import Reading
from .readme import README, doubts, made, readme
from .writing import new_folder

DEFAULT_PANELS, MOST_PANELS = 1_000, 10_000
MOST_EFFORT = 1_000
MOST_NAMED = 20
RUN = "run.json"
EXPLANATION = (
    "Bereken de eerlijkste loting, maak daaruit panels met gelijke kans, en loot er één.\n"
    "Dit is een oefenloting: wie de seed kiest, kan blijven proberen."
)
EXAMPLE = (
    f"  {PROGRAM} draw --categories categories.csv --respondents respondents.csv \\\n"
    "         --size 30 --seed 417 --out uitslag"
)


def register(commands: Any) -> None:
    parser = add_command(
        commands, "draw", "bereken de loting en loot een panel (oefening)", (EXPLANATION, EXAMPLE)
    )
    add_question(parser)
    add_drawing(parser)
    parser.set_defaults(run=run)


def add_drawing(parser: Parser) -> None:
    """What `draw` and `replace` share."""
    add_seed(parser)
    add_folder(parser)
    parser.add_argument(
        "--objective",
        choices=OBJECTIVES,
        default="leximin",
        help="leximin (standaard) of maximin: alleen de kleinste kans telt",
    )
    parser.add_argument(
        "--panels",
        type=whole,
        default=DEFAULT_PANELS,
        metavar="GETAL",
        help=f"zo veel panels met gelijke kans (standaard: {DEFAULT_PANELS}; 0: geen openbaar bewijs)",
    )
    parser.add_argument(
        "--effort",
        type=whole,
        default=1,
        metavar="GETAL",
        help="zo lang zoeken naar een bewijs dat het niet eerlijker kan (standaard: 1; 0: niet zoeken)",
    )
    parser.add_argument("--receipts", action="store_true", help="maak ook een bewijs per aanmelding")
    parser.add_argument("--xlsx", action="store_true", help="schrijf het panel ook als Excel (panel.xlsx)")


def run(options: argparse.Namespace, bar: Bar) -> Answer:
    """Raises `Stop`, `InvalidProblem` or `ImpossibleQuotas`; then nothing is written."""
    demand_numbers(options)
    with new_folder(options.out) as folder:
        problem = Reading().problem(options)
        demand_people(problem)
        with bar() as progress:
            lottery = solve(
                problem,
                objective=options.objective,
                seed=options.seed,
                effort=options.effort,
                progress=progress,
            )
            outcome = equal_panels(problem, lottery, options.panels, progress)
        drawn = write_draw(folder, problem, outcome, options)
    return Answer(words(outcome, drawn, options.out), summary(outcome, drawn))


def demand_numbers(options: argparse.Namespace) -> None:
    """Raises `Stop` with every option that is out of range."""
    limits = (("--panels", options.panels, MOST_PANELS), ("--effort", options.effort, MOST_EFFORT))
    wrong = [
        Complaint(f"{name} moet een getal van 0 tot en met {most} zijn.", "", "usage")
        for name, number, most in limits
        if not 0 <= number <= most
    ]
    if wrong:
        raise Stop(wrong)


def equal_panels(problem: Problem, lottery: Lottery, panels: int, progress: Progress) -> Outcome:
    """M panels from the lottery, and how long that took."""
    if not panels:
        return Outcome(lottery, None, 0.0)
    start = time.perf_counter()
    made = uniform(problem, lottery, panels=panels, progress=progress)
    return Outcome(lottery, made, round(time.perf_counter() - start, 4))


def write_draw(
    folder: Path, problem: Problem, outcome: Outcome, options: argparse.Namespace, notes: Sequence[str] = ()
) -> Drawn:
    """All files of a draw, with notes for its page; returns the panel that was drawn."""
    lottery = outcome.lottery
    bundle.write(folder, problem, lottery)
    if outcome.uniform is None:
        drawn = Drawn(lottery.pick(), lottery.panel(lottery.pick()))
    else:
        drawn = write_proof(folder, problem, lottery, outcome.uniform, receipts=options.receipts)
    (folder / RUN).write_text(json.dumps(_times(outcome, options.effort), indent=1) + "\n", encoding="utf-8")
    if options.xlsx:
        write_respondents(folder / "panel.xlsx", members_pool(problem.pool, drawn.members))
    text = readme(problem, lottery, len(outcome.uniform or ()), drawn.number, notes)
    (folder / README).write_text(text, encoding="utf-8", newline="")
    return drawn


def _times(outcome: Outcome, effort: int) -> dict[str, Any]:
    """What `run.json` tells: not part of the result."""
    times = {**outcome.lottery.run, "effort": effort}
    if outcome.uniform is not None:
        times["uniform"] = {"panels": len(outcome.uniform), "seconds": outcome.seconds}
    return times


def summary(outcome: Outcome, drawn: Drawn) -> dict[str, Any]:
    """The figures for `--json`."""
    lottery, uniform = outcome.lottery, outcome.uniform
    equal = uniform and {
        "panels": len(uniform),
        "min_probability": uniform.min_probability,
        "largest_shortfall": round(uniform.largest_shortfall, 6),
        "seconds": outcome.seconds,
    }
    return {
        "min_probability": round(lottery.min_probability, 9),
        "upper_bound": round(lottery.upper_bound, 9),
        "gap": round(lottery.gap, 9),
        "optimal": lottery.optimal,
        "seconds": lottery.run["seconds_total"],
        "types": len(lottery.groups),
        "panels": len(lottery.panels),
        "uniform": equal,
        "impossible": len(lottery.impossible),
        "drawn_panel": drawn.number,
        "warnings": doubts(lottery),
    }


def words(outcome: Outcome, drawn: Drawn, out: Path) -> list[str]:
    """The same for people."""
    lottery, uniform = outcome.lottery, outcome.uniform
    lines = [
        f"Kleinste kans: {percent(lottery.min_probability)}. "
        f"Hoger dan {percent(lottery.upper_bound)} kan niet.",
        *doubts(lottery),
        f"De loting bestaat uit {several(len(lottery.panels), 'panel', 'verschillende panels')}.",
    ]
    if uniform is not None:
        lines += [
            f"Daaruit {made(len(uniform))}. Elk panel heeft dezelfde kans.",
            f"Daarin is de kleinste kans {percent(uniform.min_probability, 2)}. "
            f"Niemand komt meer dan {decimal(uniform.largest_shortfall)} panels te kort.",
        ]
    chooser = "Het oefengetal" if uniform is not None else "De seed"
    who = "Het lid staat" if len(drawn.members) == 1 else f"De {len(drawn.members)} leden staan"
    lines.append(f"{chooser} loot panel {drawn.number}. {who} in panel.csv.")
    return [
        *lines,
        *impossible_lines(lottery),
        f"Dit is een oefenloting. Alles staat in {out}; begin met {README}.",
        f"Controleren: {PROGRAM} verify {out}",
    ]


def impossible_lines(lottery: Lottery) -> list[str]:
    """Who can be in no panel, by name; a long list is cut off."""
    people = lottery.impossible
    if not people:
        return []
    more = f" en nog {len(people) - MOST_NAMED}" if len(people) > MOST_NAMED else ""
    names = f"{', '.join(people[:MOST_NAMED])}{more}"
    return [f"Geen kans, want geen panel past ({len(people)}): {names}."]
