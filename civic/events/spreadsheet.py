"""CSV that is safe to open: a cell that a spreadsheet would run as a formula becomes text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

# the last four are the full-width forms of the first
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
BYTE_ORDER_MARK = "\ufeff"  # without it Excel reads UTF-8 as Windows-1252


def safe_cell(value: Any) -> Any:
    """Numbers stay numbers; text that starts a formula gets an apostrophe before it."""
    if value is None or isinstance(value, int | float):
        return value
    text = str(value).replace("\x00", "")
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text


def csv_line(cells: Sequence[Any]) -> str:
    """One line, with semicolons: that is what a Dutch Excel expects."""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";", lineterminator="\r\n").writerow([safe_cell(cell) for cell in cells])
    return buffer.getvalue()


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """A whole file, line by line, for a streamed answer."""
    yield BYTE_ORDER_MARK + csv_line(header)
    for row in rows:
        yield csv_line(row)
