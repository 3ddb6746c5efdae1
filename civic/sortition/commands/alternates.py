"""`alternates`: a reserve list for the panel of a draw."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from ..alternates import Alternates, choose_alternates
from ..alternates.dropouts import Key
from ..files.table import Wanted
from ..problem import Problem
from .numbers import share
from .output import Answer, Bar, Cell, decimal, several
from .parsing import PROGRAM, add_command, add_new_table, add_seed, part, whole
from .people import add_draw, read_panel
from .reading import Reading
from .writing import demand_new_table, write_new_table

COLUMNS = ("feature", "value", "rate")
EXPLANATION = (
    "Kies reserves bij een panel, zodat de quota na uitval zo goed mogelijk blijven kloppen.\n"
    "De kans op uitval is één deel voor iedereen, of een bestand met feature, value en rate."
)
EXAMPLE = f"  {PROGRAM} alternates uitslag --number 6 --rate 20% --seed 1 --out reserves.csv"


def register(commands: Any) -> None:
    parser = add_command(commands, "alternates", "kies reserves bij een panel", (EXPLANATION, EXAMPLE))
    add_draw(parser)
    add = parser.add_argument
    add("--number", type=whole, required=True, metavar="GETAL", help="het aantal reserves")
    add("--rate", type=part, metavar="DEEL", help="de kans dat iemand uitvalt, zoals 20%%")
    add("--rates", type=Path, metavar="BESTAND", help="de kans op uitval per waarde: feature, value, rate")
    add(
        "--scenarios",
        type=whole,
        default=200,
        metavar="GETAL",
        help="zo vaak uitval naspelen (standaard: 200)",
    )
    add_seed(parser)
    add_new_table(parser, "reserves")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, bar: Bar) -> Answer:
    """Raises `Stop` or `InvalidProblem` with everything that is wrong."""
    demand_new_table(options.out)
    reading = Reading()
    problem, _lottery, panel = read_panel(options, reading)
    rates = _rates(options, reading)
    reading.finish()
    with bar() as progress:
        found = choose_alternates(
            problem,
            panel,
            options.number,
            rates=rates,
            scenarios=options.scenarios,
            seed=options.seed,
            progress=progress,
        )
    _write(options.out, problem, found)
    return Answer(_lines(found, options.out), _data(found))


def _rates(options: argparse.Namespace, reading: Reading) -> dict[Key, Fraction]:
    """The chance for everybody under (), the others under (feature, value)."""
    rates: dict[Key, Fraction] = {} if options.rate is None else {(): options.rate}
    if options.rates is not None:
        wanted = Wanted("het bestand met kansen", COLUMNS)
        table = reading.table(options.rates, wanted, COLUMNS)
        parts = reading.cells(options.rates, table, "rate", share, "geen deel van 0 tot en met 1")
        keys = [(row.cells["feature"], row.cells["value"]) for row in table.rows]
        rates |= dict(zip(keys, parts, strict=False))
    elif options.rate is None:
        reading.say("Geef de kans op uitval met --rate of --rates.")
    return rates


def _write(path: Path, problem: Problem, found: Alternates) -> None:
    answers = dict(zip(problem.pool.ids, problem.pool.values, strict=True))
    rows: list[Sequence[Cell]] = [
        [number, one, *answers[one]] for number, one in enumerate(found.ids, start=1)
    ]
    write_new_table(path, ("reserve", "id", *_free(problem.pool.features)), rows)


def _free(features: tuple[str, ...]) -> list[str]:
    """Names of columns that cannot be mistaken for our own two."""
    return [f"{name} (kenmerk)" if name in ("reserve", "id") else name for name in features]


def _lines(found: Alternates, out: Path) -> list[str]:
    proved = "Beter kan niet." if found.optimal else f"Lager dan {decimal(found.bound)} kan niet."
    return [
        f"{several(len(found.ids), 'reserve', 'reserves')} gekozen. "
        f"Gemiddeld vallen {decimal(found.expected_dropouts, 1)} leden uit.",
        "Zo veel plaatsen komen de quota dan gemiddeld te kort:",
        f"  zonder reserves             {decimal(found.loss_without)}",
        f"  met reserves uit de hoed    {decimal(found.loss_random)}",
        f"  met deze reserves           {decimal(found.expected_loss)}",
        f"{proved} De reserves staan in {out}. Nummer 1 vraagt u het eerst.",
    ]


def _data(found: Alternates) -> dict[str, Any]:
    return {
        "reserves": list(found.ids),
        "expected_loss": found.expected_loss,
        "loss_without": found.loss_without,
        "loss_random": found.loss_random,
        "bound": found.bound,
        "optimal": found.optimal,
        "expected_dropouts": found.expected_dropouts,
        "scenarios": found.scenarios,
    }
