"""A table as it was read, from text or from a sheet, and the checks that hold for every cell."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ..errors import Param, ProblemError

Source = bytes | str | Path
Fault = Literal["formula", "error"]
CATEGORIES, RESPONDENTS = "categories", "respondents"
LONGEST_CELL = 1000
# how much of a cell a sentence repeats
SHOWN = 40


@dataclass(frozen=True, slots=True)
class Line:
    """One line before the names of the columns are known; `faults` by position in `cells`."""

    number: int
    cells: Sequence[str]
    faults: Mapping[int, Fault] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file: its number as an editor or Excel shows it, and its cells by column name.

    A cell in `faults` holds a formula or an error value; its text is what stands in the file.
    """

    line: int
    cells: Mapping[str, str]
    faults: Mapping[str, Fault]


@dataclass(frozen=True, slots=True)
class Table:
    """`letters` gives the letter of a column in a sheet; text has none."""

    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    errors: tuple[ProblemError, ...] = ()
    letters: Mapping[str, str] = field(default_factory=dict)

    def place(self, row: Row, column: str) -> dict[str, Param]:
        """Where a cell stands: the line, and for a sheet also the cell ("C7")."""
        if column in self.letters:
            return {"line": row.line, "cell": f"{self.letters[column]}{row.line}"}
        return {"line": row.line}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a caller looks for: the file it is, and the names of the columns that it uses.

    `fixed` are our own names, which count in any case ("Min" is `min`); the others count as they are written.
    """

    file: str
    fixed: tuple[str, ...]
    others: tuple[str, ...] = ()

    def named(self, header: Sequence[str]) -> tuple[str, ...]:
        """The header with our own spelling for the fixed columns."""
        return tuple(
            cell.casefold() if cell.casefold() in self.fixed and cell not in self.others else cell
            for cell in header
        )

    def found(self, header: Sequence[str]) -> int:
        """How many of the wanted names are in the header."""
        return len({*self.fixed, *self.others} & set(self.named(header)))


def clean(text: str) -> str:
    """One spelling for what looks the same: composed letters, one kind of line break, no blanks around it."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.strip()


def assemble(lines: Sequence[Line], wanted: Wanted) -> Table:
    """Table from lines with any text in them, the first of which is the header."""
    columns = wanted.named(lines[0].cells)
    errors = [
        ProblemError("duplicate_column", {"file": wanted.file, "column": name[:SHOWN]})
        for name in dict.fromkeys(columns)
        if name and columns.count(name) > 1
    ]
    if len(lines) == 1:
        errors.append(ProblemError("no_rows", {"file": wanted.file}))
    padding = [""] * len(columns)
    rows = [
        Row(
            line.number,
            dict(zip(columns, [*line.cells, *padding], strict=False)),
            {columns[position]: fault for position, fault in line.faults.items() if position < len(columns)},
        )
        for line in lines[1:]
    ]
    return Table(columns, tuple(rows), tuple(errors))


def missing_columns(table: Table, names: Iterable[str], file: str) -> list[ProblemError]:
    """One error for every column that is not there; none where the whole file could not be read."""
    return [
        ProblemError("missing_column", {"file": file, "column": name[:SHOWN]})
        for name in names
        if table.columns and name not in table.columns
    ]


def cell_errors(
    table: Table, row: Row, columns: Iterable[str], wanted: Wanted, *, may_be_blank: bool = False
) -> Iterator[ProblemError]:
    """What is wrong with the cells of one row, whatever they mean."""
    for name in columns:
        text = row.cells[name]
        if text and len(text) <= LONGEST_CELL and name not in row.faults:
            continue
        where: dict[str, Param] = {"file": wanted.file, "column": name[:SHOWN], **table.place(row, name)}
        if row.faults.get(name) == "formula":
            yield ProblemError("formula", {**where, "value": text[:SHOWN]})
        elif name in row.faults:
            yield ProblemError("error_value", {**where, "value": text[:SHOWN]})
        elif text:
            yield ProblemError("cell_too_long", {**where, "maximum": LONGEST_CELL})
        elif not may_be_blank:
            yield ProblemError("blank_cell", where)
