"""CSV and its relatives: encodings, separators, and lines numbered as an editor numbers them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from ..errors import ProblemError
from ..spreadsheet import as_meant
from .table import Fault, Line, Table, Wanted, assemble, clean

SEPARATORS = ",;\t"
BLANK = SEPARATORS + '"'
# what a spreadsheet would carry out on opening; "-" and "+" alone also start ordinary answers ("-", "+31")
FORMULA = ("=", "@")
MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
# Excel's own first line that names the separator
SEPARATOR_LINE = re.compile(r'"?sep=(.)"?(?:\r\n|\n|\r)')


def read_text(content: bytes, wanted: Wanted) -> Table:
    """Columns and rows of one text file; lines without any text are passed over."""
    text = decode(content)
    if text is None:
        return Table(errors=(ProblemError("wrong_encoding", {"file": wanted.file}),))
    named = SEPARATOR_LINE.match(text)
    text, passed = (text[named.end() :], 1) if named else (text, 0)
    # io splits where an editor does; str.splitlines would split at rarer characters as well
    lines_of_text = io.StringIO(text, newline=None)
    header = next((line for line in lines_of_text if "".join(line.split()).strip(BLANK)), "")
    if not header:
        return Table(errors=(ProblemError("empty_file", {"file": wanted.file}),))
    separator = named[1] if named else _separator(header, wanted)
    try:
        lines = list(_lines(text, separator, passed))
    except _Broken as error:
        return Table(errors=(ProblemError("broken_csv", {"file": wanted.file, "line": error.line + passed}),))
    table = assemble(lines, wanted)
    return Table(table.columns, table.rows, (*table.errors, *_too_many(lines, wanted)))


def decode(content: bytes) -> str | None:
    """The text, or None where it is in none of the known encodings (or no text at all)."""
    for encoding in (MARKS.get(content[:2], "utf-8-sig"), "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\0" in text else text
    return None


def _separator(header: str, wanted: Wanted) -> str:
    """The one that brings out the most wanted names; then the one that is there most often."""

    def score(separator: str) -> tuple[int, int]:
        try:
            cells = next(csv.reader([header], delimiter=separator), [])
        except csv.Error:  # a cell beyond all measure: reading the line will tell
            cells = []
        return wanted.found([clean(cell) for cell in cells]), header.count(separator)

    return max(SEPARATORS, key=score)


class _Broken(Exception):
    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__(line)


def _lines(text: str, separator: str, passed: int) -> Iterator[Line]:
    """Lines with any text. Strict, since a quote that is never closed would swallow the people after it."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        first = reader.line_num + 1
        try:
            raw = next(reader, None)
        except csv.Error:
            raise _Broken(first) from None
        if raw is None:
            return
        cells = [clean(cell) for cell in raw]
        if any(cells):
            faults = {position: fault for position, cell in enumerate(cells) if (fault := _fault(cell))}
            yield Line(first + passed, [as_meant(cell) for cell in cells], faults)


def _fault(cell: str) -> Fault | None:
    return "formula" if cell.startswith(FORMULA) else None


def _too_many(lines: list[Line], wanted: Wanted) -> Iterator[ProblemError]:
    """Text beyond the last column: in a CSV file the cells of that line have shifted."""
    width = len(lines[0].cells)
    for line in lines[1:]:
        if any(line.cells[width:]):
            yield ProblemError("too_many_cells", {"file": wanted.file, "line": line.number})
