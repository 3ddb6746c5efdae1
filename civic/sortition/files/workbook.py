"""Excel workbooks through openpyxl, after `archive` has looked at them.

Read as a stream (openpyxl's read-only way): blank cells far away cost nothing, and nothing but text remains.
"""

from __future__ import annotations

import datetime
import io
import re
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

from ..errors import InvalidProblem, ProblemError
from .archive import Layout, inspect
from .table import Fault, Line, Table, Wanted, assemble, clean

# so many ranges of rows or merged cells a sentence names
NAMED = 5
ZEROS = re.compile(r"0+")
# how Excel writes characters that XML cannot hold
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
FAULTS: dict[str, Fault] = {"f": "formula", "e": "error"}
# One at a time: silencing openpyxl's warnings (about drawings and rules that nobody asked for) is a switch of
# the whole process, and it keeps the memory of a server in bounds as well.
READING = threading.Lock()


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    lines: Sequence[Line]
    layout: Layout


def read_workbook(content: bytes, wanted: Wanted) -> Table:
    """Columns and rows of one sheet. What makes the workbook unusable is in the errors."""
    try:
        layouts = inspect(content, wanted.file)
    except InvalidProblem as error:
        return Table(errors=error.errors)
    try:
        with READING, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            sheet = _choose(content, layouts, wanted)
    # openpyxl raises almost anything on a damaged file: KeyError, ValueError, AssertionError, zlib.error …
    except Exception:
        return Table(errors=(ProblemError("broken_workbook", {"file": wanted.file}),))
    if sheet is None:
        return Table(errors=(ProblemError("empty_file", {"file": wanted.file}),))
    return _table(sheet, wanted)


def _table(sheet: _Sheet, wanted: Wanted) -> Table:
    table = assemble(sheet.lines, wanted)
    letters = {name: get_column_letter(at) for at, name in enumerate(table.columns, start=1)}
    merged = _merged_error(sheet, table, wanted)
    hidden = [*_row_errors(sheet, wanted), *_column_errors(sheet, table, wanted)]
    # the cells under a merged one would all be called blank: first they have to be split
    rows = () if merged else table.rows
    return replace(table, rows=rows, errors=(*table.errors, *merged, *hidden), letters=letters)


def _choose(content: bytes, layouts: Mapping[str, Layout], wanted: Wanted) -> _Sheet | None:
    """The sheet with the name of the file, otherwise the one whose header fits best; None if all are
    blank."""
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    best: Any = None
    most = -1
    sheets: list[Any] = book.worksheets
    for sheet in sheets:
        # the very part that openpyxl is going to read
        layout = layouts[sheet._worksheet_path]
        header = next(_lines(sheet, layout), None) if sheet.sheet_state == "visible" else None
        if header is None:
            continue
        is_named = sheet.title.strip().casefold() == wanted.file
        score = len(wanted.fixed + wanted.others) + 1 if is_named else wanted.found(header.cells)
        if score > most:
            best, most = sheet, score
    if best is None:
        return None
    layout = layouts[best._worksheet_path]
    return _Sheet(best.title, tuple(_lines(best, layout)), layout)


def _lines(sheet: Any, layout: Layout) -> Iterator[Line]:
    """Rows with anything in the columns of the header, which is the first row with anything in it."""
    if not layout.last_column:
        return
    width, is_header = layout.last_column, True
    rows = sheet.iter_rows(min_row=1, max_row=layout.last_row, min_col=1, max_col=layout.last_column)
    for number, row in enumerate(rows, start=1):
        cells = [_text(cell) for cell in row[:width]]
        if any(cells):
            faults = {at: FAULTS[cell.data_type] for at, cell in enumerate(row[:width]) if _has_fault(cell)}
            yield Line(number, cells, faults)
            if is_header:
                # what stands beside the table belongs to no column
                width, is_header = max(at for at, text in enumerate(cells, start=1) if text), False


def _has_fault(cell: Any) -> bool:
    return cell.value is not None and cell.data_type in FAULTS


def _text(cell: Any) -> str:
    """A cell as people see it."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return clean(ESCAPED.sub(lambda found: chr(int(found[1], 16)), value) if "_x" in value else value)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return _number(cell, value)
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat().removesuffix("T00:00:00")
    # a formula over several cells is an object with a text; a duration reads as 1:30:00
    return str(getattr(value, "text", value))


def _number(cell: Any, value: float) -> str:
    if value != int(value):
        return f"{value:.15g}"
    text = str(int(value))
    return text.zfill(len(cell.number_format)) if ZEROS.fullmatch(cell.number_format) else text


def _row_errors(sheet: _Sheet, wanted: Wanted) -> Iterator[ProblemError]:
    shown = {line.number for line in sheet.lines}
    rows = [row for row in sorted(sheet.layout.hidden_rows) if row in shown]
    if rows:
        yield ProblemError("hidden_rows", {"file": wanted.file, "rows": _ranges(rows)})


def _ranges(rows: Sequence[int]) -> str:
    """ "3–5, 9": every unbroken series of rows, but not more than a few."""
    by_series = groupby(enumerate(rows), lambda pair: pair[1] - pair[0])
    series = [[row for _at, row in group] for _key, group in by_series]
    return _listed([f"{one[0]}–{one[-1]}" if len(one) > 1 else str(one[0]) for one in series])


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")


def _column_errors(sheet: _Sheet, table: Table, wanted: Wanted) -> Iterator[ProblemError]:
    for at, name in enumerate(table.columns, start=1):
        is_used = name in wanted.fixed or name in wanted.others
        if is_used and any(first <= at <= last for first, last in sheet.layout.hidden_columns):
            yield ProblemError("hidden_column", {"file": wanted.file, "column": name[:40]})


def _merged_error(sheet: _Sheet, table: Table, wanted: Wanted) -> list[ProblemError]:
    """Merged cells in the rows of the table and in a column that is used."""
    names = {*wanted.fixed, *wanted.others}
    used = [at for at, name in enumerate(table.columns, start=1) if name in names]
    top, bottom = sheet.lines[0].number, sheet.lines[-1].number
    touching = [
        one.name
        for one in sheet.layout.merged
        if one.top <= bottom and one.bottom >= top and any(one.left <= at <= one.right for at in used)
    ]
    if not touching:
        return []
    return [ProblemError("merged_cells", {"file": wanted.file, "ranges": _listed(touching)})]
