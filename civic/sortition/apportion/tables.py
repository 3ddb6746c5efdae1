"""Two-way tables: municipality x constituency, both margins kept, every cell as proportional as can be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ..errors import InvalidProblem, Param, ProblemError
from .rules import Apportionment, Populations, Rule, apportion, pairs_of, ranks, rule_weights

Cells = Mapping[str, Mapping[str, int]]
DEFAULT_FLOOR = 3  # domain handbook E2: so that no municipality stands alone in a theme third


@dataclass(frozen=True, slots=True)
class Table:
    """seats[municipality][constituency], and the multipliers that prove it.

    With t_ij = x_i y_j w_ij (x, y the row and column multipliers) every cell with people in it holds
    seats_ij = max(floor, t_ij rounded to the nearest). `ties` names the cells that could have been one seat
    more or less in another table that is just as proportional; with equal constituencies there usually are.
    `rows` and `columns` explain the margins; they are None where the margins were given.
    """

    seats: Cells
    weights: Cells
    floor: int
    row_totals: Mapping[str, int]
    column_totals: Mapping[str, int]
    row_multipliers: Mapping[str, Fraction]
    column_multipliers: Mapping[str, Fraction]
    ties: tuple[tuple[str, str], ...]
    rows: Apportionment | None = None
    columns: Apportionment | None = None


def apportion_table(
    populations: Populations,
    total: int,
    constituencies: Populations,
    *,
    rule: Rule | str = Rule.LARGEST_REMAINDER,
    floor: int = DEFAULT_FLOOR,
) -> Table:
    """Seats per municipality *and* per constituency, at least `floor` in every cell.

    Row totals: `apportion` over the populations by `rule`, with floor x constituencies as floor. Column
    totals: largest remainder over the shares of the constituencies (1, 1, 1 for thirds), with floor x
    municipalities as floor. Cells: `fit_table` with the weights of the rule, the same in every constituency.
    Raises InvalidProblem as those do, with the errors of rows and columns together.
    """
    places, groups = pairs_of(populations), pairs_of(constituencies)
    try:
        rows = apportion(places, total, rule=rule, floor=floor * len(groups))
    except InvalidProblem as error:
        raise InvalidProblem(_together(error, groups, total)) from None
    columns = apportion(groups, total, floor=floor * len(places))
    weights = rule_weights(list(rows.populations.values()), rows.rule)
    lines = zip(rows.populations, weights, strict=True)
    cells = {name: dict.fromkeys(columns.populations, weight) for name, weight in lines}
    fitted = fit_table(rows.seats, columns.seats, cells, floor)
    return Table(
        seats=fitted.seats,
        weights=cells,
        floor=floor,
        row_totals=fitted.row_totals,
        column_totals=fitted.column_totals,
        row_multipliers=fitted.row_multipliers,
        column_multipliers=fitted.column_multipliers,
        ties=fitted.ties,
        rows=rows,
        columns=columns,
    )


def _together(error: InvalidProblem, groups: list[tuple[str, int]], total: int) -> list[ProblemError]:
    """The errors of the rows, and those of the columns where they say something new."""
    try:
        apportion(groups, total)
    except InvalidProblem as other:
        return [*error.errors, *(one for one in other.errors if one not in error.errors)]
    return list(error.errors)


def fit_table(rows: Mapping[str, int], columns: Mapping[str, int], weights: Cells, floor: int = 0) -> Table:
    """The biproportional table (Sainte-Laguë divisors) with these row and column totals.

    weights[row][column] >= 0 are numbers of people (or anything proportional to them). A cell without people
    gets no seat and no floor; every other cell gets at least `floor`.

    Minimise Σ_ij Σ_{k = floor+1 .. seats_ij} log((2k - 1) / w_ij) subject to both margins: a transport
    problem with convex costs, whose optima are exactly the biproportional tables (Gaffke and Pukelsheim,
    *Divisor methods for proportional representation systems: an optimization approach to vector and matrix
    apportionment problems*, Math. Social Sciences 56, 2008; axioms: Balinski and Demange, *Math. of Oper.
    Research* 14, 1989). Solved by successive shortest paths, seat by seat; lengths are multiplied as exact
    fractions instead of adding logarithms, so no rounding and no stalling on ties. Rows and columns are taken
    largest first, then by name: the answer does not hang on the order of the input. Bellman-Ford: O(seats x
    nodes x cells), in practice a few rounds of cells per seat.

    Raises InvalidProblem: totals that differ, negative numbers, missing weights, a row or column too small
    for its floors, or people who are simply not where the seats are (named).
    """
    errors = list(_table_errors(rows, columns, weights, floor))
    if errors:
        raise InvalidProblem(errors)
    net = _Network(rows, columns, weights, floor)
    while net.missing():
        lengths, before = net.paths(net.sources())
        targets = [j for j in net.open_columns() if lengths[j] is not None]
        if not targets:
            raise InvalidProblem([net.blocked(lengths)])
        net.augment(min(targets, key=lambda j: (lengths[j], j)), before)
    return net.table()


class _Network:
    """Nodes 0 … R-1 are rows and R … R+C-1 columns, in the order of `ranks`."""

    def __init__(
        self, rows: Mapping[str, int], columns: Mapping[str, int], weights: Cells, floor: int
    ) -> None:
        self._given = (rows, columns, weights, floor)
        self._rows, self._columns = _ordered(rows), _ordered(columns)
        self._weights = [[weights[row][column] for column in self._columns] for row in self._rows]
        self._floors = [[floor if weight else 0 for weight in line] for line in self._weights]
        self._seats = [list(line) for line in self._floors]
        self._split = len(self._rows)
        self._nodes = self._split + len(self._columns)
        wanted = [*(rows[name] for name in self._rows), *(columns[name] for name in self._columns)]
        given = [*map(sum, self._seats), *map(sum, zip(*self._seats, strict=True))]
        self._open = [want - have for want, have in zip(wanted, given, strict=True)]

    def missing(self) -> int:
        return sum(self._open[: self._split])

    def sources(self) -> list[int]:
        return [i for i in range(self._split) if self._open[i]]

    def open_columns(self) -> list[int]:
        return [j for j in range(self._split, self._nodes) if self._open[j]]

    def _steps(self) -> list[tuple[int, int, Fraction]]:
        """(from, to, factor): one seat more goes from the row of a cell to its column, one less goes back."""
        steps = []
        for i, line in enumerate(self._seats):
            for column, seats in enumerate(line):
                weight, j = self._weights[i][column], self._split + column
                if weight:
                    steps.append((i, j, Fraction(2 * seats + 1, weight)))
                if seats > self._floors[i][column]:
                    steps.append((j, i, Fraction(weight, 2 * seats - 1)))
        return steps

    def paths(self, sources: Sequence[int]) -> tuple[list[Fraction | None], list[int]]:
        """Shortest products from any source (None: out of reach) and the node before, per node."""
        lengths: list[Fraction | None] = [None] * self._nodes
        before = [-1] * self._nodes
        for node in sources:
            lengths[node] = Fraction(1)
        steps, changed = self._steps(), True
        while changed:
            changed = False
            for start, end, factor in steps:
                here, there = lengths[start], lengths[end]
                if here is not None and (there is None or here * factor < there):
                    lengths[end], before[end], changed = here * factor, start, True
        return lengths, before

    def augment(self, column: int, before: list[int]) -> None:
        self._open[column] -= 1
        node = column
        while before[node] >= 0:
            start = before[node]
            if start < self._split:
                self._seats[start][node - self._split] += 1
            else:
                self._seats[node][start - self._split] -= 1
            node = start
        self._open[node] -= 1

    def blocked(self, lengths: list[Fraction | None]) -> ProblemError:
        reached = [node for node in range(self._nodes) if lengths[node] is not None]
        names = [*self._rows, *self._columns]
        rows = ", ".join(names[node] for node in reached if node < self._split)
        columns = ", ".join(names[node] for node in reached if node >= self._split)
        return ProblemError("table_impossible", {"rows": rows, "columns": columns or "–"})

    def table(self) -> Table:
        rows, columns, weights, floor = self._given
        lengths, _before = self.paths(range(self._nodes))
        potentials = [Fraction(1) if length is None else length for length in lengths]
        at = {name: place for place, name in enumerate([*self._rows])}
        on = {name: place for place, name in enumerate([*self._columns])}
        return Table(
            seats={row: {column: self._seats[at[row]][on[column]] for column in columns} for row in rows},
            weights={row: {column: weights[row][column] for column in columns} for row in rows},
            floor=floor,
            row_totals=dict(rows),
            column_totals=dict(columns),
            row_multipliers={row: 1 / potentials[at[row]] for row in rows},
            column_multipliers={column: potentials[self._split + on[column]] / 2 for column in columns},
            ties=self._ties(potentials),
        )

    def _ties(self, potentials: list[Fraction]) -> tuple[tuple[str, str], ...]:
        """Cells on a closed walk of tight steps: moving a seat round it changes nothing in the objective."""
        tight = [(start, end) for start, end, f in self._steps() if potentials[start] * f == potentials[end]]
        after: dict[int, list[int]] = {}
        for start, end in tight:
            after.setdefault(start, []).append(end)
        cells = {tuple(sorted(step)) for step in tight if step[0] in _reached(step[1], after)}
        return tuple((self._rows[i], self._columns[j - self._split]) for i, j in sorted(cells))


def _reached(node: int, after: Mapping[int, list[int]]) -> set[int]:
    seen, left = {node}, [node]
    while left:
        new = [one for one in after.get(left.pop(), []) if one not in seen]
        seen.update(new)
        left += new
    return seen


def _ordered(totals: Mapping[str, int]) -> list[str]:
    place = dict(zip(totals, ranks(totals), strict=True))
    return sorted(totals, key=place.__getitem__)


def _table_errors(
    rows: Mapping[str, int], columns: Mapping[str, int], weights: Cells, floor: int
) -> Iterator[ProblemError]:
    if not rows or not columns:
        yield ProblemError("table_empty")
    if sum(rows.values()) != sum(columns.values()):
        totals: dict[str, Param] = {"rows": sum(rows.values()), "columns": sum(columns.values())}
        yield ProblemError("table_totals_differ", totals)
    numbers = [*rows.items(), *columns.items(), ("ondergrens", floor)]
    numbers += [(row, weight) for row, line in weights.items() for weight in line.values()]
    for name, number in numbers:
        if number < 0:
            yield ProblemError("table_negative", {"name": name, "number": number})
    gaps = [(row, column) for row in rows for column in columns if column not in weights.get(row, {})]
    for row, column in gaps:
        yield ProblemError("table_weights_missing", {"row": row, "column": column})
    if gaps or floor < 0:
        return
    lines = {row: [weights[row][column] for column in columns] for row in rows}
    lines |= {column: [weights[row][column] for row in rows] for column in columns}
    for name, seats in [*rows.items(), *columns.items()]:
        need = floor * sum(1 for weight in lines[name] if weight)
        if seats < need:
            params: dict[str, Param] = {"name": name, "seats": seats, "floor": floor, "need": need}
            yield ProblemError("table_row_too_small", params)
