"""The people of an earlier draw: who sits in its panel, and lists of ids that must be about them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from ..lottery import Lottery
from ..problem import Problem
from .output import Complaint
from .parsing import Parser
from .proof import PANEL
from .reading import Reading, read_draw


def add_draw(parser: Parser) -> None:
    parser.add_argument("directory", type=Path, metavar="MAP", help="de map met de uitslag van draw")
    parser.add_argument(
        "--panel", type=Path, metavar="BESTAND", help="het panel (standaard: panel.csv in die map)"
    )


def read_panel(options: argparse.Namespace, reading: Reading) -> tuple[Problem, Lottery, tuple[str, ...]]:
    """Question, lottery and the ids of the panel. What is wrong with the list is noted in `reading`; raises
    `Stop` where the folder is no draw."""
    problem, lottery = read_draw(options.directory)
    path = options.panel or options.directory / PANEL
    panel = reading.ids(path)
    known = set(problem.pool.ids)
    note_others(reading, path, [one for one in panel if one not in known], "staat niet bij de aanmeldingen")
    return problem, lottery, panel


def note_others(reading: Reading, path: Path, people: Sequence[str], text: str) -> None:
    """A complaint for everyone who should not be in a list."""
    reading.complaints += [Complaint(f"{one[:40]} {text}.", path.name, "person") for one in people]
