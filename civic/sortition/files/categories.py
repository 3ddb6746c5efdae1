"""The quotas."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..errors import Param, ProblemError
from ..question import Condition, Quota
from ..validation import HEAVIEST, LIGHTEST
from . import conjunction
from .reading import read_table
from .table import CATEGORIES, SHOWN, Row, Source, Table, Wanted, cell_errors, missing_columns

DIALECTS = (("category", "feature"), ("feature", "value"))
BOUNDS, FLEX = ("min", "max"), ("min_flex", "max_flex")
CONSTITUENCIES, WEIGHT = "constituencies", "weight"
OPTIONAL = (*FLEX, CONSTITUENCIES, WEIGHT)
BETWEEN_NAMES = "|"
WANTED = Wanted(CATEGORIES, ("category", "feature", "value", *BOUNDS, *OPTIONAL))
WHOLE = re.compile(r"[0-9]{1,6}", re.ASCII)
# a comma too: that is how a Dutch spreadsheet writes it
NUMBER = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{1,30})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Reader:
    """A table of quotas: `feature` and `value` are the names of the columns in its dialect."""

    table: Table
    feature: str
    value: str

    def columns(self) -> tuple[str, ...]:
        return (self.feature, self.value, *BOUNDS)

    def optional(self) -> tuple[str, ...]:
        return tuple(name for name in OPTIONAL if name in self.table.columns)


def read_categories(source: Source) -> tuple[tuple[Quota, ...], list[ProblemError]]:
    """Quotas (l_q, u_q) with their conditions, and what is wrong.

    `source` is the content as bytes, or a path. Never raises for bad content; a quota whose condition is
    readable is returned even where its bounds are not (as 0 to 0), so that the other file can be checked on
    its values. Raises OSError for a path that cannot be read. Format: the files of the Sortition Foundation's
    practice (see the package).
    """
    table = read_table(source, WANTED)
    dialect = next((pair for pair in DIALECTS if set(pair) <= set(table.columns)), None)
    # `feature` stands for the value in one dialect and for the feature in the other
    reader = _Reader(table, *(dialect or DIALECTS[0]))
    # one of the pair alone says nothing
    pair = [name for name in FLEX if set(FLEX) & set(table.columns)]
    missing = missing_columns(table, (*reader.columns(), *pair), CATEGORIES)
    errors = [*table.errors, *missing]
    if missing or not table.columns:
        return (), errors
    found: dict[tuple[Condition, tuple[str, ...]], tuple[int, Quota]] = {}
    for row in table.rows:
        quota, wrong = _quota(reader, row)
        errors += wrong
        if quota is None:
            continue
        key = (quota.condition, quota.constituencies)
        if key in found and not wrong:
            place = table.place(row, reader.value)
            params: dict[str, Param] = {**place, "first": found[key][0], "quota": quota.label}
            errors.append(ProblemError("duplicate_quota_line", params))
        found.setdefault(key, (row.line, quota))
    return tuple(quota for _line, quota in found.values()), errors


def _quota(reader: _Reader, row: Row) -> tuple[Quota | None, list[ProblemError]]:
    table = reader.table
    wrong = [
        *cell_errors(table, row, reader.columns(), WANTED),
        *cell_errors(table, row, reader.optional(), WANTED, may_be_blank=True),
        *_number_errors(reader, row),
    ]
    condition = _condition(reader, row)
    if isinstance(condition, ProblemError):
        wrong.append(condition)
        return None, wrong
    if not all(value for pair in condition for value in pair):
        return None, wrong
    low, high = (0, 0) if wrong else (int(row.cells["min"]), int(row.cells["max"]))
    return Quota(condition, low, high, **({} if wrong else _more(row))), wrong


def _condition(reader: _Reader, row: Row) -> Condition | ProblemError:
    category, feature = row.cells[reader.feature], row.cells[reader.value]
    names = conjunction.split(category)
    # on its own a value is taken as it is, so that it may contain anything
    values = conjunction.split(feature) if len(names) > 1 else [feature]
    if len(names) == len(values) and (len(names) == 1 or all([*names, *values])):
        return tuple(zip(names, values, strict=True))
    params: dict[str, Param] = {"category": category[:SHOWN], "value": feature[:SHOWN]}
    return ProblemError("uneven_conjunction", {**reader.table.place(row, reader.value), **params})


def _more(row: Row) -> dict[str, Any]:
    """The optional columns of a row without errors, by field of `Quota`."""
    names = [name.strip() for name in row.cells.get(CONSTITUENCIES, "").split(BETWEEN_NAMES)]
    flex = [row.cells.get(name, "") for name in FLEX]
    weight = row.cells.get(WEIGHT, "")
    return {
        CONSTITUENCIES: tuple(filter(None, names)),
        WEIGHT: _number(weight) if weight else 1.0,
        "flex": (int(flex[0]), int(flex[1])) if all(flex) else None,
    }


def _number_errors(reader: _Reader, row: Row) -> Iterator[ProblemError]:
    names = [*BOUNDS, *(name for name in FLEX if name in reader.table.columns)]
    number: dict[str, int] = {}
    for name in names:
        text = row.cells[name]
        if WHOLE.fullmatch(text):
            number[name] = int(text)
        elif text and name not in row.faults:
            params: dict[str, Param] = {"column": name, "value": text[:SHOWN]}
            yield ProblemError("not_a_number", {**reader.table.place(row, name), **params})
    yield from _order_errors(reader, row, number)
    weight = row.cells.get(WEIGHT, "")
    if weight and WEIGHT not in row.faults and not _is_weight(weight):
        place = reader.table.place(row, WEIGHT)
        yield ProblemError("weight_line", {**place, "value": weight[:SHOWN]})


def _is_weight(text: str) -> bool:
    return bool(NUMBER.fullmatch(text)) and LIGHTEST <= _number(text) <= HEAVIEST


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _order_errors(reader: _Reader, row: Row, number: dict[str, int]) -> Iterator[ProblemError]:
    """min_flex <= min <= max <= max_flex, and the flexible bounds both or neither."""
    place = reader.table.place
    if set(BOUNDS) <= number.keys() and number["min"] > number["max"]:
        yield ProblemError(
            "min_above_max_line", {**place(row, "min"), "min": number["min"], "max": number["max"]}
        )
    filled = [name for name in FLEX if row.cells.get(name)]
    for name in set(FLEX) - set(filled) if filled else ():
        where: dict[str, Param] = {"file": CATEGORIES, "column": name}
        yield ProblemError("blank_cell", {**where, **place(row, name)})
    for inner, outer, sign in (("min", "min_flex", 1), ("max", "max_flex", -1)):
        if {inner, outer} <= number.keys() and sign * number[outer] > sign * number[inner]:
            params: dict[str, Param] = {"inner": inner, "outer": outer}
            values: dict[str, Param] = {"inside": number[inner], "outside": number[outer]}
            yield ProblemError("flex_inside_line", {**place(row, outer), **params, **values})
