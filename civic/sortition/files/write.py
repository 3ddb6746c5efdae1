"""Writing tables that no spreadsheet carries out, and that the readers take back as they were.

CSV is for programs and has commas and plain UTF-8; a workbook is for people: every text is a text cell, so
that 007 stays 007 and =1+1 stays four letters.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ..question import Pool, Quota
from ..spreadsheet import harmless
from . import conjunction
from .categories import BETWEEN_NAMES, BOUNDS, CONSTITUENCIES, FLEX, WEIGHT
from .respondents import ADDRESS_COLUMN, ID_COLUMN
from .table import CATEGORIES, RESPONDENTS

Cell = str | int | float
CSV, WORKBOOK = ".csv", ".xlsx"
# what Excel holds in one cell and on one sheet
LONGEST_TEXT, MOST_ROWS = 32_767, 1_048_575
TEXT_FORMAT = "@"
# characters that XML cannot hold, and text that looks like the way Excel writes those
TO_ESCAPE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


def write_categories(path: Path, quotas: Iterable[Quota]) -> None:
    """The quotas in the dialect `category,feature,min,max`, with the optional columns that any of them uses.

    `read_categories` returns the same quotas, as far as their texts have no blanks around them. Raises
    ValueError for a constituency with "|" in its name and what `write_table` raises.
    """
    listed = tuple(quotas)
    more: dict[str, list[Cell]] = {
        CONSTITUENCIES: [_names(quota.constituencies) for quota in listed],
        WEIGHT: [quota.weight for quota in listed],
        **{name: [_flex(quota, at) for quota in listed] for at, name in enumerate(FLEX)},
    }
    blank: dict[str, Cell] = {WEIGHT: 1.0}
    used = [name for name in (*FLEX, CONSTITUENCIES, WEIGHT) if set(more[name]) - {blank.get(name, "")}]
    rows = [
        [*_condition(quota), quota.minimum, quota.maximum, *(more[name][at] for name in used)]
        for at, quota in enumerate(listed)
    ]
    write_table(path, ("category", "feature", *BOUNDS, *used), rows, sheet=CATEGORIES)


def _condition(quota: Quota) -> tuple[str, str]:
    features = [feature for feature, _value in quota.condition]
    values = [value for _feature, value in quota.condition]
    return conjunction.join(features), conjunction.join(values) if len(values) > 1 else values[0]


def _names(names: Sequence[str]) -> str:
    if any(BETWEEN_NAMES in name for name in names):
        raise ValueError(f"the name of a constituency cannot hold {BETWEEN_NAMES!r}")
    return BETWEEN_NAMES.join(names)


def _flex(quota: Quota, at: int) -> Cell:
    return "" if quota.flex is None else quota.flex[at]


def write_respondents(path: Path, pool: Pool) -> None:
    """`id`, the features, and `address` where the pool has addresses. Raises what `write_table` raises."""
    addresses = pool.addresses
    columns = (ID_COLUMN, *pool.features, *([ADDRESS_COLUMN] if addresses else []))
    rows = [
        (member, *values, *addresses[at : at + 1])
        for at, (member, values) in enumerate(zip(pool.ids, pool.values, strict=True))
    ]
    write_table(path, columns, rows, sheet=RESPONDENTS)


def write_table(
    path: Path, columns: Sequence[str], rows: Iterable[Sequence[Cell]], *, sheet: str = "tabel"
) -> None:
    """A table as `.csv` or `.xlsx`, by the end of the name; the numbers among the cells stay numbers.

    In CSV a text that a spreadsheet would carry out gets an apostrophe before it (`spreadsheet.harmless`).
    Raises ValueError for another kind of file, for two columns with one name, for a row of another width, and
    for what does not fit in Excel (32,767 characters, 1,048,576 rows); then nothing is written.
    """
    listed = [list(row) for row in rows]
    if path.suffix not in (CSV, WORKBOOK):
        raise ValueError(f"a table is written as {CSV} or {WORKBOOK}, not as {path.name!r}")
    if len(set(columns)) != len(columns) or any(len(row) != len(columns) for row in listed):
        raise ValueError("every column needs a name of its own and every row a cell for each")
    content = _text([columns, *listed]) if path.suffix == CSV else _workbook([columns, *listed], sheet)
    path.write_bytes(content)


def _text(rows: Sequence[Sequence[Cell]]) -> bytes:
    text = io.StringIO()
    # with both characters of the line end in it, the writer quotes cells that hold either
    csv.writer(text, lineterminator="\r\n").writerows([_marked(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def _marked(cell: Cell) -> Cell:
    return harmless(cell) if isinstance(cell, str) else cell


def _workbook(rows: Sequence[Sequence[Cell]], sheet: str) -> bytes:
    from openpyxl import Workbook

    longest = max(len(cell) for row in rows for cell in row if isinstance(cell, str))
    if len(rows) > MOST_ROWS + 1 or longest > LONGEST_TEXT:
        raise ValueError("this does not fit in an Excel sheet")
    book = Workbook(write_only=True)
    page = book.create_sheet(sheet)
    page.freeze_panes = "A2"
    for row in rows:
        page.append([_cell(page, cell) for cell in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _cell(page: Any, value: Cell) -> Any:
    from openpyxl.cell import WriteOnlyCell

    if not isinstance(value, str):
        return WriteOnlyCell(page, value)
    cell = WriteOnlyCell(page, TO_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", value))
    # after the value: openpyxl takes a leading = for a formula
    cell.data_type = "s"
    cell.number_format = TEXT_FORMAT
    return cell
