"""`apportion`: seats over municipalities, and over municipalities and constituencies at once."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .. import apportion as seats_of
from ..apportion import Apportionment, Rule, Table
from ..files.table import Wanted
from .numbers import count
from .output import Answer, Bar, Cell, Columns, decimal, refuse
from .parsing import PROGRAM, add_command, named_number, named_share, whole
from .reading import Reading
from .writing import demand_new_table, write_new_table

MUNICIPALITY, POPULATION = "municipality", "population"
TABLE_FLOOR = 3
RULES = {
    Rule.LARGEST_REMAINDER: "naar inwoners (grootste resten)",
    Rule.SAINTE_LAGUE: "naar inwoners (Sainte-Laguë)",
    Rule.SQUARE_ROOT: "naar de wortel van het aantal inwoners",
    Rule.EQUAL: "gelijk",
}
COMPARED = (Rule.LARGEST_REMAINDER, Rule.SAINTE_LAGUE, Rule.SQUARE_ROOT, Rule.EQUAL)
SHORT = {
    Rule.LARGEST_REMAINDER: "naar inwoners",
    Rule.SAINTE_LAGUE: "Sainte-Laguë",
    Rule.SQUARE_ROOT: "naar wortel",
    Rule.EQUAL: "gelijk",
}
EXPLANATION = "Verdeel plaatsen over gemeenten, en als u wilt ook over geledingen.\n\nregels:\n" + "\n".join(
    f"  {rule.value:18} {text}" for rule, text in RULES.items()
)
EXAMPLE = f"  {PROGRAM} apportion --seats 150 Almere=226786 Lelystad=84082 Urk=21914"


def register(commands: Any) -> None:
    parser = add_command(commands, "apportion", "verdeel plaatsen over gemeenten", (EXPLANATION, EXAMPLE))
    add = parser.add_argument
    add("places", nargs="*", type=named_number, metavar="NAAM=INWONERS", help="de gemeenten")
    add("--municipalities", type=Path, metavar="BESTAND", help="of een bestand: municipality, population")
    add("--seats", type=whole, required=True, metavar="GETAL", help="het aantal plaatsen")
    add(
        "--rule",
        choices=list(map(str, Rule)),
        default=str(Rule.LARGEST_REMAINDER),
        metavar="REGEL",
        help="de regel (standaard: largest_remainder)",
    )
    add("--compare", action="store_true", help="laat alle regels naast elkaar zien")
    add(
        "--floor",
        type=whole,
        metavar="GETAL",
        help="zo veel plaatsen krijgt iedereen minstens; standaard 0, en 3 in elk vak met --constituencies",
    )
    add(
        "--ceiling",
        type=named_number,
        nargs="+",
        default=[],
        metavar="NAAM=PLAATSEN",
        help="zo veel plaatsen krijgt een gemeente hoogstens",
    )
    add(
        "--constituencies",
        type=named_share,
        nargs="+",
        default=[],
        metavar="NAAM[=DEEL]",
        help="de geledingen; zonder deel zijn ze even groot",
    )
    add("--out", type=Path, metavar="BESTAND", help="schrijf de verdeling als .csv of .xlsx")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, bar: Bar) -> Answer:
    """Raises `Stop` or `InvalidProblem` with everything that is wrong."""
    places = _places(options)
    if options.compare and (options.constituencies or options.out):
        raise refuse("--compare kan niet samen met --constituencies of --out.")
    if options.ceiling and options.constituencies:
        raise refuse("--ceiling kan niet samen met --constituencies.")
    if options.out:
        demand_new_table(options.out)
    if options.compare:
        return _compared(places, options)
    if options.constituencies:
        return _table(places, options)
    return _list(places, options)


def _places(options: argparse.Namespace) -> list[tuple[str, int]]:
    places = list(options.places)
    if options.municipalities:
        reading = Reading()
        path = options.municipalities
        wanted = Wanted("het bestand met gemeenten", (MUNICIPALITY, POPULATION))
        table = reading.table(path, wanted, [MUNICIPALITY, POPULATION])
        numbers = reading.cells(path, table, POPULATION, count, "geen aantal inwoners")
        reading.finish()
        places += zip((row.cells[MUNICIPALITY] for row in table.rows), numbers, strict=True)
    if not places:
        raise refuse("Noem de gemeenten, of geef een bestand met --municipalities.")
    return places


def _apportion(places: Sequence[tuple[str, int]], options: argparse.Namespace, rule: str) -> Apportionment:
    ceilings = dict(options.ceiling)
    return seats_of.apportion(places, options.seats, rule=rule, floor=options.floor or 0, ceilings=ceilings)


def _list(places: Sequence[tuple[str, int]], options: argparse.Namespace) -> Answer:
    result = _apportion(places, options, options.rule)
    rows = [
        (name, people, decimal(float(result.quotas[name])), result.seats[name])
        for name, people in result.populations.items()
    ]
    if options.out:
        write_new_table(options.out, (MUNICIPALITY, "seats"), list(result.seats.items()))
    total = ("samen", sum(result.populations.values()), "", sum(result.seats.values()))
    table = Columns(("gemeente", "inwoners", "aandeel", "plaatsen"), [*rows, total]).lines()
    return Answer([f"Verdeeld {RULES[result.rule]}.", *table, *_remarks(result)], _data(result))


def _remarks(result: Apportionment) -> list[str]:
    lines = [f"Door de ondergrens omhoog: {', '.join(result.raised)}."] if result.raised else []
    lines += [f"Door de bovengrens omlaag: {', '.join(result.lowered)}."] if result.lowered else []
    for tie in result.ties:
        lines.append(
            f"Gelijk bij de laatste plaats: {', '.join([*tie.won, *tie.lost])}. "
            "De grootste gemeente gaat voor, daarna het alfabet."
        )
    return lines


def _data(result: Apportionment) -> dict[str, Any]:
    return {
        "rule": str(result.rule),
        "seats": dict(result.seats),
        "quotas": {name: round(float(quota), 6) for name, quota in result.quotas.items()},
        "raised": list(result.raised),
        "lowered": list(result.lowered),
        "ties": [{"won": list(tie.won), "lost": list(tie.lost)} for tie in result.ties],
    }


def _compared(places: Sequence[tuple[str, int]], options: argparse.Namespace) -> Answer:
    results = {rule: _apportion(places, options, rule) for rule in COMPARED}
    first = results[Rule.LARGEST_REMAINDER]
    rows: list[Sequence[Cell]] = [
        [name, people, *(result.seats[name] for result in results.values())]
        for name, people in first.populations.items()
    ]
    names = ("gemeente", "inwoners", *(SHORT[rule] for rule in results))
    return Answer(
        Columns(names, rows).lines(), {"rules": {str(rule): _data(one) for rule, one in results.items()}}
    )


def _table(places: Sequence[tuple[str, int]], options: argparse.Namespace) -> Answer:
    floor = TABLE_FLOOR if options.floor is None else options.floor
    table = seats_of.apportion_table(
        places, options.seats, options.constituencies, rule=options.rule, floor=floor
    )
    groups = list(table.column_totals)
    if options.out:
        rows: list[Sequence[Cell]] = [[name, *line.values()] for name, line in table.seats.items()]
        write_new_table(options.out, (MUNICIPALITY, *groups), rows)
    return Answer(
        [f"Verdeeld {RULES[Rule(options.rule)]}; minstens {floor} in elk vak.", *_grid(table), *_tied(table)],
        {
            "rule": options.rule,
            "seats": {name: dict(line) for name, line in table.seats.items()},
            "rows": dict(table.row_totals),
            "columns": dict(table.column_totals),
            "ties": [list(cell) for cell in table.ties],
        },
    )


def _grid(table: Table) -> list[str]:
    groups = list(table.column_totals)
    rows: list[Sequence[Cell]] = [
        [name, *(table.seats[name][one] for one in groups), seats] for name, seats in table.row_totals.items()
    ]
    total: Sequence[Cell] = ["samen", *table.column_totals.values(), sum(table.row_totals.values())]
    return Columns(("gemeente", *groups, "samen"), [*rows, total]).lines()


def _tied(table: Table) -> list[str]:
    names = sorted({row for row, _column in table.ties})
    if not names:
        return []
    return [f"Even goed kan een plaats verschuiven bij: {', '.join(names)}. De volgorde geeft de doorslag."]
