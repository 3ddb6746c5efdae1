"""Text in a CSV file that a spreadsheet would carry out on opening it, and the mark that keeps it text.

One rule for every table that the engine writes. Source: OWASP, *CSV injection*: a cell is carried out when it
begins with = + - @, a tab or a carriage return.
"""

from __future__ import annotations

import re

MARK = "'"
# Text with such an apostrophe of its own counts as well and gets one more, so that reading is the exact
# inverse of writing. Blanks alone are left alone: nothing follows them to carry out.
RISKY = re.compile(rf"{MARK}*(?:\s*[=+\-@]|[\t\r]\s*\S)")


def harmless(cell: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula."""
    return MARK + cell if RISKY.match(cell) else cell


def as_meant(cell: str) -> str:
    """The text without the apostrophe that only says that it is text: the inverse of `harmless`."""
    return cell[1:] if cell.startswith(MARK) and RISKY.match(cell) else cell
