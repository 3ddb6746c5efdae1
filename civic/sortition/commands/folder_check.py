"""The files of a draw's folder that follow from the panel that was drawn, and files that nobody asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import InvalidProblem
from ..files.reading import read_table
from ..files.table import Wanted
from ..lottery import Lottery
from ..problem import Problem
from ..question import Pool
from ..spreadsheet import as_meant
from .found import Found, wrong
from .proof import PANEL, Drawn, members_pool
from .reading import NOT_READABLE
from .readme import README, readme
from .replaced import BROKEN, LEAST, REPLACED, Replaced, facts_of, failure_of, read_replaced

NEW, WORKBOOK, RUN = "nieuw.csv", "panel.xlsx", "run.json"
ALWAYS = frozenset({"problem.json", "lottery.json", "probabilities.csv", PANEL, RUN})
NOT_DRAWN = "{name} is niet het panel dat geloot is."
NOT_NEW = f"{NEW} noemt niet de nieuwe leden van het panel."
OTHER_README = f"De tekst van {README}: deze versie van het programma schrijft een andere."
RUN_LIMIT = f"De inhoud van {RUN}: hoe lang het duurde."
MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Result:
    """What the folder holds. `drawn`: None where it is not known who was drawn; `panels`: M, 0 for none;
    `files`: names that were looked at before."""

    problem: Problem
    lottery: Lottery
    drawn: Drawn | None
    panels: int = 0
    files: frozenset[str] = field(default_factory=frozenset)


def check_files(folder: Path, result: Result) -> Found:
    """Tables of people, the page, the record of a replacement; the names of everything else."""
    replaced, found = _replaced(folder, result.problem)
    looked_at = {*ALWAYS, *result.files, *([REPLACED] if replaced else [])}
    if result.drawn is not None:
        looked_at |= {README, WORKBOOK, *([NEW] if replaced else [])}
        found += _tables(folder, result.problem, result.drawn, replaced)
        found += _page(folder, result, result.drawn, replaced)
    extra = sorted(name for name in _names(folder) if name not in looked_at)
    return found + Found((), tuple(_extra(extra)), (), (RUN_LIMIT,))


def _replaced(folder: Path, problem: Problem) -> tuple[Replaced | None, Found]:
    if not (folder / REPLACED).is_file():
        return None, Found()
    try:
        replaced = read_replaced(folder / REPLACED, problem)
        failure = failure_of(replaced, problem)
    except (*NOT_READABLE, InvalidProblem):
        return None, wrong(BROKEN)
    if failure:
        return replaced, wrong(failure)
    return replaced, Found((), (LEAST,) if replaced.changes else (), tuple(facts_of(replaced)))


def _tables(folder: Path, problem: Problem, drawn: Drawn, replaced: Replaced | None) -> Found:
    panel = members_pool(problem.pool, drawn.members)
    failures = [NOT_DRAWN.format(name=name) for name in (PANEL, WORKBOOK) if not _holds(folder / name, panel)]
    if replaced is not None:
        new = tuple(one for one in drawn.members if one not in replaced.confirmed)
        failures += [] if _holds(folder / NEW, members_pool(problem.pool, new)) else [NOT_NEW]
    return wrong(*failures)


def _holds(path: Path, people: Pool) -> bool:
    """Does the table hold these people with their features? A table that is not there holds nothing else."""
    if not path.is_file():
        return True
    table = read_table(path, Wanted("panel", ("id",), people.features))
    if not {"id", *people.features} <= set(table.columns):
        return False
    names = ("id", *people.features)
    rows = [[as_meant(row.cells[name]) for name in names] for row in table.rows]
    wanted = zip(people.ids, people.values, strict=True)
    return rows == [[as_meant(cell) for cell in (member, *row)] for member, row in wanted]


def _page(folder: Path, result: Result, drawn: Drawn, replaced: Replaced | None) -> Found:
    notes = replaced.notes() if replaced else ()
    text = readme(result.problem, result.lottery, result.panels, drawn.number, notes)
    path = folder / README
    same = not path.is_file() or path.read_bytes() == text.encode()
    return Found() if same else Found((), (OTHER_README,))


def _names(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        if path.is_symlink() or not path.is_dir():
            yield path.relative_to(folder).as_posix()


def _extra(names: list[str]) -> Iterator[str]:
    if names:
        more = f" en nog {len(names) - MOST_NAMED}" if len(names) > MOST_NAMED else ""
        yield f"Niet nagekeken bestanden: {', '.join(names[:MOST_NAMED])}{more}."
