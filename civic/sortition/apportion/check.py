"""Do the seats follow from the figures? An own reading of the rules: no code shared with the search.

Quotas are proportional to weights, so they take the place of weights here: λ and divisors only change by a
factor.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from ..errors import Param, ProblemError
from ..verify import Report
from .rules import Apportionment, Rule, Tie
from .tables import Table

# how far the square of a quota may be from the population, relatively: roots are kept in 30 decimals
ROOT_ERROR = Fraction(1, 10**25)


@dataclass(frozen=True, slots=True)
class _Case:
    """One outcome to judge: with the floors and ceilings, or (`plain`) without them."""

    rule: Rule
    total: int
    populations: Mapping[str, int]
    floors: Mapping[str, int]
    ceilings: Mapping[str, int]
    seats: Mapping[str, int]
    quotas: Mapping[str, Fraction]
    shares: Mapping[str, Fraction]


def check_apportionment(result: Apportionment) -> Report:
    """Every claim of the result against its own populations, total, rule, floors and ceilings.

    names, Σ seats = total, floor <= seats <= ceiling;
    quotas q_i proportional to populations (or q_i^2, or equal) and Σ q_i = total;
    shares: a λ with s_i = mid(floor_i, λ q_i, ceiling_i) exists, Σ s_i = total;
    largest remainder: ⌊s_i⌋ <= seats_i <= ⌈s_i⌉ (the quota property) and no smaller remainder went first;
    Sainte-Laguë: q_i / (2 seats_i + 1) <= q_j / (2 seats_j - 1) for seats_i < ceiling_i, seats_j > floor_j;
    among equals the larger population, then the name; the tie reported is the tie there is.
    """
    parts = (result.floors, result.ceilings, result.seats, result.quotas, result.shares, result.plain)
    if not result.populations or any(set(part) != set(result.populations) for part in parts):
        return Report((ProblemError("check_names"),), notes=())
    free, full = dict.fromkeys(result.populations, 0), dict.fromkeys(result.populations, result.total)
    case = _case(result, (result.floors, result.ceilings), result.seats, result.shares)
    plain = _case(result, (free, full), result.plain, result.quotas)
    failures = [*_quotas(case), *_judge(case)]
    if any(_judge(plain)):
        failures.append(ProblemError("check_plain"))
    if not failures and result.ties != _ties(case):
        failures.append(ProblemError("check_ties"))
    return Report(tuple(failures), notes=())


def _case(
    result: Apportionment,
    bounds: tuple[Mapping[str, int], Mapping[str, int]],
    seats: Mapping[str, int],
    shares: Mapping[str, Fraction],
) -> _Case:
    return _Case(result.rule, result.total, result.populations, *bounds, seats, result.quotas, shares)


def _judge(case: _Case) -> Iterator[ProblemError]:
    yield from _bounds(case)
    yield from _shares(case)
    if case.rule is not Rule.SAINTE_LAGUE:
        yield from _rounding(case)
    yield from _order(case)


def _bounds(case: _Case) -> Iterator[ProblemError]:
    if sum(case.seats.values()) != case.total:
        yield ProblemError("check_total", {"given": sum(case.seats.values()), "seats": case.total})
    for name, seats in case.seats.items():
        floor, ceiling = case.floors[name], case.ceilings[name]
        if not floor <= seats <= ceiling:
            params: dict[str, Param] = {"name": name, "seats": seats, "floor": floor, "ceiling": ceiling}
            yield ProblemError("check_bounds", params)


def _quotas(case: _Case) -> Iterator[ProblemError]:
    power = 2 if case.rule is Rule.SQUARE_ROOT else 1
    size = {name: 1 if case.rule is Rule.EQUAL else people for name, people in case.populations.items()}
    first = next(iter(size))
    error = ROOT_ERROR if power == 2 else 0
    for name, quota in case.quotas.items():
        wanted = case.quotas[first] ** power * size[name]
        if quota <= 0 or abs(quota**power * size[first] - wanted) > wanted * error:
            yield ProblemError("check_quotas", {"name": name})
    if sum(case.quotas.values()) != case.total:
        yield ProblemError("check_quotas", {"name": first})


def _shares(case: _Case) -> Iterator[ProblemError]:
    """s_i > floor_i asks for λ >= s_i / q_i, s_i < ceiling_i for λ <= s_i / q_i."""
    for name, share in case.shares.items():
        if not case.floors[name] <= share <= case.ceilings[name]:
            yield ProblemError("check_shares", {"name": name})
    scale = {name: share / case.quotas[name] for name, share in case.shares.items() if case.quotas[name]}
    low = max(scale, key=lambda one: (case.shares[one] > case.floors[one], scale[one]), default="")
    high = [one for one in scale if case.shares[one] < case.ceilings[one]]
    above = low != "" and case.shares[low] > case.floors[low]
    if above and any(scale[one] < scale[low] for one in high):
        yield ProblemError("check_shares", {"name": low})
    if sum(case.shares.values()) != case.total:
        yield ProblemError("check_shares", {"name": low})


def _rounding(case: _Case) -> Iterator[ProblemError]:
    for name, seats in case.seats.items():
        if not math.floor(case.shares[name]) <= seats <= math.ceil(case.shares[name]):
            yield ProblemError("check_rounding", {"name": name, "seats": seats})


def _claims(case: _Case) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
    """What the last seat of everyone was worth, and what one more would be."""
    seats, shares, quotas = case.seats, case.shares, case.quotas
    if case.rule is Rule.SAINTE_LAGUE:
        last = {one: quotas[one] / (2 * seats[one] - 1) for one in seats if seats[one] > case.floors[one]}
        more = {one: quotas[one] / (2 * seats[one] + 1) for one in seats if seats[one] < case.ceilings[one]}
        return last, more
    rest = {one: shares[one] - math.floor(shares[one]) for one in seats}
    return (
        {one: rest[one] for one in seats if seats[one] > shares[one]},
        {one: rest[one] for one in seats if seats[one] < shares[one]},
    )


def _order(case: _Case) -> Iterator[ProblemError]:
    last, more = _claims(case)
    if not last or not more:
        return
    winner = max(last, key=lambda one: (-last[one], -case.populations[one], one))
    loser = min(more, key=lambda one: (-more[one], -case.populations[one], one))
    weakest = (-last[winner], -case.populations[winner], winner)
    if weakest > (-more[loser], -case.populations[loser], loser):
        yield ProblemError("check_order", {"winner": winner, "loser": loser})


def _ties(case: _Case) -> tuple[Tie, ...]:
    last, more = _claims(case)
    price = min(last.values(), default=Fraction(0))
    won, lost = (tuple(sorted(one for one in part if part[one] == price)) for part in (last, more))
    return (Tie(won, lost),) if lost else ()


def check_table(table: Table) -> Report:
    """Margins, floors, and the divisor inequalities of every cell with the multipliers of the table.

    With t = x_i y_j w_ij > 0: seats - 1/2 <= t <= seats + 1/2, where the left one may fail at the floor only;
    no people, no seats. These hold for a table exactly when it is biproportional. The ties named must be the
    cells on closed walks of steps at a half.
    """
    lines = (table.seats, table.weights)
    shape = [set(part) == set(table.row_totals) for part in (*lines, table.row_multipliers)]
    shape += [set(line) == set(table.column_totals) for part in lines for line in part.values()]
    if not all(shape) or set(table.column_multipliers) != set(table.column_totals):
        return Report((ProblemError("check_names"),), notes=())
    failures = [*_explained(table), *_margins(table), *_cells(table)]
    if not failures and set(table.ties) != _tied(table):
        failures.append(ProblemError("check_ties"))
    return Report(tuple(failures), notes=())


def _explained(table: Table) -> Iterator[ProblemError]:
    for result, totals in ((table.rows, table.row_totals), (table.columns, table.column_totals)):
        if result is not None:
            yield from check_apportionment(result).failures
            if dict(result.seats) != dict(totals):
                yield ProblemError("check_names")


def _margins(table: Table) -> Iterator[ProblemError]:
    given = {row: sum(line.values()) for row, line in table.seats.items()}
    for row, seats in table.row_totals.items():
        if given[row] != seats:
            yield ProblemError("check_margin", {"name": row, "given": given[row], "seats": seats})
    for column, seats in table.column_totals.items():
        total = sum(line[column] for line in table.seats.values())
        if total != seats:
            yield ProblemError("check_margin", {"name": column, "given": total, "seats": seats})


def _cells(table: Table) -> Iterator[ProblemError]:
    if any(one <= 0 for part in (table.row_multipliers, table.column_multipliers) for one in part.values()):
        yield ProblemError("check_multipliers")
    for row, column in _names(table):
        seats, place = table.seats[row][column], {"row": row, "column": column}
        floor = table.floor if table.weights[row][column] else 0
        if seats < floor or (seats and not table.weights[row][column]):
            yield ProblemError("check_cell_floor", {**place, "seats": seats})
        twice = 2 * _scaled(table, row, column)
        if table.weights[row][column] and (
            twice > 2 * seats + 1 or (seats > floor and twice < 2 * seats - 1)
        ):
            yield ProblemError("check_cell", {**place, "seats": seats})


def _names(table: Table) -> list[tuple[str, str]]:
    return [(row, column) for row in table.row_totals for column in table.column_totals]


def _scaled(table: Table, row: str, column: str) -> Fraction:
    return table.row_multipliers[row] * table.column_multipliers[column] * table.weights[row][column]


def _tied(table: Table) -> set[tuple[str, str]]:
    """Warshall's closure over the steps at exactly a half; a cell is tied when its step can be undone."""
    steps: dict[tuple[str, str], tuple[str, str]] = {}
    for row, column in _names(table):
        seats, weight = table.seats[row][column], table.weights[row][column]
        twice = 2 * _scaled(table, row, column)
        if weight and twice == 2 * seats + 1:
            steps["r" + row, "c" + column] = row, column
        if seats > table.floor and twice == 2 * seats - 1:
            steps["c" + column, "r" + row] = row, column
    nodes = sorted({node for step in steps for node in step})
    reach = {(start, end) for start, end in steps}
    for middle in nodes:
        into = [start for start in nodes if (start, middle) in reach]
        out = [end for end in nodes if (middle, end) in reach]
        reach |= {(start, end) for start in into for end in out}
    return {cell for (start, end), cell in steps.items() if (end, start) in reach}
