"""The door: a path or bytes in, a table out, whatever kind of file it is."""

from __future__ import annotations

from pathlib import Path

from ..errors import InvalidProblem
from .archive import inspect, is_workbook, looks_like_office
from .table import Source, Table, Wanted
from .text import read_text


def read_table(source: Source, wanted: Wanted) -> Table:
    """Table in a file (a path, or its content); what makes the whole file unusable is in its errors."""
    content = source if isinstance(source, bytes) else Path(source).read_bytes()
    if looks_like_office(content):
        # openpyxl takes a while to load: only for those who bring a workbook
        from .workbook import read_workbook

        return read_workbook(content, wanted)
    return read_text(content, wanted)


def line_count(content: bytes) -> int:
    """At most this many lines or rows, known without reading them: for a limit before the real work.

    Text counts its line ends, a workbook the last row in use on any sheet, and 0 where it is unusable.
    """
    if not is_workbook(content):
        return content.count(b"\n")
    try:
        layouts = inspect(content, "")
    except InvalidProblem:
        return 0
    return max((layout.last_row for layout in layouts.values()), default=0)
