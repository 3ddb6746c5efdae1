"""The people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..addresses import address_key
from ..errors import Param, ProblemError
from ..question import Pool, Quota
from .reading import read_table
from .table import RESPONDENTS, SHOWN, Row, Source, Table, Wanted, cell_errors, missing_columns

ID_COLUMN = "id"
# the column in which `write_respondents` puts addresses
ADDRESS_COLUMN = "address"


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which column means what."""

    features: tuple[str, ...]
    addresses: tuple[str, ...]
    constituency: str
    member: str

    def wanted(self) -> Wanted:
        fixed = (self.member,) if self.member == ID_COLUMN else ()
        others = (*self.features, *self.addresses, *(() if fixed else (self.member,)))
        return Wanted(RESPONDENTS, fixed, others)


def read_respondents(
    source: Source,
    quotas: Iterable[Quota],
    *,
    address_columns: Sequence[str] = (),
    constituency: str = "",
    id_column: str = ID_COLUMN,
) -> tuple[Pool | None, list[ProblemError]]:
    """The pool (the features that a quota names, and `constituency`) and what is wrong; no pool with errors.

    `constituency` is the feature that names everybody's constituency: quotas may bind some of them only, and
    a feature that no quota counts for somebody may be blank there.
    `address_columns` together are somebody's address, in one spelling (`addresses.address_key`): people with
    the same one live together. Where no column holds a letter or digit the address is unknown, ''. Without
    address columns there are no addresses.
    Another `id_column` than `id` has to be there. Never raises for bad content; raises OSError for a path
    that cannot be read.
    """
    listed = tuple(quotas)
    named = [feature for quota in listed for feature, _value in quota.condition]
    features = tuple(dict.fromkeys([*named, *([constituency] if constituency else [])]))
    columns = _Columns(features, tuple(address_columns), constituency, id_column)
    table = read_table(source, columns.wanted())
    required = [*features, *columns.addresses, *([id_column] if id_column != ID_COLUMN else [])]
    errors = [*table.errors, *missing_columns(table, dict.fromkeys(required), RESPONDENTS)]
    errors += _row_errors(table, columns, _Rules(listed))
    if errors or not table.rows:
        return None, errors
    return _pool(table, columns), []


def _pool(table: Table, columns: _Columns) -> Pool:
    has_id = columns.member in table.columns
    ids = [row.cells[columns.member] if has_id else str(at) for at, row in enumerate(table.rows, start=1)]
    parts = columns.addresses
    addresses = [address_of([row.cells[one] for one in parts]) for row in table.rows] if parts else []
    values = tuple(tuple(row.cells[name] for name in columns.features) for row in table.rows)
    return Pool(features=columns.features, ids=tuple(ids), values=values, addresses=tuple(addresses))


def address_of(parts: Iterable[str]) -> str:
    """The `address_key` of an address over one or more columns, however it is divided over them."""
    return address_key(" ".join(parts))


class _Rules:
    """What the quotas that bind somebody ask of an answer.

    A quota on one value says that the others of its feature are named as well, each by a quota; with several
    features any value may occur. Where no quota binds somebody, a feature may be blank: the education of an
    official, say. A quota that names constituencies binds nobody while it is not known who belongs where;
    the `Problem` says so.
    """

    def __init__(self, quotas: Sequence[Quota]) -> None:
        self._quotas = quotas
        self._by_home: dict[str, dict[str, set[str] | None]] = {}

    def of(self, home: str) -> Mapping[str, set[str] | None]:
        """{feature that counts for people of this constituency: its values, or None for any}."""
        if home not in self._by_home:
            self._by_home[home] = self._values(home)
        return self._by_home[home]

    def _values(self, home: str) -> dict[str, set[str] | None]:
        groups: dict[tuple[str, tuple[str, ...]], set[str]] = {}
        found: dict[str, set[str] | None] = {}
        for quota in self._quotas:
            if quota.constituencies and home not in quota.constituencies:
                continue
            for feature, value in quota.condition:
                found.setdefault(feature, None)
                if len(quota.condition) == 1:
                    groups.setdefault((feature, quota.constituencies), set()).add(value)
        for (feature, _bound), values in groups.items():
            # with quotas for everybody and for some, a value has to be named in both
            known = found[feature]
            found[feature] = values if known is None else known & values
        return found


def _row_errors(table: Table, columns: _Columns, rules: _Rules) -> Iterator[ProblemError]:
    wanted = columns.wanted()
    there = [name for name in columns.features if name in table.columns]
    addresses = [name for name in columns.addresses if name in table.columns and name not in there]
    always = {columns.member, columns.constituency} & set(table.columns)
    lines: dict[str, int] = {}
    for row in table.rows:
        known = rules.of(row.cells.get(columns.constituency, ""))
        filled = [name for name in [columns.member, *there] if name in always or name in known]
        maybe = [name for name in [*there, *addresses] if name not in filled]
        yield from cell_errors(table, row, dict.fromkeys(filled), wanted)
        yield from cell_errors(table, row, maybe, wanted, may_be_blank=True)
        yield from _value_errors(table, row, there, known)
        member = row.cells.get(columns.member, "")
        if member and member in lines:
            place = table.place(row, columns.member)
            params: dict[str, Param] = {"first": lines[member], "id": member[:SHOWN]}
            yield ProblemError("duplicate_id_line", {**place, **params})
        lines.setdefault(member, row.line)


def _value_errors(
    table: Table, row: Row, features: Iterable[str], known: Mapping[str, set[str] | None]
) -> Iterator[ProblemError]:
    for name in features:
        value, values = row.cells[name], known.get(name)
        if value and values is not None and value not in values and name not in row.faults:
            params: dict[str, Param] = {"feature": name[:SHOWN], "value": value[:SHOWN]}
            yield ProblemError("unknown_value_line", {**table.place(row, name), **params})
