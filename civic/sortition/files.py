"""The two CSV files that practitioners use, read with everything that is wrong at once.

categories   `category,feature,min,max` or `feature,value,min,max`, `min_flex,max_flex` are not used
respondents  one row a person, one column for every feature of the categories; other columns are left alone.
             A column `id` names the people; without it they are numbered from 1 in the order of the file.

Separators `,` `;` and tab; UTF-8 with or without a mark, and Windows-1252 (what Excel saves as CSV in Dutch).
Nothing is half read: where there are errors there is no pool.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from .errors import ProblemError
from .problem import Pool, Quota

Source = bytes | str | Path
CATEGORIES, RESPONDENTS = "categories", "respondents"
DIALECTS = (("category", "feature"), ("feature", "value"))
ID_COLUMN = "id"
SEPARATORS = ",;\t"
BLANK = SEPARATORS + '" \r\n\f\v'
# what a spreadsheet would carry out on opening; "-" and "+" alone also start ordinary answers ("-", "+31")
FORMULA = ("=", "@")
LONGEST_CELL = 1000


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file: its number as an editor shows it, and its cells by column name."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    errors: tuple[ProblemError, ...]


def read_categories(source: Source) -> tuple[tuple[Quota, ...], list[ProblemError]]:
    """Quotas and what is wrong. `source` is the content as bytes, or a path. Never raises for bad content."""
    table = _read(source, CATEGORIES)
    dialect = next((pair for pair in DIALECTS if set(pair) <= set(table.columns)), None)
    # `feature` stands for the value in one dialect and for the feature in the other
    feature, value = dialect or DIALECTS[0]
    wanted = (feature, value, "min", "max")
    missing = [
        ProblemError("missing_column", {"file": CATEGORIES, "column": name})
        for name in wanted
        if table.columns and name not in table.columns
    ]
    errors = [*table.errors, *missing]
    if missing or not table.columns:
        return (), errors
    quotas: dict[tuple[str, str], tuple[int, Quota]] = {}
    for row in table.rows:
        found = list(_row_errors(row, wanted, CATEGORIES)) + list(_bound_errors(row))
        key = (row.cells[feature], row.cells[value])
        if key in quotas and not found:
            first = quotas[key][0]
            found.append(
                ProblemError(
                    "duplicate_quota_line", {"line": row.line, "first": first, "quota": ": ".join(key)}
                )
            )
        errors += found
        # where only the bounds are wrong the value is known all the same, so the other file can be checked on
        # it
        bounds = (0, 0) if found else (int(row.cells["min"]), int(row.cells["max"]))
        if all(key):
            quotas.setdefault(key, (row.line, Quota([key], *bounds)))
    return tuple(quota for _line, quota in quotas.values()), errors


def _bound_errors(row: Row) -> Iterator[ProblemError]:
    bounds = {}
    for name in ("min", "max"):
        text = row.cells[name]
        if text.isascii() and text.isdigit() and len(text) < 7:
            bounds[name] = int(text)
        elif text:
            yield ProblemError("not_a_number", {"line": row.line, "column": name, "value": text[:40]})
    if len(bounds) == 2 and bounds["min"] > bounds["max"]:
        yield ProblemError("min_above_max_line", {"line": row.line, **bounds})


def read_respondents(source: Source, quotas: Iterable[Quota]) -> tuple[Pool | None, list[ProblemError]]:
    """The pool (only the features that a quota names) and what is wrong; the pool is None where errors
    are."""
    table = _read(source, RESPONDENTS)
    known = _known_values(quotas)
    missing = [name for name in known if table.columns and name not in table.columns]
    errors = [*table.errors]
    errors += [ProblemError("missing_column", {"file": RESPONDENTS, "column": name}) for name in missing]
    features = [name for name in known if name in table.columns]
    has_id = ID_COLUMN in table.columns
    lines: dict[str, int] = {}
    for row in table.rows:
        errors += _row_errors(row, [*([ID_COLUMN] if has_id else []), *features], RESPONDENTS)
        errors += _value_errors(row, features, known)
        if has_id and row.cells[ID_COLUMN]:
            errors += _same_id(row, lines)
    if errors or not table.rows:
        return None, errors
    ids = [row.cells[ID_COLUMN] if has_id else str(number) for number, row in enumerate(table.rows, start=1)]
    values = tuple(tuple(row.cells[name] for name in features) for row in table.rows)
    return Pool(features=tuple(features), ids=tuple(ids), values=values), []


def _known_values(quotas: Iterable[Quota]) -> dict[str, set[str] | None]:
    """{feature: its values}; None where quotas on it come with other features only, so that any value may
    occur."""
    known: dict[str, set[str] | None] = {}
    for quota in quotas:
        for feature, value in quota.condition:
            values = known.setdefault(feature, None)
            if len(quota.condition) == 1:
                known[feature] = (values or set()) | {value}
    return known


def _value_errors(
    row: Row, features: Iterable[str], known: Mapping[str, set[str] | None]
) -> Iterator[ProblemError]:
    for name in features:
        value, values = row.cells[name], known[name]
        if value and values is not None and value not in values and not value.startswith(FORMULA):
            yield ProblemError("unknown_value_line", {"line": row.line, "feature": name, "value": value[:40]})


def _same_id(row: Row, lines: dict[str, int]) -> Iterator[ProblemError]:
    member = row.cells[ID_COLUMN]
    if member in lines:
        yield ProblemError("duplicate_id_line", {"line": row.line, "first": lines[member], "id": member[:40]})
    lines.setdefault(member, row.line)


def _row_errors(row: Row, columns: Iterable[str], file: str) -> Iterator[ProblemError]:
    for name in columns:
        text = row.cells[name]
        where: dict[str, str | int] = {"file": file, "line": row.line, "column": name}
        if not text:
            yield ProblemError("blank_cell", where)
        elif text.startswith(FORMULA):
            yield ProblemError("formula", {**where, "value": text[:40]})
        elif len(text) > LONGEST_CELL:
            yield ProblemError("cell_too_long", {**where, "maximum": LONGEST_CELL})


def _read(source: Source, file: str) -> Table:
    """Columns and rows of one file; lines without any text are passed over."""
    content = source if isinstance(source, bytes) else Path(source).read_bytes()
    text = _decode(content)
    if text is None:
        return Table((), (), (ProblemError("wrong_encoding", {"file": file}),))
    lines = text.splitlines()
    header = next((line for line in lines if line.strip(BLANK)), "")
    if not header:
        return Table((), (), (ProblemError("empty_file", {"file": file}),))
    separator = max(SEPARATORS, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        return _table(
            [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)], file
        )
    except csv.Error:
        return Table((), (), (ProblemError("broken_csv", {"file": file, "line": reader.line_num}),))


def _decode(content: bytes) -> str | None:
    if b"\0" in content:
        return None
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _table(lines: list[tuple[int, list[str]]], file: str) -> Table:
    columns = tuple(cell.strip() for cell in lines[0][1])
    errors = [
        ProblemError("duplicate_column", {"file": file, "column": name})
        for name in dict.fromkeys(columns)
        if name and columns.count(name) > 1
    ]
    rows = []
    for line, cells in lines[1:]:
        if len(cells) > len(columns):
            errors.append(ProblemError("too_many_cells", {"file": file, "line": line}))
        padded = [cell.strip() for cell in cells] + [""] * len(columns)
        rows.append(Row(line, dict(zip(columns, padded, strict=False))))
    if not rows:
        errors.append(ProblemError("no_rows", {"file": file}))
    return Table(columns, tuple(rows), tuple(errors))
