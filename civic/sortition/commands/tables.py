"""`tables`: who sits at which table in which round."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ..errors import Param, ProblemError
from ..files import write_table
from ..files.table import Table, Wanted, cell_errors
from ..question import Pool
from ..tables import FixedPlace, Seating, TablePlan, check_seating, seat
from .numbers import count
from .output import Answer, Bar, Stop, complaints, decimal, percent, several
from .parsing import PROGRAM, add_command, add_folder, add_seed, listed, whole_list
from .reading import Reading
from .writing import new_folder

FILE = "het bestand met deelnemers"
EXPLANATION = "Zet deelnemers aan gemengde tafels, ronde na ronde, met zo veel mogelijk nieuwe tafelgenoten."
EXAMPLE = f"  {PROGRAM} tables --participants uitslag/panel.csv --sizes 5,5,10 --seed 1 --out tafels"


def register(commands: Any) -> None:
    parser = add_command(commands, "tables", "maak een tafelindeling", (EXPLANATION, EXAMPLE))
    add = parser.add_argument
    add("--participants", type=Path, required=True, metavar="BESTAND", help="de deelnemers (kolom id)")
    add("--sizes", type=whole_list, required=True, metavar="5,5,10", help="plaatsen per tafel, per ronde")
    add("--features", type=listed, metavar="A,B", help="de kolommen om op te mengen (standaard: alle)")
    add("--facilitators", type=Path, metavar="BESTAND", help="de tafelbegeleiders (kolom id)")
    add("--rotating", action="store_true", help="laat ook de begeleiders van tafel wisselen")
    add("--fixed", type=Path, metavar="BESTAND", help="vaste plaatsen: id, table en als u wilt round")
    add("--apart", type=Path, metavar="BESTAND", help="paren die nooit samen zitten: first, second")
    add("--together", type=Path, metavar="BESTAND", help="paren die altijd samen zitten: first, second")
    add_seed(parser)
    add_folder(parser)
    add("--xlsx", action="store_true", help="schrijf Excel in plaats van CSV")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, bar: Bar) -> Answer:
    """Raises `Stop` or `InvalidProblem` with everything that is wrong."""
    with new_folder(options.out) as folder:
        plan, left_out = _plan(options)
        with bar() as progress:
            seating = seat(plan, seed=options.seed, progress=progress)
        wrong = check_seating(plan, seating)
        if wrong:  # a fault of ours: rather no seating than a wrong one
            raise Stop(complaints(wrong))
        _write(folder, plan, seating, ".xlsx" if options.xlsx else ".csv")
    lines = [f"De kolom “{name}” telt niet mee: iedereen heeft daar iets anders." for name in left_out]
    return Answer([*lines, *_lines(plan, seating, options.out)], _data(seating))


def _plan(options: argparse.Namespace) -> tuple[TablePlan, list[str]]:
    reading = Reading()
    pool, left_out = _pool(options, reading)
    facilitators = reading.ids(options.facilitators)
    fixed = _fixed(options.fixed, reading)
    apart, together = (_pairs(path, reading) for path in (options.apart, options.together))
    reading.finish()
    plan = TablePlan(
        pool,
        tuple(options.sizes),
        facilitators=facilitators,
        staying=not options.rotating,
        fixed=fixed,
        apart=apart,
        together=together,
    )
    return plan, left_out


def _pool(options: argparse.Namespace, reading: Reading) -> tuple[Pool, list[str]]:
    """The people with the features to mix on; without a choice, every column that groups people."""
    path = options.participants
    names = options.features or []
    table = reading.table(path, Wanted(FILE, ("id",), tuple(names)), ["id", *names])
    reading.note(path, _double_ids(table))
    others = [name for name in dict.fromkeys(table.columns) if name and name != "id"]
    unique = [name for name in others if _all_differ(table, name)]
    features = names if options.features is not None else [one for one in others if one not in unique]
    if options.features is None:
        wanted = Wanted(FILE, ("id",))
        reading.note(path, [one for row in table.rows for one in cell_errors(table, row, features, wanted)])
    values = tuple(tuple(row.cells[name] for name in features) for row in table.rows)
    pool = Pool(tuple(features), tuple(row.cells["id"] for row in table.rows), values)
    return pool, unique if options.features is None else []


def _double_ids(table: Table) -> list[ProblemError]:
    lines: dict[str, int] = {}
    errors = []
    for row in table.rows:
        member = row.cells["id"]
        if member and member in lines:
            params: dict[str, Param] = {"first": lines[member], "id": member[:40]}
            errors.append(ProblemError("duplicate_id_line", {**table.place(row, "id"), **params}))
        lines.setdefault(member, row.line)
    return errors


def _all_differ(table: Table, name: str) -> bool:
    """Names and telephone numbers mix nothing."""
    values = [row.cells[name] for row in table.rows]
    return len(values) > 2 and len(set(values)) == len(values)


def _pairs(path: Path | None, reading: Reading) -> tuple[tuple[str, str], ...]:
    if path is None:
        return ()
    columns = ("first", "second")
    table = reading.table(path, Wanted("het bestand met paren", columns), columns)
    return tuple((row.cells["first"], row.cells["second"]) for row in table.rows)


def _fixed(path: Path | None, reading: Reading) -> tuple[FixedPlace, ...]:
    """Tables and rounds count from 1 in the file; a blank round is every round."""
    if path is None:
        return ()
    columns = ("id", "table", "round")
    table = reading.table(path, Wanted("het bestand met vaste plaatsen", columns), columns[:2])
    seats = reading.cells(path, table, "table", count, "geen tafelnummer")
    rounds = [row.cells.get("round", "") for row in table.rows]
    bad = [row for row, one in zip(table.rows, rounds, strict=True) if one and not one.isdecimal()]
    for row in bad:
        reading.tell(path, row, f"“{row.cells['round'][:40]}” is geen nummer van een ronde.")
    if reading.complaints:
        return ()
    return tuple(
        FixedPlace(row.cells["id"], seats[at] - 1, int(rounds[at]) - 1 if rounds[at] else None)
        for at, row in enumerate(table.rows)
    )


def _write(folder: Path, plan: TablePlan, seating: Seating, kind: str) -> None:
    """Two views: a line per person with a table per round, and a line per chair."""
    rounds = range(1, len(plan.sizes) + 1)
    people = [
        *((one, "deelnemer") for one in plan.pool.ids),
        *((one, "begeleider") for one in plan.facilitators),
    ]
    rows = [
        (one, role, *(table + 1 if table >= 0 else "vrij" for table in seating.table_of(one)))
        for one, role in people
        if role == "deelnemer" or _works(seating, one)
    ]
    columns = ("id", "rol", *(f"ronde {number}" for number in rounds))
    write_table(folder / f"per-persoon{kind}", columns, rows, sheet="per persoon")
    chairs = list(_chairs(seating))
    write_table(folder / f"per-tafel{kind}", ("ronde", "tafel", "id", "rol"), chairs, sheet="per tafel")


def _works(seating: Seating, facilitator: str) -> bool:
    return any(facilitator in leads for leads in seating.facilitators)


def _chairs(seating: Seating) -> list[tuple[int, int, str, str]]:
    rows = []
    for number, tables in enumerate(seating.rounds):
        leads = seating.facilitators[number]
        for table, people in enumerate(tables):
            rows += [(number + 1, table + 1, one, "begeleider") for one in leads[table : table + 1]]
            rows += [(number + 1, table + 1, one, "deelnemer") for one in people]
    return rows


def _lines(plan: TablePlan, seating: Seating, out: Path) -> list[str]:
    figures = seating.statistics
    tables = ", ".join(str(len(tables)) for tables in seating.rounds)
    rounds = several(len(plan.sizes), "ronde", "rondes")
    return [
        f"{several(len(plan.pool), 'deelnemer', 'deelnemers')}, {rounds}. Tafels per ronde: {tables}.",
        f"Menging: {percent(figures.mix, 1)} van de tafels en waarden is zo evenredig als het kan.",
        f"Tafelgenoten per persoon: {figures.companions_min} tot {figures.companions_max}, "
        f"gemiddeld {decimal(figures.companions_mean, 1)}. "
        f"Gemiddeld meer dan {decimal(figures.mean_bound, 1)} kan niet.",
        f"Paren die elkaar vaker treffen: {figures.repeated_pairs}.",
        f"De indeling staat in {out}.",
    ]


def _data(seating: Seating) -> dict[str, Any]:
    figures = seating.statistics
    names = type(figures).__dataclass_fields__
    return {
        "statistics": {name: getattr(figures, name) for name in names},
        "rounds": [[list(table) for table in tables] for tables in seating.rounds],
        "facilitators": [list(leads) for leads in seating.facilitators],
    }
