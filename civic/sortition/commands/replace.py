"""`replace`: a small draw for the seats of members who dropped out."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from .. import messages
from ..files import write_respondents
from ..problem import Problem
from ..replacement import ReplacementDraw, draw_replacement
from .draw import add_drawing, demand_panels, equal_panels, summary, words, write_draw
from .output import Answer, Bar, changes_data
from .parsing import PROGRAM, add_command
from .people import add_draw, note_others, read_panel
from .proof import Drawn, members_pool
from .reading import Reading
from .writing import new_folder

NEW = "nieuw.csv"
EXPLANATION = (
    "Loot nieuwe leden voor wie uitviel. Wie blijft, houdt de plaats.\n"
    "Kan een quotum niet meer, dan noemt het programma dat quotum. Het verschuift dan zo min mogelijk."
)
EXAMPLE = f"  {PROGRAM} replace uitslag --dropped uitval.csv --seed 418 --out vervanging"


def register(commands: Any) -> None:
    parser = add_command(commands, "replace", "loot nieuwe leden voor wie uitviel", (EXPLANATION, EXAMPLE))
    add_draw(parser)
    add = parser.add_argument
    add("--dropped", type=Path, required=True, metavar="BESTAND", help="wie uitviel (kolom id)")
    add("--confirmed", type=Path, metavar="BESTAND", help="wie blijft (kolom id); standaard: alle anderen")
    add_drawing(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, bar: Bar) -> Answer:
    """Raises `Stop`, `InvalidProblem` or `ImpossibleQuotas`; then nothing is written."""
    demand_panels(options.panels)
    with new_folder(options.out) as folder:
        problem, confirmed, dropped = _people(options)
        with bar() as progress:
            found = draw_replacement(
                problem,
                confirmed,
                dropped,
                objective=options.objective,
                seed=options.seed,
                progress=progress,
            )
            outcome = equal_panels(found.problem, found.lottery, options.panels, progress)
        notes = _notes(found, confirmed)
        drawn = write_draw(folder, found.problem, outcome, options, notes)
        new = _new(drawn, confirmed)
        write_respondents(folder / NEW, members_pool(problem.pool, new))
    data = {**summary(outcome, drawn), "seated": list(new), "changes": changes_data(found.changes)}
    lines = [*notes, f"Nieuw in het panel: {', '.join(new)}. Zij staan in {NEW}."]
    return Answer([*lines, *words(outcome, drawn, options.out)], data)


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


def _new(drawn: Drawn, confirmed: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one for one in drawn.members if one not in confirmed)


def _notes(found: ReplacementDraw, confirmed: tuple[str, ...]) -> list[str]:
    """Which quotas are kept, and which are not."""
    first = (
        f"{len(confirmed)} leden blijven. Er zijn {found.problem.size - len(confirmed)} plaatsen te vullen."
    )
    if not found.changes:
        return [first, "Alle quota blijven gehaald."]
    return [
        first,
        "Deze quota kunnen niet meer. Ze zijn zo min mogelijk verschoven:",
        *map(messages.proposal, found.changes),
    ]
