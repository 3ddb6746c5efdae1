"""`quotas`: a file with quotas from shares of the population."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ..files import write_categories
from ..files.table import Wanted
from ..quotas import QuotaPlan, Tolerance, exact_number, plan_quotas
from .numbers import GROUPED
from .output import Answer, Bar, Columns, complaints, decimal
from .parsing import PROGRAM, add_command, add_new_table, whole
from .reading import Reading
from .writing import demand_new_table, new_file

FEATURE, VALUE, SHARE = "feature", "value", "share"
EXPLANATION = (
    "Maak quota uit de aandelen van de bevolking, zoals die van het CBS.\n"
    "Het bestand heeft de kolommen feature, value en share. De aandelen mogen aantallen of procenten zijn."
)
EXAMPLE = f"  {PROGRAM} quotas --shares bevolking.csv --size 30 --out categories.csv"


def register(commands: Any) -> None:
    parser = add_command(
        commands, "quotas", "maak quota uit aandelen van de bevolking", (EXPLANATION, EXAMPLE)
    )
    add = parser.add_argument
    add("--shares", type=Path, required=True, metavar="BESTAND", help="feature, value, share (CSV of Excel)")
    add("--size", type=whole, required=True, metavar="GETAL", help="het aantal plaatsen")
    add(
        "--tolerance",
        default="5%",
        metavar="DEEL",
        help="de marge als deel van alle plaatsen (standaard: 5%%)",
    )
    add(
        "--seats",
        default="1",
        metavar="GETAL",
        help="de marge in plaatsen; de grootste marge telt (standaard: 1)",
    )
    add_new_table(parser, "quota")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, bar: Bar) -> Answer:
    """Raises `Stop` or `InvalidProblem` with everything that is wrong."""
    demand_new_table(options.out)
    tolerance = Tolerance(share=_part(options.tolerance), seats=options.seats)
    plan = plan_quotas(_shares(options.shares), options.size, tolerance=tolerance)
    with new_file(options.out) as place:
        write_categories(place, plan.quotas)
    return Answer(_lines(plan, options.out), _data(plan))


def _part(text: str) -> str:
    """ "5 %" is 0.05, exactly; what is no number stays as it is, for the error."""
    plain = text.strip()
    hundredths = f"{plain[:-1].strip()}e-2"
    return hundredths if plain.endswith("%") and exact_number(hundredths) is not None else plain


def _shares(path: Path) -> dict[str, dict[str, str]]:
    """{feature: {value: share}}; what could be read in two ways is refused."""
    reading = Reading()
    columns = (FEATURE, VALUE, SHARE)
    table = reading.table(path, Wanted("het bestand met aandelen", columns), columns)
    shares: dict[str, dict[str, str]] = {}
    percents: dict[str, bool] = {}
    for row in table.rows:
        feature, value, share = (row.cells[name] for name in columns)
        if value in shares.setdefault(feature, {}):
            reading.tell(path, row, f"“{feature}: {value}” staat er al.")
        if GROUPED.fullmatch(share):
            reading.tell(path, row, f"schrijf “{share}” zonder punt, of met een komma.")
        if share and percents.setdefault(feature, share.endswith("%")) != share.endswith("%"):
            reading.tell(path, row, f"bij “{feature}” staan procenten en aantallen door elkaar.")
        shares[feature][value] = share.removesuffix("%").strip()
    reading.finish()
    return shares


def _lines(plan: QuotaPlan, out: Path) -> list[str]:
    rows = [
        (f"{one.feature}: {one.value}", decimal(float(one.exact)), one.minimum, one.maximum)
        for one in plan.targets
    ]
    table = Columns(("quotum", "aandeel in plaatsen", "minimum", "maximum"), rows).lines()
    return [*table, *(one.text for one in complaints(plan.warnings)), f"De quota staan in {out}."]


def _data(plan: QuotaPlan) -> dict[str, Any]:
    return {
        "size": plan.size,
        "quotas": [
            {
                "feature": one.feature,
                "value": one.value,
                "exact": round(float(one.exact), 6),
                "min": one.minimum,
                "max": one.maximum,
            }
            for one in plan.targets
        ],
    }
