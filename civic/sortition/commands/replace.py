"""`replace`: a small draw for the seats of members who dropped out."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..errors import ImpossibleQuotas
from ..files import write_respondents
from ..problem import Problem
from ..progress import Progress
from ..replacement import ReplacementDraw, draw_replacement
from .draw import add_drawing, demand_numbers, equal_panels, summary, words, write_draw
from .output import IMPOSSIBLE, REFUSED, Answer, Bar, Complaint, Stop, changes_data, complaints
from .parsing import PROGRAM, add_command
from .people import add_draw, note_others, read_panel
from .proof import members_pool
from .reading import Reading
from .replaced import REPLACED, Replaced
from .writing import new_folder

NEW = "nieuw.csv"
ACCEPT = Complaint(
    "Er is niet geloot. Gaat u akkoord met de verandering hieronder? Geef dan --accept-changes.",
    "",
    "accept_changes",
)
EXPLANATION = (
    "Loot nieuwe leden voor wie uitviel. Wie blijft, houdt de plaats.\n"
    "Kan een quotum niet meer, dan noemt het programma dat quotum en de kleinste verandering.\n"
    "Pas met --accept-changes loot het met die verandering."
)
EXAMPLE = f"  {PROGRAM} replace uitslag --dropped uitval.csv --seed 418 --out vervanging"


def register(commands: Any) -> None:
    parser = add_command(commands, "replace", "loot nieuwe leden voor wie uitviel", (EXPLANATION, EXAMPLE))
    add_draw(parser)
    add = parser.add_argument
    add("--dropped", type=Path, required=True, metavar="BESTAND", help="wie uitviel (kolom id)")
    add("--confirmed", type=Path, metavar="BESTAND", help="wie blijft (kolom id); standaard: alle anderen")
    add(
        "--accept-changes",
        action="store_true",
        help="loot ook als er quota moeten verschuiven, met de kleinste verandering",
    )
    add_drawing(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, bar: Bar) -> Answer:
    """Raises `Stop`, `InvalidProblem` or `ImpossibleQuotas`; then nothing is written."""
    demand_numbers(options)
    with new_folder(options.out) as folder:
        problem, confirmed, dropped = _people(options)
        with bar() as progress:
            found = _draw(problem, confirmed, dropped, options, progress)
            outcome = equal_panels(found.problem, found.lottery, options.panels, progress)
        replaced = Replaced(problem, confirmed, dropped, found.changes)
        notes = replaced.notes()
        drawn = write_draw(folder, found.problem, outcome, options, notes)
        (folder / REPLACED).write_text(replaced.to_json(), encoding="utf-8", newline="")
        new = tuple(one for one in drawn.members if one not in confirmed)
        write_respondents(folder / NEW, members_pool(problem.pool, new))
    data = {**summary(outcome, drawn), "seated": list(new), "changes": changes_data(found.changes)}
    lines = [*notes, f"Nieuw in het panel: {', '.join(new)}. Zij staan in {NEW}."]
    return Answer([*lines, *words(outcome, drawn, options.out)], data)


def _draw(
    problem: Problem,
    confirmed: Sequence[str],
    dropped: Sequence[str],
    options: argparse.Namespace,
    progress: Progress,
) -> ReplacementDraw:
    """Quotas only move where the options accept it; else the proposal is told."""
    try:
        return draw_replacement(
            problem,
            confirmed,
            dropped,
            objective=options.objective,
            seed=options.seed,
            effort=options.effort,
            accept_changes=options.accept_changes,
            progress=progress,
        )
    except ImpossibleQuotas as error:
        if not error.changes:
            raise
        told = [*complaints(error.errors), IMPOSSIBLE, ACCEPT]
        raise Stop(told, REFUSED, error.changes) from None


def _people(options: argparse.Namespace) -> tuple[Problem, tuple[str, ...], tuple[str, ...]]:
    """The question, who stays and who left; everyone of the panel is in one of the two."""
    reading = Reading()
    problem, _lottery, panel = read_panel(options, reading)
    dropped = reading.ids(options.dropped)
    note_others(
        reading, options.dropped, [one for one in dropped if one not in panel], "zit niet in het panel"
    )
    stay = tuple(one for one in panel if one not in dropped)
    if options.confirmed is None:
        reading.finish()
        return problem, stay, dropped
    path, confirmed = options.confirmed, reading.ids(options.confirmed)
    note_others(reading, path, [one for one in confirmed if one not in panel], "zit niet in het panel")
    note_others(reading, path, [one for one in confirmed if one in dropped], "staat ook bij wie uitviel")
    note_others(
        reading, path, [one for one in stay if one not in confirmed], "staat in geen van beide lijsten"
    )
    reading.finish()
    return problem, confirmed, dropped
