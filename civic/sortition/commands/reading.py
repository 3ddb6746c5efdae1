"""Input files of the commands: everything that is wrong in all of them is told at once."""

from __future__ import annotations

import argparse
import contextlib
import os
import stat
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from .. import bundle, files
from ..errors import InvalidProblem, ProblemError
from ..files.reading import read_table
from ..files.respondents import address_of
from ..files.table import SHOWN, Row, Table, Wanted, cell_errors, missing_columns
from ..lottery import Lottery
from ..problem import Problem
from ..question import Pool, Question, Quota
from ..validation import find_errors
from .numbers import OutOfRange
from .output import Complaint, Stop, complaints, refuse, trouble

Thing = TypeVar("Thing")
LARGEST_FILE = 200_000_000
NO_FILE = "Dit is geen gewoon bestand."
TOO_LARGE = "Dit bestand is te groot."
# what is wrong with the number of seats or with the quotas alone, whoever registered
OF_THE_SIZE = frozenset({"size_below_one", "size_too_large"})
OF_THE_QUOTAS = OF_THE_SIZE | {"minima_above_size", "maxima_below_size", "duplicate_quota"}
# what a file of another make can raise
NOT_READABLE = (
    OSError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)
NO_DRAW = "Dit is geen map met een uitslag van draw. De bestanden problem.json en lottery.json zijn nodig."


def content_of(path: Path) -> bytes:
    """The bytes of a file. Raises OSError, and `Stop` where it is too large or no file at all: a device or a
    pipe would never end."""
    wrong = _unusable(path)
    if wrong:
        raise refuse(wrong, str(path), "file")
    with path.open("rb") as file:
        return file.read(LARGEST_FILE)  # it may have grown since


def _unusable(path: Path) -> str:
    """What keeps this from being read; empty where it can be tried."""
    kind = path.stat()
    if not stat.S_ISREG(kind.st_mode) and not stat.S_ISDIR(kind.st_mode):
        return NO_FILE
    return TOO_LARGE if kind.st_size > LARGEST_FILE else ""


def demand_files(folder: Path) -> None:
    """Raises `Stop` with everything below `folder` that is no file or folder, or is too large; links to
    folders are not followed."""
    wrong = []
    for path in (Path(place) / name for place, _folders, names in os.walk(folder) for name in names):
        with contextlib.suppress(OSError):  # a link to nowhere is the same as no file
            text = _unusable(path)
            wrong += [Complaint(text, str(path), "file")] if text else []
    if wrong:
        raise Stop(wrong)


class Reading:
    """Collects what is wrong; `finish` stops the command if anything is."""

    def __init__(self) -> None:
        self.complaints: list[Complaint] = []

    def finish(self) -> None:
        if self.complaints:
            raise Stop(self.complaints)

    def note(self, path: Path, errors: Iterable[ProblemError]) -> None:
        self.complaints += complaints(errors, path.name)

    def content(self, path: Path) -> bytes | None:
        """The bytes of a file, or None and a complaint."""
        try:
            return content_of(path)
        except Stop as error:
            self.complaints += error.complaints
        except OSError as error:
            self.complaints.append(trouble(error))
        except ValueError:
            self.complaints.append(Complaint("Dit is geen naam van een bestand.", str(path)[:200], "file"))
        return None

    def table(self, path: Path, wanted: Wanted, required: Sequence[str]) -> Table:
        """The rows of a file, its required cells filled; what is wrong is noted."""
        content = self.content(path)
        if content is None:
            return Table()
        table = read_table(content, wanted)
        missing = missing_columns(table, required, wanted.file)
        errors = [*table.errors, *missing]
        for row in () if missing else table.rows:
            errors += cell_errors(table, row, required, wanted)
        self.note(path, errors)
        return Table() if missing else table

    def cells(
        self, path: Path, table: Table, column: str, parse: Callable[[str], Thing], text: str
    ) -> list[Thing]:
        """A column through `parse`, which raises ValueError for what it cannot use; `text` says what that
        is."""
        found = []
        for row in table.rows:
            try:
                found.append(parse(row.cells[column]))
            except ValueError as error:
                why = str(error) if isinstance(error, OutOfRange) else f"is {text}"
                if row.cells[column]:  # a blank cell was noted before
                    self.tell(path, row, f"“{row.cells[column][:SHOWN]}” bij “{column}” {why}.")
        return found

    def say(self, text: str, path: Path | None = None) -> None:
        """Something about a file as a whole, or about the options."""
        self.complaints.append(Complaint(text, path.name if path else "", "usage"))

    def tell(self, path: Path, row: Row, text: str) -> None:
        """Something about one line of a file."""
        self.complaints.append(Complaint(f"Regel {row.line}: {text}", path.name, "line"))

    def ids(self, path: Path | None, column: str = "id") -> tuple[str, ...]:
        """The column with ids of a list of people, each once; other columns are left alone."""
        if path is None:
            return ()
        table = self.table(path, Wanted("de lijst", (column,)), [column])
        return tuple(dict.fromkeys(row.cells[column] for row in table.rows))

    def addresses(self, path: Path | None, columns: Sequence[str]) -> tuple[str, ...]:
        """Addresses in the same columns as those of the respondents."""
        if path is None:
            return ()
        table = self.table(path, Wanted("de lijst", (), tuple(columns)), ())
        missing = missing_columns(table, columns, "de lijst")
        self.note(path, missing)
        rows = () if missing else table.rows
        return tuple(address_of([row.cells[name] for name in columns]) for row in rows)

    def problem(self, options: argparse.Namespace) -> Problem:
        """The question in the options and their files. Raises `Stop` or `InvalidProblem` with all errors."""
        columns = options.address_columns or ([files.ADDRESS_COLUMN] if options.address_rule else [])
        quotas = self._quotas(options)
        pool = self._pool(options, quotas, columns)
        people = {name: self.ids(getattr(options, name), options.id_column) for name in ("fixed", "excluded")}
        exempt = self.addresses(options.exempt, columns)
        if options.exempt and not columns:
            self.say("--exempt kan alleen samen met --address-columns of --address-rule.")
        self.finish()
        return Problem(
            pool or NOBODY,
            quotas,
            options.size,
            address_rule=bool(columns),
            exempt_addresses=exempt,
            constituency=options.constituency,
            **people,
        )

    def _quotas(self, options: argparse.Namespace) -> tuple[Quota, ...]:
        content = self.content(options.categories)
        if content is None:
            return ()
        quotas, errors = files.read_categories(content)
        self.note(options.categories, errors)
        if not errors:
            asked = Question(NOBODY, quotas, options.size, constituency=options.constituency)
            wrong = [one for one in find_errors(asked) if one.code in OF_THE_QUOTAS]
            of_size = [one for one in wrong if one.code in OF_THE_SIZE]
            self.complaints += complaints(of_size or wrong)
        return quotas

    def _pool(
        self, options: argparse.Namespace, quotas: Sequence[Quota], columns: Sequence[str]
    ) -> Pool | None:
        content = self.content(options.respondents)
        if content is None:
            return None
        pool, errors = files.read_respondents(
            content,
            quotas,
            address_columns=columns,
            constituency=options.constituency,
            id_column=options.id_column,
        )
        self.note(options.respondents, errors)
        return pool


NOBODY = Pool((), (), ())


def read_draw(folder: Path) -> tuple[Problem, Lottery]:
    """What a folder of `draw` asks and answers. Raises `Stop` where it is none."""
    if (folder / "problem.json").exists():  # else it can be any folder, such as the whole disk
        demand_files(folder)
    try:
        problem, lottery, _claims = bundle.read(folder)
    except InvalidProblem as error:
        raise Stop(complaints(error.errors, str(folder))) from None
    except NOT_READABLE:
        raise refuse(NO_DRAW, str(folder), "no_draw") from None
    return problem, lottery
