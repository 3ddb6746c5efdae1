"""The list a municipality draws from: a line per resident, or per address where residents are unknown."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..errors import ProblemError
from ..files.reading import read_table
from ..files.table import Row, Source, Table, Wanted, cell_errors, missing_columns

FILE = "addresses"
MUNICIPALITY, ADDRESS = ("municipality", "gemeente"), ("address", "adres")
PERSON, EXCLUDED = ("person", "persoon"), ("excluded", "uitgesloten")
WANTED = Wanted(file=FILE, fixed=(*MUNICIPALITY, *ADDRESS, *PERSON, *EXCLUDED))
YES = frozenset({"1", "ja", "j", "yes", "y", "true", "waar", "x"})
NO = frozenset({"", "0", "nee", "n", "no", "false", "onwaar"})


@dataclass(frozen=True, slots=True)
class Resident:
    """One line. `person` is a name or number that tells housemates apart; '' where residents are unknown.
    `excluded`: may not be invited (under age, official, councillor, moved); stays on the list."""

    municipality: str
    address: str
    person: str = ""
    excluded: bool = False


def list_digest(residents: Iterable[Resident]) -> str:
    """SHA-256 of the lines in their order, one JSON array per line: what a draw commits itself to."""
    digest = hashlib.sha256()
    for one in residents:
        line = [one.municipality, one.address, one.person, one.excluded]
        digest.update(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
    return digest.hexdigest()


def read_addresses(source: Source) -> tuple[tuple[Resident, ...], list[ProblemError]]:
    """Residents in the order of the file, and what is wrong; no residents where there are errors.

    Columns municipality, address and optionally person, excluded (or gemeente, adres, persoon, uitgesloten);
    others are left alone. CSV or Excel, as `files` reads them. Never raises for bad content.
    """
    table = read_table(source, WANTED)
    names = [_column(table, pair) for pair in (MUNICIPALITY, ADDRESS, PERSON, EXCLUDED)]
    errors = [*table.errors, *missing_columns(table, names[:2], FILE)]
    if errors:
        return (), errors
    known = [name for name in names[:3] if name in table.columns]
    for row in table.rows:
        errors += cell_errors(table, row, known, WANTED)
        errors += _excluded_errors(table, row, names[3])
    if errors:
        return (), errors
    return tuple(_resident(row, names) for row in table.rows), []


def _column(table: Table, pair: tuple[str, str]) -> str:
    """The name in use; the English one where there is neither, for the error."""
    return pair[1] if pair[1] in table.columns and pair[0] not in table.columns else pair[0]


def _excluded_errors(table: Table, row: Row, column: str) -> Iterator[ProblemError]:
    text = row.cells.get(column, "")
    if column in row.faults:
        yield from cell_errors(table, row, [column], WANTED, may_be_blank=True)
    elif text.casefold() not in YES | NO:
        yield ProblemError("address_yes_or_no", {**table.place(row, column), "value": text[:40]})


def _resident(row: Row, names: list[str]) -> Resident:
    municipality, address, person, excluded = (row.cells.get(name, "") for name in names)
    return Resident(municipality, address, person, excluded.casefold() in YES)
